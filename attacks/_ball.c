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

static double norm_of_difference(size_t n, const float *x, const float *y)
{
    double acc[LANES] = { 0 };
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t k = 0; k < LANES; k++) {
            double d = (double)x[i + k] - (double)y[i + k];
            acc[k] += d * d;
        }
    for (size_t k = 0; i + k < n; k++) {
        double d = (double)x[i + k] - (double)y[i + k];
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

/* ---- the box, as limits of one coordinate */
static inline float low(float c, float lo)  { return c < lo ? c : lo; }
static inline float high(float c, float hi) { return c > hi ? c : hi; }
static inline float clip(float x, float a, float b) { return x < a ? a : x > b ? b : x; }

/* ---- linf: one interval a coordinate */
static void project_linf(size_t n, float eps, float lo, float hi, const float *c, float *x)
{
    for (size_t i = 0; i < n; i++) {
        float a = c[i] - eps, b = c[i] + eps, l = low(c[i], lo), h = high(c[i], hi);
        x[i] = clip(x[i], a > l ? a : l, b < h ? b : h);
    }
}

/* ---- l2: δ_i = clamp(t·u_i, lo − c_i, hi − c_i) with u = x − c and t in (0, 1], the largest that keeps ‖δ‖
 * ≤ eps; t = 1/(1 + λ) of the Lagrangian. Where coordinates are at their limit r_i the rest has t =
 * sqrt((eps² − Σ r²) / Σ u²). Those at their limit for one t stay there for a larger one, and each round's t
 * is at most the solution, so the set grows until nothing changes: the exact solution after a few rounds. */
static double next_scale(size_t n, double eps, float lo, float hi, const float *c, const float *x, double t)
{
    double fixed[LANES] = { 0 }, loose[LANES] = { 0 };
    for (size_t i = 0; i < n; i += LANES)
        for (size_t k = 0; k < LANES && i + k < n; k++) {
            double ci = (double)c[i + k], u = (double)x[i + k] - ci, a = asy_abs_f64(u);
            double r = asy_pick_f64(u < 0, ci - (double)low(c[i + k], lo), (double)high(c[i + k], hi) - ci);
            bool at_limit = t * a >= r;
            fixed[k] += asy_pick_f64(at_limit, r * r, 0.0);
            loose[k] += asy_pick_f64(at_limit, 0.0, a * a);
        }
    double rest = eps * eps - tree(fixed), u2 = tree(loose);
    return u2 > 0 && rest > 0 ? sqrt(rest / u2) : t;
}

static void shrink(size_t n, double t, float lo, float hi, const float *c, float *x)
{
    for (size_t i = 0; i < n; i++) {
        double ci = (double)c[i];
        x[i] = clip((float)(ci + t * ((double)x[i] - ci)), low(c[i], lo), high(c[i], hi));
    }
}

static void clip_to_box(size_t n, float lo, float hi, const float *c, float *x)
{
    for (size_t i = 0; i < n; i++) x[i] = clip(x[i], low(c[i], lo), high(c[i], hi));
}

/* The next number towards c. */
static float step_towards(float x, float c)
{
    if (x == c) return x;
    if (x == 0) return asy_signf(0x1p-149f, c);
    uint32_t u = asy_f32_bits(x);
    return asy_f32_from((c > x) == (x > 0) ? u + 1 : u - 1);
}

/* Where rounding x' to float32 has left the ball (an eps of a few units in the last place). */
static void round_inwards(size_t n, const float *c, float *x)
{
    for (size_t i = 0; i < n; i++) x[i] = step_towards(x[i], c[i]);
}

static void project_l2(size_t n, double eps, float lo, float hi, const float *c, float *x)
{
    double whole = norm_of_difference(n, x, c), t = 1;
    if (whole <= eps) {
        clip_to_box(n, lo, hi, c, x);
        return;
    }
    if (eps <= 0) {
        memcpy(x, c, n * sizeof *x);
        return;
    }
    for (double next = eps / whole; next != t; ) {
        t = next;
        next = next_scale(n, eps, lo, hi, c, x, t);
        if (next > 1) next = 1;             /* the box alone keeps it inside */
        if (next < t) next = t;             /* rounding */
    }
    shrink(n, t, lo, hi, c, x);
    if (norm_of_difference(n, x, c) > eps * (1 + 5e-7)) round_inwards(n, c, x);
}

void asy__ball_project(const asy_attack_job *j, asy_tensor *x)
{
    const asy_threat *t = j->threat;
    size_t n = row_size(x);
    float lo = (float)t->lo, hi = (float)t->hi;
    if (!x->data) return;
    for (int64_t r = 0; r < j->rows; r++) {
        const float *c = (const float *)j->clean.data + (size_t)r * n;
        float *xr = (float *)x->data + (size_t)r * n;
        if (t->norm == ASY_NORM_L2) project_l2(n, t->eps, lo, hi, c, xr);
        else                        project_linf(n, (float)t->eps, lo, hi, c, xr);
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
    return asy_norm2_f32(n, to);
}

void asy__ball_ascend(const asy_attack_job *j, const asy_rng *rng, double length, const asy_tensor *grad,
                      asy_tensor *x)
{
    size_t n = row_size(x);
    float *drawn = NULL;
    if (!x->data || !grad->data) return;
    for (int64_t r = 0; r < j->rows; r++) {
        const float *g = (const float *)grad->data + (size_t)r * n;
        float *xr = (float *)x->data + (size_t)r * n;
        if (j->threat->norm != ASY_NORM_L2) {
            add_sign(n, (float)length, g, xr);
            continue;
        }
        double norm = asy_norm2_f32(n, g);
        if (norm == 0) {
            if (!drawn) drawn = ASY_NEWN(j->scratch, n, float);
            if (!drawn) return;
            norm = draw_direction(rng, j->id[r], n, drawn);
            g = drawn;
        }
        if (norm > 0) add_scaled(n, length / norm, g, xr);
    }
}

/* Uniform in the l2 ball: a uniform direction, the radius eps·u^(1/n). */
static void random_l2(const asy_attack_job *j, const asy_rng *rng, int64_t row, size_t n, float *drawn,
                      const float *c, float *x)
{
    asy_rng radius = asy_rng_part(*rng, "radius");
    double norm = draw_direction(rng, j->id[row], n, drawn), u = asy_rng_uniform64(&radius, j->id[row], 0);
    memcpy(x, c, n * sizeof *x);
    if (norm > 0) add_scaled(n, j->threat->eps * asy_pow_f64(u, 1.0 / (double)n) / norm, drawn, x);
}

void asy__ball_random(const asy_attack_job *j, const asy_rng *rng, asy_tensor *x)
{
    size_t n = row_size(x);
    float eps = (float)j->threat->eps, *drawn = ASY_NEWN(j->scratch, n, float);
    if (!x->data || !drawn) return;
    for (int64_t r = 0; r < j->rows; r++) {
        const float *c = (const float *)j->clean.data + (size_t)r * n;
        float *xr = (float *)x->data + (size_t)r * n;
        if (j->threat->norm == ASY_NORM_L2) {
            random_l2(j, rng, r, n, drawn, c, xr);
            continue;
        }
        asy_rng_uniform(rng, j->id[r], 0, n, -eps, eps, drawn);
        for (size_t i = 0; i < n; i++) xr[i] = c[i] + drawn[i];
    }
    asy__ball_project(j, x);
}
