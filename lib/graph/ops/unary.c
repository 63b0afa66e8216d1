// SPDX-License-Identifier: GPL-3.0-or-later
/* relu relu_grad exp log tanh sqrt abs sign. */
#include "_common.h"
#include "../../base/poly.h"
#include <math.h>

extern const asy_op asy_op_abs, asy_op_neg;

static double f_relu(double x) { return x < 0 ? 0 : x; }
static double f_mask(double dy, double y) { return y > 0 ? dy : 0; }
static double f_abs(double x) { return fabs(x); }
static double f_sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : x == 0 ? 0 : x; }

static void eval_relu(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    asy__eval1(in, out, f_relu);
}

static void eval_relu_grad(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)w;
    asy__eval2(n, in, out, f_mask);
}

static void eval_exp(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    asy__eval1(in, out, asy_exp_f64);
}

static void eval_log(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    asy__eval1(in, out, asy_log_f64);
}

static void eval_tanh(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    asy__eval1(in, out, asy_tanh_f64);
}

static void eval_sqrt(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    asy__eval1(in, out, sqrt);
}

static void eval_abs(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    asy__eval1(in, out, f_abs);
}

static void eval_sign(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    asy__eval1(in, out, f_sign);
}

/* y > 0 exactly where x > 0, so that the input need not be kept. */
static asy_val relu_grad(asy_graph *g, asy_val dy, asy_val y);

static asy_val vjp_relu(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    return relu_grad(g, dout[0], n->out);
}

static asy_val vjp_relu_grad(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    return arg == 0 ? relu_grad(g, dout[0], n->in[1]) : (asy_val){0};
}

static asy_val vjp_exp(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    return asy_mul(g, dout[0], n->out);
}

static asy_val vjp_log(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    return asy_div(g, dout[0], n->in[0]);
}

/* dx = dy (1 − y²) */
static asy_val vjp_tanh(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    return asy_mul(g, dout[0], asy_affine(g, asy_mul(g, n->out, n->out), -1, 1));
}

/* dx = dy / (2 y) */
static asy_val vjp_sqrt(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    return asy_div(g, asy_affine(g, dout[0], 0.5, 0), n->out);
}

static asy_val vjp_abs(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    return asy_mul(g, dout[0], asy_sign(g, n->in[0]));
}

static const asy_op *maker(const asy_graph *g, asy_val v) { return asy_val_node(g, v, NULL)->op; }

static asy_val fold_twice(asy_graph *g, const asy_node *n)
{
    return maker(g, n->in[0]) == n->op ? n->in[0] : (asy_val){ 0 };
}

static asy_val fold_relu(asy_graph *g, const asy_node *n)
{
    return maker(g, n->in[0]) == &asy_op_abs ? n->in[0] : fold_twice(g, n);
}

static asy_val fold_abs(asy_graph *g, const asy_node *n)
{
    const asy_node *x = asy_val_node(g, n->in[0], NULL);
    return x->op == &asy_op_neg ? asy_abs(g, x->in[0]) : fold_twice(g, n);
}

/* A zero stays one; the same mask twice is once. */
static asy_val fold_relu_grad(asy_graph *g, const asy_node *n)
{
    const asy_node *dy = asy_val_node(g, n->in[0], NULL);
    bool twice = dy->op == n->op && dy->in[1].id == n->in[1].id;
    return twice || asy__all_plus0(g, n->in[0]) ? n->in[0] : (asy_val){ 0 };
}

static asy_val build_relu(asy_graph *g, const asy_val in[]) { return asy_relu(g, in[0]); }
static asy_val build_relu_grad(asy_graph *g, const asy_val in[]) { return relu_grad(g, in[0], in[1]); }
static asy_val build_exp(asy_graph *g, const asy_val in[]) { return asy_exp(g, in[0]); }
static asy_val build_log(asy_graph *g, const asy_val in[]) { return asy_log(g, in[0]); }
static asy_val build_tanh(asy_graph *g, const asy_val in[]) { return asy_tanh(g, in[0]); }
static asy_val build_sqrt(asy_graph *g, const asy_val in[]) { return asy_sqrt(g, in[0]); }
static asy_val build_abs(asy_graph *g, const asy_val in[]) { return asy_abs(g, in[0]); }
static asy_val build_sign(asy_graph *g, const asy_val in[]) { return asy_sign(g, in[0]); }

