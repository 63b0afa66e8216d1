// SPDX-License-Identifier: GPL-3.0-or-later
/* `$name` as a whole scalar stands for a value of `vars` (user-experience §3.2). No text is pasted, nothing
 * is computed, a var stands for no other var. */
#include "../base/map.h"
#include "resolve.h"

#include <string.h>

typedef struct {
    asy_arena *arena;
    asy_diag *diag;
    const asy_tree *vars; /* a map, or NULL */
    const asy_map *by_name;
} lookup;

/* "eps" of "$eps"; NULL: no reference. */
static const char *reference(const asy_tree *t)
{
    const char *s = t->text;
    if (t->kind != ASY_TREE_SCALAR || t->quoted || s[0] != '$') return NULL;
    size_t n = strspn(s + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
    return n > 0 && s[n + 1] == 0 && (s[1] < '0' || s[1] > '9') ? s + 1 : NULL;
}

static void say_unknown(const lookup *l, const asy_tree *t, const char *name)
{
    int n = 0;
    const char **names = ASY_NEWN(l->arena, l->vars != NULL ? asy_tree_count(l->vars) + 1 : 1, const char *);
    if (names == NULL) return;
    for (const asy_tree *c = l->vars != NULL ? l->vars->child : NULL; c != NULL; c = c->next)
        names[n++] = c->key;
    asy_diag_add(l->diag, "E0208", &t->loc, "`vars` has no `%s`", name);
    const char *near = asy_near(name, n, names, NULL);
    if (near != NULL) asy_diag_help(l->diag, "did you mean `$%s`?", near);
    else asy_diag_help(l->diag, "write `vars: {%s: VALUE}`, or quote a text that begins with $", name);
}

static void substitute(const lookup *l, asy_tree *t)
{
    const char *name = reference(t);
    if (name == NULL) return;
    const asy_tree *v = asy_map_get(l->by_name, name);
    if (v == NULL) {
        say_unknown(l, t, name);
        t->var = t; /* it has been said */
        return;
    }
    if (v->kind != ASY_TREE_SCALAR) return; /* said where it stands */
    t->text = v->text;
    t->quoted = v->quoted;
    t->var = v;
    if (v->origin > t->origin) t->origin = v->origin;
}

static asy_tree *copy(const lookup *l, const asy_tree *t)
{
    asy_tree *c = ASY_NEW(l->arena, asy_tree), **tail = c != NULL ? &c->child : NULL;
    if (c == NULL) return NULL;
    *c = *t;
    c->child = c->next = NULL;
    substitute(l, c);
    for (const asy_tree *k = t->child; k != NULL; k = k->next) {
        bool raw = k->key != NULL && strncmp(k->key, "x-", 2) == 0;
        *tail = raw ? asy_tree_overlay(l->arena, k, NULL, ASY_FROM_FILE) : copy(l, k);
        if (*tail == NULL) return NULL;
        tail = &(*tail)->next;
    }
    return c;
}

static void check_vars(const lookup *l)
{
    for (const asy_tree *v = l->vars->child; v != NULL; v = v->next) {
        if (v->kind != ASY_TREE_SCALAR)
            asy_diag_add(l->diag, "E0202", &v->loc, "`vars.%s` takes one value, not a list or a block",
                         v->key);
        else if (reference(v) != NULL)
            asy_diag_add(l->diag, "E0208", &v->loc, "a var cannot stand for another one");
    }
}

asy_tree *asy__vars(asy_arena *a, asy_diag *d, const asy_tree *root)
{
    const asy_tree *vars = asy_tree_get(root, "vars");
    asy_map *by_name = asy_map_new(a);
    lookup l = { a, d, vars != NULL && vars->kind == ASY_TREE_MAP ? vars : NULL, by_name };
    asy_tree *out = ASY_NEW(a, asy_tree), **tail = out != NULL ? &out->child : NULL;
    if (out == NULL) return NULL;
    if (vars != NULL && vars->kind != ASY_TREE_MAP && vars->kind != ASY_TREE_NULL)
        asy_diag_add(d, "E0202", &vars->loc, "`vars` takes a map: name → value, such as {eps: 0.1}");
    if (l.vars != NULL) check_vars(&l);
    for (asy_tree *v = l.vars != NULL ? l.vars->child : NULL; v != NULL; v = v->next)
        if (reference(v) == NULL) asy_map_put(by_name, v->key, v);
    *out = *root;
    out->child = out->next = NULL;
    for (const asy_tree *k = root->child; k != NULL; k = k->next) {
        bool raw = strcmp(k->key, "vars") == 0 || strncmp(k->key, "x-", 2) == 0;
        *tail = raw ? asy_tree_overlay(a, k, NULL, ASY_FROM_FILE) : copy(&l, k);
        if (*tail == NULL) return NULL;
        tail = &(*tail)->next;
    }
    return out;
}
