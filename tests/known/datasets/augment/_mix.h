// SPDX-License-Identifier: GPL-3.0-or-later
/* A lot that is mixed. */
#ifndef ASY_TESTS_KNOWN_MIX_H
#define ASY_TESTS_KNOWN_MIX_H
#include "../_images.h"

typedef struct {
    int64_t n;
    float *x, *out, *share;             /* sample i is constant: i/n */
    int32_t *y, *y2;                    /* y[i] = i */
    uint64_t *id;
} asy_mixed;
asy_status asy_image_mix(asy_known_env *, const char *name, const char *alpha, int64_t n, asy_shape sample,
                         asy_mixed *) ASY_CHECKED;
void asy_image_moments(int64_t n, const float *x, double *mean, double *variance);
/* Labels that occur as a partner's, over n; partners that are the sample itself. */
double asy_image_own_partner(const asy_mixed *);
#endif
