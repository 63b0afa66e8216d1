// SPDX-License-Identifier: GPL-3.0-or-later
/* IDX, the format of MNIST and its relatives: two zero bytes, a type byte, the number of axes, each axis as a
 * big-endian u32, then the values, big-endian. */
#include "assay.h"

#include <stdio.h>
#include <string.h>

enum { FILE_LIMIT = 1 << 30 }; /* bytes, also after inflating: a bomb stops here */

static asy_status broken(const asy_data_in *in, const char *path, size_t byte, const char *what)
{
    asy_diag_add(in->diag, "E0402", in->loc, "`%s` is not a whole IDX file: %s", path, what);
    asy_diag_note(in->diag, "%s, byte %zu", path, byte);
    return ASY_EDATA;
}

static uint32_t big32(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Bytes of one value by the type byte; 0: no such type. */
static size_t value_size(unsigned type)
{
    switch (type) {
    case 0x08:
    case 0x09: return 1;
    case 0x0b: return 2;
    case 0x0c:
    case 0x0d: return 4;
    case 0x0e: return 8;
    default: return 0;
    }
}

static void convert(unsigned type, const unsigned char *from, int64_t n, asy_tensor *t)
{
    int32_t *i32 = t->data;
    uint32_t *bits = t->data;
    double *f64 = t->data;
    if (type == 0x08) {
        memcpy(t->data, from, (size_t)n);
        return;
    }
    for (int64_t i = 0; i < n; i++) {
        if (type == 0x09) {
            i32[i] = (signed char)from[i];
        } else if (type == 0x0b) {
            i32[i] = (int16_t)(uint16_t)(from[2 * i] << 8 | from[2 * i + 1]);
        } else if (type == 0x0e) {
            uint64_t w = (uint64_t)big32(from + 8 * i) << 32 | big32(from + 8 * i + 4);
            memcpy(f64 + i, &w, 8);
        } else {
            bits[i] = big32(from + 4 * i);
        }
    }
}

static asy_status header(const asy_data_in *in, const char *path, const unsigned char *p, size_t n,
                         asy_tensor *t, size_t *start)
{
    if (n < 4 || p[0] != 0 || p[1] != 0 || value_size(p[2]) == 0)
        return broken(in, path, 0, "it does not begin with 00 00 and a type byte 08, 09, 0b, 0c, 0d or 0e");
    int axes = p[3];
    if (axes < 1 || axes > 4) return broken(in, path, 3, "it has no axis, or more than four");
    if (n < 4 + 4 * (size_t)axes) return broken(in, path, n, "it ends inside its header");
    t->s.n = axes;
    size_t count = 1;
    for (int i = 0; i < axes; i++) {
        uint32_t d = big32(p + 4 + 4 * i);
        if (d != 0 && count > (size_t)FILE_LIMIT / d)
            return broken(in, path, 4 + 4 * (size_t)i, "its axes multiply to more than 1 GiB");
        count *= d;
        t->s.d[i] = d;
    }
    *start = 4 + 4 * (size_t)axes;
    size_t want = count * value_size(p[2]);
    if (n - *start != want) {
        char text[128];
        snprintf(text, sizeof text, "its axes ask for %zu bytes of values, %zu are there", want, n - *start);
        return broken(in, path, n - *start < want ? n : *start + want, text);
    }
    return ASY_OK;
}

static asy_status parse(const asy_data_in *in, asy_arena *raw, const char *path, asy_tensor *t)
{
    char *data;
    size_t n, start = 0;
    asy_status s = asy_io_read(raw, path, FILE_LIMIT, &data, &n);
    if (s == ASY_OK && asy_gz_is(data, n)) s = asy_gz_inflate(raw, path, data, n, FILE_LIMIT, &data, &n);
    if (s == ASY_ENOMEM) return s;
    if (s != ASY_OK) {
        asy_diag_add(in->diag, "E0402", in->loc, "`%s` cannot be read", path);
        asy_diag_note(in->diag, "%s", asy_error_text());
        return ASY_EDATA;
    }
    const unsigned char *p = (const unsigned char *)data;
    ASY_TRY(header(in, path, p, n, t, &start));
    unsigned type = p[2];
    asy_dtype to = type == 0x08 ? ASY_U8 : type == 0x0d ? ASY_F32 : type == 0x0e ? ASY_F64 : ASY_I32;
    *t = asy_tensor_new(in->arena, to, t->s);
    if (t->data == NULL) return asy_arena_status(in->arena);
    convert(type, p + start, asy_shape_count(&t->s), t);
    return ASY_OK;
}

static asy_status tensor(const asy_data_in *in, const char *path, asy_tensor *t)
{
    asy_arena *raw = asy_arena_new(0);
    asy_status s = parse(in, raw, path, t);
    asy_arena_free(raw);
    return s;
}

static const char *const suffixes[] = { "-ubyte", ".idx", "-ubyte.gz", ".idx.gz", NULL };

const asy_reader asy_reader_idx = {
    .m = { .name = "idx",
           .summary = "IDX arrays, plain or gzipped (MNIST, Fashion-MNIST, EMNIST)",
           .revision = 1,
           .cite = "Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits",
           .doc = "All six value types; values are big-endian. One axis for labels, three for grey images "
                  "[n,H,W], four for [n,C,H,W]." },
    .suffixes = suffixes,
    .tensor = tensor,
};
