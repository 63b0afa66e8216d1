// SPDX-License-Identifier: GPL-3.0-or-later
/* transpose broadcast expand_lead expand_last. */
#include <string.h>
#include "../kernel.h"

/* A permutation of axes; those that stay neighbours are one axis. */
typedef struct {
    int n;
    int64_t size[ASY_MAXDIM], step[ASY_MAXDIM];
} walk; /* of the result's axes: length, step in x */

static walk walk_of(const asy_perm_attr *p, const int64_t d[])
{
    int64_t step[ASY_MAXDIM], s = 1;
    for (int i = (int)p->n - 1; i >= 0; i--) {
        step[i] = s;
        s *= d[i];
    }
    walk w = { .n = 0 };
    for (int i = 0; i < (int)p->n; i++) {
        int64_t axis = p->perm[i];
        bool joins = w.n > 0 && p->perm[i - 1] + 1 == axis;
        if (!joins) w.size[w.n++] = 1;
        w.size[w.n - 1] *= d[axis];
        w.step[w.n - 1] = step[axis];
    }
    return w;
}

/* The axes from `axis` on, at x. Gives the place behind what was written. */
static float *copy_axes(const walk *w, int axis, const float *x, float *y)
{
    if (axis == w->n) {
        *y = *x;
        return y + 1;
    }
    if (axis == w->n - 1) {
        if (w->step[axis] == 1) {
            memcpy(y, x, (size_t)w->size[axis] * sizeof *y);
        } else {
            for (int64_t i = 0; i < w->size[axis]; i++) y[i] = x[i * w->step[axis]];
        }
        return y + w->size[axis];
    }
    if (axis == w->n - 2 && w->step[axis] == 1) {
        ASY_V(asy__flip)(w->size[axis + 1], w->size[axis], x, w->step[axis + 1], y, w->size[axis + 1]);
        return y + w->size[axis] * w->size[axis + 1];
    }
    for (int64_t i = 0; i < w->size[axis]; i++) y = copy_axes(w, axis + 1, x + i * w->step[axis], y);
    return y;
}

void ASY_V(asy__transpose)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    const bool row = node->in_type[0].cls == ASY_ROW;
    const int64_t rows = row ? in[0].s.d[0] : 1, count = asy_shape_count(&in[0].s);
    const walk w = walk_of(node->attr, in[0].s.d + row);
    if (count == 0) return;
    for (int64_t r = 0; r < rows; r++) {
        int64_t at = r * (count / rows);
        (void)copy_axes(&w, 0, (const float *)in[0].data + at, (float *)out[0].data + at);
    }
}

void ASY_V(asy__broadcast)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node;
    size_t bytes = asy_tensor_bytes(&in[0]);
    for (int64_t r = 0; r < kw->rows; r++) memcpy((char *)out[0].data + (size_t)r * bytes, in[0].data, bytes);
}

void ASY_V(asy__expand_lead)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    const int64_t rows = node->in_type[0].cls == ASY_ROW ? in[0].s.d[0] : 1;
    const size_t to = rows > 0 ? asy_tensor_bytes(&out[0]) / (size_t)rows : 0,
                 from = rows > 0 ? asy_tensor_bytes(&in[0]) / (size_t)rows : 0;
    const char *x = in[0].data;
    char *y = out[0].data;
    for (int64_t r = 0; r < rows; r++, x += from) {
        for (size_t i = 0; i < to; i += from, y += from) memcpy(y, x, from);
    }
}

void ASY_V(asy__expand_last)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node, (void)kw;
    const int64_t n = out[0].s.d[out[0].s.n - 1], count = asy_shape_count(&in[0].s);
    const float *x = in[0].data;
    float *y = out[0].data;
    for (int64_t i = 0; i < count; i++, y += n) {
        for (int64_t j = 0; j < n; j++) y[j] = x[i];
    }
}
