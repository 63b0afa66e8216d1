// SPDX-License-Identifier: GPL-3.0-or-later
/* Files. What is written appears whole or not at all. Errors name the path and what the system said;
 * a full disk or quota is ASY_EFULL, everything else ASY_EIO. */
#ifndef ASY_BASE_IO_H
#define ASY_BASE_IO_H
#include "arena.h"
#include "buf.h"

/* whole file + NUL; larger than limit: EINVAL */
asy_status asy_io_read(asy_arena *, const char *path, size_t limit, char **data, size_t *n) ASY_CHECKED;
/* temporary file beside it, fsync, rename, fsync of the folder */
asy_status asy_io_write(const char *path, const void *data, size_t n) ASY_CHECKED;
/* checks the buffer's own status first */
asy_status asy_io_write_buf(const char *path, const asy_buf *) ASY_CHECKED;
/* A plain file inside a folder that will be published whole: written and fsynced, no rename. */
asy_status asy_io_put(const char *path, const void *data, size_t n) ASY_CHECKED;
asy_status asy_io_mkdirs(const char *path) ASY_CHECKED;                      /* like mkdir -p */
/* fsync of work_dir, rename to dir, fsync of the parent; if dir is there already, work_dir is removed and
 * that is success */
asy_status asy_io_publish(const char *work_dir, const char *dir) ASY_CHECKED;
/* absent is success; never follows links */
asy_status asy_io_remove_tree(const char *path) ASY_CHECKED;
/* Removes, at any depth in dir, the temporary files of asy_io_write whose process on this machine is gone. Work
 * of a process that runs stays. Never follows links. */
asy_status asy_io_sweep(const char *dir) ASY_CHECKED;
bool       asy_io_exists(const char *path);
double     asy_io_age(const char *path);        /* seconds since it was last written; −1 if it is not there */
/* sorted by bytes, without . and .. */
asy_status asy_io_list(asy_arena *, const char *dir, int *n, char ***names) ASY_CHECKED;
/* An append-only file of lines: one write(2) a line. */
typedef struct { int fd; int64_t offset; const char *path; } asy_lines;
/* cut_at ≥ 0: truncated to that length first */
asy_status asy_lines_open(asy_lines *, const char *path, int64_t cut_at) ASY_CHECKED;
asy_status asy_lines_put(asy_lines *, const char *line, size_t n) ASY_CHECKED;         /* adds the newline */
asy_status asy_lines_sync(asy_lines *) ASY_CHECKED;
void       asy_lines_close(asy_lines *);
/* an absolute name stays as it is */
char      *asy_path_join(asy_arena *, const char *dir, const char *name);
char      *asy_path_dir(asy_arena *, const char *path);                     /* "." where there is none */
/* Fault injection for tests: the n-th write, fsync or rename from now on fails as if the disk were
 * full; 0 off. Returns the count since the last call. */
long       asy_io_fail_at(long n);
#endif
