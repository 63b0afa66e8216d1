// SPDX-License-Identifier: GPL-3.0-or-later
/* gzip, by zlib. */
#ifndef ASY_BASE_GZ_H
#define ASY_BASE_GZ_H
#include "arena.h"
bool asy_gz_is(const char *data, size_t n);       /* by its magic bytes */
/* Inflates all members; more than `limit` bytes out: EPARSE ("a gzip bomb?"), truncated or bad
 * checksum: EPARSE with the byte. */
asy_status asy_gz_inflate(asy_arena *, const char *name, const char *data, size_t n, size_t limit,
                           char **out, size_t *n_out) ASY_CHECKED;
/* A bare deflate stream, as in a zip archive, that gives exactly n_out bytes and ends with the data; else
 * EPARSE. A NUL follows. */
asy_status asy_gz_inflate_raw(asy_arena *, const char *name, const char *data, size_t n, char **out,
                              size_t n_out) ASY_CHECKED;
uint32_t asy_crc32(uint32_t crc, const void *, size_t n);   /* start with 0 */
#endif
