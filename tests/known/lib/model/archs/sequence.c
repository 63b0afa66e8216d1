// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_world.h"
#include <math.h>
#include <string.h>

static asy_status sequence(asy_model **m, asy_known_env *e, const char *layers, asy_shape in, int64_t classes)
{
    const char *const pairs[][2] = { { "layers", layers }, { NULL, NULL } };

    return asy_world_model(m, e->arena, "sequence", pairs, in, classes);
}

static asy_status count(asy_known_env *e, const char *layers, asy_shape in, double *found)
{
    asy_model *m;

    ASY_TRY(sequence(&m, e, layers, in, 10));
    *found = 0;
    for (int i = 0; i < m->n_slots; i++) *found += m->slot[i].statistic ? 0 : (double)m->slot[i].n;
    return ASY_OK;
}

static asy_status tutorial(asy_known_env *e, double *found)
{
    return count(
        e,
        "[{conv: 16, size: 8, stride: 2, pad: 3}, relu, {pool: 2, stride: 1}, {conv: 32, size: 4, stride: 2},"
        " relu, {pool: 2, stride: 1}, flatten, {linear: 32}, relu, {linear: classes}]",
        ASY_SHAPE(1, 28, 28), found);
}

static asy_status separable(asy_known_env *e, double *found)
{
    return count(
        e,
        "[{conv: 8, size: [3, 5], bias: false}, {norm: batch}, relu, {conv: 8, groups: 8, pad: same},"
        " {conv: 16, size: 1}, {residual: [{conv: 32, stride: 2, pad: 1}], shortcut: projection},"
        " {transposed_conv: 4}, global_pool, {linear: classes, bias: false}]",
        ASY_SHAPE(3, 16, 16), found);
}

/* cnn-small written as a list: with the same weights the scores differ by nothing. */
static asy_status cnn_small(asy_known_env *e, double *found)
{
    asy_model *m, *c;
    asy_rng r = asy_rng_part(asy_rng_seed(1), "init"), p = asy_rng_part(asy_rng_seed(1), "image");
    float x[784], z[2][10];

    ASY_TRY(
        sequence(&m, e,
                 "[{conv: 16, pad: same}, relu, {pool: 2}, {conv: 32, pad: same}, relu, {pool: 2}, flatten,"
                 " {linear: 128}, relu, {linear: classes}]",
                 ASY_SHAPE(1, 28, 28), 10));
    ASY_TRY(asy_world_model(&c, e->arena, "cnn-small", NULL, ASY_SHAPE(1, 28, 28), 10));
    asy_model_init(c, &r);
    memcpy(m->w, c->w, (size_t)c->n * sizeof *c->w);
    asy_rng_uniform(&p, 0, 0, 784, 0, 1, x);
    ASY_TRY(asy_world_scores(e->arena, c, 1, x, z[0]));
    ASY_TRY(asy_world_scores(e->arena, m, 1, x, z[1]));
    *found = m->n == c->n ? 0 : 1;
    for (int i = 0; i < 10; i++) *found += fabs((double)z[0][i] - (double)z[1][i]);
    return ASY_OK;
}

/* 2×2, stride 2: each pixel x becomes x·w, its own block. Score 0 weighs pixel i by i + 1. */
static asy_status grown(asy_known_env *e, double *found)
{
    static const float x[] = { 1, 2, 3, 4 }, w[] = { 1, 10, 100, 1000 };
    asy_model *m;
    float z[2];

    ASY_TRY(sequence(&m, e, "[{transposed_conv: 1}, flatten, {linear: classes}]", ASY_SHAPE(1, 2, 2), 2));
    memcpy(asy_world_slot(m, "transposed_conv1.weight"), w, sizeof w);
    for (int i = 0; i < 16; i++) asy_world_slot(m, "linear1.weight")[i] = (float)(i + 1);
    ASY_TRY(asy_world_scores(e->arena, m, 1, x, z));
    *found = (double)z[0];
    return ASY_OK;
}

