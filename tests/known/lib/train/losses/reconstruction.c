// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/plan.h"
#include "../../model/_world.h"
#include <string.h>

/* The loss of an autoencoder whose weights are 0 but for the biases of its last layers: it makes `made` of
 * two pixels (0.25, 0.75) of label 0, with scores (0, 0). */
static asy_status loss(asy_known_env *e, const char *const pairs[][2], const char *output,
                       const float made[2], double *found)
{
    static const double x[] = { 0.25, 0.75 };
    const char *const arch[][2] = { { "hidden", "[]" }, { "output", output }, { NULL, NULL } };
    asy_graph *g = asy_graph_new(e->arena, ASY_F64);
    asy_scope *sc = asy_scope_new(e->arena, g, ASY_TRAIN);
    asy_plan *plan = NULL;
    asy_exec *exec = NULL;
    const asy_bound *b;
    asy_bind bind[16];
    asy_model *m;
    int n = 2;

    ASY_TRY(asy_arena_status(e->arena));
    ASY_TRY(asy_world_model(&m, e->arena, "autoencoder", arch, ASY_SHAPE(2), 2));
    memcpy(asy_world_slot(m, "decoder/fc1.bias"), made, 2 * sizeof *made);
    ASY_TRY(asy_bind_text(e->arena, &asy_spot_loss, "reconstruction", pairs, &b));
    asy_val in = asy_input(g, "x", ASY_ROW, ASY_F64, ASY_SHAPE(2)),
            label = asy_input(g, "y", ASY_ROW, ASY_I32, ASY_SCALAR), rows, z = asy_model_emit(m, sc, in),
            out = ((const asy_loss *)b->m)->emit(b->params, &(asy_loss_in){ sc, z, label, { 0 } }, &rows);
    bind[0] = (asy_bind){ in, x, 0 };
    bind[1] = (asy_bind){ label, (const int32_t[]){ 0 }, 0 };
    for (int i = 0; i < m->n_slots; i++) {
        double *w = ASY_NEWN(e->arena, m->slot[i].n, double);
        ASY_TRY(asy_arena_status(e->arena));
        for (int64_t k = 0; k < m->slot[i].n; k++) w[k] = (double)m->w[m->slot[i].first + k];
        bind[n++] = (asy_bind){ asy_scope_at(sc, i)->val, w, 0 };
    }
    asy_status s = asy_plan_new(&plan, g, 1, &out, 1, NULL);
    if (s == ASY_OK) s = asy_exec_new(&exec, plan, NULL);
    if (s == ASY_OK) s = asy_exec_run(exec, 1, n, bind);
    if (s == ASY_OK) *found = *(const double *)asy_exec_out(exec, 0).data;
    asy_exec_free(exec);
    asy_plan_free(plan);
    return s;
}

static asy_status square(asy_known_env *e, double *found)
{
    return loss(e, NULL, "linear", (const float[]){ 0.5f, 1.25f }, found);
}

static asy_status labelled(asy_known_env *e, double *found)
{
    const char *const pairs[][2] = { { "labels", "2" }, { NULL, NULL } };

    return loss(e, pairs, "linear", (const float[]){ 0.5f, 1.25f }, found);
}

/* σ(0) = ½ beside both pixels. */
static asy_status halves(asy_known_env *e, double *found)
{
    const char *const pairs[][2] = { { "measure", "bce" }, { NULL, NULL } };

    return loss(e, pairs, "sigmoid", (const float[]){ 0, 0 }, found);
}

const asy_known asy_known_loss_reconstruction[] = {
    { "mean square", (0.0625 + 0.25) / 2, 1e-15, "closed form: ((1/4)^2 + (1/2)^2)/2", square },
    { "with labels", (0.0625 + 0.25) / 2 + 2 * 0.69314718055994531, 1e-14, "closed form: + 2 ln 2",
      labelled },
    { "halves", 0.69314718055994531, 1e-15, "closed form: ln 2", halves },
    { .name = NULL }
};
