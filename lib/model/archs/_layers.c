// SPDX-License-Identifier: GPL-3.0-or-later
#include "_layers.h"
#include <stdio.h>

enum { NAME = 64 };

static asy_val weight(asy_scope *sc, const char *layer, const char *what, asy_shape shape, int64_t fan_in,
                      asy_init init)
{
    char name[NAME];

    (void)snprintf(name, sizeof name, "%s.%s", layer, what);
    return asy_scope_weight(sc, name, shape, init, fan_in);
}

asy_val asy__arch_linear(asy_scope *sc, const char *name, asy_val x, int64_t out)
{
    asy_graph *g = asy_scope_graph(sc);
    asy_shape in = asy_val_type(g, x).shape;
    int64_t k = asy_shape_count(&in);
    asy_val w = weight(sc, name, "weight", ASY_SHAPE(out, k), k, ASY_INIT_FAN_IN),
            b = weight(sc, name, "bias", ASY_SHAPE(out), k, ASY_INIT_FAN_IN);

    return asy_linear(g, x, w, b);
}

asy_val asy__arch_convolve(asy_scope *sc, const char *name, asy_val x, const asy__conv_layer *l)
{
    asy_graph *g = asy_scope_graph(sc);
    int64_t in = asy_val_type(g, x).shape.d[2], fan_in = l->k * l->k * in;
    asy_val w, b = { 0 };

    if (!x.id)
        return x;
    w = weight(sc, name, "weight", ASY_SHAPE(l->out, in, l->k, l->k), fan_in, l->init);
    if (!l->bare)
        b = weight(sc, name, "bias", ASY_SHAPE(l->out), fan_in, ASY_INIT_FAN_IN);
    return asy_conv2d(g, x, w, b,
                      &(asy_conv){ .stride = { l->stride, l->stride }, .pad = { l->pad, l->pad } });
}

asy_val asy__arch_conv(asy_scope *sc, const char *name, asy_val x, int64_t out, int64_t k, int64_t stride,
                       int64_t pad)
{
    return asy__arch_convolve(sc, name, x,
                              &(asy__conv_layer){ out, k, stride, pad, .init = ASY_INIT_FAN_IN });
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

asy_val asy__arch_pool2(asy_scope *sc, asy_val x)
{
    asy_val pooled[2];

    asy_max_pool(asy_scope_graph(sc), x, &(asy_window){ .size = { 2, 2 }, .stride = { 2, 2 } }, pooled);
    return pooled[0];
}

asy_val asy__arch_flatten(asy_scope *sc, asy_val x)
{
    asy_graph *g = asy_scope_graph(sc);
    asy_shape s = asy_val_type(g, x).shape;

    return asy_reshape(g, asy_to_chw(g, x), ASY_SHAPE(asy_shape_count(&s)));
}
