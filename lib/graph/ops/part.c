// SPDX-License-Identifier: GPL-3.0-or-later
/* slice pad concat flip, along one axis: elements are moved as bytes, so that one body serves every type.
 * A value is seen as [outer, n, inner]: what stands before the axis (rows included), the axis, what follows.
 * */
#include "_common.h"
#include <string.h>

extern const asy_op asy_op_concat, asy_op_pad;

typedef struct {
    int64_t outer, n, inner; /* inner in bytes */
} split;

static split split_at(const asy_node *node, const asy_tensor *t, int64_t axis)
{
    int at = (int)axis + (node->out_type[0].cls == ASY_ROW);
    split s = {1, t->s.d[at], (int64_t)asy_dtype_size(t->type)};
    for (int i = 0; i < at; i++) s.outer *= t->s.d[i];
    for (int i = at + 1; i < t->s.n; i++) s.inner *= t->s.d[i];
    return s;
}

static void eval_slice(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)w;
    const asy_part_attr *a = node->attr;
    split x = split_at(node, &in[0], a->axis), y = split_at(node, &out[0], a->axis);
    const char *from = (const char *)in[0].data + a->before * x.inner;
    char *to = out[0].data;
    for (int64_t i = 0; i < x.outer; i++, from += x.n * x.inner, to += y.n * y.inner)
        memcpy(to, from, (size_t)(y.n * y.inner));
}

static void fill(asy_tensor *t, double value)
{
    int64_t n = asy__count(t);
    for (int64_t i = 0; i < n; i++) {
        if (t->type == ASY_F32) ((float *)t->data)[i] = (float)value;
        else if (t->type == ASY_F64) ((double *)t->data)[i] = value;
        else ((int32_t *)t->data)[i] = (int32_t)value;
    }
}

static void eval_pad(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)w;
    const asy_part_attr *a = node->attr;
    split x = split_at(node, &in[0], a->axis), y = split_at(node, &out[0], a->axis);
    fill(&out[0], a->value);
    const char *from = in[0].data;
    char *to = (char *)out[0].data + a->before * y.inner;
    for (int64_t i = 0; i < x.outer; i++, from += x.n * x.inner, to += y.n * y.inner)
        memcpy(to, from, (size_t)(x.n * x.inner));
}

static void eval_concat(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)w;
    int64_t axis = ((const asy_axis_attr *)node->attr)->n, before = 0;
    split y = split_at(node, &out[0], axis);
    for (int k = 0; k < node->n_in; k++) {
        split x = split_at(node, &in[k], axis);
        const char *from = in[k].data;
        char *to = (char *)out[0].data + before * y.inner;
        for (int64_t i = 0; i < x.outer; i++, from += x.n * x.inner, to += y.n * y.inner)
            memcpy(to, from, (size_t)(x.n * x.inner));
        before += x.n;
    }
}

static void eval_flip(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)w;
    split x = split_at(node, &in[0], ((const asy_axis_attr *)node->attr)->n);
    const char *from = in[0].data;
    char *to = out[0].data;
    for (int64_t i = 0; i < x.outer; i++)
        for (int64_t j = 0; j < x.n; j++)
            memcpy(to + (i * x.n + x.n - 1 - j) * x.inner, from + (i * x.n + j) * x.inner, (size_t)x.inner);
}

/* The axis is there and is not the rows. */
static asy_status check_axis(const asy_node *node, const asy_type in[], int64_t axis)
{
    if (axis < 0 || axis >= in[0].shape.n) return asy__refuse(node, in, "there is no such axis");
    if (in[0].shape.d[axis] < 0) return asy__refuse(node, in, "the axis of rows cannot be cut");
    return ASY_OK;
}

static asy_status type_slice(const asy_node *node, const asy_type in[], asy_type out[])
{
    const asy_part_attr *a = node->attr;
    ASY_TRY(check_axis(node, in, a->axis));
    out[0] = in[0];
    out[0].shape.d[a->axis] -= a->before + a->after;
    if (a->before < 0 || a->after < 0 || a->before > in[0].shape.d[a->axis] || out[0].shape.d[a->axis] < 0)
        return asy__refuse(node, in, "the part asked for reaches beyond the axis");
    return ASY_OK;
}

static asy_status type_pad(const asy_node *node, const asy_type in[], asy_type out[])
{
    enum { MOST = 1 << 30 };
    const asy_part_attr *a = node->attr;
    ASY_TRY(check_axis(node, in, a->axis));
    if (a->before < 0 || a->after < 0 || a->before > MOST || a->after > MOST || in[0].shape.d[a->axis] > MOST)
        return asy__refuse(node, in, "the padding is negative or too large");
    if (in[0].dtype == ASY_I32 && !(a->value >= INT32_MIN && a->value <= INT32_MAX))
        return asy__refuse(node, in, "the value is no i32");
    out[0] = in[0];
    out[0].shape.d[a->axis] += a->before + a->after;
    return ASY_OK;
}

