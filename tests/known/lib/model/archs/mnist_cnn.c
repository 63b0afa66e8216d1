// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_world.h"

static asy_status parameters(asy_known_env *e, double *found)
{
    asy_model *m;

    ASY_TRY(asy_world_model(&m, e->arena, "mnist-cnn", NULL, ASY_SHAPE(1, 28, 28), 10));
    *found = (double)asy_world_count(m);
    return ASY_OK;
}

/* As for cnn-small: centre taps cut 2 pixels off each side of x[i] = i/1024, fc1 sums the maxima of the 2×2
 * blocks of what is left. */
static asy_status pooled(asy_known_env *e, double *found)
{
    asy_model *m;
    float *x = ASY_NEWN(e->arena, 784, float), z[10];

    ASY_TRY(asy_world_model(&m, e->arena, "mnist-cnn", NULL, ASY_SHAPE(1, 28, 28), 10));
    ASY_TRY(asy_arena_status(e->arena));
    for (int i = 0; i < 784; i++)
        x[i] = (float)i / 1024;
    asy_world_slot(m, "conv1.weight")[4] = 1;
    asy_world_slot(m, "conv2.weight")[4] = 1;
    for (int i = 0; i < 144; i++)
        asy_world_slot(m, "fc1.weight")[i] = 1;
    asy_world_slot(m, "fc2.weight")[0] = 1;
    ASY_TRY(asy_world_scores(e->arena, m, 1, x, z));
    *found = (double)z[0];
    return ASY_OK;
}

const asy_known asy_known_arch_mnist_cnn[] = {
    { "parameters on 1x28x28, 10 classes", 1199882, 0,
      "closed form: (9 + 1)*32 + (288 + 1)*64 + (9216 + 1)*128 + (128 + 1)*10", parameters },
    { "sum of the maxima of 2x2 blocks", 57.09375, 0,
      "closed form: sum over r, c = 3, 5 ... 25 of (28 r + c)/1024", pooled },
    { .name = NULL }
};
