// SPDX-License-Identifier: GPL-3.0-or-later
/* Fully connected layers with one activation between them. */
#include "_options.h"
#include <math.h>
#include <stdio.h>

enum { MAX_LAYERS = 16, MAX_WIDTH = 65536 };

typedef struct {
    asy_f64s hidden;
    asy__options o;
} par;

static const asy_param params[] = {
    ASY_PARAM_F64S(hidden, "[256]", 1, MAX_WIDTH, "units of each hidden layer, first to last",
                   .flags = ASY_SCALAR_OK),
    ASY__ACTIVATION(o, "between the layers"),
    ASY__NORM(o, "none", "before each activation"),
    ASY__GROUPS(o, "8"),
    ASY__DROPOUT(o, "share of units set to 0 in training, after each activation"),
    ASY_PARAM_END
};

static void check(const void *vp, const void *shared, asy_site *site)
{
    const par *p = vp;

    (void)shared;
    if (p->hidden.n > MAX_LAYERS)
        asy_diag_add(asy_site_diag(site), "E0205", asy_site_loc(site, "hidden"),
                     "`hidden` has %d layers, more than %d", p->hidden.n, MAX_LAYERS);
    for (int i = 0; i < p->hidden.n; i++)
        if (floor(p->hidden.v[i]) != p->hidden.v[i])
            asy_diag_add(asy_site_diag(site), "E0202", asy_site_loc(site, "hidden"),
                         "`hidden` takes whole numbers, not %g", p->hidden.v[i]);
}

static asy_val emit(const void *vp, const asy_arch_io *io, asy_scope *sc, asy_val x)
{
    const par *p = vp;
    asy_graph *g = asy_scope_graph(sc);
    char name[24];

    x = asy_reshape(g, x, ASY_SHAPE(asy_shape_count(&io->in)));
    for (int i = 0; i < p->hidden.n; i++) {
        (void)snprintf(name, sizeof name, "fc%d", i + 1);
        x = asy__arch_linear(sc, name, x, (int64_t)p->hidden.v[i]);
        x = asy__arch_after_conv(sc, &p->o, i + 1, x);
        x = asy__arch_dropout(sc, &p->o, i + 1, x);
    }
    asy_scope_tap(sc, "features", x);
    (void)snprintf(name, sizeof name, "fc%d", p->hidden.n + 1);
    return asy__arch_linear(sc, name, x, io->classes);
}

const asy_arch asy_arch_mlp = {
    .m = { .name = "mlp",
           .summary = "fully connected layers",
           .revision = 1,
           .cite = "Rumelhart, Hinton, Williams 1986, Nature 323",
           .doc = "The input is flattened in channel, row, column order. Layers are called fc1, fc2, …; "
                  "the last one gives the scores. Weights and biases start uniform in ±1/sqrt(inputs of "
                  "the layer).",
           .example = "model: {arch: mlp, hidden: [256, 128], activation: tanh}",
           .check = check,
           ASY_PARAMS(params) },
    .emit = emit,
};