static asy_status type_concat(const asy_node *node, const asy_type in[], asy_type out[])
{
    int64_t axis = ((const asy_axis_attr *)node->attr)->n, total = 0;
    ASY_TRY(check_axis(node, in, axis));
    for (int k = 0; k < node->n_in; k++) {
        asy_shape s = in[k].shape;
        if (s.n != in[0].shape.n || in[k].cls != in[0].cls || in[k].dtype != in[0].dtype || s.d[axis] < 0 ||
            s.d[axis] > INT64_MAX - total)
            return asy__refuse(node, in, "classes, types and numbers of axes must be equal");
        total += s.d[axis];
        s.d[axis] = in[0].shape.d[axis];
        if (!asy_shape_equal(&s, &in[0].shape))
            return asy__refuse(node, in, "only the axis along which they are joined may differ");
    }
    out[0] = in[0];
    out[0].shape.d[axis] = total;
    return ASY_OK;
}

static asy_status type_flip(const asy_node *node, const asy_type in[], asy_type out[])
{
    ASY_TRY(check_axis(node, in, ((const asy_axis_attr *)node->attr)->n));
    out[0] = in[0];
    return ASY_OK;
}

static asy_val vjp_slice(asy_graph *g, const asy_node *node, const asy_val dout[], int arg)
{
    (void)arg;
    const asy_part_attr *a = node->attr;
    return asy_pad(g, dout[0], (int)a->axis, a->before, a->after, 0);
}

static asy_val vjp_pad(asy_graph *g, const asy_node *node, const asy_val dout[], int arg)
{
    (void)arg;
    const asy_part_attr *a = node->attr;
    return asy_slice(g, dout[0], (int)a->axis, a->before, node->in_type[0].shape.d[a->axis]);
}

static asy_val vjp_concat(asy_graph *g, const asy_node *node, const asy_val dout[], int arg)
{
    int64_t axis = ((const asy_axis_attr *)node->attr)->n, before = 0;
    for (int k = 0; k < arg; k++) before += node->in_type[k].shape.d[axis];
    return asy_slice(g, dout[0], (int)axis, before, node->in_type[arg].shape.d[axis]);
}

static asy_val vjp_flip(asy_graph *g, const asy_node *node, const asy_val dout[], int arg)
{
    (void)arg;
    return asy_flip(g, dout[0], (int)((const asy_axis_attr *)node->attr)->n);
}

/* ---- simpler forms */
/* A part of one of the parts that were joined; {0} if it takes from several. */
static asy_val part_of_joined(asy_graph *g, const asy_node *joined, const asy_part_attr *a)
{
    int64_t at = a->before, count = joined->out_type[0].shape.d[a->axis] - a->before - a->after;
    for (int k = 0; k < joined->n_in; k++) {
        int64_t n = joined->in_type[k].shape.d[a->axis];
        if (at < n)
            return at + count <= n ? asy_slice(g, joined->in[k], (int)a->axis, at, count) : (asy_val){ 0 };
        at -= n;
    }
    return (asy_val){ 0 };
}

static asy_val fold_slice(asy_graph *g, const asy_node *node)
{
    const asy_part_attr *a = node->attr;
    const asy_node *x = asy_val_node(g, node->in[0], NULL);
    int64_t count = node->out_type[0].shape.d[a->axis];
    if (x->op == &asy_op_concat && ((const asy_axis_attr *)x->attr)->n == a->axis)
        return part_of_joined(g, x, a);
    const asy_part_attr *b = x->attr;
    if (x->op == node->op && b->axis == a->axis)
        return asy_slice(g, x->in[0], (int)a->axis, b->before + a->before, count);
    if (x->op == &asy_op_pad && b->axis == a->axis && a->before >= b->before && a->after >= b->after)
        return asy_slice(g, x->in[0], (int)a->axis, a->before - b->before, count);
    return asy__fold_uniform(g, node);
}

static asy_val fold_flip(asy_graph *g, const asy_node *node)
{
    const asy_node *x = asy_val_node(g, node->in[0], NULL);
    int64_t axis = ((const asy_axis_attr *)node->attr)->n;
    bool back = x->op == node->op && ((const asy_axis_attr *)x->attr)->n == axis;
    if (node->in_type[0].shape.d[axis] == 1) return node->in[0];
    return back ? x->in[0] : asy__fold_uniform(g, node);
}

