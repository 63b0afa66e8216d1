// SPDX-License-Identifier: GPL-3.0-or-later
#include "nn.h"
#include "op.h"
#include "../base/poly.h"
#include <math.h>

static asy_shape shape_of(asy_graph *g, asy_val x)
{
    return asy_val_type(g, x).shape;
}

static int64_t last_of(asy_graph *g, asy_val x)
{
    asy_shape s = shape_of(g, x);
    return s.n > 0 ? s.d[s.n - 1] : 1;
}

/* ---- activations */
asy_val asy_gelu(asy_graph *g, asy_val x)
{
    asy_val phi = asy_affine(g, asy_erf(g, asy_affine(g, x, 0.70710678118654752, 0)), 0.5, 0.5);
    return asy_mul(g, x, phi);
}

asy_val asy_silu(asy_graph *g, asy_val x) { return asy_mul(g, x, asy_sigmoid(g, x)); }
asy_val asy_square(asy_graph *g, asy_val x) { return asy_mul(g, x, x); }

static asy_val positive(asy_graph *g, asy_val x)
{
    asy_type t = asy_val_type(g, x);
    return x.id ? asy_greater(g, x, asy_fill(g, t.cls, t.shape, 0)) : x;
}

asy_val asy_leaky_relu(asy_graph *g, asy_val x, double slope)
{
    return asy_select(g, positive(g, x), x, asy_affine(g, x, slope, 0));
}

/* The exponential of what is cut at 0, so that large x cannot overflow on the side not taken. */
asy_val asy_elu(asy_graph *g, asy_val x)
{
    asy_val low = asy_clamp(g, x, -(double)INFINITY, 0);
    return asy_select(g, positive(g, x), x, asy_affine(g, asy_exp(g, low), 1, -1));
}

/* ---- axes */
asy_val asy_sum_axes(asy_graph *g, asy_val x, unsigned axes)
{
    int perm[ASY_MAXDIM], at = 0, keep = 0;
    asy_shape s = shape_of(g, x);
    if (!x.id) return x;
    if (axes >> s.n) return asy_graph_fail(g, "sum_axes: the value has %d axes", s.n);
    for (int i = 0; i < s.n; i++)
        if (axes >> i & 1) perm[at++] = i;
    for (int i = 0; i < s.n; i++)
        if (!(axes >> i & 1)) perm[at++] = i, keep++;
    for (int i = 0; i < s.n; i++)
        if (perm[i] != i) return asy_sum_lead(g, asy_transpose(g, x, perm), keep);
    return asy_sum_lead(g, x, keep);
}

asy_val asy_mean_axes(asy_graph *g, asy_val x, unsigned axes)
{
    asy_shape s = shape_of(g, x);
    double n = 1;
    for (int i = 0; i < s.n; i++) {
        if (!(axes >> i & 1)) continue;
        if (s.d[i] < 1) return asy_graph_fail(g, "a mean needs axes that have elements and are not the rows");
        n *= (double)s.d[i];
    }
    return asy_affine(g, asy_sum_axes(g, x, axes), 1 / n, 0);
}

asy_val asy_mean_all(asy_graph *g, asy_val x)
{
    asy_shape s = shape_of(g, x);
    int64_t n = asy_shape_count(&s);
    if (x.id && n < 1) return asy_graph_fail(g, "a mean needs axes that have elements and are not the rows");
    return asy_affine(g, asy_sum(g, x), 1 / (double)n, 0);
}

asy_val asy_mean_last(asy_graph *g, asy_val x)
{
    int64_t n = last_of(g, x);
    if (x.id && n < 1) return asy_graph_fail(g, "a mean needs axes that have elements and are not the rows");
    return asy_affine(g, asy_sum_last(g, x), 1 / (double)n, 0);
}

asy_val asy_norm(asy_graph *g, asy_val x) { return asy_sqrt_safe(g, asy_sum(g, asy_mul(g, x, x))); }
asy_val asy_norm_last(asy_graph *g, asy_val x) { return asy_sqrt_safe(g, asy_sum_last(g, asy_mul(g, x, x))); }

asy_val asy_normalize_last(asy_graph *g, asy_val x)
{
    return asy_div_safe(g, x, asy_expand_last(g, asy_norm_last(g, x), last_of(g, x)));
}

asy_val asy_argmax_last(asy_graph *g, asy_val x)
{
    asy_val out[2];
    asy_max_last(g, x, out);
    return out[1];
}

void asy_split(asy_graph *g, asy_val x, int axis, int n, asy_val out[])
{
    asy_shape s = shape_of(g, x);
    int64_t size = axis >= 0 && axis < s.n && n > 0 ? s.d[axis] / n : -1;
    if (x.id && (size < 0 || size * n != s.d[axis]))
        (void)asy_graph_fail(g, "split: axis %d does not divide into %d parts", axis, n);
    for (int i = 0; i < n; i++)
        out[i] = x.id && size >= 0 ? asy_slice(g, x, axis, i * size, size) : (asy_val){0};
}

