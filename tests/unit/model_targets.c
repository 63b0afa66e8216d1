// SPDX-License-Identifier: GPL-3.0-or-later
/* Symbols made of inputs, those that are hidden, and what is counted of a row with several labels. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "model/targets.h"

enum { ROWS = 400, LONG = 40, SYMBOLS = 10, HIDDEN = 6 };
typedef struct {
    asy_arena *arena;
    asy_scope *scope;
    asy_val x, in_y, z, out[3];
    asy_plan *plan;
    asy_exec *exec;
    asy_arch_io io;
    float in[ROWS * LONG], scores[ROWS * LONG * SYMBOLS];
    int32_t y[ROWS * LONG];
    uint64_t id[ROWS];
} world;
static world w;

static void open_world(bool masked)
{
    memset(&w, 0, sizeof w);
    w.arena = asy_arena_new(0);
    asy_graph *g = asy_graph_new(w.arena, ASY_F32);
    w.scope = asy_scope_new(w.arena, g, ASY_EVAL);
    w.io = (asy_arch_io){ .in = ASY_SHAPE(LONG), .classes = SYMBOLS, .symbols = SYMBOLS, .top = SYMBOLS - 1 };
    asy_targets_set(&w.io, LONG, masked);
    w.x = asy_input(g, "x", ASY_ROW, ASY_F32, w.io.in);
    w.in_y = asy_input(g, "y", ASY_ROW, ASY_I32, asy_targets_shape(&w.io));
    w.z = asy_input(g, "z", ASY_ROW, ASY_F32, ASY_SHAPE(LONG, SYMBOLS));
    w.out[0] = asy_targets_symbols(w.scope, &w.io, w.x, -1, 1);
    w.out[1] = asy_targets_hits(w.scope, w.z, w.in_y);
    w.out[2] = asy_targets_mean(w.scope, asy_xent(g, w.z, w.in_y));
    ck_assert_msg(asy_graph_status(g) == ASY_OK, "%s", asy_error_text());
    ck_assert_int_eq(asy_scope_noise_new(w.scope, ROWS), ASY_OK);
    ck_assert_msg(asy_plan_new(&w.plan, g, 3, w.out, ROWS, NULL) == ASY_OK, "%s", asy_error_text());
    ck_assert_int_eq(asy_exec_new(&w.exec, w.plan, NULL), ASY_OK);
    for (int i = 0; i < ROWS; i++) w.id[i] = (uint64_t)(3 * i);
    for (int i = 0; i < ROWS * LONG; i++) {
        w.y[i] = i * 7 % SYMBOLS;
        w.in[i] = (float)(-1 + 2 * w.y[i] / (double)(SYMBOLS - 1));
    }
}

static void close_world(void)
{
    asy_exec_free(w.exec);
    asy_plan_free(w.plan);
    asy_arena_free(w.arena);
}

static void run(int64_t rows)
{
    asy_bind in[3 + ASY_SCOPE_NOISE] = { { w.x, w.in, 0 }, { w.in_y, w.y, 0 }, { w.z, w.scores, 0 } };
    asy_rng r = asy_rng_part(asy_rng_seed(1), "noise");
    int n = 3 + asy_scope_noise_bind(w.scope, &r, rows, w.id, NULL, 0, in + 3);
    ck_assert_msg(asy_exec_run(w.exec, rows, n, in) == ASY_OK, "%s", asy_error_text());
}

static const int32_t *symbols(void) { return asy_exec_out(w.exec, 0).data; }
static const float *hits(void) { return asy_exec_out(w.exec, 1).data; }
static const float *losses(void) { return asy_exec_out(w.exec, 2).data; }

START_TEST(stored_bytes_come_back)
{
    open_world(false);
    w.in[0] = -7, w.in[1] = 9, w.in[2] = NAN;
    w.y[0] = 0, w.y[1] = SYMBOLS - 1, w.y[2] = 0;
    run(ROWS);
    ck_assert_mem_eq(symbols(), w.y, sizeof w.y);
    ck_assert_int_eq(asy_targets_scored(&w.io), LONG);
    close_world();
}
END_TEST

START_TEST(every_label_counts)
{
    open_world(false);
    for (int i = 0; i < LONG; i++) w.scores[i * SYMBOLS + (i < 11 ? w.y[i] : (w.y[i] + 1) % SYMBOLS)] = 2;
    run(2);
    /* the second row's scores are all equal: class 0 is taken */
    ck_assert(hits()[0] == 11 && hits()[1] == LONG / SYMBOLS);
    double all = log(exp(2) + SYMBOLS - 1);
    ck_assert_double_eq_tol((double)losses()[0], all - 2.0 * 11 / LONG, 1e-5);
    ck_assert_double_eq_tol((double)losses()[1], log(SYMBOLS), 1e-5);
    close_world();
}
END_TEST

