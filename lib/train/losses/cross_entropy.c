// SPDX-License-Identifier: GPL-3.0-or-later
/* Soft-max cross-entropy. */
#include "_rows.h"

typedef struct {
    double smoothing;
} par;

static const asy_param params[] = {
    ASY_PARAM_F64(smoothing, "0", 0, 1, "share of each target that is spread evenly over all classes"),
    ASY_PARAM_END
};

/* −Σ q_k log p_k with q = (1 − s)·onehot(y) + s/K, written as xent + s·(z_y − mean z). */
static asy_val emit(const void *vp, const asy_loss_in *in, asy_val *rows)
{
    const par *p = vp;
    asy_graph *g = asy_scope_graph(in->scope);
    asy_val l = asy_xent(g, in->logits, in->labels);

    if (p->smoothing > 0) {
        double k = (double)asy__loss_classes(in);
        asy_val mean = asy_affine(g, asy_sum_last(g, in->logits), 1 / k, 0);
        asy_val over = asy_sub(g, asy_pick(g, in->logits, in->labels), mean);

        l = asy_add(g, l, asy_affine(g, over, p->smoothing, 0));
    }
    return asy__loss_of(in, l, rows);
}

const asy_loss asy_loss_cross_entropy = {
    .m = { .name = "cross-entropy",
           .summary = "soft-max cross-entropy",
           .revision = 1,
           .cite = "Szegedy et al. 2016, arXiv:1512.00567",
           .doc = "The mean over the batch of log sum_k exp(z_k) - z_y. With `smoothing` s the target is "
                  "(1 - s) at the label plus s/K at each of the K classes (label smoothing).",
           .example = "loss: {method: cross-entropy, smoothing: 0.1}",
           ASY_PARAMS(params) },
    .flags = ASY_LOSS_DECOMPOSES,
    .emit = emit,
};
