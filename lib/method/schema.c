// SPDX-License-Identifier: GPL-3.0-or-later
#include "schema.h"
#include "registry.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Text forms of numbers: an exact ratio, separators, inf, a `$name`. */
static const char number_form[] = "^([-+]?(inf|([0-9][0-9_]*(\\.[0-9_]*)?|\\.[0-9][0-9_]*)([eE][-+]?[0-9]+)?("
                                  "/[0-9][0-9_.]*)?)|\\$[A-Za-z_][A-Za-z0-9_-]*)$";
static const char integer_form[] =
    "^([-+]?[0-9][0-9_]*(\\.0*)?([eE]\\+?[0-9]+)?|\\$[A-Za-z_][A-Za-z0-9_-]*)$";

enum { MAX_SPOTS = 64 };
typedef struct {
    asy_jw *w;
    bool partial; /* nothing is required, `~` removes */
    int n_spots;
    const asy_spot *spot[MAX_SPOTS];
} writer;

static void text(asy_jw *w, const char *key, const char *value) { asy_jw_key(w, key), asy_jw_text(w, value); }

static void value(writer *s, const asy_param *p);

static void one_type(asy_jw *w, const char *type) { text(w, "type", type); }

static void types(asy_jw *w, const char *a, const char *b, const char *c)
{
    asy_jw_key(w, "type"), asy_jw_list(w), asy_jw_text(w, a), asy_jw_text(w, b);
    if (c != NULL) asy_jw_text(w, c);
    asy_jw_list_end(w);
}

static void limits(asy_jw *w, const asy_param *p)
{
    if (p->lo == p->hi) return; /* no limits */
    if (isfinite(p->lo))
        asy_jw_key(w, p->flags & ASY_LO_OPEN ? "exclusiveMinimum" : "minimum"), asy_jw_num(w, p->lo);
    if (isfinite(p->hi))
        asy_jw_key(w, p->flags & ASY_HI_OPEN ? "exclusiveMaximum" : "maximum"), asy_jw_num(w, p->hi);
}

static void number(asy_jw *w, const asy_param *p)
{
    bool whole = p->type == ASY_P_I64;
    asy_jw_key(w, "anyOf"), asy_jw_list(w);
    asy_jw_object(w);
    one_type(w, whole ? "integer" : "number");
    limits(w, p);
    asy_jw_object_end(w);
    asy_jw_object(w);
    text(w, "pattern", whole ? integer_form : number_form);
    one_type(w, "string");
    asy_jw_object_end(w);
    if (p->choices != NULL && p->type == ASY_P_I64) {
        asy_jw_object(w);
        asy_jw_key(w, "enum"), asy_jw_list(w);
        for (int i = 0; p->choices[i] != NULL; i++) asy_jw_text(w, p->choices[i]);
        asy_jw_list_end(w);
        asy_jw_object_end(w);
    }
    asy_jw_list_end(w);
}

static void reference_to_var(asy_jw *w)
{
    asy_jw_object(w);
    text(w, "$ref", "#/definitions/var");
    asy_jw_object_end(w);
}

static void choice(asy_jw *w, const char *const *words)
{
    asy_jw_key(w, "anyOf"), asy_jw_list(w);
    asy_jw_object(w);
    asy_jw_key(w, "enum"), asy_jw_list(w);
    for (int i = 0; words[i] != NULL; i++) asy_jw_text(w, words[i]);
    asy_jw_list_end(w);
    asy_jw_object_end(w);
    reference_to_var(w);
    asy_jw_list_end(w);
}

static void list_of(asy_jw *w, const asy_param *p)
{
    asy_param member = *p;
    member.type = ASY_P_F64;
    asy_jw_key(w, "anyOf"), asy_jw_list(w);
    asy_jw_object(w);
    asy_jw_key(w, "items"), asy_jw_object(w);
    if (p->type == ASY_P_F64S) number(w, &member);
    else types(w, "string", "number", "boolean");
    asy_jw_object_end(w);
    one_type(w, "array");
    asy_jw_object_end(w);
    if (p->flags & ASY_SCALAR_OK) {
        asy_jw_object(w);
        if (p->type == ASY_P_F64S) number(w, &member);
        else types(w, "string", "number", "boolean");
        asy_jw_object_end(w);
    } else {
        reference_to_var(w);
    }
    asy_jw_list_end(w);
}

/* ---- blocks */

