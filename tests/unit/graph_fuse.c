// SPDX-License-Identifier: GPL-3.0-or-later
/* Groups of steps done block by block: which steps go together, what they need, and that the blocks do not
 * get in each other's way. */
#include "graph/impl.h"
#include "graph/nn.h"
#include "kernels/kernels.h"
#include <check.h>
#include <string.h>

enum { ROWS = 32, MOST_IN = 4, MOST_OUT = 3 };
static asy_arena *arena;
static asy_graph *g;
static asy_bind bind[MOST_IN];
static int n_in;

static void setup(void)
{
    arena = asy_arena_new(0);
    g = asy_graph_new(arena, ASY_F32);
    n_in = 0;
}

static void teardown(void) { asy_arena_free(arena); }

static asy_val input(asy_class cls, asy_shape s)
{
    size_t n = (size_t)asy_shape_count(&s) * (cls == ASY_ROW ? ROWS : 1);
    float *x = ASY_NEWN(arena, n, float);
    asy_rng r = asy_rng_seed((uint64_t)n_in);
    asy_rng_uniform(&r, 0, 0, n, -2, 2, x);
    asy_val v = asy_input(g, "in", cls, ASY_F32, s);
    bind[n_in++] = (asy_bind){ v, x, 1 };
    return v;
}

static const asy_backend *backend(void)
{
    const asy_backend *b;
    ck_assert_int_eq(asy_backend_choose(&b), ASY_OK);
    return b;
}

static asy_plan *plan(int n, const asy_val out[], bool plain)
{
    asy_plan *p;
    ck_assert_msg(asy__plan_make(&p, g, n, out, ROWS, backend(), plain) == ASY_OK, "%s", asy_error_text());
    return p;
}

/* Both plans give the same, in two runs, on one thread and on three; gives how many groups there are. */
static int expect_same(int n, const asy_val out[])
{
    asy_plan *p = plan(n, out, false), *q = plan(n, out, true);
    int groups = p->n_fused;
    asy_pool *pool;
    ck_assert_int_eq(asy_pool_new(&pool, 3), ASY_OK);
    for (int threads = 0; threads < 2; threads++) {
        asy_exec *x, *y;
        ck_assert_int_eq(asy_exec_new(&x, p, threads ? pool : NULL), ASY_OK);
        ck_assert_int_eq(asy_exec_new(&y, q, NULL), ASY_OK);
        for (int k = 0; k < 4; k++) {
            if (k == 2) bind[0].version++;
            ck_assert_msg(asy_exec_run(x, ROWS - k / 3, n_in, bind) == ASY_OK, "%s", asy_error_text());
            ck_assert_int_eq(asy_exec_run(y, ROWS - k / 3, n_in, bind), ASY_OK);
            for (int i = 0; i < n; i++) {
                asy_tensor a = asy_exec_out(x, i), b = asy_exec_out(y, i);
                ck_assert_msg(memcmp(a.data, b.data, asy_tensor_bytes(&b)) == 0, "result %d, run %d", i, k);
            }
        }
        asy_exec_free(x);
        asy_exec_free(y);
    }
    asy_pool_free(pool);
    asy_plan_free(p);
    asy_plan_free(q);
    return groups;
}

START_TEST(a_chain_needs_but_blocks)
{
    asy_val x = input(ASY_ROW, ASY_SHAPE(64, 512)), y = asy_gelu(g, asy_silu(g, asy_gelu(g, x)));
    asy_plan *p = plan(1, &y, false), *q = plan(1, &y, true);
    ck_assert_int_eq(p->n_fused, 1);
    ck_assert_int_eq(p->fused[0].end - p->fused[0].first, p->n_step);
    ck_assert_uint_eq(p->section[1].scratch, 0);
    ck_assert_uint_eq(p->block, (size_t)ROWS * 64 * 512 * sizeof(float)); /* the result */
    ck_assert_uint_le(p->tile, 3 * 2048 * sizeof(float));
    ck_assert_uint_ge(q->section[1].scratch, 64 * 512 * sizeof(float));
    ck_assert_uint_lt(asy_plan_bytes(p, 2), asy_plan_bytes(q, 2));
    asy_plan_free(p);
    asy_plan_free(q);
    ck_assert_int_eq(expect_same(1, &y), 1);
}
END_TEST

