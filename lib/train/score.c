// SPDX-License-Identifier: GPL-3.0-or-later
#include "score.h"
#include "../attack/scorer.h"
#include "../model/fitted.h"
#include "../model/targets.h"
#include "step.h"

enum { MOST_ROWS = 1024 };

static asy_status build(asy__score *s, asy_arena *a, const asy_backend *backend, asy_pool *pool)
{
    const asy_model *m = s->model;
    asy_graph *g = asy_graph_new(a, ASY_F32);
    asy_scope *sc = asy_scope_new(a, g, ASY_EVAL);
    asy_val x, y, out;

    s->bind = ASY_NEWN(a, 2 + asy_model_binds(m) + ASY_SCOPE_NOISE, asy_bind);
    ASY_TRY(asy_arena_status(a));
    x = asy_input(g, "x", ASY_ROW, ASY_F32, m->io.in);
    y = asy_input(g, "y", ASY_ROW, ASY_I32, asy_targets_shape(&m->io));
    out = asy__count_correct(sc, asy_model_emit(m, sc, x), y);
    ASY_TRY(asy_scope_noise_new(sc, s->batch.capacity));
    ASY_TRY(asy_arena_status(a));
    ASY_TRY(asy_plan_new(&s->plan, g, 1, &out, s->batch.capacity, backend));
    ASY_TRY(asy_exec_new(&s->exec, s->plan, pool));
    s->bind[0] = (asy_bind){ x, s->batch.x, 0 };
    s->bind[1] = (asy_bind){ y, s->batch.y, 0 };
    s->scope = sc;
    return ASY_OK;
}

asy_status asy__score_new(asy__score **out, asy_arena *a, const asy_model *m, const asy_bound *attack,
                          int64_t rows, const asy_backend *backend, asy_pool *pool, asy_rng noise)
{
    asy__score *s = ASY_NEW(a, asy__score);

    *out = s;
    if (!s)
        return asy_arena_status(a);
    s->model = m;
    s->noise = noise;
    ASY_TRY(asy__batch_new(&s->batch, a, &m->io, rows < MOST_ROWS ? rows : MOST_ROWS, pool));
    s->pool = pool;
    if (asy_model_has_graph(m))
        ASY_TRY(build(s, a, backend, pool));
    else
        s->logits = asy_alloc(a, (size_t)s->batch.capacity, (size_t)m->io.classes * sizeof *s->logits);
    ASY_TRY(asy_arena_status(a));
    if (attack)
        ASY_TRY(asy_adversary_new(&s->adversary, a, m, attack, backend, pool, s->batch.capacity));
    return ASY_OK;
}

void asy__score_free(asy__score *s)
{
    if (!s)
        return;
    asy_adversary_free(s->adversary);
    asy_exec_free(s->exec);
    asy_plan_free(s->plan);
}

static asy_status count(asy__score *s, int64_t n, int64_t *correct)
{
    int64_t k = s->model->io.classes;

    if (s->logits) {
        ASY_TRY(asy_model_predict(s->model, s->pool, n, s->batch.x, s->logits));
        for (int64_t i = 0; i < n; i++)
            *correct += asy_argmax(k, s->logits + i * k) == s->batch.y[i];
        return ASY_OK;
    }
    int random = asy_scope_noise_bind(s->scope, &s->noise, n, s->batch.id, NULL, 0, s->bind + s->n_bind);
    ASY_TRY(asy_exec_run(s->exec, n, s->n_bind + random, s->bind));
    *correct += (int64_t)*(const float *)asy_exec_out(s->exec, 0).data;
    return ASY_OK;
}

asy_status asy__score_run(asy__score *s, const asy_view *view, const asy_rng *attack, int64_t *correct)
{
    const asy_model *m = s->model;

    *correct = 0;
    if (!s->logits)
        s->n_bind = 2 + asy_model_bind(m, s->scope, m->w, m->version, s->bind + 2);
    for (int64_t at = 0, n; at < view->n; at += n) {
        n = view->n - at < s->batch.capacity ? view->n - at : s->batch.capacity;
        ASY_TRY(asy__batch_load(&s->batch, view, n, at, NULL));
        if (attack)
            ASY_TRY(asy_adversary_run(s->adversary, m->w, m->version, n, s->batch.x, s->batch.y, s->batch.id,
                                      *attack, false));
        ASY_TRY(count(s, n, correct));
    }
    return ASY_OK;
}
