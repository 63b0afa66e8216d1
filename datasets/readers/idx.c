// SPDX-License-Identifier: GPL-3.0-or-later
/* IDX, the format of MNIST and its relatives: two zero bytes, a type byte, the number of axes, each axis as a
 * big-endian u32, then the values, big-endian. */
#include "assay.h"

#include <string.h>

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

static asy_status header(const asy_data_in *in, const asy_bytes *f, asy_tensor *t, size_t *start)
{
    const unsigned char *p = (const unsigned char *)f->data;
    size_t n = f->n;
    if (n < 4 || p[0] != 0 || p[1] != 0 || value_size(p[2]) == 0)
        return asy_data_broken(in, f, "IDX", 0,
                               "it does not begin with 00 00 and a type byte 08, 09, 0b, 0c, 0d or 0e");
    int axes = p[3];
    if (axes < 1 || axes > 4) return asy_data_broken(in, f, "IDX", 3, "it has no axis, or more than four");
    if (n < 4 + 4 * (size_t)axes) return asy_data_broken(in, f, "IDX", n, "it ends inside its header");
    t->s.n = axes;
    size_t count = 1;
    for (int i = 0; i < axes; i++) {
        uint32_t d = big32(p + 4 + 4 * i);
        if (d != 0 && count > (size_t)ASY_FILE_LIMIT / d)
            return asy_data_broken(in, f, "IDX", 4 + 4 * (size_t)i, "its axes multiply to more than 1 GiB");
        count *= d;
        t->s.d[i] = d;
    }
    *start = 4 + 4 * (size_t)axes;
    size_t want = count * value_size(p[2]);
    if (n - *start != want)
        return asy_data_broken(in, f, "IDX", n - *start < want ? n : *start + want,
                               "its axes ask for %zu bytes of values, %zu are there", want, n - *start);
    return ASY_OK;
}

static asy_status tensor(const asy_data_in *in, const asy_bytes *f, const asy_form *form, asy_tensor *t)
{
    const unsigned char *p = (const unsigned char *)f->data;
    size_t start = 0;
    (void)form;
    ASY_TRY(header(in, f, t, &start));
    unsigned type = p[2];
    asy_dtype to = type == 0x08 ? ASY_U8 : type == 0x0d ? ASY_F32 : type == 0x0e ? ASY_F64 : ASY_I32;
    *t = asy_tensor_new(in->arena, to, t->s);
    if (t->data == NULL) return asy_arena_status(in->arena);
    convert(type, p + start, asy_shape_count(&t->s), t);
    return ASY_OK;
}

static const char *const suffixes[] = { "-ubyte", ".idx", NULL };

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
