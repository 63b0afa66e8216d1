// SPDX-License-Identifier: GPL-3.0-or-later
/* Stochastic gradient descent with momentum. */
#include "assay.h"

enum { DECAY_ALL, DECAY_WEIGHTS };
static const char *const decays[] = { "all", "weights", NULL };
static const char *const lr_words[] = { "learning_rate", "eta", "rate", NULL };

typedef struct {
    double lr, momentum, weight_decay;
    bool nesterov;
    int64_t decay;
    const asy_bound *schedule;
} par;

static const asy_param params[] = {
    ASY_PARAM_F64(lr, "0.1", 0, 1e6, "learning rate; the schedule's highest", .flags = ASY_LOG,
                  .synonyms = lr_words),
    ASY_PARAM_F64(momentum, "0", 0, 1, "share of the last direction that is kept", .flags = ASY_HI_OPEN),
    ASY_PARAM_BOOL(nesterov, "false", "look ahead along the direction"),
    ASY_PARAM_F64(weight_decay, "0", 0, 1e6,
                  "coefficient of the weights in the gradient (half the square penalty)", .flags = ASY_LOG),
    ASY_PARAM_ENUM(decay, "all", decays,
                   "which tensors decay: all, or products' weights only, without biases"),
    ASY_PARAM_METHOD(schedule, NULL, asy_spot_schedule, "how the rate moves; constant where absent",
                     .flags = ASY_NULL_OK),
    ASY_PARAM_END
};

static double lr(const void *vp) { return ((const par *)vp)->lr; }
static const asy_bound *schedule(const void *vp) { return ((const par *)vp)->schedule; }

/* d = g + λ w;  v = μ v + d;  w −= η·v, or η·(d + μ v) with Nesterov's look-ahead. */
static void update(const void *vp, const asy_optim *o, const asy_span *s)
{
    const par *p = vp;
    float rate = (float)o->lr, mu = (float)p->momentum;
    float lambda = p->decay == DECAY_ALL || s->decays ? (float)p->weight_decay : 0.0f;
    float *w = s->w, *v = s->state[0];
    const float *g = s->g;

    if (p->momentum == 0)
        for (int64_t i = 0; i < s->n; i++)
            w[i] -= rate * (g[i] + lambda * w[i]);
    else if (p->nesterov)
        for (int64_t i = 0; i < s->n; i++) {
            float d = g[i] + lambda * w[i];

            v[i] = mu * v[i] + d;
            w[i] -= rate * (d + mu * v[i]);
        }
    else
        for (int64_t i = 0; i < s->n; i++) {
            v[i] = mu * v[i] + (g[i] + lambda * w[i]);
            w[i] -= rate * v[i];
        }
}

static void check(const void *vp, const void *shared, asy_site *site)
{
    const par *p = vp;

    (void)shared;
    if (p->nesterov && p->momentum == 0)
        asy_diag_add(asy_site_diag(site), "E0207", asy_site_loc(site, "nesterov"),
                     "`nesterov` looks along the momentum, which is 0");
}

const asy_optimizer asy_optimizer_sgd = {
    .m = { .name = "sgd",
           .summary = "stochastic gradient descent with momentum",
           .revision = 1,
           .cite = "Sutskever et al. 2013, ICML",
           .doc = "d = g + weight_decay w; v = momentum v + d, v = 0 at first; w -= lr v, or lr (d + "
                  "momentum v) with `nesterov`.",
           .example =
               "optimizer: {method: sgd, lr: 0.05, momentum: 0.9, weight_decay: 5e-4, schedule: one-cycle}",
           .check = check,
           ASY_PARAMS(params) },
    .n_state = 1,
    .lr = lr,
    .schedule = schedule,
    .update = update,
};
