// SPDX-License-Identifier: GPL-3.0-or-later
/* add sub mul div neg affine.
 * A batch second operand stands directly beside a row first one: its data serves all rows, no broadcast is
 * made (a bias, a scale of batch normalisation). A batch first operand beside a row second one is broadcast,
 * or the two are swapped where that is the same. */
#include "_common.h"
#include <math.h>

extern const asy_op asy_op_neg;

static double f_add(double a, double b) { return a + b; }
static double f_sub(double a, double b) { return a - b; }
static double f_mul(double a, double b) { return a * b; }
static double f_div(double a, double b) { return a / b; }
static double f_neg(double a) { return -a; }

static void eval_add(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)w;
    asy__eval2(n, in, out, f_add);
}

static void eval_sub(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)w;
    asy__eval2(n, in, out, f_sub);
}

static void eval_mul(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)w;
    asy__eval2(n, in, out, f_mul);
}

static void eval_div(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)w;
    asy__eval2(n, in, out, f_div);
}

static void eval_neg(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    asy__eval1(in, out, f_neg);
}

static void eval_affine(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)w;
    const asy_affine_attr *a = n->attr;
    const double *x = in[0].data;
    double *y = out[0].data;
    int64_t count = asy__count(&out[0]);
    for (int64_t i = 0; i < count; i++) y[i] = fma(x[i], a->scale, a->shift);
}

static asy_val vjp_add(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    return asy__reduce_to(g, dout[0], &n->in_type[arg]);
}

static asy_val vjp_sub(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    return arg == 0 ? dout[0] : asy_neg(g, asy__reduce_to(g, dout[0], &n->in_type[1]));
}

static asy_val vjp_mul(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    return asy__reduce_to(g, asy_mul(g, dout[0], n->in[1 - arg]), &n->in_type[arg]);
}

/* y = a / b: da = dy / b, db = −dy·y / b. */
static asy_val vjp_div(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    if (arg == 0) return asy_div(g, dout[0], n->in[1]);
    asy_val d = asy_div(g, asy_mul(g, dout[0], n->out), n->in[1]);
    return asy_neg(g, asy__reduce_to(g, d, &n->in_type[1]));
}

static asy_val vjp_neg(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)n, (void)arg;
    return asy_neg(g, dout[0]);
}

static asy_val vjp_affine(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    return asy_affine(g, dout[0], ((const asy_affine_attr *)n->attr)->scale, 0);
}

/* ---- simpler forms. x + y is x for y = −0 and any x, for y = +0 where x is never −0; x − 0 is x for any x.
 */
static bool same_type(const asy_node *n)
{
    return n->in_type[0].cls == n->in_type[1].cls &&
           asy_shape_equal(&n->in_type[0].shape, &n->in_type[1].shape);
}

static bool adds_nothing(const asy_graph *g, asy_val zero, asy_val x)
{
    double v;
    return asy__all_are(g, zero, &v) && v == 0 && (signbit(v) || asy__never_minus0(g, x));
}

static asy_val negated(const asy_graph *g, asy_val v)
{
    const asy_node *n = asy_val_node(g, v, NULL);
    return n->op == &asy_op_neg ? n->in[0] : (asy_val){ 0 };
}

static asy_val fold_add(asy_graph *g, const asy_node *n)
{
    asy_val a = n->in[0], b = n->in[1], minus_a = negated(g, a), minus_b = negated(g, b);
    if (adds_nothing(g, b, a)) return a;
    if (same_type(n) && adds_nothing(g, a, b)) return b;
    if (minus_b.id) return asy_sub(g, a, minus_b);
    if (same_type(n) && minus_a.id) return asy_sub(g, b, minus_a);
    return same_type(n) && a.id > b.id ? asy_add(g, b, a) : (asy_val){ 0 };
}

static asy_val fold_sub(asy_graph *g, const asy_node *n)
{
    asy_val minus_b = negated(g, n->in[1]);
    if (asy__all_plus0(g, n->in[1])) return n->in[0];
    return minus_b.id ? asy_add(g, n->in[0], minus_b) : (asy_val){ 0 };
}

static asy_val fold_mul(asy_graph *g, const asy_node *n)
{
    asy_val a = n->in[0], b = n->in[1], minus_a = negated(g, a), minus_b = negated(g, b);
    double v;
    if (asy__all_are(g, b, &v) && v == 1) return a;
    if (same_type(n) && asy__all_are(g, a, &v) && v == 1) return b;
    if (minus_a.id && minus_b.id) return asy_mul(g, minus_a, minus_b);
    return same_type(n) && a.id > b.id ? asy_mul(g, b, a) : (asy_val){ 0 };
}

