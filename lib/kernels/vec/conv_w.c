// SPDX-License-Identifier: GPL-3.0-or-later
/* conv2d_w: the chain of (kh, kw, c; o) runs over (row, oh, ow). For a fixed kh the rows (kw, c) of the
 * product are contiguous in the framed image, its depth are the pixels of an output row, its blocks the
 * output rows; of a dilated window each (kh, kw) is a product. Groups follow each other. */
#include <string.h>
#include "conv.h"

static bool framed(const asy_conv_attr *a) { return a->pad[0] || a->pad[1] || a->groups > 1; }

static int64_t framed_floats(const asy_conv_attr *a)
{
    return framed(a) ? (a->h + 2 * a->pad[0]) * (a->w + 2 * a->pad[1]) * (a->c / a->groups) : 0;
}

/* The sums of a group, [kh·kw·c][o], and its weight, [o][c][kh·kw]. */
static void sums_to_weight(int64_t taps, int64_t in, int64_t n, const float *sums, float *w)
{
    for (int64_t o = 0; o < n; o++) {
        for (int64_t c = 0; c < in; c++) {
            for (int64_t t = 0; t < taps; t++) *w++ = sums[(t * in + c) * n + o];
        }
    }
}

static void weight_to_sums(int64_t taps, int64_t in, int64_t n, const float *w, float *sums)
{
    for (int64_t o = 0; o < n; o++) {
        for (int64_t c = 0; c < in; c++) {
            for (int64_t t = 0; t < taps; t++) sums[(t * in + c) * n + o] = *w++;
        }
    }
}

/* A row's terms for the weights of one group. */
static void add_row(const asy_conv_attr *a, const float *dy, const float *x, float *sums, bool go_on)
{
    const int64_t in = a->c / a->groups, n = a->o / a->groups, row = (a->w + 2 * a->pad[1]) * in;
    const int64_t taps = a->dilation[1] == 1 ? a->kw : 1; /* that lie side by side */
    for (int64_t k = 0; k < a->kw; k += taps) {
        asy__product p = { .m = taps * in,
                           .blocks = a->oh,
                           .depth = a->ow,
                           .a_m = 1,
                           .a_k = a->stride[1] * in,
                           .a_block = a->stride[0] * row,
                           .b_k = a->o,
                           .b_block = a->ow * a->o,
                           .c_m = n,
                           .go_on = go_on,
                           .times = a->kh,
                           .a_time = a->dilation[0] * row,
                           .c_time = a->kw * in * n };
        for (int64_t j = 0; j < n; j += ASY__PANEL) {
            p.n = asy__min(n - j, ASY__PANEL);
            p.a = x + k * a->dilation[1] * in;
            p.b = dy + j;
            p.c = sums + k * in * n + j;
            ASY_V(asy__multiply)(&p);
        }
    }
}

static void group(const asy_conv_attr *a, int64_t rows, const float *dy, const float *x, float *dw,
                  bool first, float *scratch)
{
    const asy__framed f = ASY_V(asy__conv_forward)(a).frame;
    const int64_t n = a->o / a->groups, taps = a->kh * a->kw, each = taps * f.c * n;
    float *sums = scratch, *image = sums + a->groups * each;
    if (rows == 0 && first) memset(dw, 0, (size_t)(a->groups * each) * sizeof *dw);
    if (rows == 0) return;
    for (int64_t g = 0; !first && g < a->groups; g++)
        weight_to_sums(taps, f.c, n, dw + g * each, sums + g * each);
    for (int64_t r = 0; r < rows; r++, dy += a->oh * a->ow * a->o, x += a->h * a->w * a->c) {
        for (int64_t g = 0; g < a->groups; g++) {
            if (framed(a)) ASY_V(asy__frame)(&f, x + g * f.c, 0, a->h + 2 * a->pad[0], image);
            add_row(a, dy + g * n, framed(a) ? image : x, sums + g * each, r > 0 || !first);
        }
    }
    for (int64_t g = 0; g < a->groups; g++) sums_to_weight(taps, f.c, n, sums + g * each, dw + g * each);
}

