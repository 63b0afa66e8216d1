// SPDX-License-Identifier: GPL-3.0-or-later
/* What counts as broken is decided here, by an independent forward pass, and by no attack (DESIGN §3.6):
 * a row that is wrong when clean is not attacked, its adversarial is itself bit for bit, and it counts as
 * broken at distance 0; a point outside ball or box is a failure of the attack. */
#include "impl.h"
#include "record.h"
#include "scorer.h"
#include "../method/params.h"
#include "../tensor/reduce.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FRAGILE 1e-6 /* of a logit: an outcome that hangs on less may differ in other arithmetic */

typedef struct {
    asy_eval_ctx *ctx;
    const asy_bound *bound;
    const asy_threat *threat;
    asy_attack_result *r;
    asy_scorer *scorer;
    asy__harness *harness;
    int64_t k, size, n_live, *live, *gradients;
    float *logits, *loss;
    int32_t *to; /* the oracle's goal label */
    bool *attacked, *hit;
    double *delta, *l2, *linf; /* [size]; [n]: norms of adv − x */
} work;

static asy_status allocate(work *w)
{
    asy_arena *a = w->ctx->arena;
    asy_attack_result *r = w->r;
    size_t n = (size_t)r->n, row = (size_t)w->size * sizeof(float);
    r->x = asy_alloc(a, n, row);
    r->adv = asy_alloc(a, n, row);
    r->pred_clean = ASY_NEWN(a, n, int32_t);
    r->pred_adv = ASY_NEWN(a, n, int32_t);
    r->distance = ASY_NEWN(a, n, double);
    r->count = ASY_NEWN(a, n, int64_t);
    r->id = ASY_NEWN(a, n, uint64_t);
    r->label = ASY_NEWN(a, n, int32_t);
    w->live = ASY_NEWN(a, n, int64_t);
    w->gradients = ASY_NEWN(a, n, int64_t);
    w->logits = asy_alloc(a, n, (size_t)w->k * sizeof(float));
    w->loss = ASY_NEWN(a, n, float);
    w->to = ASY_NEWN(a, n, int32_t);
    w->attacked = ASY_NEWN(a, n, bool);
    w->hit = ASY_NEWN(a, n, bool);
    w->delta = ASY_NEWN(a, w->size, double);
    w->l2 = ASY_NEWN(a, n, double);
    w->linf = ASY_NEWN(a, n, double);
    return asy_arena_status(a);
}

static asy_status load(work *w)
{
    asy_attack_result *r = w->r;
    asy_view_load(w->ctx->view, r->n, 0, NULL, r->x, r->label, r->id);
    for (int64_t i = 0; i < r->n; i++)
        if (r->label[i] < 0 || r->label[i] >= w->k)
            ASY_FAIL(ASY_EDATA, "row %lld has label %d; the model has %lld classes", (long long)r->id[i],
                     (int)r->label[i], (long long)w->k);
    memcpy(r->adv, r->x, (size_t)(r->n * w->size) * sizeof(float));
    return ASY_OK;
}

static asy_status predict(work *w, const float *x, int32_t *pred)
{
    const asy_model *m = w->ctx->model;
    ASY_TRY(asy_scorer_run(w->scorer, m->w, m->version, w->r->n, x, NULL, w->r->id, w->logits, NULL));
    for (int64_t i = 0; i < w->r->n; i++) pred[i] = asy_argmax(w->k, w->logits + i * w->k);
    return ASY_OK;
}

/* Rows that are right, and that a target does not ask to stay where they are. */
static void choose(work *w)
{
    asy_attack_result *r = w->r;
    for (int64_t i = 0; i < r->n; i++) {
        bool right = r->pred_clean[i] == r->label[i];
        r->clean_correct += right;
        w->loss[i] = -INFINITY;
        w->attacked[i] = right && !(r->targeted && w->to[i] == r->label[i]);
        if (w->attacked[i]) w->live[w->n_live++] = i;
    }
    r->attacked = w->n_live;
}

static asy_status attack(work *w)
{
    asy_eval_ctx *c = w->ctx;
    asy_attack_result *r = w->r;
    ASY_TRY(asy__harness_new(&w->harness, c->arena, c->model, w->bound, w->threat, c->backend, c->pool, r->n,
                             c->keys->batch));
    if (w->threat->eps == 0) return ASY_OK; /* the ball is the point itself */
    asy__rows all = { r->n, w->size, r->x, w->to, r->id, r->adv, w->loss, w->hit, r->count, w->gradients };
    asy__harness_in in = { c->model->w, c->model->version, asy_rng_part(c->seed, "attack"), false, c->sink };
    ASY_TRY(asy__harness_run(w->harness, &in, &all, w->n_live, w->live));
    asy__harness_events(w->harness, &r->zero_gradients, &r->nonfinite);
    return ASY_OK;
}