static asy_val build_slice0(asy_graph *g, const asy_val in[]) { return asy_slice(g, in[0], 0, 1, 2); }
static asy_val build_slice1(asy_graph *g, const asy_val in[]) { return asy_slice(g, in[0], 1, 2, 3); }
static asy_val build_slice_rows(asy_graph *g, const asy_val in[])
{
    return asy_slice(g, asy_batch_all(g, in[0]), 1, 1, 3);
}
static asy_val build_pad0(asy_graph *g, const asy_val in[]) { return asy_pad(g, in[0], 0, 2, 1, -0.5); }
static asy_val build_pad1(asy_graph *g, const asy_val in[]) { return asy_pad(g, in[0], 1, 0, 3, 7); }
static asy_val build_concat0(asy_graph *g, const asy_val in[]) { return asy_concat(g, 3, in, 0); }
static asy_val build_concat1(asy_graph *g, const asy_val in[]) { return asy_concat(g, 2, in, 1); }
static asy_val build_many(asy_graph *g, const asy_val in[])
{
    asy_val v[37];
    for (int i = 0; i < 37; i++) v[i] = i % 2 ? in[0] : asy_mul(g, in[0], in[0]);
    return asy_concat(g, 37, v, 0);
}
static asy_val build_flip0(asy_graph *g, const asy_val in[]) { return asy_flip(g, in[0], 0); }
static asy_val build_flip1(asy_graph *g, const asy_val in[]) { return asy_flip(g, in[0], 1); }

