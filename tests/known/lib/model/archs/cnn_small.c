// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_world.h"

static asy_status count(asy_known_env *e, const char *width, double *found)
{
    const char *const pairs[][2] = { { "width", width }, { NULL, NULL } };
    asy_model *m;

    ASY_TRY(asy_world_model(&m, e->arena, "cnn-small", pairs, ASY_SHAPE(1, 28, 28), 10));
    *found = (double)asy_world_count(m);
    return ASY_OK;
}

static asy_status parameters(asy_known_env *e, double *found) { return count(e, "16", found); }
static asy_status wide(asy_known_env *e, double *found)       { return count(e, "32", found); }

/* The first channel is handed through both convolutions by their centre taps and summed by fc1: what is left
 * of the image x[i] = i/1024 are the maxima of its 4×4 blocks, their lower right corners. In NCHW order these
 * are fc1's first 49 inputs. */
static asy_status pooled(asy_known_env *e, double *found)
{
    asy_model *m;
    float *x = ASY_NEWN(e->arena, 784, float), z[10];

    ASY_TRY(asy_world_model(&m, e->arena, "cnn-small", NULL, ASY_SHAPE(1, 28, 28), 10));
    ASY_TRY(asy_arena_status(e->arena));
    for (int i = 0; i < 784; i++)
        x[i] = (float)i / 1024;
    asy_world_slot(m, "conv1.weight")[4] = 1;
    asy_world_slot(m, "conv2.weight")[4] = 1;
    for (int i = 0; i < 49; i++)
        asy_world_slot(m, "fc1.weight")[i] = 1;
    asy_world_slot(m, "fc2.weight")[0] = 1;
    ASY_TRY(asy_world_scores(e->arena, m, 1, x, z));
    *found = (double)z[0];
    return ASY_OK;
}

const asy_known asy_known_arch_cnn_small[] = {
    { "parameters on 1x28x28, 10 classes", 206922, 0,
      "closed form: (9 + 1)*16 + (144 + 1)*32 + (1568 + 1)*128 + (128 + 1)*10", parameters },
    { "parameters at width 32", 421642, 0,
      "closed form: (9 + 1)*32 + (288 + 1)*64 + (3136 + 1)*128 + (128 + 1)*10", wide },
    { "sum of the maxima of 4x4 blocks", 20.8154296875, 0,
      "closed form: sum over r, c = 3, 7 ... 27 of (28 r + c)/1024", pooled },
    { .name = NULL }
};
