// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_world.h"

static asy_status parameters(asy_known_env *e, double *found)
{
    asy_model *m;

    ASY_TRY(asy_world_model(&m, e->arena, "fast-cnn", NULL, ASY_SHAPE(1, 28, 28), 10));
    *found = (double)asy_world_count(m);
    return ASY_OK;
}

/* Taps (1, 1) pick every second pixel, twice: x[i] = i/1024 at multiples of 4; fc1 sums. */
static asy_status handed_through(asy_known_env *e, double *found)
{
    asy_model *m;
    float *x = ASY_NEWN(e->arena, 784, float), z[10];

    ASY_TRY(asy_world_model(&m, e->arena, "fast-cnn", NULL, ASY_SHAPE(1, 28, 28), 10));
    ASY_TRY(asy_arena_status(e->arena));
    for (int i = 0; i < 784; i++) x[i] = (float)i / 1024;
    asy_world_slot(m, "conv1.weight")[5] = 1;
    asy_world_slot(m, "conv2.weight")[5] = 1;
    for (int i = 0; i < 49; i++) asy_world_slot(m, "fc1.weight")[i] = 1;
    asy_world_slot(m, "fc2.weight")[0] = 1;
    ASY_TRY(asy_world_scores(e->arena, m, 1, x, z));
    *found = (double)z[0];
    return ASY_OK;
}

const asy_known asy_known_arch_fast_cnn[] = {
    { "parameters on 1x28x28, 10 classes", 166406, 0,
      "closed form: (16 + 1)*16 + (256 + 1)*32 + (1568 + 1)*100 + (100 + 1)*10", parameters },
    { "sum of every fourth pixel", 16.65234375, 1e-3, "closed form", handed_through },
    { .name = NULL }
};
