// SPDX-License-Identifier: GPL-3.0-or-later
/* conv2d and its partials, direct, channels last. For a fixed row kh of the window the terms (kw, c) are
 * contiguous in the image, so a pixel's sum is KH blocks of KW·C terms, and the pixels of an output row are
 * the rows of the product; of a dilated window each (kh, kw) is a block. Groups follow each other: one's
 * frame holds its channels only, so that they are contiguous there. */
#include <string.h>
#include "conv.h"

enum { STRIP = 24576 }; /* floats of framed image held at once */

void ASY_V(asy__frame)(const asy__framed *f, const float *x, int64_t first, int64_t n, float *out)
{
    const int64_t width = f->width * f->c, cell = f->c;
    for (int64_t p = first; p < first + n; p++, out += width) {
        int64_t q = p - f->before[0];
        if (q < 0 || q % f->step[0] || q / f->step[0] >= f->h) {
            memset(out, 0, (size_t)width * sizeof *out);
            continue;
        }
        const float *row = x + q / f->step[0] * f->w * f->cell;
        float *to = out + f->before[1] * cell;
        if (f->step[1] == 1 && f->cell == cell) {
            memset(out, 0, (size_t)(f->before[1] * cell) * sizeof *out);
            memcpy(to, row, (size_t)(f->w * cell) * sizeof *row);
            to += f->w * cell;
            memset(to, 0, (size_t)(out + width - to) * sizeof *out);
            continue;
        }
        memset(out, 0, (size_t)width * sizeof *out);
        for (int64_t i = 0; i < f->w; i++)
            memcpy(to + i * f->step[1] * cell, row + i * f->cell, (size_t)cell * sizeof *row);
    }
}

asy__correlation ASY_V(asy__conv_forward)(const asy_conv_attr *a)
{
    return (asy__correlation){ .frame = { .h = a->h,
                                          .w = a->w,
                                          .c = a->c / a->groups,
                                          .cell = a->c,
                                          .step = { 1, 1 },
                                          .before = { a->pad[0], a->pad[1] },
                                          .width = a->w + 2 * a->pad[1] },
                               .step = { a->stride[0], a->stride[1] },
                               .dilation = { a->dilation[0], a->dilation[1] },
                               .kh = a->kh,
                               .kw = a->kw,
                               .oh = a->oh,
                               .ow = a->ow,
                               .o = a->o / a->groups,
                               .cell = a->o };
}

asy__correlation ASY_V(asy__conv_backward)(const asy_conv_attr *a)
{
    const int64_t reach[2] = { a->dilation[0] * (a->kh - 1), a->dilation[1] * (a->kw - 1) };
    return (asy__correlation){ .frame = { .h = a->oh,
                                          .w = a->ow,
                                          .c = a->o / a->groups,
                                          .cell = a->o,
                                          .step = { a->stride[0], a->stride[1] },
                                          .before = { reach[0] - a->pad[0], reach[1] - a->pad[1] },
                                          .width = a->w + reach[1] },
                               .step = { 1, 1 },
                               .dilation = { a->dilation[0], a->dilation[1] },
                               .kh = a->kh,
                               .kw = a->kw,
                               .oh = a->h,
                               .ow = a->w,
                               .o = a->c / a->groups,
                               .cell = a->c };
}

static bool is_bare(const asy__framed *f)
{
    return f->before[0] == 0 && f->before[1] == 0 && f->step[0] == 1 && f->step[1] == 1 && f->width == f->w &&
        f->c == f->cell;
}

int64_t ASY_V(asy__strip)(const asy__correlation *c, int64_t row_floats)
{
    int64_t window = asy__strip_frame(c, 1);
    int64_t fit = (STRIP / asy__max(row_floats, 1) - window) / c->step[0] + 1;
    return asy__min(asy__max(fit, 1), c->oh);
}

static int64_t strip_of(const asy__correlation *c)
{
    return is_bare(&c->frame) ? c->oh : ASY_V(asy__strip)(c, c->frame.width * c->frame.c);
}

static size_t correlate_scratch(const asy__correlation *c)
{
    if (is_bare(&c->frame)) return 0;
    return (size_t)(asy__strip_frame(c, strip_of(c)) * c->frame.width * c->frame.c) * sizeof(float);
}

