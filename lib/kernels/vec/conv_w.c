// SPDX-License-Identifier: GPL-3.0-or-later
/* conv2d_w: the chain of (kh, kw, c; o) runs over (row, oh, ow). For a fixed kh the rows (kw, c) of the
 * product are contiguous in the framed image, its depth are the pixels of an output row, its blocks the
 * output rows. */
#include <string.h>
#include "conv.h"

static asy__framed frame_of(const asy_conv_attr *a)
{
    return (asy__framed){ .h = a->h,
                          .w = a->w,
                          .c = a->c,
                          .step = { 1, 1 },
                          .before = { a->pad[0], a->pad[1] },
                          .width = a->w + 2 * a->pad[1] };
}

static bool padded(const asy_conv_attr *a) { return a->pad[0] || a->pad[1]; }

static int64_t framed_floats(const asy_conv_attr *a)
{
    return padded(a) ? (a->h + 2 * a->pad[0]) * (a->w + 2 * a->pad[1]) * a->c : 0;
}

/* sums [kh·kw·c][o] ↔ w [o][c][kh·kw] */
static void sums_to_weight(const asy_conv_attr *a, const float *sums, float *w)
{
    const int64_t taps = a->kh * a->kw;
    for (int64_t o = 0; o < a->o; o++) {
        for (int64_t c = 0; c < a->c; c++) {
            for (int64_t t = 0; t < taps; t++) *w++ = sums[(t * a->c + c) * a->o + o];
        }
    }
}

static void weight_to_sums(const asy_conv_attr *a, const float *w, float *sums)
{
    const int64_t taps = a->kh * a->kw;
    for (int64_t o = 0; o < a->o; o++) {
        for (int64_t c = 0; c < a->c; c++) {
            for (int64_t t = 0; t < taps; t++) sums[(t * a->c + c) * a->o + o] = *w++;
        }
    }
}

static void group(const asy_conv_attr *a, int64_t rows, const float *dy, const float *x, float *dw,
                  bool first, float *scratch)
{
    const asy__framed f = frame_of(a);
    const int64_t depth = a->kw * a->c, row = f.width * a->c;
    float *sums = scratch, *framed = sums + a->kh * depth * a->o;
    if (rows == 0 && first) memset(dw, 0, (size_t)(a->kh * depth * a->o) * sizeof *dw);
    if (rows == 0) return;
    if (!first) weight_to_sums(a, dw, sums);
    for (int64_t r = 0; r < rows; r++, dy += a->oh * a->ow * a->o, x += a->h * a->w * a->c) {
        if (padded(a)) ASY_V(asy__frame)(&f, x, 0, a->h + 2 * a->pad[0], framed);
        asy__product p = { .m = depth,
                           .blocks = a->oh,
                           .depth = a->ow,
                           .a_m = 1,
                           .a_k = a->stride[1] * a->c,
                           .a_block = a->stride[0] * row,
                           .b_k = a->o,
                           .b_block = a->ow * a->o,
                           .c_m = a->o,
                           .go_on = r > 0 || !first,
                           .times = a->kh,
                           .a_time = row,
                           .c_time = depth * a->o };
        for (int64_t j = 0; j < a->o; j += ASY__PANEL) {
            p.n = asy__min(a->o - j, ASY__PANEL);
            p.a = padded(a) ? framed : x;
            p.b = dy + j;
            p.c = sums + j;
            ASY_V(asy__multiply)(&p);
        }
    }
    sums_to_weight(a, sums, dw);
}

/* What one (kh, kw) sees of channels c0 ≤ c < c1: [oh·ow][ASY_TILE_C]. */
static void seen(const asy_conv_attr *a, const asy_conv_tile *t, const float *x, float *out)
{
    const size_t bytes = (size_t)(t->c1 - t->c0) * sizeof *x;
    for (int64_t i = 0; i < a->oh; i++) {
        int64_t ih = i * a->stride[0] + t->kh - a->pad[0];
        for (int64_t j = 0; j < a->ow; j++, out += ASY_TILE_C) {
            int64_t iw = j * a->stride[1] + t->kw - a->pad[1];
            bool inside = ih >= 0 && ih < a->h && iw >= 0 && iw < a->w;
            if (inside) memcpy(out, x + (ih * a->w + iw) * a->c + t->c0, bytes);
            else memset(out, 0, bytes);
        }
    }
}

static void weight_tile(const asy_conv_attr *a, const asy_conv_tile *t, int64_t rows, const float *dy,
                        const float *x, float *dw, float *scratch)
{
    const int64_t pixels = a->oh * a->ow, channels = t->c1 - t->c0, taps = a->kh * a->kw;
    float *sums = scratch, *image = sums + ASY_TILE_C * a->o;
    memset(sums, 0, (size_t)(channels * a->o) * sizeof *sums);
    for (int64_t r = 0; r < rows; r++, dy += pixels * a->o, x += a->h * a->w * a->c) {
        seen(a, t, x, image);
        asy__product p = { .m = channels,
                           .blocks = 1,
                           .depth = pixels,
                           .a = image,
                           .a_m = 1,
                           .a_k = ASY_TILE_C,
                           .b_k = a->o,
                           .c_m = a->o,
                           .go_on = true,
                           .times = 1 };
        for (int64_t j = 0; j < a->o; j += ASY__PANEL) {
            p.n = asy__min(a->o - j, ASY__PANEL);
            p.b = dy + j;
            p.c = sums + j;
            ASY_V(asy__multiply)(&p);
        }
    }
    for (int64_t o = 0; o < a->o; o++) {
        float *to = dw + (o * a->c + t->c0) * taps + t->kh * a->kw + t->kw;
        for (int64_t c = 0; c < channels; c++) to[c * taps] = sums[c * a->o + o];
    }
}

size_t ASY_V(asy__conv2d_w_scratch)(const asy_node *node, int64_t rows)
{
    (void)rows;
    const asy_conv_attr *a = node->attr;
    int64_t floats =
        a->chain ? ASY_TILE_C * (a->o + a->oh * a->ow) : a->kh * a->kw * a->c * a->o + framed_floats(a);
    return (size_t)floats * sizeof(float);
}

void ASY_V(asy__conv2d_w)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    const asy_conv_attr *a = node->attr;
    const float *dy = in[0].data, *x = in[1].data;
    if (a->chain) {
        asy_conv_tile t = asy_conv_tile_of(a, kw->tile);
        weight_tile(a, &t, kw->rows, dy, x, out[0].data, kw->scratch);
    } else {
        group(a, kw->rows, dy, x, out[0].data, kw->first, kw->scratch);
    }
}
