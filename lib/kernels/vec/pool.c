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

static int64_t tap_offset(const asy_pool_attr *a, int64_t tap)
{
    return (tap / a->size[1] * a->w + tap % a->size[1]) * a->c;
}

/* A larger value, or the first NaN, takes the place. */
static void take_larger(int64_t c, int32_t tap, const float *restrict x, float *restrict y, int32_t *restrict index)
{
    for (int64_t i = 0; i < c; i++) {
        float v = x[i], m = y[i];
        bool take = (v > m) | ((v != v) & (m == m));
        y[i] = take ? v : m;
        index[i] = take ? tap : index[i];
    }
}

void ASY_V(asy__max_pool)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    const asy_pool_attr *a = node->attr;
    const int64_t rows = rows_of(a, &out[0]), taps = a->size[0] * a->size[1];
    float *y = out[0].data;
    int32_t *index = out[1].data;
    for (int64_t r = 0; r < rows; r++) {
        const float *x = (const float *)in[0].data + r * a->h * a->w * a->c;
        for (int64_t i = 0; i < a->oh; i++) {
            for (int64_t j = 0; j < a->ow; j++, y += a->c, index += a->c) {
                const float *from = x + corner(a, i, j);
                memcpy(y, from, (size_t)a->c * sizeof *y);
                memset(index, 0, (size_t)a->c * sizeof *index);
                for (int64_t t = 1; t < taps; t++) take_larger(a->c, (int32_t)t, from + tap_offset(a, t), y, index);
            }
        }
    }
}

static void add_chosen(int64_t c, int32_t tap, const float *restrict dy, const int32_t *restrict index, float *restrict dx)
{
    for (int64_t i = 0; i < c; i++) dx[i] += index[i] == tap ? dy[i] : 0.0f;
}

void ASY_V(asy__unpool)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    const asy_pool_attr *a = node->attr;
    const int64_t rows = rows_of(a, &in[0]), taps = a->size[0] * a->size[1];
    const float *dy = in[0].data;
    const int32_t *index = in[1].data;
    memset(out[0].data, 0, asy_tensor_bytes(&out[0]));
    for (int64_t r = 0; r < rows; r++) {
        float *dx = (float *)out[0].data + r * a->h * a->w * a->c;
        for (int64_t i = 0; i < a->oh; i++) {
            for (int64_t j = 0; j < a->ow; j++, dy += a->c, index += a->c) {
                float *to = dx + corner(a, i, j);
                for (int64_t t = 0; t < taps; t++) add_chosen(a->c, (int32_t)t, dy, index, to + tap_offset(a, t));
            }
        }
    }
}

static void take_chosen(int64_t c, int32_t tap, const float *restrict x, const int32_t *restrict index, float *restrict y)
{
    for (int64_t i = 0; i < c; i++) y[i] = index[i] == tap ? x[i] : y[i];
}

void ASY_V(asy__repool)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    const asy_pool_attr *a = node->attr;
    const int64_t rows = rows_of(a, &out[0]), taps = a->size[0] * a->size[1];
    const int32_t *index = in[1].data;
    float *y = out[0].data;
    memset(y, 0, asy_tensor_bytes(&out[0]));
    for (int64_t r = 0; r < rows; r++) {
        const float *x = (const float *)in[0].data + r * a->h * a->w * a->c;
        for (int64_t i = 0; i < a->oh; i++) {
            for (int64_t j = 0; j < a->ow; j++, y += a->c, index += a->c) {
                const float *from = x + corner(a, i, j);
                for (int64_t t = 0; t < taps; t++) take_chosen(a->c, (int32_t)t, from + tap_offset(a, t), index, y);
            }
        }
    }
}
