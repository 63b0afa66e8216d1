// SPDX-License-Identifier: GPL-3.0-or-later
#include "_layers.h"
#include <stdio.h>

enum { NAME = 32 };

static asy_val weight(asy_scope *sc, const char *layer, const char *what, asy_shape shape, int64_t fan_in)
{
    char name[NAME];

    (void)snprintf(name, sizeof name, "%s.%s", layer, what);
    return asy_scope_weight(sc, name, shape, ASY_INIT_FAN_IN, fan_in);
}

asy_val asy__arch_linear(asy_scope *sc, const char *name, asy_val x, int64_t out)
{
    asy_graph *g = asy_scope_graph(sc);
    asy_shape in = asy_val_type(g, x).shape;
    int64_t k = asy_shape_count(&in);
    asy_val w = weight(sc, name, "weight", ASY_SHAPE(out, k), k),
            b = weight(sc, name, "bias", ASY_SHAPE(out), k);

    return asy_linear(g, x, w, b);
}

asy_val asy__arch_conv(asy_scope *sc, const char *name, asy_val x, int64_t out, int64_t k, int64_t stride,
                       int64_t pad)
{
    asy_graph *g = asy_scope_graph(sc);
    int64_t in = asy_val_type(g, x).shape.d[2];
    asy_val w = weight(sc, name, "weight", ASY_SHAPE(out, in, k, k), k * k * in),
            b = weight(sc, name, "bias", ASY_SHAPE(out), k * k * in);

    return asy_conv2d(g, x, w, b, &(asy_conv){ .stride = { stride, stride }, .pad = { pad, pad } });
}

asy_val asy__arch_conv3(asy_scope *sc, const char *name, asy_val x, int64_t out, int64_t pad)
{
    return asy__arch_conv(sc, name, x, out, 3, 1, pad);
}

asy_val asy__arch_image(const char *arch, const asy_arch_io *io, asy_scope *sc, asy_val x, int64_t least)
{
    asy_graph *g = asy_scope_graph(sc);

    if (io->in.n != 3)
        return asy_graph_fail(
            g, "`%s` takes images [C,H,W]; the data are flat (`mlp` and `linear` take these)", arch);
    if (io->in.d[1] < least || io->in.d[2] < least)
        return asy_graph_fail(g, "`%s` takes images of at least %lld×%lld, not %lld×%lld", arch,
                              (long long)least, (long long)least, (long long)io->in.d[1],
                              (long long)io->in.d[2]);
    return asy_from_chw(g, x);
}

asy_val asy__arch_pool_relu(asy_scope *sc, asy_val x)
{
    asy_graph *g = asy_scope_graph(sc);
    asy_val pooled[2];

    asy_max_pool(g, x, &(asy_window){ .size = { 2, 2 }, .stride = { 2, 2 } }, pooled);
    return asy_relu(g, pooled[0]);
}

asy_val asy__arch_flatten(asy_scope *sc, asy_val x)
{
    asy_graph *g = asy_scope_graph(sc);
    asy_shape s = asy_val_type(g, x).shape;

    return asy_reshape(g, asy_to_chw(g, x), ASY_SHAPE(asy_shape_count(&s)));
}
