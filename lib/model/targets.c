// SPDX-License-Identifier: GPL-3.0-or-later
#include "targets.h"
#include "noise.h"
#include "../graph/nn.h"
#include "../graph/op.h"
#include <math.h>

static const double HIDE = 0.15, BECOME_MASK = 0.8, BECOME_ANY = 0.9;

void asy_targets_set(asy_arch_io *io, int64_t labels, bool masked)
{
    io->targets = labels;
    io->hidden = 0;
    if (masked && labels > 0) {
        io->hidden = (int64_t)floor(HIDE * (double)labels + 0.5);
        if (io->hidden < 1) io->hidden = 1;
    }
}

int64_t asy_targets_scored(const asy_arch_io *io)
{
    return io->hidden > 0 ? io->hidden : io->targets > 0 ? io->targets : 1;
}

asy_shape asy_targets_shape(const asy_arch_io *io)
{
    return io->targets > 0 ? ASY_SHAPE(io->targets) : ASY_SCALAR;
}

/* `hidden` places of a row: those of its highest numbers. x: symbols as reals. */
static asy_val hide(asy_scope *sc, const asy_arch_io *io, asy_val x)
{
    asy_graph *g = asy_scope_graph(sc);
    asy_shape s = io->in;
    asy_val top[2], how, any, chosen;

    asy_sort(g, asy_scope_random(sc, "hidden", s, false, 0, 1), io->hidden, true, top);
    chosen = asy_sum_lead(g, asy_onehot(g, top[1], s.d[0]), 1);
    asy__scope_noise(sc)->counts = chosen;
    how = asy_scope_random(sc, "hidden/how", s, false, 0, 1);
    any = asy_floor(g, asy_affine(g, asy_scope_random(sc, "hidden/symbol", s, false, 0, 1),
                                  (double)io->symbols, 0));
    any = asy_select(g, asy_less(g, how, asy_fill(g, ASY_ROW, s, BECOME_ANY)), any, x);
    any = asy_select(g, asy_less(g, how, asy_fill(g, ASY_ROW, s, BECOME_MASK)),
                     asy_fill(g, ASY_ROW, s, (double)io->symbols), any);
    return asy_select(g, chosen, any, x);
}

asy_val asy_targets_symbols(asy_scope *sc, const asy_arch_io *io, asy_val x, double lo, double hi)
{
    asy_graph *g = asy_scope_graph(sc);
    double step = io->top / (hi - lo);

    x = asy_clamp(g, asy_round(g, asy_affine(g, x, step, -lo * step)), 0, (double)io->symbols - 1);
    if (io->hidden > 0) x = hide(sc, io, x);
    return asy_to_index(g, x, io->symbols + 1);
}

asy_val asy_targets_mean(asy_scope *sc, asy_val each)
{
    asy_graph *g = asy_scope_graph(sc);
    asy_val w = asy__scope_noise(sc)->counts;

    if (!each.id || asy_val_type(g, each).shape.n == 0) return each;
    if (!w.id) return asy_mean_last(g, each);
    return asy_div_safe(g, asy_sum_last(g, asy_mul(g, each, w)), asy_sum_last(g, w));
}

asy_val asy_targets_hits(asy_scope *sc, asy_val logits, asy_val labels)
{
    asy_graph *g = asy_scope_graph(sc);
    asy_shape s = asy_val_type(g, logits).shape;
    asy_val top[2], hit, w = asy__scope_noise(sc)->counts;

    if (!logits.id || s.n < 1) return (asy_val){ 0 };
    asy_max_last(g, logits, top);
    hit = asy_pick(g, asy_onehot(g, top[1], s.d[s.n - 1]), labels);
    if (!hit.id || s.n == 1) return hit;
    return asy_sum_last(g, w.id ? asy_mul(g, hit, w) : hit);
}
