// SPDX-License-Identifier: GPL-3.0-or-later
/* The graph: static, SSA, differentiated symbolically, planned once, run thousands of times.
 *
 * A *row* value exists once per sample: its shape leaves the row axis out and its operators act on each row
 * alone. A *batch* value exists once per step: weights, statistics, whatever mixes samples. They meet only in
 * broadcast (batch → row), batch_sum (row → batch), batch_all (row → batch [B,…]) and batch_rows, its
 * inverse, and in the products whose weight is a batch value (linear, conv2d: the broadcast is implied) and
 * their weight gradients (the batch_sum is implied).
 *
 * Image values inside a graph are [H,W,C] (channels last); weights, files and everything a user sees are
 * NCHW/OIHW: asy_from_chw and asy_to_chw convert at the model's two ends.
 *
 * Builders never fail by themselves: a bad shape marks the graph, they return asy_val{0}, later calls pass it
 * on and asy_graph_status / asy_plan_new report the first cause. All memory comes from the graph's arena. */
#ifndef ASY_GRAPH_GRAPH_H
#define ASY_GRAPH_GRAPH_H
#include "../tensor/tensor.h"

typedef struct asy_graph asy_graph;
typedef struct {
    uint32_t id;
} asy_val; /* 0 = error */
typedef enum { ASY_ROW, ASY_BATCH } asy_class;
typedef struct {
    asy_class cls;
    asy_dtype dtype;
    asy_shape shape;
} asy_type;

/* `real` is ASY_F32 or ASY_F64: the type of everything that is computed. */
asy_graph *asy_graph_new(asy_arena *, asy_dtype real);
asy_dtype asy_graph_real(const asy_graph *);
asy_status asy_graph_status(const asy_graph *) ASY_CHECKED;
asy_type asy_val_type(const asy_graph *, asy_val);
/* Names a value for traces and error messages; the text is copied. */
asy_val asy_val_name(asy_graph *, asy_val, const char *fmt, ...) ASY_PRINTF(3, 4);

/* ---- leaves */
asy_val asy_input(asy_graph *, const char *name, asy_class, asy_dtype, asy_shape);
/* a constant of the graph's real type */
asy_val asy_fill(asy_graph *, asy_class, asy_shape, double value);
/* batch: up to 4096 given values; derivative 0 */
asy_val asy_constant(asy_graph *, asy_shape, const double v[]);
/* batch []: the number of rows, as a real */
asy_val asy_rows(asy_graph *);

/* ---- between the classes */
asy_val asy_broadcast(asy_graph *, asy_val batch); /* batch [S] → row [S] */
/* row [S] → batch [S]: a chain over the rows of each group of 8, then the tree of asy_tree_f32 */
asy_val asy_batch_sum(asy_graph *, asy_val row);
/* row [S] → batch [B,S]: B is the plan's row count; written as axis −1 in the type */
asy_val asy_batch_all(asy_graph *, asy_val row);
asy_val asy_batch_rows(asy_graph *, asy_val batch); /* its inverse */

/* ---- element-wise; two operands: equal shapes, or the second's shape is a suffix of the first's ([C]
 * against [H,W,C], [] against all). A batch operand beside a row one is broadcast. */
