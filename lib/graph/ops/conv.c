// SPDX-License-Identifier: GPL-3.0-or-later
/* conv2d conv2d_x conv2d_w: cross-correlation and its partials.
 * Σ_rows ⟨dy, conv(x, w)⟩ is linear in dy, w and x; the operators are its derivatives by one of them, so
 * each one's rule is made of the other two.
 * Padding takes part in every chain as +0 (an infinite weight makes NaN there, on every path alike). */
#include "_common.h"
#include <math.h>
#include <string.h>

/* What tap (kh, kw) of output (oh, ow) sees of channel c: x, or the padding's 0. */
static double seen(const asy_conv_attr *a, const double *x, int64_t oh, int64_t ow, int64_t kh, int64_t kw,
                   int64_t c)
{
    int64_t h = oh * a->stride[0] + kh * a->dilation[0] - a->pad[0];
    int64_t w = ow * a->stride[1] + kw * a->dilation[1] - a->pad[1];
    return h >= 0 && h < a->h && w >= 0 && w < a->w ? x[(h * a->w + w) * a->c + c] : 0;
}

/* dy at a place of the image where output oh stands at oh·stride and zeros between. */
static double spread(const asy_conv_attr *a, const double *dy, int64_t h, int64_t w, int64_t o)
{
    if (h < 0 || w < 0 || h % a->stride[0] || w % a->stride[1]) return 0;
    h /= a->stride[0];
    w /= a->stride[1];
    return h < a->oh && w < a->ow ? dy[(h * a->ow + w) * a->o + o] : 0;
}

/* c counts within the group. */
static int64_t weight(const asy_conv_attr *a, int64_t o, int64_t c, int64_t kh, int64_t kw)
{
    return ((o * (a->c / a->groups) + c) * a->kh + kh) * a->kw + kw;
}

static double output(const asy_conv_attr *a, const double *x, const double *w, int64_t oh, int64_t ow,
                     int64_t o)
{
    const int64_t n = a->c / a->groups, first = o / (a->o / a->groups) * n;
    double acc = 0;
    for (int64_t kh = 0; kh < a->kh; kh++)
        for (int64_t kw = 0; kw < a->kw; kw++)
            for (int64_t c = 0; c < n; c++)
                acc = fma(seen(a, x, oh, ow, kh, kw, first + c), w[weight(a, o, c, kh, kw)], acc);
    return acc;
}

static void eval_conv2d(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *work)
{
    const asy_conv_attr *a = n->attr;
    const double *bias = n->n_in > 2 ? in[2].data : NULL;
    double *y = out[0].data;
    for (int64_t r = 0; r < work->rows; r++) {
        const double *x = (const double *)in[0].data + r * a->h * a->w * a->c;
        for (int64_t oh = 0; oh < a->oh; oh++)
            for (int64_t ow = 0; ow < a->ow; ow++)
                for (int64_t o = 0; o < a->o; o++) {
                    double v = output(a, x, in[1].data, oh, ow, o);
                    *y++ = bias ? v + bias[o] : v;
                }
    }
}

static double input(const asy_conv_attr *a, const double *dy, const double *w, int64_t h, int64_t x,
                    int64_t c)
{
    const int64_t in = a->c / a->groups, n = a->o / a->groups, first = c / in * n;
    double acc = 0;
    for (int64_t kh = a->kh - 1; kh >= 0; kh--)
        for (int64_t kw = a->kw - 1; kw >= 0; kw--)
            for (int64_t o = first; o < first + n; o++) {
                int64_t p = h + a->pad[0] - kh * a->dilation[0], q = x + a->pad[1] - kw * a->dilation[1];
                acc = fma(spread(a, dy, p, q, o), w[weight(a, o, c % in, kh, kw)], acc);
            }
    return acc;
}

static void eval_conv2d_x(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *work)
{
    const asy_conv_attr *a = n->attr;
    double *dx = out[0].data;
    for (int64_t r = 0; r < work->rows; r++) {
        const double *dy = (const double *)in[0].data + r * a->oh * a->ow * a->o;
        for (int64_t h = 0; h < a->h; h++)
            for (int64_t w = 0; w < a->w; w++)
                for (int64_t c = 0; c < a->c; c++) *dx++ = input(a, dy, in[1].data, h, w, c);
    }
}

