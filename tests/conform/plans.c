// SPDX-License-Identifier: GPL-3.0-or-later
/* Whole plans: the same bytes from every backend, for any number of threads, any capacity, a row alone and
 * among others. */
#include "base/rng.h"
#include "kernels/kernels.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 43, N_BIND = 6, N_OUT = 7 };
typedef struct {
    asy_arena *arena;
    asy_graph *g;
    asy_bind in[N_BIND];
    asy_val out[N_OUT];
} model;

static float *numbers(model *m, uint64_t entity, int64_t n, float size)
{
    asy_rng r = asy_rng_seed(entity);
    float *x = ASY_NEWN(m->arena, n, float);
    asy_rng_uniform(&r, entity, 0, (size_t)n, -size, size, x);
    return x;
}

static asy_val batch(model *m, int i, asy_shape s, float size)
{
    asy_val v = asy_input(m->g, "w", ASY_BATCH, ASY_F32, s);
    m->in[i] = (asy_bind){v, numbers(m, (uint64_t)i, asy_shape_count(&s), size), 1};
    return v;
}

/* Convolution, batch normalisation, pooling, a weight above and one below the rule of summation, a second
 * derivative. */
static model make_model(void)
{
    model m = {.arena = asy_arena_new(0)};
    asy_graph *g = m.g = asy_graph_new(m.arena, ASY_F32);
    asy_conv conv = {.stride = {1, 1}, .pad = {1, 1}};
    asy_window window = {.size = {2, 2}, .stride = {2, 2}};
    asy_val x = asy_input(g, "x", ASY_ROW, ASY_F32, ASY_SHAPE(3, 12, 12)),
            y = asy_input(g, "y", ASY_ROW, ASY_I32, ASY_SCALAR);
    asy_val w1 = batch(&m, 2, ASY_SHAPE(20, 3, 3, 3), 0.3f), b1 = batch(&m, 3, ASY_SHAPE(20), 0.1f);
    asy_val w2 = batch(&m, 4, ASY_SHAPE(50, 720), 0.05f), w3 = batch(&m, 5, ASY_SHAPE(10, 50), 0.2f), pool[2];
    int32_t *label = ASY_NEWN(m.arena, ROWS, int32_t);
    for (int i = 0; i < ROWS; i++) label[i] = i * 3 % 10;
    m.in[0] = (asy_bind){x, numbers(&m, 0, ROWS * 432, 1), 0};
    m.in[1] = (asy_bind){y, label, 0};
    asy_val h = asy_conv2d(g, asy_from_chw(g, x), w1, b1, &conv);
    asy_val mean = asy_div(g, asy_batch_sum(g, asy_sum_lead(g, h, 1)), asy_affine(g, asy_rows(g), 144, 0));
    h = asy_relu(g, asy_sub(g, h, mean));
    asy_max_pool(g, h, &window, pool);
    h = asy_reshape(g, asy_to_chw(g, pool[0]), ASY_SHAPE(720));
    h = asy_tanh(g, asy_linear(g, h, w2, (asy_val){0}));
    asy_val loss = asy_xent(g, asy_linear(g, h, w3, (asy_val){0}), y);
    m.out[0] = loss;
    asy_grad(g, loss, 5, (asy_val[]){x, w1, b1, w2, w3}, m.out + 1);
    m.out[6] = asy_hvp(g, loss, x, m.out[1]);
    return m;
}

static void run(const model *m, const asy_backend *b, asy_pool *pool, int64_t capacity, asy_tensor out[],
                asy_arena *keep)
{
    asy_plan *p;
    asy_exec *e;
    ck_assert_msg(asy_plan_new(&p, m->g, N_OUT, m->out, capacity, b) == ASY_OK, "%s", asy_error_text());
    ck_assert_int_eq(asy_exec_new(&e, p, pool), ASY_OK);
    for (int k = 0; k < 2; k++)
        ck_assert_msg(asy_exec_run(e, ROWS, N_BIND, m->in) == ASY_OK, "%s", asy_error_text());
    for (int i = 0; i < N_OUT; i++) {
        asy_tensor t = asy_exec_out(e, i);
        out[i] = t;
        out[i].data = asy_alloc(keep, 1, asy_tensor_bytes(&t));
        memcpy(out[i].data, t.data, asy_tensor_bytes(&t));
    }
    asy_exec_free(e);
    asy_plan_free(p);
}

