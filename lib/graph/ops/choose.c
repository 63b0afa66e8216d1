// SPDX-License-Identifier: GPL-3.0-or-later
/* greater select clamp clamp_grad detach. */
#include "_common.h"
#include <string.h>

static double f_greater(double a, double b) { return a > b ? 1 : 0; }

static void eval_greater(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)w;
    asy__eval2(n, in, out, f_greater);
}

static void eval_select(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    const double *mask = in[0].data, *a = in[1].data, *b = in[2].data;
    double *y = out[0].data;
    int64_t count = asy__count(&out[0]);
    for (int64_t i = 0; i < count; i++) y[i] = mask[i] != 0 ? a[i] : b[i];
}

static void eval_clamp(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)w;
    const asy_clamp_attr *c = n->attr;
    const double *x = in[0].data;
    double *y = out[0].data;
    int64_t count = asy__count(&out[0]);
    for (int64_t i = 0; i < count; i++) y[i] = x[i] < c->lo ? c->lo : x[i] > c->hi ? c->hi : x[i];
}

static void eval_clamp_grad(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)w;
    const asy_clamp_attr *c = n->attr;
    const double *dy = in[0].data, *x = in[1].data;
    double *dx = out[0].data;
    int64_t count = asy__count(&out[0]);
    for (int64_t i = 0; i < count; i++) dx[i] = x[i] >= c->lo && x[i] <= c->hi ? dy[i] : 0;
}

static void eval_detach(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    if (out[0].data != in[0].data) memmove(out[0].data, in[0].data, asy_tensor_bytes(&out[0]));
}

static asy_status type_clamp(const asy_node *n, const asy_type in[], asy_type out[])
{
    const asy_clamp_attr *c = n->attr;
    if (!(c->lo <= c->hi))
        ASY_FAIL(ASY_EINVAL, "%s: the lower limit %g is above the upper one %g", n->op->name, c->lo, c->hi);
    return asy__type_same(n, in, out);
}

static asy_status type_detach(const asy_node *n, const asy_type in[], asy_type out[])
{
    (void)n;
    out[0] = in[0];
    return ASY_OK;
}

/* dy goes to a where the mask is not 0, to b elsewhere; the mask has no derivative. */
static asy_val vjp_select(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    if (arg == 0) return (asy_val){0};
    asy_val zero = asy__zeros_like(g, dout[0]);
    return arg == 1 ? asy_select(g, n->in[0], dout[0], zero) : asy_select(g, n->in[0], zero, dout[0]);
}

static asy_val clamp_grad(asy_graph *g, asy_val dy, asy_val x, const asy_clamp_attr *);

static asy_val vjp_clamp(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    return clamp_grad(g, dout[0], n->in[0], n->attr);
}

static asy_val vjp_clamp_grad(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    return arg == 0 ? clamp_grad(g, dout[0], n->in[1], n->attr) : (asy_val){0};
}

/* a > a never holds. */
static asy_val fold_greater(asy_graph *g, const asy_node *n)
{
    return n->in[0].id == n->in[1].id ? asy__zeros_like(g, n->out) : (asy_val){ 0 };
}

static asy_val fold_select(asy_graph *g, const asy_node *n)
{
    double mask;
    if (n->in[1].id == n->in[2].id) return n->in[1];
    if (asy__all_are(g, n->in[0], &mask)) return n->in[mask != 0 ? 1 : 2];
    return (asy_val){ 0 };
}

static bool same_limits(const asy_node *a, const asy_node *b)
{
    return memcmp(a->attr, b->attr, sizeof(asy_clamp_attr)) == 0;
}

static asy_val fold_clamp(asy_graph *g, const asy_node *n)
{
    const asy_node *x = asy_val_node(g, n->in[0], NULL);
    return x->op == n->op && same_limits(x, n) ? x->out : (asy_val){ 0 };
}

/* A zero stays one; the same twice is once. */
static asy_val fold_clamp_grad(asy_graph *g, const asy_node *n)
{
    const asy_node *dy = asy_val_node(g, n->in[0], NULL);
    bool twice = dy->op == n->op && same_limits(dy, n) && dy->in[1].id == n->in[1].id;
    return twice || asy__all_plus0(g, n->in[0]) ? n->in[0] : (asy_val){ 0 };
}

static asy_val fold_detach(asy_graph *g, const asy_node *n)
{
    (void)g;
    return n->in[0];
}

