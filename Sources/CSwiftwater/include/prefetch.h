/// A hint that memory will be read soon.
#ifndef CSWIFTWATER_PREFETCH_H
#define CSWIFTWATER_PREFETCH_H

/// Starts to fetch the cache line of `address`; any address is allowed.
static inline void sw_prefetch(const void *address) { __builtin_prefetch(address); }

#endif
