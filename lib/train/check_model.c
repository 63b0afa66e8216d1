// SPDX-License-Identifier: GPL-3.0-or-later
#include "check_model.h"
#include "../model/targets.h"
#include "objective.h"
#include <math.h>

enum { ENOUGH = 3, TRIES = 128 / ASY_CHECK_DIRECTIONS };

/* A float64 copy of n floats, in the arena. */
static double *widen(asy_arena *a, int64_t n, const float *x)
{
    double *y = ASY_NEWN(a, n, double);
    for (int64_t i = 0; y && i < n; i++) y[i] = (double)x[i];
    return y;
}

/* Random numbers are those of one stream: what is differentiated is a function. */
static asy_status run(asy_arena *a, const asy_model *m, const asy_bound *loss, int64_t rows, const float *x,
                      const int32_t *y, const uint64_t *id, double kink, asy_rng r, asy_check_result *out)
{
    asy_graph *g = asy_graph_new(a, ASY_F64);
    asy_scope *sc = asy_scope_new(a, g, ASY_TRAIN);
    asy_bind *bind = ASY_NEWN(a, 2 + asy_model_binds(m) + ASY_SCOPE_NOISE, asy_bind);
    asy_val per_row;
    int n = 2;
    ASY_TRY(asy_arena_status(a));
    asy_val in = asy_input(g, "x", ASY_ROW, ASY_F64, m->io.in),
            label = asy_input(g, "y", ASY_ROW, ASY_I32, asy_targets_shape(&m->io));
    asy_val logits = asy_model_emit(m, sc, in);
    asy_val soft = asy_onehot(g, label, m->io.classes);
    asy_val value = asy__objective_emit(m, loss, sc, logits, label, soft, &per_row);
    ASY_TRY(asy_graph_status(g));
    ASY_TRY(asy_scope_noise_new(sc, rows));
    bind[0] = (asy_bind){ in, widen(a, rows * asy_shape_count(&m->io.in), x), 0 };
    bind[1] = (asy_bind){ label, y, 0 };
    for (int i = 0; i < asy_scope_count(sc); i++) {
        const asy_scope_entry *e = asy_scope_at(sc, i);
        if (!e->bound) bind[n++] = (asy_bind){ e->val, widen(a, m->slot[i].n, m->w + m->slot[i].first), 0 };
    }
    ASY_TRY(asy_arena_status(a));
    n += asy_model_bind_tables(m, sc, bind + n);
    asy_rng dropout = asy_rng_part(asy_rng_seed(0), "dropout");
    n += asy_scope_noise_bind(sc, &dropout, rows, id, NULL, 0, bind + n);
    return asy_check_grad(g, value, rows, n, bind, kink, r, out);
}

asy_status asy_model_check(const asy_model *m, const asy_bound *loss, int64_t rows, const float *x,
                           const int32_t *y, const uint64_t *id, double kink, asy_rng r,
                           asy_check_result *out, int *checked)
{
    *out = (asy_check_result){ 0 };
    *checked = 0;
    /* A smooth function that bends strongly looks like a kink everywhere. Then differences are taken as they come:
     * at a true kink they would disagree. */
    for (uint64_t i = 0; i < TRIES + ENOUGH && *checked < ENOUGH; i++) {
        asy_check_result one = { 0 };
        asy_arena *a = asy_arena_new(0);
        double width = i < TRIES ? kink : 0;
        asy_status s = run(a, m, loss, rows, x, y, id, width, asy_rng_split(r, "try", i), &one);
        asy_arena_free(a);
        ASY_TRY(s);
        *checked += ASY_CHECK_DIRECTIONS - one.skipped;
        out->skipped += one.skipped;
        out->first = fmax(out->first, one.first);
        out->second = fmax(out->second, one.second);
    }
    return ASY_OK;
}