static void property(writer *s, const asy_param *p)
{
    asy_jw_key(s->w, p->key), asy_jw_object(s->w);
    if (s->partial) { /* `~` takes a key away */
        asy_jw_key(s->w, "anyOf"), asy_jw_list(s->w);
        asy_jw_object(s->w), one_type(s->w, "null"), asy_jw_object_end(s->w);
        asy_jw_object(s->w), value(s, p), asy_jw_object_end(s->w);
        asy_jw_list_end(s->w);
    } else {
        value(s, p);
    }
    asy_jw_object_end(s->w);
}

/* In a part `~` may take away a key that only another method has. */
static void close_object(const writer *s)
{
    asy_jw *w = s->w;
    asy_jw_key(w, "additionalProperties");
    if (s->partial) asy_jw_object(w), one_type(w, "null"), asy_jw_object_end(w);
    else asy_jw_bool(w, false);
    asy_jw_key(w, "patternProperties"), asy_jw_object(w), asy_jw_key(w, "^x-"), asy_jw_bool(w, true),
        asy_jw_object_end(w);
}

static bool any_required(const asy_param *rows)
{
    for (const asy_param *p = rows; p != NULL && p->key != NULL; p++)
        if ((p->flags & ASY_REQUIRED) && p->def == NULL && p->formula == NULL) return true;
    return false;
}

static bool in_rows(const asy_param *rows, const char *key)
{
    for (const asy_param *p = rows; p != NULL && p->key != NULL; p++)
        if (strcmp(p->key, key) == 0) return true;
    return false;
}

/* but: rows that replace them */
static void required_of(asy_jw *w, const asy_param *rows, const asy_param *but)
{
    for (const asy_param *p = rows; p != NULL && p->key != NULL; p++)
        if ((p->flags & ASY_REQUIRED) && p->def == NULL && p->formula == NULL && !in_rows(but, p->key))
            asy_jw_text(w, p->key);
}

/* The contents of an object schema. */
static void block(writer *s, const asy_param *rows)
{
    close_object(s);
    asy_jw_key(s->w, "properties"), asy_jw_object(s->w);
    for (const asy_param *p = rows; p->key != NULL; p++) property(s, p);
    asy_jw_object_end(s->w);
    if (!s->partial && any_required(rows)) {
        asy_jw_key(s->w, "required"), asy_jw_list(s->w);
        required_of(s->w, rows, NULL);
        asy_jw_list_end(s->w);
    }
    one_type(s->w, "object");
}

static void null_too(writer *s, unsigned flags)
{
    if (!s->partial && !(flags & ASY_NULL_OK)) return;
    asy_jw_object(s->w);
    asy_jw_key(s->w, "enum"), asy_jw_list(s->w), asy_jw_null(s->w);
    if (flags & ASY_NULL_OK) asy_jw_text(s->w, "none");
    asy_jw_list_end(s->w);
    asy_jw_object_end(s->w);
}

/* ---- methods */

static void name_of_spot(const writer *s, const asy_spot *spot, char out[160])
{
    size_t n = 0;
    const char *lead = s->partial ? "part " : "";
    for (const char *p = lead; *p != 0 && n < 158; p++) out[n++] = *p;
    for (const char *p = spot->path; *p != 0 && n < 158; p++) out[n++] = *p;
    out[n] = 0;
}

static void reference(writer *s, const asy_spot *spot)
{
    char name[160], path[192];
    bool known = false;
    for (int i = 0; i < s->n_spots; i++) known = known || s->spot[i] == spot;
    if (!known && s->n_spots < MAX_SPOTS) s->spot[s->n_spots++] = spot;
    name_of_spot(s, spot, name);
    (void)snprintf(path, sizeof path, "#/definitions/%s", name);
    for (char *p = path; *p != 0; p++) /* a JSON pointer inside a URI */
        if (*p == ' ') *p = '-';
    text(s->w, "$ref", path);
}

static void methods_list(writer *s, const asy_param *p)
{
    asy_jw_key(s->w, "anyOf"), asy_jw_list(s->w);
    asy_jw_object(s->w);
    reference(s, p->place);
    asy_jw_object_end(s->w);
    asy_jw_object(s->w);
    asy_jw_key(s->w, "items"), asy_jw_object(s->w), reference(s, p->place), asy_jw_object_end(s->w);
    one_type(s->w, "array");
    asy_jw_object_end(s->w);
    asy_jw_object(s->w); /* NAME → its parameters */
    one_type(s->w, "object");
    asy_jw_object_end(s->w);
    null_too(s, p->flags);
    asy_jw_list_end(s->w);
}

