// SPDX-License-Identifier: GPL-3.0-or-later
/* The oracle, programs and the job, seen by an attack that is written here. */
#include "attack/toy.h"
#include "assay.h"
#include <check.h>
#include <math.h>
#include <string.h>

enum { D = 3 };
typedef asy_status (*probe)(asy_oracle *, asy_attack_job *);
static probe running;           /* tests run one after another */

static asy_status run(asy_oracle *o, const void *params, asy_attack_job *j)
{
    (void)params;
    return running(o, j);
}

static const asy_attack probing = {
    .m = { .name = "probing", .summary = "a test", .revision = 1 }, .norms = ASY_LINF | ASY_L2, .run = run,
};

/* Z = (f/2, −f/2), f = x₀ + 2 x₁ − x₂ + 1, two rows of label 0. */
static asy_status measure(asy_arena *a, probe p, asy_threat t, asy_attack_result *r)
{
    static const float x[] = { 0.5f, 0.25f, 0.5f, 0.25f, 0.5f, 0.75f };
    static const int32_t y[] = { 0, 0 };
    static const float w[] = { 0.5f, 1, -0.5f, -0.5f, -1, 0.5f };
    asy_bound bound = { .kind = &asy_kind_attack, .m = &probing.m, .name = "probing", .shared = &t };
    asy_toy *toy;
    ASY_TRY(asy_toy_new(&toy, a, &(asy_toy_spec){ ASY_TOY_LINEAR, D, 2, -9, 9, 2, x, y }));
    memcpy(asy_toy_weight(toy, "w"), w, sizeof w);
    asy_toy_weight(toy, "b")[0] = 0.5f;
    asy_toy_weight(toy, "b")[1] = -0.5f;
    running = p;
    return asy_attack_measure(&toy->ctx, &bound, &t, r);
}

static const asy_threat open = { .norm = ASY_NORM_LINF, .eps = 1, .target = -1, .eot = 1 };

static void must(probe p, asy_threat t, asy_attack_result *r)
{
    asy_arena *a = asy_arena_new(0);
    asy_attack_result dummy;
    asy_status s = measure(a, p, t, r ? r : &dummy);
    ck_assert_msg(s == ASY_OK, "%s", asy_error_text());
    asy_arena_free(a);
}

/* x′ = tanh(v) + x; the margin's gradient with respect to v and x. */
static asy_val tanh_move(asy_graph *g, const asy_val var[], asy_val x)
{
    return asy_add(g, x, asy_tanh(g, var[0]));
}

static asy_status ask_program(asy_oracle *o, asy_attack_job *j)
{
    asy_var var = { "v", ASY_SHAPE(D) };
    unsigned all = ASY_OUT_LOSS | ASY_OUT_GRAD_X | ASY_OUT_GRAD_VARS | ASY_OUT_LOGITS | ASY_OUT_X;
    asy_tensor v = asy_tensor_like(j->scratch, &j->clean), out[5];
    asy_program *p, *again;
    ((float *)v.data)[0] = 0.5f;
    ASY_TRY(asy_oracle_compile(&p, o, 1, &var, tanh_move, asy_objectives[1], all));
    ASY_TRY(asy_oracle_compile(&again, o, 1, &var, tanh_move, asy_objectives[1], all));
    ck_assert_ptr_eq(p, again);
    ASY_TRY(asy_program_run(p, j->rows, &j->clean, &v, out));
    double moved = 0.5 + tanh(0.5), f = moved + 0.5 - 0.5 + 1, slope = 1 - tanh(0.5) * tanh(0.5);
    ck_assert_float_eq_tol(((float *)out[0].data)[0], (float)-f, 1e-6f);            /* z₁ − z₀ = −f */
    ck_assert_float_eq_tol(((float *)out[1].data)[1], -2.0f, 1e-6f);
    ck_assert_float_eq_tol(((float *)out[2].data)[0], (float)-slope, 1e-6f);
    ck_assert_float_eq_tol(((float *)out[3].data)[0], (float)(f / 2), 1e-6f);
    ck_assert_float_eq_tol(((float *)out[4].data)[0], (float)moved, 1e-6f);
    ck_assert_int_eq(asy_program_run(p, j->rows + 1, &j->clean, &v, out), ASY_EINVAL);
    ck_assert_int_ne(asy_oracle_compile(&p, o, 0, NULL, NULL, NULL, ASY_OUT_LOSS), ASY_OK);
    return ASY_OK;
}

START_TEST(programs)
{
    must(ask_program, open, NULL);
}
END_TEST

static asy_val no_tap(asy_graph *g, const asy_taps *t, asy_val goal)
{
    (void)g, (void)goal;
    return asy_tap(t, "nowhere");
}
static asy_val no_number(asy_graph *g, const asy_taps *t, asy_val goal)
{
    (void)g, (void)goal;
    return asy_tap(t, "logits");
}

