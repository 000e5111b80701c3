/// Small tables and the C library's correctly rounded parser, for the number readers.
#ifndef CSWIFTWATER_NUMBERS_H
#define CSWIFTWATER_NUMBERS_H

#include <stdint.h>

/// 10^0 ... 10^22, the powers of ten that are exact doubles.
static inline double sw_exact_power_of_ten(int64_t exponent) {
    static const double powers[23] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                      1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    return powers[exponent];
}

/// 10^0 ... 10^19.
static inline uint64_t sw_integer_power_of_ten(int64_t exponent) {
    static const uint64_t powers[20] = {1ull,
                                        10ull,
                                        100ull,
                                        1000ull,
                                        10000ull,
                                        100000ull,
                                        1000000ull,
                                        10000000ull,
                                        100000000ull,
                                        1000000000ull,
                                        10000000000ull,
                                        100000000000ull,
                                        1000000000000ull,
                                        10000000000000ull,
                                        100000000000000ull,
                                        1000000000000000ull,
                                        10000000000000000ull,
                                        100000000000000000ull,
                                        1000000000000000000ull,
                                        10000000000000000000ull};
    return powers[exponent];
}

/// `strtod` in the C locale, whatever the process has set; `text` ends with NUL.
double sw_strtod(const char *text);

#endif
