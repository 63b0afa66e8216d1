// SPDX-License-Identifier: GPL-3.0-or-later
/* What gradient attacks maximise. `goal` is the label to leave; for a targeted goal the oracle takes the
 * negative. */
#include "../method/attack.h"
#include <math.h>

static asy_val cross_entropy(asy_graph *g, const asy_taps *taps, asy_val goal)
{
    return asy_xent(g, asy_tap(taps, "logits"), goal);
}

/* max over j ≠ y of z_j − z_y: positive once y has lost (Carlini and Wagner 2017). */
static asy_val margin(asy_graph *g, const asy_taps *taps, asy_val goal)
{
    asy_val z = asy_tap(taps, "logits"), best[2];
    asy_shape k = asy_val_type(g, z).shape;
    if (!z.id) return z;
    asy_max_last(g, asy_select(g, asy_onehot(g, goal, k.d[0]), asy_fill(g, ASY_ROW, k, -INFINITY), z), best);
    return asy_sub(g, best[0], asy_pick(g, z, goal));
}

const char *const asy_objective_names[] = { "cross-entropy", "margin", NULL };
const asy_objective asy_objectives[] = { cross_entropy, margin };
