// SPDX-License-Identifier: GPL-3.0-or-later
/* Whole files and lines; folders are in folder.c. */
#include "io.h"
#include "io_sys.h"
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long fail_at, done, temporaries;

long asy_io_fail_at(long n)
{
    atomic_store(&fail_at, n);
    return atomic_exchange(&done, 0);
}

static bool disk_full(void)
{
    if (atomic_fetch_add(&done, 1) + 1 != atomic_load(&fail_at))
        return false;
    errno = ENOSPC;
    return true;
}

asy_status asy__io_failed(const char *verb, const char *path)
{
    int error = errno;
    char why[128];

    if (strerror_r(error, why, sizeof why) != 0)
        (void)snprintf(why, sizeof why, "error %d", error);
    ASY_FAIL(error == ENOSPC || error == EDQUOT ? ASY_EFULL : ASY_EIO, "cannot %s `%s`: %s", verb, path, why);
}

int asy__fsync(int fd)
{
    int r;

    if (disk_full())
        return -1;
    do
        r = fsync(fd);
    while (r != 0 && errno == EINTR);
    return r != 0 && errno == EINVAL ? 0 : r;   /* a file system that has nothing to sync here */
}

int asy__rename(const char *from, const char *to)
{
    return disk_full() ? -1 : rename(from, to);
}

asy_status asy__sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r;

    if (fd < 0)
        return asy__io_failed("open the folder", path);
    r = asy__fsync(fd);
    if (r != 0) {
        asy_status s = asy__io_failed("sync the folder", path);

        (void)close(fd);
        return s;
    }
    (void)close(fd);
    return ASY_OK;
}

/* All bytes or -1. An injected failure writes half of them first, as a disk does that fills up. */
static int write_all(int fd, const char *p, size_t n)
{
    bool full = disk_full();

    if (full)
        n /= 2;
    while (n) {
        ssize_t k = write(fd, p, n < 1u << 30 ? n : 1u << 30);

        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0)
            return -1;
        p += k;
        n -= (size_t)k;
    }
    if (full)
        errno = ENOSPC;
    return full ? -1 : 0;
}

/* Writes, syncs and closes; what could not be written whole is removed. */
static asy_status fill(int fd, const char *file, const char *path, const void *data, size_t n)
{
    asy_status s = ASY_OK;

    if (write_all(fd, data, n) != 0 || asy__fsync(fd) != 0)
        s = asy__io_failed("write", path);
    if (close(fd) != 0 && s == ASY_OK)
        s = asy__io_failed("write", path);
    if (s != ASY_OK)
        (void)unlink(file);
    return s;
}

asy_status asy_io_put(const char *path, const void *data, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

    if (fd < 0)
        return asy__io_failed("write", path);
    ASY_TRY(fill(fd, path, path, data, n));
    return ASY_OK;
}

long asy__temporaries(void)
{
    return atomic_load(&temporaries);
}