asy_conv_tile asy_conv_tile_of(const asy_conv_attr *a, int64_t tile)
{
    int64_t blocks = (a->c + ASY_TILE_C - 1) / ASY_TILE_C;
    int64_t place = tile / blocks, c = tile % blocks * ASY_TILE_C;
    return (asy_conv_tile){place / a->kw, place % a->kw, c, c + ASY_TILE_C < a->c ? c + ASY_TILE_C : a->c};
}

static int64_t tiles_conv2d_w(const asy_node *n, int64_t rows)
{
    (void)rows;
    const asy_conv_attr *a = n->attr;
    return a->kh * a->kw * ((a->c + ASY_TILE_C - 1) / ASY_TILE_C);
}

/* Goes on with the chain of one weight over the rows given. */
static double weight_chain(const asy_conv_attr *a, const asy_tensor in[], int64_t rows, double acc,
                           int64_t o, int64_t c, int64_t kh, int64_t kw)
{
    for (int64_t r = 0; r < rows; r++) {
        const double *dy = (const double *)in[0].data + r * a->oh * a->ow * a->o;
        const double *x = (const double *)in[1].data + r * a->h * a->w * a->c;
        for (int64_t oh = 0; oh < a->oh; oh++)
            for (int64_t ow = 0; ow < a->ow; ow++)
                acc = fma(dy[(oh * a->ow + ow) * a->o + o], seen(a, x, oh, ow, kh, kw, c), acc);
    }
    return acc;
}

static void eval_conv2d_w(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *work)
{
    const asy_conv_attr *a = node->attr;
    const int64_t in_group = a->c / a->groups, n = a->o / a->groups;
    double *dw = out[0].data;
    int64_t first = a->chain ? work->tile : 0;
    int64_t end = a->chain ? first + 1 : tiles_conv2d_w(node, work->rows);
    for (int64_t tile = first; tile < end; tile++) {
        asy_conv_tile t = asy_conv_tile_of(a, tile);
        for (int64_t c = t.c0; c < t.c1; c++)
            for (int64_t o = c / in_group * n; o < (c / in_group + 1) * n; o++) {
                int64_t at = weight(a, o, c % in_group, t.kh, t.kw);
                double start = a->chain || work->first ? 0 : dw[at];
                dw[at] = weight_chain(a, in, work->rows, start, o, c, t.kh, t.kw);
            }
    }
}

static bool chain_conv2d_w(const asy_node *n)
{
    return ((const asy_conv_attr *)n->attr)->chain;
}

static double flops_conv2d(const asy_node *n)
{
    const asy_conv_attr *a = n->attr;
    return 2.0 * (double)(a->oh * a->ow * a->o) * (double)(a->c / a->groups * a->kh * a->kw);
}

/* ---- types: the builder has written the geometry down; here it is checked against the inputs. */
enum { DILATION_MOST = 1 << 20 };
static const int64_t AXIS_MOST = INT64_MAX / 4;
static const double PADDED_MOST = 0x1p40;

static bool is_image(const asy_type *t, int64_t h, int64_t w, int64_t c)
{
    return t->cls == ASY_ROW && t->shape.n == 3 && t->shape.d[0] == h && t->shape.d[1] == w &&
        t->shape.d[2] == c;
}

static asy_status check_groups(const asy_conv_attr *a, const char *op)
{
    if (a->groups < 1 || a->c % a->groups != 0 || a->o % a->groups != 0)
        ASY_FAIL(ASY_EINVAL, "%s: %lld groups; %lld input and %lld output channels must divide by them", op,
                 (long long)a->groups, (long long)a->c, (long long)a->o);
    return ASY_OK;
}

/* At least the elements of what the chains run over, padded on all sides. */
static double padded_size(const asy_conv_attr *a)
{
    double h = (double)a->h + 2.0 * (double)(a->dilation[0] * (a->kh - 1));
    double w = (double)a->w + 2.0 * (double)(a->dilation[1] * (a->kw - 1));
    return h * w * (double)(a->c + a->o + 1);
}

static asy_status check_weight(const asy_node *n, const asy_type in[])
{
    const asy_conv_attr *a = n->attr;
    if (in[1].cls == ASY_ROW)
        return asy__refuse(n, in, "the weight must be a batch value; one for each row is not supported");
    if (in[1].shape.n != 4) return asy__refuse(n, in, "the weight must have the shape [O,C/groups,kh,kw]");
    ASY_TRY(check_groups(a, n->op->name));
    if (in[1].shape.d[1] != a->c / a->groups)
        return asy__refuse(n, in, "the image and the weight have different numbers of channels");
    return ASY_OK;
}

