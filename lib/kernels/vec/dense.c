// SPDX-License-Identifier: GPL-3.0-or-later
/* linear, linear_x, linear_w. Weights are packed in panels of 32 columns, once per change. */
#include <string.h>
#include "../kernel.h"

enum {
    DEPTH = 256,     /* terms per block: 32 KB of a panel and the rows beside it stay in the first cache */
    ROOM = 16,       /* floats between copied rows, so that they do not meet in one cache set */
    FEW = 8,         /* rows that fit there uncopied */
    BLOCK_ROWS = 128 /* rows that are copied at once */
};

/* Rows whose starts are a multiple of 2 KB apart fall on few cache sets: copy them. */
static bool crowded(int64_t rows, int64_t depth) { return rows > FEW && depth % 512 == 0; }

static size_t panel_bytes(int64_t depth, int64_t n)
{
    return (size_t)(asy__panels(n) * depth * ASY__PANEL) * sizeof(float);
}

/* out[r, j] = Σ_k a[r, k] · panel[k, j] + bias[j] */
static void times_panels(int64_t rows, int64_t depth, int64_t n, const float *a, const float *panels,
                         const float *bias, float *out, float *copy)
{
    const bool copied = crowded(rows, depth);
    if (rows > BLOCK_ROWS) {
        for (int64_t r = 0; r < rows; r += BLOCK_ROWS) {
            times_panels(asy__min(rows - r, BLOCK_ROWS), depth, n, a + r * depth, panels, bias, out + r * n,
                         copy);
        }
        return;
    }
    for (int64_t k = 0; k == 0 || k < depth; k += DEPTH) {
        int64_t block = asy__min(depth - k, DEPTH);
        for (int64_t r = 0; copied && r < rows; r++) {
            memcpy(copy + r * (DEPTH + ROOM), a + r * depth + k, (size_t)block * sizeof *a);
        }
        asy__product p = { .m = rows,
                           .blocks = 1,
                           .depth = block,
                           .a = copied ? copy : a + k,
                           .a_m = copied ? DEPTH + ROOM : depth,
                           .a_k = 1,
                           .b_k = ASY__PANEL,
                           .c_m = n,
                           .go_on = k > 0,
                           .times = 1 };
        for (int64_t j = 0; j < n; j += ASY__PANEL) {
            p.n = asy__min(n - j, ASY__PANEL);
            p.b = panels + (j * depth + k * ASY__PANEL);
            p.c = out + j;
            p.bias = bias && k + block == depth ? bias + j : NULL;
            ASY_V(asy__multiply)(&p);
        }
    }
}

size_t ASY_V(asy__linear_scratch)(const asy_node *node, int64_t rows)
{
    const asy_linear_attr *l = node->attr;
    return (size_t)(asy__min(rows * l->tokens, BLOCK_ROWS) * (DEPTH + ROOM)) * sizeof(float);
}

size_t ASY_V(asy__linear_packed)(const asy_node *node)
{
    const asy_linear_attr *l = node->attr;
    return panel_bytes(l->k, l->n);
}

void ASY_V(asy__linear_pack)(const asy_node *node, const asy_tensor *w, void *packed)
{
    const asy_linear_attr *l = node->attr;
    const float *x = w->data;
    float *to = packed;
    memset(to, 0, panel_bytes(l->k, l->n));
    for (int64_t j = 0; j < l->n; j += ASY__PANEL) {
        ASY_V(asy__flip)(asy__min(l->n - j, ASY__PANEL), l->k, x + j * l->k, l->k, to + j * l->k, ASY__PANEL);
    }
}

void ASY_V(asy__linear)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    const asy_linear_attr *l = node->attr;
    const float *bias = node->n_in > 2 ? in[2].data : NULL;
    times_panels(kw->rows * l->tokens, l->k, l->n, in[0].data, in[1].data, bias, out[0].data, kw->scratch);
}

size_t ASY_V(asy__linear_x_packed)(const asy_node *node)
{
    const asy_linear_attr *l = node->attr;
    return panel_bytes(l->n, l->k);
}