static asy_status ask_nonsense(asy_oracle *o, asy_attack_job *j)
{
    asy_program *p;
    asy_tensor loss = asy_tensor_per_row(j->scratch, &j->clean),
               shape = asy_tensor_new(j->scratch, ASY_F32, ASY_SHAPE(1, D));
    ck_assert_int_ne(asy_oracle_compile(&p, o, 0, NULL, NULL, no_tap, ASY_OUT_LOSS), ASY_OK);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "nowhere"));
    ck_assert_int_ne(asy_oracle_compile(&p, o, 0, NULL, NULL, no_tap, ASY_OUT_LOSS), ASY_OK);
    ck_assert_int_ne(asy_oracle_compile(&p, o, 0, NULL, NULL, no_number, ASY_OUT_LOSS), ASY_OK);
    ck_assert_int_eq(asy_oracle_loss_grad(o, &shape, &loss, NULL), ASY_ESHAPE);     /* one row of two */
    ck_assert_int_eq(asy_oracle_loss_grad(o, &(asy_tensor){ 0 }, &loss, NULL), ASY_ESHAPE);
    ck_assert_int_eq(asy_oracle_set_loss(o, NULL), ASY_EINVAL);
    return ASY_OK;
}

START_TEST(nonsense_is_refused)
{
    must(ask_nonsense, open, NULL);
}
END_TEST

static asy_status ask_labels_only(asy_oracle *o, asy_attack_job *j)
{
    asy_program *p;
    int32_t label[2];
    asy_tensor loss = asy_tensor_per_row(j->scratch, &j->clean),
               z = asy_tensor_new(j->scratch, ASY_F32, ASY_SHAPE(2, 2));
    ck_assert_int_eq(asy_oracle_loss_grad(o, &j->clean, &loss, NULL), ASY_EUNSUP);
    ck_assert_int_eq(asy_oracle_scores(o, &j->clean, &z), ASY_EUNSUP);
    ck_assert_int_eq(asy_oracle_compile(&p, o, 0, NULL, NULL, NULL, ASY_OUT_LOGITS), ASY_EUNSUP);
    ASY_TRY(asy_oracle_label(o, &j->clean, label));
    ck_assert_int_eq(label[0], 0);
    return ASY_OK;
}

static asy_status ask_scores(asy_oracle *o, asy_attack_job *j)
{
    asy_tensor loss = asy_tensor_per_row(j->scratch, &j->clean),
               grad = asy_tensor_like(j->scratch, &j->clean);
    asy_tensor z = asy_tensor_new(j->scratch, ASY_F32, ASY_SHAPE(2, 2));
    ck_assert_int_eq(asy_oracle_loss_grad(o, &j->clean, &loss, &grad), ASY_EUNSUP);
    ASY_TRY(asy_oracle_scores(o, &j->clean, &z));
    ck_assert_float_eq_tol(((float *)z.data)[0], 0.75f, 1e-6f);
    return asy_oracle_loss_grad(o, &j->clean, &loss, NULL);
}

START_TEST(access)
{
    asy_threat t = open;
    asy_attack_result r;
    t.access = ASY_ACCESS_LABELS;
    must(ask_labels_only, t, &r);
    ck_assert_double_eq(r.queries, 1);              /* what is refused is not counted */
    ck_assert_double_eq(r.gradients, 0);
    t.access = ASY_ACCESS_SCORES;
    must(ask_scores, t, &r);
    ck_assert_double_eq(r.queries, 2);
}
END_TEST

/* Moves the first row over the boundary: it leaves, the second moves up. */
static asy_status first_leaves(asy_oracle *o, asy_attack_job *j)
{
    asy_tensor x = asy_tensor_copy(j->scratch, &j->clean), loss = asy_tensor_per_row(j->scratch, &j->clean);
    for (int k = 0; k < D; k++) ((float *)x.data)[k] += k == 2 ? 1.0f : -1.0f;
    ASY_TRY(asy_oracle_loss_grad(o, &x, &loss, NULL));
    asy_job_keep(j, &loss, &x);
    ck_assert_int_eq(asy_job_live(j, 1, (asy_tensor *[]){ &x }), 1);
    ck_assert_int_eq(j->rows, 1);
    ck_assert_uint_eq(j->id[0], 1);
    ck_assert_float_eq(((float *)x.data)[2], 0.75f);
    ck_assert_float_eq(((float *)j->clean.data)[0], 0.25f);
    return asy_oracle_loss_grad(o, &x, &loss, NULL);
}

START_TEST(rows_leave)
{
    asy_attack_result r;
    asy_arena *a = asy_arena_new(0);
    ck_assert_int_eq(measure(a, first_leaves, open, &r), ASY_OK);
    ck_assert_int_eq(r.successes, 1);
    ck_assert_int_eq(r.count[0], 1);
    ck_assert_int_eq(r.count[1], 2);
    ck_assert_double_eq_tol(r.mean_linf, 1, 1e-6);
    ck_assert(isinf(r.median_linf));                /* one success, one failure: ½ · (1 + ∞) */
    asy_arena_free(a);
}
END_TEST

