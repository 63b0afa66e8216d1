// SPDX-License-Identifier: GPL-3.0-or-later
/* Blocks: a map of known keys (a table), and maps of free names. */
#include "bind.h"
#include "site.h"
#include <math.h>
#include <string.h>

bool asy__is_null(const asy_tree *t)
{
    return !t || t->kind == ASY_TREE_NULL;
}

const char *asy__path(asy_binder *b, const char *path, const char *key)
{
    const char *s = *path ? asy_sprintf(b->arena, "%s.%s", path, key) : key;
    return s ? s : "";
}

const asy_param *asy__row(const asy_param *table, const char *key)
{
    for (const asy_param *p = table; p && p->key; p++)
        if (strcmp(p->key, key) == 0) return p;
    return NULL;
}

asy_rtree *asy__rtree_new(asy_binder *b, const char *key, asy_ptype type, const asy_tree *t)
{
    asy_rtree *r = ASY_NEW(b->arena, asy_rtree);
    if (!r) return NULL;
    r->key = key;
    r->type = type;
    r->origin = t ? t->origin : ASY_FROM_DEFAULT;
    if (t) r->loc = t->loc, r->over = t->over, r->var = t->var;
    return r;
}

static const asy_tree *default_of(asy_binder *b, const asy__frame *f, int table, const asy_param *p)
{
    const char *def = p->def;
    if (table == 0 && f->preset)
        for (size_t i = 0; i < sizeof f->preset->set / sizeof f->preset->set[0] && f->preset->set[i][0]; i++)
            if (strcmp(f->preset->set[i][0], p->key) == 0) def = f->preset->set[i][1];
    if (!def) return NULL;
    if (p->type != ASY_P_STR && p->type != ASY_P_PATH) return asy__flow_read(b->arena, def);
    asy_tree *t = ASY_NEW(b->arena, asy_tree);
    if (!t) return NULL;
    t->kind = ASY_TREE_SCALAR;
    t->text = def;
    t->origin = ASY_FROM_DEFAULT;
    return t;
}

static void say_missing(asy_binder *b, const asy__frame *f, const asy_param *p)
{
    if (f->name) asy_diag_add(b->diag, "E0201", &f->head, "`%s` needs `%s`", f->name, p->key);
    else         asy_diag_add(b->diag, "E0201", &f->head, "the spec needs `%s`", p->key);
    asy_diag_path(b->diag, asy__path(b, f->path, p->key));
    if (p->help) asy_diag_note(b->diag, "`%s`: %s; it takes %s", p->key, p->help, asy__takes(b->arena, p));
}

static bool is_none(const asy_tree *t)
{
    return t->kind == ASY_TREE_SCALAR && strcmp(t->text, "none") == 0;
}

/* A tree without a table, as it is: numbers where the text is one. */
static asy_rtree *custom(asy_binder *b, const asy_tree *t, int depth)
{
    asy_rtree *r = asy__rtree_new(b, t->key, ASY_P_STR, t);
    if (!r || depth > ASY__DEPTH) return r;
    r->text = t->text ? t->text : "";
    if (t->kind == ASY_TREE_SCALAR && !t->quoted) {
        if (asy_read_integer(r->text, &r->i))      r->type = ASY_P_I64, r->text = NULL;
        else if (asy_read_number(r->text, &r->num)) r->type = ASY_P_F64;
    }
    if (t->kind == ASY_TREE_NULL) r->absent = true;
    if (t->kind != ASY_TREE_LIST && t->kind != ASY_TREE_MAP) return r;
    r->type = t->kind == ASY_TREE_MAP ? ASY_P_BLOCK : ASY_P_STRS;
    r->list = t->kind == ASY_TREE_LIST;
    asy_rtree **tail = &r->child;
    for (const asy_tree *c = t->child; c; c = c->next) {
        *tail = custom(b, c, depth + 1);
        if (!*tail) break;
        tail = &(*tail)->next;
    }
    return r;
}

static asy_rtree *bind_row(asy_binder *, const asy__frame *, int table, const asy_param *, const asy_tree *,
                           void *dst);

static bool good_name(const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-_");
    return n > 0 && n <= 64 && !s[n] && s[0] != '-' && s[0] != '_';
}

static void say_map_name(asy_binder *b, const char *path, const asy_tree *m)
{
    asy_diag_add(b->diag, "E0202", &m->key_loc, "`%s` cannot be a name", m->key);
    asy_diag_path(b->diag, path);
    asy_diag_label(b->diag, "lower-case letters, digits and hyphens, at most 64");
}

