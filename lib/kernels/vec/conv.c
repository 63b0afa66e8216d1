// SPDX-License-Identifier: GPL-3.0-or-later
/* conv2d and its partials, direct, channels last. For a fixed row kh of the window the terms (kw, c) are
 * contiguous in the image, so a pixel's sum is KH blocks of KW·C terms, and the pixels of an output row are
 * the rows of the product. */
#include <string.h>
#include "conv.h"

enum { STRIP = 24576 }; /* floats of framed image held at once */

/* Output rows per strip, so that the framed rows they see fit STRIP. `step` framed rows separate output rows.
 */
static int64_t strip_rows(int64_t out_rows, int64_t step, int64_t window, int64_t row_floats)
{
    int64_t fit = (STRIP / asy__max(row_floats, 1) - window) / step + 1;
    return asy__min(asy__max(fit, 1), out_rows);
}

void ASY_V(asy__frame)(const asy__framed *f, const float *x, int64_t first, int64_t n, float *out)
{
    const int64_t width = f->width * f->c, cell = f->c;
    for (int64_t p = first; p < first + n; p++, out += width) {
        int64_t q = p - f->before[0];
        if (q < 0 || q % f->step[0] || q / f->step[0] >= f->h) {
            memset(out, 0, (size_t)width * sizeof *out);
            continue;
        }
        const float *row = x + q / f->step[0] * f->w * cell;
        float *to = out + f->before[1] * cell;
        if (f->step[1] == 1) {
            memset(out, 0, (size_t)(f->before[1] * cell) * sizeof *out);
            memcpy(to, row, (size_t)(f->w * cell) * sizeof *row);
            to += f->w * cell;
            memset(to, 0, (size_t)(out + width - to) * sizeof *out);
            continue;
        }
        memset(out, 0, (size_t)width * sizeof *out);
        for (int64_t i = 0; i < f->w; i++)
            memcpy(to + i * f->step[1] * cell, row + i * cell, (size_t)cell * sizeof *row);
    }
}

/* A stride-wise correlation of a framed image with packed weights: what conv2d and conv2d_x share. */
typedef struct {
    asy__framed frame;
    int64_t step[2], kh, kw; /* of the output over the framed image; the window */
    int64_t oh, ow, o;       /* the output */
} correlation;

static correlation forward(const asy_conv_attr *a)
{
    return (correlation){ .frame = { .h = a->h,
                                     .w = a->w,
                                     .c = a->c,
                                     .step = { 1, 1 },
                                     .before = { a->pad[0], a->pad[1] },
                                     .width = a->w + 2 * a->pad[1] },
                          .step = { a->stride[0], a->stride[1] },
                          .kh = a->kh,
                          .kw = a->kw,
                          .oh = a->oh,
                          .ow = a->ow,
                          .o = a->o };
}

static correlation backward(const asy_conv_attr *a)
{
    return (correlation){ .frame = { .h = a->oh,
                                     .w = a->ow,
                                     .c = a->o,
                                     .step = { a->stride[0], a->stride[1] },
                                     .before = { a->kh - 1 - a->pad[0], a->kw - 1 - a->pad[1] },
                                     .width = a->w + a->kw - 1 },
                          .step = { 1, 1 },
                          .kh = a->kh,
                          .kw = a->kw,
                          .oh = a->h,
                          .ow = a->w,
                          .o = a->c };
}

static bool is_bare(const asy__framed *f)
{
    return f->before[0] == 0 && f->before[1] == 0 && f->step[0] == 1 && f->step[1] == 1 && f->width == f->w;
}

static int64_t strip_of(const correlation *c)
{
    if (is_bare(&c->frame)) return c->oh;
    return strip_rows(c->oh, c->step[0], c->kh, c->frame.width * c->frame.c);
}

static size_t correlate_scratch(const correlation *c)
{
    if (is_bare(&c->frame)) return 0;
    return (size_t)(((strip_of(c) - 1) * c->step[0] + c->kh) * c->frame.width * c->frame.c) * sizeof(float);
}

