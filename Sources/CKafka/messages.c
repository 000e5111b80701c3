/// What is done with every message, in one pass over many of them.
#include <string.h>

#include "CKafka.h"

size_t kafka_copy_run(kafka_message **messages, size_t first, size_t count, kafka_run *run, int *reason) {
    kafka_topic *topic = messages[first]->topic;
    int32_t partition = messages[first]->partition;
    uint8_t *out = run->bytes + run->byte_count;
    uint8_t *end = run->bytes + run->byte_capacity;
    size_t filled = run->count;
    size_t i = first;
    *reason = KAFKA_RUN_ALL;
    for (; i < count; i++) {
        const kafka_message *message = messages[i];
        // A message's memory was written by another thread; the next ones' are on their way while this one is copied.
        if (i + 2 < count) __builtin_prefetch(messages[i + 2]);
        if (i + 1 < count) __builtin_prefetch(messages[i + 1]->payload);
        if (message->error != 0 || message->topic != topic || message->partition != partition) {
            *reason = KAFKA_RUN_OTHER;
            break;
        }
        if (message->offset >= run->until) {
            *reason = KAFKA_RUN_UNTIL;
            break;
        }
        if (message->offset < run->from) continue;
        if (!message->payload) {
            run->tombstones++;
            run->next = message->offset + 1;
            continue;
        }
        size_t length = message->payload_count;
        if (filled == run->capacity || (size_t)(end - out) < length + 1) {
            *reason = KAFKA_RUN_FULL;
            break;
        }
        run->starts[filled] = (int32_t)(out - run->bytes);
        run->offsets[filled] = message->offset;
        filled++;
        memcpy(out, message->payload, length);
        out += length;
        *out++ = '\n';
        run->next = message->offset + 1;
    }
    run->byte_count = (size_t)(out - run->bytes);
    run->count = filled;
    return i;
}

void kafka_destroy_messages(
    const kafka_functions *functions, kafka_message **messages, size_t first, size_t end) {
    void (*destroy)(kafka_message *) = functions->message_destroy;
    for (size_t i = first; i < end; i++) destroy(messages[i]);
}

int32_t kafka_produce_records(
    const kafka_functions *functions, kafka_topic *topic, const uint8_t *bytes, size_t count, size_t *position) {
    size_t at = *position;
    while (at < count) {
        int32_t key_count;
        uint32_t payload_count;
        if (count - at < 8) return KAFKA_BAD_MESSAGE;
        memcpy(&key_count, bytes + at, 4);
        memcpy(&payload_count, bytes + at + 4, 4);
        size_t key_length = key_count < 0 ? 0 : (size_t)key_count;
        if (count - at - 8 < key_length + payload_count) return KAFKA_BAD_MESSAGE;
        const uint8_t *key = bytes + at + 8;
        // librdkafka does not write to a payload that it copies.
        int code = functions->produce(
            topic, KAFKA_PARTITION_ANY, KAFKA_PRODUCE_COPY, (void *)(key + key_length), payload_count,
            key_count < 0 ? NULL : key, key_length, NULL);
        if (code != 0) return functions->last_error();
        at += 8 + key_length + payload_count;
        *position = at;
    }
    return KAFKA_NO_ERROR;
}
