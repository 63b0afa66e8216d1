// SPDX-License-Identifier: GPL-3.0-or-later
/* The everyday net of examples and tests. */
#include "_options.h"

typedef struct {
    int64_t width;
    asy__options o;
} par;

static const asy_param params[] = {
    ASY_PARAM_I64(width, "16", 1, 1024, "channels of the first convolution; the second has twice as many"),
    ASY__CNN_OPTIONS(o, "8"),
    ASY_PARAM_END
};

static asy_val emit(const void *vp, const asy_arch_io *io, asy_scope *sc, asy_val x)
{
    const par *p = vp;
    const asy__options *o = &p->o;

    x = asy__arch_image("cnn-small", io, sc, x, 4);
    x = asy__arch_after_conv_pool(sc, o, 1, asy__arch_conv3(sc, "conv1", x, p->width, 1));
    x = asy__arch_after_conv_pool(sc, o, 2, asy__arch_conv3(sc, "conv2", x, 2 * p->width, 1));
    x = asy__arch_after_linear(sc, o, 1, asy__arch_linear(sc, "fc1", asy__arch_flatten(sc, x), 128));
    asy_scope_tap(sc, "features", x);
    return asy__arch_linear(sc, "fc2", x, io->classes);
}

const asy_arch asy_arch_cnn_small = {
    .m = { .name = "cnn-small",
           .summary = "two convolutions and two linear layers",
           .revision = 1,
           .cite = "LeCun et al. 1998, Proc. IEEE 86(11)",
           .doc = "conv w 3×3 same, relu, pool 2, conv 2w 3×3 same, relu, pool 2, fc 128, relu, fc "
                  "classes; w is `width`. About 2.4 MFLOP forward on 28×28. Weights and biases start "
                  "uniform in ±1/sqrt(inputs of a unit).",
           .example = "model: {arch: cnn-small, width: 32}",
           ASY_PARAMS(params) },
    .emit = emit,
};
