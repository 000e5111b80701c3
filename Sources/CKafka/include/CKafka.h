/// The part of librdkafka's C interface that the connector uses, declared here and found at run time.
///
/// librdkafka promises to keep this interface; nothing of it is needed to build, and programs start without it. Names
/// follow librdkafka's without their `rd_kafka_`; `library.c` says which function is which symbol.
#ifndef SWIFTWATER_CKAFKA_H
#define SWIFTWATER_CKAFKA_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "records.h"
#include "socket.h"

#pragma clang assume_nonnull begin

typedef struct kafka_client kafka_client;
typedef struct kafka_conf kafka_conf;
typedef struct kafka_queue kafka_queue;
typedef struct kafka_topic kafka_topic;
typedef struct kafka_error kafka_error;
typedef struct kafka_headers kafka_headers;
typedef struct kafka_group_metadata kafka_group_metadata;

/// A message as librdkafka hands it out; `error` other than 0 makes it an event, with its text as the payload.
typedef struct kafka_message {
    int32_t error;
    kafka_topic *_Nullable topic;
    int32_t partition;
    void *_Nullable payload;
    size_t payload_count;
    void *_Nullable key;
    size_t key_count;
    int64_t offset;
    void *_Nullable owner;
} kafka_message;

typedef struct kafka_topic_partition {
    char *topic;
    int32_t partition;
    int64_t offset;
    void *_Nullable metadata;
    size_t metadata_count;
    void *_Nullable opaque;
    int32_t error;
    void *_Nullable owner;
} kafka_topic_partition;

typedef struct kafka_partition_list {
    int count;
    int capacity;
    kafka_topic_partition *elements;
} kafka_partition_list;

typedef struct kafka_broker_metadata {
    int32_t id;
    char *host;
    int port;
} kafka_broker_metadata;

typedef struct kafka_partition_metadata {
    int32_t id;
    int32_t error;
    int32_t leader;
    int replica_count;
    int32_t *_Nullable replicas;
    int in_sync_count;
    int32_t *_Nullable in_sync;
} kafka_partition_metadata;

typedef struct kafka_topic_metadata {
    char *topic;
    int partition_count;
    kafka_partition_metadata *_Nullable partitions;
    int32_t error;
} kafka_topic_metadata;

typedef struct kafka_metadata {
    int broker_count;
    kafka_broker_metadata *_Nullable brokers;
    int topic_count;
    kafka_topic_metadata *_Nullable topics;
    int32_t origin_id;
    char *_Nullable origin_name;
} kafka_metadata;

/// Codes of errors and events: below 0 the library's own, above 0 the protocol's.
enum {
    KAFKA_NO_ERROR = 0,
    KAFKA_BAD_MESSAGE = -199,
    KAFKA_BAD_COMPRESSION = -198,
    KAFKA_TRANSPORT = -195,
    KAFKA_RESOLVE = -193,
    KAFKA_PARTITION_EOF = -191,
    KAFKA_UNKNOWN_PARTITION = -190,
    KAFKA_UNKNOWN_TOPIC = -188,
    KAFKA_ALL_BROKERS_DOWN = -187,
    KAFKA_TIMED_OUT = -185,
    KAFKA_QUEUE_FULL = -184,
    KAFKA_SSL = -181,
    KAFKA_ASSIGN_PARTITIONS = -175,
    KAFKA_REVOKE_PARTITIONS = -174,
    KAFKA_STATE = -172,
    KAFKA_AUTHENTICATION = -169,
    KAFKA_NO_OFFSET = -168,
    KAFKA_FATAL = -150,
    KAFKA_MAX_POLL_EXCEEDED = -147,
    KAFKA_FENCED = -144,
    KAFKA_AUTO_OFFSET_RESET = -140,
    KAFKA_OFFSET_OUT_OF_RANGE = 1,
    KAFKA_UNKNOWN_TOPIC_OR_PARTITION = 3,
    KAFKA_MESSAGE_TOO_LARGE = 10,
    KAFKA_INVALID_TOPIC = 17,
    KAFKA_TOPIC_AUTHORIZATION_FAILED = 29,
    KAFKA_GROUP_AUTHORIZATION_FAILED = 30,
    KAFKA_INVALID_PRODUCER_EPOCH = 47,
    KAFKA_PRODUCER_FENCED = 90,
};

/// Offsets with a meaning of their own, also as times in `offsets_for_times`.
enum {
    KAFKA_OFFSET_EARLIEST = -2,
    KAFKA_OFFSET_LATEST = -1,
    KAFKA_OFFSET_INVALID = -1001,
};

enum {
    KAFKA_PRODUCER = 0,
    KAFKA_CONSUMER = 1,
    /// `produce` copies the payload.
    KAFKA_PRODUCE_COPY = 2,
    KAFKA_PARTITION_ANY = -1,
    /// `destroy_flags` does not leave the group first.
    KAFKA_DESTROY_WITHOUT_CLOSE = 8,
    KAFKA_TIMESTAMP_NOT_AVAILABLE = 0,
};