static void expect_same(const asy_tensor a[], const asy_tensor b[], const char *what)
{
    for (int i = 0; i < N_OUT; i++)
        ck_assert_msg(memcmp(a[i].data, b[i].data, asy_tensor_bytes(&a[i])) == 0, "result %d: %s", i, what);
}

START_TEST(backends_threads_capacity)
{
    model m = make_model();
    asy_tensor want[N_OUT], got[N_OUT];
    run(&m, asy_backend_cpu(ASY_ISA_PLAIN), NULL, ROWS, want, m.arena);
    for (int isa = ASY_ISA_PLAIN; isa <= ASY_ISA_AVX512; isa++)
        for (int threads = 1; threads <= 3; threads++) {
            const asy_backend *b = asy_backend_cpu((asy_isa)isa);
            asy_pool *pool;
            if (!b) continue;
            ck_assert_int_eq(asy_pool_new(&pool, threads), ASY_OK);
            run(&m, b, pool, ROWS + 7 * threads, got, m.arena);
            expect_same(got, want, b->name);
            asy_pool_free(pool);
        }
    asy_arena_free(m.arena);
}
END_TEST

/* Without batch statistics a row's loss and input gradient do not know its neighbours. */
START_TEST(rows_know_no_neighbours)
{
    asy_arena *a = asy_arena_new(0);
    asy_graph *g = asy_graph_new(a, ASY_F32);
    asy_val x = asy_input(g, "x", ASY_ROW, ASY_F32, ASY_SHAPE(70)),
            y = asy_input(g, "y", ASY_ROW, ASY_I32, ASY_SCALAR);
    asy_val w = asy_input(g, "w", ASY_BATCH, ASY_F32, ASY_SHAPE(9, 70)), out[2];
    asy_rng r = asy_rng_seed(9);
    float xs[ROWS * 70], ws[9 * 70], all[ROWS * 70], loss[ROWS];
    int32_t label[ROWS];
    const asy_backend *b;
    asy_plan *p;
    asy_exec *e;
    asy_rng_uniform(&r, 0, 0, ROWS * 70, -1, 1, xs);
    asy_rng_uniform(&r, 1, 0, 9 * 70, -1, 1, ws);
    for (int i = 0; i < ROWS; i++) label[i] = i % 9;
    out[0] = asy_xent(g, asy_linear(g, x, w, (asy_val){0}), y);
    asy_grad(g, out[0], 1, &x, &out[1]);
    ck_assert_int_eq(asy_backend_choose(&b), ASY_OK);
    ck_assert_int_eq(asy_plan_new(&p, g, 2, out, ROWS, b), ASY_OK);
    ck_assert_int_eq(asy_exec_new(&e, p, NULL), ASY_OK);
    ck_assert_int_eq(asy_exec_run(e, ROWS, 3, (asy_bind[]){{x, xs, 0}, {y, label, 0}, {w, ws, 1}}), ASY_OK);
    memcpy(loss, asy_exec_out(e, 0).data, sizeof loss);
    memcpy(all, asy_exec_out(e, 1).data, sizeof all);
    for (int i = 0; i < ROWS; i++) {
        int n = 1 + i % 3 < ROWS - i ? 1 + i % 3 : 1;
        ck_assert_int_eq(
            asy_exec_run(e, n, 3, (asy_bind[]){{x, xs + 70 * i, 0}, {y, label + i, 0}, {w, ws, 1}}), ASY_OK);
        ck_assert_mem_eq(asy_exec_out(e, 0).data, loss + i, (size_t)n * sizeof *loss);
        ck_assert_mem_eq(asy_exec_out(e, 1).data, all + 70 * i, (size_t)n * 70 * sizeof *all);
    }
    asy_exec_free(e);
    asy_plan_free(p);
    asy_arena_free(a);
}
END_TEST

Suite *asy_suite_plans(void);
Suite *asy_suite_plans(void)
{
    Suite *s = suite_create("plans");
    TCase *t = tcase_create("same bits");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, backends_threads_capacity);
    tcase_add_test(t, rows_know_no_neighbours);
    suite_add_tcase(s, t);
    return s;
}
