// SPDX-License-Identifier: GPL-3.0-or-later
/* What the kernels share. The files of vec/ are compiled once per instruction set; ASY_V gives each symbol the set's name. */
#ifndef ASY_KERNELS_KERNEL_H
#define ASY_KERNELS_KERNEL_H
#include "../graph/ops.h"
#include "kernels.h"

#ifndef ASY_VARIANT
#define ASY_VARIANT plain
#endif
#define ASY_PASTE_(a, b) a##_##b
#define ASY_PASTE(a, b) ASY_PASTE_(a, b)
#define ASY_V(name) ASY_PASTE(name, ASY_VARIANT)
/* Before a loop whose count is a constant once inlined: all of it at once, so that arrays become registers. */
#if defined __clang__
#pragma clang diagnostic ignored "-Wpass-failed" /* below -O3 it may decline: slower, the same bits */
#define ASY_UNROLLED _Pragma("clang loop unroll(full)")
#else
#define ASY_UNROLLED _Pragma("GCC unroll 32")
#endif
#define ASY_INLINE static inline __attribute__((always_inline))

/* The batch-reduce product: for i < m, j < n
 *     c[i, j] = (go_on ? c[i, j] : +0) + Σ_s<blocks Σ_k<depth  a[s·a_block + k·a_k + i·a_m] · b[s·b_block + k·b_k + j]  (+ bias[j] at the end)
 * as one chain of fma in the order (s, k), whatever m and n. It is done `times` times, a and c moving by a_time and c_time.
 * n ≤ 32. Exactly n columns of b, c and bias are touched. Strides are in floats; the columns of b and c are contiguous. */
typedef struct {
    int64_t m, n, blocks, depth;
    const float *a;
    int64_t a_m, a_k, a_block;
    const float *b;
    int64_t b_k, b_block;
    float *c;
    int64_t c_m;
    const float *bias;   /* NULL: none */
    bool go_on;
    int64_t times, a_time, c_time;
} asy__product;
void ASY_V(asy__multiply)(const asy__product *);

/* Panels of 32 columns: element (k, j) of a [depth, n] matrix at ((j / 32)·depth + k)·32 + j mod 32, zeros beyond n. */
enum { ASY__PANEL = 32 };
static inline int64_t asy__panels(int64_t n) { return (n + ASY__PANEL - 1) / ASY__PANEL; }
static inline int64_t asy__min(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t asy__max(int64_t a, int64_t b) { return a > b ? a : b; }

/* y[j·y_row + i] = x[i·x_row + j] for i < rows, j < cols. */
void ASY_V(asy__flip)(int64_t rows, int64_t cols, const float *x, int64_t x_row, float *y, int64_t y_row);

/* All kernels of this instruction set. */
extern const asy_kernel_entry ASY_V(asy__kernels)[];

typedef void asy__kernel(const asy_node *, const asy_tensor in[], asy_tensor out[], asy_kwork *);
typedef size_t asy__scratch(const asy_node *, int64_t rows);
typedef size_t asy__packed_bytes(const asy_node *);
typedef void asy__pack(const asy_node *, const asy_tensor *, void *);

asy__kernel ASY_V(asy__linear), ASY_V(asy__linear_x), ASY_V(asy__linear_w);
asy__packed_bytes ASY_V(asy__linear_packed), ASY_V(asy__linear_x_packed);
asy__pack ASY_V(asy__linear_pack), ASY_V(asy__linear_x_pack);
asy__kernel ASY_V(asy__matmul);
asy__scratch ASY_V(asy__matmul_scratch);
asy__scratch ASY_V(asy__linear_scratch), ASY_V(asy__linear_w_scratch);
asy__kernel ASY_V(asy__conv2d), ASY_V(asy__conv2d_x), ASY_V(asy__conv2d_w);
asy__packed_bytes ASY_V(asy__conv2d_packed), ASY_V(asy__conv2d_x_packed);
asy__pack ASY_V(asy__conv2d_pack), ASY_V(asy__conv2d_x_pack);
asy__scratch ASY_V(asy__conv2d_scratch), ASY_V(asy__conv2d_x_scratch), ASY_V(asy__conv2d_w_scratch);
asy__kernel ASY_V(asy__add), ASY_V(asy__sub), ASY_V(asy__mul), ASY_V(asy__div), ASY_V(asy__greater), ASY_V(asy__neg),
    ASY_V(asy__affine), ASY_V(asy__relu), ASY_V(asy__relu_grad), ASY_V(asy__exp), ASY_V(asy__log), ASY_V(asy__tanh),
    ASY_V(asy__sqrt), ASY_V(asy__abs), ASY_V(asy__sign), ASY_V(asy__select), ASY_V(asy__clamp), ASY_V(asy__clamp_grad);
asy__kernel ASY_V(asy__mul_safe), ASY_V(asy__length), ASY_V(asy__linear_w_norm), ASY_V(asy__conv2d_w_row),
    ASY_V(asy__conv2d_w_norm);
asy__scratch ASY_V(asy__linear_w_norm_scratch), ASY_V(asy__conv2d_w_norm_scratch);
asy__kernel ASY_V(asy__less), ASY_V(asy__equal), ASY_V(asy__maximum), ASY_V(asy__minimum), ASY_V(asy__div_safe),
    ASY_V(asy__erf), ASY_V(asy__sigmoid), ASY_V(asy__softplus), ASY_V(asy__power), ASY_V(asy__floor), ASY_V(asy__round);
asy__kernel ASY_V(asy__cumsum), ASY_V(asy__log_softmax);
asy__kernel ASY_V(asy__sum), ASY_V(asy__sum_last), ASY_V(asy__sum_lead), ASY_V(asy__batch_sum);
asy__kernel ASY_V(asy__max_last), ASY_V(asy__logsumexp), ASY_V(asy__softmax), ASY_V(asy__xent);
asy__kernel ASY_V(asy__spmm), ASY_V(asy__spmm_t), ASY_V(asy__sddmm);
asy__kernel ASY_V(asy__sort), ASY_V(asy__median);
asy__scratch ASY_V(asy__sort_scratch);
asy__kernel ASY_V(asy__scatter_add), ASY_V(asy__embedding_w);
asy__kernel ASY_V(asy__onehot), ASY_V(asy__pick), ASY_V(asy__place);
asy__kernel ASY_V(asy__max_pool), ASY_V(asy__unpool), ASY_V(asy__repool);
asy__kernel ASY_V(asy__avg_pool), ASY_V(asy__avg_unpool);
asy__kernel ASY_V(asy__transpose), ASY_V(asy__broadcast), ASY_V(asy__expand_lead), ASY_V(asy__expand_last);
#endif
