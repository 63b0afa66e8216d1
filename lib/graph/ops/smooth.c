// SPDX-License-Identifier: GPL-3.0-or-later
/* erf sigmoid softplus power. */
#include "_common.h"
#include "../../base/poly.h"

static void eval_erf(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    asy__eval1(in, out, asy_erf_f64);
}

static void eval_sigmoid(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    asy__eval1(in, out, asy_sigmoid_f64);
}

static void eval_softplus(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    asy__eval1(in, out, asy_softplus_f64);
}

static void eval_power(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)w;
    double p = ((const asy_power_attr *)n->attr)->p, *y = out[0].data;
    const double *x = in[0].data;
    int64_t count = asy__count(&out[0]);
    for (int64_t i = 0; i < count; i++) y[i] = asy_pow_f64(x[i], p);
}

/* dx = dy · 2/√π · exp(−x²) */
static asy_val vjp_erf(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    asy_val bell = asy_exp(g, asy_neg(g, asy_mul(g, n->in[0], n->in[0])));
    return asy_mul(g, dout[0], asy_affine(g, bell, 1.1283791670955126, 0));
}

/* dx = dy · y (1 − y) */
static asy_val vjp_sigmoid(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    return asy_mul(g, dout[0], asy_mul(g, n->out, asy_affine(g, n->out, -1, 1)));
}

static asy_val vjp_softplus(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    return asy_mul(g, dout[0], asy_sigmoid(g, n->in[0]));
}

/* dx = dy · p x^(p−1) */
static asy_val vjp_power(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    double p = ((const asy_power_attr *)n->attr)->p;
    if (p == 0) return (asy_val){0};
    return asy_mul(g, dout[0], asy_affine(g, asy_power(g, n->in[0], p - 1), p, 0));
}

static asy_val build_erf(asy_graph *g, const asy_val in[]) { return asy_erf(g, in[0]); }
static asy_val build_sigmoid(asy_graph *g, const asy_val in[]) { return asy_sigmoid(g, in[0]); }
static asy_val build_softplus(asy_graph *g, const asy_val in[]) { return asy_softplus(g, in[0]); }
static asy_val build_power(asy_graph *g, const asy_val in[]) { return asy_power(g, in[0], 2.5); }
static asy_val build_inverse(asy_graph *g, const asy_val in[]) { return asy_power(g, in[0], -1); }
static asy_val build_cube(asy_graph *g, const asy_val in[]) { return asy_power(g, in[0], 3); }
static asy_val build_one(asy_graph *g, const asy_val in[]) { return asy_power(g, in[0], 0); }

/* erf(½) and erf(1): Abramowitz and Stegun, table 7.1 */
static const double erf_in[] = {0, 0.5, -1, (double)INFINITY},
                    erf_out[] = {0, 0.5204998778130465, -0.8427007929497149, 1};
static const double sigmoid_in[] = {0, 1.0986122886681098, -1.0986122886681098, -1000, 1000};
static const double sigmoid_out[] = {0.5, 0.75, 0.25, 0, 1};
static const double softplus_in[] = {0, 1.0986122886681098, 1000, -1000};
static const double softplus_out[] = {0.69314718055994531, 1.3862943611198906, 1000, 0};
static const double cube_in[] = {-2, -0.5, 0, 3, (double)NAN}, cube_out[] = {-8, -0.125, 0, 27, (double)NAN};

#define ONE(f, lo, hi)                                                                  \
    {.name = "row", .n_in = 1, .in = {ROW_IN(lo, hi, 3, 11)}, .build = f},               \
    {.name = "one element", .n_in = 1, .in = {ROW_IN(lo, hi, 1, 1)}, .build = f},        \
    {.name = "scalar", .n_in = 1, .in = {ROW_SCALAR(lo, hi)}, .build = f},               \
    {.name = "batch", .n_in = 1, .in = {BATCH_IN(lo, hi, 5, 2)}, .build = f}
#define ONE_KNOWN(f, n, in_, out_) \
    {.name = "known", .n_in = 1, .in = {ROW_IN(-2, 2, n)}, .build = f, .nodiff = true, KNOWN(in_, out_)}

static const asy_op_case erf_cases[] = {
    ONE(build_erf, -3, 3), ONE_KNOWN(build_erf, 4, erf_in, erf_out), {.name = NULL}};
static const asy_op_case sigmoid_cases[] = {
    ONE(build_sigmoid, -4, 4), ONE_KNOWN(build_sigmoid, 5, sigmoid_in, sigmoid_out), {.name = NULL}};
static const asy_op_case softplus_cases[] = {
    ONE(build_softplus, -4, 4), ONE_KNOWN(build_softplus, 4, softplus_in, softplus_out), {.name = NULL}};
static const asy_op_case power_cases[] = {
    ONE(build_power, 0.5, 2),
    {.name = "inverse", .n_in = 1, .in = {ROW_IN(-2, -0.5, 17)}, .build = build_inverse},
    {.name = "cube", .n_in = 1, .in = {ROW_IN(-2, 2, 17)}, .build = build_cube},
    {.name = "nothing", .n_in = 1, .in = {ROW_IN(-2, 2, 3)}, .build = build_one},
    ONE_KNOWN(build_cube, 5, cube_in, cube_out),
    {.name = NULL},
};

enum { EVERYWHERE = ASY_OP_ROW | ASY_OP_BATCH | ASY_OP_INPLACE0 | ASY_OP_EACH };
const asy_op asy_op_erf = {.name = "erf", .flags = EVERYWHERE, .n_out = 1, .type = asy__type_same,
                           .eval = eval_erf, .vjp = vjp_erf, .cases = erf_cases};
const asy_op asy_op_sigmoid = {.name = "sigmoid", .flags = EVERYWHERE, .n_out = 1, .type = asy__type_same,
                               .eval = eval_sigmoid, .vjp = vjp_sigmoid, .cases = sigmoid_cases};
const asy_op asy_op_softplus = {.name = "softplus", .flags = EVERYWHERE, .n_out = 1, .type = asy__type_same,
                                .eval = eval_softplus, .vjp = vjp_softplus, .cases = softplus_cases};
const asy_op asy_op_power = {.name = "power", .flags = EVERYWHERE, .n_out = 1, .type = asy__type_same,
                             .eval = eval_power, .vjp = vjp_power, .cases = power_cases};

asy_val asy_erf(asy_graph *g, asy_val x) { return asy__node(g, &asy_op_erf, 1, &x, NULL, 0); }
asy_val asy_sigmoid(asy_graph *g, asy_val x) { return asy__node(g, &asy_op_sigmoid, 1, &x, NULL, 0); }
asy_val asy_softplus(asy_graph *g, asy_val x) { return asy__node(g, &asy_op_softplus, 1, &x, NULL, 0); }

asy_val asy_power(asy_graph *g, asy_val x, double p)
{
    asy_power_attr a = {asy_graph_real(g) == ASY_F32 ? (double)(float)p : p};
    if (p == 1) return x;
    return asy__node(g, &asy_op_power, 1, &x, &a, sizeof a);
}