#define ONE(f, lo, hi, ...)                                                              \
    {.name = "row", .n_in = 1, .in = {ROW_IN(lo, hi, 3, 11)}, .build = f, __VA_ARGS__},  \
    {.name = "one element", .n_in = 1, .in = {ROW_IN(lo, hi, 1, 1)}, .build = f, __VA_ARGS__}, \
    {.name = "scalar", .n_in = 1, .in = {ROW_SCALAR(lo, hi)}, .build = f, __VA_ARGS__},  \
    {.name = "batch", .n_in = 1, .in = {BATCH_IN(lo, hi, 5, 2)}, .build = f, __VA_ARGS__}
#define ONE_KNOWN(f, n, in_, out_) \
    {.name = "known", .n_in = 1, .in = {ROW_IN(-2, 2, n)}, .build = f, .nodiff = true, KNOWN(in_, out_)}

static const double signs[] = {-1.5, -0.0, 0, 2}, relu_out[] = {0, 0, 0, 2};
static const double sign_out[] = {-1, 0, 0, 1}, abs_out[] = {1.5, 0, 0, 2};
static const double mask_in[] = {1, 2, 3, -4, -1, 0, 1e-300, 5}, mask_out[] = {0, 0, 3, -4};
static const double exp_in[] = {0, 1, -1}, exp_out[] = {1, 2.718281828459045235, 0.36787944117144232};
static const double log_in[] = {1, 2, 10}, log_out[] = {0, 0.69314718055994531, 2.3025850929940457};
static const double tanh_in[] = {0, 1, -0.5}, tanh_out[] = {0, 0.76159415595576489, -0.46211715726000976};
static const double sqrt_in[] = {0, 2, 0.25}, sqrt_out[] = {0, 1.4142135623730951, 0.5};

static const asy_op_case relu_cases[] = {
    ONE(build_relu, -1, 1, .kink = 1e-3), ONE_KNOWN(build_relu, 4, signs, relu_out), {.name = NULL}};
static const asy_op_case relu_grad_cases[] = {
    {.name = "row", .n_in = 2, .in = {ROW_IN(-2, 2, 21), ROW_IN(-1, 1, 21)},
     .build = build_relu_grad, .kink = 1e-3},
    {.name = "batch", .n_in = 2, .in = {BATCH_IN(-2, 2, 3, 5), BATCH_IN(-1, 1, 3, 5)},
     .build = build_relu_grad, .kink = 1e-3},
    {.name = "known", .n_in = 2, .in = {ROW_IN(-2, 2, 4), ROW_IN(-1, 1, 4)},
     .build = build_relu_grad, .nodiff = true, KNOWN(mask_in, mask_out)},
    {.name = NULL},
};
static const asy_op_case exp_cases[] = {
    ONE(build_exp, -2, 2, .kink = 0), ONE_KNOWN(build_exp, 3, exp_in, exp_out), {.name = NULL}};
static const asy_op_case log_cases[] = {
    ONE(build_log, 0.5, 4, .kink = 0), ONE_KNOWN(build_log, 3, log_in, log_out), {.name = NULL}};
static const asy_op_case tanh_cases[] = {
    ONE(build_tanh, -2, 2, .kink = 0), ONE_KNOWN(build_tanh, 3, tanh_in, tanh_out), {.name = NULL}};
static const asy_op_case sqrt_cases[] = {
    ONE(build_sqrt, 0.5, 4, .kink = 0), ONE_KNOWN(build_sqrt, 3, sqrt_in, sqrt_out), {.name = NULL}};
