// SPDX-License-Identifier: GPL-3.0-or-later
#include "_common.h"
#include "../impl.h"
#include "../../base/poly.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

asy_status asy__refuse(const asy_node *node, const asy_type in[], const char *need)
{
    char text[256] = "", shape[96];
    size_t used = 0;
    for (int i = 0; i < node->n_in && used < sizeof text; i++) {
        asy_shape_text(&in[i].shape, shape, sizeof shape);
        int n = snprintf(text + used, sizeof text - used, "%s%s %s %s", i ? ", " : "",
                         in[i].cls == ASY_ROW ? "row" : "batch", asy_dtype_name(in[i].dtype), shape);
        if (n > 0) used += (size_t)n;
    }
    ASY_FAIL(ASY_ESHAPE, "%s of %s: %s", node->op->name, text, need);
}

asy_status asy__real(const asy_node *node, const asy_type in[], int n)
{
    for (int i = 0; i < n; i++)
        if ((in[i].dtype != ASY_F32 && in[i].dtype != ASY_F64) || in[i].dtype != in[0].dtype)
            return asy__refuse(node, in, "values must be real and of one type");
    return ASY_OK;
}

asy_status asy__type_same(const asy_node *node, const asy_type in[], asy_type out[])
{
    ASY_TRY(asy__real(node, in, node->n_in));
    for (int i = 1; i < node->n_in; i++)
        if (in[i].cls != in[0].cls || !asy_shape_equal(&in[i].shape, &in[0].shape))
            return asy__refuse(node, in, "classes and shapes must be equal");
    out[0] = in[0];
    return ASY_OK;
}

bool asy__suffix(const asy_shape *tail, const asy_shape *s)
{
    if (tail->n > s->n) return false;
    for (int i = 0; i < tail->n; i++)
        if (tail->d[i] != s->d[s->n - tail->n + i]) return false;
    return true;
}

asy_status asy__type_second(const asy_node *node, const asy_type in[], asy_type out[])
{
    ASY_TRY(asy__real(node, in, 2));
    if (!asy__suffix(&in[1].shape, &in[0].shape))
        return asy__refuse(node, in, "the second shape must be the end of the first one");
    if (in[1].cls == ASY_ROW && in[0].cls == ASY_BATCH)
        return asy__refuse(node, in, "a batch value cannot take a row one as its second operand");
    out[0] = in[0];
    return ASY_OK;
}

asy_status asy__type_last(const asy_node *node, const asy_type in[], asy_type out[])
{
    ASY_TRY(asy__real(node, in, 1));
    if (in[0].shape.n < 1) return asy__refuse(node, in, "needs at least one axis");
    out[0] = in[0];
    out[0].shape.d[--out[0].shape.n] = 0;
    return ASY_OK;
}

int64_t asy__count(const asy_tensor *t)
{
    return asy_shape_count(&t->s);
}

int64_t asy__last(const asy_tensor *t)
{
    return t->s.d[t->s.n - 1];
}

void asy__eval1(const asy_tensor in[], asy_tensor out[], double (*f)(double))
{
    const double *x = in[0].data;
    double *y = out[0].data;
    int64_t n = asy__count(&out[0]);
    for (int64_t i = 0; i < n; i++) y[i] = f(x[i]);
}

asy_second asy_second_of(const asy_node *node, const asy_tensor in[])
{
    bool row0 = node->in_type[0].cls == ASY_ROW, row1 = node->in_type[1].cls == ASY_ROW;
    asy_second s = {.rows = row0 ? in[0].s.d[0] : 1, .na = asy__count(&in[0]), .nb = asy__count(&in[1])};
    if (row0 && s.rows > 0) s.na /= s.rows;
    if (row1 && s.rows > 0) s.nb /= s.rows;
    s.stride = row0 && !row1 ? 0 : s.nb;
    return s;
}

void asy__eval2(const asy_node *node, const asy_tensor in[], asy_tensor out[], double (*f)(double, double))
{
    asy_second s = asy_second_of(node, in);
    for (int64_t r = 0; r < s.rows; r++) {
        const double *a = (const double *)in[0].data + r * s.na;
        const double *b = (const double *)in[1].data + r * s.stride;
        double *y = (double *)out[0].data + r * s.na;
        for (int64_t i = 0; i < s.na; i += s.nb)
            for (int64_t j = 0; j < s.nb; j++) y[i + j] = f(a[i + j], b[j]);
    }
}

double asy__max(int64_t n, const double *x, int64_t *index)
{
    double m = n > 0 ? x[0] : -INFINITY;
    *index = 0;
    for (int64_t i = 1; i < n; i++)
        if (x[i] > m || (isnan(x[i]) && !isnan(m))) m = x[i], *index = i;
    return m;
}

