// SPDX-License-Identifier: GPL-3.0-or-later
/* Products and convolutions on one core: GF/s, the measured FMA peak of the core, the share. Each operator
 * runs in a plan of its own, 8 rows a run, operands in cache; the best of several rounds. */
#include "base/rng.h"
#include "base/sys.h"
#include "kernels/kernel.h"

#include <stdio.h>
#if defined __x86_64__
#include <immintrin.h>
#endif

enum { ROWS = 8, ROUNDS = 40 };

#if defined __x86_64__
__attribute__((target("avx512f"))) static double peak_avx512(void)
{
    __m512 a[12], x = _mm512_set1_ps(0.999f), y = _mm512_set1_ps(1e-3f);
    double best = 1e9;
    ASY_UNROLLED
    for (int i = 0; i < 12; i++) a[i] = _mm512_set1_ps((float)i + 2);
    for (int r = 0; r < 20; r++) {
        double start = asy_now();
        for (int k = 0; k < 200000; k++) {
            ASY_UNROLLED
            for (int i = 0; i < 12; i++) a[i] = _mm512_fmadd_ps(a[i], x, y);
        }
        double t = asy_now() - start;
        if (t < best) best = t;
    }
    float sink[16], sum = 0;
    ASY_UNROLLED
    for (int i = 0; i < 12; i++) {
        _mm512_storeu_ps(sink, a[i]);
        sum += sink[0];
    }
    return sum == 12345.0f ? 0 : 200000.0 * 12 * 32 / best / 1e9;
}

__attribute__((target("avx2,fma"))) static double peak_avx2(void)
{
    __m256 a[12], x = _mm256_set1_ps(0.999f), y = _mm256_set1_ps(1e-3f);
    double best = 1e9;
    ASY_UNROLLED
    for (int i = 0; i < 12; i++) a[i] = _mm256_set1_ps((float)i + 2);
    for (int r = 0; r < 20; r++) {
        double start = asy_now();
        for (int k = 0; k < 200000; k++) {
            ASY_UNROLLED
            for (int i = 0; i < 12; i++) a[i] = _mm256_fmadd_ps(a[i], x, y);
        }
        double t = asy_now() - start;
        if (t < best) best = t;
    }
    float sink[8], sum = 0;
    ASY_UNROLLED
    for (int i = 0; i < 12; i++) {
        _mm256_storeu_ps(sink, a[i]);
        sum += sink[0];
    }
    return sum == 12345.0f ? 0 : 200000.0 * 12 * 16 / best / 1e9;
}
#endif

static double peak(asy_isa isa)
{
#if defined __x86_64__
    if (isa == ASY_ISA_AVX512) return peak_avx512();
    if (isa == ASY_ISA_AVX2) return peak_avx2();
#endif
    (void)isa;
    return 0;
}

static asy_status measure(const asy_backend *b, asy_graph *g, asy_arena *a, const char *what, int n,
                          const asy_val in[], asy_val out, double flop, double limit)
{
    asy_plan *plan = NULL;
    asy_exec *exec = NULL;
    asy_bind bind[2];
    asy_rng r = asy_rng_seed(0);
    double best = 1e9;
    for (int i = 0; i < n; i++) {
        asy_type t = asy_val_type(g, in[i]);
        size_t count = (size_t)asy_shape_count(&t.shape) * (t.cls == ASY_ROW ? ROWS : 1);
        float *x = ASY_NEWN(a, count, float);
        if (x == NULL) return asy_arena_status(a);
        asy_rng_uniform(&r, (uint64_t)i, 0, count, -1, 1, x);
        bind[i] = (asy_bind){ in[i], x, 1 };
    }
    ASY_TRY(asy_plan_new(&plan, g, 1, &out, ROWS, b));
    ASY_TRY(asy_exec_new(&exec, plan, NULL));
    int times = 1 + (int)(2e8 / (flop * ROWS));
    for (int k = 0; k < ROUNDS; k++) {
        double start = asy_now();
        for (int i = 0; i < times; i++) ASY_TRY(asy_exec_run(exec, ROWS, n, bind));
        double t = (asy_now() - start) / times;
        if (t < best) best = t;
    }
    double rate = flop * ROWS / best / 1e9;
    printf("%-34s %8.1f us an image   %6.1f GF/s   %3.0f %%\n", what, 1e6 * best / ROWS, rate,
           limit > 0 ? 100 * rate / limit : 0);
    asy_exec_free(exec);
    asy_plan_free(plan);
    return ASY_OK;
}

