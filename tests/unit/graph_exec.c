// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/rng.h"
#include "graph/plan.h"
#include <check.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static asy_arena *arena;
static asy_graph *g;
static atomic_int n_calls, n_packs;

static void setup(void)
{
    arena = asy_arena_new(0);
    g = asy_graph_new(arena, ASY_F32);
    atomic_store(&n_calls, 0);
    atomic_store(&n_packs, 0);
}

static void teardown(void)
{
    (void)asy_arena_fail_at(0);
    asy_arena_free(arena);
}

static asy_val row(const char *name, int64_t n) { return asy_input(g, name, ASY_ROW, ASY_F32, ASY_SHAPE(n)); }
static asy_val batch(const char *name, int64_t n, int64_t k)
{
    return asy_input(g, name, ASY_BATCH, ASY_F32, ASY_SHAPE(n, k));
}

static float *numbers(uint64_t entity, int64_t n)
{
    asy_rng r = asy_rng_seed(entity);
    float *x = ASY_NEWN(arena, n, float);
    asy_rng_uniform(&r, entity, 0, (size_t)n, -1, 1, x);
    return x;
}

typedef struct { asy_plan *plan; asy_exec *exec; } runner;

static runner make(int n, const asy_val outs[], int64_t rows, const asy_backend *b, asy_pool *pool)
{
    runner r = {NULL, NULL};
    ck_assert_msg(asy_plan_new(&r.plan, g, n, outs, rows, b) == ASY_OK, "%s", asy_error_text());
    ck_assert_int_eq(asy_exec_new(&r.exec, r.plan, pool), ASY_OK);
    return r;
}

static void run(runner *r, int64_t rows, int n, const asy_bind in[])
{
    ck_assert_msg(asy_exec_run(r->exec, rows, n, in) == ASY_OK, "%s", asy_error_text());
}

static void drop(runner *r)
{
    asy_exec_free(r->exec);
    asy_plan_free(r->plan);
}

/* ---- a model with everything: products, mean and deviation over the rows, small and large weight gradients
 */
enum { IN = 37, HID = 24, ROWS = 61, N_BIND = 5, N_OUT = 5 };
typedef struct { asy_bind in[N_BIND]; asy_val out[N_OUT]; } model;

static model make_model(void)
{
    asy_val x = row("x", IN), y = asy_input(g, "y", ASY_ROW, ASY_I32, ASY_SCALAR);
    asy_val w1 = batch("w1", HID, IN), w2 = batch("w2", 1400, HID), w3 = batch("w3", 10, 1400),
            n = asy_rows(g), none = {0};
    asy_val h = asy_linear(g, x, w1, none);
    asy_val d = asy_sub(g, h, asy_div(g, asy_batch_sum(g, h), n));
    asy_val var = asy_div(g, asy_batch_sum(g, asy_mul(g, d, d)), n);
    asy_val z = asy_relu(g, asy_div(g, d, asy_sqrt(g, asy_affine(g, var, 1, 0.01))));
    asy_val loss = asy_xent(g, asy_linear(g, asy_relu(g, asy_linear(g, z, w2, none)), w3, none), y), grad[4];
    asy_grad(g, loss, 4, (asy_val[]){x, w1, w2, w3}, grad);
    int32_t *label = ASY_NEWN(arena, ROWS, int32_t);
    for (int i = 0; i < ROWS; i++) label[i] = i * 7 % 10;
    return (model){{{x, numbers(1, ROWS * IN), 0},
                    {y, label, 0},
                    {w1, numbers(2, HID * IN), 0},
                    {w2, numbers(3, 1400 * HID), 0},
                    {w3, numbers(4, 14000), 0}},
                   {loss, grad[0], grad[1], grad[2], grad[3]}};
}

static void keep(const runner *r, asy_tensor out[])
{
    for (int i = 0; i < N_OUT; i++) {
        asy_tensor t = asy_exec_out(r->exec, i);
        out[i] = t;
        out[i].data = asy_alloc(arena, 1, asy_tensor_bytes(&t));
        memcpy(out[i].data, t.data, asy_tensor_bytes(&t));
    }
}

