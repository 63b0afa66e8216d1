// SPDX-License-Identifier: GPL-3.0-or-later
/* A transformer over symbols, with the norm before each branch. */
#include "_norm.h"
#include "graph/nn.h"
#include <stdio.h>

enum { MAX_DEPTH = 48, MAX_WIDTH = 8192, NAME = 64 };

typedef struct {
    int64_t depth, width, heads, mlp;
    double dropout;
    bool causal, tied;
} par;

static const asy_param params[] = {
    ASY_PARAM_I64(depth, "4", 1, MAX_DEPTH, "blocks"),
    ASY_PARAM_I64(width, "128", 1, MAX_WIDTH, "features of a symbol"),
    ASY_PARAM_I64(heads, "4", 1, 256, "of the attention; the width must divide into them"),
    ASY_PARAM_I64(mlp, "4", 1, 64, "hidden units of a block's second branch, in widths"),
    ASY_PARAM_F64(dropout, "0", 0, 1, "share of units set to 0 in training, at the input and behind each branch",
                  .flags = ASY_HI_OPEN),
    ASY_PARAM_BOOL(causal, "true", "a place sees itself and those before it; false: all places"),
    ASY_PARAM_BOOL(tied, "true", "scores are products with the table that symbols are looked up in"),
    ASY_PARAM_END
};

static void check(const void *vp, const void *shared, asy_site *site)
{
    const par *p = vp;

    (void)shared;
    if (p->width % p->heads == 0)
        return;
    asy_diag_add(asy_site_diag(site), "E0207", asy_site_loc(site, "heads"),
                 "a width of %lld does not divide into %lld heads", (long long)p->width, (long long)p->heads);
}

static asy_val weight(asy_scope *sc, const char *layer, const char *what, asy_shape s, asy_init init)
{
    char name[NAME];

    (void)snprintf(name, sizeof name, "%s.%s", layer, what);
    return asy_scope_weight(sc, name, s, init, 0);
}

/* x [T,K] → [T,out] */
static asy_val dense(asy_scope *sc, const char *name, asy_val x, int64_t out)
{
    asy_graph *g = asy_scope_graph(sc);
    int64_t k = asy_val_type(g, x).shape.d[1];

    return asy_linear(g, x, weight(sc, name, "weight", ASY_SHAPE(out, k), ASY_INIT_SMALL),
                      weight(sc, name, "bias", ASY_SHAPE(out), ASY_INIT_ZERO));
}

static asy_val attention(asy_scope *sc, const par *p, int layer, asy_val x)
{
    asy_graph *g = asy_scope_graph(sc);
    asy_val part[3];
    char name[NAME];

    (void)snprintf(name, sizeof name, "block%d/norm1", layer);
    x = asy__arch_norm(sc, name, x, ASY__NORM_LAYER, 1);
    (void)snprintf(name, sizeof name, "block%d/qkv", layer);
    asy_split(g, dense(sc, name, x, 3 * p->width), 1, 3, part);
    x = asy_attention(g, part[0], part[1], part[2], p->heads, p->causal);
    (void)snprintf(name, sizeof name, "block%d/proj", layer);
    x = dense(sc, name, x, p->width);
    (void)snprintf(name, sizeof name, "block%d/dropout1", layer);
    return asy_scope_dropout(sc, name, x, p->dropout);
}

static asy_val mlp(asy_scope *sc, const par *p, int layer, asy_val x)
{
    asy_graph *g = asy_scope_graph(sc);
    char name[NAME];

    (void)snprintf(name, sizeof name, "block%d/norm2", layer);
    x = asy__arch_norm(sc, name, x, ASY__NORM_LAYER, 1);
    (void)snprintf(name, sizeof name, "block%d/fc1", layer);
    x = asy_gelu(g, dense(sc, name, x, p->mlp * p->width));
    (void)snprintf(name, sizeof name, "block%d/fc2", layer);
    x = dense(sc, name, x, p->width);
    (void)snprintf(name, sizeof name, "block%d/dropout2", layer);
    return asy_scope_dropout(sc, name, x, p->dropout);
}

/* With an answer a row: of the last place, which alone has seen all of a causal row, else of the mean. */
static asy_val answers(asy_scope *sc, const par *p, const asy_arch_io *io, asy_val table, asy_val x)
{
    asy_graph *g = asy_scope_graph(sc);
    asy_val w;

    if (io->targets == 0 && p->causal)
        x = asy_reshape(g, asy_slice(g, x, 0, io->in.d[0] - 1, 1), ASY_SHAPE(p->width));
    else if (io->targets == 0)
        x = asy_mean_axes(g, x, 1u << 0);
    asy_scope_tap(sc, "features", x);
    if (!p->tied)
        w = weight(sc, "head", "weight", ASY_SHAPE(io->classes, p->width), ASY_INIT_SMALL);
    else if (io->classes == io->symbols)
        w = io->hidden > 0 ? asy_slice(g, table, 0, 0, io->symbols) : table;
    else
        return asy_graph_fail(g, "`tied: true` scores the %lld symbols; the labels have %lld classes",
                              (long long)io->symbols, (long long)io->classes);
    return asy_linear(g, x, w, (asy_val){ 0 });
}

static asy_val emit(const void *vp, const asy_arch_io *io, asy_scope *sc, asy_val x)
{
    const par *p = vp;
    asy_graph *g = asy_scope_graph(sc);
    asy_val table = weight(sc, "symbol", "weight", ASY_SHAPE(io->symbols + (io->hidden > 0), p->width),
                           ASY_INIT_SMALL),
            place = weight(sc, "place", "weight", ASY_SHAPE(io->in.d[0], p->width), ASY_INIT_SMALL);

    x = asy_add(g, asy_embedding(g, table, x), place);
    x = asy_scope_dropout(sc, "dropout", x, p->dropout);
    for (int i = 1; i <= p->depth; i++) {
        x = asy_add(g, x, attention(sc, p, i, x));
        x = asy_add(g, x, mlp(sc, p, i, x));
    }
    return answers(sc, p, io, table, asy__arch_norm(sc, "norm", x, ASY__NORM_LAYER, 1));
}

const asy_arch asy_arch_text_transformer = {
    .m = { .name = "text-transformer",
           .summary = "a transformer over symbols, causal or masked",
           .revision = 1,
           .cite = "Vaswani et al. 2017, arXiv:1706.03762; Radford et al. 2019 (norm before each branch); Devlin "
                   "et al. 2019, arXiv:1810.04805 (masked)",
           .doc = "Symbols and places are looked up in symbol.weight and place.weight; then `depth` blocks x + "
                  "proj(attention(qkv(norm1 x))), x + fc2(gelu(fc1(norm2 x))), a norm, and scores by symbol.weight "
                  "(or head.weight, with `tied: false`). `data: {target: each}` trains it to give the character "
                  "behind every place, `target: next` the one behind the row, `target: masked` (with `causal: "
                  "false`) those that are hidden from it: 15 % of each row's places, of which 80 % become a symbol "
                  "of their own, 10 % any, 10 % stay. A sample's loss is the mean over its labels that count. "
                  "Weights start normal with deviation 0.02, biases at 0.",
           .pitfalls = "With `target: each` and `causal: false` the answers can be read off the input. There is no "
                       "gradient with respect to symbols: attacks that need one are refused.",
           .example = "model: {arch: text-transformer, depth: 4, width: 128, heads: 4}",
           .check = check,
           ASY_PARAMS(params) },
    .emit = emit,
    .takes_symbols = true,
    .lacks = ASY_NEED_GRAD,
};
