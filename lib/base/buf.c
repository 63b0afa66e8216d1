// SPDX-License-Identifier: GPL-3.0-or-later
#include "buf.h"
#include "fault.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void asy_buf_init(asy_buf *b, size_t max_bytes)
{
    *b = (asy_buf){ .max = max_bytes };
}

void asy_buf_free(asy_buf *b)
{
    free(b->data);
    asy_buf_init(b, b->max);
}

void asy_buf_reset(asy_buf *b)
{
    b->n = 0;
    b->failed = false;
    if (b->data)
        b->data[0] = '\0';
}

/* Room for n more bytes and the NUL. */
static bool reserve(asy_buf *b, size_t n)
{
    size_t cap = b->cap ? b->cap : 256;
    char *data;

    if (b->failed || n > b->max - b->n || b->max == SIZE_MAX) {
        b->failed = true;
        return false;
    }
    if (b->n + n < b->cap)
        return true;
    while (cap <= b->n + n)
        cap = cap > SIZE_MAX / 2 ? b->n + n + 1 : cap * 2;
    if (cap > b->max + 1)
        cap = b->max + 1;
    data = asy__alloc_fails() ? NULL : realloc(b->data, cap);
    if (!data) {
        b->failed = true;
        return false;
    }
    b->data = data;
    b->cap = cap;
    return true;
}

void asy_buf_put(asy_buf *b, const void *p, size_t n)
{
    if (!reserve(b, n))
        return;
    if (n)
        memcpy(b->data + b->n, p, n);
    b->n += n;
    b->data[b->n] = '\0';
}

void asy_buf_puts(asy_buf *b, const char *s)
{
    asy_buf_put(b, s, strlen(s));
}

void asy_buf_putc(asy_buf *b, char c)
{
    asy_buf_put(b, &c, 1);
}

void asy_buf_printf(asy_buf *b, const char *fmt, ...)
{
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0) {
        b->failed = true;
        return;
    }
    if (!reserve(b, (size_t)n))
        return;
    va_start(ap, fmt);
    (void)vsnprintf(b->data + b->n, (size_t)n + 1, fmt, ap);
    va_end(ap);
    b->n += (size_t)n;
}

const char *asy_buf_text(const asy_buf *b)
{
    return b->data ? b->data : "";
}

asy_status asy_buf_status(const asy_buf *b)
{
    if (b->failed)
        ASY_FAIL(ASY_ENOMEM, "a text of %zu bytes could not grow (its limit is %zu)", b->n, b->max);
    return ASY_OK;
}
