// SPDX-License-Identifier: GPL-3.0-or-later
/* A growable text (or byte string) with a maximum. Writes past the maximum or past
 * memory are dropped and remembered: asy_buf_status says so. Always ends in a NUL. */
#ifndef ASY_BASE_BUF_H
#define ASY_BASE_BUF_H
#include "status.h"

typedef struct { char *data; size_t n, cap, max; bool failed; } asy_buf;

void       asy_buf_init(asy_buf *, size_t max_bytes);   /* data is NULL until the first write */
void       asy_buf_free(asy_buf *);
void       asy_buf_reset(asy_buf *);                    /* keeps the memory */
void       asy_buf_put(asy_buf *, const void *, size_t n);
void       asy_buf_puts(asy_buf *, const char *);
void       asy_buf_putc(asy_buf *, char);
void       asy_buf_printf(asy_buf *, const char *fmt, ...) ASY_PRINTF(2, 3);
/* What users and their files wrote: control characters but tab and line feed, and broken UTF-8, show as `?`. */
void       asy_buf_put_clean(asy_buf *, const char *);
const char *asy_buf_text(const asy_buf *);              /* never NULL */
asy_status asy_buf_status(const asy_buf *) ASY_CHECKED;
#endif
