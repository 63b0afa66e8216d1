// SPDX-License-Identifier: GPL-3.0-or-later
/* Adam, and AdamW as the preset with decoupled decay. */
#include "assay.h"
#include <math.h>

enum { DECAY_ALL, DECAY_WEIGHTS };
static const char *const decays[] = { "all", "weights", NULL };
static const char *const lr_words[] = { "learning_rate", "eta", "rate", NULL };
static const char *const epsilon_words[] = { "eps", NULL };

typedef struct {
    double lr, beta1, beta2, epsilon, weight_decay;
    bool decoupled;
    int64_t decay;
    const asy_bound *schedule;
} par;

static const asy_param params[] = {
    ASY_PARAM_F64(lr, "0.001", 0, 1e6, "learning rate; the schedule's highest", .flags = ASY_LOG,
                  .synonyms = lr_words),
    ASY_PARAM_F64(beta1, "0.9", 0, 1, "memory of the mean of the gradient", .flags = ASY_HI_OPEN),
    ASY_PARAM_F64(beta2, "0.999", 0, 1, "memory of the mean of its square", .flags = ASY_HI_OPEN),
    ASY_PARAM_F64(epsilon, "1e-8", 0, 1, "added to the root", .flags = ASY_LO_OPEN | ASY_LOG,
                  .synonyms = epsilon_words),
    ASY_PARAM_F64(weight_decay, "0", 0, 1e6, "coefficient of the weights", .flags = ASY_LOG),
    ASY_PARAM_BOOL(decoupled, "false", "decay beside the step (AdamW) and not through the gradient"),
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

/* m = β₁ m + (1 − β₁) g;  v = β₂ v + (1 − β₂) g²;  w −= η/(1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε). */
static void update(const void *vp, const asy_optim *o, const asy_span *s)
{
    const par *p = vp;
    float b1 = (float)p->beta1, b2 = (float)p->beta2, c1 = (float)(1 - p->beta1), c2 = (float)(1 - p->beta2),
          eps = (float)p->epsilon;
    float rate = (float)(o->lr / (1 - o->scalar[BETA1_T])), root = (float)(1 / sqrt(1 - o->scalar[BETA2_T]));
    double decay = p->decay == DECAY_ALL || s->decays ? p->weight_decay : 0.0;
    float lambda = p->decoupled ? 0.0f : (float)decay,
          keep = p->decoupled ? (float)(1 - o->lr * decay) : 1.0f;
    float *w = s->w, *m = s->state[0], *v = s->state[1];

    for (int64_t i = 0; i < s->n; i++) {
        float g = s->g[i] + lambda * w[i];

        m[i] = b1 * m[i] + c1 * g;
        v[i] = b2 * v[i] + c2 * (g * g);
        w[i] = keep * w[i] - rate * (m[i] / (sqrtf(v[i]) * root + eps));
    }
}

static const asy_preset presets[] = {
    { .name = "adamw", .summary = "Adam with decoupled weight decay",
      .cite = "Loshchilov, Hutter 2019, arXiv:1711.05101",
      .set = { { "decoupled", "true" }, { "weight_decay", "0.01" } } },
    { .name = NULL },
};

const asy_optimizer asy_optimizer_adam = {
    .m = { .name = "adam",
           .summary = "adaptive moments",
           .revision = 1,
           .cite = "Kingma, Ba 2015, arXiv:1412.6980",
           .doc = "m and v are running means of the gradient and its square, corrected for their start at "
                  "0; the step is lr m / (sqrt(v) + epsilon). `decoupled` multiplies the weights by 1 - lr "
                  "weight_decay and leaves the gradient alone.",
           .example = "optimizer: {method: adam, lr: 1e-3}",
           .presets = presets,
           ASY_PARAMS(params) },
    .n_state = 2,
    .lr = lr,
    .schedule = schedule,
    .begin = begin,
    .advance = advance,
    .update = update,
};
