// SPDX-License-Identifier: GPL-3.0-or-later
/* Gradients divided by a running root mean square. */
#include "assay.h"

#include <math.h>

static const char *const lr_words[] = { "learning_rate", "eta", "rate", NULL };
static const char *const rho_words[] = { "alpha", "beta", "decay_rate", NULL };

typedef struct {
    double lr, rho, momentum, epsilon, weight_decay;
    const asy_bound *schedule;
} par;

static const asy_param params[] = {
    ASY_PARAM_F64(lr, "0.01", 0, 1e6, "learning rate; the schedule's highest", .flags = ASY_LOG,
                  .synonyms = lr_words),
    ASY_PARAM_F64(rho, "0.99", 0, 1, "share of the mean square that is kept", .flags = ASY_HI_OPEN,
                  .synonyms = rho_words),
    ASY_PARAM_F64(momentum, "0", 0, 1, "share of the last direction that is kept", .flags = ASY_HI_OPEN),
    ASY_PARAM_F64(epsilon, "1e-8", 0, 1, "added to the root", .flags = ASY_LO_OPEN | ASY_LOG),
    ASY_PARAM_F64(weight_decay, "0", 0, 1e6, "coefficient of the weights in the gradient", .flags = ASY_LOG),
    ASY_PARAM_METHOD(schedule, NULL, asy_spot_schedule, "how the rate moves; constant where absent",
                     .flags = ASY_NULL_OK),
    ASY_PARAM_END
};

static double lr(const void *vp) { return ((const par *)vp)->lr; }
static const asy_bound *schedule(const void *vp) { return ((const par *)vp)->schedule; }

/* d = g + λ w;  s = ρ s + (1 − ρ) d²;  v = μ v + d/(√s + ε);  w −= η v. */
static void update(const void *vp, const asy_optim *o, const asy_span *span)
{
    const par *p = vp;
    float rate = (float)o->lr, rho = (float)p->rho, rest = (float)(1 - p->rho), mu = (float)p->momentum,
          eps = (float)p->epsilon, lambda = (float)p->weight_decay;
    float *w = span->w, *s = span->state[0], *v = span->state[1];

    for (int64_t i = 0; i < span->n; i++) {
        float d = span->g[i] + lambda * w[i];

        s[i] = rho * s[i] + rest * (d * d);
        v[i] = mu * v[i] + d / (sqrtf(s[i]) + eps);
        w[i] -= rate * v[i];
    }
}

const asy_optimizer asy_optimizer_rmsprop = {
    .m = { .name = "rmsprop",
           .summary = "gradients divided by their running root mean square",
           .revision = 1,
           .cite = "Tieleman, Hinton 2012, Neural networks for machine learning, lecture 6.5",
           .doc = "d = g + weight_decay w; s = rho s + (1 - rho) d², s = 0 at first; v = momentum v + d/(√s "
                  "+ epsilon); w -= lr v.",
           .example = "optimizer: {method: rmsprop, lr: 1e-3}",
           ASY_PARAMS(params) },
    .n_state = 2,
    .lr = lr,
    .schedule = schedule,
    .update = update,
};
