// SPDX-License-Identifier: GPL-3.0-or-later
/* A move by whole pixels. */
#include "../_warp.h"

typedef struct { double max, fill; } par;

static const asy_param params[] = {
    ASY_PARAM_F64(max, "0.125", 0, 1, "the farthest move, as a share of the side"),
    ASY_PARAM_F64(fill, "0", 0, 1, "what moves in, from the lowest value, 0, to the highest, 1"),
    ASY_PARAM_END
};

static int64_t draw(const par *p, const asy_augment_in *in, uint64_t element, int64_t side)
{
    int64_t most = (int64_t)floor(p->max * (double)side);
    return (int64_t)asy_rng_below(in->rng, in->id, element, 2 * (uint64_t)most + 1) - most;
}

static void apply(const void *vp, const asy_augment_in *in, const float *x, float *out)
{
    const par *p = vp;
    int64_t h = in->shape.d[1], w = in->shape.d[2];
    asy__move(in->shape.d[0], h, w, draw(p, in, 0, h), draw(p, in, 1, w), asy__level(in, p->fill), x, out);
}

const asy_augment asy_augment_shift = {
    .m = { .name = "shift",
           .summary = "a random move by whole pixels",
           .revision = 1,
           .cite = "Sohn et al. 2020, arXiv:2001.07685, section 2.3",
           .doc = "Down and to the right by numbers of pixels that are drawn alike from -m ... m, m being "
                  "`max` of the side, rounded down. No pixel is interpolated.",
           .example = "augment: {shift: {max: 0.125}}",
           ASY_PARAMS(params) },
    .images = true,
    .apply = apply,
};