/* A window of 2 taps, 3 apart, along the width of the second of two groups; then the maximum. */
static asy_status dilated(asy_known_env *e, double *found)
{
    asy_model *m;
    float x[12], z[2];

    ASY_TRY(sequence(
        &m, e, "[{conv: 2, size: [1, 2], dilation: [1, 3], groups: 2, bias: false}, {global_pool: max}]",
        ASY_SHAPE(2, 1, 6), 2));
    for (int i = 0; i < 12; i++) x[i] = (float)(i * i);
    memcpy(asy_world_slot(m, "conv1.weight"), (const float[]){ 1, 1, 1, -2 }, 4 * sizeof(float));
    ASY_TRY(asy_world_scores(e->arena, m, 1, x, z));
    *found = (double)z[1];
    return ASY_OK;
}

/* Means of 2×2 windows of the image (1 2; 3 4) with a border of zeros; then maxima of 2×2 windows of these.
 */
static asy_status averaged(asy_known_env *e, double *found)
{
    asy_model *m;
    float z[2];

    ASY_TRY(sequence(&m, e,
                     "[{average_pool: 2, stride: 1, pad: 1}, {pool: 2, stride: 2, pad: 1}, flatten, "
                     "{linear: classes}]",
                     ASY_SHAPE(1, 2, 2), 2));
    for (int i = 0; i < 4; i++) asy_world_slot(m, "linear1.weight")[i] = (float)(1 << i);
    ASY_TRY(asy_world_scores(e->arena, m, 1, (const float[]){ 1, 2, 3, 4 }, z));
    *found = (double)z[0];
    return ASY_OK;
}

/* x + relu(x)/2, then the mean, on (−1, 0, 1, 2). */
static asy_status added(asy_known_env *e, double *found)
{
    static const float x[] = { -1, 0, 1, 2 };
    asy_model *m;
    float z[2];

    ASY_TRY(sequence(&m, e, "[{residual: [relu, {conv: 1, size: 1}]}, global_pool, {linear: classes}]",
                     ASY_SHAPE(1, 2, 2), 2));
    asy_world_slot(m, "residual1/conv1.weight")[0] = 0.5f;
    asy_world_slot(m, "linear1.weight")[1] = 1;
    ASY_TRY(asy_world_scores(e->arena, m, 1, x, z));
    *found = (double)z[1];
    return ASY_OK;
}

const asy_known asy_known_arch_sequence[] = {
    { "weights of the MNIST tutorial's net", 26010, 0,
      "closed form: (64 + 1)*16 + (256 + 1)*32 + (512 + 1)*32 + (32 + 1)*10", tutorial },
    { "weights of a separable, residual net", 6308, 0,
      "closed form: 45*8 + 16 + (9 + 1)*8 + (8 + 1)*16 + (144 + 1)*32 + 16*32 + 4*32*4 + 4 + 4*10",
      separable },
    { "cnn-small as a list", 0, 0, "closed form: the same net", cnn_small },
    { "transposed convolution",
      1 * (1 + 20 + 500 + 6000) + 2 * (3 + 40 + 700 + 8000) + 3 * (9 + 100 + 1300 + 14000) +
          4 * (11 + 120 + 1500 + 16000),
      0, "closed form: sum of x w (place + 1)", grown },
    { "dilated, in groups", 36 - 2 * 81, 0, "closed form: largest of (6 + j)^2 - 2 (9 + j)^2, j = 0, 1, 2",
      dilated },
    { "means, then maxima, with padding", 0.25 + 2 * 0.75 + 4 * 1 + 8 * 2.5, 1e-6,
      "closed form: means (1 3 2; 4 10 6; 3 7 4)/4, maxima (1 3; 4 10)/4", averaged },
    { "residual", 0.5 + 1.5 / 4, 0, "closed form: mean of (-1, 0, 1.5, 3)", added },
    { .name = NULL }
};
