/* Makes a file's lines Kafka's record batches, as a producer would send them: for the broker that answers from memory.
 * Lines go to the partitions in turn, one a record, without key and headers. */
#include <stdint.h>
#include <string.h>

uint32_t kafka_crc32c(const void *bytes, size_t count);

static uint8_t *put_varint(uint8_t *out, int64_t value) {
    uint64_t bits = (uint64_t)value << 1 ^ (uint64_t)(value >> 63);
    while (bits >= 0x80) {
        *out++ = (uint8_t)bits | 0x80;
        bits >>= 7;
    }
    *out++ = (uint8_t)bits;
    return out;
}

static void put_big(uint8_t *out, uint64_t value, int size) {
    for (int i = 0; i < size; i++) out[i] = (uint8_t)(value >> 8 * (size - 1 - i));
}

static void close_batch(uint8_t *batch, uint8_t *end, int64_t base, int64_t records) {
    memset(batch, 0, 61);
    put_big(batch, (uint64_t)base, 8);
    put_big(batch + 8, (uint64_t)(end - batch - 12), 4);
    batch[16] = 2;
    put_big(batch + 23, (uint64_t)(records - 1), 4);
    memset(batch + 43, 0xFF, 14); /* no producer */
    put_big(batch + 57, (uint64_t)records, 4);
    put_big(batch + 17, kafka_crc32c(batch + 21, (size_t)(end - batch - 21)), 4);
}

/* Writes the batches of one partition to `out` and where each begins, by byte and by offset, to `places`, followed by
 * the end. Returns the number of batches; -1: no room. */
long make_batches(
    const char *lines, size_t count, int partition, int partitions, size_t batch_bytes, uint8_t *out, size_t capacity,
    int64_t *places, long most) {
    uint8_t *at = out, *batch = out;
    const char *end = lines + count;
    int64_t offset = 0, base = 0, number = 0;
    long batches = 0;
    at += 61;
    for (const char *line = lines; line < end; number++) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        if (!stop) stop = end;
        if (number % partitions == partition) {
            size_t length = (size_t)(stop - line);
            if ((size_t)(out + capacity - at) < length + 128) return -1;
            if (offset > base && (size_t)(at - batch) + length > batch_bytes) {
                close_batch(batch, at, base, offset - base);
                if (batches == most) return -1;
                places[2 * batches] = batch - out;
                places[2 * batches++ + 1] = base;
                batch = at;
                base = offset;
                at += 61;
            }
            uint8_t body[32], *b = body;
            *b++ = 0;
            b = put_varint(b, 0);
            b = put_varint(b, offset - base);
            b = put_varint(b, -1);
            b = put_varint(b, (int64_t)length);
            at = put_varint(at, (int64_t)(b - body) + (int64_t)length + 1);
            memcpy(at, body, (size_t)(b - body));
            at += b - body;
            memcpy(at, line, length);
            at += length;
            *at++ = 0;
            offset++;
        }
        line = stop + 1;
    }
    if (offset > base) {
        close_batch(batch, at, base, offset - base);
        if (batches == most) return -1;
        places[2 * batches] = batch - out;
        places[2 * batches++ + 1] = base;
    } else {
        at = batch;
    }
    if (batches == most) return -1;
    places[2 * batches] = at - out;
    places[2 * batches + 1] = offset;
    return batches;
}
