// SPDX-License-Identifier: GPL-3.0-or-later
#include "../../model/_world.h"
#include "graph/plan.h"

/* The gradient of the mean of (w·x)² over rows x = 1, 2, 3 at w = 2: 2 w mean(x²). */
static asy_status gradient(asy_known_env *e, double *found)
{
    static const double x[] = { 1, 2, 3 }, w[] = { 2 };
    asy_graph *g = asy_graph_new(e->arena, ASY_F64);
    asy_val xv = asy_input(g, "x", ASY_ROW, ASY_F64, ASY_SCALAR),
            wv = asy_input(g, "w", ASY_BATCH, ASY_F64, ASY_SCALAR);
    asy_val p = asy_mul(g, xv, wv), rows = asy_mul(g, p, p), out;
    asy_val loss = asy_div(g, asy_batch_sum(g, rows), asy_rows(g));
    const asy_bound *b;
    asy_plan *plan = NULL;
    asy_exec *exec = NULL;
    asy_status s;

    ASY_TRY(asy_bind_text(e->arena, &asy_spot_estimator, "plain", NULL, &b));
    ((const asy_estimator *)b->m)->emit(b->params, g, loss, rows, 1, &wv, &out);
    s = asy_plan_new(&plan, g, 1, &out, 3, NULL);
    if (s == ASY_OK)
        s = asy_exec_new(&exec, plan, NULL);
    if (s == ASY_OK)
        s = asy_exec_run(exec, 3, 2, (asy_bind[]){ { xv, x, 0 }, { wv, w, 0 } });
    if (s == ASY_OK)
        *found = *(const double *)asy_exec_out(exec, 0).data;
    asy_exec_free(exec);
    asy_plan_free(plan);
    return s;
}

const asy_known asy_known_estimator_plain[] = {
    { "mean of (w x)^2, x = 1 2 3, w = 2", 56.0 / 3, 1e-14, "closed form: 2 w mean(x^2)", gradient },
    { .name = NULL }
};