/* What one (kh, kw) sees of channels c0 ≤ c < c1: [oh·ow][ASY_TILE_C]. */
static void seen(const asy_conv_attr *a, const asy_conv_tile *t, const float *x, float *out)
{
    const size_t bytes = (size_t)(t->c1 - t->c0) * sizeof *x;
    for (int64_t i = 0; i < a->oh; i++) {
        int64_t ih = i * a->stride[0] + t->kh * a->dilation[0] - a->pad[0];
        for (int64_t j = 0; j < a->ow; j++, out += ASY_TILE_C) {
            int64_t iw = j * a->stride[1] + t->kw * a->dilation[1] - a->pad[1];
            bool inside = ih >= 0 && ih < a->h && iw >= 0 && iw < a->w;
            if (inside) memcpy(out, x + (ih * a->w + iw) * a->c + t->c0, bytes);
            else memset(out, 0, bytes);
        }
    }
}

/* Adds a row's terms for the weights of a tile: group after group, [channel][o of its group]. */
static void add_seen(const asy_conv_attr *a, const asy_conv_tile *t, const float *dy, const float *image,
                     float *sums)
{
    const int64_t in = a->c / a->groups, n = a->o / a->groups;
    for (int64_t c = t->c0, end; c < t->c1; c = end) {
        end = asy__min((c / in + 1) * in, t->c1);
        asy__product p = { .m = end - c,
                           .blocks = 1,
                           .depth = a->oh * a->ow,
                           .a = image + c - t->c0,
                           .a_m = 1,
                           .a_k = ASY_TILE_C,
                           .b_k = a->o,
                           .c_m = n,
                           .go_on = true,
                           .times = 1 };
        for (int64_t j = 0; j < n; j += ASY__PANEL) {
            p.n = asy__min(n - j, ASY__PANEL);
            p.b = dy + c / in * n + j;
            p.c = sums + (c - t->c0) * n + j;
            ASY_V(asy__multiply)(&p);
        }
    }
}

static void weight_tile(const asy_conv_attr *a, const asy_conv_tile *t, int64_t rows, const float *dy,
                        const float *x, float *dw, float *scratch)
{
    const int64_t in = a->c / a->groups, n = a->o / a->groups, taps = a->kh * a->kw;
    float *sums = scratch, *image = sums + ASY_TILE_C * n;
    memset(sums, 0, (size_t)((t->c1 - t->c0) * n) * sizeof *sums);
    for (int64_t r = 0; r < rows; r++, dy += a->oh * a->ow * a->o, x += a->h * a->w * a->c) {
        seen(a, t, x, image);
        add_seen(a, t, dy, image, sums);
    }
    for (int64_t c = t->c0; c < t->c1; c++) {
        float *to = dw + (c / in * n * in + c % in) * taps + t->kh * a->kw + t->kw;
        for (int64_t o = 0; o < n; o++) to[o * in * taps] = sums[(c - t->c0) * n + o];
    }
}

size_t ASY_V(asy__conv2d_w_scratch)(const asy_node *node, int64_t rows)
{
    (void)rows;
    const asy_conv_attr *a = node->attr;
    if (asy__depthwise(a)) return ASY_V(asy__depthwise_w_scratch)(a);
    const int64_t in = a->c / a->groups, n = a->o / a->groups;
    int64_t floats =
        a->chain ? ASY_TILE_C * (n + a->oh * a->ow) : a->kh * a->kw * in * a->o + framed_floats(a);
    return (size_t)floats * sizeof(float);
}

void ASY_V(asy__conv2d_w)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    const asy_conv_attr *a = node->attr;
    const float *dy = in[0].data, *x = in[1].data;
    if (asy__depthwise(a)) {
        ASY_V(asy__depthwise_w)(a, kw, dy, x, out[0].data);
    } else if (a->chain) {
        asy_conv_tile t = asy_conv_tile_of(a, kw->tile);
        weight_tile(a, &t, kw->rows, dy, x, out[0].data, kw->scratch);
    } else {
        group(a, kw->rows, dy, x, out[0].data, kw->first, kw->scratch);
    }
}
