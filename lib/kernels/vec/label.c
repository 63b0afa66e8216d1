// SPDX-License-Identifier: GPL-3.0-or-later
/* onehot pick place. An index out of range chooses nothing. */
#include <string.h>
#include "../kernel.h"

void ASY_V(asy__onehot)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node, (void)kw;
    const int64_t n = out[0].s.d[out[0].s.n - 1], count = asy_shape_count(&in[0].s);
    const int32_t *index = in[0].data;
    float *y = out[0].data;
    memset(y, 0, asy_tensor_bytes(&out[0]));
    for (int64_t i = 0; i < count; i++, y += n) {
        if (index[i] >= 0 && index[i] < n) y[index[i]] = 1;
    }
}

void ASY_V(asy__pick)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node, (void)kw;
    const int64_t n = in[0].s.d[in[0].s.n - 1], count = asy_shape_count(&in[1].s);
    const float *x = in[0].data;
    const int32_t *index = in[1].data;
    float *y = out[0].data;
    for (int64_t i = 0; i < count; i++, x += n) y[i] = index[i] >= 0 && index[i] < n ? x[index[i]] : 0;
}

void ASY_V(asy__place)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node, (void)kw;
    const int64_t n = out[0].s.d[out[0].s.n - 1], count = asy_shape_count(&in[1].s);
    const float *x = in[0].data;
    const int32_t *index = in[1].data;
    float *y = out[0].data;
    memset(y, 0, asy_tensor_bytes(&out[0]));
    for (int64_t i = 0; i < count; i++, y += n) {
        if (index[i] >= 0 && index[i] < n) y[index[i]] = x[i];
    }
}
