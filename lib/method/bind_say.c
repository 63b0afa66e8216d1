// SPDX-License-Identifier: GPL-3.0-or-later
/* The binder's sentences (user-experience §5). */
#include "bind.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

asy_loc asy__head_loc(const asy_tree *t)
{
    if (!t) return (asy_loc){ 0 };
    asy_loc at = t->key_loc.line ? t->key_loc : t->loc;
    if (!t->key_loc.line && at.end_line != at.line)
        at.end_line = at.line, at.end_col = at.col + 1; /* a block of many lines: its first character */
    return at;
}

static const char *number(asy_arena *a, double v)
{
    char text[32];
    (void)asy_json_number(v, text);
    return asy_strdup(a, text);
}

/* " from 0 up to, not including, 1"; "" without limits */
static const char *range(asy_arena *a, const asy_param *p)
{
    bool has_lo = p->lo != p->hi && isfinite(p->lo), has_hi = p->lo != p->hi && isfinite(p->hi);
    bool lo_open = (p->flags & ASY_LO_OPEN) != 0, hi_open = (p->flags & ASY_HI_OPEN) != 0;
    const char *lo = number(a, p->lo), *hi = number(a, p->hi), *from = "", *to = "";
    if (has_lo && has_hi) {
        from = asy_sprintf(a, lo_open ? " above %s" : " from %s", lo);
        to = !hi_open  ? asy_sprintf(a, lo_open ? " up to %s" : " to %s", hi)
             : lo_open ? asy_sprintf(a, " and below %s", hi)
                       : asy_sprintf(a, " up to, not including, %s", hi);
    } else if (has_lo) {
        from = asy_sprintf(a, lo_open ? " above %s" : " from %s up", lo);
    } else if (has_hi) {
        to = asy_sprintf(a, hi_open ? " below %s" : " up to %s", hi);
    }
    return from && to ? asy_sprintf(a, "%s%s", from, to) : "";
}

static const char *listed(asy_arena *a, const char *const *words, const char *last)
{
    asy_buf s;
    asy_buf_init(&s, 4096);
    for (int i = 0; words[i]; i++)
        asy_buf_printf(&s, "%s%s", i == 0 ? "" : words[i + 1] || !last ? ", " : last, words[i]);
    const char *text = asy_strdup(a, asy_buf_text(&s));
    asy_buf_free(&s);
    return text ? text : "";
}

static const char *noun(const asy_param *p)
{
    switch (p->type) {
    case ASY_P_F64:    return "a number";
    case ASY_P_I64:    return "an integer";
    case ASY_P_BOOL:   return "true or false";
    case ASY_P_PATH:   return "a path";
    case ASY_P_ENUM:   return "a word";
    case ASY_P_F64S:   return "a list of numbers";
    case ASY_P_STRS:   return "a list";
    case ASY_P_METHOD: return "a name, or a block {method: NAME, …}";
    case ASY_P_METHODS: return "a list of methods: {NAME: {…}, …} or [NAME, {method: NAME, …}]";
    case ASY_P_BLOCK:  return "a block of keys";
    case ASY_P_MAP:    return "a map from names to values";
    default:           return "text";
    }
}

const char *asy__takes(asy_arena *a, const asy_param *p)
{
    const char *text = noun(p);
    if (p->type == ASY_P_ENUM)
        text = !p->choices[1]   ? asy_sprintf(a, "only %s", p->choices[0])
               : !p->choices[2] ? listed(a, p->choices, " or ")
                                : asy_sprintf(a, "one of %s", listed(a, p->choices, NULL));
    else if (p->type == ASY_P_I64 && p->choices)
        text = asy_sprintf(a, "%s%s, or `%s`", text, range(a, p), listed(a, p->choices, "`, `"));
    else if (p->type == ASY_P_F64 || p->type == ASY_P_I64 || p->type == ASY_P_F64S)
        text = asy_sprintf(a, "%s%s%s", text, range(a, p), p->formula ? ", or `auto`" : "");
    return text ? text : "";
}

/* As written, but for case and the two signs. */
static bool same_word(const char *a, const char *b)
{
    for (; *a && *b; a++, b++) {
        char p = *a == '-' ? '_' : *a, q = *b == '-' ? '_' : *b;
        if (p >= 'A' && p <= 'Z') p = (char)(p + 32);
        if (q >= 'A' && q <= 'Z') q = (char)(q + 32);
        if (p != q) return false;
    }
    return *a == *b;
}

