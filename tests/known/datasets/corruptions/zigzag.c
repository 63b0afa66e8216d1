// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_images.h"

enum { SIDE = 28, N = SIDE * SIDE, COUNT = 50 };

static asy_status draw(asy_known_env *e, float **out)
{
    float *x = asy_image_constant(e, COUNT * N, 0);
    *out = ASY_NEWN(e->arena, COUNT * N, float);
    ASY_TRY(asy_arena_status(e->arena));
    return asy_image_corrupt(e, "zigzag", 1, ASY_SHAPE(1, SIDE, SIDE), COUNT, x, *out);
}

/* The published construction, with angles: corners along a level line, turned about its beginning. */
static void paper(double r0, double r1, double *image)
{
    double theta = atan((r1 - r0) / 23), d = 23 / cos(theta), along[16] = { 0 }, across[16] = { 0 };
    int n = 1;
    for (int i = 0; i < (int)floor((d - 2) / 4) + 1; i++, n++)
        along[n] = (2 * i + 1) * 2, across[n] = i % 2 ? -2 : 2;
    along[n] = d;
    across[n] = across[n - 1] / (2 * (d - 4 * floor(d / 4)));
    for (int i = 1; i <= n; i++) {
        double c[2], r[2];
        for (int k = 0; k < 2; k++) {
            c[k] = cos(theta) * along[i - 1 + k] - sin(theta) * across[i - 1 + k] + 2;
            r[k] = sin(theta) * along[i - 1 + k] + cos(theta) * across[i - 1 + k] + r0;
        }
        for (int j = (int)floor(c[0]); j < (int)ceil(c[1] - 1e-9); j++)
            for (int row = 0; row < SIDE; row++) {
                double away = fabs(row - (r[0] + (r[1] - r[0]) / (c[1] - c[0]) * (j - c[0])));
                if (away < 2.3) image[row * SIDE + j] += fmax(0, 1 + log(1 - away / 2.3));
            }
    }
}

static asy_status brute(asy_known_env *e, double *found)
{
    float *out;
    asy_rng r = asy_rng_part(asy_rng_part(asy_rng_seed(0), "corrupt"), "zigzag");
    ASY_TRY(draw(e, &out));
    *found = 0;
    for (int k = 0; k < COUNT; k++) {
        double image[N] = { 0 }, r0 = (double)asy_rng_below(&r, (uint64_t)k, 0, 27),
               r1 = r0 - 5 + (double)asy_rng_below(&r, (uint64_t)k, 1, 10);
        paper(r0, r1, image);
        for (int i = 0; i < N; i++) *found = fmax(*found, fabs(fmin(1, image[i]) - (double)out[k * N + i]));
    }
    return ASY_OK;
}

/* Where the zigzag lies inside the image, a corner is every 4 columns: at slope 0 the columns 4, 12, 20 have
 * their light below the line's row (r = +2) and 8, 16 above it. */
static asy_status teeth(asy_known_env *e, double *found)
{
    float *out;
    asy_rng r = asy_rng_part(asy_rng_part(asy_rng_seed(0), "corrupt"), "zigzag");
    ASY_TRY(draw(e, &out));
    *found = 1;
    for (int k = 0; k < COUNT; k++) {
        int r0 = (int)asy_rng_below(&r, (uint64_t)k, 0, 27);
        if (asy_rng_below(&r, (uint64_t)k, 1, 10) != 5 || r0 < 3 || r0 > 24) continue;
        for (int c = 4; c <= 20; c += 4)
            *found = fmin(*found, (double)out[k * N + (r0 + (c % 8 == 4 ? 2 : -2)) * SIDE + c]);
    }
    return ASY_OK;
}

const asy_known asy_known_corruption_zigzag[] = {
    { "50 black images", 0, 1e-5, "brute force: Mu, Gilmer 2019, with angles", brute },
    { "darkest corner of a level zigzag", 1, 1e-6,
      "Mu, Gilmer 2019: corners at columns 4, 8 ..., rows r0 +- 2", teeth },
    { .name = NULL }
};