static asy_status check_geometry(const asy_conv_attr *a, const char *op)
{
    ASY_TRY(check_groups(a, op));
    for (int i = 0; i < 2; i++) {
        int64_t k = i ? a->kw : a->kh, d = a->dilation[i];
        if (a->stride[i] < 1)
            ASY_FAIL(ASY_EINVAL, "%s: stride %lld; the least is 1", op, (long long)a->stride[i]);
        if (d < 1 || d > DILATION_MOST)
            ASY_FAIL(ASY_EINVAL, "%s: dilation %lld; it must be 1 to %d", op, (long long)d, DILATION_MOST);
        if (k < 1 || k > AXIS_MOST / DILATION_MOST)
            ASY_FAIL(ASY_ESHAPE, "%s: a kernel of %lldx%lld", op, (long long)a->kh, (long long)a->kw);
        if (a->pad[i] < 0 || a->pad[i] > d * (k - 1))
            ASY_FAIL(ASY_EINVAL, "%s: padding %lld; it must be at least 0 and less than the kernel's %lld",
                     op, (long long)a->pad[i], (long long)(d * (k - 1) + 1));
    }
    if (a->oh < 1 || a->ow < 1)
        ASY_FAIL(ASY_ESHAPE,
                 "%s: a kernel of %lldx%lld does not fit an image of %lldx%lld padded by %lld,%lld", op,
                 (long long)(a->dilation[0] * (a->kh - 1) + 1),
                 (long long)(a->dilation[1] * (a->kw - 1) + 1), (long long)a->h, (long long)a->w,
                 (long long)a->pad[0], (long long)a->pad[1]);
    if (padded_size(a) > PADDED_MOST) ASY_FAIL(ASY_ESHAPE, "%s: the padded image is too large", op);
    return ASY_OK;
}

static asy_status type_conv2d(const asy_node *n, const asy_type in[], asy_type out[])
{
    const asy_conv_attr *a = n->attr;
    ASY_TRY(asy__real(n, in, n->n_in));
    if (in[0].cls != ASY_ROW || in[0].shape.n != 3)
        return asy__refuse(n, in, "the image must be a row value [H,W,C]");
    ASY_TRY(check_weight(n, in));
    ASY_TRY(check_geometry(a, n->op->name));
    if (n->n_in > 2 && (in[2].cls != ASY_BATCH || in[2].shape.n != 1 || in[2].shape.d[0] != a->o))
        return asy__refuse(n, in, "the bias must be a batch value [O]");
    out[0] = (asy_type){ASY_ROW, in[0].dtype, ASY_SHAPE(a->oh, a->ow, a->o)};
    return ASY_OK;
}

static asy_status type_conv2d_x(const asy_node *n, const asy_type in[], asy_type out[])
{
    const asy_conv_attr *a = n->attr;
    ASY_TRY(asy__real(n, in, 2));
    ASY_TRY(check_weight(n, in));
    ASY_TRY(check_geometry(a, n->op->name));
    if (!is_image(&in[0], a->oh, a->ow, a->o))
        return asy__refuse(n, in, "the first value has not the shape that the convolution gives");
    out[0] = (asy_type){ASY_ROW, in[0].dtype, ASY_SHAPE(a->h, a->w, a->c)};
    return ASY_OK;
}

static asy_status type_conv2d_w(const asy_node *n, const asy_type in[], asy_type out[])
{
    const asy_conv_attr *a = n->attr;
    ASY_TRY(asy__real(n, in, 2));
    ASY_TRY(check_geometry(a, n->op->name));
    if (!is_image(&in[1], a->h, a->w, a->c))
        return asy__refuse(n, in, "the second value must be a row value [H,W,C] with the weight's channels");
    if (!is_image(&in[0], a->oh, a->ow, a->o))
        return asy__refuse(n, in, "the first value has not the shape that the convolution gives");
    out[0] = (asy_type){ASY_BATCH, in[0].dtype, ASY_SHAPE(a->o, a->c / a->groups, a->kh, a->kw)};
    return ASY_OK;
}

static asy_conv conv_of(const asy_conv_attr *a)
{
    return (asy_conv){{a->stride[0], a->stride[1]}, {a->pad[0], a->pad[1]}, {a->dilation[0], a->dilation[1]},
                      a->groups};
}

