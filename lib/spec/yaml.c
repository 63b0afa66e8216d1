// SPDX-License-Identifier: GPL-3.0-or-later
/* YAML to located trees: the one file that sees libyaml. Only its event parser is used; anchors, aliases,
 * merges, limits and every complaint are ours, because the place of each node must survive. */
#include "../base/io.h"
#include "../base/map.h"
#include "spec.h"

#include <stdio.h>
#include <string.h>
#include <yaml.h>

enum { MAX_DEPTH = 64, MAX_NODES = 100000, MAX_BYTES = 4 << 20 };

typedef struct {
    asy_arena *arena;
    asy_diag *diag;
    const char *name, *text;
    yaml_parser_t parser;
    asy_map *anchors;
    long nodes;
    bool failed;
} reader;

static asy_loc span(const reader *r, yaml_mark_t a, yaml_mark_t b)
{
    return (asy_loc){ .file = r->name,
                      .text = r->text,
                      .line = (int)a.line + 1,
                      .col = (int)a.column + 1,
                      .end_line = (int)b.line + 1,
                      .end_col = (int)b.column + 1 };
}

static void fail(reader *r, const char *code, asy_loc loc, const char *text)
{
    if (!r->failed) asy_diag_add(r->diag, code, &loc, "%s", text);
    r->failed = true;
}

/* What libyaml says, in words about the input. */
static const struct {
    const char *theirs, *ours;
} words[] = {
    { "did not find expected ',' or ']'", "this list is never closed" },
    { "did not find expected ',' or '}'", "this map is never closed" },
    { "did not find expected '-' indicator",
      "a list item must begin with `- ` at the column of its neighbours" },
    { "did not find expected key", "a key must stand here, at the column of its neighbours" },
    { "mapping values are not allowed",
      "a `:` cannot stand here; put the text in quotes or begin a new line" },
    { "could not find expected ':'", "this line has no `:` after its key" },
    { "found unexpected end of stream", "a quoted text is never closed" },
    { "found character that cannot start any token",
      "this character cannot begin a value; put the text in quotes" },
    { "block sequence entries are not allowed", "a list item cannot stand here; begin a new line" },
    { "did not find expected node content", "a value is missing here" },
    { "did not find expected <document start>", "the file holds a second document; a spec is one" },
    { "found unknown escape character", "a \\ in a \"text\" begins an escape; write \\\\ or use 'quotes'" },
    { "found undefined tag handle", "tags (`!x`) are not part of the language" },
};

static void syntax(reader *r)
{
    const yaml_parser_t *p = &r->parser;
    const char *text = p->problem != NULL ? p->problem : "this cannot be read";
    bool list = p->context != NULL && strstr(p->context, "flow sequence") != NULL,
         opened = list || (p->context != NULL && strstr(p->context, "flow mapping") != NULL);
    yaml_mark_t at = opened ? p->context_mark : p->problem_mark, end = at;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(text, words[i].theirs) != NULL) text = words[i].ours;
    if (p->error == YAML_READER_ERROR)
        text = "the spec holds a character that is not text", at.line = at.column = end.line = end.column = 0;
    end.column++;
    if (r->failed) return;
    fail(r, "E0101", span(r, at, end), text);
    if (opened) {
        yaml_mark_t near = p->problem_mark, after = near;
        after.column++;
        asy_loc second = span(r, near, after);
        asy_diag_label(r->diag, "opened here");
        asy_diag_second(r->diag, &second, "a `,` or `%s` must come before this", list ? "]" : "}");
    }
}

static bool next_event(reader *r, yaml_event_t *e)
{
    if (!r->failed && yaml_parser_parse(&r->parser, e)) return true;
    if (!r->failed) syntax(r);
    return false;
}

static asy_tree *node(reader *r, asy_tree_kind kind, const yaml_event_t *e, int depth)
{
    asy_loc loc = span(r, e->start_mark, e->end_mark);
    if (++r->nodes > MAX_NODES) fail(r, "E0109", loc, "the spec has more than 100 000 values");
    if (depth > MAX_DEPTH) fail(r, "E0109", loc, "the spec is nested more than 64 deep");
    asy_tree *t = ASY_NEW(r->arena, asy_tree);
    if (t == NULL) r->failed = true;
    else *t = (asy_tree){ .kind = kind, .loc = loc };
    return r->failed ? NULL : t;
}

