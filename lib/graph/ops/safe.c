// SPDX-License-Identifier: GPL-3.0-or-later
/* div_safe sqrt_safe: what norms are made of, so that their derivatives of any order are 0 at 0; mul_safe: a
 * factor of 0 leaves nothing, not even NaN. */
#include "_common.h"
#include <math.h>

static double f_div_safe(double a, double b) { return b == 0 ? 0 : a / b; }
static double f_mul_safe(double a, double b) { return b == 0 ? 0 : a * b; }

static void eval_mul_safe(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)w;
    asy__eval2(n, in, out, f_mul_safe);
}

static void eval_div_safe(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)w;
    asy__eval2(n, in, out, f_div_safe);
}

static void eval_sqrt_safe(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    asy__eval1(in, out, sqrt);
}

/* As for div. */
static asy_val vjp_div_safe(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    if (arg == 0) return asy_div_safe(g, dout[0], n->in[1]);
    asy_val d = asy_div_safe(g, asy_mul(g, dout[0], n->out), n->in[1]);
    return asy_neg(g, asy__reduce_to(g, d, &n->in_type[1]));
}

static asy_val vjp_sqrt_safe(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    return asy_div_safe(g, asy_affine(g, dout[0], 0.5, 0), n->out);
}

static asy_val vjp_mul_safe(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    if (arg == 0) return asy_mul_safe(g, dout[0], n->in[1]);
    return asy__reduce_to(g, asy_mul(g, dout[0], n->in[0]), &n->in_type[1]);
}

static asy_val build_mul(asy_graph *g, const asy_val in[]) { return asy_mul_safe(g, in[0], in[1]); }
static asy_val build_div(asy_graph *g, const asy_val in[]) { return asy_div_safe(g, in[0], in[1]); }
static asy_val build_sqrt(asy_graph *g, const asy_val in[]) { return asy_sqrt_safe(g, in[0]); }
/* ∂/∂x of |x|₂, which is x / |x| */
static asy_val build_direction(asy_graph *g, const asy_val in[])
{
    asy_val dx, norm = asy_sqrt_safe(g, asy_sum(g, asy_mul(g, in[0], in[0])));
    asy_grad(g, norm, 1, in, &dx);
    return dx;
}

static const double div_in[] = {1, 2, 0, (double)NAN, 4, 0, 0, 2}, div_out[] = {0.25, 0, 0, (double)NAN};
static const double sqrt_in[] = {0, 4, 2.25, -1}, sqrt_out[] = {0, 2, 1.5, (double)NAN};
static const double three[] = {3, -4, 0}, direction[] = {0.6, -0.8, 0}, zeros[] = {0, 0, 0};

static const double mul_in[] = {1, (double)NAN, 3, (double)INFINITY, 4, 0, (double)NAN, 0},
                    mul_out[] = {4, 0, (double)NAN, 0};

static const asy_op_case mul_cases[] = {
    {.name = "equal", .n_in = 2, .in = {ROW_IN(-2, 2, 3, 5), ROW_IN(-2, 2, 3, 5)}, .build = build_mul},
    {.name = "suffix", .n_in = 2, .in = {ROW_IN(-2, 2, 3, 7), BATCH_IN(-2, 2, 7)}, .build = build_mul},
    {.name = "scalar", .n_in = 2, .in = {ROW_IN(-2, 2, 17), ROW_SCALAR(-2, 2)}, .build = build_mul},
    {.name = "batch", .n_in = 2, .in = {BATCH_IN(-2, 2, 4, 3), BATCH_IN(-2, 2, 3)}, .build = build_mul},
    {.name = "known", .n_in = 2, .in = {ROW_IN(-2, 2, 4), ROW_IN(-2, 2, 4)}, .build = build_mul,
     .nodiff = true, KNOWN(mul_in, mul_out)},
    {.name = NULL},
};
static const asy_op_case div_cases[] = {
    {.name = "equal", .n_in = 2, .in = {ROW_IN(-2, 2, 3, 5), ROW_IN(0.5, 2, 3, 5)}, .build = build_div},
    {.name = "suffix", .n_in = 2, .in = {ROW_IN(-2, 2, 3, 7), BATCH_IN(-2, -0.5, 7)}, .build = build_div},
    {.name = "scalar", .n_in = 2, .in = {ROW_IN(-2, 2, 17), ROW_SCALAR(0.5, 2)}, .build = build_div},
    {.name = "batch", .n_in = 2, .in = {BATCH_IN(-2, 2, 4, 3), BATCH_IN(0.5, 2, 3)}, .build = build_div},
    {.name = "known", .n_in = 2, .in = {ROW_IN(-2, 2, 4), ROW_IN(-2, 2, 4)}, .build = build_div,
     .nodiff = true, KNOWN(div_in, div_out)},
    {.name = "direction of zero", .n_in = 1, .in = {ROW_IN(-2, 2, 3)}, .build = build_direction,
     .nodiff = true, KNOWN(zeros, zeros)},
    {.name = NULL},
};
static const asy_op_case sqrt_cases[] = {
    {.name = "row", .n_in = 1, .in = {ROW_IN(0.5, 2, 3, 11)}, .build = build_sqrt},
    {.name = "batch", .n_in = 1, .in = {BATCH_IN(0.5, 2, 5)}, .build = build_sqrt},
    {.name = "direction", .n_in = 1, .in = {ROW_IN(-2, 2, 9)}, .build = build_direction},
    {.name = "known", .n_in = 1, .in = {ROW_IN(-2, 2, 4)}, .build = build_sqrt, .nodiff = true,
     KNOWN(sqrt_in, sqrt_out)},
    {.name = "known direction", .n_in = 1, .in = {ROW_IN(-2, 2, 3)}, .build = build_direction,
     .nodiff = true, KNOWN(three, direction)},
    {.name = NULL},
};

enum { EVERYWHERE = ASY_OP_ROW | ASY_OP_BATCH | ASY_OP_INPLACE0 | ASY_OP_EACH };
const asy_op asy_op_div_safe = {.name = "div_safe", .flags = EVERYWHERE, .n_out = 1, .type = asy__type_second,
                                .eval = eval_div_safe, .vjp = vjp_div_safe, .cases = div_cases};
const asy_op asy_op_mul_safe = {.name = "mul_safe", .flags = EVERYWHERE, .n_out = 1, .type = asy__type_second,
                                .eval = eval_mul_safe, .vjp = vjp_mul_safe, .cases = mul_cases};
const asy_op asy_op_sqrt_safe = {.name = "sqrt_safe", .flags = EVERYWHERE, .n_out = 1, .type = asy__type_same,
                                 .eval = eval_sqrt_safe, .vjp = vjp_sqrt_safe, .cases = sqrt_cases};

asy_val asy_div_safe(asy_graph *g, asy_val a, asy_val b) { return asy__second(g, &asy_op_div_safe, a, b); }
asy_val asy_sqrt_safe(asy_graph *g, asy_val x) { return asy__node(g, &asy_op_sqrt_safe, 1, &x, NULL, 0); }
asy_val asy_mul_safe(asy_graph *g, asy_val a, asy_val b) { return asy__second(g, &asy_op_mul_safe, a, b); }
