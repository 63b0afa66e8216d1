// SPDX-License-Identifier: GPL-3.0-or-later
/* One linear layer on the flattened input: multinomial logistic regression. */
#include "_layers.h"

static asy_val emit(const void *vp, const asy_arch_io *io, asy_scope *sc, asy_val x)
{
    (void)vp;
    x = asy_reshape(asy_scope_graph(sc), x, ASY_SHAPE(asy_shape_count(&io->in)));
    asy_scope_tap(sc, "features", x);
    return asy__arch_linear(sc, "fc1", x, io->classes);
}

const asy_arch asy_arch_linear = {
    .m = { .name = "linear",
           .summary = "one linear layer on the flattened input",
           .revision = 1,
           .cite = "Cox 1958, J. R. Stat. Soc. B 20(2)",
           .doc = "Multinomial logistic regression: z = W x + b, x flattened in channel, row, column "
                  "order. Weights start uniform in ±1/sqrt(inputs).",
           .example = "model: linear" },
    .emit = emit,
};
