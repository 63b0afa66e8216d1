// SPDX-License-Identifier: GPL-3.0-or-later
/* matmul. A panel of 32 columns of b, 256 deep, is copied where many rows of a use it or b is transposed. */
#include <string.h>
#include "../kernel.h"

enum { DEPTH = 256, FEW = 8 };

size_t ASY_V(asy__matmul_scratch)(const asy_node *node, int64_t rows)
{
    (void)node, (void)rows;
    return sizeof(float[DEPTH * ASY__PANEL]);
}

/* Rows k0 ≤ k < k0 + depth and columns j0 ≤ j < j0 + n of op(b); gives the distance of its rows. */
static const float *panel(const asy_matmul_sizes *s, bool tb, bool copied, const float *b, int64_t k0, int64_t depth,
                          int64_t j0, int64_t n, float *copy, int64_t *row)
{
    *row = ASY__PANEL;
    if (tb) {
        ASY_V(asy__flip)(n, depth, b + j0 * s->k + k0, s->k, copy, ASY__PANEL);
        return copy;
    }
    b += k0 * s->n + j0;
    if (!copied) {
        *row = s->n;
        return b;
    }
    for (int64_t k = 0; k < depth; k++) memcpy(copy + k * ASY__PANEL, b + k * s->n, (size_t)n * sizeof *b);
    return copy;
}

static void one_tile(const asy_matmul_attr *attr, const asy_matmul_sizes *s, int64_t tile, const float *a, const float *b,
                     float *c, float *copy)
{
    const asy_matmul_tile t = asy_matmul_tile_of(s, tile);
    const bool copied = t.m1 - t.m0 > FEW && s->n > ASY__PANEL;
    a += t.lead * s->m * s->k;
    b += t.lead * s->k * s->n;
    c += t.lead * s->m * s->n;
    for (int64_t k = 0; k == 0 || k < s->k; k += DEPTH) {
        int64_t depth = asy__min(s->k - k, DEPTH);
        asy__product p = {.m = t.m1 - t.m0, .blocks = 1, .depth = depth, .a_m = attr->ta ? 1 : s->k,
                          .a_k = attr->ta ? s->m : 1, .c_m = s->n, .go_on = k > 0, .times = 1};
        p.a = a + t.m0 * p.a_m + k * p.a_k;
        for (int64_t j = t.n0; j < t.n1; j += ASY__PANEL) {
            p.n = asy__min(t.n1 - j, ASY__PANEL);
            p.b = panel(s, attr->tb, copied, b, k, depth, j, p.n, copy, &p.b_k);
            p.c = c + t.m0 * s->n + j;
            ASY_V(asy__multiply)(&p);
        }
    }
}

void ASY_V(asy__matmul)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    const bool row = node->in_type[0].cls == ASY_ROW;
    const asy_matmul_sizes s = asy_matmul_sizes_of(node, kw->rows);
    const int64_t first = row ? 0 : kw->tile, end = row ? asy_matmul_tiles(&s) : kw->tile + 1;
    for (int64_t t = first; t < end; t++) one_tile(node->attr, &s, t, in[0].data, in[1].data, out[0].data, kw->scratch);
}