/* ---- products */
asy_val asy_swap_last(asy_graph *g, asy_val x)
{
    int perm[ASY_MAXDIM], n = shape_of(g, x).n;
    if (!x.id) return x;
    if (n < 2) return asy_graph_fail(g, "swap_last needs two axes");
    for (int i = 0; i < n; i++) perm[i] = i < n - 2 ? i : 2 * n - 3 - i;
    return asy_transpose(g, x, perm);
}

asy_val asy_gram(asy_graph *g, asy_val x) { return asy_matmul(g, x, x, false, true); }

asy_val asy_bilinear(asy_graph *g, asy_val x1, asy_val x2, asy_val w)
{
    asy_shape s = shape_of(g, w);
    if (!w.id) return w;
    if (s.n != 3 || asy_shape_count(&s) < 0) return asy_graph_fail(g, "bilinear: the weight must be [O,I,J]");
    asy_val y = asy_linear(g, x2, asy_reshape(g, w, ASY_SHAPE(s.d[0] * s.d[1], s.d[2])), (asy_val){0});
    return asy_sum_last(g, asy_mul(g, asy_reshape(g, y, ASY_SHAPE(s.d[0], s.d[1])), x1));
}

/* The size along an axis of what a transposed convolution gives; −1: none. */
static int64_t transposed(int64_t in, int64_t k, int64_t stride, int64_t pad, int64_t dilation, int64_t more)
{
    const int64_t most = (int64_t)1 << 40, step = dilation ? dilation : 1;
    if (in < 1 || stride < 1 || k < 1 || step < 1 || in > most / stride || k > most / step) return -1;
    int64_t reach = step * (k - 1), size = (in - 1) * stride + reach + 1 + more;
    return pad < 0 || pad > reach || more < 0 || more >= stride ? -1 : size - 2 * pad;
}

asy_val asy_conv2d_transpose(asy_graph *g, asy_val x, asy_val w, asy_val b, const asy_conv *c,
                             const int64_t out_pad[2])
{
    asy_shape sx = shape_of(g, x), sw = shape_of(g, w);
    int64_t size[2], groups = c->groups ? c->groups : 1;
    if (!x.id || !w.id) return (asy_val){0};
    if (sx.n != 3 || sw.n != 4 || sw.d[0] != sx.d[2] || sw.d[1] < 1 || groups < 1 || groups > sw.d[0])
        return asy_graph_fail(g, "conv2d_transpose needs an image [H,W,C] and a weight [C,O/groups,kh,kw]");
    for (int i = 0; i < 2; i++) {
        int64_t more = out_pad ? out_pad[i] : 0;
        size[i] = transposed(sx.d[i], sw.d[2 + i], c->stride[i], c->pad[i], c->dilation[i], more);
        if (size[i] < 1)
            return asy_graph_fail(g, "conv2d_transpose: stride %lld, padding %lld, dilation %lld and output "
                                  "padding %lld (less than the stride) leave no image",
                                  (long long)c->stride[i], (long long)c->pad[i], (long long)c->dilation[i],
                                  (long long)more);
    }
    asy_val y = asy_conv2d_x(g, x, w, c, ASY_SHAPE(size[0], size[1], groups * sw.d[1]));
    return b.id ? asy_add(g, y, b) : y;
}

asy_val asy_graph_conv(asy_graph *g, asy_val start, asy_val column, asy_val value, asy_val x, asy_val w)
{
    return asy_spmm(g, start, column, value, asy_matmul(g, x, w, false, true));
}

asy_val asy_global_avg_pool(asy_graph *g, asy_val x)
{
    if (x.id && shape_of(g, x).n != 3) return asy_graph_fail(g, "global_avg_pool needs an image [H,W,C]");
    return asy_mean_axes(g, x, 3);
}

asy_val asy_embedding(asy_graph *g, asy_val table, asy_val tokens) { return asy_gather(g, table, tokens, 0); }

/* ---- attention */
asy_val asy_softmax_masked(asy_graph *g, asy_val z, asy_val mask)
{
    asy_type t = asy_val_type(g, z);
    if (!z.id || !mask.id) return (asy_val){0};
    asy_val y = asy_softmax(g, asy_select(g, mask, z, asy_fill(g, t.cls, t.shape, -1e30)));
    return asy_select(g, mask, y, asy_fill(g, t.cls, t.shape, 0));
}

asy_val asy_causal_mask(asy_graph *g, int64_t n, int64_t m)
{
    asy_shape s = ASY_SHAPE(n, m);
    asy_val i = asy_cumsum(g, asy_fill(g, ASY_BATCH, ASY_SHAPE(n), 1), false);
    asy_val j = asy_cumsum(g, asy_fill(g, ASY_BATCH, ASY_SHAPE(m), 1), false);
    i = asy_expand_last(g, asy_affine(g, i, 1, (double)(m - n) + 0.5), m);
    return asy_less(g, asy_expand_lead(g, j, s), i);
}

/* [T,D] → [heads,T,D/heads] */
static asy_val to_heads(asy_graph *g, asy_val x, int64_t heads)
{
    asy_shape s = shape_of(g, x);
    return asy_transpose(g, asy_reshape(g, x, ASY_SHAPE(s.d[0], heads, s.d[1] / heads)), (int[]){1, 0, 2});
}

