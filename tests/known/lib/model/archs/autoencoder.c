// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_world.h"

static asy_status count(asy_known_env *e, const char *const pairs[][2], asy_shape in, double *found)
{
    asy_model *m;

    ASY_TRY(asy_world_model(&m, e->arena, "autoencoder", pairs, in, 10));
    *found = (double)asy_world_count(m);
    return ASY_OK;
}

static asy_status rows(asy_known_env *e, double *found) { return count(e, NULL, ASY_SHAPE(784), found); }

static asy_status images(asy_known_env *e, double *found)
{
    const char *const pairs[][2] = { { "form", "conv" }, { "hidden", "[16, 32]" }, { NULL, NULL } };

    return count(e, pairs, ASY_SHAPE(1, 28, 28), found);
}

/* Sides 7 → 4 → 2 come back as 2 → 4 → 7. */
static asy_status odd(asy_known_env *e, double *found)
{
    const char *const pairs[][2] = {
        { "form", "conv" }, { "hidden", "[4, 6]" }, { "code", "3" }, { NULL, NULL }
    };

    return count(e, pairs, ASY_SHAPE(2, 7, 5), found);
}

/* (3, −1) → relu → (3, 0) → code ½·3 → score 2·1.5. */
static asy_status score(asy_known_env *e, double *found)
{
    const char *const pairs[][2] = { { "hidden", "2" }, { "code", "1" }, { NULL, NULL } };
    asy_model *m;
    float z[2];

    ASY_TRY(asy_world_model(&m, e->arena, "autoencoder", pairs, ASY_SHAPE(2), 2));
    asy_world_slot(m, "encoder/fc1.weight")[0] = 1;
    asy_world_slot(m, "encoder/fc1.weight")[3] = 1;
    asy_world_slot(m, "encoder/code.weight")[0] = 0.5f;
    asy_world_slot(m, "encoder/code.weight")[1] = 5;
    asy_world_slot(m, "fc1.weight")[1] = 2;
    ASY_TRY(asy_world_scores(e->arena, m, 1, (const float[]){ 3, -1 }, z));
    *found = (double)z[1];
    return ASY_OK;
}

const asy_known asy_known_arch_autoencoder[] = {
    { "weights on 784 numbers, 10 classes", 210298, 0,
      "closed form: (784 + 1)*128 + (128 + 1)*32 + (32 + 1)*128 + (128 + 1)*784 + (32 + 1)*10", rows },
    { "weights of two convolutions each way on 1x28x28", 111851, 0,
      "closed form: (9 + 1)*16 + (144 + 1)*32 + (1568 + 1)*32 + (32 + 1)*1568 + 32*16*9 + 16 + 16*9 + 1 + "
      "330",
      images },
    { "weights on 2x7x5", 803, 0,
      "closed form: (18 + 1)*4 + (36 + 1)*6 + (24 + 1)*3 + (3 + 1)*24 + 6*4*9 + 4 + 4*2*9 + 2 + 4*10", odd },
    { "second score", 3, 0, "closed form", score },
    { .name = NULL }
};
