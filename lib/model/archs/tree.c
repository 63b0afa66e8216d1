// SPDX-License-Identifier: GPL-3.0-or-later
/* One classification tree. */
#include "_trees.h"

typedef struct { asy__cart_par cart; } par;

static const asy_param params[] = { ASY__CART_ROWS("all"), ASY_PARAM_END };

static asy_status put_facts(asy_sink *sink, const asy__grown *t)
{
    if (!sink) return ASY_OK;
    ASY_TRY(asy_put(sink, "nodes", (double)t->nodes));
    ASY_TRY(asy_put(sink, "leaves", (double)t->leaves));
    return asy_put(sink, "depth", (double)t->depth);
}

static asy_status fit(const void *vp, const asy_arch_fit *in, asy_state *out)
{
    const par *p = vp;
    asy_arena *tmp = asy_arena_new(0);
    asy__table table;
    asy__grown grown;
    asy_status s = asy__table_new(&table, tmp, in, p->cart.criterion);
    if (s == ASY_OK)
        s = asy__cart_grow(&grown, tmp, &table, &p->cart, NULL, asy_rng_part(in->seed, "features"), in->pool);
    if (s == ASY_OK) s = asy__trees_state(in->arena, in->io->classes, 1, &grown, out);
    if (s == ASY_OK) s = put_facts(in->sink, &grown);
    asy_arena_free(tmp);
    return s;
}

const asy_arch asy_arch_tree = {
    .m = { .name = "tree",
           .summary = "a classification tree (CART)",
           .revision = 1,
           .cite = "Breiman, Friedman, Olshen, Stone 1984, Classification and Regression Trees",
           .doc = "Grown greedily: a node is split where the mean impurity of the two sides, by their rows, is "
                  "smallest; x <= threshold goes left. Thresholds lie in the middle of two neighbouring "
                  "values. Equal splits: the lowest feature, then the lowest threshold (Gini gains are compared "
                  "exactly). A node that is not pure is split even where nothing is gained at once. A leaf's "
                  "scores are the logarithms of its rows' shares. Without a graph: `train` takes nothing.",
           .pitfalls = "A class that a leaf never saw has share 0; its logarithm counts as -87.3 (the "
                       "smallest normal float), so that the cross-entropy of a deep tree says little. There are no "
                       "gradients: attacks that need them are refused.",
           .example = "model: {arch: tree, max_depth: 8}",
           ASY_PARAMS(params) },
    .fit = fit, .open = asy__trees_open, .predict = asy__trees_predict, .procedure = "at-once",
};
