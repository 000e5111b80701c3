/// The pass over a batch's records: what is done with every byte that our own connections bring.
#include <string.h>

#include "CKafka.h"

/// Reads a number of up to ten bytes at `*at`; 0 when it does not end before `end`.
static inline int read_varint(const uint8_t **at, const uint8_t *end, int64_t *value) {
    const uint8_t *p = *at;
    if (p < end && *p < 0x80) {
        *value = (int64_t)(*p >> 1) ^ -(int64_t)(*p & 1);
        *at = p + 1;
        return 1;
    }
    uint64_t bits = 0;
    for (int shift = 0; shift < 70; shift += 7) {
        if (p == end) return 0;
        uint8_t byte = *p++;
        bits |= (uint64_t)(byte & 0x7F) << (shift < 64 ? shift : 63);
        if (byte < 0x80) {
            *value = (int64_t)(bits >> 1) ^ -(int64_t)(bits & 1);
            *at = p;
            return 1;
        }
    }
    return 0;
}

size_t kafka_read_varint(const uint8_t *bytes, size_t count, int64_t *value) {
    const uint8_t *at = bytes;
    return read_varint(&at, bytes + count, value) ? (size_t)(at - bytes) : 0;
}

int kafka_copy_records(kafka_records *records, kafka_run *run, kafka_record *details) {
    const uint8_t *at = records->bytes + records->position;
    const uint8_t *end = records->bytes + records->count;
    uint8_t *out = run->bytes + run->byte_count;
    uint8_t *out_end = run->bytes + run->byte_capacity;
    size_t filled = run->count;
    int32_t remaining = records->remaining;
    int64_t from = run->from;
    int reason = KAFKA_RECORDS_ALL;
    records->needed = 0;
    for (; remaining > 0; remaining--) {
        const uint8_t *p = at;
        int64_t length, time_delta, offset_delta, key_count, payload_count;
        if (!read_varint(&p, end, &length) || length < 1 || length > end - p) goto broken;
        const uint8_t *record_end = p + length;
        p++;  // attributes, which no record has yet
        if (!read_varint(&p, record_end, &time_delta) || !read_varint(&p, record_end, &offset_delta)) goto broken;
        if (offset_delta < 0 || offset_delta > records->last_offset - records->base_offset) goto broken;
        if (!read_varint(&p, record_end, &key_count) || key_count < -1 || key_count > record_end - p) goto broken;
        const uint8_t *key = key_count < 0 ? NULL : p;
        if (key) p += key_count;
        if (!read_varint(&p, record_end, &payload_count) || payload_count < -1 || payload_count > record_end - p)
            goto broken;
        int64_t offset = records->base_offset + offset_delta;
        if (offset >= run->until) {
            reason = KAFKA_RECORDS_UNTIL;
            break;
        }
        if (offset < from) {
            at = record_end;
            continue;
        }
        if (payload_count < 0) {
            run->tombstones++;
        } else {
            if (filled == run->capacity || (size_t)(out_end - out) < (size_t)payload_count + 1) {
                records->needed = (size_t)payload_count + 1;
                reason = KAFKA_RECORDS_FULL;
                break;
            }
            if (details) {
                const uint8_t *headers = p + payload_count;
                int64_t header_count;
                if (!read_varint(&headers, record_end, &header_count) || header_count < 0
                    || header_count > record_end - headers)
                    goto broken;
                *details++ = (kafka_record){key, key ? (size_t)key_count : 0, time_delta, headers, record_end,
                    (int32_t)header_count};
            }
            run->starts[filled] = (int32_t)(out - run->bytes);
            run->offsets[filled] = offset;
            filled++;
            memcpy(out, p, (size_t)payload_count);
            out += payload_count;
            *out++ = '\n';
        }
        from = offset + 1;
        run->next = from;
        at = record_end;
    }
    goto done;
broken:
    reason = KAFKA_RECORDS_BROKEN;
done:
    run->byte_count = (size_t)(out - run->bytes);
    run->count = filled;
    run->from = from;
    records->position = (size_t)(at - records->bytes);
    records->remaining = remaining;
    return reason;
}
