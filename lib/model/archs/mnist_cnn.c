// SPDX-License-Identifier: GPL-3.0-or-later
/* The net that most published toolkits use in their examples; the benchmark net. */
#include "_options.h"

typedef struct {
    asy__options o;
} par;

static const asy_param params[] = { ASY__CNN_OPTIONS(o, "8"), ASY_PARAM_END };

static asy_val emit(const void *vp, const asy_arch_io *io, asy_scope *sc, asy_val x)
{
    const asy__options *o = &((const par *)vp)->o;

    x = asy__arch_image("mnist-cnn", io, sc, x, 6);
    x = asy__arch_after_conv(sc, o, 1, asy__arch_conv3(sc, "conv1", x, 32, 0));
    x = asy__arch_after_conv_pool(sc, o, 2, asy__arch_conv3(sc, "conv2", x, 64, 0));
    x = asy__arch_after_linear(sc, o, 1, asy__arch_linear(sc, "fc1", asy__arch_flatten(sc, x), 128));
    asy_scope_tap(sc, "features", x);
    return asy__arch_linear(sc, "fc2", x, io->classes);
}

const asy_arch asy_arch_mnist_cnn = {
    .m = { .name = "mnist-cnn",
           .summary = "the convolutional net of most toolkits' MNIST examples",
           .revision = 1,
           .cite = "LeCun et al. 1998, Proc. IEEE 86(11)",
           .doc = "conv 32 3×3, relu, conv 64 3×3, relu, pool 2, fc 128, relu, fc classes; convolutions "
                  "without padding. 1 199 882 weights and 24 MFLOP forward on 28×28 with 10 classes. "
                  "Weights and biases start uniform in ±1/sqrt(inputs of a unit).",
           .example = "model: mnist-cnn",
           ASY_PARAMS(params) },
    .emit = emit,
};
