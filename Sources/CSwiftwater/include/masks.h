/// Byte masks: bit i of the result says whether byte i of a 16-byte block matches.
#ifndef CSWIFTWATER_MASKS_H
#define CSWIFTWATER_MASKS_H

#include <stdint.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

#if !defined(__SSE2__)
/// Bit i says whether byte i of the comparison result is set.
static inline uint32_t sw_movemask(const uint8_t *set) {
    uint32_t mask = 0;
    for (int i = 0; i < 16; i++) mask |= (uint32_t)(set[i] >> 7) << i;
    return mask;
}
#endif

/// Bytes of a JSON string that end its plain run: the quote, the backslash,
/// control characters below 0x20 and every byte of a non-ASCII character.
static inline uint32_t sw_json_string_stops(const void *bytes) {
#if defined(__SSE2__)
    __m128i block = _mm_loadu_si128((const __m128i *)bytes);
    // A signed comparison finds the control characters and the bytes from 0x80 at once.
    __m128i low = _mm_cmplt_epi8(block, _mm_set1_epi8(0x20));
    __m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
    __m128i escape = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(low, _mm_or_si128(quote, escape)));
#else
    const uint8_t *p = (const uint8_t *)bytes;
    uint8_t set[16];
    for (int i = 0; i < 16; i++)
        set[i] = ((int8_t)p[i] < 0x20 || p[i] == '"' || p[i] == '\\') ? 0xFF : 0;
    return sw_movemask(set);
#endif
}

/// Bytes equal to `value`.
static inline uint32_t sw_equal(const void *bytes, uint8_t value) {
#if defined(__SSE2__)
    __m128i block = _mm_loadu_si128((const __m128i *)bytes);
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8((char)value)));
#else
    const uint8_t *p = (const uint8_t *)bytes;
    uint8_t set[16];
    for (int i = 0; i < 16; i++) set[i] = p[i] == value ? 0xFF : 0;
    return sw_movemask(set);
#endif
}

/// Bytes from 0x80: the bytes of non-ASCII characters.
static inline uint32_t sw_non_ascii(const void *bytes) {
#if defined(__SSE2__)
    return (uint32_t)_mm_movemask_epi8(_mm_loadu_si128((const __m128i *)bytes));
#else
    return sw_movemask((const uint8_t *)bytes);
#endif
}

/// Bytes equal to any of three values (a CSV field's ends: delimiter, quote, line feed).
static inline uint32_t sw_equal_any3(const void *bytes, uint8_t a, uint8_t b, uint8_t c) {
#if defined(__SSE2__)
    __m128i block = _mm_loadu_si128((const __m128i *)bytes);
    __m128i x = _mm_cmpeq_epi8(block, _mm_set1_epi8((char)a));
    __m128i y = _mm_cmpeq_epi8(block, _mm_set1_epi8((char)b));
    __m128i z = _mm_cmpeq_epi8(block, _mm_set1_epi8((char)c));
    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(x, _mm_or_si128(y, z)));
#else
    const uint8_t *p = (const uint8_t *)bytes;
    uint8_t set[16];
    for (int i = 0; i < 16; i++) set[i] = (p[i] == a || p[i] == b || p[i] == c) ? 0xFF : 0;
    return sw_movemask(set);
#endif
}

/// Whether the 32 bytes at `text` equal those at `key` wherever `mask` (32 bytes of 0x00 or 0xFF) is set.
/// `key` must be zero where `mask` is.
static inline int sw_matches_32(const void *text, const void *key, const void *mask) {
#if defined(__SSE2__)
    __m128i a = _mm_and_si128(_mm_loadu_si128((const __m128i *)text), _mm_loadu_si128((const __m128i *)mask));
    __m128i b = _mm_and_si128(_mm_loadu_si128((const __m128i *)text + 1), _mm_loadu_si128((const __m128i *)mask + 1));
    __m128i equal = _mm_and_si128(_mm_cmpeq_epi8(a, _mm_loadu_si128((const __m128i *)key)),
                                  _mm_cmpeq_epi8(b, _mm_loadu_si128((const __m128i *)key + 1)));
    return _mm_movemask_epi8(equal) == 0xFFFF;
#else
    const uint8_t *t = (const uint8_t *)text, *k = (const uint8_t *)key, *m = (const uint8_t *)mask;
    for (int i = 0; i < 32; i++)
        if ((t[i] & m[i]) != k[i]) return 0;
    return 1;
#endif
}

#endif
