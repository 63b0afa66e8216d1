// SPDX-License-Identifier: GPL-3.0-or-later
/* Lists of methods. `[A, {method: B, …}]`, `[A: , B: {…}]`, `{A: , B: {…}}` and, for one, `A` or
 * `{method: A, …}` say the same. */
#include "bind.h"

#include <string.h>

static bool is_one(const asy_tree *t, const asy_spot *spot)
{
    return t->kind == ASY_TREE_SCALAR ||
           (t->kind == ASY_TREE_MAP && !asy__is_null(asy_tree_get(t, spot->word)));
}

/* `NAME: {…}` as `{method: NAME, …}` */
static asy_tree *named(asy_arena *a, const asy_tree *t, const asy_spot *spot)
{
    asy_tree *m = ASY_NEWN(a, 2, asy_tree);
    if (!m) return NULL;
    m[0] = *t;
    m[0].kind = ASY_TREE_MAP;
    m[0].text = NULL;
    m[0].child = &m[1];
    m[0].next = NULL;
    if (asy__is_null(t)) m[0].loc = t->key_loc;
    m[1] = (asy_tree){ .kind = ASY_TREE_SCALAR, .key = spot->word, .text = t->key, .loc = t->key_loc,
                       .key_loc = t->key_loc, .origin = t->origin, .next = t->child };
    return m;
}

static bool is_block(const asy_tree *t)
{
    return t->kind == ASY_TREE_MAP || t->kind == ASY_TREE_NULL;
}

/* A list's member `NAME: {…}` is a map of one key that is not the spot's word. */
static bool is_named(const asy_tree *t, const asy_spot *spot)
{
    return t->kind == ASY_TREE_MAP && !is_one(t, spot) && t->child && !t->child->next && is_block(t->child);
}

int asy__method_blocks(asy_arena *a, const asy_tree *t, const asy_spot *spot, const asy_tree ***out)
{
    int n = 0;
    bool one = is_one(t, spot);
    const asy_tree **all = ASY_NEWN(a, one ? 1 : asy_tree_count(t), const asy_tree *);
    *out = all;
    if (!all) return 0;
    if (one) return all[0] = t, 1;
    for (const asy_tree *c = t->child; c; c = c->next) {
        if (t->kind == ASY_TREE_MAP && strncmp(c->key, "x-", 2) == 0) continue;
        const asy_tree *by_name = t->kind == ASY_TREE_MAP ? c : is_named(c, spot) ? c->child : NULL;
        all[n] = by_name && is_block(by_name) ? named(a, by_name, spot) : c;
        if (all[n]) n++;
    }
    return n;
}

/* Under a name only a block may stand: `flip: 0.5` says nothing. */
static bool check_member(asy_binder *b, const char *path, const asy_tree *list, const asy_tree *t)
{
    if (list->kind != ASY_TREE_MAP || t->kind == ASY_TREE_MAP) return true;
    asy_param self = { .key = t->key, .type = ASY_P_BLOCK };
    asy__frame at = { .path = path };
    asy__say_type(b, &at, &self, t);
    return false;
}

asy_rtree *asy__bind_methods(asy_binder *b, const asy__frame *f, const char *path, const asy_param *p,
                             const asy_tree *t, asy_rtree *r, asy_bounds *out)
{
    const asy_tree **block;
    if (t->kind == ASY_TREE_SCALAR && strcmp(t->text, "none") == 0) return r->absent = true, r;
    int n = asy__method_blocks(b->arena, t, p->place, &block), k = 0;
    const asy_bound **v = ASY_NEWN(b->arena, n, const asy_bound *);
    asy_rtree **tail = &r->child;
    r->list = true;
    for (int i = 0; v && i < n; i++) {
        bool under_name = t->kind == ASY_TREE_MAP && !is_one(t, p->place);
        if (!is_one(t, p->place) && !check_member(b, path, t, block[i])) continue;
        const char *at = under_name ? asy__path(b, path, block[i]->key) : path;
        asy_rtree *c = asy__bind_method(b, f, at, NULL, block[i], p->place, &v[k]);
        if (!c) break;
        if (!v[k]) continue;
        *tail = c;
        tail = &c->next;
        k++;
    }
    *out = (asy_bounds){ k, v };
    return r;
}
