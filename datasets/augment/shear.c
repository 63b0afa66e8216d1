// SPDX-License-Identifier: GPL-3.0-or-later
/* A shear along one of the axes. */
#include "../_warp.h"

typedef struct { double max, fill; } par;

static const asy_param params[] = {
    ASY_PARAM_F64(max, "0.3", 0, 4, "the largest slope, to either side"),
    ASY_PARAM_F64(fill, "0", 0, 1, "what comes in, from the lowest value, 0, to the highest, 1"),
    ASY_PARAM_END
};

static void apply(const void *vp, const asy_augment_in *in, const float *x, float *out)
{
    const par *p = vp;
    double slope = p->max * (2 * asy_rng_uniform64(in->rng, in->id, 0) - 1);
    bool across = asy__coin(in->rng, in->id, 1) > 0;
    asy__map m = { .rr = 1, .cc = 1, .cr = across ? slope : 0, .rc = across ? 0 : slope };
    asy__warp(in->shape.d[0], in->shape.d[1], in->shape.d[2], &m, asy__level(in, p->fill), x, out);
}

const asy_augment asy_augment_shear = {
    .m = { .name = "shear",
           .summary = "a random shear along one axis",
           .revision = 1,
           .cite = "Cubuk et al. 2020, arXiv:1909.13719",
           .doc = "Rows move along themselves in proportion to their distance from the middle one, by "
                  "`slope` pixels a row, or columns do so: each in half of the cases. The slope is drawn "
                  "evenly from -max ... max; bilinear interpolation.",
           .example = "augment: {shear: {max: 0.3}}",
           ASY_PARAMS(params) },
    .images = true,
    .apply = apply,
};
