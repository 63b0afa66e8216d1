// SPDX-License-Identifier: GPL-3.0-or-later
/* A turn about the centre. */
#include "../_warp.h"

typedef struct { double degrees, fill; } par;

static const asy_param params[] = {
    ASY_PARAM_F64(degrees, "15", 0, 180, "the largest angle, to either side"),
    ASY_PARAM_F64(fill, "0", 0, 1, "what turns in, from the lowest value, 0, to the highest, 1"),
    ASY_PARAM_END
};

static void apply(const void *vp, const asy_augment_in *in, const float *x, float *out)
{
    const par *p = vp;
    asy__map m = asy__turn(p->degrees * (2 * asy_rng_uniform64(in->rng, in->id, 0) - 1));
    asy__warp(in->shape.d[0], in->shape.d[1], in->shape.d[2], &m, asy__level(in, p->fill), x, out);
}

const asy_augment asy_augment_rotate = {
    .m = { .name = "rotate",
           .summary = "a random turn about the centre",
           .revision = 1,
           .cite = "Cubuk et al. 2020, arXiv:1909.13719",
           .doc = "By an angle drawn evenly from -degrees ... degrees, with bilinear interpolation.",
           .pitfalls = "Far turns make a 6 a 9.",
           .example = "augment: {rotate: {degrees: 15}}",
           ASY_PARAMS(params) },
    .images = true,
    .apply = apply,
};
