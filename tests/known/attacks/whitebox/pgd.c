// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_linear.h"
#include <math.h>
#include <string.h>

/* A01: f = 3 x₀ − 4 x₂ + 1.9, all x = ½, f = 1.4. An l2 step inside the ball may not be rescaled to it. */
static const float w[] = { 3, 0, -4, 0 }, half[] = { 0.5f, 0.5f, 0.5f, 0.5f },
                   bytes[] = { 128, 128, 128, 128 };
static const asy_line unit = { 4, w, 1.9, half, 0, 1 }, byte = { 4, w, 129.4, bytes, 0, 255 };

static asy_status a01(asy_known_env *e, const asy_line *l, const char *eps, const char *steps,
                      const char *step, double *f, double *norm)
{
    const char *const pairs[][2] = { { "norm", "l2" },
                                     { "eps", eps },
                                     { "steps", steps },
                                     { "step_size", step },
                                     { "random_start", "false" },
                                     { NULL, NULL } };
    return asy_line_attack(e, l, "pgd", pairs, f, norm);
}
static asy_status a_norm(asy_known_env *e, double *v)
{
    double f;
    return a01(e, &unit, "0.35", "2", "0.1", &f, v);
}
static asy_status a_f(asy_known_env *e, double *v)
{
    double n;
    return a01(e, &unit, "0.35", "2", "0.1", v, &n);
}
static asy_status b_norm(asy_known_env *e, double *v)
{
    double f;
    return a01(e, &unit, "0.35", "10", "0.1", &f, v);
}
static asy_status b_f(asy_known_env *e, double *v)
{
    double n;
    return a01(e, &unit, "0.35", "10", "0.1", v, &n);
}
static asy_status c_norm(asy_known_env *e, double *v)
{
    double f;
    return a01(e, &byte, "3", "5", "0.4", &f, v);
}
static asy_status c_f(asy_known_env *e, double *v)
{
    double n;
    return a01(e, &byte, "3", "5", "0.4", v, &n);
}

static asy_status stopped(asy_known_env *e, double *v)
{
    const char *const pairs[][2] = {
        { "norm", "l2" },       { "eps", "0.35" },           { "steps", "10" },
        { "step_size", "0.1" }, { "random_start", "false" }, { "early_stop", "true" },
        { NULL, NULL }
    };
    double f;
    return asy_line_attack(e, &unit, "pgd", pairs, &f, v);
}

/* f = 3 x₀ − x₁ + ½ x₃ + b */
static const float v[] = { 3, -1, 0, 0.5f }, edge[] = { 0.1f, 0.95f, 0.5f, 0.5f };
static const asy_line boxed = { 4, v, 1.5, edge, 0, 1 }, wide = { 4, v, 1, half, -10, 10 };

static asy_status corner(asy_known_env *e, double *f)
{
    const char *const pairs[][2] = {
        { "eps", "0.3" }, { "steps", "3" }, { "step_size", "0.1" }, { NULL, NULL }
    };
    return asy_line_attack(e, &boxed, "bim", pairs, f, NULL);
}

static asy_status corner_from_anywhere(asy_known_env *e, double *f)
{
    return asy_line_attack(e, &wide, "pgd", (const char *const[][2]){ { "eps", "0.3" }, { NULL, NULL } }, f,
                           NULL);
}

/* l2 in the box: δ_i = −sign(w_i) min(λ |w_i|, r_i). */
static asy_status l2_boxed(asy_known_env *e, double *f)
{
    const char *const pairs[][2] = {
        { "norm", "l2" }, { "eps", "0.25" }, { "steps", "400" }, { "step_size", "0.02" }, { NULL, NULL }
    };
    return asy_line_attack(e, &boxed, "pgd", pairs, f, NULL);
}

/* f = 1 − ‖x − a‖² at distance .3: the best point of the ball lies .25 farther out, the smallest that beats
 * is .7 away. */
