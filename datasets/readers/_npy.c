// SPDX-License-Identifier: GPL-3.0-or-later
/* NumPy Enhancement Proposal 1: a magic, a header that is a Python dictionary, the raw values. */
#include "_npy.h"

#include <math.h>
#include <string.h>

enum { LONGEST_HEADER = 1 << 20 };

typedef struct {
    const asy_data_in *in;
    const asy_bytes *file;
    const char *data, *at, *end; /* of the header */
    size_t base;
    char order, kind;
    int64_t size;
    bool fortran, has[3];
    asy_shape shape;
} scan;

static asy_status bad(const scan *s, const char *what)
{
    return asy_data_broken(s->in, s->file, "NPY", s->base + (size_t)(s->at - s->data), "%s", what);
}

static void blanks(scan *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\n' || *s->at == '\t' || *s->at == '\r')) s->at++;
}

static bool skip(scan *s, char c)
{
    blanks(s);
    if (s->at == s->end || *s->at != c) return false;
    s->at++;
    return true;
}

/* A quoted word of at most 31 bytes. */
static bool word(scan *s, char out[32])
{
    blanks(s);
    if (s->at == s->end || (*s->at != '\'' && *s->at != '"')) return false;
    const char *stop = memchr(s->at + 1, *s->at, (size_t)(s->end - s->at - 1));
    if (stop == NULL || stop - s->at > 32) return false;
    size_t n = (size_t)(stop - s->at - 1);
    memcpy(out, s->at + 1, n);
    out[n] = 0;
    s->at = stop + 1;
    return true;
}

static asy_status descr(scan *s)
{
    static const char *const types[] = { "b1", "i1", "i2", "i4", "i8", "u1",
                                         "u2", "u4", "u8", "f2", "f4", "f8" };
    char w[32];
    const char *from = s->at;
    if (!word(s, w)) return bad(s, "`descr` is not one type in quotes: arrays of records are not read");
    s->at = from;
    if (strchr(w, 'O') != NULL)
        return bad(s, "it holds Python objects, which may run code when they are read");
    s->order = w[0];
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strchr("<>|=", w[0]) != NULL && w[0] != 0 && strcmp(w + 1, types[i]) == 0) {
            s->kind = w[1];
            s->size = w[2] - '0';
        }
    if (s->kind == 0 || (s->order == '|' && s->size > 1))
        return bad(s, "its type is none of bool, integers of 1 to 8 bytes, floats of 2 to 8 bytes");
    (void)word(s, w);
    return ASY_OK;
}

static asy_status shape(scan *s)
{
    if (!skip(s, '(')) return bad(s, "`shape` is not a tuple");
    while (!skip(s, ')')) {
        int64_t v = 0;
        blanks(s);
        const char *first = s->at;
        for (; s->at < s->end && *s->at >= '0' && *s->at <= '9'; s->at++) {
            if (v > (INT64_MAX - 9) / 10) return bad(s, "an axis is too long");
            v = 10 * v + (*s->at - '0');
        }
        if (s->at == first) return bad(s, "an axis is not a number from 0");
        if (s->at < s->end && *s->at == 'L') s->at++; /* written by Python 2 */
        if (s->shape.n == ASY_MAXDIM) return bad(s, "it has more than 6 axes");
        s->shape.d[s->shape.n++] = v;
        if (!skip(s, ',') && !(s->at < s->end && *s->at == ')')) return bad(s, "`shape` is never closed");
    }
    return ASY_OK;
}

static asy_status entry(scan *s)
{
    char key[32];
    if (!word(s, key) || !skip(s, ':')) return bad(s, "its header is not a dictionary");
    int k = strcmp(key, "descr") == 0           ? 0
            : strcmp(key, "fortran_order") == 0 ? 1
            : strcmp(key, "shape") == 0         ? 2
                                                : 3;
    if (k == 3 || s->has[k])
        return bad(s, "its header has another key than descr, fortran_order, shape, or one twice");
    s->has[k] = true;
    blanks(s);
    if (k == 0) return descr(s);
    if (k == 2) return shape(s);
    size_t left = (size_t)(s->end - s->at);
    s->fortran = left >= 4 && memcmp(s->at, "True", 4) == 0;
    if (!s->fortran && !(left >= 5 && memcmp(s->at, "False", 5) == 0))
        return bad(s, "`fortran_order` is neither True nor False");
    s->at += s->fortran ? 4 : 5;
    return ASY_OK;
}

static asy_status header(scan *s)
{
    if (!skip(s, '{')) return bad(s, "its header is not a dictionary");
    while (!skip(s, '}')) {
        ASY_TRY(entry(s));
        if (!skip(s, ',') && !(s->at < s->end && *s->at == '}')) return bad(s, "its header is never closed");
    }
    blanks(s);
    if (s->at != s->end) return bad(s, "something follows the header's dictionary");
    return s->has[0] && s->has[1] && s->has[2]
               ? ASY_OK
               : bad(s, "its header lacks one of descr, fortran_order, shape");
}

static uint64_t bits(const scan *s, const unsigned char *p)
{
    uint64_t v = 0;
    for (int64_t i = 0; i < s->size; i++) v |= (uint64_t)p[s->order == '>' ? s->size - 1 - i : i] << (8 * i);
    return v;
}

