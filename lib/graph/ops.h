// SPDX-License-Identifier: GPL-3.0-or-later
/* The operators' attributes and layouts, for kernels. An operator is named as its builder without asy_:
 * "conv2d", "linear_w" …. All fields are 64 bits wide, so that attributes have no padding and can be compared
 * as bytes.
 *
 * Tensors: a row value is [rows, S…], a batch value [S…] (an axis that is −1 in the type, the row count, is
 * its real size in the tensor). Element-wise and last-axis operators may therefore work on the tensor's own
 * shape and forget which class it has.
 *
 *   add sub mul div greater      in {a, b}, no attributes. Per row (rows = 1 when all is batch) a has na
 * elements and b nb, nb divides na, and out[r][i] = a[r][i] ∘ b[r·sb + i mod nb], where sb = 0 if b is a
 * batch value and a a row value, else nb: see asy_second. neg relu exp log tanh sqrt abs sign detach     in
 * {x}, no attributes. affine: asy_affine_attr · clamp, clamp_grad: asy_clamp_attr relu_grad in {dy, y}: y > 0
 * ? dy : 0, equal shapes and classes. clamp_grad                   in {dy, x}: lo ≤ x ≤ hi ? dy : 0. select
 * in {mask, a, b}: equal shapes and classes. broadcast batch_sum          in {x}, no attributes; batch_sum is
 * a REDUCE in group form. batch_all, batch_rows, reshape, detach: views, never run. transpose: asy_perm_attr
 * (from_chw is perm {1,2,0}, to_chw {2,0,1}); axes of the type, the row axis of a row value not counted.
 *   expand_lead: asy_dims (`to`) · expand_last: asy_axis_attr
 *   sum                          a row's (or the batch value's) elements: asy_sum_f32. sum_last: asy_sum_f32
 * over the last axis. sum_lead: asy_axis_attr      n = axes kept; with m the elements of the result (of a
 * row's), out[j] = chain over i from +0 of + x[i·m + j]. max_last                     out {value, index}.
 *   softmax logsumexp            m = max (NaN rule), e_i = exp(z_i − m), s = asy_sum_f32(e); softmax e_i / s,
 * logsumexp m + log s. xent                         in {z [S…,K], y [S…]}: log s + (m − z_y); without the
 * bracket's second term, log s + m, where y is out of range. onehot: asy_onehot_attr · place: asy_axis_attr
 * (n) · pick: none linear*: asy_linear_attr · conv2d*: asy_conv_attr · max_pool, unpool, repool,
 * avg_pool, avg_unpool: asy_pool_attr; inputs in the builder's order, an absent bias is left out (n_in 2).
 *   less equal maximum minimum div_safe mul_safe   as add. erf sigmoid softplus floor round sqrt_safe: in {x}, no
 * attributes. through: a view of its first input. log_softmax: (z_i − m) − log s. slice pad concat flip
 * gather random: their references serve float32 too, they have no kernels. */
#ifndef ASY_GRAPH_OPS_H
#define ASY_GRAPH_OPS_H
#include "op.h"

typedef struct {
    double scale, shift;
} asy_affine_attr; /* rounded to the graph's real type */
typedef struct {
    double lo, hi;
} asy_clamp_attr; /* likewise; x < lo ? lo : x > hi ? hi : x, so NaN stays */
typedef struct {
    int64_t n;
} asy_axis_attr; /* may be −1, the row count, in a batch value: take sizes from the tensors */
typedef struct {
    int64_t n, real;
} asy_onehot_attr; /* real: the asy_dtype of the result */
/* slice: less `before` and `after` elements of the axis; pad: more of them, of this value */
typedef struct {
    int64_t axis, before, after;
    double value;
} asy_part_attr;
typedef struct {
    double p;
} asy_power_attr; /* rounded to the graph's real type */
typedef struct {
    int64_t reverse;
} asy_cumsum_attr; /* a chain over the last axis from its first element, or from its last */
typedef struct {
    int64_t n, d[ASY_MAXDIM];
} asy_dims; /* a shape without padding bytes; unused axes are 0 */
typedef struct {
    int64_t n, perm[ASY_MAXDIM];
} asy_perm_attr;

