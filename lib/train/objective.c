// SPDX-License-Identifier: GPL-3.0-or-later
#include "objective.h"

asy_val asy__objective_emit(const asy_model *m, const asy_bound *loss, asy_scope *sc, asy_val logits,
                            asy_val labels, asy_val soft, asy_val *rows)
{
    const asy_loss *l = (const asy_loss *)loss->m;
    asy_graph *g = asy_scope_graph(sc);
    asy_val sum = { 0 };

    if (m->members == 1)
        return l->emit(loss->params, &(asy_loss_in){ sc, logits, labels, soft }, rows);
    for (int i = 0; i < m->members; i++) {
        const char *outer = asy_scope_enter_member(sc, i);
        asy_loss_in in = { sc, asy_scope_tapped(sc, "logits"), labels, soft };
        asy_val some = { 0 }, one = l->emit(loss->params, &in, &some);

        asy_scope_leave(sc, outer);
        sum = i > 0 ? asy_add(g, sum, one) : one;
        if (l->flags & ASY_LOSS_DECOMPOSES)
            *rows = i > 0 ? asy_add(g, *rows, some) : some;
    }
    return sum;
}
