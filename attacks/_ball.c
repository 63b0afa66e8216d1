// SPDX-License-Identifier: GPL-3.0-or-later
#include "_ball.h"
#include <math.h>
#include <string.h>

enum { LANES = 16 };

static double tree(double acc[LANES])
{
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) acc[i] += acc[i + half];
    return acc[0];
}

double asy__sum_abs(size_t n, const float *x)
{
    double acc[LANES] = { 0 };
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t k = 0; k < LANES; k++) acc[k] += asy_abs_f64((double)x[i + k]);
    for (size_t k = 0; i + k < n; k++) acc[k] += asy_abs_f64((double)x[i + k]);
    return tree(acc);
}

/* ‖x − y‖₂; y NULL: ‖x‖₂ */
static double norm_between(size_t n, const float *x, const float *y)
{
    double acc[LANES] = { 0 };
    for (size_t i = 0; i < n; i += LANES)
        for (size_t k = 0; k < LANES && i + k < n; k++) {
            double d = (double)x[i + k] - (y ? (double)y[i + k] : 0.0);
            acc[k] += d * d;
        }
    return sqrt(tree(acc));
}

static size_t row_size(const asy_tensor *t)
{
    size_t n = 1;
    for (int i = 1; i < t->s.n; i++) n *= (size_t)t->s.d[i];
    return n;
}

static inline float clip(float x, float a, float b) { return x < a ? a : x > b ? b : x; }
/* The box of one coordinate. */
static inline float low(float c, float lo)  { return c < lo ? c : lo; }
static inline float high(float c, float hi) { return c > hi ? c : hi; }

static void add_to_clean(size_t n, float lo, float hi, const float *c, const float *delta, float *x)
{
    for (size_t i = 0; i < n; i++) x[i] = clip(c[i] + delta[i], low(c[i], lo), high(c[i], hi));
}

/* linf: one interval a coordinate. */
static void clip_linf(size_t n, float eps, float lo, float hi, const float *c, float *delta)
{
    for (size_t i = 0; i < n; i++) {
        float a = low(c[i], lo) - c[i], b = high(c[i], hi) - c[i];
        delta[i] = clip(delta[i], a > -eps ? a : -eps, b < eps ? b : eps);
    }
}

/* l2: δ_i = clamp(t·u_i, lo − c_i, hi − c_i), t in (0, 1] the largest that keeps ‖δ‖ ≤ eps; t = 1/(1 + λ) of
 * the Lagrangian. With the coordinates that are at their limit r_i fixed, the rest has t = sqrt((eps² − Σ r²)
 * / Σ u²). What is at its limit for one t stays there for a larger one, and no round's t is above the
 * solution: the set grows until nothing changes, after a few rounds. */
static double next_scale(size_t n, double eps, float lo, float hi, const float *c, const float *u, double t)
{
    double fixed[LANES] = { 0 }, loose[LANES] = { 0 };
    for (size_t i = 0; i < n; i += LANES)
        for (size_t k = 0; k < LANES && i + k < n; k++) {
            float ci = c[i + k], ui = u[i + k];
            double a = asy_abs_f64((double)ui);
            double r =
                asy_pick_f64(ui < 0, (double)ci - (double)low(ci, lo), (double)high(ci, hi) - (double)ci);
            bool at_limit = t * a >= r;
            fixed[k] += asy_pick_f64(at_limit, r * r, 0.0);
            loose[k] += asy_pick_f64(at_limit, 0.0, a * a);
        }
    double rest = eps * eps - tree(fixed), u2 = tree(loose);
    return u2 > 0 && rest > 0 ? sqrt(rest / u2) : t;
}

static double scale_l2(size_t n, double eps, float lo, float hi, const float *c, const float *u)
{
    double whole = norm_between(n, u, NULL), t = whole > eps ? eps / whole : 1;
    while (t > 0 && t < 1) {
        double next = next_scale(n, eps, lo, hi, c, u, t);
        if (next > 1) next = 1;             /* the box alone keeps it inside */
        if (!(next > t)) break;
        t = next;
    }
    return t;
}

static void shrink(size_t n, double t, float lo, float hi, const float *c, float *delta)
{
    for (size_t i = 0; i < n; i++)
        delta[i] = clip((float)(t * (double)delta[i]), low(c[i], lo) - c[i], high(c[i], hi) - c[i]);
}

