// SPDX-License-Identifier: GPL-3.0-or-later
/* A turn by a fixed angle to a random side. */
#include "../_warp.h"

static const double angle[ASY_SEVERITIES] = { 0.2, 0.4, 0.6, 0.8, 1 };

static void apply(const asy_corruption_in *in, const float *x, float *out)
{
    asy__map m =
        asy__turn(asy__coin(in->rng, in->id, 0) * angle[in->severity - 1] * (180 / 0x1.921fb54442d18p+1));
    asy__warp(in->c, in->h, in->w, &m, 0, x, out);
}

const asy_corruption asy_corruption_rotate = {
    .m = { .name = "rotate",
           .summary = "turned to the left or to the right",
           .revision = 1,
           .cite = "Mu, Gilmer 2019, arXiv:1906.02337",
           .doc = "By 0.2, 0.4, 0.6, 0.8, 1 radian with a random sign about the centre; bilinear, black "
                  "outside.",
           .example = "corrupt: {shift: {method: rotate, severity: 2}}" },
    .published = 2,
    .apply = apply,
};
