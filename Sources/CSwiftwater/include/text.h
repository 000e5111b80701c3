/// What the text writers need beside masks.
#ifndef CSWIFTWATER_TEXT_H
#define CSWIFTWATER_TEXT_H

#include <stdint.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/// Writes `value` (0...99) as two digits.
static inline void sw_write_two_digits(void *target, uint64_t value) {
    static const char pairs[] = "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243"
                                "4445464748495051525354555657585960616263646566676869707172737475767778798081828384858687"
                                "888990919293949596979899";
    memcpy(target, pairs + value * 2, 2);
}

/// Bytes that a JSON string must escape: the quote, the backslash and control characters below 0x20.
static inline uint32_t sw_json_escapes(const void *bytes) {
#if defined(__SSE2__)
    __m128i block = _mm_loadu_si128((const __m128i *)bytes);
    __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1F)), block);
    __m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
    __m128i escape = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(low, _mm_or_si128(quote, escape)));
#else
    const uint8_t *p = (const uint8_t *)bytes;
    uint32_t mask = 0;
    for (int i = 0; i < 16; i++) mask |= (uint32_t)(p[i] < 0x20 || p[i] == '"' || p[i] == '\\') << i;
    return mask;
#endif
}

/// Copies 16 bytes.
static inline void sw_copy16(void *target, const void *source) { memcpy(target, source, 16); }

/// What `sw_survey` found.
enum { sw_has_value = 1, sw_has_non_ascii = 2 };

/// Whether `value` is among the bytes (bit 0), and whether a byte from 0x80 is (bit 1).
static inline uint32_t sw_survey(const void *bytes, int64_t count, uint8_t value) {
    const uint8_t *p = (const uint8_t *)bytes;
    int64_t i = 0;
    uint32_t found = 0;
#if defined(__SSE2__)
    __m128i wanted = _mm_set1_epi8((char)value);
    __m128i equal = _mm_setzero_si128();
    __m128i all = _mm_setzero_si128();
    for (; i + 64 <= count; i += 64) {
        __m128i a = _mm_loadu_si128((const __m128i *)(p + i));
        __m128i b = _mm_loadu_si128((const __m128i *)(p + i + 16));
        __m128i c = _mm_loadu_si128((const __m128i *)(p + i + 32));
        __m128i d = _mm_loadu_si128((const __m128i *)(p + i + 48));
        all = _mm_or_si128(all, _mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d)));
        __m128i ab = _mm_or_si128(_mm_cmpeq_epi8(a, wanted), _mm_cmpeq_epi8(b, wanted));
        __m128i cd = _mm_or_si128(_mm_cmpeq_epi8(c, wanted), _mm_cmpeq_epi8(d, wanted));
        equal = _mm_or_si128(equal, _mm_or_si128(ab, cd));
    }
    if (_mm_movemask_epi8(equal)) found |= sw_has_value;
    if (_mm_movemask_epi8(all)) found |= sw_has_non_ascii;
#endif
    for (; i < count; i++) {
        if (p[i] == value) found |= sw_has_value;
        if (p[i] >= 0x80) found |= sw_has_non_ascii;
    }
    return found;
}

#endif