/* Nodes of a tree, and how many levels it has. */
static long measure(const asy_tree *t, int *levels)
{
    long n = 1;
    int deepest = 0;
    for (const asy_tree *c = t->child; c != NULL; c = c->next) {
        int below;
        n += measure(c, &below);
        if (below > deepest) deepest = below;
    }
    *levels = deepest + 1;
    return n;
}

static void keep_anchor(reader *r, const yaml_char_t *anchor, asy_tree *t)
{
    if (anchor != NULL && t != NULL) asy_map_put(r->anchors, (const char *)anchor, t);
}

static asy_tree *read_node(reader *r, yaml_event_t *e, int depth);

static bool is_null(const yaml_event_t *e)
{
    const char *s = (const char *)e->data.scalar.value;
    return e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (s[0] == 0 || strcmp(s, "~") == 0 || strcmp(s, "null") == 0);
}

static asy_tree *read_scalar(reader *r, yaml_event_t *e, int depth)
{
    if (e->data.scalar.tag != NULL)
        fail(r, "E0105", span(r, e->start_mark, e->end_mark), "tags (`!x`) are not part of the language");
    if (strlen((const char *)e->data.scalar.value) != e->data.scalar.length)
        fail(r, "E0108", span(r, e->start_mark, e->end_mark), "the text holds a NUL byte");
    asy_tree *t = node(r, is_null(e) ? ASY_TREE_NULL : ASY_TREE_SCALAR, e, depth);
    if (t == NULL) return NULL;
    t->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    t->text = asy_strdup(r->arena, (const char *)e->data.scalar.value);
    return t;
}

static asy_tree *read_alias(reader *r, const yaml_event_t *e, int depth)
{
    const char *name = (const char *)e->data.alias.anchor;
    asy_loc loc = span(r, e->start_mark, e->end_mark);
    const asy_tree *to = asy_map_get(r->anchors, name);
    if (to == NULL) {
        if (!r->failed) asy_diag_add(r->diag, "E0104", &loc, "there is no anchor `&%s` above this", name);
        r->failed = true;
        return NULL;
    }
    asy_tree *t = node(r, to->kind, e, depth);
    if (t == NULL) return NULL;
    asy_loc here = t->loc;
    *t = *to;
    t->key = NULL;
    t->next = NULL;
    if (t->kind != ASY_TREE_MAP && t->kind != ASY_TREE_LIST) t->loc = here;
    int levels;
    r->nodes += measure(to, &levels) - 1;
    if (r->nodes > MAX_NODES) fail(r, "E0109", loc, "aliases make the spec larger than 100 000 values");
    if (depth + levels - 1 > MAX_DEPTH) fail(r, "E0109", loc, "aliases nest the spec more than 64 deep");
    return t;
}

static asy_tree *read_list(reader *r, yaml_event_t *open, int depth)
{
    asy_tree *list = node(r, ASY_TREE_LIST, open, depth), **tail = list != NULL ? &list->child : NULL;
    yaml_event_t e;
    if (open->data.sequence_start.tag != NULL)
        fail(r, "E0105", span(r, open->start_mark, open->end_mark),
             "tags (`!x`) are not part of the language");
    while (next_event(r, &e)) {
        if (e.type == YAML_SEQUENCE_END_EVENT) {
            list->loc.end_line = (int)e.end_mark.line + 1;
            list->loc.end_col = (int)e.end_mark.column + 1;
            yaml_event_delete(&e);
            return list;
        }
        *tail = read_node(r, &e, depth + 1);
        if (*tail == NULL) return NULL;
        tail = &(*tail)->next;
    }
    return NULL;
}

/* A map in the making. Its keys are kept beside it: a hostile map has as many as the limits allow. */
typedef struct {
    asy_tree **tail, *merges;
    asy_map *keys; /* key → its value */
    int depth;
} pairs;

static void add(pairs *p, asy_tree *value)
{
    asy_map_put(p->keys, value->key, value);
    *p->tail = value;
    p->tail = &value->next;
}

