// SPDX-License-Identifier: GPL-3.0-or-later
/* conv2d_w_row conv2d_w_norm: the weight gradient that each row makes, and its norm without it. In the Gram
 * form the gradient is the product of dy [P,O] and the patches of x [P, C kh kw] over the P output pixels, of
 * each group by itself. */
#include "_common.h"
#include <math.h>

static asy_tensor one_row(const asy_tensor *t, int64_t r)
{
    asy_tensor row = *t;
    row.s.d[0] = 1;
    row.data = (char *)t->data + (size_t)r * asy_tensor_bytes(&row);
    return row;
}

static void eval_conv2d_w_row(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    int64_t count = asy_shape_count(&node->out_type[0].shape);
    for (int64_t r = 0; r < w->rows; r++) {
        asy_tensor row[2] = {one_row(&in[0], r), one_row(&in[1], r)}, dw = out[0];
        asy_kwork work = {.rows = 1, .first = true, .tiles = 1, .total_rows = 1};
        dw.s = node->out_type[0].shape;
        dw.data = (double *)out[0].data + r * count;
        asy_op_conv2d_w.eval(node, row, &dw, &work);
    }
}

static asy_status type_conv2d_w_row(const asy_node *node, const asy_type in[], asy_type out[])
{
    ASY_TRY(asy_op_conv2d_w.type(node, in, out));
    out[0].cls = ASY_ROW;
    return ASY_OK;
}

/* Element (kh, kw, c) of the patch that output pixel p sees. */
static double patch(const asy_conv_attr *a, const double *x, int64_t p, int64_t kh, int64_t kw, int64_t c)
{
    int64_t h = p / a->ow * a->stride[0] + kh * a->dilation[0] - a->pad[0];
    int64_t w = p % a->ow * a->stride[1] + kw * a->dilation[1] - a->pad[1];
    return h >= 0 && h < a->h && w >= 0 && w < a->w ? x[(h * a->w + w) * a->c + c] : 0;
}

static double patches_dot(const asy_conv_attr *a, const double *x, int64_t p, int64_t q, int64_t group)
{
    int64_t n = a->c / a->groups;
    double sum = 0;
    for (int64_t kh = 0; kh < a->kh; kh++)
        for (int64_t kw = 0; kw < a->kw; kw++)
            for (int64_t c = group * n; c < (group + 1) * n; c++)
                sum = fma(patch(a, x, p, kh, kw, c), patch(a, x, q, kh, kw, c), sum);
    return sum;
}

static double gram(const asy_conv_attr *a, const double *dy, const double *x)
{
    int64_t n = a->o / a->groups;
    double sum = 0;
    for (int64_t p = 0; p < a->oh * a->ow; p++)
        for (int64_t q = 0; q <= p; q++)
            for (int64_t g = 0; g < a->groups; g++) {
                double d = 0;
                for (int64_t o = g * n; o < (g + 1) * n; o++) d = fma(dy[p * a->o + o], dy[q * a->o + o], d);
                d *= patches_dot(a, x, p, q, g);
                sum += q < p ? 2 * d : d;
            }
    return sum < 0 ? 0 : sum;
}

static double made(const asy_conv_attr *a, const double *dy, const double *x)
{
    int64_t taps = a->kh * a->kw, in = a->c / a->groups, n = a->o / a->groups;
    double lane[16] = {0};
    for (int64_t i = 0; i < a->o * in * taps; i++) {
        int64_t kw = i % a->kw, kh = i / a->kw % a->kh, o = i / (taps * in), c = o / n * in + i / taps % in;
        double sum = 0;
        for (int64_t p = 0; p < a->oh * a->ow; p++)
            sum = fma(dy[p * a->o + o], patch(a, x, p, kh, kw, c), sum);
        lane[i % 16] += sum * sum;
    }
    return asy__lanes(lane);
}

static void eval_conv2d_w_norm(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    const asy_conv_norm_attr *n = node->attr;
    const asy_conv_attr *a = &n->conv;
    for (int64_t r = 0; r < w->rows; r++) {
        const double *dy = (const double *)in[0].data + r * a->oh * a->ow * a->o;
        const double *x = (const double *)in[1].data + r * a->h * a->w * a->c;
        ((double *)out[0].data)[r] = sqrt(n->gram ? gram(a, dy, x) : made(a, dy, x));
    }
}

