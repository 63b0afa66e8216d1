// SPDX-License-Identifier: GPL-3.0-or-later
/* Trees side by side, as files hold them and predictions read them: what `tree` and `forest` share. */
#ifndef ASY_MODEL_ARCHS_TREES_H
#define ASY_MODEL_ARCHS_TREES_H
#include "_cart.h"

/* The state's tensors: `first` i32 [trees + 1], where each tree's nodes begin; `feature` i32, `threshold` f32,
 * `right` i32 [nodes], as in asy__grown; `count` i32 [leaves, classes]. */
asy_status asy__trees_state(asy_arena *, int64_t classes, int64_t n, const asy__grown[], asy_state *) ASY_CHECKED;

typedef struct {
    int64_t n, classes, dim;
    const int32_t *first, *feature, *right;
    const float *threshold;
    const int32_t *leaf;    /* [nodes]: place of a leaf's row in `p` */
    const double *p;        /* [leaves, classes]: shares of the leaf's rows */
} asy__trees;
/* As asy_arch.open and asy_arch.predict: the mean of the trees' shares, in their order. */
asy_status asy__trees_open(const void *params, const asy_arch_io *, const asy_state *, asy_arena *,
                           const void **trees) ASY_CHECKED;
asy_status asy__trees_predict(const void *params, const void *trees, int64_t rows, const float *x, double *p,
                              asy_arena *) ASY_CHECKED;
/* The shares [classes] that tree t gives a row x [dim]. */
const double *asy__trees_walk(const asy__trees *, int64_t t, const float *x);

/* The rows of both parameter tables; `par` holds an asy__cart_par called `cart`. */
#define ASY__CART_ROW(k) .key = #k, .off = offsetof(par, cart.k)
#define ASY__CART_ROWS(features)                                                                              \
    { ASY__CART_ROW(criterion), .type = ASY_P_ENUM, .def = "gini", .choices = asy__criteria,                 \
      .help = "what a split makes smaller" },                                                                 \
    { ASY__CART_ROW(max_depth), .type = ASY_P_I64, .def = "none", .lo = 1, .hi = 1e6,                        \
      .choices = asy__no_limit, .help = "splits on the way to a leaf, at most" },                            \
    { ASY__CART_ROW(min_samples_split), .type = ASY_P_I64, .def = "2", .lo = 2, .hi = 1e9,                   \
      .help = "rows that a node must have to be split" },                                                    \
    { ASY__CART_ROW(min_samples_leaf), .type = ASY_P_I64, .def = "1", .lo = 1, .hi = 1e9,                    \
      .help = "rows that each side of a split must have" },                                                  \
    { ASY__CART_ROW(max_features), .type = ASY_P_I64, .def = features, .lo = 1, .hi = 1e9,                   \
      .choices = asy__feature_words, .help = "features that a node looks at, drawn at random" },             \
    { ASY__CART_ROW(max_leaf_nodes), .type = ASY_P_I64, .def = "none", .lo = 2, .hi = 1e9,                   \
      .choices = asy__no_limit, .help = "leaves at most; the split that gains most comes first" }
#endif