static asy_val vjp_conv2d(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    asy_conv c = conv_of(n->attr);
    if (arg == 0) return asy_conv2d_x(g, dout[0], n->in[1], &c, n->in_type[0].shape);
    if (arg == 1) return asy_conv2d_w(g, dout[0], n->in[0], &c, n->in_type[1].shape);
    return asy__reduce_to(g, dout[0], &n->in_type[2]);
}

static asy_val vjp_conv2d_x(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    asy_conv c = conv_of(n->attr);
    if (arg == 0) return asy_conv2d(g, dout[0], n->in[1], (asy_val){0}, &c);
    return asy_conv2d_w(g, n->in[0], dout[0], &c, n->in_type[1].shape);
}

static asy_val vjp_conv2d_w(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    asy_conv c = conv_of(n->attr);
    if (arg == 0) return asy_conv2d(g, n->in[1], dout[0], (asy_val){0}, &c);
    return asy_conv2d_x(g, n->in[0], dout[0], &c, n->in_type[1].shape);
}

/* ---- cases: in[0], in[1] (, bias); the convolution of conv2d_x and conv2d_w is that of the same number. */
static const asy_conv plain = {.stride = {1, 1}}, same = {.stride = {1, 1}, .pad = {1, 1}},
    step2 = {.stride = {2, 2}, .pad = {1, 1}}, uneven = {.stride = {2, 3}, .pad = {1, 2}},
    apart = {.stride = {1, 1}, .pad = {2, 1}, .dilation = {2, 3}},
    halves = {.stride = {2, 1}, .pad = {1, 1}, .dilation = {1, 2}, .groups = 2},
    each = {.stride = {1, 1}, .pad = {1, 1}, .groups = 3},
    several = {.stride = {2, 1}, .pad = {0, 2}, .dilation = {2, 1}, .groups = 2},
    taps = {.stride = {1, 1}, .dilation = {1, 2}}, pairs = {.stride = {1, 1}, .groups = 2},
    many = {.stride = {1, 1}, .pad = {1, 1}, .groups = 3700};

static asy_val build_plain(asy_graph *g, const asy_val in[])
{
    return asy_conv2d(g, in[0], in[1], (asy_val){0}, &plain);
}
static asy_val build_same(asy_graph *g, const asy_val in[])
{
    return asy_conv2d(g, in[0], in[1], in[2], &same);
}
static asy_val build_step2(asy_graph *g, const asy_val in[])
{
    return asy_conv2d(g, in[0], in[1], in[2], &step2);
}
static asy_val build_uneven(asy_graph *g, const asy_val in[])
{
    return asy_conv2d(g, in[0], in[1], (asy_val){0}, &uneven);
}

static asy_val build_apart(asy_graph *g, const asy_val in[])
{
    return asy_conv2d(g, in[0], in[1], (asy_val){0}, &apart);
}
static asy_val build_halves(asy_graph *g, const asy_val in[])
{
    return asy_conv2d(g, in[0], in[1], in[2], &halves);
}
static asy_val build_each(asy_graph *g, const asy_val in[])
{
    return asy_conv2d(g, in[0], in[1], in[2], &each);
}
static asy_val build_several(asy_graph *g, const asy_val in[])
{
    return asy_conv2d(g, in[0], in[1], (asy_val){0}, &several);
}

static asy_val build_x_plain(asy_graph *g, const asy_val in[])
{
    return asy_conv2d_x(g, in[0], in[1], &plain, ASY_SHAPE(4, 6, 2));
}
static asy_val build_x_same(asy_graph *g, const asy_val in[])
{
    return asy_conv2d_x(g, in[0], in[1], &same, ASY_SHAPE(3, 5, 2));
}
static asy_val build_x_step2(asy_graph *g, const asy_val in[])
{
    return asy_conv2d_x(g, in[0], in[1], &step2, ASY_SHAPE(6, 5, 2));
}
static asy_val build_x_uneven(asy_graph *g, const asy_val in[])
{
    return asy_conv2d_x(g, in[0], in[1], &uneven, ASY_SHAPE(5, 7, 2));
}
static asy_val build_x_apart(asy_graph *g, const asy_val in[])
{
    return asy_conv2d_x(g, in[0], in[1], &apart, ASY_SHAPE(5, 6, 2));
}
static asy_val build_x_halves(asy_graph *g, const asy_val in[])
{
    return asy_conv2d_x(g, in[0], in[1], &halves, ASY_SHAPE(5, 5, 4));
}
static asy_val build_x_each(asy_graph *g, const asy_val in[])
{
    return asy_conv2d_x(g, in[0], in[1], &each, ASY_SHAPE(4, 3, 3));
}
static asy_val build_x_several(asy_graph *g, const asy_val in[])
{
    return asy_conv2d_x(g, in[0], in[1], &several, ASY_SHAPE(6, 4, 2));
}
static asy_val build_x_known(asy_graph *g, const asy_val in[])
{
    return asy_conv2d_x(g, in[0], in[1], &plain, ASY_SHAPE(3, 3, 1));
}

