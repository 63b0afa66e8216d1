// SPDX-License-Identifier: GPL-3.0-or-later
/* max_pool unpool repool. unpool and repool are linear, with the indices as a constant, and each other's
 * derivative. */
#include "_common.h"
#include <string.h>

/* Where in x the place `index` of window (oh, ow) lies for channel c; −1: it is none of the window's. */
static int64_t source(const asy_pool_attr *a, int64_t oh, int64_t ow, int64_t c, int64_t index)
{
    if (index < 0 || index >= a->size[0] * a->size[1]) return -1;
    int64_t h = oh * a->stride[0] + index / a->size[1], w = ow * a->stride[1] + index % a->size[1];
    return (h * a->w + w) * a->c + c;
}

static int64_t window_max(const asy_pool_attr *a, const double *x, int64_t oh, int64_t ow, int64_t c,
                          double *m)
{
    int64_t best = 0;
    *m = x[source(a, oh, ow, c, 0)];
    for (int64_t i = 1; i < a->size[0] * a->size[1]; i++) {
        double v = x[source(a, oh, ow, c, i)];
        if (v > *m || (v != v && *m == *m)) *m = v, best = i;
    }
    return best;
}

static void eval_max_pool(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *work)
{
    const asy_pool_attr *a = n->attr;
    double *y = out[0].data;
    int32_t *index = out[1].data;
    for (int64_t r = 0; r < work->rows; r++) {
        const double *x = (const double *)in[0].data + r * a->h * a->w * a->c;
        for (int64_t oh = 0; oh < a->oh; oh++)
            for (int64_t ow = 0; ow < a->ow; ow++)
                for (int64_t c = 0; c < a->c; c++) *index++ = (int32_t)window_max(a, x, oh, ow, c, y++);
    }
}

static void eval_unpool(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *work)
{
    const asy_pool_attr *a = n->attr;
    const double *dy = in[0].data;
    const int32_t *index = in[1].data;
    memset(out[0].data, 0, asy_tensor_bytes(&out[0]));
    for (int64_t r = 0; r < work->rows; r++) {
        double *dx = (double *)out[0].data + r * a->h * a->w * a->c;
        for (int64_t oh = 0; oh < a->oh; oh++)
            for (int64_t ow = 0; ow < a->ow; ow++)
                for (int64_t c = 0; c < a->c; c++, dy++) {
                    int64_t at = source(a, oh, ow, c, *index++);
                    if (at >= 0) dx[at] += *dy;
                }
    }
}

static void eval_repool(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *work)
{
    const asy_pool_attr *a = n->attr;
    const int32_t *index = in[1].data;
    double *y = out[0].data;
    for (int64_t r = 0; r < work->rows; r++) {
        const double *x = (const double *)in[0].data + r * a->h * a->w * a->c;
        for (int64_t oh = 0; oh < a->oh; oh++)
            for (int64_t ow = 0; ow < a->ow; ow++)
                for (int64_t c = 0; c < a->c; c++) {
                    int64_t at = source(a, oh, ow, c, *index++);
                    *y++ = at >= 0 ? x[at] : 0;
                }
    }
}

static asy_status check_geometry(const asy_node *n)
{
    const asy_pool_attr *a = n->attr;
    for (int i = 0; i < 2; i++)
        if (a->size[i] < 1 || a->stride[i] < 1)
            ASY_FAIL(ASY_EINVAL, "%s: a window of %lld with stride %lld; the least is 1 for both",
                     n->op->name, (long long)a->size[i], (long long)a->stride[i]);
    if (a->oh < 1 || a->ow < 1 || a->size[0] > INT32_MAX / a->size[1])
        ASY_FAIL(ASY_ESHAPE, "%s: a window of %lldx%lld does not fit into an image of %lldx%lld", n->op->name,
                 (long long)a->size[0], (long long)a->size[1], (long long)a->h, (long long)a->w);
    return ASY_OK;
}

static bool is_pooled(const asy_type *t, const asy_pool_attr *a)
{
    return t->cls == ASY_ROW && t->shape.n == 3 && t->shape.d[0] == a->oh && t->shape.d[1] == a->ow &&
        t->shape.d[2] == a->c;
}

static asy_status type_max_pool(const asy_node *n, const asy_type in[], asy_type out[])
{
    const asy_pool_attr *a = n->attr;
    ASY_TRY(asy__real(n, in, 1));
    if (in[0].cls != ASY_ROW || in[0].shape.n != 3)
        return asy__refuse(n, in, "the image must be a row value [H,W,C]");
    ASY_TRY(check_geometry(n));
    out[0] = (asy_type){ASY_ROW, in[0].dtype, ASY_SHAPE(a->oh, a->ow, a->c)};
    out[1] = (asy_type){ASY_ROW, ASY_I32, out[0].shape};
    return ASY_OK;
}

