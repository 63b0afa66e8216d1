// SPDX-License-Identifier: GPL-3.0-or-later
/* Binary cross-entropy. */
#include "_rows.h"

/* log(1 + e^z) as the logsumexp of (0, z), which has its derivatives at every z. */
static asy_val softplus(asy_graph *g, asy_val z)
{
    static const double zero_one[] = { 0, 1 };

    return asy_logsumexp(g, asy_mul(g, asy_expand_last(g, z, 2), asy_constant(g, ASY_SHAPE(2), zero_one)));
}

/* Two classes: −log σ(±(z₁ − z₀)), which is xent. More: each class against the rest, the mean of
 * softplus(z_k) − [k = y] z_k. */
static asy_val emit(const void *vp, const asy_loss_in *in, asy_val *rows)
{
    asy_graph *g = asy_scope_graph(in->scope);
    int64_t k = asy__loss_classes(in);
    asy_val each;

    (void)vp;
    if (k == 2) {
        each = asy_xent(g, in->logits, in->labels);
    } else {
        asy_val all = asy_sum_last(g, softplus(g, in->logits)), own = asy_pick(g, in->logits, in->labels);

        each = asy_affine(g, asy_sub(g, all, own), 1.0 / (double)k, 0);
    }
    return asy__loss_of(in, each, rows);
}

const asy_loss asy_loss_bce = {
    .m = { .name = "bce",
           .summary = "binary cross-entropy",
           .revision = 2,
           .cite = "Cox 1958, J. R. Stat. Soc. B 20(2)",
           .doc = "Two classes: log(1 + e^-d), d the score of the label less the other; the model has one "
                  "output z, its scores are [0, z]. More classes: each against the rest, the mean over "
                  "classes of log(1 + e^z_k) - [k = y] z_k.",
           .example = "loss: bce" },
    .flags = ASY_LOSS_DECOMPOSES | ASY_LOSS_ONE_OUTPUT,
    .emit = emit,
};