static asy_val fold_div(asy_graph *g, const asy_node *n)
{
    asy_val minus_a = negated(g, n->in[0]), minus_b = negated(g, n->in[1]);
    double v;
    if (asy__all_are(g, n->in[1], &v) && v == 1) return n->in[0];
    return minus_a.id && minus_b.id ? asy_div(g, minus_a, minus_b) : (asy_val){ 0 };
}

static asy_val fold_neg(asy_graph *g, const asy_node *n) { return negated(g, n->in[0]); }

static asy_val fold_affine(asy_graph *g, const asy_node *n)
{
    const asy_affine_attr *a = n->attr;
    asy_val x = n->in[0], minus_x = negated(g, x);
    if (a->scale == 1 && a->shift == 0 && (signbit(a->shift) || asy__never_minus0(g, x))) return x;
    return minus_x.id ? asy_affine(g, minus_x, -a->scale, a->shift) : (asy_val){ 0 };
}

static asy_val build_add(asy_graph *g, const asy_val in[]) { return asy_add(g, in[0], in[1]); }
static asy_val build_sub(asy_graph *g, const asy_val in[]) { return asy_sub(g, in[0], in[1]); }
static asy_val build_mul(asy_graph *g, const asy_val in[]) { return asy_mul(g, in[0], in[1]); }
static asy_val build_div(asy_graph *g, const asy_val in[]) { return asy_div(g, in[0], in[1]); }
static asy_val build_twice(asy_graph *g, const asy_val in[]) { return asy_mul(g, in[0], in[0]); }
static asy_val build_neg(asy_graph *g, const asy_val in[]) { return asy_neg(g, in[0]); }
static asy_val build_affine(asy_graph *g, const asy_val in[]) { return asy_affine(g, in[0], -1.75, 0.3); }

/* The same seven ways for two operands to meet. */
#define SECOND(f, lo, hi)                                                                                    \
    {.name = "equal", .n_in = 2, .in = {ROW_IN(-2, 2, 3, 5), ROW_IN(lo, hi, 3, 5)}, .build = f},             \
    {.name = "suffix", .n_in = 2, .in = {ROW_IN(-2, 2, 3, 1, 7), ROW_IN(lo, hi, 7)}, .build = f},            \
    {.name = "scalar", .n_in = 2, .in = {ROW_IN(-2, 2, 17), ROW_SCALAR(lo, hi)}, .build = f},                \
    {.name = "bias", .n_in = 2, .in = {ROW_IN(-2, 2, 2, 3, 5), BATCH_IN(lo, hi, 5)}, .build = f},            \
    {.name = "batch scalar", .n_in = 2, .in = {ROW_IN(-2, 2, 4), BATCH_SCALAR(lo, hi)}, .build = f},         \
    {.name = "batch first", .n_in = 2, .in = {BATCH_IN(-2, 2, 2, 3), ROW_IN(lo, hi, 2, 3)}, .build = f},     \
    {.name = "batch", .n_in = 2, .in = {BATCH_IN(-2, 2, 4, 3), BATCH_IN(lo, hi, 3)}, .build = f}

static const double two[] = {1, 2, 3, 4, 5, 6, 10, -2, 4};
static const double add_out[] = {11, 0, 7, 14, 3, 10}, sub_out[] = {-9, 4, -1, -6, 7, 2};
static const double mul_out[] = {10, -4, 12, 40, -10, 24}, div_out[] = {0.1, -1, 0.75, 0.4, -2.5, 1.5};
#define SECOND_KNOWN(f, want) \
    {.name = "known", .n_in = 2, .in = {ROW_IN(1, 6, 2, 3), BATCH_IN(1, 4, 3)}, .build = f, KNOWN(two, want)}

static const asy_op_case add_cases[] = {
    SECOND(build_add, -2, 2), SECOND_KNOWN(build_add, add_out), {.name = NULL}};
static const asy_op_case sub_cases[] = {
    SECOND(build_sub, -2, 2), SECOND_KNOWN(build_sub, sub_out), {.name = NULL}};
static const asy_op_case mul_cases[] = {SECOND(build_mul, -2, 2), SECOND_KNOWN(build_mul, mul_out),
    {.name = "square", .n_in = 1, .in = {ROW_IN(-2, 2, 9)}, .build = build_twice}, {.name = NULL}};
static const asy_op_case div_cases[] = {
    SECOND(build_div, 0.5, 2), SECOND_KNOWN(build_div, div_out), {.name = NULL}};
