/// Record batches as brokers store and send them (format 2): their checksum, and the pass over their records.
#ifndef SWIFTWATER_KAFKA_RECORDS_H
#define SWIFTWATER_KAFKA_RECORDS_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

struct kafka_run;

/// CRC-32C (Castagnoli) of `count` bytes.
uint32_t kafka_crc32c(const void *bytes, size_t count);
/// The same, never by the processor's own instruction.
uint32_t kafka_crc32c_portable(const void *bytes, size_t count);

/// The records of one batch, uncompressed, and how far they are read.
typedef struct kafka_records {
    const uint8_t *_Nullable bytes;
    size_t count;
    /// Where the next record begins.
    size_t position;
    /// Records that are still to come.
    int32_t remaining;
    int64_t base_offset;
    /// Offsets of the batch's records are not above this one.
    int64_t last_offset;
    /// Bytes that the next record's payload needs, when the run had no room for it.
    size_t needed;
} kafka_records;

/// What a record has beside its payload, as places in the batch's bytes.
typedef struct kafka_record {
    const uint8_t *_Nullable key;
    size_t key_count;
    /// Added to the batch's first time.
    int64_t time_delta;
    /// Where the headers begin, after their number, and where the record ends.
    const uint8_t *_Nonnull headers;
    const uint8_t *_Nonnull end;
    int32_t header_count;
} kafka_record;

/// Why `kafka_copy_records` stopped.
enum {
    /// All records of the batch are dealt with.
    KAFKA_RECORDS_ALL = 0,
    /// No room for the next payload: `needed` says how much it asks for.
    KAFKA_RECORDS_FULL = 2,
    /// The next record's offset is `until` or higher.
    KAFKA_RECORDS_UNTIL = 3,
    /// What should be a record is none.
    KAFKA_RECORDS_BROKEN = 4,
};

/// Copies the payloads of a batch's records from `run->from` on, one after the other, each ended by a line feed.
///
/// Never reads outside of the batch's bytes, whatever they are. Where `details` is given it gets an entry for each copied
/// record, from its start on; it has room for as many as `run` has.
int kafka_copy_records(kafka_records *records, struct kafka_run *run, kafka_record *_Nullable details);

/// Reads a variable-length number with its sign in the lowest bit. Returns the bytes that it takes; 0: it is none.
size_t kafka_read_varint(const uint8_t *bytes, size_t count, int64_t *value);

#pragma clang assume_nonnull end

#endif
