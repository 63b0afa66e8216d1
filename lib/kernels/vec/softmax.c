// SPDX-License-Identifier: GPL-3.0-or-later
/* max_last logsumexp softmax log_softmax xent, over the last axis. */
#include "../../base/poly.h"
#include "sums.h"

/* The first of equals and the first NaN stay. */
static int64_t first_max(int64_t n, const float *x)
{
    int64_t at = 0;
    for (int64_t i = 1; i < n; i++) {
        if (x[i] > x[at] || (isnan(x[i]) && !isnan(x[at]))) at = i;
    }
    return at;
}

/* Σ exp(x − m) in lanes; the terms go to e if it is not NULL. */
static float sum_exp(int64_t n, const float *x, float m, float *e)
{
    lanes acc = lanes_set(0);
    for (int64_t i = 0; i < n; i += 16) {
        float t[16];
        int some = (int)asy__min(n - i, 16);
        for (int k = 0; k < 16; k++) t[k] = k < some ? x[i + k] : m;
        for (int k = 0; k < 16; k++) t[k] = asy_expf(t[k] - m);
        lanes y = lanes_load_some(t, lanes_first(some));
        acc = lanes_add(acc, y);
        if (e) lanes_store_some(e + i, lanes_first(some), y);
    }
    return lanes_tree(acc);
}

static int64_t last_axis(const asy_tensor *t)
{
    return t->s.d[t->s.n - 1];
}

static int64_t lines(const asy_tensor *t)
{
    int64_t n = last_axis(t);
    return n > 0 ? asy_shape_count(&t->s) / n : 0;
}

void ASY_V(asy__max_last)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node, (void)kw;
    const int64_t n = last_axis(&in[0]), count = lines(&in[0]);
    const float *x = in[0].data;
    float *value = out[0].data;
    int32_t *index = out[1].data;
    for (int64_t i = 0; i < count; i++, x += n) {
        int64_t at = first_max(n, x);
        value[i] = x[at];
        index[i] = (int32_t)at;
    }
}

void ASY_V(asy__logsumexp)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node, (void)kw;
    const int64_t n = last_axis(&in[0]), count = lines(&in[0]);
    const float *x = in[0].data;
    float *y = out[0].data;
    for (int64_t i = 0; i < count; i++, x += n) {
        float m = x[first_max(n, x)];
        y[i] = m + asy_logf(sum_exp(n, x, m, NULL));
    }
}

void ASY_V(asy__softmax)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node, (void)kw;
    const int64_t n = last_axis(&in[0]), count = lines(&in[0]);
    const float *x = in[0].data;
    float *y = out[0].data;
    for (int64_t i = 0; i < count; i++, x += n, y += n) {
        float s = sum_exp(n, x, x[first_max(n, x)], y);
        for (int64_t j = 0; j < n; j++) y[j] /= s;
    }
}

void ASY_V(asy__log_softmax)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node, (void)kw;
    const int64_t n = last_axis(&in[0]), count = lines(&in[0]);
    const float *x = in[0].data;
    float *y = out[0].data;
    for (int64_t i = 0; i < count; i++, x += n, y += n) {
        float m = x[first_max(n, x)], log_sum = asy_logf(sum_exp(n, x, m, NULL));
        for (int64_t j = 0; j < n; j++) y[j] = (x[j] - m) - log_sum;
    }
}

void ASY_V(asy__xent)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node, (void)kw;
    const int64_t n = last_axis(&in[0]), count = lines(&in[0]);
    const float *x = in[0].data;
    const int32_t *label = in[1].data;
    float *y = out[0].data;
    for (int64_t i = 0; i < count; i++, x += n) {
        float m = x[first_max(n, x)], log_sum = asy_logf(sum_exp(n, x, m, NULL));
        bool known = label[i] >= 0 && label[i] < n;
        y[i] = log_sum + (known ? m - x[label[i]] : m);
    }
}