asy_val asy_attention(asy_graph *g, asy_val q, asy_val k, asy_val v, int64_t heads, bool causal)
{
    asy_shape sq = shape_of(g, q), sk = shape_of(g, k), sv = shape_of(g, v);
    if (!q.id || !k.id || !v.id) return (asy_val){0};
    if (sq.n != 2 || sk.n != 2 || sv.n != 2 || sq.d[1] != sk.d[1] || sk.d[0] != sv.d[0] || heads < 1 ||
        sq.d[0] < 1 || sk.d[0] < 1 || sq.d[1] < heads || sq.d[1] % heads != 0 || sv.d[1] % heads != 0)
        return asy_graph_fail(g, "attention needs q [T,D], k [S,D], v [S,E], D and E divisible by the heads");
    int64_t t = sq.d[0], s = sk.d[0];
    asy_val z = asy_matmul(g, to_heads(g, q, heads), to_heads(g, k, heads), false, true);
    z = asy_affine(g, z, 1 / sqrt((double)(sq.d[1] / heads)), 0);
    asy_val mask = causal ? asy_expand_lead(g, asy_causal_mask(g, t, s), ASY_SHAPE(heads, t, s)) : z;
    z = causal ? asy_softmax_masked(g, z, mask) : asy_softmax(g, z);
    z = asy_matmul(g, z, to_heads(g, v, heads), false, false);
    return asy_reshape(g, asy_transpose(g, z, (int[]){1, 0, 2}), ASY_SHAPE(t, sv.d[1]));
}

/* ---- random numbers, steps, resampling */
asy_val asy_dropout(asy_graph *g, asy_val x, asy_val u, double rate)
{
    asy_type t = asy_val_type(g, x);
    if (!x.id || !u.id) return (asy_val){0};
    if (!(rate >= 0 && rate < 1)) return asy_graph_fail(g, "dropout: the rate %g is not in [0, 1)", rate);
    asy_val drop = asy_less(g, u, asy_fill(g, t.cls, t.shape, rate));
    return asy_select(g, drop, asy_fill(g, t.cls, t.shape, 0), asy_affine(g, x, 1 / (1 - rate), 0));
}

/* s steps up by one around each half: ⌊s⌋ + ½ + tanh(5 (s − ⌊s⌋ − ½)) / (2 tanh 2.5) */
static asy_val staircase(asy_graph *g, asy_val s)
{
    asy_val floor_s = asy_floor(g, s);
    asy_val bend = asy_tanh(g, asy_affine(g, asy_sub(g, s, floor_s), 5, -2.5));
    return asy_add(g, floor_s, asy_affine(g, bend, 0.5 / asy_tanh_f64(2.5), 0.5));
}

asy_val asy_quantize(asy_graph *g, asy_val x, int64_t levels, asy_step_rule rule)
{
    if (levels < 2 || levels > 1 << 20) return asy_graph_fail(g, "quantize needs 2 to 2^20 levels");
    double top = (double)(levels - 1);
    asy_val cut = asy_clamp(g, x, 0, 1), s = asy_affine(g, cut, top, 0);
    asy_val y = asy_affine(g, asy_round(g, s), 1 / top, 0);
    if (rule == ASY_STEP_STRAIGHT) return asy_through(g, y, cut);
    if (rule == ASY_STEP_SURROGATE) return asy_through(g, y, asy_affine(g, staircase(g, s), 1 / top, 0));
    return y;
}

/* Weights of the four corners, [4,OH,OW]: (1−v)(1−u), (1−v) u, v (1−u), v u with v, u the fractions. */
static asy_val corner_weights(asy_graph *g, asy_val points)
{
    asy_shape s = shape_of(g, points);
    asy_val part[2], w[4], f = asy_sub(g, points, asy_floor(g, points));
    asy_split(g, f, 2, 2, part);
    for (int i = 0; i < 2; i++) part[i] = asy_reshape(g, part[i], ASY_SHAPE(1, s.d[0], s.d[1]));
    for (int k = 0; k < 4; k++) {
        asy_val v = k / 2 ? part[0] : asy_affine(g, part[0], -1, 1);
        asy_val u = k % 2 ? part[1] : asy_affine(g, part[1], -1, 1);
        w[k] = asy_mul(g, v, u);
    }
    return asy_concat(g, 4, w, 0);
}

asy_val asy_grid_sample(asy_graph *g, asy_val x, asy_val points, bool border)
{
    asy_shape s = shape_of(g, x), p = shape_of(g, points);
    if (!x.id || !points.id) return (asy_val){0};
    if (s.n != 3 || p.n != 3 || p.d[2] != 2)
        return asy_graph_fail(g, "grid_sample needs an image [H,W,C] and points [OH,OW,2]");
    asy_val index = asy_corners(g, points, s.d[0], s.d[1], border);
    asy_val pixels = asy_gather(g, asy_reshape(g, x, ASY_SHAPE(s.d[0] * s.d[1], s.d[2])), index, 0);
    asy_val weights = asy_expand_last(g, corner_weights(g, points), s.d[2]);
    return asy_sum_lead(g, asy_mul(g, pixels, weights), 3);
}