static void expect_same(const runner *r, const asy_tensor want[])
{
    for (int i = 0; i < N_OUT; i++) {
        asy_tensor t = asy_exec_out(r->exec, i);
        ck_assert(asy_shape_equal(&t.s, &want[i].s));
        ck_assert_msg(memcmp(t.data, want[i].data, asy_tensor_bytes(&t)) == 0, "result %d", i);
    }
}

START_TEST(threads_and_capacity_change_no_bit)
{
    model m = make_model();
    asy_tensor want[N_OUT];
    runner one = make(N_OUT, m.out, ROWS, NULL, NULL);
    run(&one, ROWS, N_BIND, m.in);
    keep(&one, want);
    drop(&one);
    for (int threads = 1; threads <= 3; threads++) {
        static const int64_t CAPACITY[] = {ROWS, ROWS + 1, 64, 200};
        asy_pool *pool;
        ck_assert_int_eq(asy_pool_new(&pool, threads), ASY_OK);
        for (int c = 0; c < 4; c++) {
            runner r = make(N_OUT, m.out, CAPACITY[c], NULL, pool);
            run(&r, ROWS, N_BIND, m.in);
            expect_same(&r, want);
            run(&r, 5, N_BIND, m.in);
            run(&r, ROWS, N_BIND, m.in);
            expect_same(&r, want);
            drop(&r);
        }
        asy_pool_free(pool);
    }
}
END_TEST

/* A large value that lives beside makes the chunk smaller: 32 … 1 rows. */
START_TEST(chunks_change_no_bit)
{
    static const int64_t WIDE[] = {1, 16000, 30000, 60000, 120000, 300000};
    enum { N = 21 };
    asy_val x = row("x", 5), w = row("w", 1), s = asy_batch_sum(g, asy_exp(g, x)),
            dw = asy_linear_w(g, asy_tanh(g, x), x);
    asy_bind in[] = {{x, numbers(1, 5 * N), 0}, {w, numbers(2, N), 0}};
    float want[2][25];
    int64_t last = 64;
    for (int i = 0; i < 6; i++) {
        asy_val big = asy_reshape(g, asy_expand_last(g, w, WIDE[i]), ASY_SHAPE(WIDE[i]));
        asy_val out[] = {s, dw, asy_sum(g, asy_exp(g, big))};
        runner r = make(3, out, N, NULL, NULL);
        ck_assert_int_lt(asy_plan_chunk(r.plan, 1), last);
        last = asy_plan_chunk(r.plan, 1);
        run(&r, N, 2, in);
        if (i == 0)
            memcpy(want[0], asy_exec_out(r.exec, 0).data, 5 * sizeof(float)),
                memcpy(want[1], asy_exec_out(r.exec, 1).data, 25 * sizeof(float));
        ck_assert_mem_eq(want[0], asy_exec_out(r.exec, 0).data, 5 * sizeof(float));
        ck_assert_mem_eq(want[1], asy_exec_out(r.exec, 1).data, 25 * sizeof(float));
        drop(&r);
    }
    ck_assert_int_eq(last, 1);
}
END_TEST

START_TEST(a_mean_over_the_rows_and_back)
{
    asy_val x = row("x", 2), y = asy_sub(g, x, asy_div(g, asy_batch_sum(g, x), asy_rows(g)));
    const float v[] = {1, 10, 3, 20, 8, 60};
    runner r = make(1, &y, 4, NULL, NULL);
    run(&r, 3, 1, &(asy_bind){x, v, 0});
    const float want[] = {-3, -20, -1, -10, 4, 30};
    ck_assert_mem_eq(asy_exec_out(r.exec, 0).data, want, sizeof want);
    run(&r, 1, 1, &(asy_bind){x, v, 0});
    ck_assert_float_eq(((float *)asy_exec_out(r.exec, 0).data)[1], 0);
    drop(&r);
}
END_TEST

