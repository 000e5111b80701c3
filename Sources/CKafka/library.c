/// Finds librdkafka's functions in a library that is loaded at run time.
#include <dlfcn.h>
#include <stdio.h>

#include "CKafka.h"

typedef struct symbol {
    const char *name;
    size_t place;
} symbol;

#define SYMBOL(field, name) {name, offsetof(kafka_functions, field)}

static const symbol symbols[] = {
    SYMBOL(version, "rd_kafka_version"),
    SYMBOL(version_text, "rd_kafka_version_str"),
    SYMBOL(error_text, "rd_kafka_err2str"),
    SYMBOL(error_name, "rd_kafka_err2name"),
    SYMBOL(conf_new, "rd_kafka_conf_new"),
    SYMBOL(conf_destroy, "rd_kafka_conf_destroy"),
    SYMBOL(conf_set, "rd_kafka_conf_set"),
    SYMBOL(conf_set_opaque, "rd_kafka_conf_set_opaque"),
    SYMBOL(conf_set_rebalance_callback, "rd_kafka_conf_set_rebalance_cb"),
    SYMBOL(conf_set_error_callback, "rd_kafka_conf_set_error_cb"),
    SYMBOL(conf_set_log_callback, "rd_kafka_conf_set_log_cb"),
    SYMBOL(conf_set_commit_callback, "rd_kafka_conf_set_offset_commit_cb"),
    SYMBOL(client_new, "rd_kafka_new"),
    SYMBOL(destroy, "rd_kafka_destroy"),
    SYMBOL(destroy_flags, "rd_kafka_destroy_flags"),
    SYMBOL(opaque, "rd_kafka_opaque"),
    SYMBOL(poll, "rd_kafka_poll"),
    SYMBOL(yield, "rd_kafka_yield"),
    SYMBOL(fatal_error, "rd_kafka_fatal_error"),
    SYMBOL(metadata, "rd_kafka_metadata"),
    SYMBOL(metadata_destroy, "rd_kafka_metadata_destroy"),
    SYMBOL(list_new, "rd_kafka_topic_partition_list_new"),
    SYMBOL(list_add, "rd_kafka_topic_partition_list_add"),
    SYMBOL(list_destroy, "rd_kafka_topic_partition_list_destroy"),
    SYMBOL(poll_set_consumer, "rd_kafka_poll_set_consumer"),
    SYMBOL(subscribe, "rd_kafka_subscribe"),
    SYMBOL(assign, "rd_kafka_assign"),
    SYMBOL(incremental_assign, "rd_kafka_incremental_assign"),
    SYMBOL(incremental_unassign, "rd_kafka_incremental_unassign"),
    SYMBOL(assignment_lost, "rd_kafka_assignment_lost"),
    SYMBOL(rebalance_protocol, "rd_kafka_rebalance_protocol"),
    SYMBOL(consumer_queue, "rd_kafka_queue_get_consumer"),
    SYMBOL(consume_batch, "rd_kafka_consume_batch_queue"),
    SYMBOL(queue_poll_callback, "rd_kafka_queue_poll_callback"),
    SYMBOL(queue_yield, "rd_kafka_queue_yield"),
    SYMBOL(queue_io_event, "rd_kafka_queue_io_event_enable"),
    SYMBOL(queue_destroy, "rd_kafka_queue_destroy"),
    SYMBOL(consumer_close_queue, "rd_kafka_consumer_close_queue"),
    SYMBOL(consumer_closed, "rd_kafka_consumer_closed"),
    SYMBOL(committed, "rd_kafka_committed"),
    SYMBOL(commit, "rd_kafka_commit"),
    SYMBOL(offsets_for_times, "rd_kafka_offsets_for_times"),
    SYMBOL(watermark_offsets, "rd_kafka_get_watermark_offsets"),
    SYMBOL(pause, "rd_kafka_pause_partitions"),
    SYMBOL(resume, "rd_kafka_resume_partitions"),
    SYMBOL(message_destroy, "rd_kafka_message_destroy"),
    SYMBOL(message_timestamp, "rd_kafka_message_timestamp"),
    SYMBOL(message_headers, "rd_kafka_message_headers"),
    SYMBOL(header_get, "rd_kafka_header_get_all"),
    SYMBOL(topic_new, "rd_kafka_topic_new"),
    SYMBOL(topic_destroy, "rd_kafka_topic_destroy"),
    SYMBOL(topic_name, "rd_kafka_topic_name"),
    SYMBOL(produce, "rd_kafka_produce"),
    SYMBOL(last_error, "rd_kafka_last_error"),
    SYMBOL(init_transactions, "rd_kafka_init_transactions"),
    SYMBOL(begin_transaction, "rd_kafka_begin_transaction"),
    SYMBOL(send_offsets, "rd_kafka_send_offsets_to_transaction"),
    SYMBOL(commit_transaction, "rd_kafka_commit_transaction"),
    SYMBOL(abort_transaction, "rd_kafka_abort_transaction"),
    SYMBOL(group_metadata_new, "rd_kafka_consumer_group_metadata_new"),
    SYMBOL(group_metadata_destroy, "rd_kafka_consumer_group_metadata_destroy"),
    SYMBOL(error_code, "rd_kafka_error_code"),
    SYMBOL(error_message, "rd_kafka_error_string"),
    SYMBOL(error_is_fatal, "rd_kafka_error_is_fatal"),
    SYMBOL(error_is_retriable, "rd_kafka_error_is_retriable"),
    SYMBOL(error_requires_abort, "rd_kafka_error_txn_requires_abort"),
    SYMBOL(error_destroy, "rd_kafka_error_destroy"),
};

_Static_assert(
    sizeof(symbols) / sizeof(symbols[0]) * sizeof(void *) == sizeof(kafka_functions), "every function has its symbol");

int kafka_load(const char *path, kafka_functions *functions, char *reason, size_t capacity) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char *error = dlerror();
        snprintf(reason, capacity, "%s", error ? error : "it cannot be loaded");
        return 0;
    }
    for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
        void *address = dlsym(library, symbols[i].name);
        if (!address) {
            snprintf(reason, capacity, "it has no '%s': too old, or no librdkafka", symbols[i].name);
            dlclose(library);
            return 0;
        }
        *(void **)((char *)functions + symbols[i].place) = address;
    }
    return 1;
}
