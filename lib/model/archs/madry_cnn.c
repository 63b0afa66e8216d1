// SPDX-License-Identifier: GPL-3.0-or-later
/* The net of the MNIST adversarial examples challenge. */
#include "_options.h"

typedef struct {
    asy__options o;
} par;

static const asy_param params[] = { ASY__CNN_OPTIONS(o, "8"), ASY_PARAM_END };

static asy_val emit(const void *vp, const asy_arch_io *io, asy_scope *sc, asy_val x)
{
    const asy__options *o = &((const par *)vp)->o;

    x = asy__arch_image("madry-cnn", io, sc, x, 4);
    x = asy__arch_after_conv_pool(sc, o, 1, asy__arch_conv(sc, "conv1", x, 32, 5, 1, 2));
    x = asy__arch_after_conv_pool(sc, o, 2, asy__arch_conv(sc, "conv2", x, 64, 5, 1, 2));
    x = asy__arch_after_linear(sc, o, 1, asy__arch_linear(sc, "fc1", asy__arch_flatten(sc, x), 1024));
    asy_scope_tap(sc, "features", x);
    return asy__arch_linear(sc, "fc2", x, io->classes);
}

const asy_arch asy_arch_madry_cnn = {
    .m = { .name = "madry-cnn",
           .summary = "the net of the MNIST challenge: two 5x5 convolutions, fc 1024",
           .revision = 1,
           .cite = "Madry et al. 2018, arXiv:1706.06083",
           .doc = "conv 32 5×5 same, relu, pool 2, conv 64 5×5 same, relu, pool 2, fc 1024, relu, fc "
                  "classes. 3 274 634 "
                  "weights and 27.7 MFLOP forward on 28×28 with 10 classes.",
           .example = "model: madry-cnn",
           ASY_PARAMS(params) },
    .emit = emit,
};
