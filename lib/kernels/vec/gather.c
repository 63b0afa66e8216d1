// SPDX-License-Identifier: GPL-3.0-or-later
/* scatter_add embedding_w. (gather moves bytes: its reference serves.) */
#include <string.h>
#include "../kernel.h"

static void add_line(int64_t n, const float *x, float *y)
{
    for (int64_t j = 0; j < n; j++) y[j] += x[j];
}

void ASY_V(asy__scatter_add)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    const asy_gather_sizes s = asy_gather_sizes_of(node, &out[0], &in[1]);
    const int64_t rows = node->out_type[0].cls == ASY_ROW ? kw->rows : 1;
    const float *dy = in[0].data;
    memset(out[0].data, 0, asy_tensor_bytes(&out[0]));
    for (int64_t r = 0; r < rows; r++) {
        const int32_t *index = (const int32_t *)in[1].data + r * s.index_row;
        float *x = (float *)out[0].data + r * s.table_row;
        for (int64_t a = 0; a < s.lead; a++, x += s.n * s.inner) {
            for (int64_t i = 0; i < s.m; i++, index++, dy += s.inner) {
                if (*index >= 0 && *index < s.n) add_line(s.inner, dy, x + *index * s.inner);
            }
        }
    }
}

void ASY_V(asy__embedding_w)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    const asy_gather_attr *a = node->attr;
    const int64_t count = asy_shape_count(&in[1].s), inner = a->n > 0 ? asy_shape_count(&out[0].s) / a->n : 0;
    const int32_t *index = in[1].data;
    const float *dy = in[0].data;
    float *table = out[0].data;
    int64_t v0 = 0, v1 = a->n;
    if (a->chain) asy_embedding_tile_of(a->n, kw, &v0, &v1);
    if (a->chain || kw->first) memset(table + v0 * inner, 0, (size_t)((v1 - v0) * inner) * sizeof *table);
    for (int64_t i = 0; i < count; i++) {
        if (index[i] >= v0 && index[i] < v1) add_line(inner, dy + i * inner, table + index[i] * inner);
    }
}
