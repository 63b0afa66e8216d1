// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_world.h"

/* Share of class k at q, of a tree on n points of D values. */
static asy_status share(asy_known_env *e, const char *const pairs[][2], int64_t dim, int64_t n, float *x,
                        int32_t *y, const float *q, int64_t k, double *found)
{
    asy_model *m;

    ASY_TRY(asy_world_fit(&m, e->arena, e->pool, "tree", pairs, ASY_SHAPE(dim), 2, n, x, y));
    return asy_world_share(m, q, k, found);
}

static const char *const stump[][2] = { { "max_depth", "1" }, { NULL, NULL } };

/* Classes 0 0 1 0 at 1 2 3 4: sum of l²/L + r²/R is 8/3 at 1.5, 3 at 2.5, 8/3 at 3.5. */
static asy_status four(asy_known_env *e, float q, double *found)
{
    static float x[] = { 1, 2, 3, 4 };
    static int32_t y[] = { 0, 0, 1, 0 };

    return share(e, stump, 1, 4, x, y, &q, 1, found);
}

static asy_status right_of(asy_known_env *e, double *found) { return four(e, 2.5f + 0x1p-20f, found); }
static asy_status left_of(asy_known_env *e, double *found)  { return four(e, 2.5f, found); }

/* Four corners, class 1 where one coordinate is 1: no split gains at first. Counts the right ones. */
static asy_status either_or(asy_known_env *e, double *found)
{
    static float x[] = { 0, 0, 0, 1, 1, 0, 1, 1 };
    static int32_t y[] = { 0, 1, 1, 0 };

    *found = 0;
    for (int i = 0; i < 4; i++) {
        double p;

        ASY_TRY(share(e, NULL, 2, 4, x, y, x + 2 * i, y[i], &p));
        *found += p == 1;
    }
    return ASY_OK;
}

/* 400 rows of each class. Feature 0 parts them (300, 100), (100, 300), feature 1 (200, 400), (200, 0): a quarter is
 * wrong both times, but the second leaves a pure node, and both impurities prefer it. */
static asy_status pure_node(asy_known_env *e, const char *criterion, double *found)
{
    const char *const pairs[][2] = { { "criterion", criterion }, { "max_depth", "1" }, { NULL, NULL } };
    enum { N = 800 };
    float *x = ASY_NEWN(e->arena, 2 * N, float);
    int32_t *y = ASY_NEWN(e->arena, N, int32_t);

    ASY_TRY(asy_arena_status(e->arena));
    for (int i = 0; i < N; i++) {
        y[i] = i >= N / 2;
        x[2 * i] = (i < N / 2 ? i < 300 : i < 500) ? 0.0f : 1.0f;
        x[2 * i + 1] = i < 200 ? 1.0f : 0.0f;
    }
    return share(e, pairs, 2, N, x, y, (const float[]){ 1, 1 }, 0, found);
}

static asy_status pure_gini(asy_known_env *e, double *found)    { return pure_node(e, "gini", found); }
static asy_status pure_entropy(asy_known_env *e, double *found) { return pure_node(e, "entropy", found); }

/* 0 0 0 0 | 1 0 1 1: the cut that gains most leaves 3 of 4 on its right. */
static asy_status best_first(asy_known_env *e, double *found)
{
    static const char *const pairs[][2] = { { "max_leaf_nodes", "2" }, { NULL, NULL } };
    static float x[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    static int32_t y[] = { 0, 0, 0, 0, 1, 0, 1, 1 };

    return share(e, pairs, 1, 8, x, y, &(float){ 6 }, 1, found);
}

/* Every row in a leaf with at least two: 0 1 | 1 1 becomes shares 1/2 and 1. */
static asy_status two_a_leaf(asy_known_env *e, double *found)
{
    static const char *const pairs[][2] = { { "min_samples_leaf", "2" }, { NULL, NULL } };
    static float x[] = { 1, 2, 3, 4 };
    static int32_t y[] = { 0, 1, 1, 1 };

    return share(e, pairs, 1, 4, x, y, &(float){ 1 }, 1, found);
}

const asy_known asy_known_arch_tree[] = {
    { "0 0 1 0 cut at 2.5: share above", 0.5, 1e-7, "closed form: the cut with the largest l²/L + r²/R",
      right_of },
    { "0 0 1 0 cut at 2.5: share at the threshold", 0, 1e-37, "closed form: x <= threshold goes left", left_of },
    { "exclusive or: right of 4", 4, 0, "closed form: splits that gain nothing are made", either_or },
    { "Gini prefers the pure node", 1, 0, "Hastie, Tibshirani, Friedman 2009, 9.2.3", pure_gini },
    { "entropy prefers the pure node", 1, 0, "Hastie, Tibshirani, Friedman 2009, 9.2.3", pure_entropy },
    { "two leaves of 0 0 0 0 1 0 1 1", 0.75, 1e-7, "closed form: cut after 4", best_first },
    { "0 1 1 1 with two rows a leaf", 0.5, 1e-7, "closed form", two_a_leaf },
    { .name = NULL }
};