static asy_rtree *bind_map(asy_binder *b, const asy__frame *up, const asy_param *p, const asy_tree *t,
                           asy_rtree *r, asy_members *out)
{
    if (t->kind != ASY_TREE_MAP) return asy__say_type(b, up, p, t), r;
    asy__frame f = { .up = up,
                     .depth = up->depth + 1,
                     .path = asy__path(b, up->path, p->key),
                     .name = p->key,
                     .map = t,
                     .head = asy__head_loc(t),
                     .gathered = up->gathered };
    int n = asy_tree_count(t), k = 0;
    const char **name = ASY_NEWN(b->arena, n, const char *);
    const void **value = ASY_NEWN(b->arena, n, const void *);
    const asy_tree **tree = ASY_NEWN(b->arena, n, const asy_tree *);
    asy_rtree **tail = &r->child;
    for (const asy_tree *m = t->child; m && tree; m = m->next) {
        if (strncmp(m->key, "x-", 2) == 0 || asy__is_null(m)) continue;
        if (!good_name(m->key)) { say_map_name(b, f.path, m); continue; }
        asy_param row = p->block[0];
        row.key = m->key;
        void *at = asy_alloc(b->arena, 1, sizeof(asy_strs));    /* the largest type of a row */
        asy_rtree *c = at ? bind_row(b, &f, -1, &row, m, at) : NULL;
        if (!c) break;
        name[k] = m->key;
        value[k] = at;
        tree[k++] = m;
        *tail = c;
        tail = &c->next;
    }
    *out = (asy_members){ k, name, value, tree };
    return r;
}

static asy_rtree *bind_inner(asy_binder *b, const asy__frame *f, const asy_param *p, const asy_tree *t,
                             asy_rtree *r, void *dst)
{
    const char *path = asy__path(b, f->path, p->key);
    int errors = asy_diag_errors(b->diag);
    if (p->type == ASY_P_METHOD) {
        r = asy__bind_method(b, f, path, p->key, t, p->place, dst);
        if (r && r->absent && is_none(t) && !(p->flags & ASY_NULL_OK)) say_missing(b, f, p);
    } else if (p->type == ASY_P_BLOCK && is_none(t) && (p->flags & ASY_NULL_OK)) {
        r->absent = true;
    } else {
        void *block = asy_alloc(b->arena, 1, p->block_size);
        asy_tree *only = p->flags & ASY_SCALAR_OK && t->kind == ASY_TREE_SCALAR ? ASY_NEWN(b->arena, 2, asy_tree)
                                                                                : NULL;
        if (only) { /* one value stands for the block's first key */
            only[0] = only[1] = *t;
            only[0].kind = ASY_TREE_MAP;
            only[0].text = NULL;
            only[0].child = &only[1];
            only[1].key = p->block[0].key;
            only[1].key_loc = t->loc;
            only[1].next = NULL;
            t = only;
        }
        asy_rtree *made = asy__bind_block(b, f, path, t, p->block, block);
        if (!made) return NULL;
        r->child = made->child;
        *(const void **)dst = block;
        asy_site site = { b->diag, t->kind == ASY_TREE_MAP ? t : NULL, NULL, t->loc };
        if (p->check && asy_diag_errors(b->diag) == errors && asy_arena_status(b->arena) == ASY_OK)
            p->check(block, NULL, &site);
    }
    return r;
}

static asy_rtree *bind_row(asy_binder *b, const asy__frame *f, int table, const asy_param *p,
                           const asy_tree *t, void *dst)
{
    asy_rtree *r = asy__rtree_new(b, p->key, p->type, t);
    if (!r || f->depth >= ASY__DEPTH) return r;
    r->nohash = (p->flags & ASY_NOHASH) != 0;
    if (asy__is_null(t)) t = default_of(b, f, table, p);
    if (p->formula && (!t || (t->kind == ASY_TREE_SCALAR && strcmp(t->text, "auto") == 0)))
        return r->formula = p->formula, r;
    if (!t) {
        if (p->flags & ASY_REQUIRED) say_missing(b, f, p);
        return r->absent = true, r;
    }
    bool nohash = r->nohash;
    switch (p->type) {
    case ASY_P_METHOD: case ASY_P_BLOCK: r = bind_inner(b, f, p, t, r, dst); break;
    case ASY_P_METHODS: r = asy__bind_methods(b, f, asy__path(b, f->path, p->key), p, t, r, dst); break;
    case ASY_P_MAP:  r = bind_map(b, f, p, t, r, dst); break;
    case ASY_P_F64S: case ASY_P_STRS: (void)asy__bind_list(b, f, p, t, dst, r); break;
    case ASY_P_CUSTOM:
        *(const asy_tree **)dst = t;
        r = custom(b, t, f->depth);
        if (r) r->key = p->key;
        break;
    default: (void)asy__bind_scalar(b, f, p, t, dst, r); break;
    }
    if (r) r->nohash = nohash;
    return r;
}

