// SPDX-License-Identifier: GPL-3.0-or-later
/* Growing of classification trees (Breiman, Friedman, Olshen, Stone 1984).
 *
 * Exact: every cut between two neighbouring values of every feature that is looked at is tried. Features are
 * coded once a table (a value becomes its place among the feature's distinct values), so that a node is
 * searched by counting or by sorting small integers; both see the same cuts in the same order. */
#ifndef ASY_MODEL_ARCHS_CART_H
#define ASY_MODEL_ARCHS_CART_H
#include "assay.h"

enum { ASY__GINI, ASY__ENTROPY };
/* Rows above which a Gini gain would no longer be compared exactly in 64 bits. */
enum { ASY__CART_ROWS = 1 << 21 };

typedef struct {
    int64_t n, dim, classes;
    const int32_t *y;
    uint32_t *code;         /* [dim, n] */
    uint32_t *distinct;     /* [dim]: how many values a feature has */
    float **value;          /* [dim]: those values, ascending */
    uint32_t most;          /* the largest of `distinct` */
    double *xlogx;          /* [n + 1]: i log i; NULL for Gini */
} asy__table;
asy_status asy__table_new(asy__table *, asy_arena *, const asy_arch_fit *, int64_t criterion) ASY_CHECKED;

/* What tree and forest have in common, as their specs say it. */
typedef struct {
    int64_t criterion, max_depth, min_samples_split, min_samples_leaf, max_features, max_leaf_nodes;
} asy__cart_par;
enum { ASY__FEATURES_ALL = 0, ASY__FEATURES_SQRT = -1, ASY__FEATURES_LOG2 = -2 };

/* A grown tree, nodes in preorder: a node's left child stands behind it, `right` says where the other one
 * stands. A leaf has feature −1; its class counts are a row of `count`, in the order of the leaves. */
typedef struct {
    int64_t nodes, leaves, depth;
    int32_t *feature, *right, *count;
    float *threshold;       /* x ≤ threshold goes left */
} asy__grown;
/* copies [n]: how often each row counts, n in all at most; NULL: once. features: the stream of max_features. */
asy_status asy__cart_grow(asy__grown *, asy_arena *, const asy__table *, const asy__cart_par *,
                          const uint32_t *copies, asy_rng features, asy_pool *) ASY_CHECKED;
extern const char *const asy__criteria[], *const asy__no_limit[], *const asy__feature_words[];
/* −1, 0, 1: a/b against c/d, exactly; b and d are not 0. */
int asy__fraction_compare(uint64_t a, uint64_t b, uint64_t c, uint64_t d);
#endif
