// SPDX-License-Identifier: GPL-3.0-or-later
/* On a ramp along the columns a shear along the rows by slope m gives the slope m across, one along the
 * columns none. */
#include "../_images.h"

enum { SIDE = 29, N = 4000 };

static asy_status mean(asy_known_env *e, double *square, double *moved)
{
    static const char *const pairs[][2] = { { "max", "0.3" }, { NULL, NULL } };
    float *x = asy_image_ramp(e, SIDE, SIDE, false), out[SIDE * SIDE];
    asy_augments *s;
    *square = *moved = 0;
    ASY_TRY(asy_image_augment(e, "shear", pairs, ASY_SHAPE(1, SIDE, SIDE), &s));
    for (uint64_t id = 0; id < N; id++) {
        double a, b;
        ASY_TRY(asy_image_augmented(e, s, id, x, out));
        asy_image_slopes(SIDE, SIDE, out, &a, &b);
        a *= SIDE - 1;
        *square += a * a / N;
        *moved += fabs(a) > 1e-4 ? 1.0 / N : 0;
    }
    return ASY_OK;
}
static asy_status square(asy_known_env *e, double *found)
{
    double other;
    return mean(e, found, &other);
}
static asy_status half(asy_known_env *e, double *found)
{
    double other;
    return mean(e, &other, found);
}

const asy_known asy_known_augment_shear[] = { { "mean square of the slope across", 0.015, 0.0014,
                                                "closed form: half of .3^2/3; 4 deviations of 4000 draws",
                                                square },
                                              { "share that is sheared along the rows", 0.5, 0.032,
                                                "closed form: a coin; 4 deviations of 4000 draws", half },
                                              { .name = NULL } };
