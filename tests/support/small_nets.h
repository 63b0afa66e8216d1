// SPDX-License-Identifier: GPL-3.0-or-later
/* Small nets, one for each way in which a weight meets a row, with a loss for each row: what per-sample and
 * clipped gradients are held to. Weights and inputs are drawn once, as float32 numbers, and bound in the
 * graph's type. Checks inside are the runner's. */
#ifndef ASY_TESTS_SUPPORT_SMALL_NETS_H
#define ASY_TESTS_SUPPORT_SMALL_NETS_H
#include "model/scope.h"

enum { ASY_NET_ROWS = 21, ASY_NET_IN = 4, ASY_NET_WEIGHTS = 12 };
typedef struct {
    asy_arena *arena;
    asy_graph *g;
    asy_scope *scope;
    int n_in, n_w;
    asy_val x, index, scale;    /* row inputs: numbers, i32 tokens, [] that multiplies a row's loss */
    asy_val w[ASY_NET_WEIGHTS];
    asy_val rows;               /* the loss of each row */
    int n_bind;
    asy_bind bind[ASY_NET_IN + ASY_NET_WEIGHTS];
    size_t row_bytes[ASY_NET_IN + ASY_NET_WEIGHTS]; /* 0: batch */
} asy_net;
typedef struct {
    const char *name;
    asy_val (*loss)(asy_net *);
} asy_net_kind;
extern const asy_net_kind asy_net_kinds[]; /* name NULL ends it */
int asy_net_count(void);

void asy_net_begin(asy_net *, const asy_net_kind *, asy_dtype real);
void asy_net_end(asy_net *);
/* Element k of a bound real input or weight of row `row` (0 for weights), to be set between runs. */
void asy_net_put(asy_net *, asy_val, int64_t row, int64_t k, double value);
/* Binds for the rows from `first` on. */
void asy_net_bind(const asy_net *, int64_t first, asy_bind out[]);
/* Runs a plan of its own; results are copied into the net's arena. */
void asy_net_run(const asy_net *, int n, const asy_val out[], int64_t capacity, int64_t rows, int64_t first,
                 const asy_backend *, asy_pool *, asy_tensor got[]);
double asy_net_get(const asy_tensor *, int64_t k);
#endif