/* `<<`: the map's keys where they are not written; several maps: the earlier one wins (YAML merge type). */
static void merge(reader *r, pairs *p, const asy_tree *from)
{
    if (from->kind == ASY_TREE_LIST) {
        for (const asy_tree *c = from->child; c != NULL; c = c->next) merge(r, p, c);
        return;
    }
    if (from->kind != ASY_TREE_MAP) {
        fail(r, "E0101", from->loc, "`<<` takes a map, or a list of maps");
        return;
    }
    for (const asy_tree *c = from->child; c != NULL; c = c->next) {
        if (asy_map_has(p->keys, c->key)) continue;
        asy_tree *copy = ASY_NEW(r->arena, asy_tree);
        if (copy == NULL) {
            r->failed = true;
            return;
        }
        *copy = *c;
        copy->next = NULL;
        add(p, copy);
    }
}

static bool read_pair(reader *r, pairs *p, yaml_event_t *key)
{
    asy_loc at = span(r, key->start_mark, key->end_mark);
    yaml_event_t e;
    if (key->type != YAML_SCALAR_EVENT) {
        fail(r, "E0101", at, "a key must be a plain word");
        return false;
    }
    char *word = asy_strdup(r->arena, (const char *)key->data.scalar.value);
    if (word == NULL || !next_event(r, &e)) return false;
    asy_tree *value = read_node(r, &e, p->depth + 1);
    if (value == NULL) return false;
    value->key = word;
    value->key_loc = at;
    if (strcmp(word, "<<") == 0 && key->data.scalar.style == YAML_PLAIN_SCALAR_STYLE) {
        value->next = p->merges;
        p->merges = value;
        return true;
    }
    const asy_tree *first = asy_map_get(p->keys, word);
    if (first != NULL) {
        asy_diag_add(r->diag, "E0102", &at, "`%s` stands here a second time", word);
        asy_diag_second(r->diag, &first->key_loc, "the first one");
        r->failed = true;
        return false;
    }
    add(p, value);
    return true;
}

static asy_tree *read_map(reader *r, yaml_event_t *open, int depth)
{
    asy_tree *map = node(r, ASY_TREE_MAP, open, depth);
    pairs p = { .tail = map != NULL ? &map->child : NULL, .keys = asy_map_new(r->arena), .depth = depth };
    yaml_event_t e;
    if (open->data.mapping_start.tag != NULL)
        fail(r, "E0105", span(r, open->start_mark, open->end_mark),
             "tags (`!x`) are not part of the language");
    while (next_event(r, &e)) {
        bool end = e.type == YAML_MAPPING_END_EVENT;
        bool ok = end || read_pair(r, &p, &e);
        if (end) {
            map->loc.end_line = (int)e.end_mark.line + 1;
            map->loc.end_col = (int)e.end_mark.column + 1;
        }
        yaml_event_delete(&e);
        if (!ok) return NULL;
        if (!end) continue;
        for (; p.merges != NULL; p.merges = p.merges->next) merge(r, &p, p.merges);
        return r->failed ? NULL : map;
    }
    return NULL;
}

/* Takes the event over. */
static asy_tree *read_node(reader *r, yaml_event_t *e, int depth)
{
    asy_tree *t = NULL;
    const yaml_char_t *anchor = NULL;
    if (e->type == YAML_SCALAR_EVENT) t = read_scalar(r, e, depth), anchor = e->data.scalar.anchor;
    else if (e->type == YAML_ALIAS_EVENT) t = read_alias(r, e, depth);
    else if (e->type == YAML_SEQUENCE_START_EVENT)
        t = read_list(r, e, depth), anchor = e->data.sequence_start.anchor;
    else if (e->type == YAML_MAPPING_START_EVENT)
        t = read_map(r, e, depth), anchor = e->data.mapping_start.anchor;
    keep_anchor(r, anchor, t);
    if (e->type != YAML_ALIAS_EVENT && e->type != YAML_SCALAR_EVENT && e->type != YAML_SEQUENCE_START_EVENT &&
        e->type != YAML_MAPPING_START_EVENT)
        fail(r, "E0101", span(r, e->start_mark, e->end_mark), "a value is missing here");
    yaml_event_delete(e);
    return r->failed ? NULL : t;
}

static asy_tree *read_document(reader *r)
{
    yaml_event_t e;
    asy_tree *t = NULL;
    while (next_event(r, &e)) {
        yaml_event_type_t type = e.type;
        if (type == YAML_DOCUMENT_START_EVENT && t != NULL)
            fail(r, "E0101", span(r, e.start_mark, e.end_mark),
                 "the file holds a second document; a spec is one");
        if (type == YAML_STREAM_START_EVENT || type == YAML_DOCUMENT_START_EVENT ||
            type == YAML_DOCUMENT_END_EVENT || type == YAML_STREAM_END_EVENT)
            yaml_event_delete(&e);
        else t = read_node(r, &e, 1);
        if (type == YAML_STREAM_END_EVENT || r->failed) break;
    }
    return r->failed ? NULL : t;
}

