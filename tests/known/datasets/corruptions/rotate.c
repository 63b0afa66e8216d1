// SPDX-License-Identifier: GPL-3.0-or-later
/* Bilinear interpolation has no error on a ramp: the map's coefficients are its slopes. */
#include "../_images.h"

enum { SIDE = 29, N = SIDE * SIDE };

static asy_status slope(asy_known_env *e, int severity, bool rows, double *by_row, double *by_column)
{
    float *x = asy_image_ramp(e, SIDE, SIDE, rows), out[N];
    ASY_TRY(asy_image_corrupt(e, "rotate", severity, ASY_SHAPE(1, SIDE, SIDE), 1, x, out));
    asy_image_slopes(SIDE, SIDE, out, by_row, by_column);
    *by_row *= SIDE - 1;
    *by_column *= SIDE - 1;
    return ASY_OK;
}
static asy_status second(asy_known_env *e, double *found)
{
    double row;
    return slope(e, 2, false, &row, found);
}
static asy_status across(asy_known_env *e, double *found)
{
    double column;
    ASY_TRY(slope(e, 5, false, found, &column));
    *found = fabs(*found);
    return ASY_OK;
}
static asy_status centre(asy_known_env *e, double *found)
{
    float x[N] = { 0 }, out[N];
    x[N / 2] = 1;
    ASY_TRY(asy_image_corrupt(e, "rotate", 4, ASY_SHAPE(1, SIDE, SIDE), 1, x, out));
    *found = (double)out[N / 2];
    return ASY_OK;
}

const asy_known asy_known_corruption_rotate[] = {
    { "cosine at severity 2", 0.9210609940, 2e-5, "closed form: cos .4", second },
    { "sine at severity 5", 0.8414709848, 2e-5, "closed form: sin 1", across },
    { "the centre stays", 1, 1e-6, "closed form", centre },
    { .name = NULL }
};
