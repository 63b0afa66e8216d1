// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_images.h"

enum { SIDE = 300, N = SIDE * SIDE };

static asy_status noisy(asy_known_env *e, const char *sigma, const char *clip, float v, asy_shape shape,
                        float **out)
{
    const char *const pairs[][2] = { { "sigma", sigma }, { "clip", clip }, { NULL, NULL } };
    float *x = asy_image_constant(e, N, v);
    asy_augments *s;
    *out = ASY_NEWN(e->arena, N, float);
    ASY_TRY(asy_arena_status(e->arena));
    ASY_TRY(asy_image_augment(e, "gaussian-noise", pairs, shape, &s));
    return asy_image_augmented(e, s, 7, x, *out);
}

static asy_status moments(asy_known_env *e, double *mean, double *variance)
{
    float *out;
    ASY_TRY(noisy(e, "0.25", "false", 0.5f, ASY_SHAPE(1, SIDE, SIDE), &out));
    *mean = asy_image_mean(N, out);
    *variance = 0;
    for (int i = 0; i < N; i++) *variance += ((double)out[i] - 0.5) * ((double)out[i] - 0.5) / N;
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
static asy_status none(asy_known_env *e, double *found)
{
    float *out;
    ASY_TRY(noisy(e, "0", "true", 0.5f, ASY_SHAPE(1, SIDE, SIDE), &out));
    *found = asy_image_differ(N, asy_image_constant(e, N, 0.5f), out);
    return ASY_OK;
}
/* x = 1: half of the draws are clipped away, the rest has the mean of |N(0, .25²)|. */
static asy_status clipped(asy_known_env *e, double *found)
{
    float *out;
    ASY_TRY(noisy(e, "0.25", "true", 1, ASY_SHAPE(1, SIDE, SIDE), &out));
    *found = asy_image_mean(N, out);
    return ASY_OK;
}
static asy_status table(asy_known_env *e, double *found)
{
    float *out;
    ASY_TRY(noisy(e, "0.25", "true", 5, ASY_SHAPE(N), &out));
    *found = asy_image_mean(N, out);
    return ASY_OK;
}

const asy_known asy_known_augment_gaussian_noise[] = {
    { "mean", 0.5, 0.0034, "closed form: 4 deviations of 90 000 draws", mean },
    { "variance at sigma .25", 0.0625, 0.0012, "closed form: 4 deviations, .0625 sqrt(2/90 000) each",
      variance },
    { "sigma 0 is the image", 0, 0, "closed form", none },
    { "mean of a white image, clipped", 1 - 0.0997356, 0.002,
      "closed form: 1 - sigma/sqrt(2 pi); 4 deviations of 90 000 draws", clipped },
    { "a table is not clipped", 5, 0.0034, "closed form: 4 deviations of 90 000 draws", table },
    { .name = NULL }
};