/* One panel of output channels over some rows: a window's row at a time, or all of them where its taps are
 * contiguous. */
static void panel(const asy__correlation *c, asy__product *p)
{
    const int64_t row = c->dilation[0] * c->frame.width * c->frame.c;
    if (c->dilation[1] == 1 || c->kw == 1) {
        p->blocks = c->kh;
        p->depth = c->kw * c->frame.c;
        p->a_block = row;
        p->b_block = p->depth * ASY__PANEL;
        ASY_V(asy__multiply)(p);
        return;
    }
    const float *bias = p->bias;
    p->blocks = c->kw;
    p->depth = c->frame.c;
    p->a_block = c->dilation[1] * c->frame.c;
    p->b_block = p->depth * ASY__PANEL;
    for (int64_t k = 0; k < c->kh; k++, p->a += row, p->b += p->blocks * p->b_block) {
        p->go_on = k > 0;
        p->bias = k == c->kh - 1 ? bias : NULL;
        ASY_V(asy__multiply)(p);
    }
}

static void correlate(const asy__correlation *c, const float *x, const float *w, const float *bias, float *y,
                      float *scratch)
{
    const int64_t row = c->frame.width * c->frame.c, taps = c->kh * c->kw * c->frame.c, strip = strip_of(c);
    const bool bare = is_bare(&c->frame);
    for (int64_t top = 0; top < c->oh; top += strip) {
        int64_t n = asy__min(c->oh - top, strip);
        if (!bare) ASY_V(asy__frame)(&c->frame, x, top * c->step[0], asy__strip_frame(c, n), scratch);
        for (int64_t j = 0; j < c->o; j += ASY__PANEL) {
            asy__product p = { .m = c->ow,
                               .n = asy__min(c->o - j, ASY__PANEL),
                               .a = bare ? x + top * c->step[0] * row : scratch,
                               .a_m = c->step[1] * c->frame.c,
                               .a_k = 1,
                               .b = w + j * taps,
                               .b_k = ASY__PANEL,
                               .c = y + top * c->ow * c->cell + j,
                               .c_m = c->cell,
                               .bias = bias ? bias + j : NULL,
                               .times = n,
                               .a_time = c->step[0] * row,
                               .c_time = c->ow * c->cell };
            panel(c, &p);
        }
    }
}

/* All groups of an image. */
static void correlate_groups(const asy__correlation *c, int64_t groups, const float *x, const float *w,
                             const float *bias, float *y, float *scratch)
{
    const int64_t packed = asy__panels(c->o) * ASY__PANEL * c->kh * c->kw * c->frame.c;
    for (int64_t g = 0; g < groups; g++, x += c->frame.c, w += packed, y += c->o)
        correlate(c, x, w, bias ? bias + g * c->o : NULL, y, scratch);
}

size_t ASY_V(asy__conv2d_packed)(const asy_node *node)
{
    const asy_conv_attr *a = node->attr;
    if (asy__depthwise(a)) return ASY_V(asy__depthwise_packed)(a, false);
    int64_t lanes = a->groups * asy__panels(a->o / a->groups) * ASY__PANEL;
    return (size_t)(lanes * a->kh * a->kw * (a->c / a->groups)) * sizeof(float);
}

void ASY_V(asy__conv2d_pack)(const asy_node *node, const asy_tensor *w, void *packed)
{
    const asy_conv_attr *a = node->attr;
    if (asy__depthwise(a)) {
        ASY_V(asy__depthwise_pack)(a, false, w->data, packed);
        return;
    }
    const int64_t taps = a->kh * a->kw, in = a->c / a->groups, n = a->o / a->groups, depth = taps * in;
    const float *x = w->data;
    memset(packed, 0, ASY_V(asy__conv2d_packed)(node));
    for (int64_t o = 0; o < a->o; o++) {
        float *group = (float *)packed + o / n * asy__panels(n) * ASY__PANEL * depth;
        float *lane = group + o % n / ASY__PANEL * depth * ASY__PANEL + o % n % ASY__PANEL;
        for (int64_t c = 0; c < in; c++) {
            for (int64_t t = 0; t < taps; t++) lane[(t * in + c) * ASY__PANEL] = x[(o * in + c) * taps + t];
        }
    }
}

