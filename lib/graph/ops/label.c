// SPDX-License-Identifier: GPL-3.0-or-later
/* onehot pick place xent. An index outside the axis takes and places nothing: 0. */
#include "_common.h"
#include "../../base/poly.h"
#include <string.h>

static bool inside(int32_t index, int64_t len)
{
    return index >= 0 && index < len;
}

static void eval_onehot(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    const int32_t *index = in[0].data;
    int64_t count = asy__count(&in[0]), len = asy__last(&out[0]);
    memset(out[0].data, 0, asy_tensor_bytes(&out[0]));
    for (int64_t i = 0; i < count; i++)
        if (inside(index[i], len)) ((double *)out[0].data)[i * len + index[i]] = 1;
}

static void eval_pick(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    const double *x = in[0].data;
    const int32_t *index = in[1].data;
    int64_t count = asy__count(&out[0]), len = asy__last(&in[0]);
    for (int64_t i = 0; i < count; i++)
        ((double *)out[0].data)[i] = inside(index[i], len) ? x[i * len + index[i]] : 0;
}

static void eval_place(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    const double *x = in[0].data;
    const int32_t *index = in[1].data;
    int64_t count = asy__count(&in[0]), len = asy__last(&out[0]);
    memset(out[0].data, 0, asy_tensor_bytes(&out[0]));
    for (int64_t i = 0; i < count; i++)
        if (inside(index[i], len)) ((double *)out[0].data)[i * len + index[i]] = x[i];
}

/* log s + (m − z_y): small differences of large logits keep their digits. */
static void eval_xent(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    const int32_t *label = in[1].data;
    int64_t count = asy__count(&out[0]), len = asy__last(&in[0]);
    for (int64_t i = 0; i < count; i++) {
        const double *z = (const double *)in[0].data + i * len;
        double m, s = asy__exp_sum(len, z, NULL, &m);
        ((double *)out[0].data)[i] = asy_log_f64(s) + (inside(label[i], len) ? m - z[label[i]] : m);
    }
}

/* A result with one more axis than the input. */
static asy_status widened(const asy_node *n, const asy_type in[], int64_t size, asy_type out[])
{
    if (in[0].shape.n >= ASY_MAXDIM) return asy__refuse(n, in, "there is no room for one more axis");
    if (size < 0 && in[0].cls == ASY_ROW) return asy__refuse(n, in, "the size of the new axis is negative");
    out[0].shape = in[0].shape;
    out[0].shape.d[out[0].shape.n++] = size;
    return ASY_OK;
}

static asy_status type_onehot(const asy_node *n, const asy_type in[], asy_type out[])
{
    if (in[0].dtype != ASY_I32) return asy__refuse(n, in, "an index must be i32");
    out[0] = (asy_type){.cls = in[0].cls, .dtype = (asy_dtype)((const asy_onehot_attr *)n->attr)->real};
    return widened(n, in, ((const asy_onehot_attr *)n->attr)->n, out);
}

static asy_status type_place(const asy_node *n, const asy_type in[], asy_type out[])
{
    ASY_TRY(asy__real(n, in, 1));
    if (in[1].dtype != ASY_I32 || in[1].cls != in[0].cls || !asy_shape_equal(&in[0].shape, &in[1].shape))
        return asy__refuse(n, in, "needs an i32 index of the same class and shape");
    out[0] = in[0];
    return widened(n, in, ((const asy_axis_attr *)n->attr)->n, out);
}

/* x [S,n], index [S] → [S] */
static asy_status type_pick(const asy_node *n, const asy_type in[], asy_type out[])
{
    ASY_TRY(asy__real(n, in, 1));
    if (in[0].shape.n < 1) return asy__refuse(n, in, "the first value needs an axis");
    out[0] = in[0];
    out[0].shape.d[--out[0].shape.n] = 0;
    if (in[1].dtype != ASY_I32 || in[1].cls != in[0].cls || !asy_shape_equal(&out[0].shape, &in[1].shape))
        return asy__refuse(n, in, "needs an i32 index of the same class, with the shape less the last axis");
    return ASY_OK;
}