asy_val asy_add(asy_graph *, asy_val, asy_val);
asy_val asy_sub(asy_graph *, asy_val, asy_val);
asy_val asy_mul(asy_graph *, asy_val, asy_val);
asy_val asy_div(asy_graph *, asy_val, asy_val);
asy_val asy_neg(asy_graph *, asy_val);
/* fma(x, scale, shift), the constants rounded to the real type */
asy_val asy_affine(asy_graph *, asy_val x, double scale, double shift);
asy_val asy_relu(asy_graph *, asy_val); /* x < 0 ? 0 : x */
asy_val asy_exp(asy_graph *, asy_val);
asy_val asy_log(asy_graph *, asy_val);
asy_val asy_tanh(asy_graph *, asy_val);
asy_val asy_sqrt(asy_graph *, asy_val);
asy_val asy_abs(asy_graph *, asy_val);              /* derivative sign(x), sign(0) = 0 */
asy_val asy_sign(asy_graph *, asy_val);             /* −1, 0, +1; NaN stays; derivative 0 */
asy_val asy_greater(asy_graph *, asy_val, asy_val); /* 1 or 0; derivative 0 */
/* mask ≠ 0 ? a : b; all of one shape */
asy_val asy_select(asy_graph *, asy_val mask, asy_val a, asy_val b);
/* derivative 1 inside [lo, hi], 0 outside */
asy_val asy_clamp(asy_graph *, asy_val, double lo, double hi);
asy_val asy_erf(asy_graph *, asy_val);
asy_val asy_sigmoid(asy_graph *, asy_val);
asy_val asy_softplus(asy_graph *, asy_val);           /* ln(1 + eˣ) */
asy_val asy_power(asy_graph *, asy_val x, double p);  /* x^p as C's pow; derivative p x^(p−1) */
asy_val asy_sqrt_safe(asy_graph *, asy_val);          /* derivative 0 at 0 */
asy_val asy_div_safe(asy_graph *, asy_val, asy_val);  /* 0 where the divisor is 0 */
asy_val asy_mul_safe(asy_graph *, asy_val, asy_val);  /* 0 where the second is 0, whatever the first is */
asy_val asy_less(asy_graph *, asy_val, asy_val);      /* 1 or 0; derivative 0 */
asy_val asy_equal(asy_graph *, asy_val, asy_val);     /* likewise */
/* NaN rule of DESIGN §3.3; where both are equal the first one is taken, and gets the derivative */
asy_val asy_maximum(asy_graph *, asy_val, asy_val);
asy_val asy_minimum(asy_graph *, asy_val, asy_val);
asy_val asy_floor(asy_graph *, asy_val); /* derivative 0 */
asy_val asy_round(asy_graph *, asy_val); /* halves to even; derivative 0 */
/* i32: the nearest of 0 … n − 1, halves to even, NaN as 0; derivative 0 */
asy_val asy_to_index(asy_graph *, asy_val, int64_t n);
/* the value of y with the derivative of x: straight-through and surrogate derivatives */
asy_val asy_through(asy_graph *, asy_val y, asy_val x);
asy_val asy_detach(asy_graph *, asy_val); /* a view whose derivative is 0 */

/* ---- shape */
asy_val asy_reshape(asy_graph *, asy_val, asy_shape); /* a view */
/* axis i of the result is axis perm[i] of x */
asy_val asy_transpose(asy_graph *, asy_val, const int perm[]);
asy_val asy_from_chw(asy_graph *, asy_val); /* [C,H,W] → [H,W,C] */
asy_val asy_to_chw(asy_graph *, asy_val);   /* [H,W,C] → [C,H,W] */
/* repeat along new leading axes: the shape is a suffix of `to` */
asy_val asy_expand_lead(asy_graph *, asy_val, asy_shape to);
asy_val asy_expand_last(asy_graph *, asy_val, int64_t n); /* [S] → [S,n] */

/* elements first … first + count − 1 of an axis; the axis of rows cannot be cut */
asy_val asy_slice(asy_graph *, asy_val, int axis, int64_t first, int64_t count);
asy_val asy_pad(asy_graph *, asy_val, int axis, int64_t before, int64_t after, double value);
asy_val asy_concat(asy_graph *, int n, const asy_val in[], int axis); /* batch beside row: broadcast */
asy_val asy_flip(asy_graph *, asy_val, int axis);

/* ---- reductions inside a row (or a batch value); order: 16 lanes and the tree, elements in storage order */
asy_val asy_sum(asy_graph *, asy_val); /* → [] */
/* |x|₂ → [], squares summed in double: no overflow in float32; derivative 0 at 0 */
asy_val asy_length(asy_graph *, asy_val);
/* over the leading axes: the last `keep` axes stay. A chain over the leading index. */
asy_val asy_sum_lead(asy_graph *, asy_val, int keep);
asy_val asy_sum_last(asy_graph *, asy_val); /* [S,n] → [S] */
/* [S,n] → value [S], index [S] (i32): first of equals; NaN rule of DESIGN §3.3 */
void asy_max_last(asy_graph *, asy_val, asy_val out[2]);
asy_val asy_cumsum(asy_graph *, asy_val, bool reverse); /* over the last axis; reverse: from its end */
asy_val asy_logsumexp(asy_graph *, asy_val); /* over the last axis */
asy_val asy_softmax(asy_graph *, asy_val);   /* over the last axis */
asy_val asy_log_softmax(asy_graph *, asy_val); /* over the last axis */

/* ---- labels: row (or batch) i32 values; an index out of range gives zeros / −0 contributions, never a bad
 * access */
asy_val asy_onehot(asy_graph *, asy_val index, int64_t n); /* [S] → [S,n] */
asy_val asy_pick(asy_graph *, asy_val x, asy_val index);   /* [S,n], [S] → [S] */
/* [S] → [S,n]: x at index, 0 elsewhere */
asy_val asy_place(asy_graph *, asy_val x, asy_val index, int64_t n);
/* Choosing along an axis: [A,n,C], index [A,I] → [A,I,C], where A are `axis` axes that both have. A batch
 * table and a row index (axis 0) make an embedding; a batch index serves all rows. */
