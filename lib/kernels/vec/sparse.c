// SPDX-License-Identifier: GPL-3.0-or-later
/* spmm spmm_t sddmm: chains over entries, features side by side. */
#include <string.h>
#include <math.h>
#include "../kernel.h"

static void add_scaled(int64_t n, float a, const float *x, float *y)
{
    for (int64_t j = 0; j < n; j++) y[j] = fmaf(a, x[j], y[j]);
}

void ASY_V(asy__spmm)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node;
    const asy_sparse a = asy_sparse_of(in);
    const int64_t f = out[0].s.d[1], columns = in[3].s.d[0], r0 = kw->tile * ASY_TILE_SPARSE;
    const int64_t r1 = asy__min(r0 + ASY_TILE_SPARSE, a.rows);
    const float *value = in[2].data, *x = in[3].data;
    for (int64_t r = r0; r < r1; r++) {
        int64_t first, end;
        float *y = (float *)out[0].data + r * f;
        memset(y, 0, (size_t)f * sizeof *y);
        asy_sparse_row(&a, r, &first, &end);
        for (int64_t e = first; e < end; e++) {
            if (a.column[e] >= 0 && a.column[e] < columns) add_scaled(f, value[e], x + a.column[e] * f, y);
        }
    }
}

void ASY_V(asy__spmm_t)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node;
    const asy_sparse a = asy_sparse_of(in);
    const int64_t f = out[0].s.d[1], columns = out[0].s.d[0], j0 = kw->tile * ASY_TILE_FEATURES;
    const int64_t n = asy__min(f - j0, ASY_TILE_FEATURES);
    const float *value = in[2].data, *dy = in[3].data;
    float *x = out[0].data;
    if (n <= 0) return;
    for (int64_t c = 0; c < columns; c++) memset(x + c * f + j0, 0, (size_t)n * sizeof *x);
    for (int64_t r = 0; r < a.rows; r++) {
        int64_t first, end;
        asy_sparse_row(&a, r, &first, &end);
        for (int64_t e = first; e < end; e++) {
            if (a.column[e] >= 0 && a.column[e] < columns) {
                add_scaled(n, value[e], dy + r * f + j0, x + a.column[e] * f + j0);
            }
        }
    }
}

void ASY_V(asy__sddmm)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node;
    const asy_sparse a = asy_sparse_of(in);
    const int64_t f = in[3].s.d[1], columns = in[3].s.d[0], t0 = kw->tile * ASY_TILE_ENTRIES;
    const int64_t t1 = asy__min(t0 + ASY_TILE_ENTRIES, a.entries);
    const float *dy = in[2].data, *x = in[3].data;
    float *value = out[0].data;
    for (int64_t e = t0; e < t1; e++) value[e] = 0;
    for (int64_t r = 0; r < a.rows; r++) {
        int64_t first, end;
        asy_sparse_row(&a, r, &first, &end);
        for (int64_t e = asy__max(first, t0); e < asy__min(end, t1); e++) {
            if (a.column[e] < 0 || a.column[e] >= columns) continue;
            const float *u = dy + r * f, *v = x + a.column[e] * f;
            float sum = 0;
            for (int64_t j = 0; j < f; j++) sum = fmaf(u[j], v[j], sum);
            value[e] += sum;
        }
    }
}
