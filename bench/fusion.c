// SPDX-License-Identifier: GPL-3.0-or-later
/* Element-wise work with and without fusion, in one run: the plan as users get it beside the plan that keeps
 * every node and runs each over all rows of a chunk. Medians, the two taking turns. argv[1]: threads (1). */
#include "base/rng.h"
#include "base/sys.h"
#include "graph/impl.h"
#include "graph/nn.h"
#include "kernels/kernels.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 128, REPEATS = 21, MOST_IN = 5, MOST_OUT = 4 };
typedef struct {
    asy_arena *arena;
    asy_graph *g;
    asy_bind in[MOST_IN];
    asy_val out[MOST_OUT];
    int n_in, n_out;
} work;

static asy_val input(work *w, asy_class cls, asy_shape s)
{
    size_t n = (size_t)asy_shape_count(&s) * (cls == ASY_ROW ? ROWS : 1);
    float *x = ASY_NEWN(w->arena, n, float);
    asy_rng r = asy_rng_seed((uint64_t)w->n_in);
    asy_val v = asy_input(w->g, "in", cls, ASY_F32, s);
    if (x != NULL) asy_rng_uniform(&r, 0, 0, n, -1, 1, x);
    w->in[w->n_in++] = (asy_bind){ v, x, 0 };
    return v;
}

static void derive(work *w, asy_val y, int n, const asy_val by[])
{
    asy_grad(w->g, asy_sum(w->g, asy_square(w->g, y)), n, by, w->out + w->n_out);
    w->n_out += n;
}

static void gelu(work *w) { w->out[w->n_out++] = asy_gelu(w->g, input(w, ASY_ROW, ASY_SHAPE(64, 256))); }

static void gelu_grad(work *w)
{
    asy_val x = input(w, ASY_ROW, ASY_SHAPE(64, 256));
    derive(w, asy_gelu(w->g, x), 1, &x);
}

static void clipping(work *w) /* cheap operators: memory is what counts */
{
    asy_graph *g = w->g;
    asy_val x = input(w, ASY_ROW, ASY_SHAPE(64, 256)), d = input(w, ASY_ROW, ASY_SHAPE(64, 256)),
            o = input(w, ASY_ROW, ASY_SHAPE(64, 256));
    asy_val z = asy_sub(g, asy_add(g, x, asy_affine(g, asy_sign(g, d), 0.01, 0)), o);
    w->out[w->n_out++] = asy_clamp(g, asy_add(g, o, asy_clamp(g, z, -0.1, 0.1)), 0, 1);
}

static asy_val normal(work *w, asy_val x, asy_val scale, asy_val shift)
{
    asy_graph *g = w->g;
    asy_val d = asy_sub(g, x, asy_expand_last(g, asy_mean_last(g, x), 256));
    asy_val s = asy_sqrt(g, asy_affine(g, asy_mean_last(g, asy_square(g, d)), 1, 1e-5));
    return asy_add(g, asy_mul(g, asy_div(g, d, asy_expand_last(g, s, 256)), scale), shift);
}

static void layer_norm(work *w)
{
    asy_val x = input(w, ASY_ROW, ASY_SHAPE(64, 256)), a = input(w, ASY_BATCH, ASY_SHAPE(256)),
            b = input(w, ASY_BATCH, ASY_SHAPE(256));
    w->out[w->n_out++] = normal(w, x, a, b);
}

static void layer_norm_grad(work *w)
{
    asy_val v[3] = { input(w, ASY_ROW, ASY_SHAPE(64, 256)), input(w, ASY_BATCH, ASY_SHAPE(256)),
                     input(w, ASY_BATCH, ASY_SHAPE(256)) };
    derive(w, normal(w, v[0], v[1], v[2]), 3, v);
}

