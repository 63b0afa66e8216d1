// SPDX-License-Identifier: GPL-3.0-or-later
/* Clipped gradients (one pass; each row's gradient made) beside the plain weight gradient of the same lot:
 * what differential privacy costs before noise. argv[1]: threads. */
#include "../tests/known/lib/model/_world.h"
#include "base/sys.h"
#include "graph/clip.h"
#include "kernels/kernels.h"
#include "model/scope.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 256, REPEATS = 9, MOST = 64 };

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

typedef struct {
    const char *arch;
    asy_shape sample;
} net;

static asy_status time_plan(asy_graph *g, int n, const asy_val out[], int n_bind, const asy_bind bind[],
                            const asy_backend *b, asy_pool *pool, double *median, size_t *bytes)
{
    asy_plan *p;
    asy_exec *e = NULL;
    double t[REPEATS];
    ASY_TRY(asy_plan_new(&p, g, n, out, ROWS, b));
    asy_status s = asy_exec_new(&e, p, pool);
    for (int i = -2; s == ASY_OK && i < REPEATS; i++) {
        double start = asy_now();
        s = asy_exec_run(e, ROWS, n_bind, bind);
        if (i >= 0) t[i] = asy_now() - start;
    }
    *bytes = asy_plan_bytes(p, pool ? asy_pool_threads(pool) : 1);
    asy_exec_free(e);
    asy_plan_free(p);
    qsort(t, REPEATS, sizeof *t, ascending);
    *median = t[REPEATS / 2];
    return s;
}

static asy_status one(const net *k, const asy_backend *b, asy_pool *pool)
{
    static const char *const what[] = { "plain", "clipped, one pass", "clipped, made" };
    asy_arena *a = asy_arena_new(0);
    asy_graph *g = asy_graph_new(a, ASY_F32);
    asy_scope *sc = asy_scope_new(a, g, ASY_TRAIN);
    asy_rng r = asy_rng_seed(1), init = asy_rng_part(r, "init");
    asy_model *m;
    asy_val w[MOST], out[MOST];
    asy_bind bind[MOST + 2];
    asy_clipped info;
    int64_t size = asy_shape_count(&k->sample);
    int n = 0, n_bind = 2;
    double plain = 0;
    float *x = ASY_NEWN(a, ROWS * size, float);
    int32_t *y = ASY_NEWN(a, ROWS, int32_t);
    ASY_TRY(asy_world_model(&m, a, k->arch, NULL, k->sample, 10));
    asy_model_init(m, &init);
    asy_rng_uniform(&r, 0, 0, (size_t)(ROWS * size), 0, 1, x);
    for (int i = 0; i < ROWS; i++) y[i] = i % 10;
    bind[0] = (asy_bind){ asy_input(g, "x", ASY_ROW, ASY_F32, k->sample), x, 0 };
    bind[1] = (asy_bind){ asy_input(g, "y", ASY_ROW, ASY_I32, ASY_SCALAR), y, 0 };
    asy_val loss = asy_xent(g, asy_model_emit(m, sc, bind[0].input), bind[1].input);
    for (int i = 0; i < asy_scope_count(sc) && n < MOST; i++) w[n++] = asy_scope_at(sc, i)->val;
    n_bind += asy_model_bind(m, sc, m->w, 1, bind + 2);
    for (int i = 0; i < 3; i++) {
        double t = 0;
        size_t bytes = 0;
        if (i == 0) asy_grad(g, loss, n, w, out);
        else
            asy_grad_clipped(g, loss, n, w, &(asy_clip){ .bound = 1, .engine = (asy_clip_engine)(i - 1) }, out,
                             &info);
        ASY_TRY(asy_graph_status(g));
        ASY_TRY(time_plan(g, n, out, n_bind, bind, b, pool, &t, &bytes));
        if (i == 0) plain = t;
        printf("%-12s %-18s %8.2f ms  %5.2f × plain  %7.1f MB\n", k->arch, what[i], 1e3 * t, t / plain,
               (double)bytes / 1e6);
    }
    asy_arena_free(a);
    return ASY_OK;
}

static asy_status all(int threads)
{
    static const net nets[] = { { "mnist-cnn", { 3, { 1, 28, 28 } } }, { "cnn-small", { 3, { 1, 28, 28 } } },
                                { "mlp", { 3, { 1, 28, 28 } } } };
    const asy_backend *b;
    asy_pool *pool = NULL;
    asy_status s = asy_backend_choose(&b);
    if (s == ASY_OK) s = asy_pool_new(&pool, threads);
    if (s == ASY_OK) printf("%d rows, float32, %s, %d threads\n", ROWS, b->name, threads);
    for (int i = 0; s == ASY_OK && i < 3; i++) s = one(&nets[i], b, pool);
    asy_pool_free(pool);
    return s;
}

int main(int argc, char **argv)
{
    int threads = argc > 1 ? (int)strtol(argv[1], NULL, 10) : asy_cpu_get()->cores;
    if (all(threads < 1 ? 1 : threads) == ASY_OK) return 0;
    fprintf(stderr, "%s\n", asy_error_text());
    return 1;
}
