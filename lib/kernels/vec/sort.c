// SPDX-License-Identifier: GPL-3.0-or-later
/* sort median. A number and its place are one integer key, so that comparing keys is the order of DESIGN
 * §3.3:
 * numbers rising (−0 as +0), NaN above all, ties by place. */
#include <string.h>
#include "../../base/poly.h"
#include "../kernel.h"

static uint64_t key(float x, uint32_t place, bool descending)
{
    uint32_t u = x != x ? 0xFFFFFFFFu : asy_f32_bits(x + 0.0f);
    if (x == x) u = u >> 31 ? ~u : u | 0x80000000u;
    return (uint64_t)(descending ? ~u : u) << 32 | place;
}

/* The heap's root is the largest of v[0 … n−1]; `at` may be out of order. */
static void sift(uint64_t *v, int64_t at, int64_t n)
{
    uint64_t x = v[at];
    for (int64_t child = 2 * at + 1; child < n; child = 2 * at + 1) {
        if (child + 1 < n && v[child + 1] > v[child]) child++;
        if (v[child] <= x) break;
        v[at] = v[child];
        at = child;
    }
    v[at] = x;
}

/* v[0 … k−1] rising: the k smallest of n keys. */
static void first_keys(uint64_t *v, int64_t n, int64_t k)
{
    for (int64_t i = k / 2; i-- > 0;) sift(v, i, k);
    for (int64_t i = k; i < n; i++) {
        if (v[i] < v[0]) {
            v[0] = v[i];
            sift(v, 0, k);
        }
    }
    for (int64_t i = k - 1; i > 0; i--) {
        uint64_t x = v[0];
        v[0] = v[i];
        v[i] = x;
        sift(v, 0, i);
    }
}

/* An axis of rows is as long as all rows. */
size_t ASY_V(asy__sort_scratch)(const asy_node *node, int64_t rows)
{
    int64_t n = node->in_type[0].shape.d[node->in_type[0].shape.n - 1];
    return (size_t)(n < 0 ? rows : n) * sizeof(uint64_t);
}

void ASY_V(asy__sort)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    const asy_sort_attr *a = node->attr;
    const int64_t n = in[0].s.d[in[0].s.n - 1], k = out[0].s.d[out[0].s.n - 1];
    const int64_t lines = k > 0 ? asy_shape_count(&out[0].s) / k : 0;
    const float *x = in[0].data;
    float *value = out[0].data;
    int32_t *index = out[1].data;
    uint64_t *v = kw->scratch;
    for (int64_t l = 0; l < lines; l++, x += n, value += k, index += k) {
        for (int64_t i = 0; i < n; i++) v[i] = key(x[i], (uint32_t)i, a->descending);
        first_keys(v, n, k);
        for (int64_t j = 0; j < k; j++) {
            index[j] = (int32_t)(uint32_t)v[j];
            value[j] = x[index[j]];
        }
    }
}

/* Where the key of rank count / 2 stands: keys are put in order one by one. */
static uint32_t middle(uint64_t *v, int64_t count)
{
    for (int64_t i = 1; i < count; i++) {
        uint64_t x = v[i];
        int64_t j = i;
        for (; j > 0 && v[j - 1] > x; j--) v[j] = v[j - 1];
        v[j] = x;
    }
    return (uint32_t)v[count / 2];
}

void ASY_V(asy__median)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    const asy_median_attr *m = node->attr;
    const int64_t rows = node->in_type[0].cls == ASY_ROW ? kw->rows : 1, size = m->h * m->w * m->c;
    uint64_t v[ASY_MEDIAN_SIDE * ASY_MEDIAN_SIDE];
    int64_t pixel[ASY_MEDIAN_SIDE * ASY_MEDIAN_SIDE];
    for (int64_t p = 0; p < rows * m->h * m->w; p++) {
        const float *x = (const float *)in[0].data + p / (m->h * m->w) * size;
        int64_t y0 = p / m->w % m->h - m->kh / 2, x0 = p % m->w - m->kw / 2, count = m->kh * m->kw;
        for (int64_t i = 0; i < count; i++) {
            int64_t y = asy__min(asy__max(y0 + i / m->kw, 0), m->h - 1);
            int64_t z = asy__min(asy__max(x0 + i % m->kw, 0), m->w - 1);
            pixel[i] = (y * m->w + z) * m->c;
        }
        for (int64_t c = 0; c < m->c; c++) {
            for (int64_t i = 0; i < count; i++) v[i] = key(x[pixel[i] + c], (uint32_t)i, false);
            int64_t at = pixel[middle(v, count)] + c;
            ((float *)out[0].data)[p * m->c + c] = x[at];
            ((int32_t *)out[1].data)[p * m->c + c] = (int32_t)at;
        }
    }
}
