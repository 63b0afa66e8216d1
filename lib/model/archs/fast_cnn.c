// SPDX-License-Identifier: GPL-3.0-or-later
/* The net of fast adversarial training on MNIST (after Wong and Kolter). */
#include "_options.h"

typedef struct {
    asy__options o;
} par;

static const asy_param params[] = { ASY__CNN_OPTIONS(o, "8"), ASY_PARAM_END };

static asy_val emit(const void *vp, const asy_arch_io *io, asy_scope *sc, asy_val x)
{
    const asy__options *o = &((const par *)vp)->o;

    x = asy__arch_image("fast-cnn", io, sc, x, 4);
    x = asy__arch_after_conv(sc, o, 1, asy__arch_conv(sc, "conv1", x, 16, 4, 2, 1));
    x = asy__arch_after_conv(sc, o, 2, asy__arch_conv(sc, "conv2", x, 32, 4, 2, 1));
    x = asy__arch_after_linear(sc, o, 1, asy__arch_linear(sc, "fc1", asy__arch_flatten(sc, x), 100));
    asy_scope_tap(sc, "features", x);
    return asy__arch_linear(sc, "fc2", x, io->classes);
}

const asy_arch asy_arch_fast_cnn = {
    .m = { .name = "fast-cnn",
           .summary = "two strided 4x4 convolutions and two linear layers",
           .revision = 1,
           .cite = "Wong, Rice, Kolter 2020, arXiv:2001.03994",
           .doc = "conv 16 4×4 stride 2, relu, conv 32 4×4 stride 2, relu, fc 100, relu, fc classes; padding "
                  "1. 166 406 "
                  "weights and 1.2 MFLOP forward on 28×28 with 10 classes.",
           .example = "model: fast-cnn",
           ASY_PARAMS(params) },
    .emit = emit,
};