/* random: uniform on [a, b] or normal with mean a and deviation b; real: the asy_dtype of the result. */
typedef struct {
    asy_dims shape;
    int64_t real, normal;
    float a, b;
} asy_random_attr;

/* How the second operand of add, sub, mul, div, greater lies beside the first. */
typedef struct {
    int64_t rows, na, nb, stride;
} asy_second;
asy_second asy_second_of(const asy_node *, const asy_tensor in[]);

/* W [N,K]. chain: linear_w sums in one chain over all rows (N·K > ASY_SUM_SMALL); always 0 for linear and
 * linear_x. tokens: elements of the axes before the last; the tensors are [rows·tokens, N or K]. */
typedef struct {
    int64_t n, k, chain, tokens;
} asy_linear_attr;

/* The same for conv2d, conv2d_x, conv2d_w: x [h,w,c], dy and y [oh,ow,o], W [o,c/groups,kh,kw]; channel i of
 * x is of group i / (c/groups), channel j of y of group j / (o/groups). stride, dilation, groups ≥ 1; 0 ≤ pad
 * ≤ dilation·(k − 1); oh = (h + 2 pad − dilation·(kh − 1) − 1) / stride + 1 ≥ 1, rounded down; stride ≤ h + 2
 * pad. chain as above (o·(c/groups)·kh·kw > ASY_SUM_SMALL), for conv2d_w only. */
typedef struct {
    int64_t stride[2], pad[2], dilation[2], h, w, c, oh, ow, o, kh, kw, groups, chain;
} asy_conv_attr;

/* conv2d_w_row: asy_conv_attr, chain 0: conv2d_w of each row. conv2d_w_norm: of each row's, its norm; squares
 * in storage order, lane = index mod 16, in double. gram: through the Gram matrices of dy and of the patches
 * of x, summed in double, where asy_gram_is_less. linear_w_norm: likewise, in {dy [T,n], x [T,k]}, T =
 * tokens. */
typedef struct {
    asy_conv_attr conv;
    int64_t gram;
} asy_conv_norm_attr;
typedef struct {
    int64_t n, k, tokens, gram;
} asy_linear_norm_attr;
/* The shape rule of a row's gradient norm: a weight [n,k] used at so many places (tokens, pixels). */
bool asy_gram_is_less(int64_t places, int64_t n, int64_t k);
/* Builders of the norms, row []: of Σ_T dy xᵀ; of the table that embedding_w would give; of conv2d_w's result.
 * No derivatives. asy_conv2d_w_row: as asy_conv2d_w with the attributes given, → row [O,C,kh,kw];
 * asy_conv2d_w_of: → batch, as asy_conv2d_w. */
asy_val asy_linear_w_norm(asy_graph *, asy_val dy, asy_val x);
asy_val asy_embedding_w_norm(asy_graph *, asy_val dy, asy_val index, int64_t n);
asy_val asy_conv2d_w_row(asy_graph *, asy_val dy, asy_val x, const asy_conv_attr *);
asy_val asy_conv2d_w_of(asy_graph *, asy_val dy, asy_val x, const asy_conv_attr *);
asy_val asy_conv2d_w_norm(asy_graph *, asy_val dy, asy_val x, const asy_conv_attr *);
extern const asy_op asy_op_matmul, asy_op_conv2d_w, asy_op_conv2d_w_row, asy_op_clip_factor;

/* clip_factor: in {norm row [], total row [], bound batch []}; rule: asy_clip_rule (clip.h) */
typedef struct {
    int64_t rule;
    double gamma;
} asy_clip_attr;

/* x [h,w,c] → [oh,ow,c]; oh = (h + 2 pad − size) / stride + 1 ≥ 1, rounded down. An index outside [0,
 * size0·size1), or of a place outside the image, takes and adds nothing. adaptive: oh and ow are given, size is
 * what no window exceeds, stride and pad are 0. count_pad: for the averages. */
