// SPDX-License-Identifier: GPL-3.0-or-later
/* Poisson noise: few photons. */
#include "assay.h"

static const double photons[ASY_SEVERITIES] = { 60, 25, 12, 5, 3 };

static void apply(const asy_corruption_in *in, const float *x, float *out)
{
    double most = photons[in->severity - 1];
    for (int64_t i = 0; i < in->c * in->h * in->w; i++)
        out[i] = (float)((double)asy_draw_poisson(in->rng, in->id, (uint64_t)i, (double)x[i] * most) / most);
}

const asy_corruption asy_corruption_shot_noise = {
    .m = { .name = "shot-noise",
           .summary = "Poisson noise, as of few photons",
           .revision = 1,
           .cite = "Mu, Gilmer 2019, arXiv:1906.02337",
           .doc = "Poisson(c x)/c, clipped, c = 60, 25, 12, 5, 3.",
           .example = "corrupt: {shift: {method: shot-noise, severity: 5}}" },
    .published = 5,
    .apply = apply,
};
