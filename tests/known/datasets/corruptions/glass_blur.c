// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_images.h"

#include <stdlib.h>

enum { SIDE = 40, N = SIDE * SIDE };

static asy_status white(asy_known_env *e, double *found)
{
    float *x = asy_image_constant(e, N, 1), out[N];
    ASY_TRY(asy_image_corrupt(e, "glass-blur", 3, ASY_SHAPE(1, SIDE, SIDE), 1, x, out));
    *found = asy_image_mean(N, out);
    return ASY_OK;
}

/* A white block in the middle: blurs and swaps keep the sum, rounding down to bytes costs at most 1/255 a
 * pixel. */
static asy_status kept(asy_known_env *e, double *found)
{
    float x[N] = { 0 }, out[N];
    double lost;
    for (int i = 0; i < N; i++) x[i] = i / SIDE / 8 == 2 && i % SIDE / 8 == 2 ? 1 : 0;
    ASY_TRY(asy_image_corrupt(e, "glass-blur", 5, ASY_SHAPE(1, SIDE, SIDE), 1, x, out));
    lost = asy_image_mean(N, x) - asy_image_mean(N, out);
    *found = lost > -1e-6 && lost < 1.0 / 255;
    return ASY_OK;
}

/* Severity 1: blur, swaps within a pixel on either side, blur: what is farther off than 3 + 2 + 3 pixels is
 * black. */
static asy_status reach(asy_known_env *e, double *found)
{
    float x[N] = { 0 }, out[N];
    x[20 * SIDE + 20] = 1;
    ASY_TRY(asy_image_corrupt(e, "glass-blur", 1, ASY_SHAPE(1, SIDE, SIDE), 1, x, out));
    *found = 0;
    for (int i = 0; i < N; i++) {
        int r = abs(i / SIDE - 20), c = abs(i % SIDE - 20);
        *found += r > 8 + 2 || c > 8 + 2 ? (double)out[i] : 0;
    }
    return ASY_OK;
}

const asy_known asy_known_corruption_glass_blur[] = {
    { "a white image", 1, 1e-6, "closed form: filters of sum 1, equal pixels change places", white },
    { "the sum of a block is kept up to rounding to bytes", 1, 0, "closed form", kept },
    { "light beyond its reach at severity 1", 0, 1e-7, "closed form: filters end at 3 pixels", reach },
    { .name = NULL }
};