/* The next number towards c. */
static float step_towards(float x, float c)
{
    if (x == c) return x;
    if (x == 0) return asy_signf(0x1p-149f, c);
    uint32_t u = asy_f32_bits(x);
    return asy_f32_from((c > x) == (x > 0) ? u + 1 : u - 1);
}

/* Where rounding clean + δ to float32 has left the ball (an eps of a few units in the last place). */
static void round_inwards(size_t n, const float *c, float *x)
{
    for (size_t i = 0; i < n; i++) x[i] = step_towards(x[i], c[i]);
}

void asy__ball_project(const asy_attack_job *j, asy_tensor *delta, asy_tensor *x)
{
    const asy_threat *t = j->threat;
    size_t n = row_size(x);
    float lo = (float)t->lo, hi = (float)t->hi;
    if (!x->data || !delta->data) return;
    for (int64_t r = 0; r < j->rows; r++) {
        const float *c = (const float *)j->clean.data + (size_t)r * n;
        float *d = (float *)delta->data + (size_t)r * n, *xr = (float *)x->data + (size_t)r * n;
        if (t->norm != ASY_NORM_L2) {
            clip_linf(n, (float)t->eps, lo, hi, c, d);
            add_to_clean(n, lo, hi, c, d, xr);
            continue;
        }
        shrink(n, scale_l2(n, t->eps, lo, hi, c, d), lo, hi, c, d);
        add_to_clean(n, lo, hi, c, d, xr);
        if (norm_between(n, xr, c) > t->eps * (1 + 5e-7)) round_inwards(n, c, xr);
    }
}

/* ---- directions */
static void add_scaled(size_t n, double scale, const float *g, float *x)
{
    for (size_t i = 0; i < n; i++) x[i] = (float)((double)x[i] + scale * (double)g[i]);
}

static void add_sign(size_t n, float length, const float *g, float *x)
{
    for (size_t i = 0; i < n; i++) x[i] += length * (float)((g[i] > 0.0f) - (g[i] < 0.0f));
}

/* A normal vector; its direction is uniform. Returns its length. */
static double draw_direction(const asy_rng *rng, uint64_t id, size_t n, float *to)
{
    asy_rng r = asy_rng_part(*rng, "direction");
    asy_rng_normal(&r, id, 0, n, 0.0f, 1.0f, to);
    return norm_between(n, to, NULL);
}

void asy__ball_ascend(const asy_attack_job *j, const asy_rng *rng, double length, const asy_tensor *grad,
                      asy_tensor *delta)
{
    size_t n = row_size(delta);
    float *drawn = NULL;
    if (!delta->data || !grad->data) return;
    for (int64_t r = 0; r < j->rows; r++) {
        const float *g = (const float *)grad->data + (size_t)r * n;
        float *d = (float *)delta->data + (size_t)r * n;
        if (j->threat->norm != ASY_NORM_L2) {
            add_sign(n, (float)length, g, d);
            continue;
        }
        double norm = norm_between(n, g, NULL);
        if (norm == 0) {
            if (!drawn) drawn = ASY_NEWN(j->scratch, n, float);
            if (!drawn) return;
            norm = draw_direction(rng, j->id[r], n, drawn);
            g = drawn;
        }
        if (norm > 0) add_scaled(n, length / norm, g, d);
    }
}

/* Uniform in the l2 ball: a uniform direction, the radius eps·u^(1/n). */
static void random_l2(const asy_attack_job *j, const asy_rng *rng, uint64_t id, size_t n, float *delta)
{
    asy_rng radius = asy_rng_part(*rng, "radius");
    double norm = draw_direction(rng, id, n, delta), u = asy_rng_uniform64(&radius, id, 0);
    double scale = norm > 0 ? j->threat->eps * asy_pow_f64(u, 1.0 / (double)n) / norm : 0;
    for (size_t i = 0; i < n; i++) delta[i] = (float)(scale * (double)delta[i]);
}

void asy__ball_random(const asy_attack_job *j, const asy_rng *rng, asy_tensor *delta)
{
    size_t n = row_size(delta);
    float eps = (float)j->threat->eps;
    if (!delta->data) return;
    for (int64_t r = 0; r < j->rows; r++) {
        float *d = (float *)delta->data + (size_t)r * n;
        if (j->threat->norm == ASY_NORM_L2) random_l2(j, rng, j->id[r], n, d);
        else                                asy_rng_uniform(rng, j->id[r], 0, n, -eps, eps, d);
    }
}
