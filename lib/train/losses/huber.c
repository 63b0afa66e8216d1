// SPDX-License-Identifier: GPL-3.0-or-later
/* Square error near the one-hot label, absolute error far from it. */
#include "_rows.h"

typedef struct {
    double delta;
} par;

static const asy_param params[] = { ASY_PARAM_F64(delta, "1", 0, 1e6, "error at which the line begins",
                                                  .flags = ASY_LO_OPEN),
                                    ASY_PARAM_END };

/* With c = clamp(d, −δ, δ): c·(d − c/2) is d²/2 inside and δ(|d| − δ/2) outside. */
static asy_val emit(const void *vp, const asy_loss_in *in, asy_val *rows)
{
    asy_graph *g = asy_scope_graph(in->scope);
    double delta = ((const par *)vp)->delta;
    int64_t k = asy__loss_classes(in);
    asy_val d = asy_sub(g, in->logits, asy_onehot(g, in->labels, k)), c = asy_clamp(g, d, -delta, delta);
    asy_val each = asy_mul(g, c, asy_sub(g, d, asy_affine(g, c, 0.5, 0)));

    return asy__loss_of(in, asy_affine(g, asy_sum_last(g, each), 1.0 / (double)k, 0), rows);
}

const asy_loss asy_loss_huber = {
    .m = { .name = "huber",
           .summary = "scores against one-hot labels, square near and linear far",
           .revision = 1,
           .cite = "Huber 1964, Ann. Math. Stat. 35(1)",
           .doc = "d = z_k - [k = y]; a row's loss is the mean over classes of d²/2 where |d| ≤ delta, else "
                  "of delta (|d| - delta/2). No soft-max stands between.",
           .example = "loss: {method: huber, delta: 0.5}",
           ASY_PARAMS(params) },
    .flags = ASY_LOSS_DECOMPOSES,
    .emit = emit,
};
