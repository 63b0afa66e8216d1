// SPDX-License-Identifier: GPL-3.0-or-later
/* The kernels of one instruction set. */
#include "../kernel.h"

#define ROW(name_) {.op = #name_, .fn = ASY_V(asy__##name_), .pack_arg = -1}

const asy_kernel_entry ASY_V(asy__kernels)[] = {
    {.op = "linear", .fn = ASY_V(asy__linear), .scratch = ASY_V(asy__linear_scratch), .pack_arg = 1,
     .packed_bytes = ASY_V(asy__linear_packed), .pack = ASY_V(asy__linear_pack)},
    {.op = "linear_x", .fn = ASY_V(asy__linear_x), .scratch = ASY_V(asy__linear_scratch), .pack_arg = 1,
     .packed_bytes = ASY_V(asy__linear_x_packed), .pack = ASY_V(asy__linear_x_pack)},
    {.op = "linear_w", .fn = ASY_V(asy__linear_w), .scratch = ASY_V(asy__linear_w_scratch), .pack_arg = -1},
    {.op = "matmul", .fn = ASY_V(asy__matmul), .scratch = ASY_V(asy__matmul_scratch), .pack_arg = -1},
    {.op = "conv2d", .fn = ASY_V(asy__conv2d), .scratch = ASY_V(asy__conv2d_scratch), .pack_arg = 1,
     .packed_bytes = ASY_V(asy__conv2d_packed), .pack = ASY_V(asy__conv2d_pack)},
    {.op = "conv2d_x", .fn = ASY_V(asy__conv2d_x), .scratch = ASY_V(asy__conv2d_x_scratch), .pack_arg = 1,
     .packed_bytes = ASY_V(asy__conv2d_x_packed), .pack = ASY_V(asy__conv2d_x_pack)},
    {.op = "conv2d_w", .fn = ASY_V(asy__conv2d_w), .scratch = ASY_V(asy__conv2d_w_scratch), .pack_arg = -1},
    {.op = "conv2d_w_row", .fn = ASY_V(asy__conv2d_w_row), .scratch = ASY_V(asy__conv2d_w_scratch), .pack_arg = -1},
    {.op = "conv2d_w_norm", .fn = ASY_V(asy__conv2d_w_norm), .scratch = ASY_V(asy__conv2d_w_norm_scratch),
     .pack_arg = -1},
    {.op = "linear_w_norm", .fn = ASY_V(asy__linear_w_norm), .scratch = ASY_V(asy__linear_w_norm_scratch),
     .pack_arg = -1},
    ROW(length), ROW(mul_safe),
    ROW(add), ROW(sub), ROW(mul), ROW(div), ROW(greater), ROW(neg), ROW(affine), ROW(relu), ROW(relu_grad),
    ROW(exp), ROW(log), ROW(tanh), ROW(sqrt), ROW(abs), ROW(sign), ROW(select), ROW(clamp), ROW(clamp_grad),
    ROW(less), ROW(equal), ROW(maximum), ROW(minimum), ROW(div_safe), {.op = "sqrt_safe", .fn = ASY_V(asy__sqrt), .pack_arg = -1},
    ROW(erf), ROW(sigmoid), ROW(softplus), ROW(power), ROW(floor), ROW(round), ROW(cumsum), ROW(log_softmax),
    ROW(sum), ROW(sum_last), ROW(sum_lead), ROW(batch_sum), ROW(max_last), ROW(logsumexp), ROW(softmax), ROW(xent),
    {.op = "sort", .fn = ASY_V(asy__sort), .scratch = ASY_V(asy__sort_scratch), .pack_arg = -1}, ROW(median),
    ROW(spmm), ROW(spmm_t), ROW(sddmm),
    ROW(scatter_add), ROW(embedding_w),
    ROW(onehot), ROW(pick), ROW(place), ROW(max_pool), ROW(unpool), ROW(repool), ROW(avg_pool), ROW(avg_unpool),
    ROW(transpose), ROW(broadcast), ROW(expand_lead), ROW(expand_last),
    {.op = NULL},
};