/* Layer norm: sums along the last axis and what is spread over it again. */
START_TEST(lines_along_the_last_axis)
{
    asy_val x = input(ASY_ROW, ASY_SHAPE(50, 192)), scale = input(ASY_BATCH, ASY_SHAPE(192));
    asy_val d = asy_sub(g, x, asy_expand_last(g, asy_mean_last(g, x), 192));
    asy_val s = asy_sqrt(g, asy_affine(g, asy_mean_last(g, asy_square(g, d)), 1, 1e-5));
    asy_val y = asy_mul(g, asy_div(g, d, asy_expand_last(g, s, 192)), scale);
    asy_plan *p = plan(1, &y, false);
    ck_assert_int_eq(p->n_fused, 1);
    ck_assert_int_eq(p->fused[0].lines, 50);
    ck_assert_int_eq(p->fused[0].block, 2048 / 192);
    ck_assert_int_eq(p->fused[0].end - p->fused[0].first, p->n_step);
    asy_plan_free(p);
    ck_assert_int_eq(expect_same(1, &y), 1);
}
END_TEST

/* A value that each row has of its own, beside longer ones: a line is a row. */
START_TEST(a_value_of_the_row)
{
    asy_val x = input(ASY_ROW, ASY_SHAPE(7, 33)), r = input(ASY_ROW, ASY_SHAPE(33)),
            s = input(ASY_ROW, ASY_SCALAR);
    asy_val y = asy_tanh(g, asy_mul(g, asy_sub(g, x, r), s));
    asy_plan *p = plan(1, &y, false);
    ck_assert_int_eq(p->n_fused, 1);
    ck_assert_int_eq(p->fused[0].lines, 1);
    asy_plan_free(p);
    ck_assert_int_eq(expect_same(1, &y), 1);
}
END_TEST

/* Rows too long for a block beside a value of their own are left as they are. */
START_TEST(a_long_row_is_not_cut)
{
    asy_val x = input(ASY_ROW, ASY_SHAPE(80, 100)), s = input(ASY_ROW, ASY_SCALAR);
    asy_val y = asy_mul(g, asy_mul(g, x, s), s);
    ck_assert_int_eq(expect_same(1, &y), 0);
}
END_TEST

/* The second operand of the sum is whole for every block; the sigmoid, its last user, may not be written over
 * it. */
START_TEST(what_each_block_reads_whole_stays)
{
    asy_val x = asy_batch_sum(g, input(ASY_ROW, ASY_SHAPE(128, 128))), w = asy_sum_lead(g, asy_tanh(g, x), 1);
    asy_val sum = asy_mul(g, x, w), last = asy_sigmoid(g, w), y[] = { asy_neg(g, sum), last };
    ck_assert_int_ge(expect_same(2, y), 1);
}
END_TEST

/* What a group makes is not whole when its first block begins. */
START_TEST(what_a_group_makes_is_not_read_whole)
{
    asy_val w = input(ASY_BATCH, ASY_SHAPE(128)), x = input(ASY_BATCH, ASY_SHAPE(128, 128));
    asy_val small = asy_exp(g, w), large = asy_exp(g, x), y = asy_tanh(g, asy_sub(g, large, small));
    asy_plan *p = plan(1, &y, false);
    ck_assert_int_eq(p->n_fused, 2);
    asy_plan_free(p);
    ck_assert_int_eq(expect_same(1, &y), 2);
}
END_TEST

/* a dies in the middle of the group, before its result is made: they may not share memory, since the next
 * block still wants a. */