static asy_val build_w_plain(asy_graph *g, const asy_val in[])
{
    return asy_conv2d_w(g, in[0], in[1], &plain, ASY_SHAPE(3, 2, 3, 2));
}
static asy_val build_w_same(asy_graph *g, const asy_val in[])
{
    return asy_conv2d_w(g, in[0], in[1], &same, ASY_SHAPE(3, 2, 3, 3));
}
static asy_val build_w_step2(asy_graph *g, const asy_val in[])
{
    return asy_conv2d_w(g, in[0], in[1], &step2, ASY_SHAPE(3, 2, 3, 3));
}
static asy_val build_w_uneven(asy_graph *g, const asy_val in[])
{
    return asy_conv2d_w(g, in[0], in[1], &uneven, ASY_SHAPE(3, 2, 2, 4));
}
static asy_val build_w_apart(asy_graph *g, const asy_val in[])
{
    return asy_conv2d_w(g, in[0], in[1], &apart, ASY_SHAPE(3, 2, 2, 2));
}
static asy_val build_w_halves(asy_graph *g, const asy_val in[])
{
    return asy_conv2d_w(g, in[0], in[1], &halves, ASY_SHAPE(6, 2, 3, 3));
}
static asy_val build_w_each(asy_graph *g, const asy_val in[])
{
    return asy_conv2d_w(g, in[0], in[1], &each, ASY_SHAPE(3, 1, 3, 3));
}
static asy_val build_w_several(asy_graph *g, const asy_val in[])
{
    return asy_conv2d_w(g, in[0], in[1], &several, ASY_SHAPE(6, 1, 3, 3));
}
static asy_val build_w_known(asy_graph *g, const asy_val in[])
{
    return asy_conv2d_w(g, in[0], in[1], &plain, ASY_SHAPE(1, 1, 2, 2));
}
static asy_val build_taps(asy_graph *g, const asy_val in[])
{
    return asy_conv2d(g, in[0], in[1], (asy_val){0}, &taps);
}
static asy_val build_pairs(asy_graph *g, const asy_val in[])
{
    return asy_conv2d(g, in[0], in[1], (asy_val){0}, &pairs);
}
static asy_val build_w_chains(asy_graph *g, const asy_val in[])
{
    return asy_conv2d_w(g, in[0], in[1], &halves, ASY_SHAPE(130, 30, 3, 3));
}
static asy_val build_w_each_chain(asy_graph *g, const asy_val in[])
{
    return asy_conv2d_w(g, in[0], in[1], &many, ASY_SHAPE(3700, 1, 3, 3));
}
static asy_val build_w_chain(asy_graph *g, const asy_val in[])
{
    return asy_conv2d_w(g, in[0], in[1], &same, ASY_SHAPE(65, 57, 3, 3));
}

/* A 3×3 image, a 2×2 kernel: y = x00 + 2 x01 + 3 x10 + 4 x11. */
static const double conv_in[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4}, conv_out[] = {37, 47, 67, 77};
static const double x_in[] = {1, 0, 0, -1, 1, 2, 3, 4}, x_out[] = {1, 2, 0, 3, 3, -2, 0, -3, -4};
static const double w_in[] = {1, 0, 0, -1, 1, 2, 3, 4, 5, 6, 7, 8, 9}, w_out[] = {-4, -4, -4, -4};
/* 2 channels in, 1 out, stride 2, pad 1, 3×3 of ones: the window's sum over both channels. */
static const double step2_in[] = {1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60,
                                  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 100};
static const double step2_out[] = {232, 276};

/* 10 x_i + x_(i+2) */
static const double taps_in[] = {1, 2, 3, 4, 5, 10, 1}, taps_out[] = {13, 24, 35};
/* Two groups: sum and difference of channels 0, 1; 2 and 3 times one of channels 2, 3. */
static const double pairs_in[] = {1, 2, 3, 4, 1, 1, 1, -1, 2, 0, 0, 3}, pairs_out[] = {3, -1, 6, 12};
/* Two outputs for each of two channels, over pixels (1, 10), (2, 20). */
static const double twice_in[] = {1, 10, 2, 20, 1, 1, 1, -1, 2, 1, 0, 1}, twice_out[] = {3, -1, 40, 20};

