// SPDX-License-Identifier: GPL-3.0-or-later
/* Every loss of the registry, with two classes and with four: derivatives of both orders against differences
 * in float64; the scalar is the mean of the rows where it says so, whatever their order; a row's loss is its
 * own; NaN scores give a NaN loss; far scores give finite losses and gradients in float32. */
#include <check.h>
#include <math.h>
#include <string.h>
#include "assay.h"
#include "graph/check.h"

enum { ROWS = 6, CLASSES = 4 };     /* CLASSES: the most */
typedef struct {
    asy_arena *arena;
    asy_graph *g;
    asy_val z, y, out[2];
    int n_out, k;
    double x[ROWS * CLASSES];
    int32_t label[ROWS];
} world;

/* What a model would tap for losses that look at more than its scores: the scores as what it makes of a
 * constant input. */
static void tap(asy_graph *g, asy_scope *sc, asy_val z)
{
    asy_scope_tap(sc, "input", asy_fill(g, ASY_ROW, asy_val_type(g, z).shape, 0.25));
    asy_scope_tap(sc, "reconstruction", z);
    asy_scope_tap(sc, "reconstruction/logits", z);
}

/* Tests 2i and 2i + 1 are of loss i, with 2 and 4 classes. */
static const asy_loss *loss_at(int i)
{
    int n;
    return (const asy_loss *)asy_kind_loss.methods(&n)[i / 2];
}
static int classes_at(int i) { return i % 2 == 0 ? 2 : CLASSES; }

static void build(world *w, int at)
{
    const asy_loss *l = loss_at(at);
    const asy_bound *b;
    asy_rng r = asy_rng_part(asy_rng_seed(1), l->m.name);
    w->k = classes_at(at);
    w->arena = asy_arena_new(0);
    w->g = asy_graph_new(w->arena, ASY_F64);
    asy_scope *sc = asy_scope_new(w->arena, w->g, ASY_TRAIN);
    ck_assert_int_eq(asy_bind_text(w->arena, &asy_spot_loss, l->m.name, NULL, &b), ASY_OK);
    w->z = asy_input(w->g, "z", ASY_ROW, ASY_F64, ASY_SHAPE(w->k));
    w->y = asy_input(w->g, "y", ASY_ROW, ASY_I32, ASY_SCALAR);
    w->out[1] = (asy_val){ 0 };
    tap(w->g, sc, w->z);
    w->out[0] = l->emit(b->params, &(asy_loss_in){ sc, w->z, w->y, { 0 } }, &w->out[1]);
    w->n_out = (l->flags & ASY_LOSS_DECOMPOSES) ? 2 : 1;
    ck_assert_int_eq(asy_graph_status(w->g), ASY_OK);
    for (int i = 0; i < ROWS * w->k; i++) w->x[i] = 4 * asy_rng_uniform64(&r, 0, (uint64_t)i) - 2;
    for (int i = 0; i < ROWS; i++) w->label[i] = i % w->k;
}

static void run(world *w, double *value, double rows[ROWS])
{
    asy_plan *plan;
    asy_exec *exec;
    asy_bind in[] = { { w->z, w->x, 0 }, { w->y, w->label, 0 } };
    ck_assert_int_eq(asy_plan_new(&plan, w->g, w->n_out, w->out, ROWS, NULL), ASY_OK);
    ck_assert_int_eq(asy_exec_new(&exec, plan, NULL), ASY_OK);
    ck_assert_int_eq(asy_exec_run(exec, ROWS, 2, in), ASY_OK);
    *value = *(const double *)asy_exec_out(exec, 0).data;
    if (w->n_out == 2) memcpy(rows, asy_exec_out(exec, 1).data, ROWS * sizeof *rows);
    asy_exec_free(exec);
    asy_plan_free(plan);
}

START_TEST(derivatives)
{
    world w;
    asy_check_result r = { 0 };
    build(&w, _i);
    asy_bind in[] = { { w.z, w.x, 0 }, { w.y, w.label, 0 } };
    ck_assert_int_eq(asy_check_grad(w.g, w.out[0], ROWS, 2, in, 1e-3, asy_rng_seed(2), &r), ASY_OK);
    ck_assert_msg(r.skipped < ASY_CHECK_DIRECTIONS, "nothing was checked");
    ck_assert_msg(r.first < 1e-6 && r.second < 1e-6, "%s: %g %g", loss_at(_i)->m.name, r.first, r.second);
    asy_arena_free(w.arena);
}
END_TEST

