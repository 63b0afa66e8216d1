// SPDX-License-Identifier: GPL-3.0-or-later
/* Accuracy over eps under one attack. Radii are taken in ascending order and each row is attacked until it
 * falls: what broke at a smaller radius is broken at every larger one. */
#include "assay.h"
#include "attack/record.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct { const asy_bound *attack; asy_f64s eps; } par;

static const asy_param params[] = {
    ASY_PARAM_METHOD(attack, "pgd", asy_spot_attack, "what is run at each radius"),
    { .key = "eps", .type = ASY_P_F64S, .off = ASY_OFF(eps, asy_f64s), .lo = 0, .hi = INFINITY,
      .flags = ASY_REQUIRED | ASY_HI_OPEN | ASY_SCALAR_OK,
      .help = "radii of the ball, in units of data.range; 0 is the clean accuracy"},
    ASY_PARAM_END
};

/* What is known of every row of the view; survivors are the rows that no radius has broken so far. */
typedef struct {
    asy_eval_ctx *ctx;
    const par *p;
    int64_t n, size, n_left;
    uint64_t *id; int32_t *label, *pred; uint8_t *correct;
    float *adv; double *distance, *fell; int64_t *queries;
    uint32_t *row; int64_t *left;               /* survivors: row number of the data, index in the view */
    int64_t clean_correct, violations, zero_gradients, nonfinite;
} curve;

static asy_status begin(curve *c)
{
    asy_arena *a = c->ctx->arena;
    size_t n = (size_t)c->n;
    c->id = ASY_NEWN(a, n, uint64_t);
    c->label = ASY_NEWN(a, n, int32_t);
    c->pred = ASY_NEWN(a, n, int32_t);
    c->correct = ASY_NEWN(a, n, uint8_t);
    c->adv = asy_alloc(a, n, (size_t)c->size * sizeof(float));
    c->distance = ASY_NEWN(a, n, double);
    c->fell = ASY_NEWN(a, n, double);
    c->queries = ASY_NEWN(a, n, int64_t);
    c->row = ASY_NEWN(a, n, uint32_t);
    c->left = ASY_NEWN(a, n, int64_t);
    ASY_TRY(asy_arena_status(a));
    c->n_left = c->n;
    for (int64_t i = 0; i < c->n; i++) {
        c->left[i] = i;
        c->row[i] = c->ctx->view->row[i];
        c->fell[i] = INFINITY;
    }
    return ASY_OK;
}

/* Writes what one radius found and drops the rows that fell. */
static void take(curve *c, double eps, const asy_attack_result *r)
{
    int64_t left = 0;
    for (int64_t k = 0; k < r->n; k++) {
        int64_t i = c->left[k];
        bool right = r->pred_adv[k] == r->label[k];
        c->id[i] = r->id[k];
        c->label[i] = r->label[k];
        c->pred[i] = r->pred_adv[k];
        c->correct[i] = right;
        memcpy(c->adv + i * c->size, r->adv + k * c->size, (size_t)c->size * sizeof(float));
        c->distance[i] = r->distance[k];
        c->queries[i] += r->count[k];
        if (!right) {
            c->fell[i] = r->pred_clean[k] == r->label[k] ? eps : 0;
            continue;
        }
        c->left[left] = i;
        c->row[left++] = c->row[k];
    }
    c->n_left = left;
    c->violations += r->violations;
    c->zero_gradients += r->zero_gradients;
    c->nonfinite += r->nonfinite;
}