void ASY_V(asy__linear_x_pack)(const asy_node *node, const asy_tensor *w, void *packed)
{
    const asy_linear_attr *l = node->attr;
    const float *x = w->data;
    float *to = packed;
    for (int64_t j = 0; j < l->k; j += ASY__PANEL) {
        size_t some = (size_t)asy__min(l->k - j, ASY__PANEL);
        for (int64_t i = 0; i < l->n; i++, to += ASY__PANEL) {
            memcpy(to, x + i * l->k + j, some * sizeof *x);
            memset(to + some, 0, (ASY__PANEL - some) * sizeof *x);
        }
    }
}

void ASY_V(asy__linear_x)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    const asy_linear_attr *l = node->attr;
    times_panels(kw->rows * l->tokens, l->n, l->k, in[0].data, in[1].data, NULL, out[0].data, kw->scratch);
}

size_t ASY_V(asy__linear_w_scratch)(const asy_node *node, int64_t rows)
{
    (void)rows;
    const asy_linear_attr *l = node->attr;
    return l->chain ? sizeof(float[BLOCK_ROWS * ASY_TILE_K]) : 0;
}

/* Columns k0 ≤ k < k1 of `rows` rows of x as panels of 32. */
static void copy_columns(int64_t rows, const float *x, int64_t x_row, int64_t k0, int64_t k1, float *to)
{
    for (int64_t k = k0; k < k1; k += ASY__PANEL) {
        int64_t n = asy__min(k1 - k, ASY__PANEL);
        for (int64_t r = 0; r < rows; r++, to += ASY__PANEL) {
            if (n == ASY__PANEL) memcpy(to, x + r * x_row + k, ASY__PANEL * sizeof *x);
            else memcpy(to, x + r * x_row + k, (size_t)n * sizeof *x);
        }
    }
}

/* One tile over all rows: a chain goes on from one block of rows to the next. */
static void weight_tile(const asy_linear_attr *l, const asy_linear_tile *t, int64_t rows, const float *dy,
                        const float *x, float *dw, float *copy)
{
    for (int64_t r = 0; r == 0 || r < rows; r += BLOCK_ROWS) {
        int64_t block = asy__min(rows - r, BLOCK_ROWS);
        copy_columns(block, x + r * l->k, l->k, t->k0, t->k1, copy);
        asy__product p = { .m = t->n1 - t->n0,
                           .blocks = 1,
                           .depth = block,
                           .a = dy + r * l->n + t->n0,
                           .a_m = 1,
                           .a_k = l->n,
                           .b_k = ASY__PANEL,
                           .c_m = l->k,
                           .go_on = r > 0,
                           .times = 1 };
        for (int64_t k = t->k0; k < t->k1; k += ASY__PANEL) {
            p.n = asy__min(t->k1 - k, ASY__PANEL);
            p.b = copy + (k - t->k0) * block;
            p.c = dw + t->n0 * l->k + k;
            ASY_V(asy__multiply)(&p);
        }
    }
}

void ASY_V(asy__linear_w)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    const asy_linear_attr *l = node->attr;
    const float *dy = in[0].data, *x = in[1].data;
    if (l->chain) {
        asy_linear_tile t = asy_linear_tile_of(l, kw->tile);
        weight_tile(l, &t, kw->rows * l->tokens, dy, x, out[0].data, kw->scratch);
        return;
    }
    asy__product p = { .m = l->n,
                       .blocks = 1,
                       .depth = kw->rows * l->tokens,
                       .a = dy,
                       .a_m = 1,
                       .a_k = l->n,
                       .b_k = l->k,
                       .c_m = l->k,
                       .go_on = !kw->first,
                       .times = 1 };
    for (int64_t k = 0; k < l->k; k += ASY__PANEL) {
        p.n = asy__min(l->k - k, ASY__PANEL);
        p.b = x + k;
        p.c = (float *)out[0].data + k;
        ASY_V(asy__multiply)(&p);
    }
}