static asy_val build_greater(asy_graph *g, const asy_val in[]) { return asy_greater(g, in[0], in[1]); }
static asy_val build_select(asy_graph *g, const asy_val in[]) { return asy_select(g, in[0], in[1], in[2]); }
static asy_val build_where(asy_graph *g, const asy_val in[])   /* max(a, b) */
{
    return asy_select(g, asy_greater(g, in[0], in[1]), in[0], in[1]);
}
static asy_val build_clamp(asy_graph *g, const asy_val in[]) { return asy_clamp(g, in[0], -0.5, 0.75); }
static asy_val build_clamp_grad(asy_graph *g, const asy_val in[])
{
    asy_clamp_attr c = {-0.5, 0.75};
    return clamp_grad(g, in[0], in[1], &c);
}
static asy_val build_detach(asy_graph *g, const asy_val in[]) { return asy_detach(g, in[0]); }
static asy_val build_held(asy_graph *g, const asy_val in[])
{
    return asy_mul(g, asy_detach(g, in[0]), in[0]);
}

static const double greater_in[] = {1, 2, -0.0, 2, 2, 0}, greater_out[] = {0, 0, 0};
static const double select_in[] = {0, -1, 2, 10, 11, 12, 20, 21, 22}, select_out[] = {20, 11, 12};
static const double clamp_in[] = {-3, -0.5, 0.25, 0.75, 9}, clamp_out[] = {-0.5, -0.5, 0.25, 0.75, 0.75};
static const double clamp_grad_in[] = {1, 2, 3, 4, 5, -3, -0.5, 0.25, 0.75, 9};
static const double clamp_grad_out[] = {0, 2, 3, 4, 0};

static const asy_op_case greater_cases[] = {
    {.name = "equal", .n_in = 2, .in = {ROW_IN(-1, 1, 3, 5), ROW_IN(-1, 1, 3, 5)},
     .build = build_greater, .nodiff = true},
    {.name = "suffix", .n_in = 2, .in = {ROW_IN(-1, 1, 4, 3), BATCH_IN(-1, 1, 3)},
     .build = build_greater, .nodiff = true},
    {.name = "scalar", .n_in = 2, .in = {ROW_IN(-1, 1, 4), BATCH_SCALAR(-1, 1)},
     .build = build_greater, .nodiff = true},
    {.name = "batch", .n_in = 2, .in = {BATCH_IN(-1, 1, 6), BATCH_IN(-1, 1, 6)},
     .build = build_greater, .nodiff = true},
    {.name = "known", .n_in = 2, .in = {ROW_IN(-1, 1, 3), ROW_IN(-1, 1, 3)},
     .build = build_greater, .nodiff = true, KNOWN(greater_in, greater_out)},
    {.name = NULL},
};
static const asy_op_case select_cases[] = {
    {.name = "row", .n_in = 3, .in = {ROW_IN(-1, 1, 4, 5), ROW_IN(-2, 2, 4, 5), ROW_IN(-2, 2, 4, 5)},
     .build = build_select, .kink = 1e-3},
    {.name = "maximum", .n_in = 2, .in = {ROW_IN(-1, 1, 17), ROW_IN(-1, 1, 17)},
     .build = build_where, .kink = 1e-3},
    {.name = "batch beside row", .n_in = 2, .in = {ROW_IN(-1, 1, 5), BATCH_IN(-1, 1, 5)},
     .build = build_where, .kink = 1e-3},
    {.name = "batch", .n_in = 2, .in = {BATCH_IN(-1, 1, 3, 2), BATCH_IN(-1, 1, 3, 2)},
     .build = build_where, .kink = 1e-3},
    {.name = "known", .n_in = 3, .in = {ROW_IN(-1, 1, 3), ROW_IN(-1, 1, 3), ROW_IN(-1, 1, 3)},
     .build = build_select, .nodiff = true, KNOWN(select_in, select_out)},
    {.name = NULL},
};
static const asy_op_case clamp_cases[] = {
    {.name = "row", .n_in = 1, .in = {ROW_IN(-2, 2, 3, 7)}, .build = build_clamp, .kink = 1e-3},
    {.name = "batch", .n_in = 1, .in = {BATCH_IN(-2, 2, 9)}, .build = build_clamp, .kink = 1e-3},
    {.name = "scalar", .n_in = 1, .in = {ROW_SCALAR(-2, 2)}, .build = build_clamp, .kink = 1e-3},
    {.name = "known", .n_in = 1, .in = {ROW_IN(-2, 2, 5)},
     .build = build_clamp, .nodiff = true, KNOWN(clamp_in, clamp_out)},
    {.name = NULL},
};
static const asy_op_case clamp_grad_cases[] = {
    {.name = "row", .n_in = 2, .in = {ROW_IN(-2, 2, 13), ROW_IN(-2, 2, 13)},
     .build = build_clamp_grad, .kink = 1e-3},
    {.name = "batch", .n_in = 2, .in = {BATCH_IN(-2, 2, 5), BATCH_IN(-2, 2, 5)},
     .build = build_clamp_grad, .kink = 1e-3},
    {.name = "known", .n_in = 2, .in = {ROW_IN(-2, 2, 5), ROW_IN(-2, 2, 5)},
     .build = build_clamp_grad, .nodiff = true, KNOWN(clamp_grad_in, clamp_grad_out)},
    {.name = NULL},
};
static const asy_op_case detach_cases[] = {
    {.name = "row", .n_in = 1, .in = {ROW_IN(-2, 2, 6)}, .build = build_detach, .nodiff = true},
    {.name = "batch", .n_in = 1, .in = {BATCH_IN(-2, 2, 2, 3)}, .build = build_detach, .nodiff = true},
    {.name = "one factor held", .n_in = 1, .in = {ROW_IN(-2, 2, 6)}, .build = build_held, .nodiff = true},
    {.name = NULL},
};

