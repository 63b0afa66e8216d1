// SPDX-License-Identifier: GPL-3.0-or-later
/* Pictures of one bit a pixel without a header: row by row, most significant bit first, each begins on a
 * byte. */
#include "assay.h"

static asy_status tensor(const asy_data_in *in, const asy_bytes *f, const asy_form *form, asy_tensor *t)
{
    asy_shape s = form->shape.n > 0 ? form->shape : ASY_SHAPE(1, 105, 105);
    int64_t pixels = asy_shape_count(&s);
    size_t size = (size_t)(pixels + 7) / 8;
    if (s.n != 3 || f->n == 0 || f->n % size != 0)
        return asy_data_broken(in, f, "bits", f->n / size * size,
                               "it is no whole number of pictures of %zu bytes", size);
    int64_t n = (int64_t)(f->n / size);
    *t = asy_tensor_new(in->arena, ASY_U8, ASY_SHAPE(n, s.d[0], s.d[1], s.d[2]));
    if (t->data == NULL) return asy_arena_status(in->arena);
    uint8_t *out = t->data;
    for (int64_t i = 0; i < n; i++) {
        const unsigned char *p = (const unsigned char *)f->data + (size_t)i * size;
        for (int64_t j = 0; j < pixels; j++) out[i * pixels + j] = p[j / 8] >> (7 - j % 8) & 1;
        if (pixels % 8 != 0 && (p[size - 1] & (0xff >> pixels % 8)) != 0)
            return asy_data_broken(in, f, "bits", (size_t)(i + 1) * size - 1,
                                   "the bits after a picture are not 0");
    }
    return ASY_OK;
}

static const char *const suffixes[] = { ".1bpp", NULL };

const asy_reader asy_reader_bits = {
    .m = { .name = "bits",
           .summary = "packed pictures of one bit a pixel, 105x105 (Omniglot)",
           .revision = 1,
           .cite =
               "B. Lake, R. Salakhutdinov, J. Tenenbaum, Human-level concept learning, Science 350, 2015" },
    .suffixes = suffixes,
    .tensor = tensor,
};
