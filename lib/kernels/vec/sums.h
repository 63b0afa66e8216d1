// SPDX-License-Identifier: GPL-3.0-or-later
/* Sixteen lanes and the tree. A lane never holds −0, so adding +0 for an element that is not there changes
 * nothing. */
#ifndef ASY_KERNELS_SUMS_H
#define ASY_KERNELS_SUMS_H
#include "lanes.h"

ASY_INLINE float lanes_tree(lanes acc)
{
    float t[16];
    lanes_store(t, acc);
    for (int i = 0; i < 8; i++) t[i] += t[i + 8];
    for (int i = 0; i < 4; i++) t[i] += t[i + 4];
    return (t[0] + t[2]) + (t[1] + t[3]);
}

ASY_INLINE float lanes_sum(int64_t n, const float *x)
{
    lanes acc = lanes_set(0);
    int64_t i = 0;
    for (; i + 16 <= n; i += 16) acc = lanes_add(acc, lanes_load(x + i));
    if (i < n) acc = lanes_add(acc, lanes_load_some(x + i, lanes_first((int)(n - i))));
    return lanes_tree(acc);
}
#endif