START_TEST(all_rows_as_one_value_and_back)
{
    asy_val x = row("x", 2), all = asy_batch_all(g, x), y = asy_batch_rows(g, asy_neg(g, all)),
            z = asy_batch_sum(g, asy_exp(g, y));
    asy_val out[] = {all, y, z};
    const float v[] = {1, 2, 3, 4, 5, 6}, want[] = {-1, -2, -3, -4, -5, -6};
    runner r = make(3, out, 5, NULL, NULL);
    run(&r, 3, 1, &(asy_bind){x, v, 0});
    asy_tensor a = asy_exec_out(r.exec, 0), b = asy_exec_out(r.exec, 1);
    ck_assert_int_eq(a.s.d[0], 3);
    ck_assert_mem_eq(a.data, v, sizeof v);
    ck_assert_mem_eq(b.data, want, sizeof want);
    drop(&r);
}
END_TEST

START_TEST(no_rows)
{
    asy_val x = row("x", 3), d = row("d", 200), big = row("big", 200);
    asy_val out[] = {asy_batch_sum(g, x), asy_linear_w(g, x, x), asy_linear_w(g, d, big),
                     asy_neg(g, x),       asy_rows(g),           asy_batch_all(g, x)};
    asy_bind in[] = {{x, numbers(1, 9), 0}, {d, numbers(2, 600), 0}, {big, numbers(3, 600), 0}};
    runner r = make(6, out, 3, NULL, NULL);
    run(&r, 3, 3, in);
    ck_assert_float_ne(((float *)asy_exec_out(r.exec, 2).data)[7], 0);
    run(&r, 0, 3, in);
    static const float zero[40000];
    for (int i = 0; i < 3; i++) {
        asy_tensor t = asy_exec_out(r.exec, i);
        ck_assert_mem_eq(t.data, zero, asy_tensor_bytes(&t));
    }
    ck_assert_int_eq(asy_exec_out(r.exec, 3).s.d[0], 0);
    ck_assert_float_eq(*(float *)asy_exec_out(r.exec, 4).data, 0);
    ck_assert_int_eq(asy_exec_out(r.exec, 5).s.d[0], 0);
    drop(&r);
}
END_TEST

/* ---- versions: a backend that counts */
static void count_neg(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    atomic_fetch_add(&n_calls, 1);
    for (int64_t i = 0; i < asy_shape_count(&in[0].s); i++)
        ((float *)out[0].data)[i] = -((const float *)in[0].data)[i];
}

/* y = W x from Wᵀ */
static void packed_linear(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    int64_t rows = w->rows, k = n->in_type[0].shape.d[0], m = n->out_type[0].shape.d[0];
    for (int64_t r = 0; r < rows; r++)
        for (int64_t i = 0; i < m; i++) {
            float acc = 0;
            for (int64_t j = 0; j < k; j++)
                acc =
                    fmaf(((const float *)in[1].data)[j * m + i], ((const float *)in[0].data)[r * k + j], acc);
            ((float *)out[0].data)[r * m + i] = acc;
        }
}

static size_t packed_bytes(const asy_node *n)
{
    return (size_t)asy_shape_count(&n->in_type[1].shape) * sizeof(float);
}

static void pack(const asy_node *n, const asy_tensor *t, void *packed)
{
    int64_t m = n->in_type[1].shape.d[0], k = n->in_type[1].shape.d[1];
    atomic_fetch_add(&n_packs, 1);
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < k; j++) ((float *)packed)[j * m + i] = ((const float *)t->data)[i * k + j];
}

static const asy_kernel_entry counting[] = {
    {.op = "neg", .fn = count_neg, .pack_arg = -1},
    {.op = "linear", .fn = packed_linear, .pack_arg = 1, .packed_bytes = packed_bytes, .pack = pack},
    {.op = NULL},
};
static const asy_backend counter = {.name = "counter", .kernels = counting};

