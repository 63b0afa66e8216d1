// SPDX-License-Identifier: GPL-3.0-or-later
/* Square error of the scores against the one-hot label (the Brier loss without a soft-max). */
#include "assay.h"

static asy_val emit(const void *params, const asy_loss_in *in, asy_val *rows)
{
    asy_graph *g = asy_scope_graph(in->scope);
    int64_t k = asy_val_type(g, in->logits).shape.d[0];
    asy_val d = asy_sub(g, in->logits, asy_onehot(g, in->labels, k));

    (void)params;
    *rows = asy_affine(g, asy_sum(g, asy_mul(g, d, d)), 1.0 / (double)(k > 0 ? k : 1), 0);
    return asy_div(g, asy_batch_sum(g, *rows), asy_rows(g));
}

const asy_loss asy_loss_mse = {
    .m = { .name = "mse",
           .summary = "mean square of scores minus one-hot labels",
           .revision = 1,
           .cite = "Hui, Belkin 2021, arXiv:2006.07322",
           .doc = "A row's loss is the mean over classes of (z_k - [k = y])²; no soft-max stands between.",
           .example = "loss: mse" },
    .flags = ASY_LOSS_DECOMPOSES,
    .emit = emit,
};
