// SPDX-License-Identifier: GPL-3.0-or-later
#include "../base/map.h"
#include "../method/registry.h"
#include "overlay.h"

#include <string.h>

static asy_tree *copy(asy_arena *a, const asy_tree *t, asy_origin origin)
{
    asy_tree *c = ASY_NEW(a, asy_tree), **tail = c != NULL ? &c->child : NULL;
    if (c == NULL) return NULL;
    *c = *t;
    c->child = c->next = NULL;
    if (origin > c->origin) c->origin = origin;
    for (const asy_tree *k = t->child; k != NULL; k = k->next) {
        *tail = copy(a, k, origin);
        if (*tail == NULL) return NULL;
        tail = &(*tail)->next;
    }
    return c;
}

/* Key → child of a map: both may be as large as a hostile spec can make them. */
static asy_map *keys_of(asy_arena *a, const asy_tree *map)
{
    asy_map *keys = asy_map_new(a);
    for (asy_tree *c = map->child; c != NULL; c = c->next) asy_map_put(keys, c->key, c);
    return keys;
}

/* The key that names the method of a block, by the block's own key: `arch` of a model, else `method`. */
static const char *word_of(const char *key)
{
    for (const asy_kind *const *k = asy_kinds; key != NULL && *k != NULL; k++)
        for (const asy_spot *const *s = (*k)->spots; s != NULL && *s != NULL; s++) {
            const char *dot = strrchr((*s)->path, '.');
            if (strcmp(dot != NULL ? dot + 1 : (*s)->path, key) == 0) return (*s)->word;
        }
    return "method";
}

/* A bare name stands for the block of that method with all defaults. */
static bool bare_method(const asy_tree *base, const asy_tree *over, const char *word)
{
    return base->kind == ASY_TREE_SCALAR && over->kind == ASY_TREE_MAP && over->child != NULL &&
           asy_tree_get(over, word) == NULL && asy_method_find(base->text, NULL, NULL, NULL) != NULL;
}

asy_tree *asy_tree_overlay(asy_arena *a, const asy_tree *base, const asy_tree *over, asy_origin origin)
{
    if (over == NULL) return base != NULL ? copy(a, base, ASY_FROM_FILE) : NULL;
    asy_tree block;
    asy_tree name;
    const char *word = word_of(over->key);
    if (base != NULL && bare_method(base, over, word)) { /* `clean: accuracy` under `clean: {n: 100}` */
        name = *base;
        name.key = word;
        name.next = NULL;
        block = *base;
        block.kind = ASY_TREE_MAP;
        block.child = &name;
        base = &block;
    }
    if (base == NULL || base->kind != ASY_TREE_MAP || over->kind != ASY_TREE_MAP) {
        asy_tree *t = copy(a, over, origin);
        if (t != NULL) t->over = base;
        return t;
    }
    /* A block that names another method is another block: the old one's parameters do not belong to it. */
    const asy_tree *was = asy_tree_get(base, word), *is = asy_tree_get(over, word);
    bool fresh = was != NULL && is != NULL && was->kind == ASY_TREE_SCALAR && is->kind == ASY_TREE_SCALAR &&
                 strcmp(was->text, is->text) != 0;
    asy_tree *map = ASY_NEW(a, asy_tree), **tail = map != NULL ? &map->child : NULL;
    const asy_map *of_base = keys_of(a, base), *of_over = keys_of(a, over);
    if (map == NULL) return NULL;
    *map = *base;
    map->child = map->next = NULL;
    for (const asy_tree *k = fresh ? NULL : base->child; k != NULL; k = k->next) {
        const asy_tree *o = asy_map_get(of_over, k->key);
        if (o != NULL && o->kind == ASY_TREE_NULL) continue;
        *tail = asy_tree_overlay(a, k, o, origin);
        if (*tail == NULL) return NULL;
        tail = &(*tail)->next;
    }
    for (const asy_tree *o = over->child; o != NULL; o = o->next) {
        bool was_there = asy_map_has(of_base, o->key);
        if ((was_there && !fresh) || (o->kind == ASY_TREE_NULL && (was_there || fresh))) continue;
        *tail = copy(a, o, origin);
        if (*tail == NULL) return NULL;
        tail = &(*tail)->next;
    }
    return map;
}

static void relocate(asy_tree *t, const char *file, const char *text)
{
    t->loc.file = file;
    t->loc.text = text;
    if (t->key != NULL && t->key_loc.line > 0) t->key_loc.file = file, t->key_loc.text = text;
    for (asy_tree *k = t->child; k != NULL; k = k->next) relocate(k, file, text);
}

static bool path_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

asy_tree *asy__override(asy_arena *a, asy_diag *d, const char *arg, int number)
{
    const char *eq = strchr(arg, '='), *name = asy_sprintf(a, "command line, argument %d", number);
    asy_loc all = { .file = name,
                    .text = asy_strdup(a, arg),
                    .line = 1,
                    .col = 1,
                    .end_line = 1,
                    .end_col = (int)strlen(arg) + 1 };
    bool ok = eq != NULL && eq != arg && eq[-1] != '.';
    for (const char *p = arg; ok && p < eq; p++)
        ok = path_letter(*p) || (*p == '.' && p != arg && p[-1] != '.');
    if (!ok) {
        asy_diag_add(d, "E0210", &all, "an override is PATH=VALUE, such as train.epochs=5");
        return NULL;
    }
    /* The value is read at its own column, so that its marks are right. */
    size_t at = (size_t)(eq - arg) + 1;
    char *padded = asy_sprintf(a, "%*s%s", (int)at, "", eq + 1);
    if (padded == NULL) return NULL;
    asy_tree *value;
    if (eq[1] == 0) {
        value = ASY_NEW(a, asy_tree);
        if (value != NULL) *value = (asy_tree){ .kind = ASY_TREE_NULL, .loc = all };
    } else {
        value = asy_yaml_text(a, d, name, padded, strlen(padded));
    }
    if (value == NULL) return NULL;
    for (const char *end = eq; end > arg;) {
        const char *start = end;
        while (start > arg && start[-1] != '.') start--;
        asy_tree *map = ASY_NEW(a, asy_tree);
        value->key = asy_strndup(a, start, (size_t)(end - start));
        if (map == NULL || value->key == NULL) return NULL;
        value->key_loc = (asy_loc){
            .line = 1, .col = (int)(start - arg) + 1, .end_line = 1, .end_col = (int)(end - arg) + 1
        };
        *map = (asy_tree){ .kind = ASY_TREE_MAP, .loc = all, .child = value };
        value = map;
        end = start > arg ? start - 1 : arg;
    }
    relocate(value, name, all.text);
    return value;
}