static void value(writer *s, const asy_param *p)
{
    asy_jw *w = s->w;
    if (p->type == ASY_P_METHOD || p->type == ASY_P_BLOCK || p->type == ASY_P_MAP ||
        p->type == ASY_P_METHODS) {
        if (p->type == ASY_P_METHODS) {
            methods_list(s, p);
        } else {
            asy_jw_key(w, "anyOf"), asy_jw_list(w), asy_jw_object(w);
            if (p->type == ASY_P_METHOD) {
                reference(s, p->place);
            } else if (p->type == ASY_P_BLOCK) {
                block(s, p->block);
            } else {
                asy_jw_key(w, "additionalProperties"), asy_jw_object(w);
                value(s, p->block);
                asy_jw_object_end(w);
                one_type(w, "object");
            }
            asy_jw_object_end(w);
            if (p->type == ASY_P_BLOCK && (p->flags & ASY_SCALAR_OK))
                asy_jw_object(w), value(s, p->block), asy_jw_object_end(w);
            null_too(s, p->flags);
            asy_jw_list_end(w);
        }
    } else if (p->type == ASY_P_F64 || p->type == ASY_P_I64) {
        number(w, p);
    } else if (p->type == ASY_P_BOOL) {
        asy_jw_key(w, "anyOf"), asy_jw_list(w), asy_jw_object(w), one_type(w, "boolean"),
            asy_jw_object_end(w);
        reference_to_var(w);
        asy_jw_list_end(w);
    } else if (p->type == ASY_P_ENUM) {
        choice(w, p->choices);
    } else if (p->type == ASY_P_F64S || p->type == ASY_P_STRS) {
        list_of(w, p);
    } else if (p->type != ASY_P_CUSTOM) {
        types(w, "string", "number", "boolean");
    }
    if (p->def != NULL) text(w, "default", p->def);
    if (p->help != NULL) text(w, "description", p->help);
}

static bool has_spot(const asy_kind *k, const asy_spot *spot)
{
    for (const asy_spot *const *s = k->spots; s != NULL && *s != NULL; s++)
        if (*s == spot) return true;
    return false;
}

/* Kinds whose shared keys stand in a block of this method: its own and those of what it may hold. */
static int shared_kinds(const asy_kind *own, const asy_method *m, const asy_kind *out[], int most)
{
    int n = 0;
    if (own->shared != NULL) out[n++] = own;
    for (const asy_param *p = m->params; p != NULL && p->key != NULL; p++) {
        if ((p->type != ASY_P_METHOD && p->type != ASY_P_METHODS) || p->place->gathers) continue;
        for (const asy_kind *const *k = asy_kinds; *k != NULL; k++) {
            bool there = (*k)->shared == NULL || !has_spot(*k, p->place);
            for (int i = 0; i < n; i++) there = there || out[i] == *k;
            if (!there && n < most) out[n++] = *k;
        }
    }
    return n;
}

/* The keys that a method's block may hold at this spot: its own, shared ones that it does not replace, the
 * spot's. Nested blocks leave shared keys to the block around them. */
static void method_keys(writer *s, const asy_spot *spot, const asy_kind *kind, const asy_method *m)
{
    const asy_kind *shared[8];
    int n = spot->gathers ? shared_kinds(kind, m, shared, 8) : 0;
    asy_jw_key(s->w, "properties"), asy_jw_object(s->w);
    asy_jw_key(s->w, spot->word), asy_jw_bool(s->w, true);
    for (const asy_param *p = m->params; p != NULL && p->key != NULL; p++) property(s, p);
    for (int i = 0; i < n; i++)
        for (const asy_param *p = shared[i]->shared; p->key != NULL; p++)
            if (!in_rows(m->params, p->key)) property(s, p);
    for (const asy_param *p = spot->keys; p != NULL && p->key != NULL; p++)
        if (!in_rows(m->params, p->key)) property(s, p);
    asy_jw_object_end(s->w);
}

static void names(asy_jw *w, const asy_method *m)
{
    asy_jw_text(w, m->name);
    for (const asy_preset *p = m->presets; p != NULL && p->name != NULL; p++) asy_jw_text(w, p->name);
}

static void required_keys(writer *s, const asy_spot *spot, const asy_kind *kind, const asy_method *m)
{
    const asy_kind *shared[8];
    int n = spot->gathers ? shared_kinds(kind, m, shared, 8) : 0;
    asy_jw_key(s->w, "required"), asy_jw_list(s->w);
    required_of(s->w, m->params, NULL);
    for (int i = 0; i < n; i++)
        if (shared[i] == kind) required_of(s->w, shared[i]->shared, m->params);
    required_of(s->w, spot->keys, m->params);
    asy_jw_list_end(s->w);
}

