// SPDX-License-Identifier: GPL-3.0-or-later
/* Bilinear interpolation has no error on a ramp: the map's coefficients are its slopes. */
#include "../_images.h"

enum { SIDE = 29, N = SIDE * SIDE };

static asy_status slope(asy_known_env *e, int severity, bool rows, double *by_row, double *by_column)
{
    float *x = asy_image_ramp(e, SIDE, SIDE, rows), out[N];
    ASY_TRY(asy_image_corrupt(e, "scale", severity, ASY_SHAPE(1, SIDE, SIDE), 1, x, out));
    asy_image_slopes(SIDE, SIDE, out, by_row, by_column);
    *by_row *= SIDE - 1;
    *by_column *= SIDE - 1;
    return ASY_OK;
}
static asy_status third(asy_known_env *e, double *found)
{
    double column;
    return slope(e, 3, true, found, &column);
}
static asy_status fifth(asy_known_env *e, double *found)
{
    double row;
    return slope(e, 5, false, &row, found);
}
/* At half the size a white image is 15 of 29 pixels wide: every other pixel, the outer ones on the border. */
static asy_status area(asy_known_env *e, double *found)
{
    float *x = asy_image_constant(e, N, 1), out[N];
    ASY_TRY(asy_image_corrupt(e, "scale", 5, ASY_SHAPE(1, SIDE, SIDE), 1, x, out));
    *found = asy_image_mean(N, out) * N;
    return ASY_OK;
}

const asy_known asy_known_corruption_scale[] = {
    { "slope at severity 3", 1 / 0.7, 2e-5, "closed form", third },
    { "slope at severity 5", 2, 2e-5, "closed form", fifth },
    { "white area at severity 5", 225, 1e-3, "closed form: 15 x 15", area },
    { .name = NULL }
};
