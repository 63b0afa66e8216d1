// SPDX-License-Identifier: GPL-3.0-or-later
/* Square error of the scores against the one-hot label (the Brier loss without a soft-max). */
#include "_rows.h"

static asy_val emit(const void *params, const asy_loss_in *in, asy_val *rows)
{
    asy_graph *g = asy_scope_graph(in->scope);
    int64_t k = asy__loss_classes(in);
    asy_val d = asy_sub(g, in->logits, asy_onehot(g, in->labels, k));

    (void)params;
    return asy__loss_of(in, asy_affine(g, asy_sum_last(g, asy_mul(g, d, d)), 1.0 / (double)k, 0), rows);
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
