/// Small SIMD functions for x86-64 (SSE2) and arm64 (NEON), inlined into Swift.
#ifndef CSWIFTWATER_H
#define CSWIFTWATER_H

#include "arrow_c_data.h"
#include "files.h"
#include "masks.h"
#include "text.h"
#include "numbers.h"
#include "powers_of_five.h"
#include "prefetch.h"

#endif