static asy_status type_xent(const asy_node *n, const asy_type in[], asy_type out[])
{
    ASY_TRY(type_pick(n, in, out));
    if (in[0].shape.d[in[0].shape.n - 1] == 0) return asy__refuse(n, in, "there are no classes");
    return ASY_OK;
}

static int64_t last_of(const asy_node *n)
{
    return n->in_type[0].shape.d[n->in_type[0].shape.n - 1];
}

static asy_val vjp_pick(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    return arg == 0 ? asy_place(g, dout[0], n->in[1], last_of(n)) : (asy_val){0};
}

static asy_val vjp_place(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    return arg == 0 ? asy_pick(g, dout[0], n->in[1]) : (asy_val){0};
}

static asy_val vjp_xent(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    if (arg != 0) return (asy_val){0};
    asy_val d = asy_sub(g, asy_softmax(g, n->in[0]), asy_onehot(g, n->in[1], last_of(n)));
    return asy_mul(g, d, asy_expand_last(g, dout[0], last_of(n)));
}

static asy_val build_onehot(asy_graph *g, const asy_val in[]) { return asy_onehot(g, in[0], 4); }
static asy_val build_onehot1(asy_graph *g, const asy_val in[]) { return asy_onehot(g, in[0], 1); }
static asy_val build_pick(asy_graph *g, const asy_val in[]) { return asy_pick(g, in[0], in[1]); }
static asy_val build_place(asy_graph *g, const asy_val in[]) { return asy_place(g, in[0], in[1], 4); }
static asy_val build_xent(asy_graph *g, const asy_val in[]) { return asy_xent(g, in[0], in[1]); }

static const double onehot_in[] = {2, -1, 4}, onehot_out[] = {0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0};
static const double pick_in[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 2, -1, 3}, pick_out[] = {3, 0, 0};
static const double place_in[] = {7, 8, 9, 2, -1, 4}, place_out[] = {0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0};
/* −ln(5/8), and ln 8 for a label that is no class */
static const double xent_in[] = {
    0, 0.69314718055994531, 1.6094379124341003, 1000, 1000.6931471805599, 1001.6094379124341,
    0, 0.69314718055994531, 1.6094379124341003, 2, 0, 3};
static const double xent_out[] = {0.47000362924573558, 2.0794415416798357, 2.0794415416798357};