/* Worse points, NaN losses and later equals never replace a kept one. */
static asy_status keeps_the_best(asy_oracle *o, asy_attack_job *j)
{
    asy_tensor x = asy_tensor_copy(j->scratch, &j->clean), loss = asy_tensor_per_row(j->scratch, &j->clean);
    float *v = x.data, *l = loss.data;
    const float offered[] = { 1, 3, NAN, 2, 3 };
    ASY_TRY(asy_oracle_loss_grad(o, &j->clean, &loss, NULL));
    for (int i = 0; i < 5; i++) {
        v[0] = 0.5f + 0.1f * (float)(i + 1);
        l[0] = l[1] = offered[i];
        asy_job_keep(j, &loss, &x);
    }
    return ASY_OK;
}

START_TEST(the_best_is_kept)
{
    asy_attack_result r;
    asy_arena *a = asy_arena_new(0);
    ck_assert_int_eq(measure(a, keeps_the_best, open, &r), ASY_OK);
    ck_assert_float_eq_tol(r.adv[0], 0.7f, 1e-6f);
    ck_assert_int_eq(r.successes, 0);
    asy_arena_free(a);
}
END_TEST

/* An attack that lies: points outside the ball, outside the box, NaN. */
static float lie;
static asy_status lies(asy_oracle *o, asy_attack_job *j)
{
    asy_tensor x = asy_tensor_copy(j->scratch, &j->clean);
    int32_t label[2];
    ((float *)x.data)[0] = lie;
    ASY_TRY(asy_oracle_label(o, &x, label));
    asy_job_keep(j, NULL, &x);
    return ASY_OK;
}

START_TEST(violations_are_failures)
{
    const float bad[] = { -0.51f, NAN, INFINITY, -9.5f };
    for (int i = 0; i < 4; i++) {
        asy_threat t = open;
        asy_attack_result r;
        asy_arena *a = asy_arena_new(0);
        if (i == 3) t.eps = 20;                     /* inside the ball, outside the box */
        lie = bad[i];
        ck_assert_int_eq(measure(a, lies, t, &r), ASY_OK);
        ck_assert_int_eq(r.violations, 1);
        ck_assert_int_eq(r.successes, 0);
        ck_assert_float_eq(r.adv[0], 0.5f);
        ck_assert_double_eq(r.distance[0], 0);
        asy_arena_free(a);
    }
}
END_TEST

/* √x at −x: a gradient of NaN; and an objective that does not depend on x. */
static asy_val nan_objective(asy_graph *g, const asy_taps *t, asy_val goal)
{
    (void)goal;
    return asy_sqrt(g, asy_affine(g, asy_sum(g, asy_tap(t, "logits")), 0.0, -1.0));
}
static asy_val flat_objective(asy_graph *g, const asy_taps *t, asy_val goal)
{
    return asy_affine(g, asy_xent(g, asy_tap(t, "logits"), goal), 0.0, 1.0);
}

static asy_status odd_gradients(asy_oracle *o, asy_attack_job *j)
{
    asy_tensor loss = asy_tensor_per_row(j->scratch, &j->clean),
               grad = asy_tensor_like(j->scratch, &j->clean);
    ASY_TRY(asy_oracle_set_loss(o, nan_objective));
    ASY_TRY(asy_oracle_loss_grad(o, &j->clean, &loss, &grad));
    for (int i = 0; i < 2 * D; i++) ck_assert_float_eq(((float *)grad.data)[i], 0);
    ASY_TRY(asy_oracle_set_loss(o, flat_objective));
    return asy_oracle_loss_grad(o, &j->clean, &loss, &grad);
}

START_TEST(odd_gradients_are_counted)
{
    asy_attack_result r;
    must(odd_gradients, open, &r);
    ck_assert_int_eq(r.nonfinite, 2);
    ck_assert_int_eq(r.zero_gradients, 2);
    ck_assert_double_eq(r.gradients, 2);
}
END_TEST

START_TEST(bad_threats)
{
    asy_attack_result r;
    asy_threat t = open;
    asy_arena *a = asy_arena_new(0);
    t.eps = INFINITY;
    ck_assert_int_eq(measure(a, lies, t, &r), ASY_EINVAL);
    t.eps = NAN;
    ck_assert_int_eq(measure(a, lies, t, &r), ASY_EINVAL);
    t.eps = -1;
    ck_assert_int_eq(measure(a, lies, t, &r), ASY_EINVAL);
    t = open;
    t.target = 2;
    ck_assert_int_eq(measure(a, lies, t, &r), ASY_EINVAL);
    asy_arena_free(a);
}
END_TEST

Suite *asy_suite_attack_oracle(void);
Suite *asy_suite_attack_oracle(void)
{
    Suite *s = suite_create("attack_oracle");
    TCase *c = tcase_create("oracle");
    tcase_add_test(c, programs);
    tcase_add_test(c, nonsense_is_refused);
    tcase_add_test(c, access);
    tcase_add_test(c, rows_leave);
    tcase_add_test(c, the_best_is_kept);
    tcase_add_test(c, violations_are_failures);
    tcase_add_test(c, odd_gradients_are_counted);
    tcase_add_test(c, bad_threats);
    suite_add_tcase(s, c);
    return s;
}
