// SPDX-License-Identifier: GPL-3.0-or-later
/* Projections and starts of attacks/_ball.h against bisection and closed forms. */
#include "../../attacks/_ball.h"
#include <check.h>
#include <math.h>
#include <string.h>

enum { ROWS = 40, MOST = 200 };

typedef struct {
    asy_arena *arena;
    asy_threat threat;
    asy_attack_job job;
    asy_tensor x, delta, grad;
    uint64_t id[ROWS];
} ground;

static void setup(ground *g, int64_t norm, double eps, double lo, double hi, int64_t d)
{
    asy_rng r = asy_rng_part(asy_rng_seed(11), "clean");
    *g = (ground){ .arena = asy_arena_new(0),
                   .threat = { .norm = norm, .eps = eps, .target = -1, .lo = lo, .hi = hi } };
    asy_tensor clean = asy_tensor_new(g->arena, ASY_F32, ASY_SHAPE(ROWS, d));
    ck_assert_ptr_nonnull(clean.data);
    for (uint64_t i = 0; i < ROWS; i++) {
        g->id[i] = i + 100;
        asy_rng_uniform(&r, i, 0, (size_t)d, (float)lo, (float)hi, (float *)clean.data + (int64_t)i * d);
    }
    g->job = (asy_attack_job){ .threat = &g->threat,
                               .rows = ROWS,
                               .clean = clean,
                               .id = g->id,
                               .scratch = g->arena,
                               .rng = asy_rng_part(asy_rng_seed(11), "attack") };
    g->x = asy_tensor_copy(g->arena, &clean);
    g->delta = asy_tensor_like(g->arena, &clean);
    g->grad = asy_tensor_like(g->arena, &clean);
}

static double clampd(double x, double a, double b) { return x < a ? a : x > b ? b : x; }

/* ‖δ‖₂ of the point that belongs to one Lagrange multiplier, and the point. */
static double boxed(int64_t d, double scale, double lo, double hi, const float *c, const float *u,
                    double *delta)
{
    double sum = 0;
    for (int64_t i = 0; i < d; i++) {
        delta[i] = clampd(scale * (double)u[i], fmin(0, lo - (double)c[i]), fmax(0, hi - (double)c[i]));
        sum += delta[i] * delta[i];
    }
    return sqrt(sum);
}

static void bisect(int64_t d, double eps, double lo, double hi, const float *c, const float *u, double *delta)
{
    double a = 0, b = 1;
    if (boxed(d, 1, lo, hi, c, u, delta) <= eps) return;
    for (int i = 0; i < 200; i++) {
        double m = 0.5 * (a + b);
        if (boxed(d, m, lo, hi, c, u, delta) <= eps) a = m;
        else                                         b = m;
    }
    (void)boxed(d, a, lo, hi, c, u, delta);
}

static const struct { double eps, lo, hi, reach; int64_t d;
} cases[] = {
    { 0.3, 0, 1, 1, 20 },    { 1, 0, 1, 3, 20 },     { 2.5, 0, 1, 5, 20 },
    { 0.05, -1, 1, 1, 1 },   { 1e-3, 0, 1, 1, 200 }, { 10, 0, 255, 200, 33 },
    { 0.5, 0, 1, 0.01, 17 }, { 0, 0, 1, 1, 16 },     { 3, -0.5, 0.5, 1e6, 200 },
};

START_TEST(l2_is_the_nearest_point)
{
    ground g;
    double lo = cases[_i].lo, hi = cases[_i].hi, eps = cases[_i].eps, want[MOST];
    int64_t d = cases[_i].d;
    asy_rng r = asy_rng_part(asy_rng_seed(5), "moves");
    setup(&g, ASY_NORM_L2, eps, lo, hi, d);
    for (uint64_t i = 0; i < ROWS; i++)
        asy_rng_normal(&r, i, 0, (size_t)d, 0.0f, (float)cases[_i].reach,
                       (float *)g.delta.data + (int64_t)i * d);
    asy_tensor u = asy_tensor_copy(g.arena, &g.delta);
    asy__ball_project(&g.job, &g.delta, &g.x);
    for (int64_t i = 0; i < ROWS; i++) {
        const float *c = (const float *)g.job.clean.data + i * d, *x = (const float *)g.x.data + i * d;
        double sum = 0;
        bisect(d, eps, lo, hi, c, (const float *)u.data + i * d, want);
        for (int64_t k = 0; k < d; k++) {
            double got = (double)x[k] - (double)c[k];
            ck_assert_double_eq_tol(got, want[k],
                                    2e-6 * fmax(eps, fabs(hi) * 0.1) + 1e-7 * fmax(1, fabs(hi)));
            ck_assert(x[k] >= (float)lo && x[k] <= (float)hi);
            sum += got * got;
        }
        ck_assert_double_le(sqrt(sum), eps * (1 + 1e-6) + 1e-7 * fmax(1, fabs(hi)));
    }
    asy_arena_free(g.arena);
}
END_TEST

