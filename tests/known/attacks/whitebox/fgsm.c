// SPDX-License-Identifier: GPL-3.0-or-later
/* f = 3 x₀ − x₁ + ½ x₃ + b: weights with an exact zero. */
#include "../_linear.h"

static const float w[] = { 3, -1, 0, 0.5f }, mid[] = { 0.5f, 0.5f, 0.5f, 0.5f },
                   edge[] = { 0.1f, 0.95f, 0.5f, 0.5f };
static const asy_line wide = { 4, w, 1, mid, -10, 10 };     /* f = 2.25 at mid */
static const asy_line boxed = { 4, w, 1.5, edge, 0, 1 };    /* f = 1.1 at edge */

static asy_status linf(asy_known_env *e, double *f)
{
    return asy_line_attack(e, &wide, "fgsm", (const char *const[][2]){ { "eps", "0.3" }, { NULL, NULL } }, f,
                           NULL);
}

static asy_status linf_boxed(asy_known_env *e, double *f)
{
    return asy_line_attack(e, &boxed, "fgsm", (const char *const[][2]){ { "eps", "0.3" }, { NULL, NULL } }, f,
                           NULL);
}

static asy_status l2(asy_known_env *e, double *f)
{
    const char *const pairs[][2] = { { "norm", "l2" }, { "eps", "0.3" }, { NULL, NULL } };
    return asy_line_attack(e, &wide, "fgsm", pairs, f, NULL);
}

/* One feature, beaten or not on either side of the smallest eps, f/‖w‖₁ = .5. */
static asy_status beaten(asy_known_env *e, const char *eps, double *f)
{
    asy_status s = asy_line_attack(e, &wide, "fgsm",
                                   (const char *const[][2]){ { "eps", eps }, { NULL, NULL } }, f, NULL);
    *f = *f < 0;
    return s;
}
static asy_status below(asy_known_env *e, double *f) { return beaten(e, "0.4999", f); }
static asy_status above(asy_known_env *e, double *f) { return beaten(e, "0.5001", f); }

static asy_status as_bim(asy_known_env *e, const char *norm, double *f)
{
    const char *const once[][2] = {
        { "norm", norm }, { "eps", "0.07" }, { "steps", "1" }, { "step_size", "0.07" }, { NULL, NULL }
    };
    const char *const fgsm[][2] = { { "norm", norm }, { "eps", "0.07" }, { NULL, NULL } };
    return asy_line_difference(e, "fgsm", fgsm, "bim", once, 1, f);
}
static asy_status as_bim_linf(asy_known_env *e, double *f) { return as_bim(e, "linf", f); }
static asy_status as_bim_l2(asy_known_env *e, double *f) { return as_bim(e, "l2", f); }

const asy_known asy_known_attack_fgsm[] = {
    { "linf: margin after a step of .3", 0.9, 1e-6, "closed form: f - eps |w|_1 = 2.25 - .3*4.5", linf },
    { "linf in the box", 0.6, 1e-6, "closed form: f - sum |w_i| min(eps, r_i) = 1.1 - 3*.1 - .05 - .5*.3",
      linf_boxed },
    { "l2: margin after a step of .3", 1.28953136, 1e-6, "closed form: f - eps |w|_2 = 2.25 - .3 sqrt(10.25)",
      l2 },
    { "beaten below the smallest eps", 0, 0, "closed form: f / |w|_1 = .5", below },
    { "beaten above the smallest eps", 1, 0, "closed form: f / |w|_1 = .5", above },
    { "linf: numbers unlike one BIM step of eps", 0, 0, "identity, bit for bit", as_bim_linf },
    { "l2: numbers unlike one BIM step of eps", 0, 0, "identity, bit for bit", as_bim_l2 },
    { .name = NULL }
};