typedef struct {
    int64_t size[2], stride[2], pad[2], h, w, c, oh, ow, adaptive, count_pad;
} asy_pool_attr;
/* Window i along an axis: where its index begins to count, and its places first ≤ p < end in the image. */
typedef struct {
    int64_t begin, first, end;
} asy_pool_span;
asy_pool_span asy_pool_span_of(const asy_pool_attr *, int axis, int64_t i);
/* What a window's sum is divided by. */
int64_t asy_pool_count(const asy_pool_attr *, const asy_pool_span *h, const asy_pool_span *w);

/* matmul: ta, tb: a, b are [.., K,M], [.., N,K]. The sizes with the row axes as `rows`, a row value's rows
 * among the leading axes; batch values are cut into tiles of 128 × 128, leading axes outermost, then m. */
typedef struct {
    int64_t ta, tb;
} asy_matmul_attr;
typedef struct {
    int64_t lead, m, n, k;
} asy_matmul_sizes;
typedef struct {
    int64_t lead, m0, m1, n0, n1;
} asy_matmul_tile;
enum { ASY_TILE_SQUARE = 128 };
asy_matmul_sizes asy_matmul_sizes_of(const asy_node *, int64_t rows);
int64_t asy_matmul_tiles(const asy_matmul_sizes *);
asy_matmul_tile asy_matmul_tile_of(const asy_matmul_sizes *, int64_t tile);

/* gather, scatter_add, embedding_w: `axis` axes come before the chosen one; n: its size (scatter_add,
 * embedding_w; −1: rows). chain: embedding_w sums in one chain over all rows and tokens, by ranges of the
 * table's lines. */
typedef struct {
    int64_t axis, n, chain;
} asy_gather_attr;
/* gather [A,n,C] [A,I]: lead = |A|, m = |I|, inner = |C|; elements a row of table and index advance by */
typedef struct {
    int64_t lead, n, m, inner, table_row, index_row;
} asy_gather_sizes;
enum { ASY_TILES_TABLE = 64 };
extern const asy_op asy_op_gather, asy_op_scatter_add, asy_op_embedding_w;
asy_gather_sizes asy_gather_sizes_of(const asy_node *, const asy_tensor *table, const asy_tensor *index);
void asy_embedding_tile_of(int64_t n, const asy_kwork *, int64_t *first, int64_t *end);

/* k: how many (−1: rows, all of them). median: x [h,w,c], odd windows; index ((y·w) + x)·c + channel. */
typedef struct {
    int64_t k, descending;
} asy_sort_attr;
enum { ASY_MEDIAN_SIDE = 15 };
typedef struct {
    int64_t kh, kw, h, w, c;
} asy_median_attr;

/* spmm, spmm_t, sddmm: in {start, column, …}. Tiles of as many rows, features, entries. */
typedef struct {
    int64_t rows, entries;
    const int32_t *start, *column;
} asy_sparse;
enum { ASY_TILE_SPARSE = 64, ASY_TILE_FEATURES = 16, ASY_TILE_ENTRIES = 4096 };
asy_sparse asy_sparse_of(const asy_tensor in[]);
void asy_sparse_row(const asy_sparse *, int64_t row, int64_t *first, int64_t *end);

/* corners: in {points [S…,2]}, out [4,S…] */
typedef struct {
    int64_t h, w, border;
} asy_corners_attr;

/* Tiles of the chain form (asy_kwork.tile), by shape alone; in group form the whole is done at once.
 * linear_w: outputs n0 ≤ n < n1, k0 ≤ k < k1, in blocks of 128 × 64, n outermost.
 * conv2d_w: one (kh, kw) and channels c0 ≤ c < c1 of the image in blocks of 32, in the order (kh, kw, c),
 * each with all o of its group. */
enum { ASY_TILE_N = 128, ASY_TILE_K = 64, ASY_TILE_C = 32 };
typedef struct {
    int64_t n0, n1, k0, k1;
} asy_linear_tile;
typedef struct {
    int64_t kh, kw, c0, c1;
} asy_conv_tile;
asy_linear_tile asy_linear_tile_of(const asy_linear_attr *, int64_t tile);
asy_conv_tile asy_conv_tile_of(const asy_conv_attr *, int64_t tile);
#endif
