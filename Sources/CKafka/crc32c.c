/// CRC-32C, by the processor's instruction where it has one: three stretches at once, since each step waits for the one
/// before it.
#include <pthread.h>
#include <string.h>

#include "CKafka.h"

#define POLYNOMIAL 0x82F63B78u  // Castagnoli's, its bits reversed

static uint32_t tables[8][256];
/// The change of a checksum by `STRETCH` bytes of zero behind it, by each of its four bytes.
static uint32_t skips[4][256];
#define STRETCH 2048

static pthread_once_t once = PTHREAD_ONCE_INIT;

/// The product of a matrix of bits and a vector of bits.
static uint32_t times(const uint32_t *matrix, uint32_t vector) {
    uint32_t sum = 0;
    for (int bit = 0; vector != 0; bit++, vector >>= 1)
        if (vector & 1) sum ^= matrix[bit];
    return sum;
}

static void make_tables(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
        tables[0][byte] = crc;
    }
    for (int table = 1; table < 8; table++)
        for (int byte = 0; byte < 256; byte++)
            tables[table][byte] = tables[table - 1][byte] >> 8 ^ tables[0][tables[table - 1][byte] & 0xFF];
    // One bit of zero as a matrix; squared again and again it is many.
    uint32_t matrix[32], square[32];
    matrix[0] = POLYNOMIAL;
    for (int bit = 1; bit < 32; bit++) matrix[bit] = 1u << (bit - 1);
    for (unsigned bits = 1; bits < STRETCH * 8; bits *= 2) {
        for (int bit = 0; bit < 32; bit++) square[bit] = times(matrix, matrix[bit]);
        memcpy(matrix, square, sizeof matrix);
    }
    for (int place = 0; place < 4; place++)
        for (uint32_t byte = 0; byte < 256; byte++) skips[place][byte] = times(matrix, byte << 8 * place);
}

static uint32_t portable(uint32_t crc, const uint8_t *p, size_t count) {
    for (; count >= 8; count -= 8, p += 8) {
        crc ^= (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
        crc = tables[7][crc & 0xFF] ^ tables[6][crc >> 8 & 0xFF] ^ tables[5][crc >> 16 & 0xFF] ^ tables[4][crc >> 24]
            ^ tables[3][p[4]] ^ tables[2][p[5]] ^ tables[1][p[6]] ^ tables[0][p[7]];
    }
    for (; count > 0; count--, p++) crc = crc >> 8 ^ tables[0][(crc ^ *p) & 0xFF];
    return crc;
}

uint32_t kafka_crc32c_portable(const void *bytes, size_t count) {
    pthread_once(&once, make_tables);
    return ~portable(~0u, bytes, count);
}

#if defined(__x86_64__)
#include <nmmintrin.h>
#define HARDWARE __attribute__((target("sse4.2")))
#define STEP8(crc, word) _mm_crc32_u64(crc, word)
#define STEP1(crc, byte) _mm_crc32_u8(crc, byte)
static int has_instruction(void) { return __builtin_cpu_supports("sse4.2"); }
#elif defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
#define HARDWARE
#define STEP8(crc, word) __crc32cd((uint32_t)(crc), word)
#define STEP1(crc, byte) __crc32cb(crc, byte)
static int has_instruction(void) { return 1; }
#endif

#ifdef HARDWARE
static inline uint64_t word(const uint8_t *p) {
    uint64_t value;
    memcpy(&value, p, 8);
    return value;
}

static inline uint32_t skip(uint32_t crc) {
    return skips[0][crc & 0xFF] ^ skips[1][crc >> 8 & 0xFF] ^ skips[2][crc >> 16 & 0xFF] ^ skips[3][crc >> 24];
}

HARDWARE static uint32_t hardware(uint32_t start, const uint8_t *p, size_t count) {
    uint64_t a = start;
    while (count >= 3 * STRETCH) {
        uint64_t b = 0, c = 0;
        // The bytes were just written by the system, and lie far away; a prefetch may go beyond their end.
        for (const uint8_t *end = p + STRETCH; p < end; p += 64) {
            __builtin_prefetch(p + 3 * STRETCH);
            __builtin_prefetch(p + 4 * STRETCH);
            __builtin_prefetch(p + 5 * STRETCH);
            for (int i = 0; i < 64; i += 8) {
                a = STEP8(a, word(p + i));
                b = STEP8(b, word(p + i + STRETCH));
                c = STEP8(c, word(p + i + 2 * STRETCH));
            }
        }
        a = skip(skip((uint32_t)a) ^ (uint32_t)b) ^ (uint32_t)c;
        p += 2 * STRETCH;
        count -= 3 * STRETCH;
    }
    for (; count >= 8; count -= 8, p += 8) a = STEP8(a, word(p));
    uint32_t crc = (uint32_t)a;
    for (; count > 0; count--, p++) crc = STEP1(crc, *p);
    return crc;
}
#endif

uint32_t kafka_crc32c(const void *bytes, size_t count) {
    pthread_once(&once, make_tables);
#ifdef HARDWARE
    if (has_instruction()) return ~hardware(~0u, bytes, count);
#endif
    return ~portable(~0u, bytes, count);
}
