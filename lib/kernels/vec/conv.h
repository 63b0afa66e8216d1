// SPDX-License-Identifier: GPL-3.0-or-later
/* Shared by the convolution files. */
#ifndef ASY_KERNELS_CONV_H
#define ASY_KERNELS_CONV_H
#include "../kernel.h"

/* An image [h,w,c] whose pixels stand `step` apart, after `before` zeros, in rows of `width` pixels; zeros
 * elsewhere. */
typedef struct {
    int64_t h, w, c, step[2], before[2], width;
} asy__framed;
/* Rows first ≤ p < first + n of it. */
void ASY_V(asy__frame)(const asy__framed *, const float *x, int64_t first, int64_t n, float *out);

/* conv2d_x with few channels: 16 pixels of a row side by side instead of 16 channels (pixels.c). By the
 * weight's shape alone. */
enum { ASY__PIXEL_CHANNELS = 4, ASY__PIXEL_WINDOW = 7 };
static inline bool asy__by_pixels(const asy_conv_attr *a)
{
    return a->c <= ASY__PIXEL_CHANNELS && a->kh <= ASY__PIXEL_WINDOW;
}
void ASY_V(asy__pixels_pack)(const asy_conv_attr *, const float *w, float *packed);
size_t ASY_V(asy__pixels_scratch)(const asy_conv_attr *);
void ASY_V(asy__pixels)(const asy_conv_attr *, const asy__framed *, const float *dy, const float *packed,
                        float *dx, float *scratch);
#endif