static asy_status type_conv2d_w_norm(const asy_node *node, const asy_type in[], asy_type out[])
{
    ASY_TRY(asy_op_conv2d_w.type(node, in, out));
    out[0] = (asy_type){ASY_ROW, in[0].dtype, ASY_SCALAR};
    return ASY_OK;
}

static double flops_conv2d_w_norm(const asy_node *node)
{
    const asy_conv_norm_attr *n = node->attr;
    double p = (double)(n->conv.oh * n->conv.ow), made_flops = asy_op_conv2d_w.flops(node);
    double places = (double)n->conv.o + (double)(n->conv.c * n->conv.kh * n->conv.kw);
    return n->gram ? p * (p + 1) * places : made_flops;
}

/* ---- cases: the geometry is that of a conv2d_w that is never run */
static const asy_conv plain = {.stride = {1, 1}}, same = {.stride = {1, 1}, .pad = {1, 1}},
    uneven = {.stride = {2, 3}, .pad = {1, 2}},
    groups = {.stride = {1, 1}, .pad = {2, 1}, .dilation = {2, 1}, .groups = 2},
    each = {.stride = {1, 1}, .groups = 2};

static const asy_conv_attr *geometry(asy_graph *g, const asy_val in[], const asy_conv *c, asy_shape w)
{
    const asy_node *node = asy_val_node(g, asy_conv2d_w(g, in[0], in[1], c, w), NULL);
    return node ? node->attr : NULL;
}

static asy_val row_of(asy_graph *g, const asy_val in[], const asy_conv *c, asy_shape w)
{
    const asy_conv_attr *a = geometry(g, in, c, w);
    return a ? asy_conv2d_w_row(g, in[0], in[1], a) : (asy_val){0};
}

static asy_val norm_of(asy_graph *g, const asy_val in[], const asy_conv *c, asy_shape w)
{
    const asy_conv_attr *a = geometry(g, in, c, w);
    return a ? asy_conv2d_w_norm(g, in[0], in[1], a) : (asy_val){0};
}

static asy_val row_same(asy_graph *g, const asy_val in[]) { return row_of(g, in, &same, ASY_SHAPE(3, 2, 3, 3)); }
static asy_val row_uneven(asy_graph *g, const asy_val in[])
{
    return row_of(g, in, &uneven, ASY_SHAPE(3, 2, 2, 4));
}
static asy_val row_known(asy_graph *g, const asy_val in[])
{
    return row_of(g, in, &plain, ASY_SHAPE(1, 1, 2, 2));
}
static asy_val row_groups(asy_graph *g, const asy_val in[])
{
    return row_of(g, in, &groups, ASY_SHAPE(4, 1, 2, 2));
}
static asy_val norm_groups(asy_graph *g, const asy_val in[])
{
    return norm_of(g, in, &groups, ASY_SHAPE(4, 1, 2, 2));
}
static asy_val norm_groups_gram(asy_graph *g, const asy_val in[])
{
    return norm_of(g, in, &groups, ASY_SHAPE(64, 19, 2, 2));
}
/* dy (1, 2), x (3, 4): the weight's gradient is (3, 8) */
static asy_val norm_each(asy_graph *g, const asy_val in[])
{
    return norm_of(g, in, &each, ASY_SHAPE(2, 1, 1, 1));
}
static asy_val norm_same(asy_graph *g, const asy_val in[])
{
    return norm_of(g, in, &same, ASY_SHAPE(3, 2, 3, 3));
}
static asy_val norm_uneven(asy_graph *g, const asy_val in[])
{
    return norm_of(g, in, &uneven, ASY_SHAPE(3, 2, 2, 4));
}
static asy_val norm_gram(asy_graph *g, const asy_val in[])
{
    return norm_of(g, in, &uneven, ASY_SHAPE(33, 17, 2, 4));
}
static asy_val norm_known(asy_graph *g, const asy_val in[])
{
    return norm_of(g, in, &plain, ASY_SHAPE(1, 1, 2, 2));
}

static const double w_in[] = {1, 0, 0, -1, 1, 2, 3, 4, 5, 6, 7, 8, 9}, w_out[] = {-4, -4, -4, -4},
                    norm_out[] = {8};
