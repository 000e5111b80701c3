/// 128-bit approximations of the powers of five from 5^-342 to 5^308.
#ifndef CSWIFTWATER_POWERS_OF_FIVE_H
#define CSWIFTWATER_POWERS_OF_FIVE_H

#include <stdint.h>

typedef struct {
    uint64_t high;
    uint64_t low;
} sw_power_of_five;

extern const sw_power_of_five sw_powers_of_five[651];

/// The approximation of 5^q; q must be in -342...308.
static inline sw_power_of_five sw_power_of_five_at(int64_t q) { return sw_powers_of_five[q + 342]; }

#endif
