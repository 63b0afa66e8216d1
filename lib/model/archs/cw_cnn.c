// SPDX-License-Identifier: GPL-3.0-or-later
/* The net of Carlini and Wagner for MNIST; also of DEEPSEC and, but for its last layer's start, of TRADES. */
#include "_options.h"

typedef struct {
    asy__options o;
} par;

static const asy_param params[] = { ASY__CNN_OPTIONS(o, "8"), ASY_PARAM_END };

static asy_val emit(const void *vp, const asy_arch_io *io, asy_scope *sc, asy_val x)
{
    const asy__options *o = &((const par *)vp)->o;

    x = asy__arch_image("cw-cnn", io, sc, x, 16);
    x = asy__arch_after_conv(sc, o, 1, asy__arch_conv3(sc, "conv1", x, 32, 0));
    x = asy__arch_after_conv_pool(sc, o, 2, asy__arch_conv3(sc, "conv2", x, 32, 0));
    x = asy__arch_after_conv(sc, o, 3, asy__arch_conv3(sc, "conv3", x, 64, 0));
    x = asy__arch_after_conv_pool(sc, o, 4, asy__arch_conv3(sc, "conv4", x, 64, 0));
    x = asy__arch_after_linear(sc, o, 1, asy__arch_linear(sc, "fc1", asy__arch_flatten(sc, x), 200));
    x = asy__arch_after_linear(sc, o, 2, asy__arch_linear(sc, "fc2", x, 200));
    asy_scope_tap(sc, "features", x);
    return asy__arch_linear(sc, "fc3", x, io->classes);
}

const asy_arch asy_arch_cw_cnn = {
    .m = { .name = "cw-cnn",
           .summary = "four 3x3 convolutions and three linear layers (Carlini and Wagner)",
           .revision = 1,
           .cite = "Carlini, Wagner 2017, arXiv:1608.04644",
           .doc = "conv 32 3×3, relu, conv 32 3×3, relu, pool 2, conv 64 3×3, relu, conv 64 3×3, relu, pool "
                  "2, fc 200, relu, "
                  "fc 200, relu, fc classes; convolutions without padding. 312 202 weights and 19.9 MFLOP "
                  "forward "
                  "on 28×28 with 10 classes.",
           .example = "model: cw-cnn",
           ASY_PARAMS(params) },
    .emit = emit,
};
