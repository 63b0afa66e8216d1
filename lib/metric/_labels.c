// SPDX-License-Identifier: GPL-3.0-or-later
#include "_labels.h"
#include "model/targets.h"
#include <math.h>
#include <string.h>

static const double Z95 = 1.9599639845400545; /* 0.975 quantile of the normal distribution */

typedef struct {
    asy_eval_ctx *c;
    int64_t n, batch, counted;      /* labels of a row that count */
    asy_plan *plan; asy_exec *exec; /* outs: right labels and mean cross-entropy, a row each */
    asy_scope *scope;
    asy_bind *bind;
    float *x;
    int32_t *y;
    uint64_t *id;                   /* [batch] */
    double *hits, *loss;            /* [n] */
    int32_t *index, *right;
} work;

static asy_status allocate(work *w)
{
    const asy_model *m = w->c->model;
    asy_arena *a = w->c->arena;

    w->x = asy_alloc(a, (size_t)w->batch, (size_t)asy_shape_count(&m->io.in) * sizeof(float));
    w->y = asy_alloc(a, (size_t)w->batch, (size_t)m->io.targets * sizeof(int32_t));
    w->id = ASY_NEWN(a, w->batch, uint64_t);
    w->hits = ASY_NEWN(a, w->n, double);
    w->loss = ASY_NEWN(a, w->n, double);
    w->index = ASY_NEWN(a, w->n, int32_t);
    w->right = ASY_NEWN(a, w->n, int32_t);
    w->bind = ASY_NEWN(a, 2 + asy_model_binds(m) + ASY_SCOPE_NOISE, asy_bind);
    return asy_arena_status(a);
}

static asy_status build(work *w)
{
    const asy_model *m = w->c->model;
    asy_graph *g = asy_graph_new(w->c->arena, ASY_F32);
    asy_scope *sc = w->scope = asy_scope_new(w->c->arena, g, ASY_EVAL);
    asy_val x, y, z, out[2];

    ASY_TRY(asy_arena_status(w->c->arena));
    x = asy_input(g, "x", ASY_ROW, ASY_F32, m->io.in);
    y = asy_input(g, "y", ASY_ROW, ASY_I32, asy_targets_shape(&m->io));
    z = asy_model_emit(m, sc, x);
    out[0] = asy_targets_hits(sc, z, y);
    out[1] = asy_targets_mean(sc, asy_xent(g, z, y));
    ASY_TRY(asy_graph_status(g));
    ASY_TRY(asy_scope_noise_new(sc, w->batch));
    ASY_TRY(asy_plan_new(&w->plan, g, 2, out, w->batch, w->c->backend));
    w->bind[0] = (asy_bind){ x, w->x, 0 };
    w->bind[1] = (asy_bind){ y, w->y, 0 };
    return asy_exec_new(&w->exec, w->plan, w->c->pool);
}

/* What is hidden is a function of the seed and the row. */
static asy_status score(work *w)
{
    const asy_model *m = w->c->model;
    asy_sink *k = w->c->sink;
    asy_rng noise = asy_rng_part(asy_rng_part(w->c->seed, "noise"), "score");
    int n = 2 + asy_model_bind(m, w->scope, m->w, m->version, w->bind + 2);

    for (int64_t at = 0; at < w->n; at += w->batch) {
        int64_t rows = w->n - at < w->batch ? w->n - at : w->batch;

        if (k->stop && k->stop(k))
            ASY_FAIL(ASY_ESTOP, "asked to stop");
        asy_view_load(w->c->view, rows, at, NULL, w->x, w->y, w->id);
        int random = asy_scope_noise_bind(w->scope, &noise, rows, w->id, NULL, 0, w->bind + n);
        ASY_TRY(asy_exec_run(w->exec, rows, n + random, w->bind));
        for (int64_t i = 0; i < rows; i++) {
            w->hits[at + i] = (double)((const float *)asy_exec_out(w->exec, 0).data)[i];
            w->loss[at + i] = (double)((const float *)asy_exec_out(w->exec, 1).data)[i];
            w->index[at + i] = (int32_t)w->id[i];
            w->right[at + i] = (int32_t)w->hits[at + i];
        }
    }
    return ASY_OK;
}

/* Rows have equally many labels, so their rates' mean is the rate; its deviation is that of a mean of rows. */
static asy_result rate(const work *w)
{
    double n = (double)w->n, p = asy_sum_f64((size_t)w->n, w->hits) / n / (double)w->counted, square = 0, half;

    for (int64_t i = 0; i < w->n; i++) {
        double d = w->hits[i] / (double)w->counted - p;

        square += d * d;
    }
    half = w->n > 1 ? Z95 * sqrt(square / (n - 1) / n) : NAN;
    return (asy_result){ "accuracy", p, w->n * w->counted, fmax(0, p - half), fmin(1, p + half), "clustered", NAN };
}

static asy_status put(work *w)
{
    asy_sink *k = w->c->sink;
    int64_t labels = w->n * w->counted;
    asy_result accuracy = rate(w),
               loss = { "loss", asy_sum_f64((size_t)w->n, w->loss) / (double)w->n, labels, NAN, NAN, "none", NAN };
    asy_named t[3] = { { "correct", { w->right, ASY_SHAPE(w->n), ASY_I32 } },
                       { "counted", asy_tensor_new(w->c->arena, ASY_I32, ASY_SHAPE(w->n)) },
                       { "index", { w->index, ASY_SHAPE(w->n), ASY_I32 } } };
    const char *file = asy_sprintf(w->c->arena, "examples/%s.npz", w->c->keys->on);

    ASY_TRY(asy_arena_status(w->c->arena));
    if (w->n < 2)
        accuracy.ci_kind = "none", accuracy.lo = accuracy.hi = NAN;
    for (int64_t i = 0; i < w->n; i++)
        ((int32_t *)t[1].t.data)[i] = (int32_t)w->counted;
    ASY_TRY(k->result(k, &accuracy));
    ASY_TRY(k->result(k, &loss));
    ASY_TRY(asy_put(k, "rows", (double)w->n));
    return k->npz(k, file, 3, t);
}

asy_status asy__labels_accuracy(asy_eval_ctx *c)
{
    work w = { .c = c, .n = c->view->n, .counted = asy_targets_scored(&c->model->io) };
    asy_status s;

    w.batch = c->keys->batch > 0 && c->keys->batch < w.n ? c->keys->batch : w.n;
    ASY_TRY(allocate(&w));
    s = build(&w);
    if (s == ASY_OK)
        s = score(&w);
    if (s == ASY_OK)
        s = put(&w);
    asy_exec_free(w.exec);
    asy_plan_free(w.plan);
    return s;
}
