// SPDX-License-Identifier: GPL-3.0-or-later
/* Layers with their weights, for the archs of this folder. NAME.weight and NAME.bias start uniform in
 * ±1/sqrt(inputs of a unit). */
#ifndef ASY_MODEL_ARCHS_LAYERS_H
#define ASY_MODEL_ARCHS_LAYERS_H
#include "assay.h"
#include "graph/op.h"

/* row [K] → row [out] */
asy_val asy__arch_linear(asy_scope *, const char *name, asy_val x, int64_t out);
/* k×k, `bare`: without a bias */
typedef struct {
    int64_t out, k, stride, pad;
    bool bare;
    asy_init init;
} asy__conv_layer;
asy_val asy__arch_convolve(asy_scope *, const char *name, asy_val x, const asy__conv_layer *);
/* k×k: row [H,W,C] → row [H',W',out] */
asy_val asy__arch_conv(asy_scope *, const char *name, asy_val x, int64_t out, int64_t k, int64_t stride,
                       int64_t pad);
/* 3×3, stride 1 */
asy_val asy__arch_conv3(asy_scope *, const char *name, asy_val x, int64_t out, int64_t pad);
/* The image [C,H,W] as [H,W,C]; the graph fails with a text if the data are flat or smaller than least×least. */
asy_val asy__arch_image(const char *arch, const asy_arch_io *, asy_scope *, asy_val x, int64_t least);
/* Max-pool 2×2. */
asy_val asy__arch_pool2(asy_scope *, asy_val x);
/* [H,W,C] → [C·H·W] in the order of NCHW, as files and users see it. */
asy_val asy__arch_flatten(asy_scope *, asy_val x);
#endif