static const asy_op_case conv2d_cases[] = {
    {.name = "plain", .n_in = 2, .in = {ROW_IN(-1, 1, 4, 6, 2), BATCH_IN(-1, 1, 3, 2, 3, 2)},
     .build = build_plain},
    {.name = "1x1", .n_in = 2, .in = {ROW_IN(-1, 1, 3, 2, 5), BATCH_IN(-1, 1, 4, 5, 1, 1)},
     .build = build_plain},
    {.name = "whole image", .n_in = 2, .in = {ROW_IN(-1, 1, 3, 4, 1), BATCH_IN(-1, 1, 2, 1, 3, 4)},
     .build = build_plain},
    {.name = "pad 1", .n_in = 3, .build = build_same,
     .in = {ROW_IN(-1, 1, 3, 5, 2), BATCH_IN(-1, 1, 3, 2, 3, 3), BATCH_IN(-1, 1, 3)}},
    {.name = "stride 2", .n_in = 3, .build = build_step2,
     .in = {ROW_IN(-1, 1, 6, 5, 2), BATCH_IN(-1, 1, 3, 2, 3, 3), BATCH_IN(-1, 1, 3)}},
    {.name = "uneven", .n_in = 2, .in = {ROW_IN(-1, 1, 5, 7, 2), BATCH_IN(-1, 1, 3, 2, 2, 4)},
     .build = build_uneven},
    {.name = "channels", .n_in = 3, .in = {ROW_IN(-1, 1, 2, 3, 17), BATCH_IN(-1, 1, 19, 17, 3, 3),
            BATCH_IN(-1, 1, 19)}, .build = build_same},
    {.name = "dilated", .n_in = 2, .in = {ROW_IN(-1, 1, 5, 6, 2), BATCH_IN(-1, 1, 3, 2, 2, 2)},
     .build = build_apart},
    {.name = "two groups", .n_in = 3, .build = build_halves,
     .in = {ROW_IN(-1, 1, 5, 5, 4), BATCH_IN(-1, 1, 6, 2, 3, 3), BATCH_IN(-1, 1, 6)}},
    {.name = "depthwise", .n_in = 3, .build = build_each,
     .in = {ROW_IN(-1, 1, 4, 3, 3), BATCH_IN(-1, 1, 3, 1, 3, 3), BATCH_IN(-1, 1, 3)}},
    {.name = "three of each", .n_in = 2, .in = {ROW_IN(-1, 1, 6, 4, 2), BATCH_IN(-1, 1, 6, 1, 3, 3)},
     .build = build_several},
    {.name = "known dilated", .n_in = 2, .in = {ROW_IN(-1, 1, 1, 5, 1), BATCH_IN(-1, 1, 1, 1, 1, 2)},
     .build = build_taps, KNOWN(taps_in, taps_out)},
    {.name = "known groups", .n_in = 2, .in = {ROW_IN(-1, 1, 1, 1, 4), BATCH_IN(-1, 1, 4, 2, 1, 1)},
     .build = build_pairs, KNOWN(pairs_in, pairs_out)},
    {.name = "known depthwise", .n_in = 2, .in = {ROW_IN(-1, 1, 1, 2, 2), BATCH_IN(-1, 1, 4, 1, 1, 2)},
     .build = build_pairs, KNOWN(twice_in, twice_out)},
    {.name = "known", .n_in = 2, .in = {ROW_IN(-1, 1, 3, 3, 1), BATCH_IN(-1, 1, 1, 1, 2, 2)},
     .build = build_plain, KNOWN(conv_in, conv_out)},
    {.name = "known stride 2", .n_in = 3, .in = {ROW_IN(-1, 1, 2, 3, 2), BATCH_IN(-1, 1, 1, 2, 3, 3),
            BATCH_IN(-1, 1, 1)}, .build = build_step2, KNOWN(step2_in, step2_out)},
    {.name = NULL},
};
static const asy_op_case conv2d_x_cases[] = {
    {.name = "plain", .n_in = 2, .in = {ROW_IN(-1, 1, 2, 5, 3), BATCH_IN(-1, 1, 3, 2, 3, 2)},
     .build = build_x_plain},
    {.name = "pad 1", .n_in = 2, .in = {ROW_IN(-1, 1, 3, 5, 3), BATCH_IN(-1, 1, 3, 2, 3, 3)},
     .build = build_x_same},
    {.name = "stride 2", .n_in = 2, .in = {ROW_IN(-1, 1, 3, 3, 3), BATCH_IN(-1, 1, 3, 2, 3, 3)},
     .build = build_x_step2},
    {.name = "uneven", .n_in = 2, .in = {ROW_IN(-1, 1, 3, 3, 3), BATCH_IN(-1, 1, 3, 2, 2, 4)},
     .build = build_x_uneven},
    {.name = "dilated", .n_in = 2, .in = {ROW_IN(-1, 1, 7, 5, 3), BATCH_IN(-1, 1, 3, 2, 2, 2)},
     .build = build_x_apart},
    {.name = "two groups", .n_in = 2, .in = {ROW_IN(-1, 1, 3, 3, 6), BATCH_IN(-1, 1, 6, 2, 3, 3)},
     .build = build_x_halves},
    {.name = "depthwise", .n_in = 2, .in = {ROW_IN(-1, 1, 4, 3, 3), BATCH_IN(-1, 1, 3, 1, 3, 3)},
     .build = build_x_each},
    {.name = "three of each", .n_in = 2, .in = {ROW_IN(-1, 1, 1, 6, 6), BATCH_IN(-1, 1, 6, 1, 3, 3)},
     .build = build_x_several},
    {.name = "known", .n_in = 2, .in = {ROW_IN(-1, 1, 2, 2, 1), BATCH_IN(-1, 1, 1, 1, 2, 2)},
     .build = build_x_known, KNOWN(x_in, x_out)},
    {.name = NULL},
};
static const asy_op_case conv2d_w_cases[] = {
    {.name = "plain", .n_in = 2, .in = {ROW_IN(-1, 1, 2, 5, 3), ROW_IN(-1, 1, 4, 6, 2)},
     .build = build_w_plain},
    {.name = "pad 1", .n_in = 2, .in = {ROW_IN(-1, 1, 3, 5, 3), ROW_IN(-1, 1, 3, 5, 2)},
     .build = build_w_same},
    {.name = "stride 2", .n_in = 2, .in = {ROW_IN(-1, 1, 3, 3, 3), ROW_IN(-1, 1, 6, 5, 2)},
     .build = build_w_step2},
    {.name = "uneven", .n_in = 2, .in = {ROW_IN(-1, 1, 3, 3, 3), ROW_IN(-1, 1, 5, 7, 2)},
     .build = build_w_uneven},
    {.name = "dilated", .n_in = 2, .in = {ROW_IN(-1, 1, 7, 5, 3), ROW_IN(-1, 1, 5, 6, 2)},
     .build = build_w_apart},
    {.name = "two groups", .n_in = 2, .in = {ROW_IN(-1, 1, 3, 3, 6), ROW_IN(-1, 1, 5, 5, 4)},
     .build = build_w_halves},
    {.name = "depthwise", .n_in = 2, .in = {ROW_IN(-1, 1, 4, 3, 3), ROW_IN(-1, 1, 4, 3, 3)},
     .build = build_w_each},
    {.name = "three of each", .n_in = 2, .in = {ROW_IN(-1, 1, 1, 6, 6), ROW_IN(-1, 1, 6, 4, 2)},
     .build = build_w_several},
    {.name = "one chain", .n_in = 2, .in = {ROW_IN(-1, 1, 1, 2, 65), ROW_IN(-1, 1, 1, 2, 57)},
     .build = build_w_chain},
    {.name = "chains of groups", .n_in = 2, .in = {ROW_IN(-1, 1, 1, 1, 130), ROW_IN(-1, 1, 1, 3, 60)},
     .build = build_w_chains},
    {.name = "depthwise chains", .n_in = 2, .in = {ROW_IN(-1, 1, 1, 1, 3700), ROW_IN(-1, 1, 1, 1, 3700)},
     .build = build_w_each_chain},
    {.name = "known", .n_in = 2, .in = {ROW_IN(-1, 1, 2, 2, 1), ROW_IN(-1, 1, 3, 3, 1)},
     .build = build_w_known, KNOWN(w_in, w_out)},
    {.name = NULL},
};

