// SPDX-License-Identifier: GPL-3.0-or-later
#include "adversary.h"
#include "impl.h"
#include "scorer.h"
#include <math.h>
#include <string.h>

struct asy_adversary {
    const asy_model *model;
    asy_threat threat;
    asy__harness *harness;
    asy_scorer *scorer;                 /* NULL unless the goal is the least likely class */
    int64_t max_rows, size;
    float *clean, *loss, *logits;
    bool *hit;
    int32_t *to;
    int64_t *live, *queries, *gradients;
};

static asy_status make(asy_adversary *a, asy_arena *arena, const asy_bound *bound, const asy_backend *backend,
                       asy_pool *pool)
{
    size_t rows = (size_t)a->max_rows;
    bool least = a->threat.target < 0 && a->threat.goal == ASY_GOAL_LEAST_LIKELY;
    a->clean = asy_alloc(arena, rows, (size_t)a->size * sizeof(float));
    a->loss = ASY_NEWN(arena, rows, float);
    a->hit = ASY_NEWN(arena, rows, bool);
    a->to = ASY_NEWN(arena, rows, int32_t);
    a->live = ASY_NEWN(arena, rows, int64_t);
    a->queries = ASY_NEWN(arena, rows, int64_t);
    a->gradients = ASY_NEWN(arena, rows, int64_t);
    if (least) a->logits = asy_alloc(arena, rows, (size_t)a->model->io.classes * sizeof(float));
    ASY_TRY(asy_arena_status(arena));
    if (least)
        ASY_TRY(asy_scorer_new(&a->scorer, a->model, backend, pool, a->max_rows, asy_rng_seed(0), 1));
    return asy__harness_new(&a->harness, arena, a->model, bound, &a->threat, backend, pool, a->max_rows, 0);
}

asy_status asy_adversary_new(asy_adversary **out, asy_arena *arena, const asy_model *model,
                             const asy_bound *bound, const asy_backend *backend, asy_pool *pool,
                             int64_t max_rows)
{
    *out = NULL;
    if (!bound->shared) ASY_FAIL(ASY_EINVAL, "`%s` was read without a threat model", bound->name);
    asy_adversary *a = ASY_NEW(arena, asy_adversary);
    ASY_TRY(asy_arena_status(arena));
    *a = (asy_adversary){ .model = model,
                          .threat = *(const asy_threat *)bound->shared,
                          .max_rows = max_rows,
                          .size = asy_shape_count(&model->io.in) };
    a->threat.lo = model->lo;
    a->threat.hi = model->hi;
    asy_status s = make(a, arena, bound, backend, pool);
    if (s != ASY_OK) {
        asy_adversary_free(a);
        ASY_TRY(s);
    }
    *out = a;
    return ASY_OK;
}

void asy_adversary_free(asy_adversary *a)
{
    if (!a) return;
    asy__harness_free(a->harness);
    asy_scorer_free(a->scorer);
}

asy_status asy_adversary_run(asy_adversary *a, const float *w, uint64_t version, int64_t rows, float *x,
                             const int32_t *y, const uint64_t *id, asy_rng step_rng, bool training)
{
    if (rows < 0 || rows > a->max_rows)
        ASY_FAIL(ASY_EINVAL, "%lld rows for an adversary of at most %lld", (long long)rows,
                 (long long)a->max_rows);
    if (rows == 0 || a->threat.eps == 0) return ASY_OK;
    if (a->scorer) ASY_TRY(asy_scorer_run(a->scorer, w, version, rows, x, NULL, id, a->logits, NULL));
    ASY_TRY(asy__targets(&a->threat, &step_rng, a->model->io.classes, rows, a->logits, y, id, a->to));
    memcpy(a->clean, x, (size_t)(rows * a->size) * sizeof(float));
    for (int64_t i = 0; i < rows; i++) {
        a->loss[i] = -INFINITY;
        a->hit[i] = false;
        a->live[i] = i;
        a->queries[i] = a->gradients[i] = 0;
    }
    asy__rows all = { .n = rows,
                      .size = a->size,
                      .clean = a->clean,
                      .label = a->to,
                      .id = id,
                      .kept = x,
                      .loss = training ? NULL : a->loss,
                      .hit = training ? NULL : a->hit,
                      .queries = a->queries,
                      .gradients = a->gradients };
    asy__harness_in in = { w, version, step_rng, training, NULL };
    return asy__harness_run(a->harness, &in, &all, rows, a->live);
}