/* The order of asy_sum_f64, without memory for e. */
double asy__exp_sum(int64_t n, const double *z, double *e, double *m)
{
    double lane[16] = {0};
    int64_t at;
    *m = asy__max(n, z, &at);
    for (int64_t i = 0; i < n; i++) {
        double v = asy_exp_f64(z[i] - *m);
        if (e) e[i] = v;
        lane[i % 16] += v;
    }
    for (int s = 8; s > 0; s /= 2)
        for (int i = 0; i < s; i++) lane[i] += lane[i + s];
    return lane[0];
}

asy_val asy__node(asy_graph *g, const asy_op *op, int n_in, const asy_val in[], const void *attr, size_t size)
{
    asy_val out[2] = {{0}};
    for (int i = 0; i < n_in; i++)
        if (!in[i].id) return (asy_val){0};
    asy_node_add(g, op, n_in, in, attr, size, out);
    return out[0];
}

asy_val asy__second(asy_graph *g, const asy_op *op, asy_val a, asy_val b)
{
    if (!a.id || !b.id) return (asy_val){0};
    if (asy_val_type(g, a).cls == ASY_BATCH && asy_val_type(g, b).cls == ASY_ROW) a = asy_broadcast(g, a);
    return asy__node(g, op, 2, (asy_val[]){a, b}, NULL, 0);
}

void asy__same_class(asy_graph *g, asy_val *a, asy_val *b)
{
    if (!a->id || !b->id) return;
    asy_class ca = asy_val_type(g, *a).cls, cb = asy_val_type(g, *b).cls;
    if (ca == ASY_BATCH && cb == ASY_ROW) *a = asy_broadcast(g, *a);
    if (cb == ASY_BATCH && ca == ASY_ROW) *b = asy_broadcast(g, *b);
}

asy_val asy__reduce_to(asy_graph *g, asy_val v, const asy_type *to)
{
    if (!v.id) return v;
    asy_type t = asy_val_type(g, v);
    if (t.shape.n > to->shape.n) v = to->shape.n > 0 ? asy_sum_lead(g, v, to->shape.n) : asy_sum(g, v);
    if (t.cls == ASY_ROW && to->cls == ASY_BATCH) v = asy_batch_sum(g, v);
    return v;
}

asy_val asy__zeros_like(asy_graph *g, asy_val v)
{
    if (!v.id) return v;
    asy_type t = asy_val_type(g, v);
    return asy_fill(g, t.cls, t.shape, 0);
}

bool asy__all_are(const asy_graph *g, asy_val v, double *value)
{
    const asy_node *n = asy_val_node(g, v, NULL);
    if (n->op != &asy_op_fill) return false;
    *value = ((const asy__fill_attr *)n->attr)->value;
    return true;
}

bool asy__all_plus0(const asy_graph *g, asy_val v)
{
    double x;
    return asy__all_are(g, v, &x) && x == 0 && !signbit(x);
}

/* x·x is no −0, nor is fma(x, s, +0) where |s| ≥ 1 lets nothing underflow. */
bool asy__never_minus0(const asy_graph *g, asy_val v)
{
    const asy_node *n = asy_val_node(g, v, NULL);
    double x;
    if (asy__all_are(g, v, &x)) return !(x == 0 && signbit(x));
    if (strcmp(n->op->name, "mul") == 0) return n->in[0].id == n->in[1].id;
    if (strcmp(n->op->name, "affine") == 0) {
        const asy_affine_attr *a = n->attr;
        return fabs(a->scale) >= 1 && a->shift == 0 && !signbit(a->shift);
    }
    if (n->op->flags & ASY_OP_VIEW) return asy__never_minus0(g, n->in[0]);
    return (n->op->flags & ASY_OP_PLUS0) && v.id == n->out.id;
}

asy_val asy__fold_uniform(asy_graph *g, const asy_node *n)
{
    double v;
    if (!asy__all_are(g, n->in[0], &v)) return (asy_val){0};
    return asy_fill(g, n->out_type[0].cls, n->out_type[0].shape, v);
}

asy_dims asy__dims(const asy_shape *s)
{
    asy_dims d;
    memset(&d, 0, sizeof d);
    d.n = s->n;
    for (int i = 0; i < s->n && i < ASY_MAXDIM; i++) d.d[i] = s->d[i];
    return d;
}

asy_shape asy__shape(const asy_dims *d)
{
    return asy_shape_of((int)d->n, d->d);
}
