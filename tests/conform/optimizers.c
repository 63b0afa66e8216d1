// SPDX-License-Identifier: GPL-3.0-or-later
/* Every optimiser of the registry, presets too: a quadratic against the same recursion in float64 (or its
 * optimum), and whole trainings: the same bytes for any number of threads and however often stopped. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "../support/training.h"
#include "base/io.h"

enum { N = 20, STEPS = 60, MOST = 64 };

/* ---- the recursions, written once more: one tensor of N weights */
typedef struct { double w[N], g[N], a[N], b[N]; int t; } tape;
typedef void (*recursion)(tape *, double lr);

static void sgd(tape *k, double lr)
{
    for (int i = 0; i < N; i++) k->w[i] -= lr * k->g[i];
}
static void heavy_ball(tape *k, double lr)
{
    for (int i = 0; i < N; i++) {
        k->a[i] = 0.9 * k->a[i] + k->g[i];
        k->w[i] -= lr * k->a[i];
    }
}
/* Nesterov 1983 in its own variables: the gradient is taken at w = y, x are the points between, y' = x' +
 * μ(x' − x). */
static void nesterov(tape *k, double lr)
{
    for (int i = 0; i < N; i++) {
        double x = k->w[i] - lr * k->g[i], before = k->t == 1 ? k->w[i] : k->a[i];

        k->w[i] = x + 0.9 * (x - before);
        k->a[i] = x;
    }
}
static double adam_direction(tape *k, int i, double eps)
{
    k->a[i] += 0.1 * (k->g[i] - k->a[i]);
    k->b[i] += 0.001 * (k->g[i] * k->g[i] - k->b[i]);
    return k->a[i] / (1 - pow(0.9, k->t)) / (sqrt(k->b[i] / (1 - pow(0.999, k->t))) + eps);
}
static void adam(tape *k, double lr)
{
    for (int i = 0; i < N; i++) k->w[i] -= lr * adam_direction(k, i, 1e-8);
}
/* Loshchilov, Hutter 2019, algorithm 2, line 12: the decay is beside the step, times the rate. */
static void adamw(tape *k, double lr)
{
    for (int i = 0; i < N; i++) k->w[i] -= lr * (adam_direction(k, i, 1e-8) + 0.01 * k->w[i]);
}
static void rmsprop(tape *k, double lr)
{
    for (int i = 0; i < N; i++) {
        k->b[i] += 0.01 * (k->g[i] * k->g[i] - k->b[i]);
        k->w[i] -= lr * k->g[i] / (sqrt(k->b[i]) + 1e-8);
    }
}
static void lamb(tape *k, double lr)
{
    double r[N], rr = 0, ww = 0;

    for (int i = 0; i < N; i++) {
        r[i] = adam_direction(k, i, 1e-6) + 0.01 * k->w[i];
        rr += r[i] * r[i];
        ww += k->w[i] * k->w[i];
    }
    for (int i = 0; i < N; i++) k->w[i] -= lr * sqrt(ww / rr) * r[i];
}

static const struct {
    const char *name, *key, *value, *key2, *value2;
    double lr;
    recursion rule;                     /* NULL: goes to the optimum by closures */
} rules[] = {
    { "adam", NULL, NULL, NULL, NULL, 0.02, adam },
    { "adamw", NULL, NULL, NULL, NULL, 0.02, adamw },
    { "lamb", NULL, NULL, NULL, NULL, 0.02, lamb },
    { "lbfgs", NULL, NULL, NULL, NULL, 1, NULL },
    { "rmsprop", NULL, NULL, NULL, NULL, 0.02, rmsprop },
    { "sgd", NULL, NULL, NULL, NULL, 0.1, sgd },
    { "sgd", "momentum", "0.9", NULL, NULL, 0.02, heavy_ball },
    { "sgd", "momentum", "0.9", "nesterov", "true", 0.02, nesterov },
};
enum { RULES = sizeof rules / sizeof *rules };

/* Σ aᵢ (wᵢ − cᵢ)²/2 with aᵢ = (i + 1)/N, cᵢ = i mod 3 − 1. */
static double slope(int i, double w) { return (i + 1) / (double)N * (w - (i % 3 - 1)); }

