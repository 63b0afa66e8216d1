// SPDX-License-Identifier: GPL-3.0-or-later
#include "scope.h"
#include "noise.h"
#include "../graph/op.h"
#include <string.h>

enum { NAME_MAX_CHARS = 64 };

struct asy_scope {
    asy_arena *arena;
    asy_graph *graph;
    asy_mode mode;
    const char *within;         /* what stands before every name: "member1/" */
    asy_map *bound, *taps;      /* name → asy_val */
    asy_map *asked;             /* name → asy_scope_entry, in order of first use */
    asy_map *held;              /* names */
    asy_map *tables;            /* name → asy_val */
    asy__noise noise;
};

asy_scope *asy_scope_new(asy_arena *a, asy_graph *g, asy_mode mode)
{
    asy_scope *sc = ASY_NEW(a, asy_scope);

    if (!sc)
        return NULL;
    *sc = (asy_scope){ a, g, mode, "", asy_map_new(a), asy_map_new(a), asy_map_new(a), asy_map_new(a),
                       asy_map_new(a), { 0 } };
    return sc->bound && sc->taps && sc->asked && sc->held && sc->tables ? sc : NULL;
}

asy_graph *asy_scope_graph(const asy_scope *sc)
{
    return sc->graph;
}

asy__noise *asy__scope_noise(asy_scope *sc)
{
    return &sc->noise;
}

asy_arena *asy__scope_arena(const asy_scope *sc)
{
    return sc->arena;
}

bool asy_scope_is_random(const asy_scope *sc)
{
    return sc->noise.n > 0;
}

asy_mode asy_scope_mode(const asy_scope *sc)
{
    return sc->mode;
}

const char *asy_scope_enter_member(asy_scope *sc, int i)
{
    const char *outer = sc->within, *inner = asy_sprintf(sc->arena, "%smember%d/", outer, i + 1);

    if (inner)
        sc->within = inner;
    else
        asy_graph_fail(sc->graph, "out of memory at member %d", i + 1);
    return outer;
}

void asy_scope_leave(asy_scope *sc, const char *outer)
{
    sc->within = outer;
}

const char *asy__scope_name(const asy_scope *sc, const char *name)
{
    const char *full = *sc->within ? asy_sprintf(sc->arena, "%s%s", sc->within, name) : name;

    return full ? full : name;  /* out of memory: the arena reports */
}

static void put_val(asy_scope *sc, asy_map *m, const char *name, asy_val v)
{
    asy_val *copy = ASY_NEW(sc->arena, asy_val);

    if (!copy) {
        asy_graph_fail(sc->graph, "out of memory at `%s`", name);
        return;
    }
    *copy = v;
    asy_map_put(m, name, copy);
}

void asy_scope_bind(asy_scope *sc, const char *tensor, asy_val v)
{
    put_val(sc, sc->bound, asy__scope_name(sc, tensor), v);
}

void asy_scope_tap(asy_scope *sc, const char *tap, asy_val v)
{
    put_val(sc, sc->taps, asy__scope_name(sc, tap), v);
}

asy_val asy_scope_tapped(const asy_scope *sc, const char *tap)
{
    const asy_val *v = asy_map_get(sc->taps, asy__scope_name(sc, tap));

    return v ? *v : (asy_val){ 0 };
}

static bool is_name(const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_/.");

    return n > 0 && n <= NAME_MAX_CHARS && s[n] == '\0';
}

static int64_t fan_in_of(const asy_shape *s)
{
    int64_t n = 1;

    for (int i = 1; i < s->n; i++)
        n *= s->d[i];
    return n;
}

static asy_val new_entry(asy_scope *sc, const char *tensor, asy_shape shape, asy_init init, int64_t fan_in)
{
    const asy_val *bound = asy_map_get(sc->bound, tensor);
    asy_scope_entry *e = ASY_NEW(sc->arena, asy_scope_entry);
    const char *name = asy_strdup(sc->arena, tensor);

    if (!e || !name)
        return asy_graph_fail(sc->graph, "out of memory at the tensor `%s`", tensor);
    *e = (asy_scope_entry){ .name = name, .shape = shape, .init = init, .bound = bound != NULL };
    e->fan_in = fan_in > 0 ? fan_in : fan_in_of(&shape);
    e->val = bound ? *bound : asy_input(sc->graph, tensor, ASY_BATCH, asy_graph_real(sc->graph), shape);
    asy_map_put(sc->asked, tensor, e);
    return e->val;
}

asy_val asy_scope_weight(asy_scope *sc, const char *name, asy_shape shape, asy_init init, int64_t fan_in)
{
    const char *tensor = asy__scope_name(sc, name);
    const asy_scope_entry *e = asy_map_get(sc->asked, tensor);
    const asy_val *bound = asy_map_get(sc->bound, tensor);
    asy_shape have = bound ? asy_val_type(sc->graph, *bound).shape : shape;
    char a[96], b[96];

    if (!is_name(name))
        return asy_graph_fail(sc->graph, "`%.80s` is not a tensor name (1 to 64 of a-z 0-9 _ / .)", name);
    if (asy_shape_count(&shape) <= 0)
        return asy_graph_fail(sc->graph, "the tensor `%s` would have no elements, or too many", tensor);
    if (e)
        have = e->shape;
    if (!asy_shape_equal(&have, &shape)) {
        asy_shape_text(&shape, a, sizeof a);
        asy_shape_text(&have, b, sizeof b);
        return asy_graph_fail(sc->graph, "the tensor `%s` is asked for as %s, but it is %s", tensor, a, b);
    }
    return e ? e->val : new_entry(sc, tensor, shape, init, fan_in);
}

asy_val asy_scope_statistic(asy_scope *sc, const char *tensor, asy_shape shape, asy_init init)
{
    asy_val v = asy_scope_weight(sc, tensor, shape, init, 0);
    asy_scope_entry *e = v.id ? asy_map_get(sc->asked, asy__scope_name(sc, tensor)) : NULL;

    if (e)
        e->statistic = true;
    return v;
}

void asy_scope_update(asy_scope *sc, const char *tensor, asy_val next)
{
    asy_scope_entry *e = asy_map_get(sc->asked, asy__scope_name(sc, tensor));

    if (!next.id)
        return;
    if (!e || !e->statistic)
        asy_graph_fail(sc->graph, "`%s` is no running statistic of the model", tensor);
    else
        e->next = next;
}

asy_val asy_scope_table(asy_scope *sc, const asy_named *t)
{
    asy_val v = asy_scope_tabled(sc, t->name);
    asy_dtype type = t->t.type == ASY_I32 ? ASY_I32 : asy_graph_real(sc->graph);

    if (v.id)
        return v;
    v = asy_input(sc->graph, t->name, ASY_BATCH, type, t->t.s);
    put_val(sc, sc->tables, t->name, v);
    return v;
}

asy_val asy_scope_tabled(const asy_scope *sc, const char *name)
{
    const asy_val *v = asy_map_get(sc->tables, name);

    return v ? *v : (asy_val){ 0 };
}

void asy_scope_hold(asy_scope *sc, const char *tensor)
{
    asy_map_put(sc->held, asy__scope_name(sc, tensor), sc);
}

bool asy_scope_is_held(const asy_scope *sc, const char *tensor)
{
    return asy_map_get(sc->held, asy__scope_name(sc, tensor)) != NULL;
}

int asy_scope_count(const asy_scope *sc)
{
    return asy_map_count(sc->asked);
}

const asy_scope_entry *asy_scope_at(const asy_scope *sc, int i)
{
    return asy_map_value(sc->asked, i);
}
