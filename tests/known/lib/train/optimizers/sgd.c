// SPDX-License-Identifier: GPL-3.0-or-later
#include "../../model/_world.h"

/* Three steps on f(w) = w²/2 from w = 1: the gradient is w. All values are dyadic, so the iterates are exact.
 */
static asy_status descend(asy_known_env *e, const char *const pairs[][2], bool decays, int steps,
                          double *found)
{
    const asy_bound *b;
    const asy_optimizer *opt;
    float w = 1, g, v = 0;
    asy_optim o = { .lr = 0.5 };
    asy_span span = { .n = 1, .w = &w, .g = &g, .state = { &v }, .decays = decays };

    ASY_TRY(asy_bind_text(e->arena, &asy_spot_optimizer, "sgd", pairs, &b));
    opt = (const asy_optimizer *)b->m;
    for (int t = 0; t < steps; t++, o.step++) {
        g = w;
        opt->update(b->params, &o, &span);
    }
    *found = (double)w;
    return ASY_OK;
}

static asy_status plain(asy_known_env *e, double *found)
{
    return descend(e, NULL, true, 3, found);
}

static asy_status momentum(asy_known_env *e, double *found)
{
    return descend(e, (const char *const[][2]){ { "momentum", "0.5" }, { NULL, NULL } }, true, 3, found);
}

static asy_status nesterov(asy_known_env *e, double *found)
{
    return descend(e,
                   (const char *const[][2]){ { "momentum", "0.5" }, { "nesterov", "true" }, { NULL, NULL } },
                   true, 2, found);
}

static asy_status decay(asy_known_env *e, double *found)
{
    return descend(e, (const char *const[][2]){ { "weight_decay", "0.25" }, { NULL, NULL } }, false, 1,
                   found);
}

static asy_status decay_weights(asy_known_env *e, double *found)
{
    return descend(
        e, (const char *const[][2]){ { "weight_decay", "0.25" }, { "decay", "weights" }, { NULL, NULL } },
        false, 1, found);
}

const asy_known asy_known_optimizer_sgd[] = {
    { "w^2/2, lr 1/2, 3 steps", 0.125, 0, "closed form: (1 - lr)^3", plain },
    { "momentum 1/2, 3 steps", -0.25, 0, "closed form: v = 1, 1, 1/2; w = 1/2, 0, -1/4", momentum },
    { "Nesterov 1/2, 2 steps", -0.0625, 0, "closed form: v = 1, 3/4; w = 1/4, 1/4 - (1/4 + 3/8)/2",
      nesterov },
    { "weight decay 1/4 on a bias", 0.375, 0, "closed form: 1 - (1 + 1/4)/2", decay },
    { "decay: weights spares a bias", 0.5, 0, "closed form: 1 - 1/2", decay_weights },
    { .name = NULL }
};