typedef void (*kafka_rebalance_callback)(
    kafka_client *client, int32_t error, kafka_partition_list *partitions, void *_Nullable opaque);
typedef void (*kafka_error_callback)(
    kafka_client *client, int error, const char *reason, void *_Nullable opaque);
typedef void (*kafka_log_callback)(const kafka_client *client, int level, const char *facility, const char *text);
typedef void (*kafka_commit_callback)(
    kafka_client *client, int32_t error, kafka_partition_list *_Nullable offsets, void *_Nullable opaque);

/// The functions of one loaded library.
typedef struct kafka_functions {
    int (*_Nonnull version)(void);
    const char *_Nonnull (*_Nonnull version_text)(void);
    const char *_Nonnull (*_Nonnull error_text)(int32_t error);
    const char *_Nonnull (*_Nonnull error_name)(int32_t error);

    kafka_conf *_Nullable (*_Nonnull conf_new)(void);
    void (*_Nonnull conf_destroy)(kafka_conf *conf);
    int (*_Nonnull conf_set)(kafka_conf *conf, const char *name, const char *value, char *error, size_t capacity);
    void (*_Nonnull conf_set_opaque)(kafka_conf *conf, void *_Nullable opaque);
    void (*_Nonnull conf_set_rebalance_callback)(kafka_conf *conf, kafka_rebalance_callback callback);
    void (*_Nonnull conf_set_error_callback)(kafka_conf *conf, kafka_error_callback callback);
    void (*_Nonnull conf_set_log_callback)(kafka_conf *conf, kafka_log_callback callback);
    void (*_Nonnull conf_set_commit_callback)(kafka_conf *conf, kafka_commit_callback callback);

    kafka_client *_Nullable (*_Nonnull client_new)(int type, kafka_conf *conf, char *error, size_t capacity);
    void (*_Nonnull destroy)(kafka_client *client);
    void (*_Nonnull destroy_flags)(kafka_client *client, int flags);
    void *_Nullable (*_Nonnull opaque)(const kafka_client *client);
    int (*_Nonnull poll)(kafka_client *client, int timeout);
    void (*_Nonnull yield)(kafka_client *client);
    int32_t (*_Nonnull fatal_error)(kafka_client *client, char *error, size_t capacity);

    int32_t (*_Nonnull metadata)(
        kafka_client *client, int all_topics, kafka_topic *_Nullable only, const kafka_metadata *_Nullable *_Nonnull out,
        int timeout);
    void (*_Nonnull metadata_destroy)(const kafka_metadata *metadata);

    kafka_partition_list *_Nullable (*_Nonnull list_new)(int capacity);
    kafka_topic_partition *_Nullable (*_Nonnull list_add)(kafka_partition_list *list, const char *topic, int32_t partition);
    void (*_Nonnull list_destroy)(kafka_partition_list *list);

    int32_t (*_Nonnull poll_set_consumer)(kafka_client *client);
    int32_t (*_Nonnull subscribe)(kafka_client *client, const kafka_partition_list *topics);
    int32_t (*_Nonnull assign)(kafka_client *client, const kafka_partition_list *_Nullable partitions);
    kafka_error *_Nullable (*_Nonnull incremental_assign)(kafka_client *client, const kafka_partition_list *partitions);
    kafka_error *_Nullable (*_Nonnull incremental_unassign)(kafka_client *client, const kafka_partition_list *partitions);
    int (*_Nonnull assignment_lost)(kafka_client *client);
    const char *_Nullable (*_Nonnull rebalance_protocol)(kafka_client *client);
    kafka_queue *_Nullable (*_Nonnull consumer_queue)(kafka_client *client);
    ssize_t (*_Nonnull consume_batch)(
        kafka_queue *queue, int timeout, kafka_message *_Nullable *_Nonnull messages, size_t capacity);
    int (*_Nonnull queue_poll_callback)(kafka_queue *queue, int timeout);
    void (*_Nonnull queue_yield)(kafka_queue *queue);
    void (*_Nonnull queue_io_event)(kafka_queue *queue, int file, const void *payload, size_t count);
    void (*_Nonnull queue_destroy)(kafka_queue *queue);
    kafka_error *_Nullable (*_Nonnull consumer_close_queue)(kafka_client *client, kafka_queue *queue);
    int (*_Nonnull consumer_closed)(kafka_client *client);
    int32_t (*_Nonnull committed)(kafka_client *client, kafka_partition_list *partitions, int timeout);
    int32_t (*_Nonnull commit)(kafka_client *client, const kafka_partition_list *offsets, int asynchronous);
    int32_t (*_Nonnull offsets_for_times)(kafka_client *client, kafka_partition_list *times, int timeout);
    int32_t (*_Nonnull watermark_offsets)(
        kafka_client *client, const char *topic, int32_t partition, int64_t *low, int64_t *high);
    int32_t (*_Nonnull pause)(kafka_client *client, kafka_partition_list *partitions);
    int32_t (*_Nonnull resume)(kafka_client *client, kafka_partition_list *partitions);

    void (*_Nonnull message_destroy)(kafka_message *message);
    int64_t (*_Nonnull message_timestamp)(const kafka_message *message, int *kind);
    int32_t (*_Nonnull message_headers)(const kafka_message *message, kafka_headers *_Nullable *_Nonnull headers);
    int32_t (*_Nonnull header_get)(
        const kafka_headers *headers, size_t index, const char *_Nullable *_Nonnull name,
        const void *_Nullable *_Nonnull value, size_t *count);

    kafka_topic *_Nullable (*_Nonnull topic_new)(kafka_client *client, const char *name, void *_Nullable conf);
    void (*_Nonnull topic_destroy)(kafka_topic *topic);
    const char *_Nonnull (*_Nonnull topic_name)(const kafka_topic *topic);
    int (*_Nonnull produce)(
        kafka_topic *topic, int32_t partition, int flags, void *_Nullable payload, size_t payload_count,
        const void *_Nullable key, size_t key_count, void *_Nullable opaque);
    int32_t (*_Nonnull last_error)(void);
    kafka_error *_Nullable (*_Nonnull init_transactions)(kafka_client *client, int timeout);
    kafka_error *_Nullable (*_Nonnull begin_transaction)(kafka_client *client);
    kafka_error *_Nullable (*_Nonnull send_offsets)(
        kafka_client *client, const kafka_partition_list *offsets, const kafka_group_metadata *group, int timeout);
    kafka_error *_Nullable (*_Nonnull commit_transaction)(kafka_client *client, int timeout);
    kafka_error *_Nullable (*_Nonnull abort_transaction)(kafka_client *client, int timeout);
    kafka_group_metadata *_Nullable (*_Nonnull group_metadata_new)(const char *group);
    void (*_Nonnull group_metadata_destroy)(kafka_group_metadata *group);
    int32_t (*_Nonnull error_code)(const kafka_error *error);
    const char *_Nonnull (*_Nonnull error_message)(const kafka_error *error);
    int (*_Nonnull error_is_fatal)(const kafka_error *error);
    int (*_Nonnull error_is_retriable)(const kafka_error *error);
    int (*_Nonnull error_requires_abort)(const kafka_error *error);
    void (*_Nonnull error_destroy)(kafka_error *error);
} kafka_functions;

