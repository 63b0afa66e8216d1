// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_images.h"

enum { SIDE = 300, N = SIDE * SIDE };

static asy_status moments(asy_known_env *e, double *mean, double *variance)
{
    float *x = asy_image_constant(e, N, 0.2f), *out = ASY_NEWN(e->arena, N, float);
    ASY_TRY(asy_arena_status(e->arena));
    ASY_TRY(asy_image_corrupt(e, "shot-noise", 1, ASY_SHAPE(1, SIDE, SIDE), 1, x, out));
    *mean = asy_image_mean(N, out);
    *variance = 0;
    for (int i = 0; i < N; i++) *variance += ((double)out[i] - *mean) * ((double)out[i] - *mean) / N;
    return ASY_OK;
}
static asy_status mean(asy_known_env *e, double *found)
{
    double other;
    return moments(e, found, &other);
}
static asy_status variance(asy_known_env *e, double *found)
{
    double other;
    return moments(e, &other, found);
}
static asy_status steps(asy_known_env *e, double *found)
{
    float *x = asy_image_constant(e, 400, 0.3f), out[400];
    ASY_TRY(asy_image_corrupt(e, "shot-noise", 5, ASY_SHAPE(1, 20, 20), 1, x, out));
    *found = 0;
    for (int i = 0; i < 400; i++)
        *found = fmax(*found, fabs(3 * (double)out[i] - floor(3 * (double)out[i] + 0.5)));
    return ASY_OK;
}
static asy_status black(asy_known_env *e, double *found)
{
    float *x = asy_image_constant(e, 400, 0), out[400];
    ASY_TRY(asy_image_corrupt(e, "shot-noise", 5, ASY_SHAPE(1, 20, 20), 1, x, out));
    *found = asy_image_mean(400, out);
    return ASY_OK;
}

const asy_known asy_known_corruption_shot_noise[] = {
    { "mean of grey .2 at severity 1", 0.2, 0.00077, "closed form: x; 4 deviations of 90 000 draws", mean },
    { "its variance", 0.2 / 60, 6.6e-5, "closed form: x/60; 4 deviations of 90 000 draws", variance },
    { "distance from thirds at severity 5", 0, 1e-6, "closed form: whole photons of 3", steps },
    { "black stays black", 0, 0, "closed form", black },
    { .name = NULL }
};
