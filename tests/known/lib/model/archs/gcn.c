// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_world.h"
#include <string.h>

enum { NODES = 3, EDGES = 4 };

/* The path 0 — 1 — 2, one edge written twice and a loop: neither changes anything. */
static asy_status path(asy_model **m, asy_known_env *e, const char *const pairs[][2], float *x)
{
    static int32_t y[NODES] = { 0, 1, 0 }, edge[2 * EDGES] = { 0, 1, 2, 1, 1, 2, 2, 2 };
    asy_dataset_view *v = ASY_NEW(e->arena, asy_dataset_view);
    asy_column *col = ASY_NEWN(e->arena, 3, asy_column);
    const asy_bound *b;

    ASY_TRY(asy_arena_status(e->arena));
    asy_world_data(v, e->arena, ASY_SHAPE(2), 2, NODES, x, y);
    memcpy(col, v->data.cols, 2 * sizeof *col);
    col[2] = (asy_column){ .name = "edge", .role = ASY_ROLE_EDGE, .data = { edge, ASY_SHAPE(EDGES, 2), ASY_I32 } };
    v->data.cols = col;
    v->data.n_cols = 3;
    ASY_TRY(asy_bind_text(e->arena, &asy_spot_model, "gcn", pairs, &b));
    return asy_model_new(m, e->arena, b, v, NULL);
}

/* A + I has degrees 2, 3, 2. */
static asy_status one_layer(asy_known_env *e, int node, double *found)
{
    static const char *const pairs[][2] = { { "hidden", "[]" }, { "row_normalize", "false" }, { NULL, NULL } };
    static float x[NODES * 2] = { 0.5f, 0, 0, 0.25f, 1, 0 };
    static const float w[] = { 1, 2, -3, 5 };
    float z[NODES * 2];
    asy_model *m;

    ASY_TRY(path(&m, e, pairs, x));
    memcpy(asy_world_slot(m, "conv1.weight"), w, sizeof w);
    ASY_TRY(asy_world_scores(e->arena, m, NODES, x, z));
    *found = (double)z[2 * node];
    return ASY_OK;
}
static asy_status end(asy_known_env *e, double *found) { return one_layer(e, 0, found); }
static asy_status middle(asy_known_env *e, double *found) { return one_layer(e, 1, found); }

/* Features [1/4, 3/4] after division by their sum; w keeps the second one of the node and its neighbours. */
static asy_status divided(asy_known_env *e, double *found)
{
    static const char *const pairs[][2] = { { "hidden", "[]" }, { NULL, NULL } };
    static float x[NODES * 2] = { 0.125f, 0.375f, 0, 0, 0, 0 };
    float z[NODES * 2];
    asy_model *m;

    ASY_TRY(path(&m, e, pairs, x));
    asy_world_slot(m, "conv1.weight")[1] = 1;
    ASY_TRY(asy_world_scores(e->arena, m, NODES, x, z));
    *found = (double)z[0];
    return ASY_OK;
}

/* Two hidden units, x₁ and −x₁ smoothed, behind relu: what is left is the absolute value, smoothed again. */
static asy_status two_layers(asy_known_env *e, double *found)
{
    static const char *const pairs[][2] = { { "hidden", "2" }, { "row_normalize", "false" }, { NULL, NULL } };
    static float x[NODES * 2] = { 0.5f, 0, 0, 0, 0, 0 };
    static const float w1[] = { 1, 0, -1, 0 }, w2[] = { 1, 1, 0, 0 };
    float z[NODES * 2];
    asy_model *m;

    ASY_TRY(path(&m, e, pairs, x));
    memcpy(asy_world_slot(m, "conv1.weight"), w1, sizeof w1);
    memcpy(asy_world_slot(m, "conv2.weight"), w2, sizeof w2);
    ASY_TRY(asy_world_scores(e->arena, m, NODES, x, z));
    *found = (double)z[2 * 2];
    return ASY_OK;
}

static asy_status parameters(asy_known_env *e, double *found)
{
    static const char *const pairs[][2] = { { "hidden", "[5, 4]" }, { NULL, NULL } };
    static float x[NODES * 2] = { 1, 0, 0, 1, 1, 1 };
    asy_model *m;

    ASY_TRY(path(&m, e, pairs, x));
    *found = (double)asy_world_count(m);
    return ASY_OK;
}

const asy_known asy_known_arch_gcn[] = {
    { "parameters of 2-5-4-2", 38, 0, "closed form: 5*2 + 4*5 + 2*4", parameters },
    { "end of a path of 3", 0.25 + 0.5 / 2.449489742783178, 1e-7,
      "closed form: (x_0 w)/2 + (x_1 w)/sqrt(6), Kipf, Welling 2017, eq. 9", end },
    { "middle of a path of 3", 0.5 / 2.449489742783178 + 0.5 / 3 + 1 / 2.449489742783178, 1e-7,
      "closed form: (x_0 w + x_2 w)/sqrt(6) + (x_1 w)/3", middle },
    { "features divided by their sum", 0.375, 1e-7, "closed form: 3/4 over the degree 2", divided },
    { "two layers, two steps away", 1.0 / 12, 1e-7, "closed form: 1/2 times (1/sqrt(6))^2", two_layers },
    { .name = NULL }
};