START_TEST(what_has_not_changed_is_not_done_again)
{
    asy_val x = row("x", 2), v = batch("v", 2, 2), w = batch("w", 2, 2), none = {0};
    asy_val w2 = asy_neg(g, asy_transpose(g, asy_neg(g, w), (int[]){1, 0})), h = asy_linear(g, asy_linear(g, x, v, none), w2, none);
    asy_val y = asy_linear(g, asy_linear(g, h, w2, none), asy_mul(g, w2, v), none);
    const float xs[] = {1, 2}, one[] = {1, 0, 0, 1}, two[] = {2, 0, 0, 2};
    runner r = make(1, &y, 1, &counter, NULL);
    asy_bind in[] = {{x, xs, 0}, {v, one, 1}, {w, one, 1}};
    run(&r, 1, 3, in);      /* w2 is used twice: one packing */
    ck_assert_int_eq(atomic_load(&n_packs), 3);
    ck_assert_int_eq(atomic_load(&n_calls), 2);
    run(&r, 1, 3, in);
    ck_assert_int_eq(atomic_load(&n_packs), 3);
    ck_assert_int_eq(atomic_load(&n_calls), 2);
    ck_assert_float_eq(((float *)asy_exec_out(r.exec, 0).data)[1], 2);
    in[1] = (asy_bind){v, two, 2};      /* v: packed anew, and the product; w2 is kept */
    run(&r, 1, 3, in);
    ck_assert_int_eq(atomic_load(&n_packs), 5);
    ck_assert_int_eq(atomic_load(&n_calls), 2);
    ck_assert_float_eq(((float *)asy_exec_out(r.exec, 0).data)[1], 8);
    in[2].version = 0;                  /* may have changed */
    run(&r, 1, 3, in);
    ck_assert_int_eq(atomic_load(&n_packs), 7);
    ck_assert_int_eq(atomic_load(&n_calls), 4);
    run(&r, 1, 3, in);
    ck_assert_int_eq(atomic_load(&n_packs), 9);
    drop(&r);
}
END_TEST

START_TEST(another_address_is_a_change_and_a_failed_run_forgets)
{
    asy_val w = batch("w", 2, 2), y = asy_neg(g, w);
    const float one[] = {1, 1, 1, 1}, two[] = {2, 2, 2, 2};
    runner r = make(1, &y, 1, &counter, NULL);
    run(&r, 1, 1, &(asy_bind){w, one, 5});
    run(&r, 1, 1, &(asy_bind){w, two, 5});
    ck_assert_int_eq(atomic_load(&n_calls), 2);
    ck_assert_float_eq(*(float *)asy_exec_out(r.exec, 0).data, -2);
    run(&r, 0, 1, &(asy_bind){w, two, 5});
    ck_assert_int_eq(atomic_load(&n_calls), 2);
    ck_assert_int_eq(asy_exec_run(r.exec, 1, 2, (asy_bind[]){{w, one, 6}, {w, one, 6}}), ASY_EINVAL);
    run(&r, 1, 1, &(asy_bind){w, one, 6});
    ck_assert_float_eq(*(float *)asy_exec_out(r.exec, 0).data, -1);
    drop(&r);
}
END_TEST

START_TEST(the_number_of_rows_is_an_input_too)
{
    asy_val x = row("x", 1), n = asy_affine(g, asy_rows(g), 10, 0), out[] = {n, asy_mul(g, x, n)};
    const float v[] = {1, 2, 3};
    runner r = make(2, out, 3, NULL, NULL);
    for (int rows = 3; rows > 0; rows--) {
        run(&r, rows, 1, &(asy_bind){x, v, 1});
        ck_assert_float_eq(*(float *)asy_exec_out(r.exec, 0).data, (float)(10 * rows));
        ck_assert_float_eq(*(float *)asy_exec_out(r.exec, 1).data, (float)(10 * rows));
    }
    drop(&r);
}
END_TEST

