// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_world.h"

static asy_status share(asy_known_env *e, const char *k, const char *weights, float q, double *found)
{
    const char *const pairs[][2] = { { "k", k }, { "weights", weights }, { NULL, NULL } };
    static float x[] = { 0, 3, 8, 3 };
    static int32_t y[] = { 0, 1, 0, 0 };
    asy_model *m;

    ASY_TRY(asy_world_fit(&m, e->arena, e->pool, "knn", pairs, ASY_SHAPE(1), 2, 4, x, y));
    return asy_world_share(m, &q, 1, found);
}

/* Of points 0, 3, 8, 3 with labels 0, 1, 0, 0: the shares of label 1. */
static asy_status nearest(asy_known_env *e, double *found)   { return share(e, "1", "uniform", 4, found); }
static asy_status of_three(asy_known_env *e, double *found)  { return share(e, "3", "uniform", 4, found); }
static asy_status weighted(asy_known_env *e, double *found)  { return share(e, "2", "distance", 1, found); }
static asy_status exact(asy_known_env *e, double *found)     { return share(e, "4", "distance", 3, found); }
static asy_status half_way(asy_known_env *e, double *found)  { return share(e, "1", "uniform", 1.5f, found); }

/* (3, 0) has label 0, (2, 2) label 1; seen from (0, 0) they are 3 and 4, 9 and 8, 3 and 2 away. */
static asy_status metric(asy_known_env *e, const char *name, double *found)
{
    const char *const pairs[][2] = { { "k", "1" }, { "metric", name }, { NULL, NULL } };
    static float x[] = { 3, 0, 2, 2 };
    static int32_t y[] = { 0, 1 };
    asy_model *m;

    ASY_TRY(asy_world_fit(&m, e->arena, e->pool, "knn", pairs, ASY_SHAPE(2), 2, 2, x, y));
    return asy_world_share(m, (const float[]){ 0, 0 }, 1, found);
}

static asy_status l1(asy_known_env *e, double *found)   { return metric(e, "l1", found); }
static asy_status l2(asy_known_env *e, double *found)   { return metric(e, "l2", found); }
static asy_status linf(asy_known_env *e, double *found) { return metric(e, "linf", found); }

const asy_known asy_known_arch_knn[] = {
    { "of equally near ones the lower id", 1, 0, "closed form", nearest },
    { "one of three neighbours", 1.0 / 3, 1e-7, "closed form", of_three },
    { "votes 1 and 1/2", 1.0 / 3, 1e-7, "closed form: (1/2)/(1 + 1/2)", weighted },
    { "only rows at distance 0 vote", 0.5, 1e-7, "closed form", exact },
    { "half way between two", 0, 1e-37, "closed form: the lower id", half_way },
    { "l1: 3 against 4", 0, 1e-37, "closed form", l1 },
    { "l2: 9 against 8", 1, 0, "closed form", l2 },
    { "linf: 3 against 2", 1, 0, "closed form", linf },
    { .name = NULL }
};
