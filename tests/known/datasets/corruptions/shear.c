// SPDX-License-Identifier: GPL-3.0-or-later
/* Bilinear interpolation has no error on a ramp: the map's coefficients are its slopes. */
#include "../_images.h"

enum { SIDE = 29, N = SIDE * SIDE };

static asy_status slope(asy_known_env *e, int severity, bool rows, double *by_row, double *by_column)
{
    float *x = asy_image_ramp(e, SIDE, SIDE, rows), out[N];
    ASY_TRY(asy_image_corrupt(e, "shear", severity, ASY_SHAPE(1, SIDE, SIDE), 1, x, out));
    asy_image_slopes(SIDE, SIDE, out, by_row, by_column);
    *by_row *= SIDE - 1;
    *by_column *= SIDE - 1;
    return ASY_OK;
}
static asy_status across(asy_known_env *e, double *found)
{
    double row, column;
    ASY_TRY(slope(e, 2, false, &row, &column));
    *found = fabs(row);
    return ASY_OK;
}
static asy_status along(asy_known_env *e, double *found)
{
    double row, column;
    ASY_TRY(slope(e, 5, true, &row, &column));
    *found = row + fabs(column);
    return ASY_OK;
}

const asy_known asy_known_corruption_shear[] = {
    { "columns move by sin .4 a row at severity 2", 0.3894183423, 2e-5, "closed form", across },
    { "rows shrink by cos 1 at severity 5", 0.5403023059, 2e-5, "closed form", along },
    { .name = NULL }
};
