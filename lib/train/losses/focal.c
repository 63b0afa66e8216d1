// SPDX-License-Identifier: GPL-3.0-or-later
/* Cross-entropy that counts rows less the surer they are. */
#include "_rows.h"

#include <math.h>

typedef struct {
    double gamma;
} par;

static const asy_param params[] = { ASY_PARAM_F64(gamma, "2", 0, 100,
                                                  "power of 1 - p; 0 is the cross-entropy"),
                                    ASY_PARAM_END };

/* −(1 − p_y)^γ log p_y. log(1 − p_y) is the logsumexp of the other scores less that of all, so that nothing
 * is lost, and no 0/0 derived, where p_y rounds to 1. */
static asy_val emit(const void *vp, const asy_loss_in *in, asy_val *rows)
{
    asy_graph *g = asy_scope_graph(in->scope);
    asy_val z = in->logits;
    asy_shape s = asy_val_type(g, z).shape;
    asy_val own = asy_onehot(g, in->labels, asy__loss_classes(in));
    asy_val others = asy_logsumexp(g, asy_select(g, own, asy_fill(g, ASY_ROW, s, -INFINITY), z));
    asy_val wrong = asy_sub(g, others, asy_logsumexp(g, z));
    asy_val weight = asy_exp(g, asy_affine(g, wrong, ((const par *)vp)->gamma, 0));

    return asy__loss_of(in, asy_mul(g, weight, asy_xent(g, z, in->labels)), rows);
}

const asy_loss asy_loss_focal = {
    .m = { .name = "focal",
           .summary = "cross-entropy that counts sure rows less",
           .revision = 1,
           .cite = "Lin et al. 2017, arXiv:1708.02002",
           .doc = "A row's loss is -(1 - p)^gamma log p, p the soft-max probability of its label.",
           .example = "loss: {method: focal, gamma: 2}",
           ASY_PARAMS(params) },
    .flags = ASY_LOSS_DECOMPOSES,
    .emit = emit,
};