static asy_status type_unpool(const asy_node *n, const asy_type in[], asy_type out[])
{
    const asy_pool_attr *a = n->attr;
    ASY_TRY(asy__real(n, in, 1));
    ASY_TRY(check_geometry(n));
    if (in[1].dtype != ASY_I32 || !is_pooled(&in[0], a) || !is_pooled(&in[1], a))
        return asy__refuse(n, in, "needs a real and an i32 row value of the shape that the pooling gives");
    out[0] = (asy_type){ASY_ROW, in[0].dtype, ASY_SHAPE(a->h, a->w, a->c)};
    return ASY_OK;
}

static asy_status type_repool(const asy_node *n, const asy_type in[], asy_type out[])
{
    asy_type pooled[2];
    ASY_TRY(type_max_pool(n, in, pooled));
    if (in[1].dtype != ASY_I32 || !is_pooled(&in[1], n->attr))
        return asy__refuse(n, in, "needs an i32 row value of the shape that the pooling gives");
    out[0] = pooled[0];
    return ASY_OK;
}

static asy_window window_of(const asy_pool_attr *a)
{
    return (asy_window){{a->size[0], a->size[1]}, {a->stride[0], a->stride[1]}};
}

static asy_val vjp_max_pool(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    asy_window w = window_of(n->attr);
    if (!dout[0].id) return dout[0];
    return asy_unpool(g, dout[0], (asy_val){n->out.id + 1}, &w, n->in_type[0].shape);
}

static asy_val vjp_unpool(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    asy_window w = window_of(n->attr);
    return arg == 0 ? asy_repool(g, dout[0], n->in[1], &w) : (asy_val){0};
}

static asy_val vjp_repool(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    asy_window w = window_of(n->attr);
    return arg == 0 ? asy_unpool(g, dout[0], n->in[1], &w, n->in_type[0].shape) : (asy_val){0};
}

static const asy_window halves = {{2, 2}, {2, 2}}, overlapping = {{3, 3}, {2, 2}}, uneven = {{1, 3}, {2, 1}};

static asy_val pooled(asy_graph *g, asy_val x, const asy_window *w)
{
    asy_val out[2];
    asy_max_pool(g, x, w, out);
    return out[0];
}

static asy_val build_halves(asy_graph *g, const asy_val in[]) { return pooled(g, in[0], &halves); }
static asy_val build_overlapping(asy_graph *g, const asy_val in[]) { return pooled(g, in[0], &overlapping); }
static asy_val build_uneven(asy_graph *g, const asy_val in[]) { return pooled(g, in[0], &uneven); }
static asy_val build_un_halves(asy_graph *g, const asy_val in[])
{
    return asy_unpool(g, in[0], in[1], &halves, ASY_SHAPE(5, 6, 3));
}
static asy_val build_un_overlapping(asy_graph *g, const asy_val in[])
{
    return asy_unpool(g, in[0], in[1], &overlapping, ASY_SHAPE(5, 7, 2));
}
static asy_val build_un_known(asy_graph *g, const asy_val in[])
{
    return asy_unpool(g, in[0], in[1], &overlapping, ASY_SHAPE(3, 5, 1));
}
static asy_val build_re_halves(asy_graph *g, const asy_val in[])
{
    return asy_repool(g, in[0], in[1], &halves);
}
static asy_val build_re_overlapping(asy_graph *g, const asy_val in[])
{
    return asy_repool(g, in[0], in[1], &overlapping);
}
/* Takes a second image at the first one's maxima. */
static asy_val build_index(asy_graph *g, const asy_val in[])
{
    asy_val out[2];
    asy_max_pool(g, in[0], &halves, out);
    return asy_repool(g, in[1], out[1], &halves);
}

