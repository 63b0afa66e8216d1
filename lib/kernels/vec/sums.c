// SPDX-License-Identifier: GPL-3.0-or-later
/* Sums: sixteen lanes and the tree of lib/tensor/reduce.h along an axis, plain chains across. */
#include "sums.h"

static int64_t count(const asy_tensor *t) { return asy_shape_count(&t->s); }

void ASY_V(asy__sum)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node, (void)kw;
    int64_t results = count(&out[0]), n = results > 0 ? count(&in[0]) / results : 0;
    const float *x = in[0].data;
    float *y = out[0].data;
    for (int64_t i = 0; i < results; i++) y[i] = lanes_sum(n, x + i * n);
}

void ASY_V(asy__sum_last)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    ASY_V(asy__sum)(node, in, out, kw);
}

/* `wide`·16 columns of a chain over rows; the last register holds the columns of `some` alone. */
ASY_INLINE void chains(int64_t rows, int64_t m, const float *x, float *y, bool go_on, const int wide,
                       const lanes_mask *some)
{
    lanes acc[4];
    ASY_UNROLLED
    for (int v = 0; v < wide; v++) {
        acc[v] = !go_on ? lanes_set(0) : some ? lanes_load_some(y, *some) : lanes_load(y + 16 * v);
    }
    for (int64_t r = 0; r < rows; r++, x += m) {
        ASY_UNROLLED
        for (int v = 0; v < wide; v++)
            acc[v] = lanes_add(acc[v], some ? lanes_load_some(x, *some) : lanes_load(x + 16 * v));
    }
    ASY_UNROLLED
    for (int v = 0; v < wide; v++) {
        if (some) lanes_store_some(y, *some, acc[v]);
        else lanes_store(y + 16 * v, acc[v]);
    }
}

/* y[j] = (go_on ? y[j] : +0) + x[0][j] + x[1][j] + … */
static void sum_across(int64_t rows, int64_t m, const float *x, float *y, bool go_on)
{
    int64_t j = 0;
    for (; j + 64 <= m; j += 64) chains(rows, m, x + j, y + j, go_on, 4, NULL);
    for (; j + 16 <= m; j += 16) chains(rows, m, x + j, y + j, go_on, 1, NULL);
    if (j < m) {
        lanes_mask some = lanes_first((int)(m - j));
        chains(rows, m, x + j, y + j, go_on, 1, &some);
    }
}

void ASY_V(asy__sum_lead)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    int64_t rows = node->in_type[0].cls == ASY_ROW ? in[0].s.d[0] : 1;
    int64_t m = rows > 0 ? count(&out[0]) / rows : 0, n = m > 0 ? count(&in[0]) / (rows * m) : 0;
    const float *x = in[0].data;
    float *y = out[0].data;
    for (int64_t r = 0; r < rows; r++) sum_across(n, m, x + r * n * m, y + r * m, false);
}

void ASY_V(asy__cumsum)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    const int64_t n = in[0].s.d[in[0].s.n - 1], all = count(&in[0]);
    const int64_t step = ((const asy_cumsum_attr *)node->attr)->reverse ? -1 : 1;
    for (int64_t i = 0; i < all; i += n) {
        const float *x = (const float *)in[0].data + i;
        float *y = (float *)out[0].data + i, sum = 0;
        for (int64_t j = 0, at = step > 0 ? 0 : n - 1; j < n; j++, at += step) y[at] = sum += x[at];
    }
}

void ASY_V(asy__batch_sum)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node;
    sum_across(kw->rows, count(&out[0]), in[0].data, out[0].data, !kw->first);
}
