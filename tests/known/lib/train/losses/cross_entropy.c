// SPDX-License-Identifier: GPL-3.0-or-later
#include "../../model/_world.h"
#include "graph/plan.h"

static asy_status run(asy_graph *g, asy_val out, int64_t rows, const asy_bind in[2], double *found)
{
    asy_plan *plan = NULL;
    asy_exec *exec = NULL;
    asy_status s = asy_plan_new(&plan, g, 1, &out, rows, NULL);

    if (s == ASY_OK)
        s = asy_exec_new(&exec, plan, NULL);
    if (s == ASY_OK)
        s = asy_exec_run(exec, rows, 2, in);
    if (s == ASY_OK)
        *found = *(const double *)asy_exec_out(exec, 0).data;
    asy_exec_free(exec);
    asy_plan_free(plan);
    return s;
}

/* The loss of two rows of three scores, in float64. */
static asy_status loss(asy_known_env *e, const char *smoothing, const double z[6], const int32_t y[2],
                       double *found)
{
    const char *const pairs[][2] = { { "smoothing", smoothing }, { NULL, NULL } };
    asy_graph *g = asy_graph_new(e->arena, ASY_F64);
    asy_scope *sc = asy_scope_new(e->arena, g, ASY_TRAIN);
    asy_val logits, labels, rows, out;
    const asy_bound *b;

    ASY_TRY(asy_arena_status(e->arena));
    ASY_TRY(asy_bind_text(e->arena, &asy_spot_loss, "cross-entropy", pairs, &b));
    logits = asy_input(g, "z", ASY_ROW, ASY_F64, ASY_SHAPE(3));
    labels = asy_input(g, "y", ASY_ROW, ASY_I32, ASY_SCALAR);
    out = ((const asy_loss *)b->m)->emit(b->params, &(asy_loss_in){ sc, logits, labels }, &rows);
    return run(g, out, 2, (asy_bind[]){ { logits, z, 0 }, { labels, y, 0 } }, found);
}

static const double even[] = { 0, 0, 0, 5, 5, 5 }, stairs[] = { 1, 2, 3, 3, 2, 1 };

static asy_status uniform(asy_known_env *e, double *found)
{
    return loss(e, "0", even, (const int32_t[]){ 0, 2 }, found);
}
static asy_status stair(asy_known_env *e, double *found)
{
    return loss(e, "0", stairs, (const int32_t[]){ 2, 0 }, found);
}
static asy_status wrong(asy_known_env *e, double *found)
{
    return loss(e, "0", stairs, (const int32_t[]){ 2, 2 }, found);
}
static asy_status smoothed(asy_known_env *e, double *found)
{
    return loss(e, "0.1", stairs, (const int32_t[]){ 2, 0 }, found);
}
static asy_status flat(asy_known_env *e, double *found)
{
    return loss(e, "1", stairs, (const int32_t[]){ 0, 1 }, found);
}

const asy_known asy_known_loss_cross_entropy[] = {
    { "equal scores, 3 classes", 1.0986122886681098, 1e-15, "closed form: log 3", uniform },
    { "scores 1 2 3, label at 3", 0.40760596444438013, 1e-15, "closed form: log(1 + 1/e + 1/e^2)", stair },
    { "the mean over a batch", 1.4076059644443801, 2e-15, "closed form: the same and 2 more, halved", wrong },
    { "smoothing 0.1", 0.50760596444438013, 1e-15, "closed form: 0.1 (z_y - mean z) = 0.1 more", smoothed },
    { "smoothing 1 forgets the label", 1.4076059644443801, 2e-15, "closed form: log sum exp z - mean z",
      flat },
    { .name = NULL }
};
