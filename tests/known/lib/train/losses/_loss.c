// SPDX-License-Identifier: GPL-3.0-or-later
#include "_loss.h"
#include "graph/plan.h"

static asy_status run(asy_graph *g, asy_val out, int64_t rows, const asy_bind in[2], double *found)
{
    asy_plan *plan = NULL;
    asy_exec *exec = NULL;
    asy_status s = asy_plan_new(&plan, g, 1, &out, rows, NULL);

    if (s == ASY_OK) s = asy_exec_new(&exec, plan, NULL);
    if (s == ASY_OK) s = asy_exec_run(exec, rows, 2, in);
    if (s == ASY_OK) *found = *(const double *)asy_exec_out(exec, 0).data;
    asy_exec_free(exec);
    asy_plan_free(plan);
    return s;
}

/* One of y and q. */
static asy_status loss_of(asy_known_env *e, const char *name, const char *const pairs[][2], int64_t rows,
                          int64_t classes, const double *z, const int32_t *y, const double *q, double *found)
{
    asy_graph *g = asy_graph_new(e->arena, ASY_F64);
    asy_scope *sc = asy_scope_new(e->arena, g, ASY_TRAIN);
    asy_val logits, labels, soft, per_row, out;
    const asy_bound *b;

    ASY_TRY(asy_arena_status(e->arena));
    ASY_TRY(asy_bind_text(e->arena, &asy_spot_loss, name, pairs, &b));
    logits = asy_input(g, "z", ASY_ROW, ASY_F64, ASY_SHAPE(classes));
    labels = asy_input(g, "y", ASY_ROW, ASY_I32, ASY_SCALAR);
    soft = asy_input(g, "q", ASY_ROW, ASY_F64, ASY_SHAPE(classes));
    out = ((const asy_loss *)b->m)->emit(b->params, &(asy_loss_in){ sc, logits, labels, soft }, &per_row);
    return run(g, out, rows, (asy_bind[]){ { logits, z, 0 }, { y ? labels : soft, y ? (const void *)y : q, 0 } },
               found);
}

asy_status asy_world_loss(asy_known_env *e, const char *name, const char *const pairs[][2], int64_t rows,
                          int64_t classes, const double *z, const int32_t *y, double *found)
{
    return loss_of(e, name, pairs, rows, classes, z, y, NULL, found);
}

asy_status asy_world_soft_loss(asy_known_env *e, const char *name, const char *const pairs[][2], int64_t rows,
                               int64_t classes, const double *z, const double *q, double *found)
{
    return loss_of(e, name, pairs, rows, classes, z, NULL, q, found);
}