asy_val asy_gather(asy_graph *, asy_val x, asy_val index, int axis);
/* [A,I,C], [A,I] → [A,n,C]: adds in the order of I */
asy_val asy_scatter_add(asy_graph *, asy_val, asy_val index, int axis, int64_t n);
/* row [I,C], row [I] → batch [n,C]: the derivative of an embedding; rule of summation as of linear_w */
asy_val asy_embedding_w(asy_graph *, asy_val dy, asy_val index, int64_t n);
/* [S,n] → the first k in order, value [S,k] and i32 index [S,k]; ties by index, NaN above all numbers */
void asy_sort(asy_graph *, asy_val, int64_t k, bool descending, asy_val out[2]);
/* points [S,2], (y, x) in pixels of an [h,w] image → i32 [4,S]: the pixels at (⌊y⌋,⌊x⌋), (⌊y⌋,⌊x⌋+1),
 * (⌊y⌋+1,⌊x⌋), (⌊y⌋+1,⌊x⌋+1), as y·w + x; outside −1, or with `border` the nearest one */
asy_val asy_corners(asy_graph *, asy_val points, int64_t h, int64_t w, bool border);
/* row [K], row [] → row []: logsumexp(z) − z_y, as max-shifted in one op */
asy_val asy_xent(asy_graph *, asy_val logits, asy_val labels);

/* ---- products. [.., M,K] × [.., K,N] → [.., M,N], both row or both batch values with equal leading axes (a
 * batch one beside a row one is broadcast); ta, tb: the last two axes of a, b change places first. Each
 * output: one fma chain from +0 over k = 0 … K−1. */
asy_val asy_matmul(asy_graph *, asy_val a, asy_val b, bool ta, bool tb);

/* A sparse matrix A beside dense batch values. Row r's entries are start[r] ≤ e < start[r+1] (i32, batch
 * [N+1], cut to what is there), each with a column (i32, batch [E]; none of 0 … M−1: the entry is not there)
 * and a value (batch [E]). spmm: A x, [M,F] → [N,F]; spmm_t: Aᵀ dy, [N,F] → [columns,F]; sddmm: dy_row ·
 * x_column for each entry → [E]. Chains of fma in the order of the entries (spmm, spmm_t), of the features
 * (sddmm). */
asy_val asy_spmm(asy_graph *, asy_val start, asy_val column, asy_val value, asy_val x);
asy_val asy_spmm_t(asy_graph *, asy_val start, asy_val column, asy_val value, asy_val dy, int64_t columns);
asy_val asy_sddmm(asy_graph *, asy_val start, asy_val column, asy_val dy, asy_val x);

/* x row; w batch: y = W x + b, W [N,K], x [.., K] (K alone, or tokens of K each); b [N] or {0} for none. Each
 * output: one fma chain from +0 over k = 0 … K−1, then + b. */
asy_val asy_linear(asy_graph *, asy_val x, asy_val w, asy_val b);
asy_val asy_linear_x(asy_graph *, asy_val dy, asy_val w); /* Wᵀ dy: chain over n */
/* Σ dy xᵀ over rows and tokens, batch [N,K]; rule of summation: below */
asy_val asy_linear_w(asy_graph *, asy_val dy, asy_val x);

/* Convolution (cross-correlation). x row [H,W,C], w batch [O,C/groups,kh,kw] (OIHW), b batch [O] or {0};
 * result [OH,OW,O], OH = ⌊(H + 2 pad − dilation·(kh − 1) − 1) / stride⌋ + 1. The channels are cut into
 * `groups` of equal size, in their order; a group's outputs see its inputs only (C/groups = 1: depthwise).
 * 0 ≤ pad ≤ dilation·(k − 1). Each output: one fma chain from +0 in the order (kh, kw, c within the group)
 * over the padded image (padding is +0 and takes part), then + b. */
typedef struct {
    int64_t stride[2], pad[2];
    int64_t dilation[2]; /* 0: 1 */
    int64_t groups;      /* 0: 1 */
} asy_conv;              /* [0] height, [1] width */
asy_val asy_conv2d(asy_graph *, asy_val x, asy_val w, asy_val b, const asy_conv *);
/* Its partials. conv2d_x: dy, w → [H,W,C]; `in` is x's shape; chain over (kh, kw, o within the group) with
 * kh, kw *descending in w's index* (the correlation of the zero-dilated, padded dy with the flipped weight,
 * in storage order). conv2d_w: dy, x → batch [O,C/groups,kh,kw]; `w` is w's shape. */