size_t ASY_V(asy__conv2d_scratch)(const asy_node *node, int64_t rows)
{
    (void)rows;
    const asy_conv_attr *a = node->attr;
    asy__correlation c = ASY_V(asy__conv_forward)(a);
    return asy__depthwise(a) ? ASY_V(asy__depthwise_scratch)(a, false) : correlate_scratch(&c);
}

void ASY_V(asy__conv2d)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    const asy_conv_attr *a = node->attr;
    const asy__correlation c = ASY_V(asy__conv_forward)(a);
    const float *x = in[0].data, *w = in[1].data, *bias = node->n_in > 2 ? in[2].data : NULL;
    float *y = out[0].data;
    for (int64_t r = 0; r < kw->rows; r++, x += a->h * a->w * a->c, y += a->oh * a->ow * a->o) {
        if (asy__depthwise(a)) ASY_V(asy__depthwise)(a, false, x, w, bias, y, kw->scratch);
        else correlate_groups(&c, a->groups, x, w, bias, y, kw->scratch);
    }
}

size_t ASY_V(asy__conv2d_x_packed)(const asy_node *node)
{
    const asy_conv_attr *a = node->attr;
    if (asy__depthwise(a)) return ASY_V(asy__depthwise_packed)(a, true);
    int64_t lanes = asy__by_pixels(a) ? a->c : a->groups * asy__panels(a->c / a->groups) * ASY__PANEL;
    return (size_t)(lanes * a->kh * a->kw * (a->o / a->groups)) * sizeof(float);
}

void ASY_V(asy__conv2d_x_pack)(const asy_node *node, const asy_tensor *w, void *packed)
{
    const asy_conv_attr *a = node->attr;
    if (asy__by_pixels(a)) {
        ASY_V(asy__pixels_pack)(a, w->data, packed);
        return;
    }
    if (asy__depthwise(a)) {
        ASY_V(asy__depthwise_pack)(a, true, w->data, packed);
        return;
    }
    const int64_t taps = a->kh * a->kw, in = a->c / a->groups, n = a->o / a->groups, depth = taps * n;
    const float *x = w->data;
    memset(packed, 0, ASY_V(asy__conv2d_x_packed)(node));
    for (int64_t o = 0; o < a->o; o++) {
        float *group = (float *)packed + o / n * asy__panels(in) * ASY__PANEL * depth;
        for (int64_t c = 0; c < in; c++) {
            float *lane = group + c / ASY__PANEL * depth * ASY__PANEL + c % ASY__PANEL;
            for (int64_t t = 0; t < taps; t++)
                lane[(t * n + o % n) * ASY__PANEL] = x[(o * in + c) * taps + taps - 1 - t];
        }
    }
}

size_t ASY_V(asy__conv2d_x_scratch)(const asy_node *node, int64_t rows)
{
    (void)rows;
    const asy_conv_attr *a = node->attr;
    asy__correlation c = ASY_V(asy__conv_backward)(a);
    if (asy__depthwise(a)) return ASY_V(asy__depthwise_scratch)(a, true);
    return asy__by_pixels(a) ? ASY_V(asy__pixels_scratch)(a) : correlate_scratch(&c);
}

void ASY_V(asy__conv2d_x)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    const asy_conv_attr *a = node->attr;
    const asy__correlation c = ASY_V(asy__conv_backward)(a);
    const float *dy = in[0].data, *w = in[1].data;
    float *dx = out[0].data;
    for (int64_t r = 0; r < kw->rows; r++, dy += a->oh * a->ow * a->o, dx += a->h * a->w * a->c) {
        if (asy__depthwise(a)) ASY_V(asy__depthwise)(a, true, dy, w, NULL, dx, kw->scratch);
        else if (asy__by_pixels(a)) ASY_V(asy__pixels)(a, &c.frame, dy, w, dx, kw->scratch);
        else correlate_groups(&c, a->groups, dy, w, NULL, dx, kw->scratch);
    }
}
