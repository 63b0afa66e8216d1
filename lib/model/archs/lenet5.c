// SPDX-License-Identifier: GPL-3.0-or-later
/* LeNet with 20 and 50 channels, as the toolkits of the 2010s had it. */
#include "_options.h"

typedef struct {
    asy__options o;
} par;

static const asy_param params[] = { ASY__CNN_OPTIONS(o, "10"), ASY_PARAM_END };

static asy_val emit(const void *vp, const asy_arch_io *io, asy_scope *sc, asy_val x)
{
    const asy__options *o = &((const par *)vp)->o;

    x = asy__arch_image("lenet5", io, sc, x, 16);
    x = asy__arch_after_conv_pool(sc, o, 1, asy__arch_conv(sc, "conv1", x, 20, 5, 1, 0));
    x = asy__arch_after_conv_pool(sc, o, 2, asy__arch_conv(sc, "conv2", x, 50, 5, 1, 0));
    x = asy__arch_after_linear(sc, o, 1, asy__arch_linear(sc, "fc1", asy__arch_flatten(sc, x), 500));
    asy_scope_tap(sc, "features", x);
    return asy__arch_linear(sc, "fc2", x, io->classes);
}

const asy_arch asy_arch_lenet5 = {
    .m = { .name = "lenet5",
           .summary = "LeNet: two 5x5 convolutions and two linear layers",
           .revision = 1,
           .cite = "LeCun et al. 1998, Proc. IEEE 86(11)",
           .doc = "conv 20 5×5, relu, pool 2, conv 50 5×5, relu, pool 2, fc 500, relu, fc classes; "
                  "convolutions without "
                  "padding. 431 080 weights and 4.6 MFLOP forward on 28×28 with 10 classes.",
           .example = "model: lenet5",
           ASY_PARAMS(params) },
    .emit = emit,
};
