// SPDX-License-Identifier: GPL-3.0-or-later
#include "_norm.h"
#include "graph/nn.h"
#include <stdio.h>

enum { NAME = 64 };
static const double EPS = 1e-5, MOMENTUM = 0.1;

const char *const asy__norm_words[] = { "none", "batch", "group", "layer", "instance", NULL };

static asy_val named(asy_scope *sc, const char *layer, const char *what, int64_t n, asy_init init,
                     bool statistic)
{
    char name[NAME];

    (void)snprintf(name, sizeof name, "%s.%s", layer, what);
    return statistic ? asy_scope_statistic(sc, name, ASY_SHAPE(n), init)
                     : asy_scope_weight(sc, name, ASY_SHAPE(n), init, 0);
}

static asy_val scaled(asy_scope *sc, const char *name, asy_val x, int64_t c)
{
    asy_graph *g = asy_scope_graph(sc);

    x = asy_mul(g, x, named(sc, name, "weight", c, ASY_INIT_ONE, false));
    return asy_add(g, x, named(sc, name, "bias", c, ASY_INIT_ZERO, false));
}

/* (x − mean) / √(var + eps), mean and var [C] beside x [.., C] */
static asy_val standardise(asy_graph *g, asy_val x, asy_val mean, asy_val var)
{
    return asy_div(g, asy_sub(g, x, mean), asy_sqrt(g, asy_affine(g, var, 1, EPS)));
}

static void update(asy_scope *sc, const char *layer, const char *what, asy_val was, asy_val now)
{
    asy_graph *g = asy_scope_graph(sc);
    char name[NAME];

    (void)snprintf(name, sizeof name, "%s.%s", layer, what);
    was = asy_affine(g, was, 1 - MOMENTUM, 0);
    asy_scope_update(sc, name, asy_add(g, was, asy_affine(g, now, MOMENTUM, 0)));
}

static asy_val batch_norm(asy_scope *sc, const char *layer, asy_val x, int64_t c)
{
    asy_graph *g = asy_scope_graph(sc);
    asy_shape s = asy_val_type(g, x).shape;
    int64_t area = asy_shape_count(&s) / c;
    asy_val mean = named(sc, layer, "mean", c, ASY_INIT_ZERO, true),
            var = named(sc, layer, "var", c, ASY_INIT_ONE, true),
            count = named(sc, layer, "count", 1, ASY_INIT_ZERO, true), n, m, d, v;
    char name[NAME];

    (void)snprintf(name, sizeof name, "%s.count", layer);
    if (asy_scope_mode(sc) == ASY_EVAL || asy_scope_is_held(sc, name))
        return standardise(g, x, mean, var);
    n = asy_affine(g, asy_rows(g), (double)area, 0);
    m = asy_div(g, asy_batch_sum(g, asy_sum_lead(g, x, 1)), n);
    d = asy_sub(g, x, m);
    v = asy_div(g, asy_batch_sum(g, asy_sum_lead(g, asy_mul(g, d, d), 1)), n);
    update(sc, layer, "mean", mean, m);
    /* of one element a batch, where n − 1 is 0, the variance is taken as it is: 0 */
    update(sc, layer, "var", var,
           asy_mul(g, v, asy_div(g, n, asy_clamp(g, asy_affine(g, n, 1, -1), 1, 1e30))));
    asy_scope_update(sc, name, asy_affine(g, count, 1, 1));
    return asy_div(g, d, asy_sqrt(g, asy_affine(g, v, 1, EPS)));
}

/* Over the axes before the last and the channels of a group: x as [area, groups, C/groups]. */
static asy_val group_norm(asy_graph *g, asy_val x, int64_t c, int64_t groups)
{
    asy_shape s = asy_val_type(g, x).shape;
    int64_t area = asy_shape_count(&s) / c, part = c / groups;
    asy_val y = asy_reshape(g, x, ASY_SHAPE(area, groups, part)), m, d, v;

    /* [groups, part] of the mean beside [area, groups, part]: a suffix */
    m = asy_expand_last(g, asy_mean_axes(g, y, 1u << 0 | 1u << 2), part);
    d = asy_sub(g, y, m);
    v = asy_expand_last(g, asy_mean_axes(g, asy_mul(g, d, d), 1u << 0 | 1u << 2), part);
    return asy_reshape(g, asy_div(g, d, asy_sqrt(g, asy_affine(g, v, 1, EPS))), s);
}

static asy_val layer_norm(asy_graph *g, asy_val x, int64_t c)
{
    asy_val d = asy_sub(g, x, asy_expand_last(g, asy_mean_last(g, x), c)),
            v = asy_mean_last(g, asy_mul(g, d, d));

    return asy_div(g, d, asy_expand_last(g, asy_sqrt(g, asy_affine(g, v, 1, EPS)), c));
}

asy_val asy__arch_norm(asy_scope *sc, const char *name, asy_val x, asy__norm kind, int64_t groups)
{
    asy_graph *g = asy_scope_graph(sc);
    asy_shape s = asy_val_type(g, x).shape;
    int64_t c = s.n > 0 ? s.d[s.n - 1] : 1;

    if (kind == ASY__NORM_NONE || !x.id)
        return x;
    if (kind == ASY__NORM_GROUP && (groups < 1 || c % groups != 0))
        return asy_graph_fail(g, "`%s`: %lld channels do not divide into %lld groups", name, (long long)c,
                              (long long)groups);
    if (kind == ASY__NORM_BATCH)
        x = batch_norm(sc, name, x, c);
    else if (kind == ASY__NORM_LAYER && s.n < 3)
        x = layer_norm(g, x, c);
    else
        x = group_norm(g, x, c, kind == ASY__NORM_GROUP ? groups : kind == ASY__NORM_LAYER ? 1 : c);
    return scaled(sc, name, x, c);
}
