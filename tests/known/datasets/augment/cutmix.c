// SPDX-License-Identifier: GPL-3.0-or-later
#include "_mix.h"

enum { N = 600, SIDE = 20, SIZE = SIDE * SIDE };

/* What is left of the first image is the share of its label; the rest is the partner's. */
static asy_status shares(asy_known_env *e, double *found)
{
    asy_mixed m;
    ASY_TRY(asy_image_mix(e, "cutmix", "1", N, ASY_SHAPE(1, SIDE, SIDE), &m));
    *found = 0;
    for (int i = 0; i < N; i++) {
        int own = 0, other = 0;
        for (int j = 0; j < SIZE; j++) {
            double v = (double)m.out[i * SIZE + j] * N;
            own += fabs(v - m.y[i]) < 0.01;
            other += fabs(v - m.y2[i]) < 0.01;
        }
        *found += own + other != SIZE || fabs((double)m.share[i] - (double)own / SIZE) > 1e-6;
    }
    return ASY_OK;
}

/* alpha 10^3: share ½ ± .011, so sides of √½ ± .008 of 20 pixels, 14 or (rarely) 13: about the middle nothing
 * is cut off. The largest box. */
static asy_status largest(asy_known_env *e, double *found)
{
    asy_mixed m;
    double least = 1;
    ASY_TRY(asy_image_mix(e, "cutmix", "1000", N, ASY_SHAPE(1, SIDE, SIDE), &m));
    for (int i = 0; i < N; i++) least = fmin(least, (double)m.share[i]);
    *found = SIZE * (1 - least);
    return ASY_OK;
}
static asy_status own(asy_known_env *e, double *found)
{
    asy_mixed m;
    ASY_TRY(asy_image_mix(e, "cutmix", "1", N, ASY_SHAPE(1, SIDE, SIDE), &m));
    *found = asy_image_own_partner(&m);
    return ASY_OK;
}

const asy_known asy_known_augment_cutmix[] = {
    { "images whose pixels are not shared as their labels", 0, 0, "closed form: 1 - area/400", shares },
    { "largest box at share 1/2", 196, 1e-3, "closed form: floor(20 sqrt(1/2))^2", largest },
    { "samples that are their own partner", 0, 0, "closed form: another sample", own },
    { .name = NULL }
};