asy_val asy_conv2d_x(asy_graph *, asy_val dy, asy_val w, const asy_conv *, asy_shape in);
asy_val asy_conv2d_w(asy_graph *, asy_val dy, asy_val x, const asy_conv *, asy_shape w);
/* Rule of summation of linear_w, conv2d_w (DESIGN §3.3), by the weight's shape alone, stored in the node: up
 * to 32768 elements, group partials: within a group of 8 rows one chain over (row, oh, ow), or (row, token),
 * from +0, then the tree over groups; above, one chain over (all rows, oh, ow), parallel over tiles. */
enum { ASY_SUM_GROUP = 8, ASY_SUM_SMALL = 32768 };

/* ---- pooling. x [H,W,C]; 0 ≤ pad < size; OH = ⌊(H + 2 pad − size) / stride⌋ + 1: the incomplete border is
 * dropped. */
typedef struct {
    int64_t size[2], stride[2], pad[2];
} asy_window;
/* value [OH,OW,C]; i32 index kh·KW + kw of the first maximum; padded places never win */
void asy_max_pool(asy_graph *, asy_val x, const asy_window *, asy_val out[2]);
/* a chain of sums from +0 in the order (kh, kw) over the places inside the image, then divided by their
 * count; count_pad: by all of the window's places */
asy_val asy_avg_pool(asy_graph *, asy_val x, const asy_window *, bool count_pad);
/* its adjoint: adds dy over that count, in order (oh, ow), to all places inside */
asy_val asy_avg_unpool(asy_graph *, asy_val dy, const asy_window *, bool count_pad, asy_shape in);
/* Adaptive: window i reaches from ⌊i·H/OH⌋ to ⌈(i+1)·H/OH⌉. */
void asy_adaptive_max_pool(asy_graph *, asy_val x, int64_t oh, int64_t ow, asy_val out[2]);
asy_val asy_adaptive_avg_pool(asy_graph *, asy_val x, int64_t oh, int64_t ow);
/* adds dy at the chosen places, in order (oh, ow) */
asy_val asy_unpool(asy_graph *, asy_val dy, asy_val index, const asy_window *, asy_shape in);
/* [H,W,C], odd windows up to 15 × 15 whose borders repeat: value, and i32 index of the element that was taken
 * in [H·W·C] */
void asy_median(asy_graph *, asy_val x, int64_t kh, int64_t kw, asy_val out[2]);
/* takes x at the chosen places */
asy_val asy_repool(asy_graph *, asy_val x, asy_val index, const asy_window *);

/* ---- random numbers: a function of (stream, sample id, draw). key: batch [2] i32, the words of the stream's
 * key; id: row [2] i32, the sample id's low and high word; draw: row [] i32. Row value of this shape: uniform
 * on [a, b], or normal with mean a and deviation b. Derivative 0. Models ask for them through
 * asy_scope_random. id batch [N,2] and draw {0}: a batch value [N, S…], as if of N rows with draw 0. */
asy_val asy_random(asy_graph *, asy_val key, asy_val id, asy_val draw, asy_shape, bool normal, double a,
                   double b);

/* ---- derivatives, as more graph. y: real, shape []; a row y counts as its sum over rows. out[i] has
 * wrt[i]'s class and shape; zeros where y does not depend on it. Only nodes on a path from wrt to y are
 * visited, in an order that the structure alone decides. */
void asy_grad(asy_graph *, asy_val y, int n, const asy_val wrt[], asy_val out[]);
asy_val asy_hvp(asy_graph *, asy_val y, asy_val wrt, asy_val v); /* ∂/∂wrt ⟨∂y/∂wrt, v⟩ */
/* The gradient of each row's own loss. rows: real, row []; out[i]: row value of wrt[i]'s shape, zeros where
 * the rows do not depend on it. For a batch value its sum over rows is what asy_grad gives. Refused where a
 * row's loss sees other rows, be it through detached values or their number alone: a per-sample gradient does
 * not exist there. Each row's gradient is made: for clipped sums take asy_grad_clipped (clip.h).
 * Through a convolution's weight it cannot be differentiated again, through other weights it can. */
void asy_grad_per_sample(asy_graph *, asy_val rows, int n, const asy_val wrt[], asy_val out[]);
/* All K gradients of y, row [K], in one plan: out[i] is the row value [K, wrt[i]'s shape]. Refusals as above. */
void asy_grad_rows(asy_graph *, asy_val y, int n, const asy_val wrt[], asy_val out[]);

#endif
