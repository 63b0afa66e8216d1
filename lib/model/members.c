// SPDX-License-Identifier: GPL-3.0-or-later
#include "members.h"
#include "../graph/nn.h"
#include "../graph/op.h"
#include "../base/poly.h"
#include <stdio.h>

/* Values of the same name that the members tapped, one behind the other along their one axis; {0} if there are
 * none of that form. */
static asy_val side_by_side(asy_scope *sc, int members, const char *tap)
{
    asy_graph *g = asy_scope_graph(sc);
    asy_val v[ASY_MOST_MEMBERS];
    for (int i = 0; i < members; i++) {
        const char *outer = asy_scope_enter_member(sc, i);
        v[i] = asy_scope_tapped(sc, tap);
        asy_scope_leave(sc, outer);
        if (!v[i].id || asy_val_type(g, v[i]).shape.n != 1) return (asy_val){ 0 };
    }
    return asy_concat(g, members, v, 0);
}

asy_val asy__members_emit(const asy_model *m, asy_scope *sc, asy_val x)
{
    asy_graph *g = asy_scope_graph(sc);
    asy_val log_p[ASY_MOST_MEMBERS];
    int64_t labels = m->io.targets;
    for (int i = 0; i < m->members; i++) {
        const char *outer = asy_scope_enter_member(sc, i);
        asy_val z = asy__model_emit_one(m, sc, x);
        asy_scope_leave(sc, outer);
        if (!z.id) return z;
        log_p[i] = asy_reshape(g, asy_log_softmax(g, z),
                               labels > 0 ? ASY_SHAPE(1, labels, m->io.classes) : ASY_SHAPE(1, m->io.classes));
    }
    asy_val features = side_by_side(sc, m->members, "features");
    if (features.id) asy_scope_tap(sc, "features", features);
    asy_val all = asy_concat(g, m->members, log_p, 0);
    all = labels > 0 ? asy_transpose(g, all, (int[]){ 1, 2, 0 }) : asy_swap_last(g, all);
    asy_val z = asy_affine(g, asy_logsumexp(g, all), 1, -asy_log_f64((double)m->members));
    asy_scope_tap(sc, "logits", z);
    return z;
}
