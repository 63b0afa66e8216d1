// SPDX-License-Identifier: GPL-3.0-or-later
#include "scorer.h"
#include "../base/poly.h"
#include "../model/fitted.h"
#include <math.h>
#include <string.h>

struct asy_scorer {
    asy_arena *arena;
    const asy_model *model;
    asy_scope *scope;
    asy_val x, y;
    int64_t max_rows, size;
    struct {
        asy_plan *plan;
        asy_exec *exec;
    } with[2];      /* logits alone; logits and loss */
    asy_bind *bind; /* x, y, the weights, random values' */
    asy_rng noise;
    int64_t draws;
    asy_pool *pool;
    double *sum; /* [max_rows, K] of a random model's probabilities; else NULL */
};

static asy_status build(asy_scorer *s, const asy_backend *backend, asy_pool *pool)
{
    asy_graph *g = asy_graph_new(s->arena, ASY_F32);
    if (!g) return asy_arena_status(s->arena);
    s->scope = asy_scope_new(s->arena, g, ASY_EVAL);
    s->bind = ASY_NEWN(s->arena, asy_model_binds(s->model) + 2 + ASY_SCOPE_NOISE, asy_bind);
    ASY_TRY(asy_arena_status(s->arena));
    s->x = asy_input(g, "x", ASY_ROW, ASY_F32, s->model->io.in);
    s->y = asy_input(g, "y", ASY_ROW, ASY_I32, ASY_SCALAR);
    asy_val out[2] = { asy_model_emit(s->model, s->scope, s->x) };
    ASY_TRY(asy_graph_status(g));
    out[1] = asy_xent(g, out[0], s->y);
    ASY_TRY(asy_graph_status(g));
    ASY_TRY(asy_scope_noise_new(s->scope, s->max_rows));
    if (asy_scope_is_random(s->scope))
        s->sum = asy_alloc(s->arena, (size_t)(s->max_rows * s->model->io.classes), sizeof(double));
    ASY_TRY(asy_arena_status(s->arena));
    for (int i = 0; i < 2; i++) {
        ASY_TRY(asy_plan_new(&s->with[i].plan, g, i + 1, out, s->max_rows, backend));
        ASY_TRY(asy_exec_new(&s->with[i].exec, s->with[i].plan, pool));
    }
    return ASY_OK;
}

asy_status asy_scorer_new(asy_scorer **out, const asy_model *model, const asy_backend *backend,
                          asy_pool *pool, int64_t max_rows, asy_rng noise, int64_t draws)
{
    *out = NULL;
    asy_arena *a = asy_arena_new(0);
    asy_scorer *s = ASY_NEW(a, asy_scorer);
    if (!s) {
        asy_arena_free(a);
        ASY_FAIL(ASY_ENOMEM, "out of memory for a forward pass");
    }
    s->arena = a;
    s->model = model;
    s->max_rows = max_rows;
    s->noise = noise;
    s->draws = draws > 0 ? draws : 1;
    s->pool = pool;
    s->size = asy_shape_count(&model->io.in);
    asy_status st = asy_model_has_graph(model) ? build(s, backend, pool) : ASY_OK;
    if (st != ASY_OK) {
        asy_scorer_free(s);
        ASY_TRY(st);
    }
    *out = s;
    return ASY_OK;
}

void asy_scorer_free(asy_scorer *s)
{
    if (!s) return;
    for (int i = 0; i < 2; i++) {
        asy_exec_free(s->with[i].exec);
        asy_plan_free(s->with[i].plan);
    }
    asy_arena_free(s->arena);
}

/* Adds soft-max of z to the sums. */
static void add_probabilities(int64_t rows, int64_t k, const float *z, double *sum)
{
    for (int64_t i = 0; i < rows; i++, z += k, sum += k) {
        double top = (double)z[asy_argmax(k, z)], total = 0;
        for (int64_t j = 0; j < k; j++) total += asy_exp_f64((double)z[j] - top);
        for (int64_t j = 0; j < k; j++) sum[j] += asy_exp_f64((double)z[j] - top) / total;
    }
}