static asy_status quad(asy_known_env *e, const char *eps, const char *const more[][2], asy_toy **t,
                       asy_attack_result *r)
{
    static const float x[] = { 0.18f, 0.24f, 0 };
    static const int32_t y[] = { 0 };
    const char *pairs[6][2] = { { "norm", "l2" }, { "eps", eps } };
    ASY_TRY(asy_toy_new(t, e->arena, &(asy_toy_spec){ ASY_TOY_QUAD, 3, 2, -2, 2, 1, x, y }));
    asy_toy_weight(*t, "rr")[0] = 1;
    for (int i = 0; more[i][0]; i++) memcpy(pairs[2 + i], more[i], sizeof pairs[0]);
    return asy_toy_attack(*t, "pgd", (const char *const (*)[2])pairs, r);
}

static asy_status outwards(asy_known_env *e, double *d)
{
    asy_toy *t;
    asy_attack_result r;
    ASY_TRY(quad(e, "0.25",
                 (const char *const[][2]){ { "steps", "200" }, { "step_size", "0.02" }, { NULL, NULL } }, &t,
                 &r));
    *d = asy_norm2_f32(3, r.adv);
    return ASY_OK;
}

static asy_status quad_beaten(asy_known_env *e, const char *eps, double *n)
{
    asy_toy *t;
    asy_attack_result r;
    ASY_TRY(quad(e, eps, (const char *const[][2]){ { "random_start", "false" }, { NULL, NULL } }, &t, &r));
    *n = (double)r.successes;
    return ASY_OK;
}
static asy_status quad_below(asy_known_env *e, double *n) { return quad_beaten(e, "0.699", n); }
static asy_status quad_above(asy_known_env *e, double *n) { return quad_beaten(e, "0.701", n); }

/* A06: inputs that were wrong before the attack. */
typedef enum { ROBUST, ATTACKED, SUCCESSES, MOVED_WRONG } what;
static asy_status a06(asy_known_env *e, const char *eps, what field, double *n)
{
    asy_toy *t;
    asy_attack_result r;
    ASY_TRY(asy_line_ten(e, &t));
    ASY_TRY(asy_toy_attack(t, "pgd", (const char *const[][2]){ { "eps", eps }, { NULL, NULL } }, &r));
    double moved = fabs((double)r.adv[0] - (double)r.x[0]) + fabs((double)r.adv[9] - (double)r.x[9]) +
                   r.distance[0] + r.distance[9];
    *n = field == ROBUST      ? (double)r.robust_correct
         : field == ATTACKED  ? (double)r.attacked
         : field == SUCCESSES ? (double)r.successes
                              : moved;
    return ASY_OK;
}
static asy_status a06_robust(asy_known_env *e, double *n)    { return a06(e, "0.1", ROBUST, n); }
static asy_status a06_attacked(asy_known_env *e, double *n)  { return a06(e, "0.1", ATTACKED, n); }
static asy_status a06_successes(asy_known_env *e, double *n) { return a06(e, "0.1", SUCCESSES, n); }
static asy_status a06_moved(asy_known_env *e, double *n)     { return a06(e, "0.1", MOVED_WRONG, n); }
static asy_status a06_all(asy_known_env *e, double *n)       { return a06(e, "0.5", ROBUST, n); }

/* A11: three classes; exact distances by linear programs. */
static asy_status a11(asy_known_env *e, const char *norm, const char *eps, double *n)
{
    const char *const pairs[][2] = {
        { "norm", norm }, { "eps", eps }, { "loss", "margin" }, { "restarts", "5" }, { NULL, NULL },
    };
    asy_toy *t;
    asy_attack_result r;
    ASY_TRY(asy_line_three(e, &t));
    ASY_TRY(asy_toy_attack(t, "pgd", pairs, &r));
    if (r.attacked != 10) ASY_FAIL(ASY_EBUG, "not every row was right when clean");
    *n = (double)r.robust_correct;
    return ASY_OK;
}

static asy_status targeted(asy_known_env *e, const char *loss, double *n)
{
    const char *const pairs[][2] = {
        { "goal", "random-target" }, { "eps", "1" }, { "loss", loss }, { NULL, NULL }
    };
    return asy_line_reached(e, "pgd", pairs, n);
}
static asy_status targeted_xent(asy_known_env *e, double *n) { return targeted(e, "cross-entropy", n); }
static asy_status targeted_margin(asy_known_env *e, double *n) { return targeted(e, "margin", n); }

