// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_images.h"

enum { SIDE = 28, N = SIDE * SIDE };

static asy_status black(asy_known_env *e, int severity, double *found)
{
    float *x = asy_image_constant(e, N, 0), out[N];
    ASY_TRY(asy_image_corrupt(e, "stripe", severity, ASY_SHAPE(1, SIDE, SIDE), 1, x, out));
    *found = asy_image_mean(N, out);
    return ASY_OK;
}
static asy_status third(asy_known_env *e, double *found) { return black(e, 3, found); }
static asy_status fifth(asy_known_env *e, double *found) { return black(e, 5, found); }
static asy_status grey(asy_known_env *e, double *found)
{
    float *x = asy_image_constant(e, N, 0.25f), out[N];
    ASY_TRY(asy_image_corrupt(e, "stripe", 3, ASY_SHAPE(1, SIDE, SIDE), 1, x, out));
    *found = (double)out[6] * 100 + (double)out[7] * 10 + (double)out[20] + (double)out[21] * 1000;
    return ASY_OK;
}

const asy_known asy_known_corruption_stripe[] = {
    { "black at severity 3", 0.5, 1e-9, "Mu, Gilmer 2019: 7 + 7 of 28 columns", third },
    { "black at severity 5", 22.0 / 28, 1e-9, "closed form: 11 + 11 of 28 columns", fifth },
    { "grey .25 in columns 21, 6, 7, 20", 750 + 75 + 2.5 + 0.25, 1e-4,
      "Mu, Gilmer 2019: inverted at 0-6 and 21-27", grey },
    { .name = NULL }
};
