// SPDX-License-Identifier: GPL-3.0-or-later
/* Divergence of the prediction from the smoothed label. */
#include "assay.h"

typedef struct {
    double smoothing;
} par;

static const asy_param params[] = {
    ASY_PARAM_F64(smoothing, "0.1", 0, 1, "share of each target that is spread evenly over all classes"),
    ASY_PARAM_END
};

static double x_log_x(double x) { return x > 0 ? x * asy_log_f64(x) : 0; }

/* Σ q log q − Σ q log p, q = (1 − s)·onehot(y) + s/K. The first sum is the same for every label, the second
 * the cross-entropy: xent + s·(z_y − mean z). */
static asy_val emit(const void *vp, const asy_loss_in *in, asy_val *rows)
{
    asy_graph *g = asy_scope_graph(in->scope);
    int64_t k = asy_val_type(g, in->logits).shape.d[0];
    double n = (double)(k > 0 ? k : 1), s = ((const par *)vp)->smoothing;
    double least = x_log_x(1 - s + s / n) + (n - 1) * x_log_x(s / n);
    asy_val mean = asy_affine(g, asy_sum_last(g, in->logits), 1 / n, 0);
    asy_val over = asy_sub(g, asy_pick(g, in->logits, in->labels), mean);
    asy_val xent = asy_add(g, asy_xent(g, in->logits, in->labels), asy_affine(g, over, s, 0));

    *rows = asy_val_name(g, asy_affine(g, xent, 1, least), "loss");
    return asy_div(g, asy_batch_sum(g, *rows), asy_rows(g));
}

const asy_loss asy_loss_kl = {
    .m = { .name = "kl",
           .summary = "divergence of the soft-max from the smoothed label",
           .revision = 1,
           .cite = "Kullback, Leibler 1951, Ann. Math. Stat. 22(1)",
           .doc = "A row's loss is sum_k q_k log(q_k / p_k), p the soft-max, q = (1 - s) at the label plus "
                  "s/K at each of the K classes, s = smoothing. It is 0 where p = q; its gradient is that of "
                  "cross-entropy with the same smoothing.",
           .example = "loss: {method: kl, smoothing: 0.2}",
           ASY_PARAMS(params) },
    .flags = ASY_LOSS_DECOMPOSES,
    .emit = emit,
};
