// SPDX-License-Identifier: GPL-3.0-or-later
/* What is made of the operators: activations, means, norms, products, attention, resampling, steps with a
 * declared derivative. Nothing here has rules of its own, so values, derivatives of every order and bits
 * follow from the operators'. Values are row or batch ones unless said otherwise. */
#ifndef ASY_GRAPH_NN_H
#define ASY_GRAPH_NN_H
#include "graph.h"

/* ---- activations */
asy_val asy_gelu(asy_graph *, asy_val);                    /* x Φ(x), by erf */
asy_val asy_silu(asy_graph *, asy_val);                    /* x sigmoid(x) */
asy_val asy_leaky_relu(asy_graph *, asy_val, double slope); /* of the negative side */
asy_val asy_elu(asy_graph *, asy_val);                     /* x > 0 ? x : eˣ − 1 */
asy_val asy_square(asy_graph *, asy_val);

/* ---- over chosen axes. axes: bit i for axis i; none of them may be the axis of rows for the means. */
asy_val asy_sum_axes(asy_graph *, asy_val, unsigned axes); /* a chain over the chosen axes in their order */
asy_val asy_mean_axes(asy_graph *, asy_val, unsigned axes);
asy_val asy_mean_all(asy_graph *, asy_val);                    /* of all elements → [] */
asy_val asy_mean_last(asy_graph *, asy_val);               /* [S,n] → [S] */
asy_val asy_norm(asy_graph *, asy_val);                    /* |x|₂ → []; derivative 0 at 0 */
asy_val asy_norm_last(asy_graph *, asy_val);               /* [S,n] → [S] */
asy_val asy_normalize_last(asy_graph *, asy_val);          /* x / |x|₂ over the last axis; 0 stays 0 */
asy_val asy_argmax_last(asy_graph *, asy_val);             /* [S,n] → i32 [S] */
/* n parts of equal size along an axis */
void asy_split(asy_graph *, asy_val, int axis, int n, asy_val out[]);

/* ---- products */
asy_val asy_swap_last(asy_graph *, asy_val);               /* the last two axes change places */
asy_val asy_gram(asy_graph *, asy_val x);                  /* [.., M,K] → [.., M,M]: x xᵀ */
/* y_o = x1ᵀ W_o x2: row [I], row [J], batch [O,I,J] → row [O] */
asy_val asy_bilinear(asy_graph *, asy_val x1, asy_val x2, asy_val w);
/* Transposed convolution: the image of which asy_conv2d with this geometry makes x's shape, as its gradient.
 * x row [H,W,C], w batch [C,O/groups,kh,kw], b batch [O] or {0} → [OH,OW,O], OH = (H − 1)·stride − 2 pad +
 * dilation·(kh − 1) + 1 + out_pad; 0 ≤ out_pad < stride (NULL: 0). Chain of asy_conv2d_x, then + b. */
asy_val asy_conv2d_transpose(asy_graph *, asy_val x, asy_val w, asy_val b, const asy_conv *,
                             const int64_t out_pad[2]);
asy_val asy_global_avg_pool(asy_graph *, asy_val x); /* [H,W,C] → [C] */
/* a graph convolution, A (x Wᵀ): A as in asy_spmm, x batch [M,F], w batch [N,F] */
asy_val asy_graph_conv(asy_graph *, asy_val start, asy_val column, asy_val value, asy_val x, asy_val w);
/* batch [V,D], row i32 [T] → row [T,D] */
asy_val asy_embedding(asy_graph *, asy_val table, asy_val tokens);

/* ---- attention */
/* over the last axis; where the mask (1 or 0, of z's shape, or a batch value beside a row one) is 0 the
 * result is 0, and all 0 where all of it is */
asy_val asy_softmax_masked(asy_graph *, asy_val z, asy_val mask);
/* batch [n,m]: 1 where m's index is not above n's, counted from the end of both */
asy_val asy_causal_mask(asy_graph *, int64_t n, int64_t m);
/* q [T,D], k [S,D], v [S,E] → [T,E]; D and E divide by heads. causal: token t sees those up to its own place,
 * counted from the end. Of each head: softmax(q kᵀ / √(D/heads)) v. */
asy_val asy_attention(asy_graph *, asy_val q, asy_val k, asy_val v, int64_t heads, bool causal);

/* ---- random numbers, steps, resampling */
/* x / (1 − rate) where u ≥ rate, 0 elsewhere. u: uniform on [0, 1], of x's shape (asy_random,
 * asy_scope_random), so that a row's mask is a function of stream, sample id and draw. */
asy_val asy_dropout(asy_graph *, asy_val x, asy_val u, double rate);
/* How a step is differentiated: exactly (0), as if it were not there (straight through), or as the smooth
 * staircase of tanh's that it is the limit of. */
typedef enum { ASY_STEP_EXACT, ASY_STEP_STRAIGHT, ASY_STEP_SURROGATE } asy_step_rule;
/* the nearest of `levels` ≥ 2 equally spaced values of [0, 1]; x outside is cut first (derivative 0 there) */
asy_val asy_quantize(asy_graph *, asy_val x, int64_t levels, asy_step_rule);
/* x [H,W,C] at points [OH,OW,2], (y, x) in pixels, pixel centres at whole numbers → [OH,OW,C], bilinear and
 * differentiable in both; outside 0, or with `border` the nearest pixel */
asy_val asy_grid_sample(asy_graph *, asy_val x, asy_val points, bool border);
#endif