static asy_status a11_05(asy_known_env *e, double *n) { return a11(e, "linf", "0.05", n); }
static asy_status a11_10(asy_known_env *e, double *n) { return a11(e, "linf", "0.10", n); }
static asy_status a11_14(asy_known_env *e, double *n) { return a11(e, "linf", "0.14", n); }
static asy_status a11_16(asy_known_env *e, double *n) { return a11(e, "linf", "0.16", n); }
static asy_status a11_l2_10(asy_known_env *e, double *n) { return a11(e, "l2", "0.10", n); }
static asy_status a11_l2_19(asy_known_env *e, double *n) { return a11(e, "l2", "0.19", n); }

const asy_known asy_known_attack_pgd[] = {
    { "l2, 2 steps of .1 in eps .35: norm", 0.2, 1e-5, "secml-torch issue 50: min(steps*step, eps)", a_norm },
    { "l2, 2 steps of .1 in eps .35: margin", 0.4, 1e-4, "secml-torch issue 50: 1.4 - 5*norm", a_f },
    { "l2, 10 steps of .1 in eps .35: norm", 0.35, 1e-5, "secml-torch issue 50: min(steps*step, eps)",
      b_norm },
    { "l2, 10 steps of .1 in eps .35: margin", -0.35, 1e-4, "secml-torch issue 50: 1.4 - 5*norm", b_f },
    { "the same with early_stop: norm", 0.3, 1e-5,
      "closed form: f = 1.4 - 5*norm is negative at the third step", stopped },
    { "l2, bytes, 5 steps of .4 in eps 3: norm", 2, 1e-5, "secml-torch issue 50", c_norm },
    { "l2, bytes, 5 steps of .4 in eps 3: margin", -8.6, 1e-4, "secml-torch issue 50: 1.4 - 5*2", c_f },
    { "BIM: corner of box and ball in eps/step steps", 0.6, 1e-6, "closed form: f - sum |w_i| min(eps, r_i)",
      corner },
    { "random start: corner", 0.9, 1e-6, "closed form: f - eps |w|_1", corner_from_anywhere },
    { "l2 in the box: margin", 0.638196601, 1e-5,
      "closed form: delta_i = min(lambda |w_i|, r_i), |delta| = .25", l2_boxed },
    { "quadratic: distance from its centre", 0.55, 1e-5, "closed form: .3 + eps", outwards },
    { "quadratic: beaten below r - |x - a|", 0, 0, "closed form: smallest l2 norm .7", quad_below },
    { "quadratic: beaten above r - |x - a|", 1, 0, "closed form: smallest l2 norm .7", quad_above },
    { "ten rows, two wrong, eps .1: robust", 6, 0, "adversarial-attacks-pytorch issue 51, foolbox issue 713",
      a06_robust },
    { "ten rows, two wrong: attacked", 8, 0, "adversarial-attacks-pytorch issue 51, foolbox issue 713",
      a06_attacked },
    { "ten rows, two wrong, eps .1: successes", 2, 0,
      "adversarial-attacks-pytorch issue 51, foolbox issue 713", a06_successes },
    { "ten rows, two wrong: movement of the wrong", 0, 0, "adversarial-attacks-pytorch issue 51", a06_moved },
    { "ten rows, two wrong, eps .5: robust", 0, 0, "adversarial-attacks-pytorch issue 51, foolbox issue 713",
      a06_all },
    { "three classes, linf .05: robust of 10", 8, 0, "linear programs", a11_05 },
    { "three classes, linf .10: robust of 10", 4, 0, "linear programs", a11_10 },
    { "three classes, linf .14: robust of 10", 3, 0, "linear programs", a11_14 },
    { "three classes, linf .16: robust of 10", 2, 0, "linear programs", a11_16 },
    { "three classes, l2 .10: robust of 10", 4, 0, "closed form: min over classes of gap / |w difference|_2",
      a11_l2_10 },
    { "three classes, l2 .19: robust of 10", 3, 0, "closed form: min over classes of gap / |w difference|_2",
      a11_l2_19 },
    { "three classes, random target, cross-entropy: targets reached of 10", 10, 0,
      "closed form: each class has a place in the box", targeted_xent },
    { "three classes, random target, margin: targets reached of 10", 10, 0,
      "closed form: each class has a place in the box", targeted_margin },
    { .name = NULL }
};
