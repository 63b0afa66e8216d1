// SPDX-License-Identifier: GPL-3.0-or-later
/* Norms, and the weight gradient of each row. Products of floats are exact in double, so that a lane's sum is
 * the same with and without a fused multiply-add. */
#include <math.h>
#include <string.h>
#include "../kernel.h"

enum { LANES = 16 };

ASY_INLINE double tree(double t[LANES])
{
    for (int s = LANES / 2; s > 0; s /= 2)
        for (int i = 0; i < s; i++) t[i] += t[i + s];
    return t[0];
}

static double dot(int64_t n, const float *a, const float *b)
{
    double lane[LANES] = { 0 };
    int64_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int j = 0; j < LANES; j++) lane[j] += (double)a[i + j] * (double)b[i + j];
    for (int j = 0; i + j < n; j++) lane[j] += (double)a[i + j] * (double)b[i + j];
    return tree(lane);
}

void ASY_V(asy__length)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    int64_t rows = node->in_type[0].cls == ASY_ROW ? kw->rows : 1;
    int64_t n = asy_shape_count(&node->in_type[0].shape);
    if (node->in_type[0].cls == ASY_BATCH) n = asy_shape_count(&in[0].s);
    for (int64_t r = 0; r < rows; r++) {
        const float *x = (const float *)in[0].data + r * n;
        ((float *)out[0].data)[r] = (float)sqrt(dot(n, x, x));
    }
}

/* ⟨A Aᵀ, B Bᵀ⟩ of A [n, a_n] and B [n, b_n], both symmetric. Adds to sum. */
static double gram(double sum, int64_t n, int64_t a_n, const float *a, int64_t b_n, const float *b,
                   int64_t b_row)
{
    for (int64_t p = 0; p < n; p++)
        for (int64_t q = 0; q <= p; q++) {
            double both = dot(a_n, a + p * a_n, a + q * a_n) * dot(b_n, b + p * b_row, b + q * b_row);
            sum += q < p ? 2 * both : both;
        }
    return sum;
}

static float root(double sum) { return (float)sqrt(sum < 0 ? 0 : sum); }

/* ---- linear_w_norm */
size_t ASY_V(asy__linear_w_norm_scratch)(const asy_node *node, int64_t rows)
{
    (void)rows;
    const asy_linear_norm_attr *a = node->attr;
    return a->gram ? 0 : (size_t)(a->n * a->k) * sizeof(float);
}

static float linear_norm(const asy_node *node, const float *dy, const float *x, float *made)
{
    const asy_linear_norm_attr *a = node->attr;
    if (a->gram) return root(gram(0, a->tokens, a->k, x, a->n, dy, a->n));
    asy_linear_attr plain = { a->n, a->k, 0, a->tokens };
    asy_node as = *node;
    asy_tensor in[2] = { { .data = (void *)(uintptr_t)dy }, { .data = (void *)(uintptr_t)x } },
               out = { .data = made };
    as.attr = &plain;
    ASY_V(asy__linear_w)(&as, in, &out, &(asy_kwork){ .rows = 1, .first = true, .tiles = 1 });
    return (float)sqrt(dot(a->n * a->k, made, made));
}

void ASY_V(asy__linear_w_norm)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    const asy_linear_norm_attr *a = node->attr;
    const float *dy = in[0].data, *x = in[1].data;
    for (int64_t r = 0; r < kw->rows; r++, dy += a->tokens * a->n, x += a->tokens * a->k)
        ((float *)out[0].data)[r] = linear_norm(node, dy, x, kw->scratch);
}

/* ---- conv2d_w_row, conv2d_w_norm: conv2d_w of one row at a time */
static int64_t weight_floats(const asy_conv_attr *a) { return a->o * (a->c / a->groups) * a->kh * a->kw; }
/* where the kernel's own scratch begins */
static int64_t after(int64_t floats) { return (floats + LANES - 1) / LANES * LANES; }

static void one_row(const asy_node *node, const float *dy, const float *x, float *dw, void *scratch)
{
    asy_tensor in[2] = { { .data = (void *)(uintptr_t)dy }, { .data = (void *)(uintptr_t)x } },
               out = { .data = dw };
    ASY_V(asy__conv2d_w)
    (node, in, &out, &(asy_kwork){ .rows = 1, .first = true, .tiles = 1, .scratch = scratch });
}

void ASY_V(asy__conv2d_w_row)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    const asy_conv_attr *a = node->attr;
    const float *dy = in[0].data, *x = in[1].data;
    float *dw = out[0].data;
    for (int64_t r = 0; r < kw->rows; r++) {
        one_row(node, dy, x, dw, kw->scratch);
        dy += a->oh * a->ow * a->o;
        x += a->h * a->w * a->c;
        dw += weight_floats(a);
    }
}

/* What each output pixel sees of a group's n channels, the first of which is x's: [oh·ow][kh·kw·n] */
static void patches(const asy_conv_attr *a, int64_t n, const float *x, float *to)
{
    for (int64_t p = 0; p < a->oh * a->ow; p++)
        for (int64_t t = 0; t < a->kh * a->kw; t++, to += n) {
            int64_t h = p / a->ow * a->stride[0] + t / a->kw * a->dilation[0] - a->pad[0],
                    w = p % a->ow * a->stride[1] + t % a->kw * a->dilation[1] - a->pad[1];
            if (h >= 0 && h < a->h && w >= 0 && w < a->w)
                memcpy(to, x + (h * a->w + w) * a->c, (size_t)n * sizeof *x);
            else memset(to, 0, (size_t)n * sizeof *x);
        }
}

size_t ASY_V(asy__conv2d_w_norm_scratch)(const asy_node *node, int64_t rows)
{
    const asy_conv_norm_attr *n = node->attr;
    const asy_conv_attr *a = &n->conv;
    if (n->gram) return (size_t)(a->oh * a->ow * a->kh * a->kw * (a->c / a->groups)) * sizeof(float);
    return (size_t)after(weight_floats(a)) * sizeof(float) + ASY_V(asy__conv2d_w_scratch)(node, rows);
}

static float conv_norm(const asy_node *node, const float *dy, const float *x, float *scratch)
{
    const asy_conv_norm_attr *n = node->attr;
    const asy_conv_attr *a = &n->conv;
    if (n->gram) {
        const int64_t in = a->c / a->groups, each = a->o / a->groups;
        double sum = 0;
        for (int64_t g = 0; g < a->groups; g++) {
            patches(a, in, x + g * in, scratch);
            sum = gram(sum, a->oh * a->ow, a->kh * a->kw * in, scratch, each, dy + g * each, a->o);
        }
        return root(sum);
    }
    one_row(node, dy, x, scratch, scratch + after(weight_floats(a)));
    return (float)sqrt(dot(weight_floats(a), scratch, scratch));
}

void ASY_V(asy__conv2d_w_norm)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    const asy_conv_attr *a = node->attr;
    const float *dy = in[0].data, *x = in[1].data;
    for (int64_t r = 0; r < kw->rows; r++, dy += a->oh * a->ow * a->o, x += a->h * a->w * a->c)
        ((float *)out[0].data)[r] = conv_norm(node, dy, x, kw->scratch);
}
