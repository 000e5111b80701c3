// Calls of Linux that its C library shows only to GNU programs, which Swift's importer is not.

#ifndef SW_FILES_H
#define SW_FILES_H

#include <stdint.h>

/// Lets two names change places in one step. 0, or an error of errno; ENOSYS where the system cannot.
int sw_exchange_names(const char *a, const char *b);

/// Takes room on the disk for bytes that will be written, without changing the file's length. 0, or an error of errno.
int sw_reserve_bytes(int descriptor, int64_t offset, int64_t count);

/// What tells a file from all others: where it lies and when it was made. Follows symbolic links.
struct sw_file_status {
    uint64_t device;
    uint64_t inode;
    /// Nanoseconds since 1970; 0 where the file system does not know it.
    int64_t birth;
    int64_t modified;
    int64_t size;
    int is_regular;
};

/// The status of `path`, or of `descriptor` when `path` is empty. 0, or an error of errno.
int sw_file_status(int descriptor, const char *path, struct sw_file_status *status);

#endif