static const double each_in[] = {1, 2, 3, 4}, each_out[] = {8.5440037453175304};
static const asy_op_case row_cases[] = {
    {.name = "pad 1", .n_in = 2, .in = {ROW_IN(-1, 1, 3, 5, 3), ROW_IN(-1, 1, 3, 5, 2)},
     .build = row_same, .nodiff = true},
    {.name = "uneven", .n_in = 2, .in = {ROW_IN(-1, 1, 3, 3, 3), ROW_IN(-1, 1, 5, 7, 2)},
     .build = row_uneven, .nodiff = true},
    {.name = "groups", .n_in = 2, .in = {ROW_IN(-1, 1, 5, 4, 4), ROW_IN(-1, 1, 3, 3, 2)},
     .build = row_groups, .nodiff = true},
    {.name = "known", .n_in = 2, .in = {ROW_IN(-1, 1, 2, 2, 1), ROW_IN(-1, 1, 3, 3, 1)},
     .build = row_known, .nodiff = true, KNOWN(w_in, w_out)},
    {.name = NULL},
};
static const asy_op_case norm_cases[] = {
    {.name = "pad 1", .n_in = 2, .in = {ROW_IN(-1, 1, 3, 5, 3), ROW_IN(-1, 1, 3, 5, 2)},
     .build = norm_same, .nodiff = true},
    {.name = "uneven", .n_in = 2, .in = {ROW_IN(-1, 1, 3, 3, 3), ROW_IN(-1, 1, 5, 7, 2)},
     .build = norm_uneven, .nodiff = true},
    {.name = "gram", .n_in = 2, .in = {ROW_IN(-1, 1, 3, 3, 33), ROW_IN(-1, 1, 5, 7, 17)},
     .build = norm_gram, .nodiff = true},
    {.name = "groups", .n_in = 2, .in = {ROW_IN(-1, 1, 5, 4, 4), ROW_IN(-1, 1, 3, 3, 2)},
     .build = norm_groups, .nodiff = true},
    {.name = "gram of groups", .n_in = 2, .in = {ROW_IN(-1, 1, 3, 2, 64), ROW_IN(-1, 1, 1, 1, 38)},
     .build = norm_groups_gram, .nodiff = true},
    {.name = "known groups", .n_in = 2, .in = {ROW_IN(-1, 1, 1, 1, 2), ROW_IN(-1, 1, 1, 1, 2)},
     .build = norm_each, .nodiff = true, KNOWN(each_in, each_out)},
    {.name = "known", .n_in = 2, .in = {ROW_IN(-1, 1, 2, 2, 1), ROW_IN(-1, 1, 3, 3, 1)},
     .build = norm_known, .nodiff = true, KNOWN(w_in, norm_out)},
    {.name = NULL},
};

static double flops_conv2d_w_row(const asy_node *node) { return asy_op_conv2d_w.flops(node); }

const asy_op asy_op_conv2d_w_row = {.name = "conv2d_w_row", .flags = ASY_OP_ROW, .n_out = 1,
                                    .type = type_conv2d_w_row, .eval = eval_conv2d_w_row,
                                    .vjp = asy__no_derivative, .flops = flops_conv2d_w_row,
                                    .cases = row_cases};
const asy_op asy_op_conv2d_w_norm = {.name = "conv2d_w_norm", .flags = ASY_OP_ROW, .n_out = 1,
                                     .type = type_conv2d_w_norm, .eval = eval_conv2d_w_norm,
                                     .vjp = asy__no_derivative, .flops = flops_conv2d_w_norm,
                                     .cases = norm_cases};

asy_val asy_conv2d_w_row(asy_graph *g, asy_val dy, asy_val x, const asy_conv_attr *c)
{
    asy_conv_attr a = *c;
    a.chain = 0;
    return asy__node(g, &asy_op_conv2d_w_row, 2, (asy_val[]){dy, x}, &a, sizeof a);
}

asy_val asy_conv2d_w_of(asy_graph *g, asy_val dy, asy_val x, const asy_conv_attr *c)
{
    asy_conv_attr a = *c;
    a.chain = c->o * (c->c / c->groups) * c->kh * c->kw > ASY_SUM_SMALL;
    return asy__node(g, &asy_op_conv2d_w, 2, (asy_val[]){dy, x}, &a, sizeof a);
}

asy_val asy_conv2d_w_norm(asy_graph *g, asy_val dy, asy_val x, const asy_conv_attr *c)
{
    asy_conv_norm_attr a = {.conv = *c};
    a.conv.chain = 0;
    a.gram = asy_gram_is_less(c->oh * c->ow, c->o / c->groups, c->c / c->groups * c->kh * c->kw);
    return asy__node(g, &asy_op_conv2d_w_norm, 2, (asy_val[]){dy, x}, &a, sizeof a);
}
