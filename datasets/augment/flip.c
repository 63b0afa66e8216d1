// SPDX-License-Identifier: GPL-3.0-or-later
/* The mirror image, by chance. */
#include "assay.h"

typedef struct { double p; int64_t axis; } par;

enum { HORIZONTAL, VERTICAL };
static const char *const axes[] = { "horizontal", "vertical", NULL };
static const asy_param params[] = {
    ASY_PARAM_F64(p, "0.5", 0, 1, "chance that a sample is flipped"),
    ASY_PARAM_ENUM(axis, "horizontal", axes, "left and right, or top and bottom, change places"),
    ASY_PARAM_END
};

static void apply(const void *vp, const asy_augment_in *in, const float *x, float *out)
{
    const par *p = vp;
    int64_t h = in->shape.d[1], w = in->shape.d[2];
    bool flipped = asy_rng_uniform64(in->rng, in->id, 0) < p->p;
    for (int64_t k = 0; k < in->shape.d[0]; k++)
        for (int64_t i = 0; i < h; i++)
            for (int64_t j = 0; j < w; j++) {
                int64_t r = flipped && p->axis == VERTICAL ? h - 1 - i : i,
                        c = flipped && p->axis == HORIZONTAL ? w - 1 - j : j;
                out[(k * h + i) * w + j] = x[(k * h + r) * w + c];
            }
}

const asy_augment asy_augment_flip = {
    .m = { .name = "flip",
           .summary = "the mirror image, by chance",
           .revision = 1,
           .cite = "Krizhevsky, Sutskever, Hinton 2012, NeurIPS 25",
           .doc = "With chance `p` a sample is replaced by its mirror image.",
           .pitfalls = "Mirror images of digits and letters are other signs, or none.",
           .example = "augment: {flip: {p: 0.5}}",
           ASY_PARAMS(params) },
    .images = true,
    .apply = apply,
};
