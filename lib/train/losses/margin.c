// SPDX-License-Identifier: GPL-3.0-or-later
/* The multi-class hinge. */
#include "_rows.h"

#include <math.h>

typedef struct {
    double margin;
} par;

static const asy_param params[] = { ASY_PARAM_F64(margin, "1", 0, 1e6,
                                                  "how far the label's score must stand above every other"),
                                    ASY_PARAM_END };

/* relu(margin + max over k ≠ y of z_k − z_y). With one class there is no other: the loss is 0. */
static asy_val emit(const void *vp, const asy_loss_in *in, asy_val *rows)
{
    asy_graph *g = asy_scope_graph(in->scope);
    asy_val z = in->logits, best[2];
    asy_shape s = asy_val_type(g, z).shape;
    asy_val own = asy_onehot(g, in->labels, asy__loss_classes(in));

    asy_max_last(g, asy_select(g, own, asy_fill(g, ASY_ROW, s, -INFINITY), z), best);
    asy_val lead = asy_sub(g, best[0], asy_pick(g, z, in->labels));
    return asy__loss_of(in, asy_relu(g, asy_affine(g, lead, 1, ((const par *)vp)->margin)), rows);
}

const asy_loss asy_loss_margin = {
    .m = { .name = "margin",
           .summary = "multi-class hinge",
           .revision = 1,
           .cite = "Crammer, Singer 2001, J. Mach. Learn. Res. 2",
           .doc = "A row's loss is max(0, margin + max over k ≠ y of z_k - z_y).",
           .example = "loss: {method: margin, margin: 2}",
           ASY_PARAMS(params) },
    .flags = ASY_LOSS_DECOMPOSES,
    .emit = emit,
};
