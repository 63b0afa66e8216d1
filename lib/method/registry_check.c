// SPDX-License-Identifier: GPL-3.0-or-later
/* What a table must be before a user meets it. */
#include "bind.h"
#include <string.h>

static bool is_word(const char *s, const char *more)
{
    size_t n = 0;
    while (s &&
           ((s[n] >= 'a' && s[n] <= 'z') || (s[n] >= '0' && s[n] <= '9') || (s[n] && strchr(more, s[n]))))
        n++;
    return n > 0 && !s[n];
}

/* A default must read as a user's value would. */
static asy_status check_default(asy_arena *a, const char *name, const asy_param *p, const char *def)
{
    asy_binder b = { .arena = a, .diag = asy_diag_new(a) };
    asy_param table[] = { *p, ASY_PARAM_END };
    const asy_kind *kind;
    asy_tree *t = asy__flow_read(a, def);
    void *out = asy_alloc(a, 1, sizeof(asy_members));
    ASY_TRY(asy_arena_status(a));
    if (!t) ASY_FAIL(ASY_EBUG, "%s: the default of `%s` is not a value: %s", name, p->key, def);
    if (p->type == ASY_P_METHOD) {
        if (!asy__method_of(a, t, p->place, &kind, NULL))
            ASY_FAIL(ASY_EBUG, "%s: the default of `%s` names no method: %s", name, p->key, def);
        return ASY_OK;
    }
    if (p->type == ASY_P_STR || p->type == ASY_P_PATH || p->type == ASY_P_BLOCK || p->type == ASY_P_MAP ||
        p->type == ASY_P_CUSTOM)
        return ASY_OK;
    table[0].off = 0;
    table[0].def = def;
    (void)asy__bind_block(&b, NULL, name, NULL, table, out);
    if (asy_diag_errors(b.diag))
        ASY_FAIL(ASY_EBUG, "%s: the default of `%s` does not fit its own row: %s", name, p->key, def);
    return asy_arena_status(a);
}

static asy_status check_table(asy_arena *a, const char *name, const asy_param *table, size_t size)
{
    for (const asy_param *p = table; p && p->key; p++) {
        if (!is_word(p->key, "_")) ASY_FAIL(ASY_EBUG, "%s: `%s` is not a key", name, p->key);
        if (!p->help || !*p->help) ASY_FAIL(ASY_EBUG, "%s: `%s` says nothing about itself", name, p->key);
        if (asy__row(table, p->key) != p) ASY_FAIL(ASY_EBUG, "%s: `%s` is there twice", name, p->key);
        if (p->off >= size) ASY_FAIL(ASY_EBUG, "%s: `%s` lies outside its struct", name, p->key);
        if (p->type == ASY_P_ENUM && (!p->choices || !p->choices[0]))
            ASY_FAIL(ASY_EBUG, "%s: `%s` has no choices", name, p->key);
        if ((p->type == ASY_P_METHOD || p->type == ASY_P_METHODS) && !p->place)
            ASY_FAIL(ASY_EBUG, "%s: `%s` has no spot", name, p->key);
        if ((p->formula != NULL) != (p->derive != NULL))
            ASY_FAIL(ASY_EBUG, "%s: `%s` has a formula or its code, not both", name, p->key);
        if (p->def) ASY_TRY(check_default(a, name, p, p->def));
    }
    return ASY_OK;
}

static asy_status check_preset(asy_arena *a, const asy_method *m, const asy_preset *p)
{
    if (!is_word(p->name, "-") || !p->summary || !*p->summary)
        ASY_FAIL(ASY_EBUG, "%s: a preset without name or summary", m->name);
    for (size_t i = 0; i < sizeof p->set / sizeof *p->set && p->set[i][0]; i++) {
        const asy_param *row = asy__row(m->params, p->set[i][0]);
        if (!row)
            ASY_FAIL(ASY_EBUG, "%s: the preset %s sets `%s`, which is no parameter", m->name, p->name,
                     p->set[i][0]);
        if (!row->formula || strcmp(p->set[i][1], "auto") != 0)
            ASY_TRY(check_default(a, m->name, row, p->set[i][1]));
    }
    return ASY_OK;
}

/* How many methods or presets may be meant by a name at a spot. */
static int meant(const char *name, const asy_spot *spot)
{
    int count = 0, n;
    for (const asy_kind *const *k = asy_kinds; *k; k++) {
        if (!asy_kind_stands(*k, spot)) continue;
        const asy_method *const *all = (*k)->methods(&n);
        for (int i = 0; i < n; i++) {
            count += strcmp(all[i]->name, name) == 0;
            for (const asy_preset *p = all[i]->presets; p && p->name; p++)
                count += strcmp(p->name, name) == 0;
        }
    }
    return count;
}

static asy_status check_method(asy_arena *a, const asy_kind *k, const asy_method *m)
{
    if (!is_word(m->name, "-"))
        ASY_FAIL(ASY_EBUG, "a method of kind %s is called `%s`", k->name, m->name ? m->name : "");
    if (!m->summary || !*m->summary) ASY_FAIL(ASY_EBUG, "%s %s has no summary", k->name, m->name);
    if (!m->cite || !*m->cite) ASY_FAIL(ASY_EBUG, "%s %s has no cite", k->name, m->name);
    if (m->revision < 1) ASY_FAIL(ASY_EBUG, "%s %s has no revision", k->name, m->name);
    ASY_TRY(check_table(a, m->name, m->params, m->params_size));
    for (const asy_preset *p = m->presets; p && p->name; p++) ASY_TRY(check_preset(a, m, p));
    for (const asy_spot *const *s = k->spots; *s; s++) {
        if (meant(m->name, *s) != 1)
            ASY_FAIL(ASY_EBUG, "two methods are called %s at %s", m->name, (*s)->path);
        for (const asy_preset *p = m->presets; p && p->name; p++)
            if (meant(p->name, *s) != 1)
                ASY_FAIL(ASY_EBUG, "two methods are called %s at %s", p->name, (*s)->path);
        if (asy__row(m->params, (*s)->word))
            ASY_FAIL(ASY_EBUG, "%s: the key `%s` names the method", m->name, (*s)->word);
    }
    return ASY_OK;
}

static asy_status check_kind(asy_arena *a, const asy_kind *k)
{
    int n;
    if (!k->summary || !k->plural) ASY_FAIL(ASY_EBUG, "kind %s has no summary", k->name);
    ASY_TRY(check_table(a, k->name, k->shared, k->shared_size));
    for (const asy_spot *const *s = k->spots; *s; s++)
        ASY_TRY(check_table(a, (*s)->path, (*s)->keys, (*s)->keys_size));
    const asy_method *const *all = k->methods(&n);
    for (int i = 0; i < n; i++) ASY_TRY(check_method(a, k, all[i]));
    return ASY_OK;
}

asy_status asy_registry_check(void)
{
    asy_arena *a = asy_arena_new(0);
    asy_status s = a ? ASY_OK : ASY_ENOMEM;
    for (const asy_kind *const *k = asy_kinds; *k && s == ASY_OK; k++) s = check_kind(a, *k);
    asy_arena_free(a);
    return s;
}