/* if the word is one of this method's names, then its keys; a pinned revision NAME@REV too */
static void rule(writer *s, const asy_spot *spot, const asy_kind *kind, const asy_method *m)
{
    asy_jw *w = s->w;
    asy_jw_object(w);
    asy_jw_key(w, "if"), asy_jw_object(w);
    asy_jw_key(w, "properties"), asy_jw_object(w), asy_jw_key(w, spot->word), asy_jw_object(w);
    asy_jw_key(w, "enum"), asy_jw_list(w);
    names(w, m);
    asy_jw_list_end(w);
    asy_jw_object_end(w), asy_jw_object_end(w);
    if (spot->def == NULL || strcmp(spot->def, m->name) != 0)
        asy_jw_key(w, "required"), asy_jw_list(w), asy_jw_text(w, spot->word), asy_jw_list_end(w);
    asy_jw_object_end(w);
    asy_jw_key(w, "then"), asy_jw_object(w);
    close_object(s);
    method_keys(s, spot, kind, m);
    if (!s->partial) required_keys(s, spot, kind, m);
    asy_jw_object_end(w);
    asy_jw_object_end(w);
}

static void for_methods(writer *s, const asy_spot *spot, bool rules)
{
    int n;
    for (const asy_kind *const *k = asy_kinds; *k != NULL; k++) {
        if (!has_spot(*k, spot)) continue;
        const asy_method *const *all = (*k)->methods(&n);
        for (int i = 0; i < n; i++)
            if (rules) rule(s, spot, *k, all[i]);
            else names(s->w, all[i]);
    }
}

/* NAME, NAME@REV, $name; methods that are not compiled in (a user's data sets) go by any name. */
static void name_schema(writer *s, const asy_spot *spot)
{
    asy_jw_key(s->w, "anyOf"), asy_jw_list(s->w);
    asy_jw_object(s->w);
    asy_jw_key(s->w, "enum"), asy_jw_list(s->w);
    for_methods(s, spot, false);
    asy_jw_list_end(s->w);
    asy_jw_object_end(s->w);
    asy_jw_object(s->w);
    text(s->w, "pattern", spot->more != NULL ? "." : "^([a-z0-9-]+@[0-9]+|\\$[A-Za-z_][A-Za-z0-9_-]*)$");
    one_type(s->w, "string");
    asy_jw_object_end(s->w);
    asy_jw_list_end(s->w);
}

static void spot_definition(writer *s, const asy_spot *spot)
{
    char name[160];
    name_of_spot(s, spot, name);
    for (char *p = name; *p != 0; p++)
        if (*p == ' ') *p = '-';
    asy_jw_key(s->w, name), asy_jw_object(s->w);
    asy_jw_key(s->w, "anyOf"), asy_jw_list(s->w);
    asy_jw_object(s->w), name_schema(s, spot), asy_jw_object_end(s->w);
    asy_jw_object(s->w);
    asy_jw_key(s->w, "allOf"), asy_jw_list(s->w);
    for_methods(s, spot, true);
    asy_jw_list_end(s->w);
    asy_jw_key(s->w, "properties"), asy_jw_object(s->w), asy_jw_key(s->w, spot->word), asy_jw_object(s->w);
    name_schema(s, spot);
    asy_jw_object_end(s->w), asy_jw_object_end(s->w);
    if (!s->partial && spot->def == NULL)
        asy_jw_key(s->w, "required"), asy_jw_list(s->w), asy_jw_text(s->w, spot->word), asy_jw_list_end(s->w);
    one_type(s->w, "object");
    asy_jw_object_end(s->w);
    asy_jw_list_end(s->w);
    text(s->w, "description", spot->noun);
    asy_jw_object_end(s->w);
}

static bool among(const char *const list[], const char *key)
{
    for (int i = 0; list[i] != NULL; i++)
        if (strcmp(list[i], key) == 0) return true;
    return false;
}

static void ref(asy_jw *w, const char *to) { asy_jw_object(w), text(w, "$ref", to), asy_jw_object_end(w); }

