// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_world.h"

static asy_status parameters(asy_known_env *e, double *found)
{
    asy_model *m;

    ASY_TRY(asy_world_model(&m, e->arena, "lenet5", NULL, ASY_SHAPE(1, 28, 28), 10));
    *found = (double)asy_world_count(m);
    return ASY_OK;
}

/* Centre taps hand the image x[i] = i/1024 through: 2 pixels off each side, maxima of 2×2 blocks, twice; fc1
 * sums. */
static asy_status handed_through(asy_known_env *e, double *found)
{
    asy_model *m;
    float *x = ASY_NEWN(e->arena, 784, float), z[10];

    ASY_TRY(asy_world_model(&m, e->arena, "lenet5", NULL, ASY_SHAPE(1, 28, 28), 10));
    ASY_TRY(asy_arena_status(e->arena));
    for (int i = 0; i < 784; i++) x[i] = (float)i / 1024;
    asy_world_slot(m, "conv1.weight")[12] = 1;
    asy_world_slot(m, "conv2.weight")[12] = 1;
    for (int i = 0; i < 16; i++) asy_world_slot(m, "fc1.weight")[i] = 1;
    asy_world_slot(m, "fc2.weight")[0] = 1;
    ASY_TRY(asy_world_scores(e->arena, m, 1, x, z));
    *found = (double)z[0];
    return ASY_OK;
}

const asy_known asy_known_arch_lenet5[] = {
    { "parameters on 1x28x28, 10 classes", 431080, 0,
      "closed form: (25 + 1)*20 + (500 + 1)*50 + (800 + 1)*500 + (500 + 1)*10", parameters },
    { "sum of what centre taps leave", 6.796875, 1e-3, "closed form: crop 2, 2x2 maxima, crop 2, 2x2 maxima",
      handed_through },
    { .name = NULL }
};
