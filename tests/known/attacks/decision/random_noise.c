// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_linear.h"

enum { N = 4000 };

/* Share of N copies of one point that a single draw beats: f = x₀ − edge. */
static asy_status share(asy_known_env *e, int64_t d, const char *const pairs[][2], float edge, double *found)
{
    float *x = ASY_NEWN(e->arena, N * d, float);
    int32_t *y = ASY_NEWN(e->arena, N, int32_t);
    asy_toy *t;
    asy_attack_result r;
    ASY_TRY(asy_arena_status(e->arena));
    ASY_TRY(asy_toy_new(&t, e->arena, &(asy_toy_spec){ ASY_TOY_LINEAR, d, 2, -10, 10, N, x, y }));
    asy_toy_weight(t, "w")[0] = 1;
    asy_toy_weight(t, "b")[0] = -edge;
    t->ctx.pool = e->pool;
    ASY_TRY(asy_toy_attack(t, "random-noise", pairs, &r));
    if (r.attacked != N || r.violations)
        ASY_FAIL(ASY_EBUG, "not every row was attacked, or some left their ball");
    *found = (double)r.successes / N;
    return ASY_OK;
}

static asy_status line(asy_known_env *e, double *v)
{
    return share(e, 1, (const char *const[][2]){ { "eps", "0.1" }, { "draws", "1" }, { NULL, NULL } }, -0.05f,
                 v);
}

static asy_status three_draws(asy_known_env *e, double *v)
{
    return share(e, 1, (const char *const[][2]){ { "eps", "0.1" }, { "draws", "3" }, { NULL, NULL } }, -0.05f,
                 v);
}

static asy_status disc(asy_known_env *e, double *v)
{
    return share(
        e, 2,
        (const char *const[][2]){ { "norm", "l2" }, { "eps", "0.1" }, { "draws", "1" }, { NULL, NULL } },
        -0.05f, v);
}

const asy_known asy_known_attack_random_noise[] = {
    { "linf: share beyond half the radius", 0.25, 0.03,
      "closed form: (1 - 1/2) / 2; 4000 draws, 4 standard deviations", line },
    { "linf: the same with three draws", 0.578125, 0.03, "closed form: 1 - (3/4)^3", three_draws },
    { "l2: share of a disc beyond half the radius", 0.195501, 0.03,
      "closed form: (acos(1/2) - sqrt(3)/4) / pi", disc },
    { .name = NULL }
};
