// SPDX-License-Identifier: GPL-3.0-or-later
/* softmax log_softmax logsumexp, over the last axis: m = max z, e = exp(z − m), s = Σ e in 16 lanes. */
#include "_common.h"
#include "../../base/poly.h"

static void eval_softmax(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    int64_t len = asy__last(&in[0]), count = len > 0 ? asy__count(&in[0]) / len : 0;
    for (int64_t i = 0; i < count; i++) {
        double *y = (double *)out[0].data + i * len, m;
        double s = asy__exp_sum(len, (const double *)in[0].data + i * len, y, &m);
        for (int64_t j = 0; j < len; j++) y[j] /= s;
    }
}

static void eval_logsumexp(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    int64_t count = asy__count(&out[0]), len = asy__last(&in[0]);
    for (int64_t i = 0; i < count; i++) {
        double m, s = asy__exp_sum(len, (const double *)in[0].data + i * len, NULL, &m);
        ((double *)out[0].data)[i] = m + asy_log_f64(s);
    }
}

static void eval_log_softmax(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    int64_t len = asy__last(&in[0]), count = len > 0 ? asy__count(&in[0]) / len : 0;
    for (int64_t i = 0; i < count; i++) {
        const double *z = (const double *)in[0].data + i * len;
        double *y = (double *)out[0].data + i * len, m, log_sum = asy_log_f64(asy__exp_sum(len, z, NULL, &m));
        for (int64_t j = 0; j < len; j++) y[j] = (z[j] - m) - log_sum;
    }
}

static asy_status type_softmax(const asy_node *n, const asy_type in[], asy_type out[])
{
    ASY_TRY(asy__type_last(n, in, out));
    if (in[0].shape.d[in[0].shape.n - 1] == 0) return asy__refuse(n, in, "the last axis has no element");
    out[0] = in[0];
    return ASY_OK;
}

static asy_status type_logsumexp(const asy_node *n, const asy_type in[], asy_type out[])
{
    ASY_TRY(type_softmax(n, in, out));
    return asy__type_last(n, in, out);
}

/* dz = y ∘ (dy − Σ dy∘y) */
static asy_val vjp_softmax(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    asy_val t = asy_mul(g, dout[0], n->out);
    asy_val s = asy_expand_last(g, asy_sum_last(g, t), n->in_type[0].shape.d[n->in_type[0].shape.n - 1]);
    return asy_sub(g, t, asy_mul(g, n->out, s));
}

/* dz = dy − softmax(z) Σ dy */
static asy_val vjp_log_softmax(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    int64_t len = n->in_type[0].shape.d[n->in_type[0].shape.n - 1];
    asy_val s = asy_expand_last(g, asy_sum_last(g, dout[0]), len);
    return asy_sub(g, dout[0], asy_mul(g, asy_softmax(g, n->in[0]), s));
}

static asy_val vjp_logsumexp(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    asy_val s = asy_expand_last(g, dout[0], n->in_type[0].shape.d[n->in_type[0].shape.n - 1]);
    return asy_mul(g, asy_softmax(g, n->in[0]), s);
}

static asy_val build_softmax(asy_graph *g, const asy_val in[]) { return asy_softmax(g, in[0]); }
static asy_val build_log_softmax(asy_graph *g, const asy_val in[]) { return asy_log_softmax(g, in[0]); }
static asy_val build_logsumexp(asy_graph *g, const asy_val in[]) { return asy_logsumexp(g, in[0]); }
/* over the rows, as contrastive losses do it */
static asy_val build_over_rows(asy_graph *g, const asy_val in[])
{
    return asy_logsumexp(g, asy_transpose(g, asy_batch_all(g, in[0]), (int[]){1, 0}));
}

/* ln 1, ln 2, ln 5 and 1000 + these */
static const double log_in[] = {
    0, 0.69314718055994531, 1.6094379124341003, 1000, 1000.6931471805599, 1001.6094379124341};
static const double softmax_out[] = {0.125, 0.25, 0.625, 0.125, 0.25, 0.625};
static const double log_softmax_out[] = {-2.0794415416798357, -1.3862943611198906, -0.47000362924573558,
    -2.0794415416798357, -1.3862943611198906, -0.47000362924573558};
static const double logsumexp_out[] = {2.0794415416798357, 1002.0794415416798};

#define LAST_AXIS(f)                                                                      \
    {.name = "row", .n_in = 1, .in = {ROW_IN(-3, 3, 10)}, .build = f},                    \
    {.name = "matrix", .n_in = 1, .in = {ROW_IN(-3, 3, 4, 19)}, .build = f},              \
    {.name = "one class", .n_in = 1, .in = {ROW_IN(-3, 3, 1)}, .build = f},               \
    {.name = "batch", .n_in = 1, .in = {BATCH_IN(-3, 3, 3, 5)}, .build = f}

static const asy_op_case softmax_cases[] = {
    LAST_AXIS(build_softmax),
    {.name = "known", .n_in = 1, .in = {ROW_IN(-3, 3, 2, 3)},
     .build = build_softmax, KNOWN(log_in, softmax_out)},
    {.name = NULL},
};
static const asy_op_case log_softmax_cases[] = {
    LAST_AXIS(build_log_softmax),
    {.name = "known", .n_in = 1, .in = {ROW_IN(-3, 3, 2, 3)},
     .build = build_log_softmax, KNOWN(log_in, log_softmax_out)},
    {.name = NULL},
};
static const asy_op_case logsumexp_cases[] = {
    LAST_AXIS(build_logsumexp),
    {.name = "over the rows", .n_in = 1, .in = {ROW_IN(-3, 3, 4)}, .build = build_over_rows},
    {.name = "known", .n_in = 1, .in = {ROW_IN(-3, 3, 2, 3)},
     .build = build_logsumexp, KNOWN(log_in, logsumexp_out)},
    {.name = NULL},
};

enum { LINES = ASY_OP_ROW | ASY_OP_BATCH | ASY_OP_LAST, SAME = LINES | ASY_OP_INPLACE0 };
const asy_op asy_op_softmax = {.name = "softmax", .flags = SAME | ASY_OP_PLUS0,
                               .n_out = 1, .type = type_softmax, .eval = eval_softmax, .vjp = vjp_softmax,
                               .cases = softmax_cases};
const asy_op asy_op_log_softmax = {.name = "log_softmax",
                                   .flags = SAME, .n_out = 1,
                                   .type = type_softmax, .eval = eval_log_softmax, .vjp = vjp_log_softmax,
                                   .cases = log_softmax_cases};
const asy_op asy_op_logsumexp = {.name = "logsumexp", .flags = LINES, .n_out = 1,
                                 .type = type_logsumexp, .eval = eval_logsumexp, .vjp = vjp_logsumexp,
                                 .cases = logsumexp_cases};

asy_val asy_softmax(asy_graph *g, asy_val x) { return asy__node(g, &asy_op_softmax, 1, &x, NULL, 0); }
asy_val asy_log_softmax(asy_graph *g, asy_val x)
{
    return asy__node(g, &asy_op_log_softmax, 1, &x, NULL, 0);
}
asy_val asy_logsumexp(asy_graph *g, asy_val x) { return asy__node(g, &asy_op_logsumexp, 1, &x, NULL, 0); }