/* ---- binding */
START_TEST(bad_binds)
{
    asy_val x = row("image", 1), y = row("other", 1), z = asy_add(g, x, y);
    const float v[] = {1, 2, 3};
    runner r = make(1, &z, 2, NULL, NULL);
    ck_assert_int_eq(asy_exec_run(r.exec, 1, 1, &(asy_bind){y, v, 0}), ASY_EINVAL);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "image"));
    ck_assert_int_eq(asy_exec_run(r.exec, 1, 2, (asy_bind[]){{x, NULL, 0}, {y, v, 0}}), ASY_EINVAL);
    ck_assert_int_eq(asy_exec_run(r.exec, 3, 2, (asy_bind[]){{x, v, 0}, {y, v, 0}}), ASY_EINVAL);
    ck_assert_int_eq(asy_exec_run(r.exec, -1, 2, (asy_bind[]){{x, v, 0}, {y, v, 0}}), ASY_EINVAL);
    run(&r, 2, 4, (asy_bind[]){{x, v, 0}, {y, v, 0}, {z, v, 0}, {{12345}, v, 0}}); /* what is no input of the
                                                                                      plan is passed over */
    ck_assert_float_eq(((float *)asy_exec_out(r.exec, 0).data)[1], 4);
    drop(&r);
}
END_TEST

START_TEST(results_are_the_execs_own_memory)
{
    asy_val x = row("x", 2),
            out[] = {x, asy_fill(g, ASY_ROW, ASY_SHAPE(2), 7), asy_reshape(g, x, ASY_SHAPE(2, 1)),
                     asy_fill(g, ASY_BATCH, ASY_SCALAR, 3)};
    float v[] = {1, 2, 3, 4};
    runner r = make(4, out, 2, NULL, NULL);
    for (int k = 0; k < 2; k++) {
        run(&r, 2, 1, &(asy_bind){x, v, 0});
        for (int i = 0; i < 4; i++) {
            asy_tensor t = asy_exec_out(r.exec, i);
            ck_assert_ptr_ne(t.data, v);
            float want = i == 0 || i == 2 ? 1 : i == 1 ? 7 : 3;
            ck_assert_float_eq(*(float *)t.data, want);
            *(float *)t.data = 99;
        }
    }
    ck_assert_float_eq(v[0], 1);
    drop(&r);
}
END_TEST

START_TEST(a_run_allocates_nothing)
{
    model m = make_model();
    asy_pool *pool;
    ck_assert_int_eq(asy_pool_new(&pool, 2), ASY_OK);
    runner r = make(N_OUT, m.out, ROWS, NULL, pool);
    (void)asy_arena_fail_at(0);
    for (int k = 0; k < 3; k++) run(&r, ROWS - k, N_BIND, m.in);
    ck_assert_int_eq(asy_arena_fail_at(0), 0);
    drop(&r);
    asy_pool_free(pool);
}
END_TEST

typedef struct { asy_exec *exec[6]; const model *m; } many;

static asy_status run_one(void *ctx, int64_t task, int thread)
{
    const many *a = ctx;
    (void)thread;
    return asy_exec_run(a->exec[task], ROWS, N_BIND, a->m->in);
}

/* Small trainings spread as whole tasks: execs of one plan side by side, their own pool smaller than the one
 * that they run in. */
START_TEST(execs_inside_tasks)
{
    model m = make_model();
    many a = {.m = &m};
    asy_tensor want[N_OUT];
    asy_pool *outer, *inner;
    ck_assert_int_eq(asy_pool_new(&outer, 3), ASY_OK);
    ck_assert_int_eq(asy_pool_new(&inner, 2), ASY_OK);
    runner r = make(N_OUT, m.out, ROWS, NULL, NULL);
    run(&r, ROWS, N_BIND, m.in);
    keep(&r, want);
    for (int i = 0; i < 6; i++)
        ck_assert_int_eq(asy_exec_new(&a.exec[i], r.plan,
                                      i % 3 == 0   ? NULL
                                      : i % 3 == 1 ? inner
                                                   : outer),
                         ASY_OK);
    ck_assert_int_eq(asy_pool_run(outer, 6, run_one, &a), ASY_OK);
    for (int i = 0; i < 6; i++) {
        expect_same(&(runner){r.plan, a.exec[i]}, want);
        asy_exec_free(a.exec[i]);
    }
    drop(&r);
    asy_pool_free(outer);
    asy_pool_free(inner);
}
END_TEST

