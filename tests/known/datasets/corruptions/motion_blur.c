// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_images.h"

#include <stdlib.h>

enum { SIDE = 90, N = SIDE * SIDE, MID = SIDE / 2 };

/* What one white pixel becomes; its sum, its centre's place and its extent. */
static asy_status spread(asy_known_env *e, int severity, double *sum, double *row, double *column,
                         double *far)
{
    float *x = asy_image_constant(e, N, 0), *out = ASY_NEWN(e->arena, N, float);
    ASY_TRY(asy_arena_status(e->arena));
    x[MID * SIDE + MID] = 1;
    ASY_TRY(asy_image_corrupt(e, "motion-blur", severity, ASY_SHAPE(1, SIDE, SIDE), 1, x, out));
    *sum = *row = *column = *far = 0;
    for (int i = 0; i < N; i++) {
        int r = i / SIDE - MID, c = i % SIDE - MID;
        *sum += (double)out[i];
        *row += (double)out[i] * r;
        *column += (double)out[i] * c;
        if (out[i] > 0) *far = fmax(*far, fmax(abs(r), abs(c)));
    }
    return ASY_OK;
}
static asy_status sum(asy_known_env *e, double *found)
{
    double row, column, far;
    return spread(e, 5, found, &row, &column, &far);
}
/* The centre moves by Σ i k_i over the steps, at an angle, each step being rounded up by less than a pixel.
 */
static asy_status moved(asy_known_env *e, double *found)
{
    double all, row, column, far, weight = 0, mean = 0;
    ASY_TRY(spread(e, 1, &all, &row, &column, &far));
    for (int i = 0; i < 21; i++) {
        double k = exp(-i * i / 18.0);
        weight += k;
        mean += i * k;
    }
    *found = sqrt(row * row + column * column) / (mean / weight);
    return ASY_OK;
}
static asy_status direction(asy_known_env *e, double *found)
{
    double all, row, column, far;
    ASY_TRY(spread(e, 5, &all, &row, &column, &far));
    *found = fabs(row) <= fabs(column) + 1 && far <= 40;
    return ASY_OK;
}

const asy_known asy_known_corruption_motion_blur[] = {
    { "one pixel's light is kept", 1, 1e-5, "closed form: weights of sum 1", sum },
    { "its way over the mean of the half-normal weights", 1, 0.3,
      "closed form: sum i exp(-i^2/18), steps rounded", moved },
    { "within 45 degrees of the rows and 40 pixels", 1, 0, "closed form: 2 * 20 steps", direction },
    { .name = NULL }
};