static const asy_op_case neg_cases[] = {
    {.name = "row", .n_in = 1, .in = {ROW_IN(-2, 2, 19)}, .build = build_neg},
    {.name = "batch", .n_in = 1, .in = {BATCH_IN(-2, 2, 3, 2)}, .build = build_neg},
    {.name = NULL},
};
static const double affine_in[] = {0, 1, -2}, affine_out[] = {0.3, -1.45, 3.8};
static const asy_op_case affine_cases[] = {
    {.name = "row", .n_in = 1, .in = {ROW_IN(-2, 2, 33)}, .build = build_affine},
    {.name = "scalar", .n_in = 1, .in = {ROW_SCALAR(-2, 2)}, .build = build_affine},
    {.name = "batch", .n_in = 1, .in = {BATCH_IN(-2, 2, 5)}, .build = build_affine},
    {.name = "known", .n_in = 1, .in = {ROW_IN(-2, 2, 3)},
     .build = build_affine, KNOWN(affine_in, affine_out)},
    {.name = NULL},
};

enum { EVERYWHERE = ASY_OP_ROW | ASY_OP_BATCH | ASY_OP_INPLACE0 | ASY_OP_EACH };
const asy_op asy_op_add = { .name = "add",
                            .flags = EVERYWHERE,
                            .n_out = 1,
                            .type = asy__type_second,
                            .eval = eval_add,
                            .vjp = vjp_add,
                            .fold = fold_add,
                            .cases = add_cases };
const asy_op asy_op_sub = { .name = "sub",
                            .flags = EVERYWHERE,
                            .n_out = 1,
                            .type = asy__type_second,
                            .eval = eval_sub,
                            .vjp = vjp_sub,
                            .fold = fold_sub,
                            .cases = sub_cases };
const asy_op asy_op_mul = { .name = "mul",
                            .flags = EVERYWHERE,
                            .n_out = 1,
                            .type = asy__type_second,
                            .eval = eval_mul,
                            .vjp = vjp_mul,
                            .fold = fold_mul,
                            .cases = mul_cases };
const asy_op asy_op_div = { .name = "div",
                            .flags = EVERYWHERE,
                            .n_out = 1,
                            .type = asy__type_second,
                            .eval = eval_div,
                            .vjp = vjp_div,
                            .fold = fold_div,
                            .cases = div_cases };
const asy_op asy_op_neg = { .name = "neg",
                            .flags = EVERYWHERE,
                            .n_out = 1,
                            .type = asy__type_same,
                            .eval = eval_neg,
                            .vjp = vjp_neg,
                            .fold = fold_neg,
                            .cases = neg_cases };
const asy_op asy_op_affine = { .name = "affine",
                               .flags = EVERYWHERE,
                               .n_out = 1,
                               .type = asy__type_same,
                               .eval = eval_affine,
                               .vjp = vjp_affine,
                               .fold = fold_affine,
                               .cases = affine_cases };

/* x·y and x + y have the same bits either way round: the row value goes first, no batch one is copied. */
static asy_val commuting(asy_graph *g, const asy_op *op, asy_val a, asy_val b)
{
    if (!a.id || !b.id) return (asy_val){0};
    asy_type ta = asy_val_type(g, a), tb = asy_val_type(g, b);
    bool swap = ta.cls == ASY_BATCH && tb.cls == ASY_ROW && asy_shape_equal(&ta.shape, &tb.shape);
    asy_val in[2] = {swap ? b : a, swap ? a : b};
    if (!swap && ta.cls == ASY_BATCH && tb.cls == ASY_ROW) in[0] = asy_broadcast(g, a);
    return asy__node(g, op, 2, in, NULL, 0);
}

asy_val asy_add(asy_graph *g, asy_val a, asy_val b) { return commuting(g, &asy_op_add, a, b); }
asy_val asy_mul(asy_graph *g, asy_val a, asy_val b) { return commuting(g, &asy_op_mul, a, b); }
asy_val asy_sub(asy_graph *g, asy_val a, asy_val b) { return asy__second(g, &asy_op_sub, a, b); }
asy_val asy_div(asy_graph *g, asy_val a, asy_val b) { return asy__second(g, &asy_op_div, a, b); }
asy_val asy_neg(asy_graph *g, asy_val x) { return asy__node(g, &asy_op_neg, 1, &x, NULL, 0); }

asy_val asy_affine(asy_graph *g, asy_val x, double scale, double shift)
{
    bool f32 = asy_graph_real(g) == ASY_F32;
    asy_affine_attr a = {f32 ? (double)(float)scale : scale, f32 ? (double)(float)shift : shift};
    return asy__node(g, &asy_op_affine, 1, &x, &a, sizeof a);
}
