// SPDX-License-Identifier: GPL-3.0-or-later
#include "_mix.h"

enum { N = 4000 };

/* out = share x + (1 − share) x′ for the partner that y2 names; the largest difference. */
static asy_status convex(asy_known_env *e, double *found)
{
    asy_mixed m;
    ASY_TRY(asy_image_mix(e, "mixup", "0.4", N, ASY_SHAPE(3), &m));
    *found = 0;
    for (int i = 0; i < N; i++) {
        double s = (double)m.share[i], want = s * m.y[i] / N + (1 - s) * m.y2[i] / N;
        for (int j = 0; j < 3; j++) *found = fmax(*found, fabs(want - (double)m.out[3 * i + j]));
    }
    return ASY_OK;
}
static asy_status own(asy_known_env *e, double *found)
{
    asy_mixed m;
    ASY_TRY(asy_image_mix(e, "mixup", "0.4", N, ASY_SHAPE(1), &m));
    *found = asy_image_own_partner(&m);
    return ASY_OK;
}
static asy_status alone(asy_known_env *e, double *found)
{
    asy_mixed m;
    ASY_TRY(asy_image_mix(e, "mixup", "0.4", 1, ASY_SHAPE(1), &m));
    *found = (double)m.out[0] + m.y2[0];
    return ASY_OK;
}
static asy_status moment(asy_known_env *e, const char *alpha, bool second, double *found)
{
    asy_mixed m;
    double mean, variance;
    ASY_TRY(asy_image_mix(e, "mixup", alpha, N, ASY_SHAPE(1), &m));
    asy_image_moments(N, m.share, &mean, &variance);
    *found = second ? variance : mean;
    return ASY_OK;
}
static asy_status mean(asy_known_env *e, double *found) { return moment(e, "0.4", false, found); }
static asy_status variance(asy_known_env *e, double *found) { return moment(e, "0.4", true, found); }
static asy_status narrow(asy_known_env *e, double *found) { return moment(e, "8", true, found); }

const asy_known asy_known_augment_mixup[] = {
    { "the mixture of the two that the labels name", 0, 2e-7, "closed form", convex },
    { "samples that are their own partner", 0, 0, "closed form: another sample", own },
    { "a lot of one stays as it is", 0, 0, "closed form: x = 0, y = 0", alone },
    { "mean share, alpha .4", 0.5, 0.0236, "closed form: 1/2; 4 deviations of 4000 draws", mean },
    { "variance of the share, alpha .4", 1 / 7.2, 0.0073,
      "closed form: 1/(4(2 alpha + 1)); 4 deviations of 4000 draws", variance },
    { "variance of the share, alpha 8", 1 / 68.0, 0.0013, "closed form: 1/(4(2 alpha + 1))", narrow },
    { .name = NULL }
};