enum { EVERYWHERE = ASY_OP_ROW | ASY_OP_BATCH, MAP = EVERYWHERE | ASY_OP_INPLACE0 | ASY_OP_EACH };
const asy_op asy_op_greater = { .name = "greater",
                                .flags = MAP | ASY_OP_NODIFF | ASY_OP_PLUS0,
                                .n_out = 1,
                                .type = asy__type_second,
                                .eval = eval_greater,
                                .fold = fold_greater,
                                .cases = greater_cases };
const asy_op asy_op_select = { .name = "select",
                               .flags = MAP,
                               .n_out = 1,
                               .type = asy__type_same,
                               .eval = eval_select,
                               .vjp = vjp_select,
                               .fold = fold_select,
                               .cases = select_cases };
const asy_op asy_op_clamp = { .name = "clamp",
                              .flags = MAP,
                              .n_out = 1,
                              .type = type_clamp,
                              .eval = eval_clamp,
                              .vjp = vjp_clamp,
                              .fold = fold_clamp,
                              .cases = clamp_cases };
const asy_op asy_op_clamp_grad = { .name = "clamp_grad",
                                   .flags = MAP,
                                   .n_out = 1,
                                   .type = type_clamp,
                                   .eval = eval_clamp_grad,
                                   .vjp = vjp_clamp_grad,
                                   .fold = fold_clamp_grad,
                                   .cases = clamp_grad_cases };
const asy_op asy_op_detach = { .name = "detach",
                               .flags = EVERYWHERE | ASY_OP_VIEW | ASY_OP_NODIFF,
                               .n_out = 1,
                               .type = type_detach,
                               .eval = eval_detach,
                               .fold = fold_detach,
                               .cases = detach_cases };

asy_val asy_greater(asy_graph *g, asy_val a, asy_val b) { return asy__second(g, &asy_op_greater, a, b); }

asy_val asy_select(asy_graph *g, asy_val mask, asy_val a, asy_val b)
{
    asy__same_class(g, &a, &b);
    asy__same_class(g, &mask, &a);
    asy__same_class(g, &mask, &b);
    return asy__node(g, &asy_op_select, 3, (asy_val[]){mask, a, b}, NULL, 0);
}

asy_val asy_clamp(asy_graph *g, asy_val x, double lo, double hi)
{
    bool f32 = asy_graph_real(g) == ASY_F32;
    asy_clamp_attr c = {f32 ? (double)(float)lo : lo, f32 ? (double)(float)hi : hi};
    return asy__node(g, &asy_op_clamp, 1, &x, &c, sizeof c);
}

static asy_val clamp_grad(asy_graph *g, asy_val dy, asy_val x, const asy_clamp_attr *c)
{
    asy__same_class(g, &dy, &x);
    return asy__node(g, &asy_op_clamp_grad, 2, (asy_val[]){dy, x}, c, sizeof *c);
}

asy_val asy_detach(asy_graph *g, asy_val x)
{
    return asy__node(g, &asy_op_detach, 1, &x, NULL, 0);
}
