// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_linear.h"

static const float w[] = { 3, -1, 0, 0.5f }, mid[] = { 0.5f, 0.5f, 0.5f, 0.5f };
static const asy_line wide = { 4, w, 1, mid, -10, 10 };     /* f = 2.25 */

static asy_status no_momentum(asy_known_env *e, double *n)
{
    const char *const mi[][2] = {
        { "eps", "0.07" }, { "steps", "10" }, { "step_size", "0.01" }, { "decay", "0" }, { NULL, NULL }
    };
    const char *const bim[][2] = {
        { "eps", "0.07" }, { "steps", "10" }, { "step_size", "0.01" }, { NULL, NULL }
    };
    return asy_line_difference(e, "mifgsm", mi, "bim", bim, 1, n);
}

/* A loss 256 times smaller takes the same way. */
static asy_status small_loss(asy_known_env *e, double *n)
{
    const char *const pairs[][2] = { { "norm", "l2" }, { "eps", "0.3" }, { NULL, NULL } };
    asy_line small = wide;
    float scaled[4];
    double f, g;
    for (int i = 0; i < 4; i++) scaled[i] = w[i] / 256;
    small.w = scaled;
    small.b = wide.b / 256;
    ASY_TRY(asy_line_attack(e, &wide, "mifgsm", pairs, &f, NULL));
    ASY_TRY(asy_line_attack(e, &small, "mifgsm", pairs, &g, NULL));
    *n = f - 256 * g;
    return ASY_OK;
}

static asy_status linf(asy_known_env *e, double *f)
{
    return asy_line_attack(e, &wide, "mifgsm", (const char *const[][2]){ { "eps", "0.3" }, { NULL, NULL } },
                           f, NULL);
}

static asy_status l2(asy_known_env *e, double *f)
{
    return asy_line_attack(e, &wide, "mifgsm",
                           (const char *const[][2]){ { "norm", "l2" }, { "eps", "0.3" }, { NULL, NULL } }, f,
                           NULL);
}

/* f = 1 − x from x = .2: steps are step_size long, whatever eps is. */
static asy_status two_steps(asy_known_env *e, double *f)
{
    static const float one[] = { -1 }, x[] = { 0.2f };
    const asy_line l = { 1, one, 1, x, 0, 1 };
    return asy_line_attack(e, &l, "mifgsm",
                           (const char *const[][2]){
                               { "eps", "0.5" }, { "steps", "2" }, { "step_size", "0.1" }, { NULL, NULL } },
                           f, NULL);
}

/* f = 1 − ‖x‖² from (.3, .1), x₀ ≤ .35: once x₀ is at its limit the gradient turns and grows from step to
 * step, so that what each step adds to the velocity matters. x₁ after 6 steps. */
static asy_status turning(asy_known_env *e, double *found)
{
    static const float x[] = { 0.3f, 0.1f };
    static const int32_t y[] = { 0 };
    const char *const pairs[][2] = {
        { "norm", "l2" }, { "eps", "1" }, { "steps", "6" }, { "step_size", "0.05" }, { NULL, NULL }
    };
    asy_toy *t;
    asy_attack_result r;
    ASY_TRY(asy_toy_new(&t, e->arena, &(asy_toy_spec){ ASY_TOY_QUAD, 2, 2, -1, 0.35, 1, x, y }));
    asy_toy_weight(t, "rr")[0] = 1;
    ASY_TRY(asy_toy_attack(t, "mifgsm", pairs, &r));
    *found = (double)r.adv[1];
    return ASY_OK;
}

static asy_status targeted(asy_known_env *e, double *n)
{
    const char *const pairs[][2] = { { "goal", "least-likely" }, { "eps", "1" }, { NULL, NULL } };
    return asy_line_reached(e, "mifgsm", pairs, n);
}

const asy_known asy_known_attack_mifgsm[] = {
    { "linf: numbers unlike BIM without momentum", 0, 0, "identity, bit for bit", no_momentum },
    { "linf: margin after eps .3", 0.9, 1e-5, "closed form: f - eps |w|_1 = 2.25 - .3*4.5", linf },
    { "l2: margin after eps .3", 1.28953136, 1e-5, "closed form: f - eps |w|_2 = 2.25 - .3 sqrt(10.25)", l2 },
    { "l2: margin less that of a 256 times smaller loss", 0, 1e-6,
      "invariance: the gradient is divided by its norm", small_loss },
    { "l2, a gradient that turns: second coordinate", 0.202008202, 1e-6, "the same iteration in float64",
      turning },
    { "least likely class: targets reached of 10", 10, 0, "closed form: each class has a place in the box",
      targeted },
    { "two steps of .1 on f = 1 - x: margin", 0.6, 1e-6, "closed form: .8 - 2*.1", two_steps },
    { .name = NULL }
};