/* Norms of adv − x, and whether adv lies in ball and box. A clean value outside the box may stay where it is,
 * but may not move away. */
static bool obeys(const work *w, const float *x, const float *adv, double *l2, double *linf)
{
    const asy_threat *t = w->threat;
    float lo = (float)t->lo, hi = (float)t->hi;
    bool inside = true;
    *linf = 0;
    for (int64_t i = 0; i < w->size; i++) {
        double d = (double)adv[i] - (double)x[i], a = d < 0 ? -d : d;
        w->delta[i] = d;
        if (!(a <= *linf)) *linf = a;
        inside = inside && adv[i] >= (x[i] < lo ? x[i] : lo) && adv[i] <= (x[i] > hi ? x[i] : hi);
    }
    *l2 = sqrt(asy_dot_f64((size_t)w->size, w->delta, w->delta));
    double scale = fmax(1.0, fmax(fabs(t->lo), fabs(t->hi)));
    return inside && (t->norm == ASY_NORM_L2 ? *l2 : *linf) <= t->eps * (1 + 1e-6) + 1e-7 * scale;
}

static void referee(work *w)
{
    asy_attack_result *r = w->r;
    size_t bytes = (size_t)w->size * sizeof(float);
    for (int64_t i = 0; i < r->n; i++) {
        float *adv = r->adv + i * w->size;
        const float *x = r->x + i * w->size;
        if (!w->attacked[i]) continue;
        if (!obeys(w, x, adv, &w->l2[i], &w->linf[i])) {
            memcpy(adv, x, bytes);
            w->l2[i] = w->linf[i] = 0;
            r->violations++;
        }
        r->distance[i] = w->threat->norm == ASY_NORM_L2 ? w->l2[i] : w->linf[i];
    }
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorts v. */
static double median(int64_t n, double *v)
{
    if (n == 0) return NAN;
    qsort(v, (size_t)n, sizeof *v, by_value);
    return n % 2 ? v[n / 2] : 0.5 * v[n / 2 - 1] + 0.5 * v[n / 2];
}

/* Over attacked rows: mean over successes, median with failures as +inf. */
static void summarise(const work *w, const double *distance, double *v, double *mean, double *mid)
{
    const asy_attack_result *r = w->r;
    int64_t n = 0, won = 0;
    for (int64_t i = 0; i < r->n; i++)
        if (w->attacked[i] && r->pred_adv[i] != r->label[i]) v[won++] = distance[i];
    *mean = won ? asy_sum_f64((size_t)won, v) / (double)won : NAN;
    for (int64_t i = 0; i < r->n; i++)
        if (w->attacked[i]) v[n++] = r->pred_adv[i] != r->label[i] ? distance[i] : INFINITY;
    *mid = median(n, v);
}

static asy_status judge(work *w)
{
    asy_attack_result *r = w->r;
    int64_t calls = 0, gradients = 0;
    referee(w);
    ASY_TRY(predict(w, r->adv, r->pred_adv));
    for (int64_t i = 0; i < r->n; i++) {
        r->robust_correct += r->pred_adv[i] == r->label[i];
        if (!w->attacked[i]) continue;
        bool won = r->pred_adv[i] != r->label[i];
        r->successes += won;
        r->reached += won && r->targeted && r->pred_adv[i] == w->to[i];
        r->fragile += fabs(asy_margin(w->k, w->logits + i * w->k, r->label[i])) < FRAGILE;
        calls += r->count[i];
        gradients += w->gradients[i];
    }
    double *v = ASY_NEWN(w->ctx->arena, r->n, double);
    if (!v) return asy_arena_status(w->ctx->arena);
    summarise(w, w->l2, v, &r->mean_l2, &r->median_l2);
    summarise(w, w->linf, v, &r->mean_linf, &r->median_linf);
    r->queries = r->attacked ? (double)calls / (double)r->attacked : 0;
    r->gradients = r->attacked ? (double)gradients / (double)r->attacked : 0;
    return ASY_OK;
}

static asy_status measure(work *w)
{
    asy_eval_ctx *c = w->ctx;
    asy_rng stream = asy_rng_part(c->seed, "attack");
    ASY_TRY(allocate(w));
    ASY_TRY(load(w));
    ASY_TRY(predict(w, w->r->x, w->r->pred_clean));
    ASY_TRY(asy__targets(w->threat, &stream, w->k, w->r->n, w->logits, w->r->label, w->r->id, w->to));
    choose(w);
    ASY_TRY(attack(w));
    return judge(w);
}

asy_status asy_attack_measure(asy_eval_ctx *c, const asy_bound *bound, const asy_threat *threat,
                              asy_attack_result *r)
{
    const asy_model *m = c->model;
    asy_threat *t = ASY_NEW(c->arena, asy_threat);
    ASY_TRY(asy_arena_status(c->arena));
    *t = *threat;
    t->lo = m->lo;
    t->hi = m->hi;
    if (bound->resolved)
        ASY_TRY(asy_bound_derive(c->arena, bound, t, &bound)); /* defaults that follow from eps */
    *r = (asy_attack_result){ .n = c->view->n, .targeted = asy__targeted(t) };
    if (r->n < 1) ASY_FAIL(ASY_EDATA, "there are no rows to attack");
    work w = {
        .ctx = c, .bound = bound, .threat = t, .r = r, .k = m->io.classes, .size = asy_shape_count(&m->io.in)
    };
    ASY_TRY(asy_scorer_new(&w.scorer, m, c->backend, c->pool,
                           c->keys->batch > 0 && c->keys->batch < r->n ? c->keys->batch : r->n,
                           asy_rng_part(asy_rng_part(c->seed, "noise"), "score"), c->keys->draws));
    asy_status s = measure(&w);
    asy__harness_free(w.harness);
    asy_scorer_free(w.scorer);
    return s;
}

/* A perturbation that may be anything in the box must beat any model (validity flag W0606). */
static bool beats_too_little(const asy_threat *t, const asy_model *m, const asy_attack_result *r)
{
    double width = m->hi - m->lo;
    if (t->norm == ASY_NORM_L2) width *= sqrt((double)asy_shape_count(&m->io.in));
    return t->eps >= width && r->robust_correct * m->io.classes > r->n;
}

static asy_status put_numbers(asy_eval_ctx *c, const asy_threat *t, const asy_attack_result *r)
{
    const struct {
        const char *metric;
        double value;
    } plain[] = {
        { "distance_l2", r->mean_l2 },
        { "distance_linf", r->mean_linf },
        { "median_l2", r->median_l2 },
        { "median_linf", r->median_linf },
        { "gradient_evaluations", r->gradients },
        { "queries", r->queries },
        { "violations", (double)r->violations },
        { "fragile", (double)r->fragile },
        { "zero_gradients", (double)r->zero_gradients },
        { "nonfinite", (double)r->nonfinite },
        { "w0606", beats_too_little(t, c->model, r) ? 1.0 : 0.0 },
    };
    ASY_TRY(asy_put_rate(c->sink, "accuracy", r->robust_correct, r->n));
    ASY_TRY(asy_put_rate(c->sink, "clean_accuracy", r->clean_correct, r->n));
    if (r->attacked) ASY_TRY(asy_put_rate(c->sink, "success_rate", r->successes, r->attacked));
    else ASY_TRY(asy_put(c->sink, "success_rate", NAN));
    if (r->attacked && r->targeted) ASY_TRY(asy_put_rate(c->sink, "target_rate", r->reached, r->attacked));
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        ASY_TRY(asy_put(c->sink, plain[i].metric, plain[i].value));
    return ASY_OK;
}

asy_status asy_attack_evaluate(const asy_bound *b, void *ctx)
{
    asy_eval_ctx *c = ctx;
    asy_attack_result r;
    if (!b->shared) ASY_FAIL(ASY_EINVAL, "`%s` was read without a threat model", b->name);
    ASY_TRY(asy_attack_measure(c, b, b->shared, &r));
    ASY_TRY(put_numbers(c, b->shared, &r));
    uint8_t *correct = ASY_NEWN(c->arena, r.n, uint8_t);
    if (!correct) return asy_arena_status(c->arena);
    for (int64_t i = 0; i < r.n; i++) correct[i] = r.pred_adv[i] == r.label[i];
    asy_examples e = { r.n, r.id, r.label, r.pred_adv, correct, r.distance, r.count };
    ASY_TRY(asy_put_examples(c, &e));
    return asy_put_adversarial(c, r.pred_adv, r.adv, NULL);
}