static asy_status one_radius(curve *c, double eps, bool first)
{
    asy_arena *own = asy_arena_new(0);
    asy_view left = *c->ctx->view;
    asy_eval_ctx sub = *c->ctx;
    asy_threat t = *(const asy_threat *)c->p->attack->shared;
    asy_attack_result r;
    left.n = c->n_left;
    left.row = c->row;
    sub.view = &left;
    sub.arena = own;
    t.eps = eps;
    if (!own) ASY_FAIL(ASY_ENOMEM, "out of memory for one radius of a curve");
    asy_status s = c->n_left ? asy_attack_measure(&sub, c->p->attack, &t, &r) : ASY_OK;
    if (s == ASY_OK && c->n_left) {
        if (first) c->clean_correct = r.clean_correct;
        take(c, eps, &r);
    }
    asy_arena_free(own);
    return s;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static asy_status put_end(curve *c, int n, const double eps[], const int64_t right[])
{
    asy_sink *s = c->ctx->sink;
    const asy_model *m = c->ctx->model;
    double width = m->hi - m->lo, classes = (double)m->io.classes;
    if (((const asy_threat *)c->p->attack->shared)->norm == ASY_NORM_L2) width *= sqrt((double)c->size);
    bool above_chance = (double)right[n - 1] * classes > (double)c->n,
         flat = n > 1 && right[n - 1] == right[0];
    ASY_TRY(asy_put_rate(s, "clean_accuracy", c->clean_correct, c->n));
    ASY_TRY(asy_put(s, "violations", (double)c->violations));
    ASY_TRY(asy_put(s, "zero_gradients", (double)c->zero_gradients));
    ASY_TRY(asy_put(s, "nonfinite", (double)c->nonfinite));
    ASY_TRY(asy_put(s, "w0605", flat && above_chance ? 1.0 : 0.0));
    ASY_TRY(asy_put(s, "w0606", eps[n - 1] >= width && above_chance ? 1.0 : 0.0));
    asy_examples e = { c->n, c->id, c->label, c->pred, c->correct, c->distance, c->queries };
    ASY_TRY(asy_put_examples(c->ctx, &e));
    return asy_put_adversarial(c->ctx, c->pred, c->adv, c->fell);
}

static asy_status run(const asy_bound *b, asy_eval_ctx *ctx)
{
    const par *p = b->params;
    curve c = { .ctx = ctx, .p = p, .n = ctx->view->n, .size = asy_shape_count(&ctx->model->io.in) };
    double *eps = ASY_NEWN(ctx->arena, p->eps.n, double);
    int64_t *right = ASY_NEWN(ctx->arena, p->eps.n, int64_t);
    ASY_TRY(asy_arena_status(ctx->arena));
    if (p->eps.n < 1) ASY_FAIL(ASY_EINVAL, "the curve has no radius");
    if (!p->attack || !p->attack->shared) ASY_FAIL(ASY_EINVAL, "the curve has no attack with a threat model");
    memcpy(eps, p->eps.v, (size_t)p->eps.n * sizeof *eps);
    qsort(eps, (size_t)p->eps.n, sizeof *eps, by_value);
    ASY_TRY(begin(&c));
    for (int i = 0; i < p->eps.n; i++) {
        if (ctx->sink->progress) ctx->sink->progress(ctx->sink, (double)i / p->eps.n, "eps %g", eps[i]);
        ASY_TRY(one_radius(&c, eps[i], i == 0));
        right[i] = c.n_left;
        if (i > 0 && eps[i] == eps[i - 1]) continue;
        ASY_TRY(asy_put_rate_at(ctx->sink, "accuracy", eps[i], right[i], c.n));
    }
    return put_end(&c, p->eps.n, eps, right);
}

const asy_evaluation asy_evaluation_security_curve = {
    .m = { .name = "security-curve", .summary = "accuracy over eps under one attack", .revision = 1,
           .cite = "Biggio et al. 2013, arXiv:1708.06131",
           .doc = "Runs the attack at each radius, smallest first. A row that fell stays fallen: the "
                  "curve is the worst case so far and never rises. Results: accuracy@eps, clean_accuracy; "
                  "adv.npz holds, for each row, the example of the radius at which it fell (eps; inf: "
                  "never), else the last attempt. w0605 is 1 if the curve does not fall although accuracy "
                  "is above chance, w0606 if a radius as wide as the range leaves it above chance: both "
                  "point at the attack, not at the model.",
           .pitfalls = "An attack whose step_size is written keeps it at every radius; left out, it "
                       "follows eps.",
           .example = "curve: {method: security-curve, attack: {method: pgd, steps: 20}, norm: linf, eps: "
                      "[0, 0.1]}",
           ASY_PARAMS(params) },
    .run = run,
};