/* A new file beside `path`: -1 and errno if there can be none. */
static int open_beside(const char *path, char name[ASY__PATH])
{
    for (int tries = 0; tries < 1000; tries++) {
        long k = atomic_fetch_add(&temporaries, 1);
        int n = snprintf(name, ASY__PATH, "%s.%ld-%ld.tmp", path, (long)getpid(), k), fd;

        if (n < 0 || n >= ASY__PATH) {
            errno = ENAMETOOLONG;
            return -1;
        }
        fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

asy_status asy_io_write(const char *path, const void *data, size_t n)
{
    char beside[ASY__PATH], folder[ASY__PATH];
    int fd = open_beside(path, beside);

    if (fd < 0)
        return asy__io_failed("write", path);
    ASY_TRY(fill(fd, beside, path, data, n));
    if (asy__rename(beside, path) != 0) {
        asy_status s = asy__io_failed("write", path);

        (void)unlink(beside);
        return s;
    }
    asy__folder_of(path, folder);
    ASY_TRY(asy__sync_folder(folder));
    return ASY_OK;
}

asy_status asy_io_write_buf(const char *path, const asy_buf *b)
{
    ASY_TRY(asy_buf_status(b));
    ASY_TRY(asy_io_write(path, asy_buf_text(b), b->n));
    return ASY_OK;
}

/* Reads until n bytes or the end; -1 and errno. */
static ssize_t read_some(int fd, char *p, size_t n)
{
    size_t got = 0;

    while (got < n) {
        ssize_t k = read(fd, p + got, n - got < 1u << 30 ? n - got : 1u << 30);

        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0)
            return -1;
        if (k == 0)
            break;
        got += (size_t)k;
    }
    return (ssize_t)got;
}

static asy_status too_large(const char *path, size_t limit)
{
    ASY_FAIL(ASY_EINVAL, "`%s` is larger than %zu bytes", path, limit);
}

/* A file whose size is known. */
static asy_status read_sized(asy_arena *a, int fd, const char *path, size_t size, char **data, size_t *n)
{
    char *p = asy_alloc(a, size + 1, 1);
    ssize_t got;

    if (!p)
        return asy_arena_status(a);
    got = read_some(fd, p, size);
    if (got < 0)
        return asy__io_failed("read", path);
    *data = p;
    *n = (size_t)got;
    return ASY_OK;
}

/* A pipe, or a file that the kernel makes up: its size shows at the end. */
static asy_status read_stream(asy_arena *a, int fd, const char *path, size_t limit, asy_buf *b, char **data,
                              size_t *n)
{
    char piece[16384];
    ssize_t got;

    while ((got = read_some(fd, piece, sizeof piece)) > 0) {
        if ((size_t)got > limit - b->n)
            return too_large(path, limit);
        asy_buf_put(b, piece, (size_t)got);
        ASY_TRY(asy_buf_status(b));
    }
    if (got < 0)
        return asy__io_failed("read", path);
    *data = asy_alloc(a, b->n + 1, 1);
    *n = b->n;
    if (!*data)
        return asy_arena_status(a);
    memcpy(*data, asy_buf_text(b), b->n);
    return ASY_OK;
}

asy_status asy_io_read(asy_arena *a, const char *path, size_t limit, char **data, size_t *n)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    asy_status s;
    asy_buf b;

    *data = NULL;
    *n = 0;
    if (fd < 0)
        return asy__io_failed("read", path);
    asy_buf_init(&b, limit);
    if (fstat(fd, &st) != 0)
        s = asy__io_failed("read", path);
    else if (S_ISREG(st.st_mode) && (uintmax_t)st.st_size > limit)
        s = too_large(path, limit);
    else if (S_ISREG(st.st_mode) && st.st_size > 0)
        s = read_sized(a, fd, path, (size_t)st.st_size, data, n);
    else
        s = read_stream(a, fd, path, limit, &b, data, n);
    asy_buf_free(&b);
    (void)close(fd);
    ASY_TRY(s);
    return ASY_OK;
}

asy_status asy_lines_open(asy_lines *l, const char *path, int64_t cut_at)
{
    struct stat st;
    asy_status s = ASY_OK;

    *l = (asy_lines){ .fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666), .path = path };
    if (l->fd < 0)
        return asy__io_failed("open", path);
    if (fstat(l->fd, &st) != 0)
        s = asy__io_failed("open", path);
    else if (cut_at > st.st_size)
        s = asy_fail_(ASY_EINVAL, __FILE__, __LINE__, "`%s` holds %lld bytes, fewer than the %lld it should",
                      path, (long long)st.st_size, (long long)cut_at);
    else if (cut_at >= 0 && ftruncate(l->fd, (off_t)cut_at) != 0)
        s = asy__io_failed("cut", path);
    else
        l->offset = cut_at >= 0 ? cut_at : st.st_size;
    if (s != ASY_OK)
        asy_lines_close(l);
    return s;
}

/* In one writev; where the system takes only part of it, the rest follows. */
static int put_line(int fd, const char *line, size_t n)
{
    char newline = '\n';
    struct iovec parts[2] = { { (void *)(uintptr_t)line, n }, { &newline, 1 } };
    ssize_t k;
    size_t written;

    if (disk_full()) {
        (void)!write(fd, line, n / 2);
        errno = ENOSPC;
        return -1;
    }
    do
        k = writev(fd, parts, 2);
    while (k < 0 && errno == EINTR);
    if (k < 0)
        return -1;
    written = (size_t)k;
    if (written < n && write_all(fd, line + written, n - written) != 0)
        return -1;
    return written <= n ? write_all(fd, &newline, 1) : 0;
}

asy_status asy_lines_put(asy_lines *l, const char *line, size_t n)
{
    if (put_line(l->fd, line, n) != 0) {
        asy_status s = asy__io_failed("append to", l->path);

        (void)!ftruncate(l->fd, (off_t)l->offset);  /* no half line stays */
        return s;
    }
    l->offset += (int64_t)n + 1;
    return ASY_OK;
}

asy_status asy_lines_sync(asy_lines *l)
{
    if (asy__fsync(l->fd) != 0)
        return asy__io_failed("sync", l->path);
    return ASY_OK;
}

void asy_lines_close(asy_lines *l)
{
    if (l->fd >= 0)
        (void)close(l->fd);
    l->fd = -1;
}
