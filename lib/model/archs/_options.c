// SPDX-License-Identifier: GPL-3.0-or-later
#include "_options.h"
#include "graph/nn.h"
#include <stdio.h>

enum { NAME = 24 };
enum { RELU, TANH, SIGMOID, GELU, SILU, ELU, LEAKY_RELU, SOFTPLUS };
const char *const asy__activation_words[] = { "relu", "tanh",       "sigmoid",  "gelu", "silu",
                                              "elu",  "leaky-relu", "softplus", NULL };
static const double slope = 0.01;

asy_val asy__arch_activation(asy_scope *sc, int64_t activation, asy_val x)
{
    asy_graph *g = asy_scope_graph(sc);

    switch (activation) {
    case TANH: return asy_tanh(g, x);
    case SIGMOID: return asy_sigmoid(g, x);
    case GELU: return asy_gelu(g, x);
    case SILU: return asy_silu(g, x);
    case ELU: return asy_elu(g, x);
    case LEAKY_RELU: return asy_leaky_relu(g, x, slope);
    case SOFTPLUS: return asy_softplus(g, x);
    default: return asy_relu(g, x);
    }
}

static asy_val norm(asy_scope *sc, const asy__options *o, int k, asy_val x)
{
    char name[NAME];

    (void)snprintf(name, sizeof name, "norm%d", k);
    return asy__arch_norm(sc, name, x, (asy__norm)o->norm, o->groups);
}

asy_val asy__arch_dropout(asy_scope *sc, const asy__options *o, int k, asy_val x)
{
    char name[NAME];

    (void)snprintf(name, sizeof name, "dropout%d", k);
    return asy_scope_dropout(sc, name, x, o->dropout);
}

asy_val asy__arch_after_conv(asy_scope *sc, const asy__options *o, int k, asy_val x)
{
    return asy__arch_activation(sc, o->activation, norm(sc, o, k, x));
}

asy_val asy__arch_after_conv_pool(asy_scope *sc, const asy__options *o, int k, asy_val x)
{
    bool falls = o->activation == GELU || o->activation == SILU;

    x = norm(sc, o, k, x);
    if (falls) return asy__arch_pool2(sc, asy__arch_activation(sc, o->activation, x));
    return asy__arch_activation(sc, o->activation, asy__arch_pool2(sc, x));
}

asy_val asy__arch_after_linear(asy_scope *sc, const asy__options *o, int k, asy_val x)
{
    return asy__arch_dropout(sc, o, k, asy__arch_activation(sc, o->activation, x));
}
