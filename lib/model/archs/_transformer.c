// SPDX-License-Identifier: GPL-3.0-or-later
#include "_transformer.h"
#include "graph/nn.h"
#include <math.h>
#include <stdio.h>

enum { NAME = 64 };

asy_val asy__arch_dense(asy_scope *sc, const char *name, asy_val x, int64_t out)
{
    asy_graph *g = asy_scope_graph(sc);
    asy_shape s = asy_val_type(g, x).shape;
    char text[NAME];
    asy_val w, b;

    if (!x.id) return x;
    (void)snprintf(text, sizeof text, "%s.weight", name);
    w = asy_scope_weight(sc, text, ASY_SHAPE(out, s.d[s.n - 1]), ASY_INIT_SMALL, 0);
    (void)snprintf(text, sizeof text, "%s.bias", name);
    b = asy_scope_weight(sc, text, ASY_SHAPE(out), ASY_INIT_ZERO, 0);
    return asy_linear(g, x, w, b);
}

static asy_val norm(asy_scope *sc, const char *block, const char *layer, asy_val x)
{
    char name[NAME];

    (void)snprintf(name, sizeof name, "%s/%s", block, layer);
    return asy__arch_norm(sc, name, x, ASY__NORM_LAYER, 1);
}

static asy_val dense(asy_scope *sc, const char *block, const char *layer, asy_val x, int64_t out)
{
    char name[NAME];

    (void)snprintf(name, sizeof name, "%s/%s", block, layer);
    return asy__arch_dense(sc, name, x, out);
}

static asy_val dropout(asy_scope *sc, const char *block, const char *what, asy_val x, double rate)
{
    char name[NAME];

    (void)snprintf(name, sizeof name, "%s/%s", block, what);
    return asy_scope_dropout(sc, name, x, rate);
}

/* [T,D] → [heads,T,D/heads] */
static asy_val to_heads(asy_graph *g, asy_val x, int64_t t, int64_t d, int64_t heads)
{
    return asy_transpose(g, asy_reshape(g, x, ASY_SHAPE(t, heads, d / heads)), (int[]){ 1, 0, 2 });
}

/* asy_attention with its weights dropped at random. */
static asy_val attend(asy_scope *sc, const char *block, const asy__block *b, const asy_val qkv[3])
{
    asy_graph *g = asy_scope_graph(sc);
    asy_shape s = asy_val_type(g, qkv[0]).shape;
    int64_t t = s.d[0], d = s.d[1], h = b->heads;
    asy_val z;

    if (b->attention_dropout == 0 || !qkv[0].id)
        return asy_attention(g, qkv[0], qkv[1], qkv[2], h, b->causal);
    z = asy_matmul(g, to_heads(g, qkv[0], t, d, h), to_heads(g, qkv[1], t, d, h), false, true);
    z = asy_affine(g, z, 1 / sqrt((double)(d / h)), 0);
    z = b->causal ? asy_softmax_masked(g, z, asy_expand_lead(g, asy_causal_mask(g, t, t), ASY_SHAPE(h, t, t)))
                  : asy_softmax(g, z);
    z = dropout(sc, block, "attention_dropout", z, b->attention_dropout);
    z = asy_matmul(g, z, to_heads(g, qkv[2], t, d, h), false, false);
    return asy_reshape(g, asy_transpose(g, z, (int[]){ 1, 0, 2 }), s);
}

asy_val asy__arch_block(asy_scope *sc, const char *name, const asy__block *b, asy_val x)
{
    asy_graph *g = asy_scope_graph(sc);
    asy_shape s = asy_val_type(g, x).shape;
    asy_val qkv[3], y;

    if (!x.id) return x;
    if (s.n != 2 || s.d[1] % b->heads != 0)
        return asy_graph_fail(g, "`%s`: a width of %lld does not divide into %lld heads", name,
                              (long long)s.d[s.n - 1], (long long)b->heads);
    asy_split(g, dense(sc, name, "qkv", norm(sc, name, "norm1", x), 3 * s.d[1]), 1, 3, qkv);
    y = dense(sc, name, "proj", attend(sc, name, b, qkv), s.d[1]);
    x = asy_add(g, x, dropout(sc, name, "dropout1", y, b->dropout));
    y = asy_gelu(g, dense(sc, name, "fc1", norm(sc, name, "norm2", x), b->hidden));
    y = dense(sc, name, "fc2", y, s.d[1]);
    return asy_add(g, x, dropout(sc, name, "dropout2", y, b->dropout));
}