static const double six[] = {1, 2, 3, 4, 5, 6}, twelve[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
static const double slice_out[] = {3, 4, 5, 8, 9, 10};
static const double pad_out[] = {1, 2, 3, 7, 7, 7, 4, 5, 6, 7, 7, 7};
static const double concat_out[] = {1, 2, 3, 7, 8, 9, 4, 5, 6, 10, 11, 12};
static const double flip_out[] = {3, 2, 1, 6, 5, 4};
static const double ten[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

static const asy_op_case slice_cases[] = {
    {.name = "first axis", .n_in = 1, .in = {ROW_IN(-2, 2, 4, 3, 2)}, .build = build_slice0},
    {.name = "second axis", .n_in = 1, .in = {ROW_IN(-2, 2, 3, 5, 2)}, .build = build_slice1},
    {.name = "batch", .n_in = 1, .in = {BATCH_IN(-2, 2, 2, 7)}, .build = build_slice1},
    {.name = "beside the rows", .n_in = 1, .in = {ROW_IN(-2, 2, 4)}, .build = build_slice_rows},
    {.name = "integers", .n_in = 1, .in = {ROW_INT(-5, 5, 3, 2)}, .build = build_slice0, .nodiff = true},
    {.name = "known", .n_in = 1, .in = {ROW_IN(-2, 2, 2, 5)}, .build = build_slice1, KNOWN(ten, slice_out)},
    {.name = NULL},
};
static const asy_op_case pad_cases[] = {
    {.name = "first axis", .n_in = 1, .in = {ROW_IN(-2, 2, 4, 3)}, .build = build_pad0},
    {.name = "second axis", .n_in = 1, .in = {ROW_IN(-2, 2, 3, 1, 2)}, .build = build_pad1},
    {.name = "batch", .n_in = 1, .in = {BATCH_IN(-2, 2, 5)}, .build = build_pad0},
    {.name = "integers", .n_in = 1, .in = {ROW_INT(-5, 5, 2, 3)}, .build = build_pad1, .nodiff = true},
    {.name = "known", .n_in = 1, .in = {ROW_IN(-2, 2, 2, 3)}, .build = build_pad1, KNOWN(six, pad_out)},
    {.name = NULL},
};
static const asy_op_case concat_cases[] = {
    {.name = "three", .n_in = 3, .in = {ROW_IN(-2, 2, 1, 3), ROW_IN(-2, 2, 4, 3), ROW_IN(-2, 2, 2, 3)},
     .build = build_concat0},
    {.name = "last axis", .n_in = 2, .in = {ROW_IN(-2, 2, 3, 1), ROW_IN(-2, 2, 3, 6)},
     .build = build_concat1},
    {.name = "batch beside row", .n_in = 2, .in = {BATCH_IN(-2, 2, 2, 2), ROW_IN(-2, 2, 2, 3)},
     .build = build_concat1},
    {.name = "batch", .n_in = 2, .in = {BATCH_IN(-2, 2, 2, 5), BATCH_IN(-2, 2, 2, 3)},
     .build = build_concat1},
    {.name = "many", .n_in = 1, .in = {ROW_IN(-2, 2, 3)}, .build = build_many},
    {.name = "known", .n_in = 2, .in = {ROW_IN(-2, 2, 2, 3), ROW_IN(-2, 2, 2, 3)},
     .build = build_concat1, KNOWN(twelve, concat_out)},
    {.name = NULL},
};
static const asy_op_case flip_cases[] = {
    {.name = "first axis", .n_in = 1, .in = {ROW_IN(-2, 2, 4, 3)}, .build = build_flip0},
    {.name = "second axis", .n_in = 1, .in = {ROW_IN(-2, 2, 2, 5, 3)}, .build = build_flip1},
    {.name = "batch", .n_in = 1, .in = {BATCH_IN(-2, 2, 3, 2)}, .build = build_flip1},
    {.name = "known", .n_in = 1, .in = {ROW_IN(-2, 2, 2, 3)}, .build = build_flip1, KNOWN(six, flip_out)},
    {.name = NULL},
};

enum { EVERYWHERE = ASY_OP_ROW | ASY_OP_BATCH | ASY_OP_ANY_REAL };
const asy_op asy_op_slice = { .name = "slice",
                              .flags = EVERYWHERE,
                              .n_out = 1,
                              .type = type_slice,
                              .eval = eval_slice,
                              .vjp = vjp_slice,
                              .fold = fold_slice,
                              .cases = slice_cases };
const asy_op asy_op_pad = {.name = "pad", .flags = EVERYWHERE, .n_out = 1, .type = type_pad,
                           .eval = eval_pad, .vjp = vjp_pad, .cases = pad_cases};
const asy_op asy_op_concat = {.name = "concat", .flags = EVERYWHERE, .n_out = 1, .type = type_concat,
                              .eval = eval_concat, .vjp = vjp_concat, .cases = concat_cases};
const asy_op asy_op_flip = { .name = "flip",
                             .flags = EVERYWHERE,
                             .n_out = 1,
                             .type = type_flip,
                             .eval = eval_flip,
                             .vjp = vjp_flip,
                             .fold = fold_flip,
                             .cases = flip_cases };

asy_val asy_slice(asy_graph *g, asy_val x, int axis, int64_t first, int64_t count)
{
    asy_part_attr a = {.axis = axis, .before = first};
    asy_shape s = asy_val_type(g, x).shape;
    int64_t n = axis >= 0 && axis < s.n ? s.d[axis] : 0;
    if (x.id && (count < 0 || count > n || first < 0 || first > n - count))
        return asy_graph_fail(g, "slice: axis %d has %lld elements, not %lld from %lld on", axis,
                              (long long)n, (long long)count, (long long)first);
    a.after = n - count - first;
    if (first == 0 && a.after == 0) return x;
    return asy__node(g, &asy_op_slice, 1, &x, &a, sizeof a);
}

asy_val asy_pad(asy_graph *g, asy_val x, int axis, int64_t before, int64_t after, double value)
{
    double real = asy_graph_real(g) == ASY_F32 ? (double)(float)value : value;
    asy_part_attr a = {.axis = axis, .before = before, .after = after, .value = real};
    if (before == 0 && after == 0) return x;
    return asy__node(g, &asy_op_pad, 1, &x, &a, sizeof a);
}

asy_val asy_concat(asy_graph *g, int n, const asy_val in[], int axis)
{
    asy_axis_attr a = {axis};
    asy_val part[ASY_NODE_IN];
    if (n == 1) return in[0];
    if (n < 1) return asy_graph_fail(g, "concat: there is nothing to join");
    if (n > ASY_NODE_IN) { /* in ASY_NODE_IN parts, each of which may be parts again */
        int step = (n + ASY_NODE_IN - 1) / ASY_NODE_IN, parts = 0;
        for (int i = 0; i < n; i += step)
            part[parts++] = asy_concat(g, i + step < n ? step : n - i, in + i, axis);
        return asy_concat(g, parts, part, axis);
    }
    for (int i = 0; i < n; i++) part[i] = in[i];
    for (int i = 1; i < n; i++) asy__same_class(g, &part[0], &part[i]);
    for (int i = 1; i < n; i++) asy__same_class(g, &part[0], &part[i]);
    return asy__node(g, &asy_op_concat, n, part, &a, sizeof a);
}

asy_val asy_flip(asy_graph *g, asy_val x, int axis)
{
    asy_axis_attr a = {axis};
    return asy__node(g, &asy_op_flip, 1, &x, &a, sizeof a);
}