static const asy_op_case abs_cases[] = {
    ONE(build_abs, -1, 1, .kink = 1e-3), ONE_KNOWN(build_abs, 4, signs, abs_out), {.name = NULL}};
static const asy_op_case sign_cases[] = {
    ONE(build_sign, -1, 1, .nodiff = true), ONE_KNOWN(build_sign, 4, signs, sign_out), {.name = NULL}};

enum { EVERYWHERE = ASY_OP_ROW | ASY_OP_BATCH | ASY_OP_INPLACE0 | ASY_OP_EACH };
const asy_op asy_op_relu = { .name = "relu",
                             .flags = EVERYWHERE,
                             .n_out = 1,
                             .type = asy__type_same,
                             .eval = eval_relu,
                             .vjp = vjp_relu,
                             .fold = fold_relu,
                             .cases = relu_cases };
const asy_op asy_op_relu_grad = { .name = "relu_grad",
                                  .flags = EVERYWHERE,
                                  .n_out = 1,
                                  .type = asy__type_same,
                                  .eval = eval_relu_grad,
                                  .vjp = vjp_relu_grad,
                                  .fold = fold_relu_grad,
                                  .cases = relu_grad_cases };
const asy_op asy_op_exp = { .name = "exp",
                            .flags = EVERYWHERE | ASY_OP_PLUS0,
                            .n_out = 1,
                            .type = asy__type_same,
                            .eval = eval_exp,
                            .vjp = vjp_exp,
                            .cases = exp_cases };
const asy_op asy_op_log = {.name = "log", .flags = EVERYWHERE, .n_out = 1, .type = asy__type_same,
                           .eval = eval_log, .vjp = vjp_log, .cases = log_cases};
const asy_op asy_op_tanh = {.name = "tanh", .flags = EVERYWHERE, .n_out = 1, .type = asy__type_same,
                            .eval = eval_tanh, .vjp = vjp_tanh, .cases = tanh_cases};
const asy_op asy_op_sqrt = {.name = "sqrt", .flags = EVERYWHERE, .n_out = 1, .type = asy__type_same,
                            .eval = eval_sqrt, .vjp = vjp_sqrt, .cases = sqrt_cases};
const asy_op asy_op_abs = { .name = "abs",
                            .flags = EVERYWHERE | ASY_OP_PLUS0,
                            .n_out = 1,
                            .type = asy__type_same,
                            .eval = eval_abs,
                            .vjp = vjp_abs,
                            .fold = fold_abs,
                            .cases = abs_cases };
const asy_op asy_op_sign = { .name = "sign",
                             .flags = EVERYWHERE | ASY_OP_NODIFF,
                             .n_out = 1,
                             .type = asy__type_same,
                             .eval = eval_sign,
                             .fold = fold_twice,
                             .cases = sign_cases };

static asy_val relu_grad(asy_graph *g, asy_val dy, asy_val y)
{
    asy__same_class(g, &dy, &y);
    return asy__node(g, &asy_op_relu_grad, 2, (asy_val[]){dy, y}, NULL, 0);
}

asy_val asy_relu(asy_graph *g, asy_val x) { return asy__node(g, &asy_op_relu, 1, &x, NULL, 0); }
asy_val asy_exp(asy_graph *g, asy_val x) { return asy__node(g, &asy_op_exp, 1, &x, NULL, 0); }
asy_val asy_log(asy_graph *g, asy_val x) { return asy__node(g, &asy_op_log, 1, &x, NULL, 0); }
asy_val asy_tanh(asy_graph *g, asy_val x) { return asy__node(g, &asy_op_tanh, 1, &x, NULL, 0); }
asy_val asy_sqrt(asy_graph *g, asy_val x) { return asy__node(g, &asy_op_sqrt, 1, &x, NULL, 0); }
asy_val asy_abs(asy_graph *g, asy_val x) { return asy__node(g, &asy_op_abs, 1, &x, NULL, 0); }
asy_val asy_sign(asy_graph *g, asy_val x) { return asy__node(g, &asy_op_sign, 1, &x, NULL, 0); }
