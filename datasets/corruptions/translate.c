// SPDX-License-Identifier: GPL-3.0-or-later
/* A diagonal move. */
#include "../_warp.h"

static void apply(const asy_corruption_in *in, const float *x, float *out)
{
    int64_t down = (int64_t)asy__coin(in->rng, in->id, 0) * in->severity,
            right = (int64_t)asy__coin(in->rng, in->id, 1) * in->severity;
    asy__move(in->c, in->h, in->w, down, right, 0, x, out);
}

const asy_corruption asy_corruption_translate = {
    .m = { .name = "translate",
           .summary = "moved along a diagonal",
           .revision = 1,
           .cite = "Mu, Gilmer 2019, arXiv:1906.02337",
           .doc = "By 1, 2, 3, 4, 5 pixels along both axes, each with a random sign; black moves in.",
           .example = "corrupt: {shift: {method: translate, severity: 3}}" },
    .published = 3,
    .apply = apply,
};
