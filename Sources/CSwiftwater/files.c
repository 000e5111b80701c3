#define _GNU_SOURCE
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#ifdef __linux__
#include <sys/sysmacros.h>

int sw_exchange_names(const char *a, const char *b) {
    return renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE) == 0 ? 0 : errno;
}

int sw_reserve_bytes(int descriptor, int64_t offset, int64_t count) {
    return fallocate(descriptor, FALLOC_FL_KEEP_SIZE, offset, count) == 0 ? 0 : errno;
}

int sw_file_status(int descriptor, const char *path, struct sw_file_status *status) {
    struct statx found;
    const int by_path = path[0] != 0;
    if (statx(by_path ? AT_FDCWD : descriptor, path, by_path ? 0 : AT_EMPTY_PATH,
              STATX_BASIC_STATS | STATX_BTIME, &found) != 0)
        return errno;
    status->device = makedev(found.stx_dev_major, found.stx_dev_minor);
    status->inode = found.stx_ino;
    status->birth = found.stx_mask & STATX_BTIME ? found.stx_btime.tv_sec * 1000000000 + found.stx_btime.tv_nsec : 0;
    status->modified = found.stx_mtime.tv_sec * 1000000000 + found.stx_mtime.tv_nsec;
    status->size = (int64_t)found.stx_size;
    status->is_regular = S_ISREG(found.stx_mode);
    return 0;
}

#else

int sw_exchange_names(const char *a, const char *b) { return ENOSYS; }

int sw_reserve_bytes(int descriptor, int64_t offset, int64_t count) { return ENOSYS; }

int sw_file_status(int descriptor, const char *path, struct sw_file_status *status) {
    struct stat found;
    if ((path[0] != 0 ? stat(path, &found) : fstat(descriptor, &found)) != 0) return errno;
    memset(status, 0, sizeof *status);
    status->device = found.st_dev;
    status->inode = found.st_ino;
    status->modified = found.st_mtime * 1000000000;
    status->size = found.st_size;
    status->is_regular = S_ISREG(found.st_mode);
    return 0;
}

#endif