START_TEST(mean_of_rows)
{
    world w;
    double value, again, rows[ROWS], turned[ROWS], sum = 0, x[ROWS * CLASSES];
    build(&w, _i);
    run(&w, &value, rows);
    for (int i = 0; i < ROWS && w.n_out == 2; i++) sum += rows[i];
    if (w.n_out == 2)
        ck_assert_msg(fabs(sum / ROWS - value) < 1e-12, "%s is not the mean of its rows",
                      loss_at(_i)->m.name);
    memcpy(x, w.x, sizeof x);
    for (int i = 0; i < ROWS; i++) {
        memcpy(w.x + i * w.k, x + (ROWS - 1 - i) * w.k, (size_t)w.k * sizeof *x);
        w.label[i] = (ROWS - 1 - i) % w.k;
    }
    run(&w, &again, turned);
    ck_assert(fabs(again - value) < 1e-12);
    for (int i = 0; i < ROWS && w.n_out == 2; i++) ck_assert(turned[i] == rows[ROWS - 1 - i]);
    w.x[w.k] = NAN;
    run(&w, &again, turned);
    ck_assert_msg(isnan(again), "%s hides a NaN score", loss_at(_i)->m.name);
    for (int i = 0; i < ROWS && w.n_out == 2; i++) ck_assert(isnan(turned[i]) == (i == 1));
    asy_arena_free(w.arena);
}
END_TEST

/* Row i has one score 300 ahead of the others; its label is that class, or not. */
START_TEST(far_scores_stay_finite)
{
    const asy_loss *l = loss_at(_i);
    asy_arena *a = asy_arena_new(0);
    asy_graph *g = asy_graph_new(a, ASY_F32);
    asy_scope *sc = asy_scope_new(a, g, ASY_TRAIN);
    const asy_bound *b;
    asy_plan *plan;
    asy_exec *exec;
    int k = classes_at(_i);
    float x[ROWS * CLASSES] = { 0 };
    int32_t label[ROWS];
    asy_val out[2], rows;

    ck_assert_int_eq(asy_bind_text(a, &asy_spot_loss, l->m.name, NULL, &b), ASY_OK);
    asy_val z = asy_input(g, "z", ASY_ROW, ASY_F32, ASY_SHAPE(k)),
            y = asy_input(g, "y", ASY_ROW, ASY_I32, ASY_SCALAR);
    tap(g, sc, z);
    out[0] = l->emit(b->params, &(asy_loss_in){ sc, z, y, { 0 } }, &rows);
    asy_grad(g, out[0], 1, &z, &out[1]);
    for (int i = 0; i < ROWS; i++) x[i * k + i % k] = 300, label[i] = (i + (i >= k)) % k;
    ck_assert_int_eq(asy_plan_new(&plan, g, 2, out, ROWS, NULL), ASY_OK);
    ck_assert_int_eq(asy_exec_new(&exec, plan, NULL), ASY_OK);
    ck_assert_int_eq(asy_exec_run(exec, ROWS, 2, (asy_bind[]){ { z, x, 0 }, { y, label, 0 } }), ASY_OK);
    ck_assert(isfinite(*(const float *)asy_exec_out(exec, 0).data));
    for (int i = 0; i < ROWS * k; i++)
        ck_assert_msg(isfinite(((const float *)asy_exec_out(exec, 1).data)[i]), "%s: gradient %d",
                      l->m.name, i);
    asy_exec_free(exec);
    asy_plan_free(plan);
    asy_arena_free(a);
}
END_TEST

Suite *asy_suite_losses(void);
Suite *asy_suite_losses(void)
{
    Suite *s = suite_create("losses");
    TCase *t = tcase_create("registry");
    int n;
    (void)asy_kind_loss.methods(&n);
    tcase_add_loop_test(t, derivatives, 0, 2 * n);
    tcase_add_loop_test(t, mean_of_rows, 0, 2 * n);
    tcase_add_loop_test(t, far_scores_stay_finite, 0, 2 * n);
    suite_add_tcase(s, t);
    return s;
}
