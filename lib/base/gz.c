// SPDX-License-Identifier: GPL-3.0-or-later
#include "gz.h"
#include "buf.h"
#include <string.h>
#include <zlib.h>

bool asy_gz_is(const char *data, size_t n)
{
    return n >= 2 && memcmp(data, "\x1f\x8b", 2) == 0;
}

uint32_t asy_crc32(uint32_t crc, const void *p, size_t n)
{
    return n ? (uint32_t)crc32_z(crc, p, n) : crc;
}

static bool only_zeros(const char *p, size_t n)
{
    while (n && !*p)
        p++, n--;
    return n == 0;
}

static asy_status inflate_all(z_stream *z, const char *name, const char *data, size_t n, asy_buf *out)
{
    unsigned char piece[32768];
    size_t at = 0;

    for (;;) {
        size_t feed = n - at < 1u << 30 ? n - at : 1u << 30, got;
        int code;

        z->next_in = (z_const Bytef *)(uintptr_t)(data + at);
        z->avail_in = (uInt)feed;
        z->next_out = piece;
        z->avail_out = sizeof piece;
        code = inflate(z, Z_NO_FLUSH);
        at += feed - z->avail_in;
        got = sizeof piece - z->avail_out;
        if (got > out->max - out->n)
            ASY_FAIL(ASY_EPARSE, "%s: more than %zu bytes come out of %zu: a gzip bomb?", name, out->max, n);
        asy_buf_put(out, piece, got);
        ASY_TRY(asy_buf_status(out));
        if (code == Z_STREAM_END) {
            if (only_zeros(data + at, n - at))  /* the end, or what tape and block devices pad with */
                return ASY_OK;
            if (!asy_gz_is(data + at, n - at) || inflateReset(z) != Z_OK)
                ASY_FAIL(ASY_EPARSE, "%s: something that is not gzip follows at byte %zu", name, at);
        } else if (code == Z_MEM_ERROR) {
            ASY_FAIL(ASY_ENOMEM, "%s: out of memory", name);
        } else if (code == Z_BUF_ERROR || (code == Z_OK && at == n && z->avail_out)) {
            ASY_FAIL(ASY_EPARSE, "%s: the gzip data stop short at byte %zu", name, at);
        } else if (code != Z_OK) {
            ASY_FAIL(ASY_EPARSE, "%s: damaged gzip data at byte %zu (%s)", name, at,
                     z->msg ? z->msg : "bad header");
        }
    }
}

asy_status asy_gz_inflate(asy_arena *a, const char *name, const char *data, size_t n, size_t limit,
                          char **out, size_t *n_out)
{
    z_stream z = { 0 };
    asy_buf text;
    asy_status s;

    if (!asy_gz_is(data, n))
        ASY_FAIL(ASY_EPARSE, "%s: not a gzip file (byte 0)", name);
    if (inflateInit2(&z, 15 + 16) != Z_OK)  /* 16: gzip framing only */
        ASY_FAIL(ASY_ENOMEM, "%s: out of memory", name);
    asy_buf_init(&text, limit);
    s = inflate_all(&z, name, data, n, &text);
    (void)inflateEnd(&z);
    if (s == ASY_OK) {
        *out = asy_alloc(a, text.n + 1, 1);
        *n_out = text.n;
        if (*out)
            memcpy(*out, asy_buf_text(&text), text.n);
        else
            s = asy_arena_status(a);
    }
    asy_buf_free(&text);
    ASY_TRY(s);
    return ASY_OK;
}

asy_status asy_gz_inflate_raw(asy_arena *a, const char *name, const char *data, size_t n, char **out,
                              size_t n_out)
{
    z_stream z = { 0 };
    int code;

    if (n > 1u << 30 || n_out > 1u << 30)
        ASY_FAIL(ASY_EPARSE, "%s: more than 1 GiB of deflated data", name);
    *out = asy_alloc(a, n_out + 1, 1);
    if (!*out)
        return asy_arena_status(a);
    z.next_in = (z_const Bytef *)(uintptr_t)data;
    z.avail_in = (uInt)n;
    z.next_out = (Bytef *)*out;
    z.avail_out = (uInt)n_out;
    if (inflateInit2(&z, -15) != Z_OK)      /* negative: no framing */
        ASY_FAIL(ASY_ENOMEM, "%s: out of memory", name);
    code = inflate(&z, Z_FINISH);
    (void)inflateEnd(&z);
    if (code != Z_STREAM_END || z.avail_in || z.avail_out)
        ASY_FAIL(ASY_EPARSE, "%s: the deflated data are damaged or of another length", name);
    return ASY_OK;
}
