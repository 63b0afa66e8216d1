// SPDX-License-Identifier: GPL-3.0-or-later
/* Adam's direction, scaled for each tensor by the length of its weights. */
#include "assay.h"

#include <math.h>

enum { DECAY_ALL, DECAY_WEIGHTS };
static const char *const decays[] = { "all", "weights", NULL };
static const char *const lr_words[] = { "learning_rate", "eta", "rate", NULL };
static const char *const epsilon_words[] = { "eps", NULL };

typedef struct {
    double lr, beta1, beta2, epsilon, weight_decay;
    int64_t decay;
    const asy_bound *schedule;
} par;

static const asy_param params[] = {
    ASY_PARAM_F64(lr, "0.001", 0, 1e6, "learning rate; the schedule's highest", .flags = ASY_LOG,
                  .synonyms = lr_words),
    ASY_PARAM_F64(beta1, "0.9", 0, 1, "memory of the mean of the gradient", .flags = ASY_HI_OPEN),
    ASY_PARAM_F64(beta2, "0.999", 0, 1, "memory of the mean of its square", .flags = ASY_HI_OPEN),
    ASY_PARAM_F64(epsilon, "1e-6", 0, 1, "added to the root", .flags = ASY_LO_OPEN | ASY_LOG,
                  .synonyms = epsilon_words),
    ASY_PARAM_F64(weight_decay, "0.01", 0, 1e6, "coefficient of the weights in the direction",
                  .flags = ASY_LOG),
    ASY_PARAM_ENUM(decay, "all", decays,
                   "which tensors decay: all, or products' weights only, without biases"),
    ASY_PARAM_METHOD(schedule, NULL, asy_spot_schedule, "how the rate moves; constant where absent",
                     .flags = ASY_NULL_OK),
    ASY_PARAM_END
};

static double lr(const void *vp) { return ((const par *)vp)->lr; }
static const asy_bound *schedule(const void *vp) { return ((const par *)vp)->schedule; }

enum { BETA1_T, BETA2_T };      /* scalars: βᵗ as a running product */

static void begin(const void *vp, asy_optim *o)
{
    (void)vp;
    o->scalar[BETA1_T] = 1;
    o->scalar[BETA2_T] = 1;
}

static void advance(const void *vp, asy_optim *o)
{
    o->scalar[BETA1_T] *= ((const par *)vp)->beta1;
    o->scalar[BETA2_T] *= ((const par *)vp)->beta2;
}

/* m = β₁ m + (1 − β₁) g;  v = β₂ v + (1 − β₂) g²;  r = m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε) + λ w. */
static void update(const void *vp, const asy_optim *o, const asy_span *s)
{
    const par *p = vp;
    float b1 = (float)p->beta1, b2 = (float)p->beta2, c1 = (float)(1 - p->beta1), c2 = (float)(1 - p->beta2),
          eps = (float)p->epsilon;
    float first = (float)(1 / (1 - o->scalar[BETA1_T])), root = (float)(1 / sqrt(1 - o->scalar[BETA2_T]));
    float lambda = p->decay == DECAY_ALL || s->decays ? (float)p->weight_decay : 0.0f;
    float *m = s->state[0], *v = s->state[1], *r = s->state[2];

    for (int64_t i = 0; i < s->n; i++) {
        m[i] = b1 * m[i] + c1 * s->g[i];
        v[i] = b2 * v[i] + c2 * (s->g[i] * s->g[i]);
        r[i] = first * m[i] / (sqrtf(v[i]) * root + eps) + lambda * s->w[i];
    }
}

/* w −= η ‖w‖/‖r‖ r; the ratio is 1 where either norm is 0. */
static void apply(const void *vp, const asy_optim *o, const asy_span *s, const asy_norms *norm)
{
    float rate = (float)(norm->w > 0 && norm->last > 0 ? o->lr * (norm->w / norm->last) : o->lr);

    (void)vp;
    for (int64_t i = 0; i < s->n; i++)
        s->w[i] -= rate * s->state[2][i];
}

const asy_optimizer asy_optimizer_lamb = {
    .m = { .name = "lamb",
           .summary = "Adam with a step in proportion to each tensor's length",
           .revision = 1,
           .cite = "You et al. 2020, arXiv:1904.00962",
           .doc = "r = Adam's corrected direction + weight_decay w; w -= lr |w|/|r| r, norms over a tensor; "
                  "the ratio is 1 where one of them is 0.",
           .example = "optimizer: {method: lamb, lr: 0.01, decay: weights}",
           ASY_PARAMS(params) },
    .n_state = 3,
    .lr = lr,
    .schedule = schedule,
    .begin = begin,
    .advance = advance,
    .update = update,
    .apply = apply,
};
