// SPDX-License-Identifier: GPL-3.0-or-later
/* A smaller image on black. */
#include "../_warp.h"

static const double size[ASY_SEVERITIES] = { 0.9, 0.8, 0.7, 0.6, 0.5 };

static void apply(const asy_corruption_in *in, const float *x, float *out)
{
    double back = 1 / size[in->severity - 1];
    asy__map m = { .rr = back, .cc = back };
    asy__warp(in->c, in->h, in->w, &m, 0, x, out);
}

const asy_corruption asy_corruption_scale = {
    .m = { .name = "scale",
           .summary = "made smaller",
           .revision = 1,
           .cite = "Mu, Gilmer 2019, arXiv:1906.02337",
           .doc = "The image at 0.9, 0.8, 0.7, 0.6, 0.5 of its size about the centre; bilinear, black "
                  "outside.",
           .example = "corrupt: {shift: {method: scale, severity: 3}}" },
    .published = 3,
    .apply = apply,
};