/* ---- looking inside */
START_TEST(the_node_that_made_a_nan_is_named)
{
    asy_val x = row("x", 2), l = asy_val_name(g, asy_log(g, asy_neg(g, x)), "bad/log"),
            y = asy_sum(g, asy_exp(g, l));
    const float fine[] = {-1, -2, -3, -4}, bad[] = {-1, -2, -3, 4}, nan[] = {-1, NAN, -3, -4};
    runner r = make(1, &y, 2, NULL, NULL);
    run(&r, 2, 1, &(asy_bind){x, bad, 0});
    asy_exec_check(r.exec, true);
    run(&r, 2, 1, &(asy_bind){x, fine, 0});
    ck_assert_int_eq(asy_exec_run(r.exec, 2, 1, &(asy_bind){x, bad, 0}), ASY_EFINITE);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "log bad/log"));
    ck_assert_int_eq(asy_exec_run(r.exec, 2, 1, &(asy_bind){x, nan, 0}), ASY_EFINITE);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "input 'x'"));
    run(&r, 1, 1, &(asy_bind){x, bad, 0});
    asy_exec_check(r.exec, false);
    run(&r, 2, 1, &(asy_bind){x, bad, 0});
    drop(&r);
}
END_TEST

START_TEST(a_trace_shows_every_value)
{
    asy_val x = row("x", 2), y = asy_sum(g, asy_val_name(g, asy_neg(g, x), "middle"));
    const float v[] = {1, 2, 3, 4};
    asy_buf b;
    asy_buf_init(&b, 1 << 16);
    runner r = make(1, &y, 2, NULL, NULL);
    asy_exec_trace(r.exec, &b);
    run(&r, 2, 1, &(asy_bind){x, v, 0});
    ck_assert_ptr_nonnull(strstr(asy_buf_text(&b), "neg middle row [2,2] min -4 max -1 mean -2.5\n"));
    ck_assert_ptr_nonnull(strstr(asy_buf_text(&b), "sum - row [2] min -7 max -3 mean -5\n"));
    asy_buf_reset(&b);
    run(&r, 0, 1, &(asy_bind){x, v, 0});
    ck_assert_ptr_nonnull(strstr(asy_buf_text(&b), "empty"));
    asy_exec_trace(r.exec, NULL);
    asy_buf_reset(&b);
    run(&r, 2, 1, &(asy_bind){x, v, 0});
    ck_assert_uint_eq(b.n, 0);
    drop(&r);
    asy_buf_free(&b);
}
END_TEST

START_TEST(the_graph_may_grow_after_planning)
{
    asy_val x = row("x", 2), y = asy_neg(g, x);
    const float v[] = {1, 2};
    runner r = make(1, &y, 1, NULL, NULL);
    for (int i = 0; i < 500; i++) (void)asy_affine(g, x, i, 0);
    asy_val late = row("late", 2);
    run(&r, 1, 2, (asy_bind[]){{x, v, 0}, {late, v, 0}});
    ck_assert_float_eq(*(float *)asy_exec_out(r.exec, 0).data, -1);
    drop(&r);
}
END_TEST

Suite *asy_suite_graph_exec(void);
Suite *asy_suite_graph_exec(void)
{
    Suite *s = suite_create("graph_exec");
    TCase *t = tcase_create("exec");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, threads_and_capacity_change_no_bit);
    tcase_add_test(t, chunks_change_no_bit);
    tcase_add_test(t, a_mean_over_the_rows_and_back);
    tcase_add_test(t, all_rows_as_one_value_and_back);
    tcase_add_test(t, no_rows);
    tcase_add_test(t, what_has_not_changed_is_not_done_again);
    tcase_add_test(t, another_address_is_a_change_and_a_failed_run_forgets);
    tcase_add_test(t, the_number_of_rows_is_an_input_too);
    tcase_add_test(t, bad_binds);
    tcase_add_test(t, results_are_the_execs_own_memory);
    tcase_add_test(t, a_run_allocates_nothing);
    tcase_add_test(t, execs_inside_tasks);
    tcase_add_test(t, the_node_that_made_a_nan_is_named);
    tcase_add_test(t, a_trace_shows_every_value);
    tcase_add_test(t, the_graph_may_grow_after_planning);
    suite_add_tcase(s, t);
    return s;
}