const asy_op asy_op_conv2d = {.name = "conv2d", .flags = ASY_OP_ROW, .n_out = 1, .type = type_conv2d,
                              .eval = eval_conv2d, .vjp = vjp_conv2d, .flops = flops_conv2d,
                              .cases = conv2d_cases};
const asy_op asy_op_conv2d_x = {.name = "conv2d_x", .flags = ASY_OP_ROW, .n_out = 1, .type = type_conv2d_x,
                                .eval = eval_conv2d_x, .vjp = vjp_conv2d_x, .flops = flops_conv2d,
                                .cases = conv2d_x_cases};
const asy_op asy_op_conv2d_w = {.name = "conv2d_w", .flags = ASY_OP_REDUCE, .n_out = 1, .type = type_conv2d_w,
                                .eval = eval_conv2d_w, .vjp = vjp_conv2d_w, .tiles = tiles_conv2d_w,
                                .chain = chain_conv2d_w, .flops = flops_conv2d, .cases = conv2d_w_cases};

/* Outputs along an axis; 0 where the rules of check_geometry are broken. */
static int64_t extent(int64_t in, int64_t k, int64_t dilation, int64_t pad, int64_t stride)
{
    if (stride < 1 || dilation < 1 || dilation > DILATION_MOST || k < 1 || k > AXIS_MOST / DILATION_MOST ||
        in > AXIS_MOST)
        return 0;
    int64_t reach = dilation * (k - 1);
    if (pad < 0 || pad > reach || in + 2 * pad <= reach) return 0;
    return (in + 2 * pad - reach - 1) / stride + 1;
}