static const asy_op_case onehot_cases[] = {
    {.name = "vector", .n_in = 1, .in = {ROW_INT(0, 3, 5)}, .build = build_onehot, .nodiff = true},
    {.name = "scalar", .n_in = 1, .in = {ROW_INT_SCALAR(-1, 4)}, .build = build_onehot, .nodiff = true},
    {.name = "one class", .n_in = 1, .in = {ROW_INT(0, 1, 3)}, .build = build_onehot1, .nodiff = true},
    {.name = "known", .n_in = 1, .in = {ROW_INT(0, 3, 3)},
     .build = build_onehot, .nodiff = true, KNOWN(onehot_in, onehot_out)},
    {.name = NULL},
};
static const asy_op_case pick_cases[] = {
    {.name = "vector", .n_in = 2, .in = {ROW_IN(-2, 2, 7), ROW_INT_SCALAR(0, 6)}, .build = build_pick},
    {.name = "matrix", .n_in = 2, .in = {ROW_IN(-2, 2, 5, 3), ROW_INT(0, 2, 5)}, .build = build_pick},
    {.name = "some outside", .n_in = 2, .in = {ROW_IN(-2, 2, 9, 2), ROW_INT(-1, 2, 9)}, .build = build_pick},
    {.name = "known", .n_in = 2, .in = {ROW_IN(-2, 2, 3, 3), ROW_INT(0, 2, 3)},
     .build = build_pick, KNOWN(pick_in, pick_out)},
    {.name = NULL},
};
static const asy_op_case place_cases[] = {
    {.name = "vector", .n_in = 2, .in = {ROW_IN(-2, 2, 5), ROW_INT(0, 3, 5)}, .build = build_place},
    {.name = "scalar", .n_in = 2, .in = {ROW_SCALAR(-2, 2), ROW_INT_SCALAR(0, 3)}, .build = build_place},
    {.name = "some outside", .n_in = 2, .in = {ROW_IN(-2, 2, 3, 3), ROW_INT(-1, 4, 3, 3)},
     .build = build_place},
    {.name = "known", .n_in = 2, .in = {ROW_IN(-2, 2, 3), ROW_INT(0, 3, 3)},
     .build = build_place, KNOWN(place_in, place_out)},
    {.name = NULL},
};
static const asy_op_case xent_cases[] = {
    {.name = "ten classes", .n_in = 2, .in = {ROW_IN(-3, 3, 10), ROW_INT_SCALAR(0, 9)}, .build = build_xent},
    {.name = "many classes", .n_in = 2, .in = {ROW_IN(-3, 3, 33), ROW_INT_SCALAR(0, 32)},
     .build = build_xent},
    {.name = "one class", .n_in = 2, .in = {ROW_IN(-3, 3, 1), ROW_INT_SCALAR(0, 0)}, .build = build_xent},
    {.name = "tokens", .n_in = 2, .in = {ROW_IN(-3, 3, 4, 3), ROW_INT(-1, 3, 4)}, .build = build_xent},
    {.name = "known", .n_in = 2, .in = {ROW_IN(-3, 3, 3, 3), ROW_INT(0, 2, 3)},
     .build = build_xent, KNOWN(xent_in, xent_out)},
    {.name = NULL},
};

enum { EVERYWHERE = ASY_OP_ROW | ASY_OP_BATCH };
const asy_op asy_op_onehot = { .name = "onehot",
                               .flags = EVERYWHERE | ASY_OP_NODIFF | ASY_OP_PLUS0,
                               .n_out = 1,
                               .type = type_onehot,
                               .eval = eval_onehot,
                               .cases = onehot_cases };
const asy_op asy_op_pick = {.name = "pick", .flags = EVERYWHERE, .n_out = 1, .type = type_pick,
                            .eval = eval_pick, .vjp = vjp_pick, .cases = pick_cases};
const asy_op asy_op_place = {.name = "place", .flags = EVERYWHERE, .n_out = 1, .type = type_place,
                             .eval = eval_place, .vjp = vjp_place, .cases = place_cases};
const asy_op asy_op_xent = {.name = "xent", .flags = EVERYWHERE, .n_out = 1, .type = type_xent,
                            .eval = eval_xent, .vjp = vjp_xent, .cases = xent_cases};

asy_val asy_onehot(asy_graph *g, asy_val index, int64_t n)
{
    asy_onehot_attr a = {n, asy_graph_real(g)};
    return asy__node(g, &asy_op_onehot, 1, &index, &a, sizeof a);
}

asy_val asy_pick(asy_graph *g, asy_val x, asy_val index)
{
    return asy__node(g, &asy_op_pick, 2, (asy_val[]){x, index}, NULL, 0);
}

asy_val asy_place(asy_graph *g, asy_val x, asy_val index, int64_t n)
{
    asy_axis_attr a = {n};
    if (asy_graph_per_sample(g)) asy__same_class(g, &x, &index);
    return asy__node(g, &asy_op_place, 2, (asy_val[]){x, index}, &a, sizeof a);
}

asy_val asy_xent(asy_graph *g, asy_val logits, asy_val labels)
{
    return asy__node(g, &asy_op_xent, 2, (asy_val[]){logits, labels}, NULL, 0);
}
