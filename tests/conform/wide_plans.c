// SPDX-License-Identifier: GPL-3.0-or-later
/* Plans with tokens, matrices of all rows and a large graph: the same bytes from every backend, for any
 * number of threads and any capacity. */
#include <check.h>
#include <string.h>
#include "base/rng.h"
#include "graph/nn.h"
#include "kernels/kernels.h"

enum { ROWS = 150, TOKENS = 6, WORDS = 2200, WIDTH = 16, NODES = 300, EDGES = 2000, N_BIND = 7, N_OUT = 7 };
typedef struct {
    asy_arena *arena;
    asy_graph *g;
    asy_bind in[N_BIND];
    asy_val out[N_OUT];
} model;

static asy_val real(model *m, int i, asy_shape s)
{
    asy_rng r = asy_rng_seed((uint64_t)i);
    int64_t n = asy_shape_count(&s);
    float *x = ASY_NEWN(m->arena, n, float);
    asy_rng_uniform(&r, 0, 0, (size_t)n, -0.5f, 0.5f, x);
    asy_val v = asy_input(m->g, "w", ASY_BATCH, ASY_F32, s);
    m->in[i] = (asy_bind){ v, x, 1 };
    return v;
}

static asy_val integers(model *m, int i, asy_class cls, asy_shape s, int64_t n, uint64_t below)
{
    asy_rng r = asy_rng_seed((uint64_t)i);
    int32_t *x = ASY_NEWN(m->arena, n, int32_t);
    for (int64_t k = 0; k < n; k++) x[k] = (int32_t)asy_rng_below(&r, 0, (uint64_t)k, below);
    asy_val v = asy_input(m->g, "i", cls, ASY_I32, s);
    m->in[i] = (asy_bind){ v, x, 0 };
    return v;
}

/* An embedding above and a weight below the rule of summation; attention; similarities of all pairs of rows;
 * two rounds over a graph. */
static model make_model(void)
{
    model m = { .arena = asy_arena_new(0) };
    asy_graph *g = m.g = asy_graph_new(m.arena, ASY_F32);
    asy_val words = integers(&m, 0, ASY_ROW, ASY_SHAPE(TOKENS), ROWS * TOKENS, WORDS);
    asy_val table = real(&m, 1, ASY_SHAPE(WORDS, WIDTH)), w = real(&m, 2, ASY_SHAPE(WIDTH, WIDTH));
    asy_val start = integers(&m, 3, ASY_BATCH, ASY_SHAPE(NODES + 1), NODES + 1, 1),
            column = integers(&m, 4, ASY_BATCH, ASY_SHAPE(EDGES), EDGES, NODES),
            value = real(&m, 5, ASY_SHAPE(EDGES)), node = real(&m, 6, ASY_SHAPE(NODES, 40));
    int32_t *first = ASY_NEWN(m.arena, NODES + 1, int32_t);
    for (int i = 0; i <= NODES; i++) first[i] = i * EDGES / NODES;
    m.in[3].data = first;
    asy_val x = asy_embedding(g, table, words), h = asy_linear(g, x, w, (asy_val){ 0 });
    h = asy_gelu(g, asy_attention(g, h, x, h, 4, true));
    asy_val rows = asy_batch_all(g, asy_normalize_last(g, asy_sum_lead(g, h, 1)));
    asy_val near = asy_logsumexp(g, asy_gram(g, rows)), top[2];
    asy_sort(g, h, 3, true, top);
    asy_val y = asy_silu(g, asy_spmm(g, start, column, value, node));
    y = asy_sum(g, asy_square(g, asy_spmm(g, start, column, value, y)));
    asy_val loss = asy_add(g, asy_add(g, asy_sum(g, asy_batch_rows(g, near)), asy_mean_all(g, top[0])), y);
    m.out[0] = loss;
    m.out[1] = top[1];
    asy_grad(g, loss, 4, (asy_val[]){ table, w, value, node }, m.out + 2);
    m.out[6] = asy_gram(g, rows);
    return m;
}

static void run(const model *m, const asy_backend *b, asy_pool *pool, int64_t capacity, asy_tensor out[])
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
        out[i].data = asy_alloc(m->arena, 1, asy_tensor_bytes(&t));
        memcpy(out[i].data, t.data, asy_tensor_bytes(&t));
    }
    asy_exec_free(e);
    asy_plan_free(p);
}

START_TEST(backends_threads_capacity)
{
    model m = make_model();
    asy_tensor want[N_OUT], got[N_OUT];
    run(&m, asy_backend_cpu(ASY_ISA_PLAIN), NULL, ROWS, want);
    for (int isa = ASY_ISA_PLAIN; isa <= ASY_ISA_AVX512; isa++)
        for (int threads = 1; threads <= 3; threads++) {
            const asy_backend *b = asy_backend_cpu((asy_isa)isa);
            asy_pool *pool;
            if (!b) continue;
            ck_assert_int_eq(asy_pool_new(&pool, threads), ASY_OK);
            run(&m, b, pool, ROWS + 7 * threads, got);
            for (int i = 0; i < N_OUT; i++)
                ck_assert_msg(memcmp(got[i].data, want[i].data, asy_tensor_bytes(&want[i])) == 0,
                              "%s, %d threads: result %d differs", b->name, threads, i);
            asy_pool_free(pool);
        }
    for (int i = 0; i < N_OUT; i++) {
        bool some = false;
        for (size_t k = 0; k < asy_tensor_bytes(&want[i]); k++) some = some || ((char *)want[i].data)[k] != 0;
        ck_assert_msg(some, "result %d is nothing but zeros", i);
    }
    asy_arena_free(m.arena);
}
END_TEST

Suite *asy_suite_wide_plans(void);
Suite *asy_suite_wide_plans(void)
{
    Suite *s = suite_create("wide_plans");
    TCase *t = tcase_create("same bits");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, backends_threads_capacity);
    suite_add_tcase(s, t);
    return s;
}
