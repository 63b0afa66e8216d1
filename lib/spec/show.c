// SPDX-License-Identifier: GPL-3.0-or-later
/* The resolved spec: as YAML, or a line a value with where it came from. */
#include "../base/json.h"
#include "overlay.h"

#include <stdio.h>
#include <string.h>

static bool plain(const char *s)
{
    if (s[0] == 0 || strchr("-?:,[]{}#&*!|>'\"%@` ~", s[0]) != NULL) return false;
    for (const char *p = s; *p != 0; p++)
        if ((unsigned char)*p < 0x20 || strchr(",[]{}#\"'", *p) != NULL ||
            (*p == ':' && (p[1] == ' ' || p[1] == 0)) || (*p == ' ' && p[1] == 0))
            return false;
    return true;
}

static void put_text(asy_buf *b, const char *s)
{
    asy_jw w;
    if (s == NULL) asy_buf_puts(b, "~");
    else if (plain(s)) asy_buf_puts(b, s);
    else asy_jw_init(&w, b, 0), asy_jw_text(&w, s); /* a JSON string is a YAML string */
}

static bool nested(const asy_rtree *r)
{
    return !r->list && !r->absent &&
           (r->type == ASY_P_METHOD || r->type == ASY_P_BLOCK || r->type == ASY_P_MAP);
}

/* The key that names a method of this kind: "method", for a model "arch". */
static const char *word_of(const asy_bound *b)
{
    for (const asy_spot *const *s = b->kind->spots; *s != NULL; s++)
        if (strcmp((*s)->word, "method") != 0) return (*s)->word;
    return "method";
}

static void put_value(asy_buf *b, const asy_rtree *r);

/* What is nested inside a list: a method that takes nothing by its name, else a block in braces. */
static void put_member(asy_buf *b, const asy_rtree *r)
{
    const char *comma = "";
    bool method = r->type == ASY_P_METHOD && r->method != NULL;
    if (method && r->child == NULL) {
        put_text(b, r->text);
        return;
    }
    asy_buf_putc(b, '{');
    if (method) asy_buf_printf(b, "%s: %s", word_of(r->method), r->text), comma = ", ";
    for (const asy_rtree *c = r->child; c != NULL; c = c->next) {
        if (c->absent && c->origin == ASY_FROM_DEFAULT) continue;
        asy_buf_printf(b, "%s%s: ", comma, c->key);
        put_value(b, c);
        comma = ", ";
    }
    asy_buf_putc(b, '}');
}

static void put_value(asy_buf *b, const asy_rtree *r)
{
    char num[32];
    if (r->absent) {
        asy_buf_puts(b, "none");
    } else if (r->list) {
        asy_buf_putc(b, '[');
        for (const asy_rtree *c = r->child; c != NULL; c = c->next) {
            if (c != r->child) asy_buf_puts(b, ", ");
            put_value(b, c);
        }
        asy_buf_putc(b, ']');
    } else if (nested(r)) {
        put_member(b, r);
    } else if (r->type == ASY_P_F64) {
        asy_json_number(r->num, num);
        asy_buf_puts(b, num[0] == '"' ? (r->num > 0 ? "inf" : "-inf") : num);
    } else if (r->type == ASY_P_I64) {
        if (r->text != NULL) asy_buf_puts(b, r->text);
        else asy_buf_printf(b, "%lld", (long long)r->i);
    } else if (r->type == ASY_P_BOOL) {
        asy_buf_puts(b, r->b ? "true" : "false");
    } else {
        put_text(b, r->text);
    }
}

static void put_yaml(asy_buf *b, const asy_rtree *r, int depth)
{
    for (const asy_rtree *c = r->child; c != NULL; c = c->next) {
        if (c->absent && c->origin == ASY_FROM_DEFAULT) continue;
        asy_buf_printf(b, "%*s%s:", 2 * depth, "", c->key);
        if (nested(c)) {
            asy_buf_putc(b, '\n');
            if (c->type == ASY_P_METHOD && c->method != NULL)
                asy_buf_printf(b, "%*s%s: %s\n", 2 * depth + 2, "", word_of(c->method), c->method->name);
            put_yaml(b, c, depth + 1);
        } else {
            asy_buf_putc(b, ' ');
            put_value(b, c);
            asy_buf_putc(b, '\n');
        }
    }
}