static void correlate(const correlation *c, const float *x, const float *w, const float *bias, float *y,
                      float *scratch)
{
    const int64_t row = c->frame.width * c->frame.c, depth = c->kw * c->frame.c, strip = strip_of(c);
    const bool bare = is_bare(&c->frame);
    for (int64_t top = 0; top < c->oh; top += strip) {
        int64_t n = asy__min(c->oh - top, strip);
        if (!bare) ASY_V(asy__frame)(&c->frame, x, top * c->step[0], (n - 1) * c->step[0] + c->kh, scratch);
        asy__product p = { .m = c->ow,
                           .blocks = c->kh,
                           .depth = depth,
                           .a = bare ? x + top * c->step[0] * row : scratch,
                           .a_m = c->step[1] * c->frame.c,
                           .a_k = 1,
                           .a_block = row,
                           .b_k = ASY__PANEL,
                           .b_block = depth * ASY__PANEL,
                           .c_m = c->o,
                           .times = n,
                           .a_time = c->step[0] * row,
                           .c_time = c->ow * c->o };
        for (int64_t j = 0; j < c->o; j += ASY__PANEL) {
            p.n = asy__min(c->o - j, ASY__PANEL);
            p.b = w + j * c->kh * depth;
            p.bias = bias ? bias + j : NULL;
            p.c = y + top * c->ow * c->o + j;
            ASY_V(asy__multiply)(&p);
        }
    }
}

size_t ASY_V(asy__conv2d_packed)(const asy_node *node)
{
    const asy_conv_attr *a = node->attr;
    return (size_t)(asy__panels(a->o) * ASY__PANEL * a->kh * a->kw * a->c) * sizeof(float);
}

void ASY_V(asy__conv2d_pack)(const asy_node *node, const asy_tensor *w, void *packed)
{
    const asy_conv_attr *a = node->attr;
    const int64_t taps = a->kh * a->kw, depth = taps * a->c;
    const float *x = w->data;
    float *to = packed;
    memset(to, 0, ASY_V(asy__conv2d_packed)(node));
    for (int64_t o = 0; o < a->o; o++) {
        float *lane = to + o / ASY__PANEL * depth * ASY__PANEL + o % ASY__PANEL;
        for (int64_t c = 0; c < a->c; c++) {
            for (int64_t t = 0; t < taps; t++)
                lane[(t * a->c + c) * ASY__PANEL] = x[(o * a->c + c) * taps + t];
        }
    }
}

size_t ASY_V(asy__conv2d_scratch)(const asy_node *node, int64_t rows)
{
    (void)rows;
    correlation c = forward(node->attr);
    return correlate_scratch(&c);
}

void ASY_V(asy__conv2d)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    const asy_conv_attr *a = node->attr;
    const correlation c = forward(a);
    const float *x = in[0].data, *bias = node->n_in > 2 ? in[2].data : NULL;
    float *y = out[0].data;
    for (int64_t r = 0; r < kw->rows; r++) {
        correlate(&c, x + r * a->h * a->w * a->c, in[1].data, bias, y + r * a->oh * a->ow * a->o,
                  kw->scratch);
    }
}

size_t ASY_V(asy__conv2d_x_packed)(const asy_node *node)
{
    const asy_conv_attr *a = node->attr;
    int64_t lanes = asy__by_pixels(a) ? a->c : asy__panels(a->c) * ASY__PANEL;
    return (size_t)(lanes * a->kh * a->kw * a->o) * sizeof(float);
}

void ASY_V(asy__conv2d_x_pack)(const asy_node *node, const asy_tensor *w, void *packed)
{
    const asy_conv_attr *a = node->attr;
    if (asy__by_pixels(a)) {
        ASY_V(asy__pixels_pack)(a, w->data, packed);
        return;
    }
    const int64_t taps = a->kh * a->kw, depth = taps * a->o;
    const float *x = w->data;
    float *to = packed;
    memset(to, 0, ASY_V(asy__conv2d_x_packed)(node));
    for (int64_t c = 0; c < a->c; c++) {
        float *lane = to + c / ASY__PANEL * depth * ASY__PANEL + c % ASY__PANEL;
        for (int64_t o = 0; o < a->o; o++) {
            for (int64_t t = 0; t < taps; t++)
                lane[(t * a->o + o) * ASY__PANEL] = x[(o * a->c + c) * taps + taps - 1 - t];
        }
    }
}

size_t ASY_V(asy__conv2d_x_scratch)(const asy_node *node, int64_t rows)
{
    (void)rows;
    const asy_conv_attr *a = node->attr;
    correlation c = backward(a);
    return asy__by_pixels(a) ? ASY_V(asy__pixels_scratch)(a) : correlate_scratch(&c);
}

void ASY_V(asy__conv2d_x)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    const asy_conv_attr *a = node->attr;
    const correlation c = backward(a);
    const float *dy = in[0].data;
    float *dx = out[0].data;
    for (int64_t r = 0; r < kw->rows; r++, dy += a->oh * a->ow * a->o, dx += a->h * a->w * a->c) {
        if (asy__by_pixels(a)) ASY_V(asy__pixels)(a, &c.frame, dy, in[1].data, dx, kw->scratch);
        else correlate(&c, dy, in[1].data, NULL, dx, kw->scratch);
    }
}
