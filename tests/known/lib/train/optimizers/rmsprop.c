// SPDX-License-Identifier: GPL-3.0-or-later
#include "../../model/_world.h"

/* Steps with the gradient 2 from w = 1; rho 3/4, so that s = 1, 7/4, 37/16 … */
static asy_status descend(asy_known_env *e, const char *momentum, const char *decay, int steps, double *found)
{
    const char *const pairs[][2] = {
        { "rho", "0.75" }, { "epsilon", "1e-30" }, { "momentum", momentum },
        { "weight_decay", decay }, { NULL, NULL }
    };
    const asy_bound *b;
    float w = 1, g = 2, s = 0, v = 0;
    asy_optim o = { .lr = 0.25 };
    asy_span span = { .n = 1, .w = &w, .g = &g, .state = { &s, &v }, .decays = true };

    ASY_TRY(asy_bind_text(e->arena, &asy_spot_optimizer, "rmsprop", pairs, &b));
    for (int t = 0; t < steps; t++, o.step++)
        ((const asy_optimizer *)b->m)->update(b->params, &o, &span);
    *found = (double)w;
    return ASY_OK;
}

static asy_status first(asy_known_env *e, double *found)    { return descend(e, "0", "0", 1, found); }
static asy_status second(asy_known_env *e, double *found)   { return descend(e, "0", "0", 2, found); }
static asy_status momentum(asy_known_env *e, double *found) { return descend(e, "0.5", "0", 2, found); }
static asy_status decay(asy_known_env *e, double *found)    { return descend(e, "0", "2", 1, found); }

const asy_known asy_known_optimizer_rmsprop[] = {
    { "gradient 2, first step", 0.5, 0, "closed form: s = (1/4)·4 = 1; 1 - (1/4)·2/1", first },
    { "second step", 0.12203552699, 1e-7, "closed form: s = 3/4 + 1 = 7/4; 1/2 - (1/4)·2/sqrt(7/4)", second },
    { "momentum 1/2, second step", -0.12796447301, 1e-7, "closed form: v = 2, 1 + 2/sqrt(7/4)", momentum },
    { "weight decay 2 doubles the gradient", 0.5, 0, "closed form: d = 4, s = 4; 1 - (1/4)·4/2", decay },
    { .name = NULL }
};
