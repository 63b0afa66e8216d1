// SPDX-License-Identifier: GPL-3.0-or-later
/* Dropout of a scope: what a row keeps is a function of stream, sample id and draw alone. */
#include <check.h>
#include <string.h>
#include "model/scope.h"

enum { ROWS = 40, WIDTH = 50 };
typedef struct {
    asy_arena *arena;
    asy_scope *scope;
    asy_val x, y;
    asy_plan *plan;
    asy_exec *exec;
    float in[ROWS * WIDTH], out[ROWS * WIDTH];
} world;

static void open_world(world *w, asy_mode mode)
{
    w->arena = asy_arena_new(0);
    asy_graph *g = asy_graph_new(w->arena, ASY_F32);
    w->scope = asy_scope_new(w->arena, g, mode);
    w->x = asy_input(g, "x", ASY_ROW, ASY_F32, ASY_SHAPE(WIDTH));
    w->y = asy_scope_dropout(w->scope, "drop", w->x, 0.25);
    ck_assert_int_eq(asy_graph_status(g), ASY_OK);
    ck_assert_int_eq(asy_scope_noise_new(w->scope, ROWS), ASY_OK);
    ck_assert_int_eq(asy_plan_new(&w->plan, g, 1, &w->y, ROWS, NULL), ASY_OK);
    ck_assert_int_eq(asy_exec_new(&w->exec, w->plan, NULL), ASY_OK);
    for (int i = 0; i < ROWS * WIDTH; i++) w->in[i] = 3;
}

static void close_world(world *w)
{
    asy_exec_free(w->exec);
    asy_plan_free(w->plan);
    asy_arena_free(w->arena);
}

static void run(world *w, const char *stream, int64_t rows, const uint64_t *id, int64_t more)
{
    asy_bind in[1 + ASY_SCOPE_NOISE] = { { w->x, w->in, 0 } };
    asy_rng r = asy_rng_part(asy_rng_seed(1), stream);
    int n = 1 + asy_scope_noise_bind(w->scope, &r, rows, id, NULL, more, in + 1);
    ck_assert_msg(asy_exec_run(w->exec, rows, n, in) == ASY_OK, "%s", asy_error_text());
    memcpy(w->out, asy_exec_out(w->exec, 0).data, (size_t)(rows * WIDTH) * sizeof *w->out);
}

START_TEST(evaluation_keeps_all)
{
    world w;
    uint64_t id[1] = { 7 };
    open_world(&w, ASY_EVAL);
    ck_assert(!asy_scope_is_random(w.scope));
    run(&w, "a", 1, id, 0);
    ck_assert_mem_eq(w.out, w.in, sizeof(float[WIDTH]));
    close_world(&w);
}
END_TEST

START_TEST(by_id_alone)
{
    world w;
    static float first[ROWS * WIDTH];
    uint64_t id[ROWS], turned[ROWS];
    int kept = 0;
    open_world(&w, ASY_TRAIN);
    for (int i = 0; i < ROWS; i++) id[i] = (uint64_t)i << 33 | 5, turned[ROWS - 1 - i] = id[i];
    run(&w, "a", ROWS, id, 0);
    memcpy(first, w.out, sizeof first);
    for (int i = 0; i < ROWS * WIDTH; i++) {
        ck_assert(first[i] == 0 || first[i] == 4);
        kept += first[i] != 0;
    }
    /* 2000 draws with probability 3/4: mean 1500, deviation 19.4 */
    ck_assert_int_gt(kept, 1500 - 97);
    ck_assert_int_lt(kept, 1500 + 97);
    run(&w, "a", ROWS, turned, 0);
    for (int i = 0; i < ROWS; i++)
        ck_assert_mem_eq(w.out + i * WIDTH, first + (ROWS - 1 - i) * WIDTH, sizeof(float[WIDTH]));
    run(&w, "a", 1, id + 3, 0);
    ck_assert_mem_eq(w.out, first + 3 * WIDTH, sizeof(float[WIDTH]));
    run(&w, "a", 1, id + 3, 1);
    ck_assert_mem_ne(w.out, first + 3 * WIDTH, sizeof(float[WIDTH]));
    run(&w, "b", 1, id + 3, 0);
    ck_assert_mem_ne(w.out, first + 3 * WIDTH, sizeof(float[WIDTH]));
    close_world(&w);
}
END_TEST

Suite *asy_suite_model_dropout(void);
Suite *asy_suite_model_dropout(void)
{
    Suite *s = suite_create("model_dropout");
    TCase *t = tcase_create("masks");
    tcase_add_test(t, evaluation_keeps_all);
    tcase_add_test(t, by_id_alone);
    suite_add_tcase(s, t);
    return s;
}
