// SPDX-License-Identifier: GPL-3.0-or-later
/* Sums with a written order (DESIGN §3.3): lane = index mod 16, lanes start at +0, then the tree 8, 4, 2, 1
 * (lane i += lane i + 8, …). The same bits on every instruction set. These are the reference; kernels have faster twins. */
#ifndef ASY_TENSOR_REDUCE_H
#define ASY_TENSOR_REDUCE_H
#include "tensor.h"
float  asy_sum_f32(size_t n, const float *x);          /* acc_lane = acc_lane + x */
float  asy_dot_f32(size_t n, const float *x, const float *y);   /* acc_lane = fmaf(x, y, acc_lane) */
double asy_sum_f64(size_t n, const double *x);
double asy_dot_f64(size_t n, const double *x, const double *y);
/* Norms of f32 data accumulated in f64 with the same lanes: what the evaluator reports. */
double asy_norm2_f32(size_t n, const float *x);
double asy_norminf_f32(size_t n, const float *x);      /* NaN if any element is NaN */
/* Fixed tree over `groups` partials of `n` floats each, stride n, in place: for s = 1, 2, 4 …: p[i] += p[i + s] for i ≡ 0 mod 2s. The sum ends in p[0]. */
void   asy_tree_f32(size_t groups, size_t n, float *p);
void   asy_tree_f64(size_t groups, size_t n, double *p);
#endif