/* A random model: log of the mean probability over the draws. */
static asy_status run_draws(asy_scorer *s, int64_t rows, int n_bind, const int32_t *y, const uint64_t *id,
                            float *logits, float *loss)
{
    int64_t k = s->model->io.classes;
    memset(s->sum, 0, (size_t)(rows * k) * sizeof *s->sum);
    for (int64_t d = 0; d < s->draws; d++) {
        int noise = asy_scope_noise_bind(s->scope, &s->noise, rows, id, NULL, d, s->bind + n_bind);
        ASY_TRY(asy_exec_run(s->with[0].exec, rows, n_bind + noise, s->bind));
        add_probabilities(rows, k, asy_exec_out(s->with[0].exec, 0).data, s->sum);
    }
    for (int64_t i = 0; i < rows * k; i++) logits[i] = (float)asy_log_f64(s->sum[i] / (double)s->draws);
    for (int64_t i = 0; loss && i < rows; i++) loss[i] = y[i] >= 0 && y[i] < k ? -logits[i * k + y[i]] : NAN;
    return ASY_OK;
}

/* Without a graph: logits are logarithms of probabilities. */
static asy_status run_fitted(const asy_scorer *s, int64_t rows, const float *x, const int32_t *y, float *logits,
                             float *loss)
{
    int64_t k = s->model->io.classes;
    ASY_TRY(asy_model_predict(s->model, s->pool, rows, x, logits));
    for (int64_t i = 0; y && loss && i < rows; i++)
        loss[i] = y[i] >= 0 && y[i] < k ? -logits[i * k + y[i]] : NAN;
    return ASY_OK;
}

asy_status asy_scorer_run(asy_scorer *s, const float *w, uint64_t version, int64_t rows, const float *x,
                          const int32_t *y, const uint64_t *id, float *logits, float *loss)
{
    if (!asy_model_has_graph(s->model)) return run_fitted(s, rows, x, y, logits, loss);
    asy_exec *exec = s->with[y && loss ? 1 : 0].exec;
    int64_t k = s->model->io.classes;
    int n = 0;
    if (y && loss) n = 2;
    else n = 1;
    int n_bind = n + asy_model_bind(s->model, s->scope, w, version, s->bind + n);
    for (int64_t at = 0; at < rows; at += s->max_rows) {
        int64_t now = rows - at < s->max_rows ? rows - at : s->max_rows;
        s->bind[0] = (asy_bind){ s->x, x + at * s->size, 0 };
        if (n == 2) s->bind[1] = (asy_bind){ s->y, y + at, 0 };
        if (s->sum) {
            ASY_TRY(run_draws(s, now, n_bind, n == 2 ? y + at : NULL, id + at, logits + at * k,
                              n == 2 ? loss + at : NULL));
            continue;
        }
        int sample = asy_scope_noise_bind(s->scope, &s->noise, now, id + at, NULL, 0, s->bind + n_bind);
        ASY_TRY(asy_exec_run(exec, now, n_bind + sample, s->bind));
        memcpy(logits + at * k, asy_exec_out(exec, 0).data, (size_t)(now * k) * sizeof(float));
        if (n == 2) memcpy(loss + at, asy_exec_out(exec, 1).data, (size_t)now * sizeof(float));
    }
    return ASY_OK;
}

int32_t asy_argmax(int64_t k, const float *z)
{
    int64_t best = 0;
    for (int64_t j = 1; j < k; j++)
        if (z[j] > z[best] || (isnan(z[j]) && !isnan(z[best]))) best = j;
    return (int32_t)best;
}

double asy_margin(int64_t k, const float *z, int32_t y)
{
    double other = -INFINITY;
    for (int64_t j = 0; j < k; j++)
        if (j != y && !((double)z[j] <= other)) other = (double)z[j];
    return (double)z[y] - other;
}
