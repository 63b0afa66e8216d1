// SPDX-License-Identifier: GPL-3.0-or-later
#include "_rows.h"
#include "model/targets.h"

int64_t asy__loss_classes(const asy_loss_in *in)
{
    asy_shape s = asy_val_type(asy_scope_graph(in->scope), in->logits).shape;

    return s.n > 0 && s.d[s.n - 1] > 0 ? s.d[s.n - 1] : 1;
}

asy_val asy__loss_of(const asy_loss_in *in, asy_val each, asy_val *rows)
{
    asy_graph *g = asy_scope_graph(in->scope);

    *rows = asy_val_name(g, asy_targets_mean(in->scope, each), "loss");
    return asy_div(g, asy_batch_sum(g, *rows), asy_rows(g));
}
