// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_images.h"

enum { SIDE = 28, N = SIDE * SIDE, COUNT = 50 };

/* In black images: the light of columns that are left out, and columns of the line whose brightest pixel is
 * darker than the farthest that a line can be from a pixel's centre, 1 + ln(1 − .5/2.3). */
static asy_status lines(asy_known_env *e, double *between, double *dark)
{
    float *x = asy_image_constant(e, COUNT * N, 0), *out = ASY_NEWN(e->arena, COUNT * N, float);
    ASY_TRY(asy_arena_status(e->arena));
    ASY_TRY(asy_image_corrupt(e, "dotted-line", 1, ASY_SHAPE(1, SIDE, SIDE), COUNT, x, out));
    *between = *dark = 0;
    for (int k = 0; k < COUNT; k++)
        for (int j = 0; j < SIDE; j++) {
            double most = 0;
            for (int i = 0; i < SIDE; i++) most = fmax(most, (double)out[k * N + i * SIDE + j]);
            if (j / 2 % 2 == 0 || j == SIDE - 1) *between += most;
            else *dark += most < 1 + log(1 - 0.5 / 2.3) - 1e-6;
        }
    return ASY_OK;
}
static asy_status between(asy_known_env *e, double *found)
{
    double other;
    return lines(e, found, &other);
}
static asy_status dark(asy_known_env *e, double *found)
{
    double other;
    return lines(e, &other, found);
}
/* The line's own form at its first column drawn, 2, from the drawn rows. */
static asy_status form(asy_known_env *e, double *found)
{
    float *x = asy_image_constant(e, N, 0), out[N];
    asy_rng r = asy_rng_part(asy_rng_part(asy_rng_seed(0), "corrupt"), "dotted-line");
    double r0 = (double)asy_rng_below(&r, 0, 0, 27), r1 = (double)asy_rng_below(&r, 0, 1, 27);
    ASY_TRY(asy_image_corrupt(e, "dotted-line", 1, ASY_SHAPE(1, SIDE, SIDE), 1, x, out));
    *found = 0;
    for (int i = 0; i < SIDE; i++) {
        double d = fabs(i - (r0 + (r1 - r0) * 2 / 27)), want = d < 2.3 ? fmax(0, log(1 - d / 2.3) + 1) : 0;
        *found = fmax(*found, fabs(want - (double)out[i * SIDE + 2]));
    }
    return ASY_OK;
}

const asy_known asy_known_corruption_dotted_line[] = {
    { "light between the dots", 0, 0, "Mu, Gilmer 2019: columns 0-1, 4-5 ... are left out", between },
    { "dots without a bright pixel", 0, 0, "closed form: a line passes within half a pixel", dark },
    { "one column of it", 0, 1e-6, "Mu, Gilmer 2019: 1 + log(1 - d/2.3)", form },
    { .name = NULL }
};