/* x [h,w,c], w [o,c/groups,kh,kw]; shapes of other ranks give zeros, which the type rules refuse. A stride
 * longer than the padded image is cut to it. */
static asy_conv_attr geometry(const asy_conv *c, const asy_shape *x, const asy_shape *w)
{
    asy_conv_attr a;
    memset(&a, 0, sizeof a);
    a.groups = c->groups ? c->groups : 1;
    for (int i = 0; i < 2; i++) {
        a.stride[i] = c->stride[i], a.pad[i] = c->pad[i];
        a.dilation[i] = c->dilation[i] ? c->dilation[i] : 1;
    }
    if (x->n != 3 || w->n != 4) return a;
    a.h = x->d[0], a.w = x->d[1], a.c = x->d[2];
    a.o = w->d[0], a.kh = w->d[2], a.kw = w->d[3];
    a.oh = extent(a.h, a.kh, a.dilation[0], a.pad[0], a.stride[0]);
    a.ow = extent(a.w, a.kw, a.dilation[1], a.pad[1], a.stride[1]);
    if (a.oh == 1 && a.stride[0] > a.h + 2 * a.pad[0]) a.stride[0] = a.h + 2 * a.pad[0];
    if (a.ow == 1 && a.stride[1] > a.w + 2 * a.pad[1]) a.stride[1] = a.w + 2 * a.pad[1];
    return a;
}

asy_val asy_conv2d(asy_graph *g, asy_val x, asy_val w, asy_val b, const asy_conv *c)
{
    asy_shape xs = asy_val_type(g, x).shape, ws = asy_val_type(g, w).shape;
    asy_conv_attr a = geometry(c, &xs, &ws);
    return asy__node(g, &asy_op_conv2d, b.id ? 3 : 2, (asy_val[]){x, w, b}, &a, sizeof a);
}

asy_val asy_conv2d_x(asy_graph *g, asy_val dy, asy_val w, const asy_conv *c, asy_shape in)
{
    asy_shape ws = asy_val_type(g, w).shape;
    asy_conv_attr a = geometry(c, &in, &ws);
    return asy__node(g, &asy_op_conv2d_x, 2, (asy_val[]){dy, w}, &a, sizeof a);
}

asy_val asy_conv2d_w(asy_graph *g, asy_val dy, asy_val x, const asy_conv *c, asy_shape w)
{
    asy_shape xs = asy_val_type(g, x).shape;
    asy_conv_attr a = geometry(c, &xs, &w);
    if (w.n == 4 && xs.n == 3 && a.groups > 0 && w.d[1] != a.c / a.groups)
        return asy_graph_fail(g, "conv2d_w: the image and the weight have different numbers of channels");
    if (asy_graph_per_sample(g)) return asy_conv2d_w_row(g, dy, x, &a);
    a.chain = asy_shape_count(&w) > ASY_SUM_SMALL;
    return asy__node(g, &asy_op_conv2d_w, 2, (asy_val[]){dy, x}, &a, sizeof a);
}