/* 15 % of 40 places in every row; of those 80 % show the symbol beyond all others, 10 % any, 10 % their own. */
START_TEST(hidden_places)
{
    int64_t mask = 0, other = 0;
    open_world(true);
    ck_assert_int_eq(asy_targets_scored(&w.io), HIDDEN);
    run(ROWS);
    for (int r = 0; r < ROWS; r++) {
        int64_t here = 0;
        for (int i = r * LONG; i < (r + 1) * LONG; i++) {
            ck_assert(symbols()[i] >= 0 && symbols()[i] <= SYMBOLS);
            mask += symbols()[i] == SYMBOLS;
            other += symbols()[i] < SYMBOLS && symbols()[i] != w.y[i];
            here += symbols()[i] != w.y[i];
        }
        ck_assert_int_le(here, HIDDEN);
    }
    /* 2400 places: 1920 ± 5·20 and 0.1·0.9·2400 = 216 ± 5·14 */
    ck_assert_int_lt(llabs(mask - 1920), 100);
    ck_assert_int_lt(llabs(other - 216), 70);
    close_world();
}
END_TEST

/* Right answers everywhere are HIDDEN hits; answers at places that are seen count for nothing. */
START_TEST(only_hidden_labels_count)
{
    open_world(true);
    for (int i = 0; i < ROWS * LONG; i++) w.scores[i * SYMBOLS + w.y[i]] = 3;
    run(ROWS);
    for (int r = 0; r < ROWS; r++) {
        ck_assert(hits()[r] == HIDDEN);
        ck_assert_double_eq_tol((double)losses()[r], log(exp(3) + SYMBOLS - 1) - 3, 1e-5);
    }
    for (int i = 0; i < LONG; i++)
        if (symbols()[i] == SYMBOLS) memset(w.scores + i * SYMBOLS, 0, SYMBOLS * sizeof(float));
    int masks = 0;
    for (int i = 0; i < LONG; i++) masks += symbols()[i] == SYMBOLS && w.y[i] != 0;
    run(1);
    ck_assert(hits()[0] == (float)(HIDDEN - masks));
    close_world();
}
END_TEST

/* A row's places are a function of stream and id, not of its company. */
START_TEST(by_id_alone)
{
    int32_t alone[LONG];
    open_world(true);
    run(ROWS);
    memcpy(alone, symbols() + 5 * LONG, sizeof alone);
    ck_assert_int_ne(memcmp(alone, symbols() + 15 * LONG, sizeof alone), 0); /* the same text, another id */
    w.id[0] = w.id[5];
    memmove(w.in, w.in + 5 * LONG, LONG * sizeof(float));
    run(1);
    ck_assert_mem_eq(symbols(), alone, sizeof alone);
    close_world();
}
END_TEST

Suite *asy_suite_model_targets(void);
Suite *asy_suite_model_targets(void)
{
    Suite *s = suite_create("model_targets");
    TCase *t = tcase_create("all");
    tcase_add_test(t, stored_bytes_come_back);
    tcase_add_test(t, every_label_counts);
    tcase_add_test(t, hidden_places);
    tcase_add_test(t, only_hidden_labels_count);
    tcase_add_test(t, by_id_alone);
    suite_add_tcase(s, t);
    return s;
}