/* An eps below the resolution of x: rounding may not leave the ball. */
START_TEST(l2_of_a_tiny_ball)
{
    ground g;
    setup(&g, ASY_NORM_L2, 4e-7, 0, 1, MOST);
    for (int64_t i = 0; i < ROWS * MOST; i++) ((float *)g.delta.data)[i] = 1;
    asy__ball_project(&g.job, &g.delta, &g.x);
    for (int64_t i = 0; i < ROWS; i++) {
        double sum = 0;
        for (int64_t k = i * MOST; k < (i + 1) * MOST; k++) {
            double v = (double)((float *)g.x.data)[k] - (double)((float *)g.job.clean.data)[k];
            sum += v * v;
        }
        ck_assert_double_le(sqrt(sum), 4e-7 + 1e-7);
    }
    asy_arena_free(g.arena);
}
END_TEST

/* A clean value outside the box may stay, and may move towards it. */
START_TEST(box_holds_the_clean_point)
{
    for (int64_t norm = ASY_NORM_LINF; norm <= ASY_NORM_L2; norm++) {
        ground g;
        setup(&g, norm, 0.25, 0, 1, 2);
        float *c = g.job.clean.data, *d = g.delta.data, *x = g.x.data;
        g.job.rows = 1;
        c[0] = -0.5f, c[1] = 1.5f, d[0] = -1, d[1] = 1;
        asy__ball_project(&g.job, &g.delta, &g.x);
        ck_assert(x[0] == -0.5f && x[1] == 1.5f);
        d[0] = 0.1f, d[1] = -0.1f;
        asy__ball_project(&g.job, &g.delta, &g.x);
        ck_assert_float_eq_tol(x[0], -0.4f, 1e-6f);
        ck_assert_float_eq_tol(x[1], 1.4f, 1e-6f);
        asy_arena_free(g.arena);
    }
}
END_TEST

START_TEST(ascent_directions)
{
    ground g;
    setup(&g, ASY_NORM_LINF, 1, -9, 9, 3);
    float *grad = g.grad.data, *d = g.delta.data;
    g.job.rows = 1;
    grad[0] = 1e-38f, grad[1] = -5, grad[2] = 0;
    asy__ball_ascend(&g.job, &g.job.rng, 0.5, &g.grad, &g.delta);
    ck_assert(d[0] == 0.5f && d[1] == -0.5f && d[2] == 0);
    g.threat.norm = ASY_NORM_L2;
    memset(d, 0, 3 * sizeof *d);
    grad[0] = 3e-30f, grad[1] = -4e-30f;        /* squares that a float would lose */
    asy__ball_ascend(&g.job, &g.job.rng, 0.5, &g.grad, &g.delta);
    ck_assert_float_eq_tol(d[0], 0.3f, 1e-6f);
    ck_assert_float_eq_tol(d[1], -0.4f, 1e-6f);
    memset(d, 0, 3 * sizeof *d);
    memset(grad, 0, 3 * sizeof *d);             /* no gradient: some direction, of the same length */
    asy__ball_ascend(&g.job, &g.job.rng, 0.5, &g.grad, &g.delta);
    ck_assert_double_eq_tol(asy_norm2_f32(3, d), 0.5, 1e-6);
    asy_arena_free(g.arena);
}
END_TEST

/* Mean of (‖δ‖/eps)^d is ½ for a uniform point of the l2 ball, of |δ|/eps for one coordinate of linf. */
START_TEST(starts_are_uniform)
{
    for (int64_t norm = ASY_NORM_LINF; norm <= ASY_NORM_L2; norm++) {
        ground g;
        double sum = 0;
        int n = 0;
        setup(&g, norm, 0.5, -9, 9, 4);
        for (uint64_t pass = 0; pass < 100; pass++) {
            asy_rng r = asy_rng_split(g.job.rng, "start", pass);
            asy__ball_random(&g.job, &r, &g.delta);
            for (int64_t i = 0; i < ROWS; i++, n++) {
                const float *d = (const float *)g.delta.data + i * 4;
                double rho = asy_norm2_f32(4, d) / 0.5;
                sum += norm == ASY_NORM_L2 ? rho * rho * rho * rho : fabs((double)d[i % 4]) / 0.5;
                for (int k = 0; k < 4; k++) ck_assert(fabsf(d[k]) <= 0.5f);
            }
        }
        ck_assert_double_eq_tol(sum / n, 0.5, 5 * sqrt(1.0 / 12 / n));
        asy_arena_free(g.arena);
    }
}
END_TEST

Suite *asy_suite_attack_ball(void);
Suite *asy_suite_attack_ball(void)
{
    Suite *s = suite_create("attack_ball");
    TCase *c = tcase_create("ball");
    tcase_add_loop_test(c, l2_is_the_nearest_point, 0, (int)(sizeof cases / sizeof cases[0]));
    tcase_add_test(c, l2_of_a_tiny_ball);
    tcase_add_test(c, box_holds_the_clean_point);
    tcase_add_test(c, ascent_directions);
    tcase_add_test(c, starts_are_uniform);
    suite_add_tcase(s, c);
    return s;
}
