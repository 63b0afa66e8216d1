// SPDX-License-Identifier: GPL-3.0-or-later
/* median: of each window of an image, a channel by itself; borders repeat. The index says which pixel was
 * taken, and the derivative goes there. */
#include "_common.h"
#include <math.h>

static int64_t inside(int64_t i, int64_t n)
{
    return i < 0 ? 0 : i >= n ? n - 1 : i;
}

/* u stands below v (NaN above all); ties by place, so that the ranks are a permutation. */
static bool below(double u, double v, int64_t a, int64_t b)
{
    if (isnan(u) != isnan(v)) return isnan(v);
    return u != v && !isnan(u) ? u < v : a < b;
}

static void one(const asy_median_attr *m, const double *x, int64_t y0, int64_t x0, int64_t c, double *value,
                int32_t *index)
{
    int64_t count = m->kh * m->kw;
    for (int64_t a = 0; a < count; a++) {
        int64_t rank = 0, pa = inside(y0 + a / m->kw, m->h) * m->w + inside(x0 + a % m->kw, m->w);
        for (int64_t b = 0; b < count; b++) {
            int64_t pb = inside(y0 + b / m->kw, m->h) * m->w + inside(x0 + b % m->kw, m->w);
            rank += below(x[pb * m->c + c], x[pa * m->c + c], b, a);
        }
        if (rank != count / 2) continue;
        *value = x[pa * m->c + c];
        *index = (int32_t)(pa * m->c + c);
    }
}

static void eval_median(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    const asy_median_attr *m = node->attr;
    int64_t rows = node->in_type[0].cls == ASY_ROW ? w->rows : 1, size = m->h * m->w * m->c;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t i = 0; i < size; i++)
            one(m, (const double *)in[0].data + r * size, i / m->c / m->w - m->kh / 2,
                i / m->c % m->w - m->kw / 2, i % m->c, (double *)out[0].data + r * size + i,
                (int32_t *)out[1].data + r * size + i);
}

static asy_status type_median(const asy_node *node, const asy_type in[], asy_type out[])
{
    const asy_median_attr *m = node->attr;
    ASY_TRY(asy__real(node, in, 1));
    if (in[0].shape.n != 3 || m->h < 1 || m->w < 1 || m->c < 1 || asy_shape_count(&in[0].shape) > INT32_MAX)
        return asy__refuse(node, in, "needs an image [H,W,C]");
    if (m->kh < 1 || m->kw < 1 || m->kh % 2 == 0 || m->kw % 2 == 0 || m->kh > ASY_MEDIAN_SIDE ||
        m->kw > ASY_MEDIAN_SIDE)
        ASY_FAIL(ASY_ESHAPE, "median: a window of %lld x %lld; the sides must be odd and at most %d",
                 (long long)m->kh, (long long)m->kw, ASY_MEDIAN_SIDE);
    out[0] = out[1] = in[0];
    out[1].dtype = ASY_I32;
    return ASY_OK;
}

static asy_val vjp_median(asy_graph *g, const asy_node *node, const asy_val dout[], int arg)
{
    (void)arg;
    asy_shape s = node->in_type[0].shape;
    int64_t n = asy_shape_count(&s);
    if (!dout[0].id) return dout[0];
    asy_val d = asy_scatter_add(g, dout[0], (asy_val){node->out.id + 1}, 0, n);
    return asy_reshape(g, d, s);
}

static asy_val build_median(asy_graph *g, const asy_val in[])
{
    asy_val out[2];
    asy_median(g, in[0], 3, 3, out);
    return out[0];
}
static asy_val build_wide(asy_graph *g, const asy_val in[])
{
    asy_val out[2];
    asy_median(g, in[0], 1, 5, out);
    return out[0];
}

static const double image[] = {9, 1, 2, 3, (double)NAN, 5, 6, 7, 8};
/* corner: 9 9 1 9 9 1 3 3 NaN → 9; the last: NaN 5 5 7 8 8 7 8 8 → 8 */
static const double medians[] = {9, 3, 2, 6, 6, 5, 6, 7, 8};

static const asy_op_case median_cases[] = {
    {.name = "square", .n_in = 1, .in = {ROW_IN(-2, 2, 5, 4, 2)}, .build = build_median, .kink = 1e-3},
    {.name = "line", .n_in = 1, .in = {ROW_IN(-2, 2, 3, 7, 1)}, .build = build_wide, .kink = 1e-3},
    {.name = "one pixel", .n_in = 1, .in = {ROW_IN(-2, 2, 1, 1, 3)}, .build = build_median, .kink = 1e-3},
    {.name = "batch", .n_in = 1, .in = {BATCH_IN(-2, 2, 4, 4, 1)}, .build = build_median, .kink = 1e-3},
    {.name = "known", .n_in = 1, .in = {ROW_IN(-2, 2, 3, 3, 1)}, .build = build_median, .nodiff = true,
     KNOWN(image, medians)},
    {.name = NULL},
};

const asy_op asy_op_median = {.name = "median", .flags = ASY_OP_ROW | ASY_OP_BATCH, .n_out = 2,
                              .type = type_median, .eval = eval_median, .vjp = vjp_median,
                              .cases = median_cases};

void asy_median(asy_graph *g, asy_val x, int64_t kh, int64_t kw, asy_val out[2])
{
    asy_shape s = asy_val_type(g, x).shape;
    asy_median_attr a = {kh, kw, s.n == 3 ? s.d[0] : 0, s.n == 3 ? s.d[1] : 0, s.n == 3 ? s.d[2] : 0};
    out[0] = asy__node(g, &asy_op_median, 1, &x, &a, sizeof a);
    out[1] = (asy_val){out[0].id ? out[0].id + 1 : 0};
}