static void adam(work *w)
{
    asy_graph *g = w->g;
    asy_shape s = ASY_SHAPE(1024, 1024);
    asy_val x = input(w, ASY_BATCH, s), d = input(w, ASY_BATCH, s), m = input(w, ASY_BATCH, s),
            v = input(w, ASY_BATCH, s);
    m = asy_add(g, asy_affine(g, m, 0.9, 0), asy_affine(g, d, 0.1, 0));
    v = asy_add(g, asy_affine(g, asy_abs(g, v), 0.999, 0), asy_affine(g, asy_square(g, d), 0.001, 0));
    asy_val step =
        asy_div(g, asy_affine(g, m, 10, 0), asy_affine(g, asy_sqrt(g, asy_affine(g, v, 1000, 0)), 1, 1e-8));
    w->out[w->n_out++] = asy_sub(g, x, asy_affine(g, step, 1e-3, 0));
    w->out[w->n_out++] = m;
    w->out[w->n_out++] = v;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static asy_status measure(const char *name, void (*make)(work *), asy_pool *pool)
{
    work w = { .arena = asy_arena_new(0) };
    const asy_backend *b;
    asy_plan *plan[2] = { NULL };
    asy_exec *exec[2] = { NULL };
    double t[2][REPEATS];
    int threads = asy_pool_threads(pool), steps[2];
    w.g = asy_graph_new(w.arena, ASY_F32);
    make(&w);
    ASY_TRY(asy_graph_status(w.g));
    ASY_TRY(asy_backend_choose(&b));
    for (int i = 0; i < 2; i++) {
        ASY_TRY(asy__plan_make(&plan[i], w.g, w.n_out, w.out, ROWS, b, i == 0));
        ASY_TRY(asy_exec_new(&exec[i], plan[i], pool));
        ASY_TRY(asy_exec_run(exec[i], ROWS, w.n_in, w.in));
        steps[i] = plan[i]->n_step;
        for (int k = 0; k < plan[i]->n_fused; k++)
            steps[i] -= plan[i]->fused[k].end - plan[i]->fused[k].first - 1;
    }
    for (int k = 0; k < REPEATS; k++)
        for (int i = 0; i < 2; i++) {
            double start = asy_now();
            for (int r = 0; r < 5; r++) ASY_TRY(asy_exec_run(exec[i], ROWS, w.n_in, w.in));
            t[i][k] = (asy_now() - start) / 5;
        }
    for (int i = 0; i < 2; i++) qsort(t[i], REPEATS, sizeof **t, ascending);
    printf("%-22s alone %3d steps %8.2f MiB %8.3f ms   fused %3d steps %8.2f MiB %8.3f ms   time %.2f, "
           "memory %.2f\n",
           name, steps[0], (double)asy_plan_bytes(plan[0], threads) / 1048576, 1e3 * t[0][REPEATS / 2],
           steps[1], (double)asy_plan_bytes(plan[1], threads) / 1048576, 1e3 * t[1][REPEATS / 2],
           t[1][REPEATS / 2] / t[0][REPEATS / 2],
           (double)asy_plan_bytes(plan[1], threads) / (double)asy_plan_bytes(plan[0], threads));
    for (int i = 0; i < 2; i++) {
        asy_exec_free(exec[i]);
        asy_plan_free(plan[i]);
    }
    asy_arena_free(w.arena);
    return ASY_OK;
}

static asy_status all(int threads)
{
    asy_pool *pool;
    ASY_TRY(asy_pool_new(&pool, threads));
    ASY_TRY(measure("gelu", gelu, pool));
    ASY_TRY(measure("gelu, derivative", gelu_grad, pool));
    ASY_TRY(measure("sign, add, clamp", clipping, pool));
    ASY_TRY(measure("layer norm", layer_norm, pool));
    ASY_TRY(measure("layer norm, derivative", layer_norm_grad, pool));
    ASY_TRY(measure("adam, 1024 x 1024", adam, pool));
    asy_pool_free(pool);
    return ASY_OK;
}

int main(int argc, char **argv)
{
    if (all(argc > 1 ? atoi(argv[1]) : 1) == ASY_OK) return 0;
    fprintf(stderr, "%s\n", asy_error_text());
    return 1;
}
