// SPDX-License-Identifier: GPL-3.0-or-later
/* max_pool unpool repool avg_pool avg_unpool. unpool and repool are linear, with the indices as a constant,
 * and each other's derivative; so are avg_pool and avg_unpool. */
#include "_common.h"
#include <string.h>

extern const asy_op asy_op_unpool, asy_op_repool, asy_op_avg_pool, asy_op_avg_unpool;

asy_pool_span asy_pool_span_of(const asy_pool_attr *a, int axis, int64_t i)
{
    int64_t in = axis ? a->w : a->h, out = axis ? a->ow : a->oh;
    int64_t begin = a->adaptive ? i * in / out : i * a->stride[axis] - a->pad[axis];
    int64_t end = a->adaptive ? ((i + 1) * in + out - 1) / out : begin + a->size[axis];
    return (asy_pool_span){begin, begin > 0 ? begin : 0, end < in ? end : in};
}

int64_t asy_pool_count(const asy_pool_attr *a, const asy_pool_span *h, const asy_pool_span *w)
{
    return a->count_pad ? a->size[0] * a->size[1] : (h->end - h->first) * (w->end - w->first);
}

/* Where in x the place `index` of window (oh, ow) lies for channel c; −1: it is none of the window's. */
static int64_t source(const asy_pool_attr *a, int64_t oh, int64_t ow, int64_t c, int64_t index)
{
    asy_pool_span sh = asy_pool_span_of(a, 0, oh), sw = asy_pool_span_of(a, 1, ow);
    if (index < 0 || index >= a->size[0] * a->size[1]) return -1;
    int64_t h = sh.begin + index / a->size[1], w = sw.begin + index % a->size[1];
    if (h < sh.first || h >= sh.end || w < sw.first || w >= sw.end) return -1;
    return (h * a->w + w) * a->c + c;
}

