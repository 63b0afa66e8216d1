// SPDX-License-Identifier: GPL-3.0-or-later
/* max_pool and the two that follow its index; channels side by side. */
#include <math.h>
#include <string.h>
#include "../kernel.h"

static int64_t rows_of(const asy_pool_attr *a, const asy_tensor *pooled)
{
    int64_t per_row = a->oh * a->ow * a->c;
    return per_row > 0 ? asy_shape_count(&pooled->s) / per_row : 0;
}

/* Where the window of output pixel (i, j) begins in x. */
static int64_t corner(const asy_pool_attr *a, int64_t i, int64_t j)
{
    return (i * a->stride[0] * a->w + j * a->stride[1]) * a->c;
}

static void take_first(int64_t c, const float *restrict x, float *restrict y, int32_t *restrict index)
{
    for (int64_t i = 0; i < c; i++) {
        y[i] = x[i];
        index[i] = 0;
    }
}

/* A larger value, or the first NaN, takes the place of m. */
ASY_INLINE float larger(float m, float v) { return v > m || (v != v && m == m) ? v : m; }

static void take_larger(int64_t c, int32_t tap, const float *restrict x, float *restrict y,
                        int32_t *restrict index)
{
    for (int64_t i = 0; i < c; i++) {
        float v = x[i], m = y[i];
        bool take = (v > m) | ((v != v) & (m == m));
        y[i] = take ? v : m;
        index[i] = take ? tap : index[i];
    }
}

/* For the first place of a window: does it hold the window's maximum m? */
ASY_INLINE bool won(float v, float m) { return (v == m) | (v != v); }

/* The usual window of 2 × 2 in one go; `below` is the pixel under x. */
static void largest_of_four(int64_t c, const float *restrict x, const float *restrict below,
                            float *restrict y, int32_t *restrict index)
{
    for (int64_t i = 0; i < c; i++) {
        float p = x[i], q = x[c + i], r = below[i], s = below[c + i];
        float m = larger(larger(larger(p, q), r), s);
        y[i] = m;
        index[i] = won(p, m) ? 0 : won(q, m) ? 1 : won(r, m) ? 2 : 3;
    }
}

static void largest(const asy_pool_attr *a, const float *x, float *y, int32_t *index)
{
    int32_t tap = 0;
    if (a->size[0] == 2 && a->size[1] == 2) {
        largest_of_four(a->c, x, x + a->w * a->c, y, index);
        return;
    }
    for (int64_t p = 0; p < a->size[0]; p++, x += (a->w - a->size[1]) * a->c) {
        for (int64_t q = 0; q < a->size[1]; q++, tap++, x += a->c) {
            if (tap == 0) take_first(a->c, x, y, index);
            else take_larger(a->c, tap, x, y, index);
        }
    }
}

void ASY_V(asy__max_pool)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    const asy_pool_attr *a = node->attr;
    const int64_t rows = rows_of(a, &out[0]);
    float *y = out[0].data;
    int32_t *index = out[1].data;
    for (int64_t r = 0; r < rows; r++) {
        const float *x = (const float *)in[0].data + r * a->h * a->w * a->c;
        for (int64_t i = 0; i < a->oh; i++) {
            for (int64_t j = 0; j < a->ow; j++, y += a->c, index += a->c)
                largest(a, x + corner(a, i, j), y, index);
        }
    }
}

static void add_chosen(int64_t c, int32_t tap, const float *restrict dy, const int32_t *restrict index,
                       float *restrict dx)
{
    for (int64_t i = 0; i < c; i++) dx[i] += index[i] == tap ? dy[i] : 0.0f;
}

/* The same for windows that do not overlap: the sum of +0 and one term. */
static void put_chosen(int64_t c, int32_t tap, const float *restrict dy, const int32_t *restrict index,
                       float *restrict dx)
{
    for (int64_t i = 0; i < c; i++) dx[i] = 0.0f + (index[i] == tap ? dy[i] : 0.0f);
}

void ASY_V(asy__unpool)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    const asy_pool_attr *a = node->attr;
    const int64_t rows = rows_of(a, &in[0]);
    const bool apart = a->stride[0] >= a->size[0] && a->stride[1] >= a->size[1];
    const bool covers = a->oh * a->size[0] == a->h && a->ow * a->size[1] == a->w;
    const float *dy = in[0].data;
    const int32_t *index = in[1].data;
    if (!apart || !covers) memset(out[0].data, 0, asy_tensor_bytes(&out[0]));
    for (int64_t r = 0; r < rows; r++) {
        float *dx = (float *)out[0].data + r * a->h * a->w * a->c;
        for (int64_t i = 0; i < a->oh; i++) {
            for (int64_t j = 0; j < a->ow; j++, dy += a->c, index += a->c) {
                float *to = dx + corner(a, i, j);
                int32_t tap = 0;
                for (int64_t p = 0; p < a->size[0]; p++, to += (a->w - a->size[1]) * a->c) {
                    for (int64_t q = 0; q < a->size[1]; q++, tap++, to += a->c) {
                        if (apart) put_chosen(a->c, tap, dy, index, to);
                        else add_chosen(a->c, tap, dy, index, to);
                    }
                }
            }
        }
    }
}

static void take_chosen(int64_t c, int32_t tap, const float *restrict x, const int32_t *restrict index,
                        float *restrict y)
{
    for (int64_t i = 0; i < c; i++) y[i] = index[i] == tap ? x[i] : y[i];
}

void ASY_V(asy__repool)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    const asy_pool_attr *a = node->attr;
    const int64_t rows = rows_of(a, &out[0]);
    const int32_t *index = in[1].data;
    float *y = out[0].data;
    memset(y, 0, asy_tensor_bytes(&out[0]));
    for (int64_t r = 0; r < rows; r++) {
        const float *x = (const float *)in[0].data + r * a->h * a->w * a->c;
        for (int64_t i = 0; i < a->oh; i++) {
            for (int64_t j = 0; j < a->ow; j++, y += a->c, index += a->c) {
                const float *from = x + corner(a, i, j);
                int32_t tap = 0;
                for (int64_t p = 0; p < a->size[0]; p++, from += (a->w - a->size[1]) * a->c) {
                    for (int64_t q = 0; q < a->size[1]; q++, tap++, from += a->c)
                        take_chosen(a->c, tap, from, index, y);
                }
            }
        }
    }
}
