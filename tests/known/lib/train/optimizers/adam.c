// SPDX-License-Identifier: GPL-3.0-or-later
#include "../../model/_world.h"

static asy_status descend(asy_known_env *e, const char *name, const char *const pairs[][2], int steps,
                          const float g[], double *found)
{
    const asy_bound *b;
    const asy_optimizer *opt;
    float w = 1, m = 0, v = 0;
    asy_optim o = { .lr = 0.1 };
    asy_span span = { .n = 1, .w = &w, .state = { &m, &v }, .decays = true };

    ASY_TRY(asy_bind_text(e->arena, &asy_spot_optimizer, name, pairs, &b));
    opt = (const asy_optimizer *)b->m;
    opt->begin(b->params, &o);
    for (int t = 0; t < steps; t++, o.step++) {
        span.g = &g[t];
        opt->advance(b->params, &o);
        opt->update(b->params, &o, &span);
    }
    *found = (double)w;
    return ASY_OK;
}

static asy_status first(asy_known_env *e, double *found)
{
    return descend(e, "adam", NULL, 1, (const float[]){ -0.001f }, found);
}

static asy_status constant(asy_known_env *e, double *found)
{
    return descend(e, "adam", NULL, 3, (const float[]){ 7, 7, 7 }, found);
}

static asy_status reversed(asy_known_env *e, double *found)
{
    return descend(e, "adam", NULL, 2, (const float[]){ 1, -1 }, found);
}

static asy_status decoupled(asy_known_env *e, double *found)
{
    return descend(e, "adamw", (const char *const[][2]){ { "weight_decay", "0.5" }, { NULL, NULL } }, 1,
                   (const float[]){ 2 }, found);
}

const asy_known asy_known_optimizer_adam[] = {
    { "first step: lr against the sign", 1.1, 2e-6, "closed form: lr g/(|g| + epsilon)", first },
    { "equal gradients, 3 steps", 0.7, 1e-6, "closed form: m and sqrt(v) both equal g after the correction",
      constant },
    { "g = 1, -1", 1 - 0.1 + 0.1 * 0.01 / 0.19, 1e-6, "closed form: m = 0.09 - 0.1, over 1 - 0.9^2; v = 1",
      reversed },
    { "adamw, first step", 0.95 - 0.1, 1e-6, "closed form: (1 - lr decay) w - lr", decoupled },
    { .name = NULL }
};