void asy__say_var(asy_binder *b, const asy_tree *t)
{
    if (t->var)
        asy_diag_note(b->diag, "%s is `vars.%s` (%s:%d:%d)", t->text ? t->text : "", t->var->key, t->var->loc.file,
                      t->var->loc.line, t->var->loc.col);
}

void asy__say_type(asy_binder *b, const asy__frame *f, const asy_param *p, const asy_tree *t)
{
    if (t->var == t) return; /* an unknown `$name` has been said */
    static const char *const what[] = {
        [ASY_TREE_NULL] = "nothing", [ASY_TREE_LIST] = "a list", [ASY_TREE_MAP] = "a block"
    };
    const char *takes = p->type == ASY_P_ENUM ? asy__takes(b->arena, p) : noun(p);
    asy_loc at = t->loc.line && t->loc.line == t->loc.end_line ? t->loc : asy__head_loc(t);
    if (t->kind == ASY_TREE_SCALAR)
        asy_diag_add(b->diag, "E0202", &at, "`%s` takes %s, not `%s`", p->key, takes, t->text);
    else asy_diag_add(b->diag, "E0202", &at, "`%s` takes %s, not %s", p->key, takes, what[t->kind]);
    asy_diag_path(b->diag, asy__path(b, f->path, p->key));
    const char *label = asy__takes(b->arena, p);
    if (strcmp(label, takes) != 0) asy_diag_label(b->diag, "%s", label);
    if (p->type != ASY_P_BOOL || t->kind != ASY_TREE_SCALAR) return;
    static const char *const words[][2] = {
        { "true", "false" }, { "yes", "no" }, { "on", "off" }, { "1", "0" }, { "y", "n" },
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (int no = 0; no < 2; no++)
            if (same_word(t->text, words[i][no])) asy_diag_help(b->diag, "did you mean `%s`?", words[0][no]);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The sorted keys of the tables from `first` to before `end`; rows that the own table replaces count once. */
static const char *const *keys_of(asy_arena *a, const asy__frame *f, int first, int end, int *n)
{
    int most = 1;
    for (int i = first; i < end; i++)
        for (const asy_param *p = f->table[i]; p->key; p++) most++;
    const char **keys = ASY_NEWN(a, most, const char *);
    *n = 0;
    for (int i = first; i < end && keys; i++)
        for (const asy_param *p = f->table[i]; p->key; p++)
            if (i == 0 || first == 0 || !asy__row(f->table[0], p->key)) keys[(*n)++] = p->key;
    if (keys) qsort(keys, (size_t)*n, sizeof *keys, by_text);
    return keys;
}

static const char *synonym(const asy__frame *f, const char *word)
{
    for (int i = 0; i < f->n; i++)
        for (const asy_param *p = f->table[i]; p->key; p++)
            for (const char *const *s = p->synonyms; s && *s; s++)
                if (same_word(*s, word)) return p->key;
    return NULL;
}

/* The path of a block below `path` that takes `key`; NULL if none does. */
static const char *below(asy_binder *b, const char *path, const asy_param *table, const asy_tree *map,
                         const char *key, int depth)
{
    const char *found = NULL;
    for (const asy_param *p = table; p && p->key && !found && depth < 8; p++) {
        const char *at = asy__path(b, path, p->key);
        const asy_tree *t = asy_tree_get(map, p->key);
        if (p->type == ASY_P_BLOCK) {
            found = asy__row(p->block, key) ? at : below(b, at, p->block, t, key, depth + 1);
        } else if (p->type == ASY_P_METHOD) {
            if (asy__is_null(t)) t = p->def ? asy__flow_read(b->arena, p->def) : NULL;
            const asy_kind *kind = NULL;
            const asy_method *m = asy__method_of(b->arena, t, p->place, &kind, NULL);
            if ((m && asy__row(m->params, key)) || asy__row(p->place->keys, key)) found = at;
            else if (m && p->place->gathers && asy__row(kind->shared, key)) found = at;
            else if (m) found = below(b, at, m->params, t, key, depth + 1);
        }
    }
    return found;
}

static const char *elsewhere(asy_binder *b, const asy__frame *f, const char *key)
{
    for (const asy__frame *up = f->up; up; up = up->up)
        for (int i = 0; i < up->n; i++)
            if (asy__row(up->table[i], key)) return *up->path ? up->path : "the top of the spec";
    const char *found = NULL;
    for (const asy__frame *up = f; up && !found; up = up->up)
        if (up->n) found = below(b, up->path, up->table[0], up->map, key, 0);
    return found;
}

static void note_keys(asy_binder *b, const asy__frame *f)
{
    int n, m;
    const char *const *own = keys_of(b->arena, f, 0, f->n_own, &n);
    const char *const *common = keys_of(b->arena, f, f->n_own, f->n, &m);
    if (!own || !common) return;
    const char *own_text = n ? listed(b->arena, own, NULL) : "no parameters";
    const char *name = f->name ? asy_sprintf(b->arena, "`%s`", f->name) : "a spec";
    if (!f->noun || m == 0) asy_diag_note(b->diag, "%s takes %s", name, own_text);
    else
        asy_diag_note(b->diag, "%s takes %s; every %s takes %s", name, own_text, f->noun,
                      listed(b->arena, common, NULL));
}

/* Advice costs a walk through the language: a spec with more errors than anybody reads gets none. */
enum { MOST_ADVISED = 100 };

void asy__say_stranger(asy_binder *b, const asy__frame *f, const asy_tree *t)
{
    int n;
    const char *second = NULL, *near = NULL, *place = NULL;
    if (t->origin == ASY_FROM_OVERRIDE)
        asy_diag_add(b->diag, "E0210", &t->key_loc, "there is no `%s`", asy__path(b, f->path, t->key));
    else if (f->noun) asy_diag_add(b->diag, "E0203", &t->key_loc, "`%s` has no parameter `%s`", f->name, t->key);
    else if (f->name) asy_diag_add(b->diag, "E0203", &t->key_loc, "`%s` has no key `%s`", f->name, t->key);
    else              asy_diag_add(b->diag, "E0203", &t->key_loc, "a spec has no key `%s`", t->key);
    asy_diag_path(b->diag, asy__path(b, f->path, t->key));
    if (asy_diag_errors(b->diag) > MOST_ADVISED) return;
    const char *const *keys = keys_of(b->arena, f, 0, f->n, &n);
    if (keys) near = asy_near(t->key, n, keys, &second);
    if (!near && f->word) near = asy_near(t->key, 1, &f->word, NULL);
    if (!near) near = synonym(f, t->key);
    if (!near) place = elsewhere(b, f, t->key);
    if (near && second) asy_diag_help(b->diag, "did you mean `%s` or `%s`?", near, second);
    else if (near)      asy_diag_help(b->diag, "did you mean `%s`?", near);
    else if (place && strncmp(place, "the ", 4) == 0) asy_diag_help(b->diag, "this key belongs at %s", place);
    else if (place)     asy_diag_help(b->diag, "this key belongs under `%s`", place);
    note_keys(b, f);
}

static const char *method_word(const asy_spot *spot, const char *name)
{
    for (const asy_kind *const *k = asy_kinds; *k; k++) {
        if (!asy_kind_stands(*k, spot)) continue;
        int n;
        const asy_method *const *all = (*k)->methods(&n);
        for (int i = 0; i < n; i++)
            for (const char *s = all[i]->words; s && *s; s += strcspn(s, " "), s += *s == ' ')
                if (strncmp(s, name, strlen(name)) == 0 && *name && strcspn(s, " ") == strlen(name))
                    return all[i]->name;
    }
    return NULL;
}

void asy__say_name(asy_binder *b, const char *path, const asy_tree *t, const char *name, const asy_spot *spot)
{
    if (t->var == t) return;
    const char *const *names, *second = NULL;
    int n = asy_spot_names(b->arena, spot, &names), kinds = 0;
    const asy_kind *kind = NULL, *found = NULL;
    const char *near = n ? asy_near(name, n, names, &second) : NULL;
    if (!near) near = method_word(spot, name);
    for (const asy_kind *const *k = asy_kinds; *k; k++)
        if (asy_kind_stands(*k, spot)) kind = *k, kinds++;
    if (near && asy_method_find(near, spot, &found, NULL)) kind = found, kinds = 1;
    asy_diag_add(b->diag, "E0204", &t->loc, "no %s is called `%s`", kinds == 1 ? kind->name : spot->noun,
                 name);
    asy_diag_path(b->diag, path);
    const char *all = kinds == 1 ? asy_sprintf(b->arena, "all %s: assay list %s", kind->plural, kind->plural)
                                 : "all methods: assay list all";
    if (near && second) asy_diag_help(b->diag, "did you mean `%s` or `%s`?   (%s)", near, second, all);
    else if (near)      asy_diag_help(b->diag, "did you mean `%s`?   (%s)", near, all);
    else                asy_diag_help(b->diag, "%s", all);
    if (!near && n > 0 && n <= 24)
        asy_diag_note(b->diag, "there %s %s", n == 1 ? "is" : "are", listed(b->arena, names, " and "));
}