static const asy_bound *bind_rule(asy_arena *a, int at)
{
    const asy_pair pairs[] = { { rules[at].key, rules[at].value }, { rules[at].key2, rules[at].value2 },
                               { NULL, NULL } };
    const asy_bound *b;

    ck_assert_msg(asy_bind_text(a, &asy_spot_optimizer, rules[at].name, pairs, &b) == ASY_OK, "%s",
                  asy_error_text());
    return b;
}

static void one_update(const asy_bound *b, asy_optim *o, asy_span *s)
{
    const asy_optimizer *opt = (const asy_optimizer *)b->m;

    if (opt->advance) opt->advance(b->params, o);
    opt->update(b->params, o, s);
    if (opt->apply)
        opt->apply(b->params, o, s, &(asy_norms){ asy_norm2_f32(N, s->w),
                                                   asy_norm2_f32(N, s->state[opt->n_state - 1]) });
    o->step++;
}

START_TEST(a_quadratic_goes_as_in_float64)
{
    asy_arena *a = asy_arena_new(0);
    const asy_bound *b = bind_rule(a, _i);
    const asy_optimizer *opt = (const asy_optimizer *)b->m;
    tape k = { .t = 0 };
    float w[N], g[N], state[ASY_OPT_STATE][N] = { { 0 } };
    asy_optim o = { .lr = rules[_i].lr };
    asy_span s = { .n = N, .w = w, .g = g, .state = { state[0], state[1], state[2], state[3] },
                   .decays = true };

    ck_assert_int_eq(opt->step == NULL, rules[_i].rule != NULL);
    for (int i = 0; i < N; i++) w[i] = 2, k.w[i] = 2;
    if (opt->begin) opt->begin(b->params, &o);
    while (rules[_i].rule && k.t < STEPS) {
        for (int i = 0; i < N; i++) g[i] = (float)slope(i, (double)w[i]), k.g[i] = slope(i, k.w[i]);
        k.t++;
        rules[_i].rule(&k, o.lr);
        one_update(b, &o, &s);
        for (int i = 0; i < N; i++)
            ck_assert_msg(fabs((double)w[i] - k.w[i]) < 2e-5, "%s, step %d, weight %d: %.9g, not %.9g",
                          rules[_i].name, k.t, i, (double)w[i], k.w[i]);
    }
    asy_arena_free(a);
}
END_TEST

/* Two spans, the second first, give what one span gives: so any cut among threads. */
START_TEST(spans_do_not_see_each_other)
{
    asy_arena *a = asy_arena_new(0);
    const asy_bound *b = bind_rule(a, _i);
    const asy_optimizer *opt = (const asy_optimizer *)b->m;
    float w[2][N], g[N], state[2][ASY_OPT_STATE][N] = { { { 0 } } };
    asy_optim o = { .lr = rules[_i].lr };

    for (int i = 0; i < N; i++) w[0][i] = w[1][i] = 2 + (float)i, g[i] = (float)(i - 7);
    if (opt->begin) opt->begin(b->params, &o);
    if (opt->advance) opt->advance(b->params, &o);
    for (int k = 0; opt->update && k < 3; k++) {
        const int cut[3][2] = { { 0, N }, { 11, N }, { 0, 11 } };
        asy_span s = { .n = cut[k][1] - cut[k][0], .w = w[k > 0] + cut[k][0], .g = g + cut[k][0],
                       .decays = true };

        for (int j = 0; j < opt->n_state; j++) s.state[j] = state[k > 0][j] + cut[k][0];
        opt->update(b->params, &o, &s);
    }
    ck_assert_mem_eq(w[0], w[1], sizeof w[0]);
    ck_assert_mem_eq(state[0], state[1], sizeof state[0]);
    asy_arena_free(a);
}
END_TEST

/* ---- whole trainings, by name */
static const char *names[MOST];
static int n_names;