static int64_t window_max(const asy_pool_attr *a, const double *x, int64_t oh, int64_t ow, int64_t c,
                          double *m)
{
    int64_t best = -1;
    for (int64_t i = 0; i < a->size[0] * a->size[1]; i++) {
        int64_t at = source(a, oh, ow, c, i);
        if (at < 0) continue;
        double v = x[at];
        if (best < 0 || v > *m || (v != v && *m == *m)) *m = v, best = i;
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

static double window_sum(const asy_pool_attr *a, const double *x, int64_t oh, int64_t ow, int64_t c)
{
    asy_pool_span h = asy_pool_span_of(a, 0, oh), w = asy_pool_span_of(a, 1, ow);
    double sum = 0;
    for (int64_t p = h.first; p < h.end; p++)
        for (int64_t q = w.first; q < w.end; q++) sum += x[(p * a->w + q) * a->c + c];
    return sum / (double)asy_pool_count(a, &h, &w);
}

static void eval_avg_pool(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *work)
{
    const asy_pool_attr *a = n->attr;
    double *y = out[0].data;
    for (int64_t r = 0; r < work->rows; r++) {
        const double *x = (const double *)in[0].data + r * a->h * a->w * a->c;
        for (int64_t oh = 0; oh < a->oh; oh++)
            for (int64_t ow = 0; ow < a->ow; ow++)
                for (int64_t c = 0; c < a->c; c++) *y++ = window_sum(a, x, oh, ow, c);
    }
}

static void spread(const asy_pool_attr *a, const double *dy, int64_t oh, int64_t ow, double *dx)
{
    asy_pool_span h = asy_pool_span_of(a, 0, oh), w = asy_pool_span_of(a, 1, ow);
    for (int64_t p = h.first; p < h.end; p++)
        for (int64_t q = w.first; q < w.end; q++)
            for (int64_t c = 0; c < a->c; c++)
                dx[(p * a->w + q) * a->c + c] += dy[c] / (double)asy_pool_count(a, &h, &w);
}

static void eval_avg_unpool(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *work)
{
    const asy_pool_attr *a = n->attr;
    const double *dy = in[0].data;
    memset(out[0].data, 0, asy_tensor_bytes(&out[0]));
    for (int64_t r = 0; r < work->rows; r++) {
        double *dx = (double *)out[0].data + r * a->h * a->w * a->c;
        for (int64_t oh = 0; oh < a->oh; oh++)
            for (int64_t ow = 0; ow < a->ow; ow++, dy += a->c) spread(a, dy, oh, ow, dx);
    }
}

/* What can be multiplied without overflow. */
static bool fits(const asy_pool_attr *a)
{
    return a->oh > 0 && a->ow > 0 && a->h > 0 && a->w > 0 && a->oh <= INT32_MAX && a->ow <= INT32_MAX &&
        a->h <= INT32_MAX && a->w <= INT32_MAX;
}

static asy_status check_geometry(const asy_node *n)
{
    const asy_pool_attr *a = n->attr;
    if (a->adaptive && !fits(a))
        ASY_FAIL(ASY_ESHAPE, "%s: %lldx%lld outputs of an image of %lldx%lld", n->op->name, (long long)a->oh,
                 (long long)a->ow, (long long)a->h, (long long)a->w);
    for (int i = 0; i < 2 && !a->adaptive; i++) {
        if (a->size[i] < 1 || a->stride[i] < 1)
            ASY_FAIL(ASY_EINVAL, "%s: a window of %lld with stride %lld; the least is 1 for both",
                     n->op->name, (long long)a->size[i], (long long)a->stride[i]);
        if (a->pad[i] < 0 || a->pad[i] >= a->size[i])
            ASY_FAIL(ASY_EINVAL, "%s: padding %lld; it must be at least 0 and less than the window's %lld",
                     n->op->name, (long long)a->pad[i], (long long)a->size[i]);
    }
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

static asy_status type_avg_pool(const asy_node *n, const asy_type in[], asy_type out[])
{
    const asy_pool_attr *a = n->attr;
    ASY_TRY(asy__real(n, in, 1));
    if (in[0].cls != ASY_ROW || in[0].shape.n != 3)
        return asy__refuse(n, in, "the image must be a row value [H,W,C]");
    ASY_TRY(check_geometry(n));
    out[0] = (asy_type){ASY_ROW, in[0].dtype, ASY_SHAPE(a->oh, a->ow, a->c)};
    return ASY_OK;
}

static asy_status type_max_pool(const asy_node *n, const asy_type in[], asy_type out[])
{
    ASY_TRY(type_avg_pool(n, in, out));
    out[1] = (asy_type){ASY_ROW, ASY_I32, out[0].shape};
    return ASY_OK;
}

static asy_status type_avg_unpool(const asy_node *n, const asy_type in[], asy_type out[])
{
    const asy_pool_attr *a = n->attr;
    ASY_TRY(asy__real(n, in, 1));
    ASY_TRY(check_geometry(n));
    if (!is_pooled(&in[0], a))
        return asy__refuse(n, in, "needs a row value of the shape that the pooling gives");
    out[0] = (asy_type){ASY_ROW, in[0].dtype, ASY_SHAPE(a->h, a->w, a->c)};
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
    ASY_TRY(type_avg_pool(n, in, out));
    if (in[1].dtype != ASY_I32 || !is_pooled(&in[1], n->attr))
        return asy__refuse(n, in, "needs an i32 row value of the shape that the pooling gives");
    return ASY_OK;
}

/* A node with the windows of another one. */
static asy_val pooling(asy_graph *g, const asy_op *op, asy_val x, asy_val index, const asy_pool_attr *a)
{
    return asy__node(g, op, index.id ? 2 : 1, (asy_val[]){x, index}, a, sizeof *a);
}

static asy_val vjp_max_pool(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    if (!dout[0].id) return dout[0];
    return pooling(g, &asy_op_unpool, dout[0], (asy_val){n->out.id + 1}, n->attr);
}

static asy_val vjp_unpool(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    return arg == 0 ? pooling(g, &asy_op_repool, dout[0], n->in[1], n->attr) : (asy_val){0};
}

static asy_val vjp_repool(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    return arg == 0 ? pooling(g, &asy_op_unpool, dout[0], n->in[1], n->attr) : (asy_val){0};
}

static asy_val vjp_avg_pool(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    return pooling(g, &asy_op_avg_unpool, dout[0], (asy_val){0}, n->attr);
}

static asy_val vjp_avg_unpool(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    return pooling(g, &asy_op_avg_pool, dout[0], (asy_val){0}, n->attr);
}

static const asy_window halves = {.size = {2, 2}, .stride = {2, 2}},
    overlapping = {.size = {3, 3}, .stride = {2, 2}}, uneven = {.size = {1, 3}, .stride = {2, 1}},
    padded = {.size = {3, 3}, .stride = {2, 2}, .pad = {1, 1}},
    far = {.size = {2, 4}, .stride = {3, 1}, .pad = {1, 2}};

static asy_val pooled(asy_graph *g, asy_val x, const asy_window *w)
{
    asy_val out[2];
    asy_max_pool(g, x, w, out);
    return out[0];
}

static asy_val build_halves(asy_graph *g, const asy_val in[]) { return pooled(g, in[0], &halves); }
static asy_val build_overlapping(asy_graph *g, const asy_val in[]) { return pooled(g, in[0], &overlapping); }
static asy_val build_uneven(asy_graph *g, const asy_val in[]) { return pooled(g, in[0], &uneven); }
static asy_val build_padded(asy_graph *g, const asy_val in[]) { return pooled(g, in[0], &padded); }
static asy_val build_far(asy_graph *g, const asy_val in[]) { return pooled(g, in[0], &far); }
static asy_val build_adaptive(asy_graph *g, const asy_val in[])
{
    asy_val out[2];
    asy_adaptive_max_pool(g, in[0], 2, 3, out);
    return out[0];
}
static asy_val build_un_padded(asy_graph *g, const asy_val in[])
{
    return asy_unpool(g, in[0], in[1], &padded, ASY_SHAPE(4, 5, 2));
}
static asy_val build_re_padded(asy_graph *g, const asy_val in[])
{
    return asy_repool(g, in[0], in[1], &padded);
}
static asy_val build_avg(asy_graph *g, const asy_val in[]) { return asy_avg_pool(g, in[0], &halves, false); }
static asy_val build_avg_padded(asy_graph *g, const asy_val in[])
{
    return asy_avg_pool(g, in[0], &padded, false);
}
static asy_val build_avg_count(asy_graph *g, const asy_val in[])
{
    return asy_avg_pool(g, in[0], &padded, true);
}
static asy_val build_avg_far(asy_graph *g, const asy_val in[]) { return asy_avg_pool(g, in[0], &far, true); }
static asy_val build_avg_adaptive(asy_graph *g, const asy_val in[])
{
    return asy_adaptive_avg_pool(g, in[0], 2, 3);
}
static asy_val build_avg_un(asy_graph *g, const asy_val in[])
{
    return asy_avg_unpool(g, in[0], &halves, false, ASY_SHAPE(5, 6, 3));
}
static asy_val build_avg_un_padded(asy_graph *g, const asy_val in[])
{
    return asy_avg_unpool(g, in[0], &padded, false, ASY_SHAPE(4, 5, 2));
}
static asy_val build_avg_un_count(asy_graph *g, const asy_val in[])
{
    return asy_avg_unpool(g, in[0], &padded, true, ASY_SHAPE(1, 3, 1));
}
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

/* 1 × 3 images under 3 × 3 windows at columns −1 and 1: negative, and yet no padding wins; averages of two
 * places, or of nine. */
static const double pad_in[] = {-3, -9, -6}, pad_out[] = {-3, -6}, avg_pad_out[] = {-6, -7.5};
static const double count_in[] = {9, 18, 36}, count_out[] = {3, 6}, avg_un_in[] = {9, 18},
                    avg_un_out[] = {1, 3, 2};
/* 3 × 4 to 2 × 3: rows 0-1, 1-2; columns 0-1, 1-2, 2-3 */
static const double adapt_in[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
static const double adapt_out[] = {6, 7, 8, 10, 11, 12}, avg_adapt_out[] = {3.5, 4.5, 5.5, 7.5, 8.5, 9.5};
static const double avg_out[] = {2.25, 0, -2.5, 5};

static const asy_op_case max_pool_cases[] = {
    {.name = "padded", .n_in = 1, .in = {ROW_IN(-1, 1, 4, 5, 2)}, .build = build_padded, .kink = 1e-3},
    {.name = "far", .n_in = 1, .in = {ROW_IN(-1, 1, 5, 4, 3)}, .build = build_far, .kink = 1e-3},
    {.name = "adaptive", .n_in = 1, .in = {ROW_IN(-1, 1, 5, 4, 2)}, .build = build_adaptive, .kink = 1e-3},
    {.name = "more than there are", .n_in = 1, .in = {ROW_IN(-1, 1, 1, 2, 2)}, .build = build_adaptive,
     .kink = 1e-3},
    {.name = "known padded", .n_in = 1, .in = {ROW_IN(-1, 1, 1, 3, 1)}, .build = build_padded,
     .nodiff = true, KNOWN(pad_in, pad_out)},
    {.name = "known adaptive", .n_in = 1, .in = {ROW_IN(-1, 1, 3, 4, 1)}, .build = build_adaptive,
     .nodiff = true, KNOWN(adapt_in, adapt_out)},
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
    {.name = "padded", .n_in = 2, .in = {ROW_IN(-1, 1, 2, 3, 2), ROW_INT(-1, 9, 2, 3, 2)},
     .build = build_un_padded},
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
    {.name = "padded", .n_in = 2, .in = {ROW_IN(-1, 1, 4, 5, 2), ROW_INT(-1, 9, 2, 3, 2)},
     .build = build_re_padded},
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

static const asy_op_case avg_pool_cases[] = {
    {.name = "halves", .n_in = 1, .in = {ROW_IN(-1, 1, 5, 6, 3)}, .build = build_avg},
    {.name = "padded", .n_in = 1, .in = {ROW_IN(-1, 1, 4, 5, 2)}, .build = build_avg_padded},
    {.name = "padding counts", .n_in = 1, .in = {ROW_IN(-1, 1, 4, 5, 2)}, .build = build_avg_count},
    {.name = "far", .n_in = 1, .in = {ROW_IN(-1, 1, 5, 4, 3)}, .build = build_avg_far},
    {.name = "adaptive", .n_in = 1, .in = {ROW_IN(-1, 1, 5, 4, 2)}, .build = build_avg_adaptive},
    {.name = "more than there are", .n_in = 1, .in = {ROW_IN(-1, 1, 1, 2, 2)}, .build = build_avg_adaptive},
    {.name = "known", .n_in = 1, .in = {ROW_IN(-1, 1, 4, 4, 1)}, .build = build_avg, KNOWN(pool_in, avg_out)},
    {.name = "known padded", .n_in = 1, .in = {ROW_IN(-1, 1, 1, 3, 1)}, .build = build_avg_padded,
     KNOWN(pad_in, avg_pad_out)},
    {.name = "known count", .n_in = 1, .in = {ROW_IN(-1, 1, 1, 3, 1)}, .build = build_avg_count,
     KNOWN(count_in, count_out)},
    {.name = "known adaptive", .n_in = 1, .in = {ROW_IN(-1, 1, 3, 4, 1)}, .build = build_avg_adaptive,
     KNOWN(adapt_in, avg_adapt_out)},
    {.name = NULL},
};
static const asy_op_case avg_unpool_cases[] = {
    {.name = "halves", .n_in = 1, .in = {ROW_IN(-1, 1, 2, 3, 3)}, .build = build_avg_un},
    {.name = "padded", .n_in = 1, .in = {ROW_IN(-1, 1, 2, 3, 2)}, .build = build_avg_un_padded},
    {.name = "known count", .n_in = 1, .in = {ROW_IN(-1, 1, 1, 2, 1)}, .build = build_avg_un_count,
     KNOWN(avg_un_in, avg_un_out)},
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
const asy_op asy_op_avg_pool = {.name = "avg_pool", .flags = ASY_OP_ROW, .n_out = 1, .type = type_avg_pool,
                                .eval = eval_avg_pool, .vjp = vjp_avg_pool, .flops = flops_max_pool,
                                .cases = avg_pool_cases};
const asy_op asy_op_avg_unpool = {.name = "avg_unpool", .flags = ASY_OP_ROW, .n_out = 1,
                                  .type = type_avg_unpool, .eval = eval_avg_unpool, .vjp = vjp_avg_unpool,
                                  .flops = flops_max_pool, .cases = avg_unpool_cases};

/* Outputs along an axis; 0 where the rules of check_geometry are broken. */
static int64_t extent(int64_t in, int64_t size, int64_t stride, int64_t pad)
{
    if (size < 1 || size > INT32_MAX || stride < 1 || pad < 0 || pad >= size || in > INT64_MAX / 4) return 0;
    return in + 2 * pad < size || in < 1 ? 0 : (in + 2 * pad - size) / stride + 1;
}

static asy_pool_attr geometry(const asy_window *w, const asy_shape *x)
{
    asy_pool_attr a;
    memset(&a, 0, sizeof a);
    for (int i = 0; i < 2; i++) a.size[i] = w->size[i], a.stride[i] = w->stride[i], a.pad[i] = w->pad[i];
    if (x->n != 3) return a;
    a.h = x->d[0], a.w = x->d[1], a.c = x->d[2];
    a.oh = extent(a.h, a.size[0], a.stride[0], a.pad[0]);
    a.ow = extent(a.w, a.size[1], a.stride[1], a.pad[1]);
    return a;
}

static asy_pool_attr adaptive(int64_t oh, int64_t ow, const asy_shape *x)
{
    asy_pool_attr a;
    memset(&a, 0, sizeof a);
    a.adaptive = 1;
    a.oh = oh, a.ow = ow;
    if (x->n != 3) return a;
    a.h = x->d[0], a.w = x->d[1], a.c = x->d[2];
    if (fits(&a)) a.size[0] = a.h / oh + 2, a.size[1] = a.w / ow + 2;
    return a;
}

static void max_pool(asy_graph *g, asy_val x, const asy_pool_attr *a, asy_val out[2])
{
    out[0] = pooling(g, &asy_op_max_pool, x, (asy_val){0}, a);
    out[1] = (asy_val){out[0].id ? out[0].id + 1 : 0};
}

void asy_max_pool(asy_graph *g, asy_val x, const asy_window *w, asy_val out[2])
{
    asy_shape s = asy_val_type(g, x).shape;
    asy_pool_attr a = geometry(w, &s);
    max_pool(g, x, &a, out);
}

void asy_adaptive_max_pool(asy_graph *g, asy_val x, int64_t oh, int64_t ow, asy_val out[2])
{
    asy_shape s = asy_val_type(g, x).shape;
    asy_pool_attr a = adaptive(oh, ow, &s);
    max_pool(g, x, &a, out);
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

asy_val asy_avg_pool(asy_graph *g, asy_val x, const asy_window *w, bool count_pad)
{
    asy_shape s = asy_val_type(g, x).shape;
    asy_pool_attr a = geometry(w, &s);
    a.count_pad = count_pad;
    return pooling(g, &asy_op_avg_pool, x, (asy_val){0}, &a);
}

asy_val asy_avg_unpool(asy_graph *g, asy_val dy, const asy_window *w, bool count_pad, asy_shape in)
{
    asy_pool_attr a = geometry(w, &in);
    a.count_pad = count_pad;
    return pooling(g, &asy_op_avg_unpool, dy, (asy_val){0}, &a);
}

asy_val asy_adaptive_avg_pool(asy_graph *g, asy_val x, int64_t oh, int64_t ow)
{
    asy_shape s = asy_val_type(g, x).shape;
    asy_pool_attr a = adaptive(oh, ow, &s);
    return pooling(g, &asy_op_avg_pool, x, (asy_val){0}, &a);
}
