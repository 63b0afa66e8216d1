// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_images.h"

enum { SIDE = 300, N = SIDE * SIDE };

static asy_status hit(asy_known_env *e, int severity, float least, double *found)
{
    float *x = asy_image_constant(e, N, 0.5f), *out = ASY_NEWN(e->arena, N, float);
    ASY_TRY(asy_arena_status(e->arena));
    ASY_TRY(asy_image_corrupt(e, "impulse-noise", severity, ASY_SHAPE(1, SIDE, SIDE), 1, x, out));
    *found = 0;
    for (int i = 0; i < N; i++) *found += out[i] > least && (out[i] < 0.5f || out[i] > 0.5f) ? 1.0 / N : 0;
    return ASY_OK;
}
static asy_status fourth(asy_known_env *e, double *found) { return hit(e, 4, -1, found); }
static asy_status salt(asy_known_env *e, double *found) { return hit(e, 5, 0.9f, found); }

const asy_known asy_known_corruption_impulse_noise[] = {
    { "share that is hit at severity 4", 0.17, 0.0051, "closed form; 4 deviations of 90 000 draws", fourth },
    { "white ones at severity 5", 0.135, 0.0046, "closed form: half of .27; 4 deviations of 90 000 draws",
      salt },
    { .name = NULL }
};