static void root_properties(writer *s, const asy_param *root, const char *const by_name[],
                            const char *const parts[])
{
    asy_jw *w = s->w;
    close_object(s);
    asy_jw_key(w, "properties"), asy_jw_object(w);
    for (const asy_param *p = root; p->key != NULL; p++) {
        if (s->partial || (!among(by_name, p->key) && !among(parts, p->key))) {
            property(s, p);
            continue;
        }
        asy_jw_key(w, p->key);
        if (among(parts, p->key)) {
            ref(w, "#/definitions/part");
            continue;
        }
        asy_jw_object(w);
        asy_jw_key(w, "additionalProperties"), asy_jw_object(w), asy_jw_key(w, "anyOf"), asy_jw_list(w);
        ref(w, "#/definitions/part");
        asy_jw_object(w), one_type(w, "null"), asy_jw_object_end(w);
        asy_jw_list_end(w), asy_jw_object_end(w);
        text(w, "description", p->help);
        one_type(w, "object");
        asy_jw_object_end(w);
    }
    /* files that are laid below this one; what they hold need not stand here */
    asy_jw_key(w, "include"), asy_jw_object(w);
    text(w, "description", "files that are merged first, in this order");
    asy_jw_key(w, "items"), asy_jw_object(w), one_type(w, "string"), asy_jw_object_end(w);
    one_type(w, "array");
    asy_jw_object_end(w);
    asy_jw_object_end(w);
}

static void spot_definitions(writer *s)
{
    for (int i = 0; i < s->n_spots; i++) spot_definition(s, s->spot[i]); /* more may be added on the way */
}

static void one_of_names(asy_jw *w, const char *const names[])
{
    asy_jw_object(w);
    asy_jw_key(w, "enum"), asy_jw_list(w);
    for (int i = 0; names[i] != NULL; i++) asy_jw_text(w, names[i]);
    asy_jw_list_end(w);
    asy_jw_object_end(w);
}

/* What a document must have: the required keys; or all but the spared one beside certain methods; or files
 * that it is laid over, which may have them. */
static void demands(asy_jw *w, const asy_schema *d)
{
    asy_jw_key(w, "anyOf"), asy_jw_list(w);
    asy_jw_object(w), asy_jw_key(w, "required"), asy_jw_list(w), required_of(w, d->root, NULL),
        asy_jw_list_end(w), asy_jw_object_end(w);
    if (d->spared != NULL) {
        const asy_param but[] = { { .key = d->spared }, { .key = NULL } };
        asy_jw_object(w);
        asy_jw_key(w, "properties"), asy_jw_object(w), asy_jw_key(w, d->where), asy_jw_object(w);
        asy_jw_key(w, "anyOf"), asy_jw_list(w);
        one_of_names(w, d->names);
        asy_jw_object(w);
        asy_jw_key(w, "properties"), asy_jw_object(w), asy_jw_key(w, d->word);
        one_of_names(w, d->names);
        asy_jw_object_end(w);
        asy_jw_key(w, "required"), asy_jw_list(w), asy_jw_text(w, d->word), asy_jw_list_end(w);
        one_type(w, "object");
        asy_jw_object_end(w);
        asy_jw_list_end(w);
        asy_jw_object_end(w), asy_jw_object_end(w);
        asy_jw_key(w, "required"), asy_jw_list(w), required_of(w, d->root, but), asy_jw_list_end(w);
        asy_jw_object_end(w);
    }
    asy_jw_object(w), asy_jw_key(w, "required"), asy_jw_list(w), asy_jw_text(w, "include"),
        asy_jw_list_end(w), asy_jw_object_end(w);
    asy_jw_list_end(w);
}

void asy_schema_write(asy_jw *w, const asy_schema *d)
{
    writer full = { .w = w }, part = { .w = w, .partial = true };
    asy_jw_object(w);
    text(w, "$id", d->id);
    text(w, "$schema", "http://json-schema.org/draft-07/schema#");
    root_properties(&full, d->root, d->parts_by_name, d->parts);
    asy_jw_key(w, "definitions"), asy_jw_object(w);
    asy_jw_key(w, "part"), asy_jw_object(w);
    root_properties(&part, d->root, d->parts_by_name, d->parts);
    one_type(w, "object");
    asy_jw_object_end(w);
    asy_jw_key(w, "var"), asy_jw_object(w);
    text(w, "pattern", "^\\$[A-Za-z_][A-Za-z0-9_-]*$");
    one_type(w, "string");
    asy_jw_object_end(w);
    spot_definitions(&full);
    spot_definitions(&part);
    asy_jw_object_end(w);
    demands(w, d);
    text(w, "title", d->title);
    one_type(w, "object");
    asy_jw_object_end(w);
}
