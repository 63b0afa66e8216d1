// SPDX-License-Identifier: GPL-3.0-or-later
/* Bilinear interpolation has no error on a ramp: turned by a, its slope 1/(w−1) becomes (sin a, cos a)/(w−1).
 */
#include "../_images.h"

enum { SIDE = 29, N = 2000 };

/* Mean of sin² a over many samples, and the largest |sin² + cos² − 1|. */
static asy_status turns(asy_known_env *e, const char *degrees, double *sine2, double *off)
{
    const char *const pairs[][2] = { { "degrees", degrees }, { NULL, NULL } };
    float *x = asy_image_ramp(e, SIDE, SIDE, false), out[SIDE * SIDE];
    asy_augments *s;
    *sine2 = *off = 0;
    ASY_TRY(asy_image_augment(e, "rotate", pairs, ASY_SHAPE(1, SIDE, SIDE), &s));
    for (uint64_t id = 0; id < N; id++) {
        double a, b;
        ASY_TRY(asy_image_augmented(e, s, id, x, out));
        asy_image_slopes(SIDE, SIDE, out, &a, &b);
        a *= SIDE - 1, b *= SIDE - 1;
        *sine2 += a * a / N;
        *off = fmax(*off, fabs(a * a + b * b - 1));
    }
    return ASY_OK;
}

static asy_status still(asy_known_env *e, double *found)
{
    float *x = asy_image_ramp(e, SIDE, SIDE, true), out[SIDE * SIDE];
    asy_augments *s;
    ASY_TRY(asy_image_augment(e, "rotate", (const char *const[][2]){ { "degrees", "0" }, { NULL, NULL } },
                              ASY_SHAPE(1, SIDE, SIDE), &s));
    ASY_TRY(asy_image_augmented(e, s, 1, x, out));
    *found = asy_image_differ(SIDE * SIDE, x, out);
    return ASY_OK;
}
static asy_status length(asy_known_env *e, double *found)
{
    double other;
    return turns(e, "40", &other, found);
}
static asy_status spread(asy_known_env *e, double *found)
{
    double other;
    return turns(e, "30", found, &other);
}

const asy_known asy_known_augment_rotate[] = {
    { "0 degrees is the image", 0, 0, "closed form", still },
    { "a ramp keeps its slope", 0, 2e-5, "closed form: sin^2 + cos^2 = 1", length },
    { "mean of sin^2 over -30 ... 30 degrees", 0.0865034, 0.007,
      "closed form: 1/2 - sin(2a)/(4a), a = pi/6; 4 deviations of 2000 draws", spread },
    { .name = NULL }
};