/// Loads the library at `path` (a path, or a name for the system's search) and fills `functions`.
///
/// Returns 1, or 0 with a reason in `reason`. A loaded library stays loaded: its threads outlive its callers.
int kafka_load(const char *path, kafka_functions *functions, char *reason, size_t capacity);

/// Where a run of messages goes: memory of the caller, filled by `kafka_copy_run`.
typedef struct kafka_run {
    /// Payloads, each ended by a line feed.
    uint8_t *bytes;
    size_t byte_capacity;
    size_t byte_count;
    /// Where each payload begins, and each message's offset.
    int32_t *starts;
    int64_t *offsets;
    size_t capacity;
    size_t count;
    /// Offsets below it belong to messages that came before a seek or twice; they are left out.
    int64_t from;
    /// The first offset that is not wanted now.
    int64_t until;
    /// One behind the last message that was looked at.
    int64_t next;
    /// Messages without a payload, left out.
    int64_t tombstones;
} kafka_run;

/// Why `kafka_copy_run` stopped before the end of the messages.
enum {
    KAFKA_RUN_ALL = 0,
    /// A message of another partition, or an event.
    KAFKA_RUN_OTHER = 1,
    /// No room for the next message.
    KAFKA_RUN_FULL = 2,
    /// The next message's offset is `until` or higher.
    KAFKA_RUN_UNTIL = 3,
};

/// Copies messages from `first` on as long as they are of one partition, wanted and fit.
///
/// Returns the index behind the last one that was dealt with and says in `reason` why it stopped.
size_t kafka_copy_run(
    kafka_message *_Nullable *_Nonnull messages, size_t first, size_t count, kafka_run *run, int *reason);

/// Gives messages back to the library.
void kafka_destroy_messages(
    const kafka_functions *functions, kafka_message *_Nullable *_Nonnull messages, size_t first, size_t end);

/// Produces records from `bytes`: 32-bit key length (-1: no key), 32-bit payload length, key, payload, one after the
/// other. Starts at `*position` and moves it behind the last record that was taken; returns 0, or the error that stopped it
/// (`KAFKA_QUEUE_FULL`: call `poll` and try again; `KAFKA_BAD_MESSAGE`: the bytes end within a record).
int32_t kafka_produce_records(
    const kafka_functions *functions, kafka_topic *topic, const uint8_t *bytes, size_t count, size_t *position);

#pragma clang assume_nonnull end

#endif