static asy_status conv(const asy_backend *b, const char *name, int64_t h, int64_t c, int64_t o, int64_t pad,
                       double limit)
{
    asy_conv p = { .stride = { 1, 1 }, .pad = { pad, pad } };
    int64_t oh = h + 2 * pad - 2;
    double flop = 2.0 * 9 * (double)(c * o * oh * oh);
    for (int k = 0; k < 3; k++) {
        static const char *const part[] = { "forward", "input gradient", "weight gradient" };
        asy_arena *a = asy_arena_new(0);
        asy_graph *g = asy_graph_new(a, ASY_F32);
        asy_val x = asy_input(g, "x", ASY_ROW, ASY_F32, ASY_SHAPE(h, h, c)),
                w = asy_input(g, "w", ASY_BATCH, ASY_F32, ASY_SHAPE(o, c, 3, 3)),
                d = asy_input(g, "d", ASY_ROW, ASY_F32, ASY_SHAPE(oh, oh, o));
        asy_val in[3][2] = { { x, w }, { d, w }, { d, x } };
        asy_val out = k == 0   ? asy_conv2d(g, x, w, (asy_val){ 0 }, &p)
                      : k == 1 ? asy_conv2d_x(g, d, w, &p, ASY_SHAPE(h, h, c))
                               : asy_conv2d_w(g, d, x, &p, ASY_SHAPE(o, c, 3, 3));
        char what[80];
        snprintf(what, sizeof what, "%s %s", name, part[k]);
        asy_status s = measure(b, g, a, what, 2, in[k], out, flop, limit);
        asy_arena_free(a);
        ASY_TRY(s);
    }
    return ASY_OK;
}

static asy_status dense(const asy_backend *b, int64_t n_in, int64_t n_out, double limit)
{
    for (int k = 0; k < 3; k++) {
        static const char *const part[] = { "forward", "input gradient", "weight gradient" };
        asy_arena *a = asy_arena_new(0);
        asy_graph *g = asy_graph_new(a, ASY_F32);
        asy_val x = asy_input(g, "x", ASY_ROW, ASY_F32, ASY_SHAPE(n_in)),
                w = asy_input(g, "w", ASY_BATCH, ASY_F32, ASY_SHAPE(n_out, n_in)),
                d = asy_input(g, "d", ASY_ROW, ASY_F32, ASY_SHAPE(n_out));
        asy_val in[3][2] = { { x, w }, { d, w }, { d, x } };
        asy_val out = k == 0   ? asy_linear(g, x, w, (asy_val){ 0 })
                      : k == 1 ? asy_linear_x(g, d, w)
                               : asy_linear_w(g, d, x);
        char what[80];
        snprintf(what, sizeof what, "fc %lldx%lld %s", (long long)n_in, (long long)n_out, part[k]);
        asy_status s = measure(b, g, a, what, 2, in[k], out, 2.0 * (double)(n_in * n_out), limit);
        asy_arena_free(a);
        ASY_TRY(s);
    }
    return ASY_OK;
}

static asy_status all(void)
{
    for (int isa = ASY_ISA_AVX2; isa <= ASY_ISA_AVX512; isa++) {
        const asy_backend *b = asy_backend_cpu((asy_isa)isa);
        if (b == NULL) continue;
        double limit = peak((asy_isa)isa);
        printf("%s: FMA peak of this core %.1f GF/s; share of it\n", b->name, limit);
        ASY_TRY(conv(b, "cnn-small conv1 1x28 to 16", 28, 1, 16, 1, limit));
        ASY_TRY(conv(b, "cnn-small conv2 16x14 to 32", 14, 16, 32, 1, limit));
        ASY_TRY(conv(b, "mnist-cnn conv1 1x28 to 32", 28, 1, 32, 0, limit));
        ASY_TRY(conv(b, "mnist-cnn conv2 32x26 to 64", 26, 32, 64, 0, limit));
        ASY_TRY(dense(b, 1568, 128, limit));
        ASY_TRY(dense(b, 9216, 128, limit));
    }
    return ASY_OK;
}

int main(void)
{
    if (all() == ASY_OK) return 0;
    fprintf(stderr, "%s\n", asy_error_text());
    return 1;
}