START_TEST(values_outside_live_through_all_blocks)
{
    asy_val x = input(ASY_ROW, ASY_SHAPE(64, 200)),
            a = asy_sum_lead(g, asy_reshape(g, x, ASY_SHAPE(200, 64)), 1);
    asy_val d = asy_relu(g, asy_tanh(g, asy_mul(g, x, asy_expand_last(g, a, 200))));
    asy_val y = asy_transpose(g, d, (int[]){ 1, 0 });
    asy_plan *p = plan(1, &y, false);
    ck_assert_int_eq(p->n_fused, 1);
    ck_assert_int_eq(p->fused[0].end - p->fused[0].first, 4);
    asy_plan_free(p);
    ck_assert_int_eq(expect_same(1, &y), 1);
}
END_TEST

START_TEST(rows_as_a_batch_value)
{
    asy_val x = input(ASY_ROW, ASY_SHAPE(300)), all = asy_batch_all(g, asy_tanh(g, x));
    asy_val w = input(ASY_BATCH, ASY_SHAPE(300));
    asy_val y[] = { asy_sum_last(g, asy_gelu(g, asy_mul(g, all, w))), asy_neg(g, x) };
    asy_plan *p = plan(2, y, false);
    bool found = false;
    for (int i = 0; i < p->n_fused; i++)
        found = found || (p->fused[i].rows && p->step[p->fused[i].first].section == 2);
    ck_assert(found);
    asy_plan_free(p);
    ck_assert_int_ge(expect_same(2, y), 1);
}
END_TEST

/* As an optimiser's step on a large weight: in blocks, by all threads, and only when an input changed. */
START_TEST(batch_values_are_cut_for_the_threads)
{
    asy_val w = input(ASY_BATCH, ASY_SHAPE(300, 200)), d = input(ASY_BATCH, ASY_SHAPE(300, 200)),
            m = input(ASY_BATCH, ASY_SHAPE(300, 200)), y[2];
    y[0] = asy_add(g, asy_affine(g, m, 0.9, 0), asy_affine(g, d, 0.1, 0));
    y[1] = asy_sub(
        g, w,
        asy_affine(g, asy_div(g, y[0], asy_affine(g, asy_sqrt(g, asy_square(g, d)), 1, 1e-3)), 0.01, 0));
    asy_plan *p = plan(2, y, false);
    ck_assert_int_eq(p->n_fused, 1);
    ck_assert_uint_eq(p->block, 2 * 60000 * sizeof(float)); /* the results, nothing else */
    asy_plan_free(p);
    ck_assert_int_eq(expect_same(2, y), 1);
}
END_TEST

/* One result depends on the first input, one on the second: kept apart, made together. */
START_TEST(a_group_is_done_again_as_one)
{
    asy_val a = input(ASY_BATCH, ASY_SHAPE(5000)), b = input(ASY_BATCH, ASY_SHAPE(5000)), y[2];
    y[0] = asy_exp(g, asy_tanh(g, a));
    y[1] = asy_log(g, asy_abs(g, asy_sub(g, b, asy_neg(g, asy_square(g, b)))));
    ck_assert_int_eq(expect_same(2, y), 1);
}
END_TEST

Suite *asy_suite_graph_fuse(void);
Suite *asy_suite_graph_fuse(void)
{
    Suite *s = suite_create("graph_fuse");
    TCase *t = tcase_create("groups");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_chain_needs_but_blocks);
    tcase_add_test(t, lines_along_the_last_axis);
    tcase_add_test(t, a_value_of_the_row);
    tcase_add_test(t, a_long_row_is_not_cut);
    tcase_add_test(t, what_each_block_reads_whole_stays);
    tcase_add_test(t, what_a_group_makes_is_not_read_whole);
    tcase_add_test(t, values_outside_live_through_all_blocks);
    tcase_add_test(t, rows_as_a_batch_value);
    tcase_add_test(t, batch_values_are_cut_for_the_threads);
    tcase_add_test(t, a_group_is_done_again_as_one);
    suite_add_tcase(s, t);
    return s;
}
