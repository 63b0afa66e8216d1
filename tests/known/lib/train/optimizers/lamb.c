// SPDX-License-Identifier: GPL-3.0-or-later
#include "../../model/_world.h"
#include <math.h>

/* One tensor of two weights (3, 4), gradient (2, -1) at each step; the norms are taken here. */
static asy_status descend(asy_known_env *e, const char *decay, const float start[2], int steps, double *found)
{
    const char *const pairs[][2] = { { "weight_decay", decay }, { "epsilon", "1e-30" }, { NULL, NULL } };
    const asy_bound *b;
    const asy_optimizer *opt;
    float w[2] = { start[0], start[1] }, g[2] = { 2, -1 }, m[2] = { 0 }, v[2] = { 0 }, r[2] = { 0 };
    asy_optim o = { .lr = 0.125 };
    asy_span span = { .n = 2, .w = w, .g = g, .state = { m, v, r }, .decays = true };

    ASY_TRY(asy_bind_text(e->arena, &asy_spot_optimizer, "lamb", pairs, &b));
    opt = (const asy_optimizer *)b->m;
    opt->begin(b->params, &o);
    for (int t = 0; t < steps; t++, o.step++) {
        opt->advance(b->params, &o);
        opt->update(b->params, &o, &span);
        opt->apply(b->params, &o, &span, &(asy_norms){ asy_norm2_f32(2, w), asy_norm2_f32(2, r) });
    }
    *found = (double)w[0];
    return ASY_OK;
}

static const float three_four[] = { 3, 4 }, nothing[] = { 0, 0 };

static asy_status first(asy_known_env *e, double *found) { return descend(e, "0", three_four, 1, found); }
static asy_status decay(asy_known_env *e, double *found) { return descend(e, "1", three_four, 1, found); }
static asy_status at_zero(asy_known_env *e, double *found) { return descend(e, "0", nothing, 1, found); }
static asy_status second(asy_known_env *e, double *found) { return descend(e, "0", three_four, 2, found); }

const asy_known asy_known_optimizer_lamb[] = {
    { "first step from (3, 4)", 2.5580582617584077, 1e-6,
      "closed form: r = (1, -1); 3 - 5/(8 sqrt 2)", first },
    { "weight decay 1", 2.5, 1e-6, "closed form: r = (1 + 3, -1 + 4), of length 5; 3 - 4/8", decay },
    { "weights of length 0", -0.125, 1e-7, "closed form: the ratio is 1; 0 - 1/8", at_zero },
    { "second step", 2.104991382067865, 1e-6,
      "closed form: 3 - a - sqrt((3 - a)^2 + (4 + a)^2)/(8 sqrt 2), a = 5/(8 sqrt 2)", second },
    { .name = NULL }
};
