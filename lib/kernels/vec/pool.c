// SPDX-License-Identifier: GPL-3.0-or-later
/* max_pool, the two that follow its index, and averages; channels side by side. */
#include <string.h>
#include "lanes.h"

static int64_t rows_of(const asy_pool_attr *a, const asy_tensor *pooled)
{
    int64_t per_row = a->oh * a->ow * a->c;
    return per_row > 0 ? asy_shape_count(&pooled->s) / per_row : 0;
}

/* The places of a window inside the image. */
typedef struct {
    asy_pool_span h, w;
    int64_t first, row; /* its first place in x; floats from its last in a row to its next */
} window;

static window window_at(const asy_pool_attr *a, const asy_pool_span *h, int64_t j)
{
    window w = { .h = *h, .w = asy_pool_span_of(a, 1, j) };
    w.first = (h->first * a->w + w.w.first) * a->c;
    w.row = (a->w - (w.w.end - w.w.first)) * a->c;
    return w;
}

/* The index of place (p, q). */
static int32_t tap_of(const asy_pool_attr *a, const window *w, int64_t p, int64_t q)
{
    return (int32_t)((p - w->h.begin) * a->size[1] + q - w->w.begin);
}

static void take_first(int64_t c, int32_t tap, const float *restrict x, float *restrict y,
                       int32_t *restrict index)
{
    for (int64_t i = 0; i < c; i++) {
        y[i] = x[i];
        index[i] = tap;
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

static void largest(const asy_pool_attr *a, const window *w, const float *x, float *y, int32_t *index)
{
    x += w->first;
    if (a->size[0] == 2 && a->size[1] == 2 && !a->adaptive && a->pad[0] == 0 && a->pad[1] == 0) {
        largest_of_four(a->c, x, x + a->w * a->c, y, index);
        return;
    }
    for (int64_t p = w->h.first; p < w->h.end; p++, x += w->row) {
        for (int64_t q = w->w.first; q < w->w.end; q++, x += a->c) {
            int32_t tap = tap_of(a, w, p, q);
            if (p == w->h.first && q == w->w.first) take_first(a->c, tap, x, y, index);
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
            const asy_pool_span h = asy_pool_span_of(a, 0, i);
            for (int64_t j = 0; j < a->ow; j++, y += a->c, index += a->c) {
                const window w = window_at(a, &h, j);
                largest(a, &w, x, y, index);
            }
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

/* One window of dy to its places. */
static void unpool(const asy_pool_attr *a, const window *w, bool apart, const float *dy, const int32_t *index,
                   float *dx)
{
    dx += w->first;
    for (int64_t p = w->h.first; p < w->h.end; p++, dx += w->row) {
        for (int64_t q = w->w.first; q < w->w.end; q++, dx += a->c)
            (apart ? put_chosen : add_chosen)(a->c, tap_of(a, w, p, q), dy, index, dx);
    }
}

void ASY_V(asy__unpool)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    const asy_pool_attr *a = node->attr;
    const int64_t rows = rows_of(a, &in[0]);
    const bool apart = !a->adaptive && a->stride[0] >= a->size[0] && a->stride[1] >= a->size[1];
    const bool covers = a->pad[0] == 0 && a->pad[1] == 0 && a->oh * a->size[0] == a->h &&
        a->ow * a->size[1] == a->w;
    const float *dy = in[0].data;
    const int32_t *index = in[1].data;
    if (!apart || !covers) memset(out[0].data, 0, asy_tensor_bytes(&out[0]));
    for (int64_t r = 0; r < rows; r++) {
        float *dx = (float *)out[0].data + r * a->h * a->w * a->c;
        for (int64_t i = 0; i < a->oh; i++) {
            const asy_pool_span h = asy_pool_span_of(a, 0, i);
            for (int64_t j = 0; j < a->ow; j++, dy += a->c, index += a->c) {
                const window w = window_at(a, &h, j);
                unpool(a, &w, apart, dy, index, dx);
            }
        }
    }
}

static void take_chosen(int64_t c, int32_t tap, const float *restrict x, const int32_t *restrict index,
                        float *restrict y)
{
    for (int64_t i = 0; i < c; i++) y[i] = index[i] == tap ? x[i] : y[i];
}

static void repool(const asy_pool_attr *a, const window *w, const float *x, const int32_t *index, float *y)
{
    x += w->first;
    for (int64_t p = w->h.first; p < w->h.end; p++, x += w->row) {
        for (int64_t q = w->w.first; q < w->w.end; q++, x += a->c)
            take_chosen(a->c, tap_of(a, w, p, q), x, index, y);
    }
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
            const asy_pool_span h = asy_pool_span_of(a, 0, i);
            for (int64_t j = 0; j < a->ow; j++, y += a->c, index += a->c) {
                const window w = window_at(a, &h, j);
                repool(a, &w, x, index, y);
            }
        }
    }
}

/* ---- averages. Sixteen channels of a window; some: fewer. */
ASY_INLINE void mean16(const asy_pool_attr *a, const window *w, lanes count, const float *x, float *y,
                       lanes_mask last, const bool some)
{
    lanes sum = lanes_set(0);
    for (int64_t p = w->h.first; p < w->h.end; p++, x += w->row) {
        for (int64_t q = w->w.first; q < w->w.end; q++, x += a->c)
            sum = lanes_add(sum, some ? lanes_load_some(x, last) : lanes_load(x));
    }
    sum = lanes_div(sum, count);
    if (some) lanes_store_some(y, last, sum);
    else lanes_store(y, sum);
}

static void mean(const asy_pool_attr *a, const window *w, const float *x, float *y)
{
    const lanes count = lanes_set((float)asy_pool_count(a, &w->h, &w->w));
    const lanes_mask last = lanes_first((int)(a->c % 16));
    int64_t c = 0;
    for (; c + 16 <= a->c; c += 16) mean16(a, w, count, x + w->first + c, y + c, last, false);
    if (c < a->c) mean16(a, w, count, x + w->first + c, y + c, last, true);
}

void ASY_V(asy__avg_pool)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    const asy_pool_attr *a = node->attr;
    const int64_t rows = rows_of(a, &out[0]);
    float *y = out[0].data;
    for (int64_t r = 0; r < rows; r++) {
        const float *x = (const float *)in[0].data + r * a->h * a->w * a->c;
        for (int64_t i = 0; i < a->oh; i++) {
            const asy_pool_span h = asy_pool_span_of(a, 0, i);
            for (int64_t j = 0; j < a->ow; j++, y += a->c) {
                const window w = window_at(a, &h, j);
                mean(a, &w, x, y);
            }
        }
    }
}

ASY_INLINE void spread16(const asy_pool_attr *a, const window *w, lanes count, const float *dy, float *dx,
                         lanes_mask last, const bool some)
{
    const lanes part = lanes_div(some ? lanes_load_some(dy, last) : lanes_load(dy), count);
    for (int64_t p = w->h.first; p < w->h.end; p++, dx += w->row) {
        for (int64_t q = w->w.first; q < w->w.end; q++, dx += a->c) {
            if (some) lanes_store_some(dx, last, lanes_add(lanes_load_some(dx, last), part));
            else lanes_store(dx, lanes_add(lanes_load(dx), part));
        }
    }
}

static void spread(const asy_pool_attr *a, const window *w, const float *dy, float *dx)
{
    const lanes count = lanes_set((float)asy_pool_count(a, &w->h, &w->w));
    const lanes_mask last = lanes_first((int)(a->c % 16));
    int64_t c = 0;
    for (; c + 16 <= a->c; c += 16) spread16(a, w, count, dy + c, dx + w->first + c, last, false);
    if (c < a->c) spread16(a, w, count, dy + c, dx + w->first + c, last, true);
}

void ASY_V(asy__avg_unpool)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    const asy_pool_attr *a = node->attr;
    const int64_t rows = rows_of(a, &in[0]);
    const float *dy = in[0].data;
    memset(out[0].data, 0, asy_tensor_bytes(&out[0]));
    for (int64_t r = 0; r < rows; r++) {
        float *dx = (float *)out[0].data + r * a->h * a->w * a->c;
        for (int64_t i = 0; i < a->oh; i++) {
            const asy_pool_span h = asy_pool_span_of(a, 0, i);
            for (int64_t j = 0; j < a->ow; j++, dy += a->c) {
                const window w = window_at(a, &h, j);
                spread(a, &w, dy, dx);
            }
        }
    }
}
