// SPDX-License-Identifier: GPL-3.0-or-later
/* From the rows of a loss to the gradient that the optimiser gets. */
#ifndef ASY_METHOD_ESTIMATOR_H
#define ASY_METHOD_ESTIMATOR_H
#include "../graph/graph.h"
#include "method.h"
typedef struct {
    asy_method m;
    unsigned needs_loss;            /* ASY_LOSS_DECOMPOSES, or 0 */
    bool mean;                      /* a lot's gradient is the mean of its pieces', by their rows */
    /* Writes the gradient into the graph: out[i] batch, weight i's shape. loss: batch []; rows: row [] or
     * {0}. */
    void (*emit)(const void *params, asy_graph *, asy_val loss, asy_val rows, int n, const asy_val w[],
                 asy_val out[]);
} asy_estimator;
extern const asy_spot asy_spot_estimator;
extern const asy_kind asy_kind_estimator;
#endif
