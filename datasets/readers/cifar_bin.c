// SPDX-License-Identifier: GPL-3.0-or-later
/* The binary version of CIFAR-10 and CIFAR-100: records of one or two label bytes and 3 x 32 x 32 pixels, red
 * then green then blue, row by row. */
#include "assay.h"

#include <string.h>

enum { PIXELS = 3 * 32 * 32 };

static asy_status table(const asy_data_in *in, const asy_bytes *f, const asy_form *form, asy_table *t)
{
    size_t labels = f->n % (PIXELS + 1) == 0 ? 1 : 2, size = PIXELS + labels;
    (void)form;
    if (f->n == 0 || f->n % size != 0)
        return asy_data_broken(in, f, "CIFAR", f->n / size * size,
                               "it is no whole number of records of 3073 bytes, nor of 3074");
    int64_t n = (int64_t)(f->n / size);
    asy_raw *c = ASY_NEWN(in->arena, 3, asy_raw);
    asy_tensor x = asy_tensor_new(in->arena, ASY_U8, ASY_SHAPE(n, 3, 32, 32)),
               y = asy_tensor_new(in->arena, ASY_U8, ASY_SHAPE(n)),
               coarse = asy_tensor_new(in->arena, ASY_U8, ASY_SHAPE(n));
    if (c == NULL || x.data == NULL || y.data == NULL || coarse.data == NULL)
        return asy_arena_status(in->arena);
    for (int64_t i = 0; i < n; i++) {
        const unsigned char *r = (const unsigned char *)f->data + (size_t)i * size;
        uint8_t fine = r[labels - 1];
        if (fine >= (labels == 1 ? 10 : 100))
            return asy_data_broken(in, f, "CIFAR", (size_t)i * size + labels - 1, "label %d is no class",
                                   fine);
        ((uint8_t *)y.data)[i] = fine;
        ((uint8_t *)coarse.data)[i] = r[0];
        memcpy((uint8_t *)x.data + i * PIXELS, r + labels, PIXELS);
    }
    c[0] = (asy_raw){ .name = "input", .role = ASY_ROLE_INPUT, .data = x };
    c[1] = (asy_raw){ .name = "label", .role = ASY_ROLE_LABEL, .data = y };
    c[2] = (asy_raw){ .name = "coarse", .role = ASY_ROLE_NONE, .data = coarse };
    *t = (asy_table){ .n = n, .n_cols = labels == 1 ? 2 : 3, .cols = c };
    return ASY_OK;
}

static const char *const suffixes[] = { ".bin", NULL };

const asy_reader asy_reader_cifar_bin = {
    .m = { .name = "cifar-bin",
           .summary = "the binary batches of CIFAR-10 and CIFAR-100",
           .revision = 1,
           .cite = "A. Krizhevsky, Learning multiple layers of features from tiny images, 2009" },
    .suffixes = suffixes,
    .table = table,
};
