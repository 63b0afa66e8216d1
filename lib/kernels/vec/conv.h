// SPDX-License-Identifier: GPL-3.0-or-later
/* Shared by the convolution files. */
#ifndef ASY_KERNELS_CONV_H
#define ASY_KERNELS_CONV_H
#include "../kernel.h"

/* An image [h,w,c], its pixels `cell` floats apart (c of them are wanted), whose pixels come to stand `step`
 * apart, after `before` zeros, in rows of `width` pixels; zeros elsewhere. */
typedef struct {
    int64_t h, w, c, cell, step[2], before[2], width;
} asy__framed;
/* Rows first ≤ p < first + n of it. */
void ASY_V(asy__frame)(const asy__framed *, const float *x, int64_t first, int64_t n, float *out);

/* One group's part of conv2d (forward) or conv2d_x (backward): a correlation of the framed image with
 * packed weights. By tap (kh, kw) output (i, j) sees framed pixel (i·step0 + kh·dilation0, j·step1 + kw·dilation1).
 */
typedef struct {
    asy__framed frame;
    int64_t step[2], dilation[2], kh, kw;
    int64_t oh, ow, o, cell; /* the output: o of `cell` channels */
} asy__correlation;
asy__correlation ASY_V(asy__conv_forward)(const asy_conv_attr *);
asy__correlation ASY_V(asy__conv_backward)(const asy_conv_attr *);
/* Output rows per strip, so that the framed rows they see, of row_floats each, are few enough to stay near. */
int64_t ASY_V(asy__strip)(const asy__correlation *, int64_t row_floats);
static inline int64_t asy__strip_frame(const asy__correlation *c, int64_t rows)
{
    return (rows - 1) * c->step[0] + (c->kh - 1) * c->dilation[0] + 1;
}

/* conv2d_x with few channels: 16 pixels of a row side by side instead of 16 channels (pixels.c). By the
 * weight's shape alone. */
enum { ASY__PIXEL_CHANNELS = 4, ASY__PIXEL_WINDOW = 7 };
static inline bool asy__by_pixels(const asy_conv_attr *a)
{
    return a->c <= ASY__PIXEL_CHANNELS && a->kh <= ASY__PIXEL_WINDOW && a->groups == 1 &&
        a->dilation[0] == 1 && a->dilation[1] == 1;
}
void ASY_V(asy__pixels_pack)(const asy_conv_attr *, const float *w, float *packed);
size_t ASY_V(asy__pixels_scratch)(const asy_conv_attr *);
void ASY_V(asy__pixels)(const asy_conv_attr *, const asy__framed *, const float *dy, const float *packed,
                        float *dx, float *scratch);

/* One input channel a group: channels side by side (depthwise.c). */
static inline bool asy__depthwise(const asy_conv_attr *a) { return a->groups > 1 && a->groups == a->c; }
size_t ASY_V(asy__depthwise_packed)(const asy_conv_attr *, bool backward);
void ASY_V(asy__depthwise_pack)(const asy_conv_attr *, bool backward, const float *w, float *packed);
size_t ASY_V(asy__depthwise_scratch)(const asy_conv_attr *, bool backward);
void ASY_V(asy__depthwise)(const asy_conv_attr *, bool backward, const float *x, const float *packed,
                           const float *bias, float *y, float *scratch);
size_t ASY_V(asy__depthwise_w_scratch)(const asy_conv_attr *);
void ASY_V(asy__depthwise_w)(const asy_conv_attr *, const asy_kwork *, const float *dy, const float *x,
                             float *dw);
#endif