static float half(uint64_t w)
{
    int e = (int)(w >> 10 & 31), m = (int)(w & 1023);
    float v = e == 31 ? (m != 0 ? NAN : INFINITY) : e == 0 ? (float)m / 16777216.0f : 0;
    if (e > 0 && e < 31) {
        uint32_t b = (uint32_t)(e + 112) << 23 | (uint32_t)m << 13;
        memcpy(&v, &b, sizeof v);
    }
    return w & 0x8000 ? -v : v;
}

static int64_t whole(const scan *s, uint64_t v)
{
    int64_t high = s->size == 8 ? 0 : (int64_t)1 << (8 * s->size);
    if (s->kind != 'i') return (int64_t)v;
    return high != 0 && v >> (8 * s->size - 1) != 0 ? (int64_t)v - high : (int64_t)v;
}

/* What the values are stored as: bytes; int32 where all fit; else float64, where all are exact. */
static asy_status store_type(scan *s, const unsigned char *p, int64_t n, asy_dtype *type)
{
    const int64_t exact = (int64_t)1 << 53;
    if (s->kind == 'f') return *type = s->size == 8 ? ASY_F64 : ASY_F32, ASY_OK;
    if (s->kind == 'b' || (s->kind == 'u' && s->size == 1)) return *type = ASY_U8, ASY_OK;
    *type = ASY_I32;
    if (s->size < 4 || (s->size == 4 && s->kind == 'i')) return ASY_OK;
    for (int64_t i = 0; i < n; i++) {
        uint64_t w = bits(s, p + i * s->size);
        int64_t v = whole(s, w);
        if (v < INT32_MIN || v > INT32_MAX) *type = ASY_F64;
        if (v < -exact || v > exact || (s->kind == 'u' && w > (uint64_t)exact))
            return asy_data_broken(s->in, s->file, "NPY",
                                   s->base + (size_t)((const char *)p - s->data) + (size_t)(i * s->size),
                                   "an integer beyond 2^53 has no exact place here");
    }
    return ASY_OK;
}

static void put(const scan *s, asy_tensor *t, int64_t i, uint64_t w)
{
    double d;
    uint32_t low = (uint32_t)w;
    switch (t->type) {
    case ASY_U8: ((uint8_t *)t->data)[i] = (uint8_t)w; break;
    case ASY_I32: ((int32_t *)t->data)[i] = (int32_t)whole(s, w); break;
    case ASY_F32:
        if (s->size == 2) ((float *)t->data)[i] = half(w);
        else memcpy((float *)t->data + i, &low, sizeof low);
        break;
    default:
        d = (double)whole(s, w);
        memcpy((double *)t->data + i, s->kind == 'f' ? (const void *)&w : &d, sizeof w);
    }
}

/* Values in C order, whatever order the file has. */
static void values(const scan *s, const unsigned char *p, int64_t n, asy_tensor *t)
{
    int64_t at[ASY_MAXDIM] = { 0 }, stride[ASY_MAXDIM], step = 1;
    for (int k = 0; k < s->shape.n; k++) stride[k] = step, step *= s->shape.d[k];
    for (int64_t i = 0; i < n; i++) {
        int64_t from = i;
        if (s->fortran) {
            from = 0;
            for (int k = 0; k < s->shape.n; k++) from += at[k] * stride[k];
            for (int k = s->shape.n - 1; k >= 0 && ++at[k] == s->shape.d[k]; k--) at[k] = 0;
        }
        put(s, t, i, bits(s, p + from * s->size));
    }
}

asy_status asy__npy_read(const asy_data_in *in, const asy_bytes *file, size_t base, const char *data,
                         size_t n, asy_tensor *t)
{
    scan s = { .in = in, .file = file, .data = data, .base = base, .at = data };
    const unsigned char *u = (const unsigned char *)data;
    if (n < 10 || memcmp(data, "\x93NUMPY", 6) != 0)
        return bad(&s, "it does not begin with the magic of NPY");
    s.at = data + 6;
    if (u[6] < 1 || u[6] > 3 || u[7] != 0) return bad(&s, "its version is none of 1.0, 2.0, 3.0");
    size_t start = u[6] == 1 ? 10 : 12;
    s.at = data + 8;
    if (n < start) return bad(&s, "it ends inside its header");
    size_t length = (size_t)u[8] | (size_t)u[9] << 8;
    if (u[6] > 1) length |= (size_t)u[10] << 16 | (size_t)u[11] << 24;
    if (length > LONGEST_HEADER) return bad(&s, "its header is longer than 1 MiB");
    if (length > n - start) return bad(&s, "it ends inside its header");
    s.at = data + start;
    s.end = s.at + length;
    ASY_TRY(header(&s));
    int64_t count = asy_shape_count(&s.shape);
    if (count < 0 || count > ASY_FILE_LIMIT / s.size) return bad(&s, "its axes multiply to more than 1 GiB");
    size_t have = n - start - length, want = (size_t)(count * s.size);
    if (have != want)
        return asy_data_broken(in, file, "NPY", base + n, "%zu data bytes are expected, %zu are there", want,
                               have);
    const unsigned char *p = u + start + length;
    asy_dtype type;
    ASY_TRY(store_type(&s, p, count, &type));
    *t = asy_tensor_new(in->arena, type, s.shape);
    if (t->data == NULL) return asy_arena_status(in->arena);
    values(&s, p, count, t);
    return ASY_OK;
}