static bool conflict_marker(const char *line)
{
    static const char *const marks[] = { "<<<<<<< ", "======= ", ">>>>>>> ", "=======\n" };
    for (int i = 0; i < 4; i++)
        if (strncmp(line, marks[i], 8) == 0) return true;
    return false;
}

/* What must be seen before the parser stumbles over it: bytes that are not UTF-8, tabs in indentation, marks
 * of an unfinished merge. */
static bool scan_line(reader *r, const char *line, int number, const char **end)
{
    asy_loc at = {
        .file = r->name, .text = r->text, .line = number, .col = 1, .end_line = number, .end_col = 2
    };
    const char *p = line;
    bool indent = true;
    if (conflict_marker(line)) {
        at.end_col = 8;
        fail(r, "E0101", at, "this is the mark of an unfinished merge (git conflict)");
        return false;
    }
    for (; *p != 0 && *p != '\n'; at.col++, at.end_col++) {
        unsigned char c = (unsigned char)*p;
        int n = c < 0x80 ? 1 : (c >> 5) == 6 ? 2 : (c >> 4) == 14 ? 3 : (c >> 3) == 30 ? 4 : 0;
        for (int i = 1; i < n; i++)
            if (((unsigned char)p[i] & 0xc0) != 0x80) n = 0;
        if (n == 0) {
            fail(r, "E0108", at, asy_sprintf(r->arena, "this byte (0x%02x) is not UTF-8", c));
            return false;
        }
        if ((c < 0x20 && c != '\t' && c != '\r') || c == 0x7f) {
            fail(r, "E0101", at, asy_sprintf(r->arena, "this byte (0x%02x) is not text", c));
            return false;
        }
        if (c == '\t' && indent) {
            fail(r, "E0103", at, "a tab cannot indent; use spaces");
            return false;
        }
        if (c != ' ') indent = false;
        p += n;
    }
    *end = p;
    return true;
}

static bool scan(reader *r)
{
    int number = 1;
    for (const char *p = r->text, *end; *p != 0; p = *end == 0 ? end : end + 1)
        if (!scan_line(r, p, number++, &end)) return false;
    return true;
}

asy_tree *asy_yaml_text(asy_arena *arena, asy_diag *diag, const char *name, const char *text, size_t n)
{
    reader r = { .arena = arena,
                 .diag = diag,
                 .name = asy_strdup(arena, name),
                 .text = asy_strndup(arena, text, n),
                 .anchors = asy_map_new(arena) };
    if (r.name == NULL || r.text == NULL || r.anchors == NULL) return NULL;
    if (n > MAX_BYTES || strlen(r.text) != n) {
        asy_loc at = { .file = r.name, .line = 1, .col = 1, .end_line = 1, .end_col = 2 };
        fail(&r, n > MAX_BYTES ? "E0109" : "E0108", at,
             n > MAX_BYTES ? "the spec is larger than 4 MiB" : "the spec holds a NUL byte");
        return NULL;
    }
    if (!scan(&r) || !yaml_parser_initialize(&r.parser)) return NULL;
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)r.text, n);
    asy_tree *t = read_document(&r);
    yaml_parser_delete(&r.parser);
    if (r.failed) return NULL;
    if (t == NULL) {
        asy_loc at = { .file = r.name, .text = r.text, .line = 1, .col = 1, .end_line = 1, .end_col = 2 };
        fail(&r, "E0101", at, "the spec is empty");
    }
    return t;
}

asy_tree *asy_yaml_read(asy_arena *arena, asy_diag *diag, const char *path)
{
    char *text;
    size_t n;
    asy_status s = asy_io_read(arena, path, MAX_BYTES, &text, &n);
    if (s == ASY_OK) return asy_yaml_text(arena, diag, path, text, n);
    asy_diag_add(diag, s == ASY_EINVAL ? "E0109" : "E0107", NULL,
                 s == ASY_EINVAL ? "`%s` is larger than 4 MiB" : "`%s` cannot be read", path);
    asy_diag_note(diag, "%s", asy_error_text());
    return NULL;
}
