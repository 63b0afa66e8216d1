// SPDX-License-Identifier: GPL-3.0-or-later
/* A bare program over base, tensor, graph and kernels, for processors where the rest of the tests cannot run:
 * conformance of every operator in float64, then one line a case with a digest of its float32 results, by
 * this machine's best kernels and by plain C. tools/aarch64.sh compares the lines of two processors. */
#include "base/hash.h"
#include "base/poly.h"
#include "base/rng.h"
#include "graph/check.h"
#include "kernels/kernels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ROWS = 9 };

static void put(asy_sha *sha, int64_t n, const float x[])
{
    for (int64_t i = 0; i < n; i++) {
        float v = isnan(x[i]) ? NAN : x[i]; /* one NaN (DESIGN §3.3) */
        uint32_t bits = isnan(v) ? 0x7fc00000u : asy_f32_bits(v);
        unsigned char b[4] = { (unsigned char)bits, (unsigned char)(bits >> 8), (unsigned char)(bits >> 16),
                               (unsigned char)(bits >> 24) };
        asy_sha_put(sha, b, 4);
    }
}

static asy_status draw(asy_arena *a, asy_graph *g, const asy_op_case *c, int i, asy_val in, asy_bind *bind)
{
    asy_type t = asy_val_type(g, in);
    int64_t n = asy_shape_count(&t.shape) * (t.cls == ASY_ROW ? ROWS : 1);
    asy_rng r = asy_rng_split(asy_rng_part(asy_rng_seed(1), c->name), "in", (uint64_t)i);
    float *x = ASY_NEWN(a, n, float);
    if (!x) return asy_arena_status(a);
    if (t.dtype == ASY_I32)
        for (int64_t k = 0; k < n; k++)
            ((int32_t *)(void *)x)[k] =
                (int32_t)(c->in[i].lo + (double)asy_rng_below(&r, 0, (uint64_t)k,
                                                              (uint64_t)(c->in[i].hi - c->in[i].lo) + 1));
    else asy_rng_uniform(&r, 0, 0, (size_t)n, (float)c->in[i].lo, (float)c->in[i].hi, x);
    *bind = (asy_bind){ in, x, 0 };
    return ASY_OK;
}

/* Digest of a case's result and, where there is one, of its gradient by the first real input. */
static asy_status digest(const asy_op_case *c, const asy_backend *b, char hex[17])
{
    asy_arena *a = asy_arena_new(0);
    asy_graph *g = asy_graph_new(a, ASY_F32);
    asy_val in[ASY_CASE_IN], out[2], wrt = { 0 };
    asy_bind bind[ASY_CASE_IN];
    asy_plan *plan = NULL;
    asy_exec *exec = NULL;
    asy_sha *sha;
    int n_out = 1;
    for (int i = 0; i < c->n_in; i++) {
        char name[8];
        snprintf(name, sizeof name, "in%d", i);
        in[i] = asy_input(g, name, c->in[i].cls, c->in[i].dtype, c->in[i].shape);
        if (c->in[i].dtype == ASY_F32 && !wrt.id) wrt = in[i];
    }
    out[0] = c->build(g, in);
    if (!c->nodiff && wrt.id) asy_grad(g, asy_sum(g, out[0]), 1, &wrt, &out[n_out++]);
    asy_status s = asy_graph_status(g);
    for (int i = 0; s == ASY_OK && i < c->n_in; i++) s = draw(a, g, c, i, in[i], &bind[i]);
    if (s == ASY_OK) s = asy_plan_new(&plan, g, n_out, out, ROWS, b);
    if (s == ASY_OK) s = asy_exec_new(&exec, plan, NULL);
    if (s == ASY_OK) s = asy_exec_run(exec, ROWS, c->n_in, bind);
    if (s == ASY_OK) s = asy_sha_new(&sha);
    if (s == ASY_OK) {
        for (int i = 0; i < n_out; i++) {
            asy_tensor t = asy_exec_out(exec, i);
            put(sha, asy_shape_count(&t.s), t.data);
        }
        asy_digest d = asy_sha_end(sha);
        asy_hex(&d, 16, hex);
    }
    asy_exec_free(exec);
    asy_plan_free(plan);
    asy_arena_free(a);
    return s;
}

static asy_status operators(const asy_backend *best)
{
    for (int i = 0; asy_ops[i]; i++) {
        ASY_TRY(asy_check_op(asy_ops[i], NULL, asy_rng_seed(1)));
        for (const asy_op_case *c = asy_ops[i]->cases; c && c->name; c++) {
            char hex[17], plain[17];
            ASY_TRY(digest(c, best, hex));
            ASY_TRY(digest(c, asy_backend_cpu(ASY_ISA_PLAIN), plain));
            if (strcmp(hex, plain) != 0)
                ASY_FAIL(ASY_EBUG, "%s, %s: %s and plain C differ", asy_ops[i]->name, c->name, best->name);
            printf("%-14s %-24s %s\n", asy_ops[i]->name, c->name, hex);
        }
    }
    return ASY_OK;
}

static asy_status streams(void)
{
    float x[1000];
    char hex[17];
    asy_rng r = asy_rng_part(asy_rng_seed(7), "bare");
    asy_sha *sha;
    ASY_TRY(asy_sha_new(&sha));
    for (uint64_t i = 0; i < 20; i++) {
        asy_rng_uniform(&r, i, i, 1000, -3, 5, x);
        put(sha, 1000, x);
        asy_rng_normal(&r, i, i, 1000, 1, 2, x);
        put(sha, 1000, x);
    }
    asy_digest d = asy_sha_end(sha);
    asy_hex(&d, 16, hex);
    printf("%-14s %-24s %s\n", "streams", "uniform, normal", hex);
    return ASY_OK;
}

int main(void)
{
    const asy_backend *best;
    asy_status s = asy_backend_choose(&best);
    if (s == ASY_OK) s = streams();
    if (s == ASY_OK) s = operators(best);
    if (s == ASY_OK) s = asy_kernels_check(best, 0);
    if (s == ASY_OK) return 0;
    fprintf(stderr, "%s\n", asy_error_text());
    return 1;
}