/* 4×4 with ties: the first of the equal ones is taken, as the second image shows. */
static const double pool_in[] = {1, 2, 0, 0, 3, 3, 0, 0, -1, -2, 5, 4, -3, -4, 5, 6};
static const double pool_out[] = {3, 0, -1, 6};
static const double index_in[] = {1, 2, 0, 0, 3, 3, 0, 0, -1, -2, 5, 4, -3, -4, 5, 6,
                                  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
static const double index_out[] = {5, 3, 9, 16};
/* Windows at columns 0 and 2; places 5 and 3 of a 3×3 window both are row 1, column 2. */
static const double un_in[] = {10, 7, 5, 3}, un_out[] = {0, 0, 0, 0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0};

static const asy_op_case max_pool_cases[] = {
    {.name = "halves", .n_in = 1, .in = {ROW_IN(-1, 1, 4, 6, 3)}, .build = build_halves, .kink = 1e-3},
    {.name = "dropped border", .n_in = 1, .in = {ROW_IN(-1, 1, 5, 7, 1)},
     .build = build_halves, .kink = 1e-3},
    {.name = "overlapping", .n_in = 1, .in = {ROW_IN(-1, 1, 7, 5, 2)},
     .build = build_overlapping, .kink = 1e-3},
    {.name = "uneven", .n_in = 1, .in = {ROW_IN(-1, 1, 3, 5, 2)}, .build = build_uneven, .kink = 1e-3},
    {.name = "known", .n_in = 1, .in = {ROW_IN(-1, 1, 4, 4, 1)},
     .build = build_halves, .nodiff = true, KNOWN(pool_in, pool_out)},
    {.name = "known index", .n_in = 2, .in = {ROW_IN(-1, 1, 4, 4, 1), ROW_IN(-1, 1, 4, 4, 1)},
     .build = build_index, .nodiff = true, KNOWN(index_in, index_out)},
    {.name = NULL},
};
static const asy_op_case unpool_cases[] = {
    {.name = "halves", .n_in = 2, .in = {ROW_IN(-1, 1, 2, 3, 3), ROW_INT(0, 3, 2, 3, 3)},
     .build = build_un_halves},
    {.name = "overlapping", .n_in = 2, .in = {ROW_IN(-1, 1, 2, 3, 2), ROW_INT(0, 8, 2, 3, 2)},
     .build = build_un_overlapping},
    {.name = "some outside", .n_in = 2, .in = {ROW_IN(-1, 1, 2, 3, 2), ROW_INT(-2, 11, 2, 3, 2)},
     .build = build_un_overlapping},
    {.name = "known", .n_in = 2, .in = {ROW_IN(-1, 1, 1, 2, 1), ROW_INT(0, 8, 1, 2, 1)},
     .build = build_un_known, KNOWN(un_in, un_out)},
    {.name = NULL},
};
static const asy_op_case repool_cases[] = {
    {.name = "halves", .n_in = 2, .in = {ROW_IN(-1, 1, 5, 6, 3), ROW_INT(0, 3, 2, 3, 3)},
     .build = build_re_halves},
    {.name = "overlapping", .n_in = 2, .in = {ROW_IN(-1, 1, 5, 7, 2), ROW_INT(0, 8, 2, 3, 2)},
     .build = build_re_overlapping},
    {.name = "some outside", .n_in = 2, .in = {ROW_IN(-1, 1, 5, 7, 2), ROW_INT(-2, 11, 2, 3, 2)},
     .build = build_re_overlapping},
    {.name = "of maxima", .n_in = 2, .in = {ROW_IN(-1, 1, 4, 6, 2), ROW_IN(-1, 1, 4, 6, 2)},
     .build = build_index, .kink = 1e-3},
    {.name = NULL},
};

static double flops_max_pool(const asy_node *n)
{
    const asy_pool_attr *a = n->attr;
    return (double)(a->oh * a->ow * a->c) * (double)(a->size[0] * a->size[1]);
}

const asy_op asy_op_max_pool = {.name = "max_pool", .flags = ASY_OP_ROW, .n_out = 2, .type = type_max_pool,
                                .eval = eval_max_pool, .vjp = vjp_max_pool, .flops = flops_max_pool,
                                .cases = max_pool_cases};
const asy_op asy_op_unpool = {.name = "unpool", .flags = ASY_OP_ROW, .n_out = 1, .type = type_unpool,
                              .eval = eval_unpool, .vjp = vjp_unpool, .cases = unpool_cases};
const asy_op asy_op_repool = {.name = "repool", .flags = ASY_OP_ROW, .n_out = 1, .type = type_repool,
                              .eval = eval_repool, .vjp = vjp_repool, .cases = repool_cases};

static asy_pool_attr geometry(const asy_window *w, const asy_shape *x)
{
    asy_pool_attr a;
    memset(&a, 0, sizeof a);
    for (int i = 0; i < 2; i++) a.size[i] = w->size[i], a.stride[i] = w->stride[i];
    if (x->n != 3) return a;
    a.h = x->d[0], a.w = x->d[1], a.c = x->d[2];
    if (a.size[0] > 0 && a.stride[0] > 0 && a.size[0] <= a.h) a.oh = (a.h - a.size[0]) / a.stride[0] + 1;
    if (a.size[1] > 0 && a.stride[1] > 0 && a.size[1] <= a.w) a.ow = (a.w - a.size[1]) / a.stride[1] + 1;
    return a;
}

void asy_max_pool(asy_graph *g, asy_val x, const asy_window *w, asy_val out[2])
{
    asy_shape s = asy_val_type(g, x).shape;
    asy_pool_attr a = geometry(w, &s);
    out[0] = asy__node(g, &asy_op_max_pool, 1, &x, &a, sizeof a);
    out[1] = (asy_val){out[0].id ? out[0].id + 1 : 0};
}

asy_val asy_unpool(asy_graph *g, asy_val dy, asy_val index, const asy_window *w, asy_shape in)
{
    asy_pool_attr a = geometry(w, &in);
    return asy__node(g, &asy_op_unpool, 2, (asy_val[]){dy, index}, &a, sizeof a);
}

asy_val asy_repool(asy_graph *g, asy_val x, asy_val index, const asy_window *w)
{
    asy_shape s = asy_val_type(g, x).shape;
    asy_pool_attr a = geometry(w, &s);
    return asy__node(g, &asy_op_repool, 2, (asy_val[]){x, index}, &a, sizeof a);
}