asy_rtree *asy__bind_rows(asy_binder *b, const asy__frame *f, int table, void *out)
{
    asy_rtree *first = NULL, **tail = &first;
    for (const asy_param *p = f->table[table]; p->key && out; p++) {
        char *dst = (char *)out + p->off;
        if (table > 0 && asy__row(f->table[0], p->key)) {   /* the method's own row stands instead */
            if (p->def) (void)bind_row(b, f, table, p, NULL, dst);
            else if (p->type == ASY_P_F64) *(double *)(void *)dst = NAN;
            continue;
        }
        *tail = bind_row(b, f, table, p, asy_tree_get(f->map, p->key), dst);
        if (!*tail) break;
        tail = &(*tail)->next;
    }
    return first;
}

void asy__bind_derived(asy_binder *b, const asy__frame *f, const asy_param *table, asy_rtree *rows, void *out,
                       const void *shared)
{
    for (asy_rtree *r = rows; r && out; r = r->next) {
        const asy_param *p = r->formula ? asy__row(table, r->key) : NULL;
        if (!p || !p->derive) continue;
        double v = p->derive(out, shared);
        void *dst = (char *)out + p->off;
        r->num = v;
        if (p->type == ASY_P_I64) {
            r->i = v >= -9e18 && v <= 9e18 ? (int64_t)floor(v + 0.5) : 0;
            *(int64_t *)dst = r->i;
        } else {
            *(double *)dst = v;
        }
        if (asy__in_range(p, v) || isnan(v)) continue;
        asy_diag_add(b->diag, "E0205", &f->head, "`%s`, by default %s, would be %.9g, outside its range",
                     p->key, p->formula, v);
        asy_diag_path(b->diag, asy__path(b, f->path, p->key));
        asy_diag_note(b->diag, "`%s` takes %s", p->key, asy__takes(b->arena, p));
    }
}

static const asy_param *row_of(const asy__frame *f, const char *key)
{
    const asy_param *p = NULL;
    for (int i = 0; i < f->n && !p; i++) p = asy__row(f->table[i], key);
    return p;
}

void asy__bind_strangers(asy_binder *b, const asy__frame *f)
{
    for (const asy_tree *t = f->map ? f->map->child : NULL; t; t = t->next) {
        if (strncmp(t->key, "x-", 2) == 0 || (f->word && strcmp(t->key, f->word) == 0)) continue;
        const asy_param *p = row_of(f, t->key);
        if (!p) { asy__say_stranger(b, f, t); continue; }
        const asy_tree *other = p->excludes ? asy_tree_get(f->map, p->excludes) : NULL;
        if (asy__is_null(other) || asy__is_null(t)) continue;
        asy_diag_add(b->diag, "E0207", &other->key_loc, "`%s` and `%s` exclude each other", other->key,
                     t->key);
        asy_diag_path(b->diag, asy__path(b, f->path, other->key));
        asy_diag_second(b->diag, &t->key_loc, "the other one");
        asy_diag_help(b->diag, "keep one of the two");
    }
}

asy_rtree *asy__bind_block(asy_binder *b, const asy__frame *up, const char *path, const asy_tree *map,
                           const asy_param *table, void *out)
{
    const char *dot = strrchr(path, '.');
    asy__frame f = { .up = up,
                     .depth = up ? up->depth + 1 : 0,
                     .path = path,
                     .name = *path ? (dot ? dot + 1 : path) : NULL,
                     .map = asy__is_null(map) ? NULL : map,
                     .head = asy__head_loc(map),
                     .n_own = 1,
                     .n = 1,
                     .table = { table },
                     .gathered = up ? up->gathered : NULL };
    asy_rtree *r = asy__rtree_new(b, f.name, ASY_P_BLOCK, map);
    if (!r) return NULL;
    if (f.map && f.map->kind != ASY_TREE_MAP) {
        asy_param self = { .key = f.name ? f.name : "spec", .type = ASY_P_BLOCK };
        asy__frame at = { .path = "" };
        asy__say_type(b, up ? up : &at, &self, map);
        return r;
    }
    r->child = asy__bind_rows(b, &f, 0, out);
    asy__bind_derived(b, &f, table, r->child, out, NULL);
    asy__bind_strangers(b, &f);
    return r;
}

static size_t size_of(const asy_param *p)
{
    switch (p->type) {
    case ASY_P_F64:  return sizeof(double);
    case ASY_P_I64:  case ASY_P_ENUM: return sizeof(int64_t);
    case ASY_P_BOOL: return sizeof(bool);
    case ASY_P_F64S: return sizeof(asy_f64s);
    case ASY_P_STRS: return sizeof(asy_strs);
    case ASY_P_MAP:  return sizeof(asy_members);
    case ASY_P_METHODS: return sizeof(asy_bounds);
    default:         return sizeof(void *);
    }
}

asy_rtree *asy_bind_block(asy_binder *b, const char *path, const asy_tree *map, const asy_param *table,
                          void *out)
{
    for (const asy_param *p = table; p->key; p++) memset((char *)out + p->off, 0, size_of(p));
    return asy__bind_block(b, NULL, path, map, table, out);
}
