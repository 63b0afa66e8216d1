// SPDX-License-Identifier: GPL-3.0-or-later
/* The ordinary gradient of the loss. */
#include "assay.h"

static void emit(const void *vp, asy_graph *g, asy_val loss, asy_val rows, int n, const asy_val w[],
                 asy_val out[])
{
    (void)vp, (void)rows;
    asy_grad(g, loss, n, w, out);
}

const asy_estimator asy_estimator_plain = {
    .m = { .name = "plain",
           .summary = "the gradient of the batch's loss",
           .revision = 1,
           .cite = "Robbins, Monro 1951, Ann. Math. Stat. 22(3)",
           .doc = "No clipping, no noise: the gradient of the loss of the batch.",
           .example = "estimator: plain" },
    .mean = true,
    .emit = emit,
};