static void list_names(void)
{
    int n;
    const asy_method *const *m = asy_kind_optimizer.methods(&n);

    n_names = 0;
    for (int i = 0; i < n; i++) {
        names[n_names++] = m[i]->name;
        for (const asy_preset *p = m[i]->presets; p != NULL && p->name != NULL; p++)
            names[n_names++] = p->name;
    }
}

static asy_training t;

static void begin(void) { asy_training_begin(&t); }
static void end(void)   { asy_training_end(&t); }

typedef struct { float *w; size_t bytes; const char *lines; double first, last; } outcome;

/* stop > 0: stopped after that many steps, then after each 2. */
static void train(outcome *o, const char *name, const char *more, long stop)
{
    char text[160];
    const asy_bound *b;
    bool full;

    ck_assert_int_eq(asy_bind_text(t.arena, &asy_spot_optimizer, name, NULL, &b), ASY_OK);
    full = ((const asy_optimizer *)b->m)->full;
    (void)snprintf(text, sizeof text, "{method: %s%s}", name, full ? ", weight_decay: 0.01" : more);
    const asy_pair pairs[] = { { "steps", "12" }, { "batch", full ? "all" : "32" }, { "optimizer", text },
                               { "ema", "0.5" }, { NULL, NULL } };
    asy_memory_sink k;
    asy_status s;
    asy_model *m;

    asy_memory_sink_init(&k, t.folder);
    k.stop_at = stop;
    ck_assert_int_eq(asy_io_remove_tree(t.place), ASY_OK);
    do {
        m = asy_training_model(&t, 5);
        k.asked = 0;
        s = asy_training_run(&t, asy_training_bind(&t, pairs), m, &k, stop > 0 ? t.place : NULL);
        ck_assert_msg(s == ASY_OK || s == ASY_ESTOP, "%s: %s", name, asy_error_text());
        k.stop_at = 2;
    } while (s != ASY_OK);
    o->bytes = (size_t)m->n * sizeof(float);
    o->w = ASY_NEWN(t.arena, m->n, float);
    memcpy(o->w, m->w, o->bytes);
    o->lines = asy_strdup(t.arena, asy_buf_text(&k.lines));
    o->last = asy_memory_sink_value(&k, "loss");
    asy_memory_sink_free(&k);
}

static void same(const char *name, const outcome *x, const outcome *y)
{
    ck_assert_str_eq(x->lines, y->lines);
    ck_assert_msg(x->bytes == y->bytes && memcmp(x->w, y->w, x->bytes) == 0, "%s: other weights", name);
}

START_TEST(threads_and_stops_do_not_show)
{
    static const char *const more[] = { "", ", clip: 0.05" };
    const char *name = names[_i / 2];
    outcome one, other;

    train(&one, name, more[_i % 2], 0);
    ck_assert_double_lt(one.last, 1.2);
    train(&other, name, more[_i % 2], 1);
    same(name, &one, &other);
    ck_assert_int_eq(asy_pool_new(&t.pool, 3), ASY_OK);
    train(&other, name, more[_i % 2], 0);
    same(name, &one, &other);
}
END_TEST

START_TEST(each_has_a_rule)
{
    for (int i = 0; i < n_names; i++) {
        int k = 0;

        while (k < RULES && strcmp(rules[k].name, names[i]) != 0) k++;
        ck_assert_msg(k < RULES, "`%s` has no recursion in this file", names[i]);
    }
}
END_TEST

Suite *asy_suite_optimizers(void);
Suite *asy_suite_optimizers(void)
{
    Suite *s = suite_create("optimizers");
    TCase *c = tcase_create("rules"), *w = tcase_create("trainings");

    list_names();
    tcase_add_test(c, each_has_a_rule);
    tcase_add_loop_test(c, a_quadratic_goes_as_in_float64, 0, RULES);
    tcase_add_loop_test(c, spans_do_not_see_each_other, 0, RULES);
    tcase_set_timeout(w, 120);
    tcase_add_checked_fixture(w, begin, end);
    tcase_add_loop_test(w, threads_and_stops_do_not_show, 0, 2 * n_names);
    suite_add_tcase(s, c);
    suite_add_tcase(s, w);
    return s;
}
