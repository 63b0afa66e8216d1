// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_world.h"

enum { N = 60, D = 3, K = 3 };

static void table(float x[N * D], int32_t y[N])
{
    asy_rng r = asy_rng_part(asy_rng_seed(2), "table");

    for (int i = 0; i < N; i++) {
        asy_rng_uniform(&r, (uint64_t)i, 0, D, 0, 1, x + i * D);
        y[i] = (int32_t)asy_rng_below(&r, (uint64_t)i, 8, K);
    }
}

/* One tree on all rows and features is `tree`; counts scores that differ. */
static asy_status one_tree(asy_known_env *e, double *found)
{
    static const char *const pairs[][2] = {
        { "trees", "1" }, { "bootstrap", "false" }, { "max_features", "all" }, { NULL, NULL }
    };
    asy_model *m[2];
    float x[N * D];
    int32_t y[N];

    table(x, y);
    ASY_TRY(asy_world_fit(&m[0], e->arena, e->pool, "forest", pairs, ASY_SHAPE(D), K, N, x, y));
    ASY_TRY(asy_world_fit(&m[1], e->arena, e->pool, "tree", NULL, ASY_SHAPE(D), K, N, x, y));
    *found = 0;
    for (int i = 0; i < N * K; i++) {
        float q[D] = { x[i % N * D] + 0.1f, x[i / K * D + 1], 0.5f };
        double p[2];

        for (int k = 0; k < 2; k++)
            ASY_TRY(asy_world_share(m[k], q, i % K, &p[k]));
        *found += p[0] != p[1];
    }
    return ASY_OK;
}

/* Rows that cannot be told apart, one of four of class 1: a tree gives the share of its bootstrap sample, with mean 1/4
 * and variance 3/64. */
static asy_status mean_of_samples(asy_known_env *e, double *found)
{
    static const char *const pairs[][2] = { { "trees", "20000" }, { NULL, NULL } };
    static float x[4] = { 0 };
    static int32_t y[] = { 0, 0, 1, 0 };
    asy_model *m;

    ASY_TRY(asy_world_fit(&m, e->arena, e->pool, "forest", pairs, ASY_SHAPE(1), 2, 4, x, y));
    return asy_world_share(m, x, 1, found);
}

/* Two features, one of which tells all; each node sees one of them. With rows as they are (no bootstrap) half of the
 * stumps ask the other one and give 1/2. */
static asy_status random_features(asy_known_env *e, double *found)
{
    static const char *const pairs[][2] = { { "trees", "20000" }, { "bootstrap", "false" },
                                            { "max_features", "1" }, { "max_depth", "1" }, { NULL, NULL } };
    static float x[] = { 0, 0, 0, 1, 1, 0, 1, 1 };
    static int32_t y[] = { 0, 0, 1, 1 };
    asy_model *m;

    ASY_TRY(asy_world_fit(&m, e->arena, e->pool, "forest", pairs, ASY_SHAPE(2), 2, 4, x, y));
    return asy_world_share(m, (const float[]){ 1, 0 }, 1, found);
}

const asy_known asy_known_arch_forest[] = {
    { "scores of one tree that differ from `tree`", 0, 0, "closed form: the same tree", one_tree },
    { "mean share of 20000 bootstrap samples", 0.25, 0.0062, "closed form: 1/4, sd sqrt(3/64/20000), 4 of them",
      mean_of_samples },
    { "mean of stumps on one of two features", 0.75, 0.0071, "closed form: (1 + 1/2)/2, sd 1/4/sqrt(20000), 4 of them",
      random_features },
    { .name = NULL }
};