/* file: what the spec is called; NULL: by its path. */
static void put_origin(asy_buf *b, const asy_rtree *r, const char *owner, const char *file)
{
    static const char *const from[] = { "", "include, ", "arm, ", "axis, ", "smoke, ", "", "default" };
    if (r->origin == ASY_FROM_DEFAULT || r->loc.line == 0) {
        if (r->formula != NULL) asy_buf_printf(b, "%s of %s", r->formula, owner);
        else asy_buf_printf(b, r->origin == ASY_FROM_SMOKE ? "smoke" : "default of %s", owner);
        return;
    }
    if (r->var != NULL) {
        asy_buf_printf(b, "$%s, ", r->var->key);
        asy_buf_printf(b, "%s:%d:%d",
                       file != NULL && r->var->origin == ASY_FROM_FILE ? file : r->var->loc.file,
                       r->var->loc.line, r->var->loc.col);
        return;
    }
    asy_buf_puts(b, from[r->origin]);
    if (r->origin == ASY_FROM_OVERRIDE) asy_buf_puts(b, r->loc.file);
    else asy_buf_printf(b, "%s:%d:%d", file != NULL ? file : r->loc.file, r->loc.line, r->loc.col);
    if (r->over != NULL && r->over->loc.line > 0) {
        asy_buf_puts(b, "   (over ");
        if (r->over->kind == ASY_TREE_SCALAR) asy_buf_printf(b, "%s, ", r->over->text);
        asy_buf_printf(b, "%s:%d:%d)",
                       file != NULL && r->over->origin != ASY_FROM_OVERRIDE ? file : r->over->loc.file,
                       r->over->loc.line, r->over->loc.col);
    }
}

static void put_lines(asy_buf *b, const asy_rtree *r, const char *path, const char *owner)
{
    char name[512];
    asy_buf value;
    for (const asy_rtree *c = r->child; c != NULL; c = c->next) {
        snprintf(name, sizeof name, "%s%s%s", path, path[0] != 0 ? "." : "", c->key);
        if (c->absent && c->origin == ASY_FROM_DEFAULT) continue;
        if (nested(c)) {
            const char *own = c->method != NULL ? c->method->m->name : owner;
            if (c->type == ASY_P_METHOD && c->method != NULL) {
                asy_buf_printf(b, "%-32s %s   ", name, c->method->name);
                put_origin(b, c, owner, NULL);
                asy_buf_putc(b, '\n');
            }
            put_lines(b, c, name, own);
            continue;
        }
        asy_buf_init(&value, 1 << 20);
        put_value(&value, c);
        asy_buf_printf(b, "%-32s %s   ", name, asy_buf_text(&value));
        asy_buf_free(&value);
        put_origin(b, c, owner, NULL);
        asy_buf_putc(b, '\n');
    }
}

/* "train.epochs": {"origin": …, "value": …}, in the order of the tables. */
static void put_json(asy_jw *w, const asy_rtree *r, const char *path, const char *owner)
{
    char name[512];
    asy_buf value, origin;
    for (const asy_rtree *c = r->child; c != NULL; c = c->next) {
        if (c->absent && c->origin == ASY_FROM_DEFAULT) continue;
        snprintf(name, sizeof name, "%s%s%s", path, path[0] != 0 ? "." : "", c->key);
        bool method = c->type == ASY_P_METHOD && c->method != NULL;
        if (!nested(c) || method) {
            asy_buf_init(&value, 1 << 20);
            asy_buf_init(&origin, 1 << 16);
            if (method) asy_buf_puts(&value, c->method->name);
            else put_value(&value, c);
            put_origin(&origin, c, owner, "spec/source.yaml");
            asy_jw_key(w, name), asy_jw_object(w);
            asy_jw_key(w, "origin"), asy_jw_text(w, asy_buf_text(&origin));
            asy_jw_key(w, "value"), asy_jw_text(w, asy_buf_text(&value));
            asy_jw_object_end(w);
            asy_buf_free(&value);
            asy_buf_free(&origin);
        }
        if (nested(c)) put_json(w, c, name, method ? c->method->m->name : owner);
    }
}

void asy_study_origins(const asy_study *s, asy_buf *b)
{
    asy_jw w;
    asy_jw_init(&w, b, 1);
    asy_jw_object(&w);
    asy_jw_key(&w, "arms"), asy_jw_object(&w);
    for (int i = 0; i < s->n_runs; i++) {
        if (i > 0 && strcmp(s->runs[i].config, s->runs[i - 1].config) == 0) continue;
        asy_jw_key(&w, s->runs[i].config), asy_jw_object(&w);
        put_json(&w, s->runs[i].resolved, "", "the language");
        asy_jw_object_end(&w);
    }
    asy_jw_object_end(&w);
    asy_jw_key(&w, "format"), asy_jw_text(&w, "assay.origins/1");
    asy_jw_object_end(&w);
    asy_buf_putc(b, '\n');
}

void asy_study_show(const asy_study *s, const asy_run_plan *run, bool origin, asy_buf *b)
{
    if (run == NULL && s->n_runs > 0) run = &s->runs[0];
    if (run == NULL) return;
    if (origin) put_lines(b, run->resolved, "", "the language");
    else put_yaml(b, run->resolved, 0);
}
