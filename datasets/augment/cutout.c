// SPDX-License-Identifier: GPL-3.0-or-later
/* A square that is painted over. */
#include "../_warp.h"

#include <string.h>

typedef struct { int64_t side; double fill; } par;

static const char *const side_words[] = { "size", "length", NULL };
static const asy_param params[] = {
    ASY_PARAM_I64(side, "16", 1, 4096, "pixels a side", .synonyms = side_words),
    ASY_PARAM_F64(fill, "0", 0, 1, "its colour, from the lowest value, 0, to the highest, 1"),
    ASY_PARAM_END
};

static void apply(const void *vp, const asy_augment_in *in, const float *x, float *out)
{
    const par *p = vp;
    int64_t h = in->shape.d[1], w = in->shape.d[2];
    int64_t top = (int64_t)asy_rng_below(in->rng, in->id, 0, (uint64_t)h) - p->side / 2,
            left = (int64_t)asy_rng_below(in->rng, in->id, 1, (uint64_t)w) - p->side / 2;
    float fill = asy__level(in, p->fill);
    memcpy(out, x, (size_t)(in->shape.d[0] * h * w) * sizeof *out);
    for (int64_t k = 0; k < in->shape.d[0]; k++)
        for (int64_t i = top > 0 ? top : 0; i < top + p->side && i < h; i++)
            for (int64_t j = left > 0 ? left : 0; j < left + p->side && j < w; j++)
                out[(k * h + i) * w + j] = fill;
}

const asy_augment asy_augment_cutout = {
    .m = { .name = "cutout",
           .summary = "a square at a random place is painted over",
           .revision = 1,
           .cite = "DeVries, Taylor 2017, arXiv:1708.04552",
           .doc = "The square's centre is any pixel with equal chance, so that part of it may lie outside.",
           .example = "augment: {cutout: {side: 14}}",
           ASY_PARAMS(params) },
    .images = true,
    .apply = apply,
};
