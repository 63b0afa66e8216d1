// SPDX-License-Identifier: GPL-3.0-or-later
/* Salt and pepper. */
#include "assay.h"

static const double share[ASY_SEVERITIES] = { 0.03, 0.06, 0.09, 0.17, 0.27 };

static void apply(const asy_corruption_in *in, const float *x, float *out)
{
    for (int64_t i = 0; i < in->c * in->h * in->w; i++) {
        bool hit = asy_rng_uniform64(in->rng, in->id, 2 * (uint64_t)i) < share[in->severity - 1];
        out[i] = !hit ? x[i] : asy_rng_below(in->rng, in->id, 2 * (uint64_t)i + 1, 2) == 1 ? 1.0f : 0.0f;
    }
}

const asy_corruption asy_corruption_impulse_noise = {
    .m = { .name = "impulse-noise",
           .summary = "salt and pepper",
           .revision = 1,
           .cite = "Mu, Gilmer 2019, arXiv:1906.02337",
           .doc = "A share 0.03, 0.06, 0.09, 0.17, 0.27 of all values becomes 0 or 1, each as likely.",
           .example = "corrupt: {shift: {method: impulse-noise, severity: 4}}" },
    .published = 4,
    .apply = apply,
};
