// SPDX-License-Identifier: GPL-3.0-or-later
/* A shear by a fixed angle to a random side. */
#include "../_warp.h"

static const double angle[ASY_SEVERITIES] = { 0.2, 0.4, 0.6, 0.8, 1 };

static void apply(const asy_corruption_in *in, const float *x, float *out)
{
    double s, c;
    asy_sincos_near_f64(asy__coin(in->rng, in->id, 0) * angle[in->severity - 1], &s, &c);
    asy__map m = { .rr = c, .cr = -s, .cc = 1 };
    asy__warp(in->c, in->h, in->w, &m, 0, x, out);
}

const asy_corruption asy_corruption_shear = {
    .m = { .name = "shear",
           .summary = "slanted to the left or to the right",
           .revision = 1,
           .cite = "Mu, Gilmer 2019, arXiv:1906.02337",
           .doc = "A pixel (row, column) from the centre comes from (cos a row, column - sin a row), a = "
                  "0.2, 0.4, 0.6, 0.8, 1 with a random sign; bilinear, black outside.",
           .example = "corrupt: {shift: {method: shear, severity: 2}}" },
    .published = 2,
    .apply = apply,
};
