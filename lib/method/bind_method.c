// SPDX-License-Identifier: GPL-3.0-or-later
/* Method blocks. The keys of one map go to three tables: the method's own, those that its kind and the kinds
 * nested in it share,
 * and those of the spot. */
#include "bind.h"
#include "site.h"
#include <math.h>
#include <string.h>

static const asy_param no_rows[] = { ASY_PARAM_END };

static const asy_param *rows_of(const asy_method *m)
{
    return m->params ? m->params : no_rows;
}

/* The tree of the name, or NULL: a scalar itself, else what stands under the spot's word. */
static const asy_tree *name_tree(const asy_tree *t, const asy_spot *spot)
{
    const asy_tree *name = t->kind == ASY_TREE_SCALAR ? t : asy_tree_get(t, spot->word);
    return asy__is_null(name) ? NULL : name;
}

/* NAME of NAME@REV; *rev: the text after the sign, or NULL. */
static const char *split_name(asy_arena *a, const char *text, const char **rev)
{
    const char *at = strchr(text, '@');
    *rev = at ? at + 1 : NULL;
    const char *name = at ? asy_strndup(a, text, (size_t)(at - text)) : text;
    return name ? name : "";
}

const asy_method *asy__method_of(asy_arena *a, const asy_tree *t, const asy_spot *spot, const asy_kind **kind,
                                 const asy_preset **preset)
{
    const char *rev, *text = spot->def;
    if (asy__is_null(t)) return NULL;
    const asy_tree *name = name_tree(t, spot);
    if (name) text = name->kind == ASY_TREE_SCALAR ? name->text : NULL;
    return text ? asy_method_find(split_name(a, text, &rev), spot, kind, preset) : NULL;
}

static void gather(asy_binder *b, asy__gathered *g, const asy_kind *kind)
{
    if (!kind->shared || g->n == ASY__GATHERED) return;
    for (int i = 0; i < g->n; i++)
        if (g->kind[i] == kind) return;
    g->kind[g->n] = kind;
    g->shared[g->n++] = asy_alloc(b->arena, 1, kind->shared_size);
}

/* The kinds of the methods that are nested in a map and whose shared keys therefore stand around it. */
static void gather_nested(asy_binder *b, asy__gathered *g, const asy_param *table, const asy_tree *map,
                          int depth)
{
    for (const asy_param *p = table; p->key && depth < ASY__DEPTH; p++) {
        const asy_tree *t = asy_tree_get(map, p->key), **block = &t;
        int n = 1;
        if (p->type == ASY_P_BLOCK && !asy__is_null(t)) gather_nested(b, g, p->block, t, depth + 1);
        if ((p->type != ASY_P_METHOD && p->type != ASY_P_METHODS) || p->place->gathers) continue;
        if (asy__is_null(t)) t = p->def ? asy__flow_read(b->arena, p->def) : NULL;
        if (p->type == ASY_P_METHODS && t) n = asy__method_blocks(b->arena, t, p->place, &block);
        for (int i = 0; i < n; i++) {
            const asy_kind *kind;
            const asy_method *m = asy__method_of(b->arena, block[i], p->place, &kind, NULL);
            if (!m) continue;
            gather(b, g, kind);
            gather_nested(b, g, rows_of(m), block[i], depth + 1);
        }
    }
}

static void *shared_of(const asy__frame *f, const asy_kind *kind)
{
    for (int i = 0; f->gathered && i < f->gathered->n; i++)
        if (f->gathered->kind[i] == kind) return f->gathered->shared[i];
    return NULL;
}

static void check_revision(asy_binder *b, const asy_tree *t, const char *rev, const asy_method *m)
{
    int64_t v;
    if (!rev || (asy_read_integer(rev, &v) && v == m->revision)) return;
    asy_diag_add(b->diag, "E0209", &t->loc, "`%s` is not in this Assay, which has `%s@%d`", t->text, m->name,
                 m->revision);
    asy_diag_help(b->diag, "write `%s@%d`, or `%s` for whatever revision is there", m->name, m->revision,
                  m->name);
}

static void append(asy_rtree *r, asy_rtree *chain)
{
    asy_rtree **tail = &r->child;
    while (*tail) tail = &(*tail)->next;
    *tail = chain;
}

/* Fills the frame's tables, then reads shared keys (nested methods derive from them), own rows, the spot's
 * keys. */
static void read_tables(asy_binder *b, asy__frame *f, const asy_spot *spot, const asy_method *m,
                        asy_bound *bound, asy_rtree *r)
{
    bool gathers = f->gathered && (!f->up || f->up->gathered != f->gathered);
    int first = f->n;
    asy_rtree *chain[ASY__TABLES] = { NULL };
    void *params = asy_alloc(b->arena, 1, m->params_size + 1),
         *at = spot->keys ? asy_alloc(b->arena, 1, spot->keys_size) : NULL;
    for (int i = 0; gathers && i < f->gathered->n; i++) f->table[f->n++] = f->gathered->kind[i]->shared;
    int last = f->n;
    if (spot->keys) f->table[f->n++] = spot->keys;
    for (int i = first; i < last; i++) {
        void *shared = f->gathered->shared[i - first];
        chain[i] = asy__bind_rows(b, f, i, shared);
        asy__bind_derived(b, f, f->table[i], chain[i], shared, shared);
    }
    bound->params = params;
    bound->shared = shared_of(f, bound->kind);
    bound->at = at;
    chain[0] = asy__bind_rows(b, f, 0, params);
    asy__bind_derived(b, f, f->table[0], chain[0], params, bound->shared);
    if (spot->keys) chain[last] = asy__bind_rows(b, f, last, at);
    for (int i = 0; i < f->n; i++) append(r, chain[i]);
    asy__bind_strangers(b, f);
}

static void check_rules(asy_binder *b, const asy__frame *f, const asy_bound *bound)
{
    const asy__frame *around = f;
    while (around->up && around->up->gathered == f->gathered && f->gathered) around = around->up;
    asy_site site = { .diag = b->diag, .map = f->map, .around = around->map, .head = f->head };
    if (bound->m->check && bound->params) bound->m->check(bound->params, bound->shared, &site);
}

static const asy_method *find(asy_binder *b, const char *path, const asy_tree *t, const asy_spot *spot,
                              asy_bound *bound, const asy_preset **preset)
{
    const asy_tree *name = name_tree(t, spot);
    if ((t->kind != ASY_TREE_SCALAR && t->kind != ASY_TREE_MAP) || (name && name->kind != ASY_TREE_SCALAR)) {
        asy_param self = { .key = name && name != t ? spot->word : path,
                           .type = name && name != t ? ASY_P_STR : ASY_P_METHOD };
        asy__frame at = { .path = path };
        return asy__say_type(b, &at, &self, name ? name : t), NULL;
    }
    const char *rev = NULL, *text = name ? name->text : spot->def;
    if (!text) {
        asy_loc head = asy__head_loc(t);
        asy_diag_add(b->diag, "E0201", &head, "`%s` needs `%s`", path, spot->word);
        asy_diag_path(b->diag, asy__path(b, path, spot->word));
        asy_diag_note(b->diag, "`%s` names the %s", spot->word, spot->noun);
        return NULL;
    }
    bound->name = split_name(b->arena, text, &rev);
    const asy_method *m = asy_method_find(bound->name, spot, &bound->kind, preset);
    int errors = asy_diag_errors(b->diag);
    if (!m && spot->more) m = spot->more(b->arena, b->diag, bound->name, &bound->kind);
    if (!m && asy_diag_errors(b->diag) == errors && (t->kind != ASY_TREE_SCALAR || strcmp(text, "none") != 0))
        asy__say_name(b, path, name ? name : t, bound->name, spot);
    if (m && name) check_revision(b, name, rev, m);
    return m;
}

asy_rtree *asy__bind_method(asy_binder *b, const asy__frame *up, const char *path, const char *key,
                            const asy_tree *t, const asy_spot *spot, const asy_bound **out)
{
    *out = NULL;
    asy_rtree *r = asy__rtree_new(b, key, ASY_P_METHOD, t);
    asy_bound *bound = ASY_NEW(b->arena, asy_bound);
    if (!r || !bound) return NULL;
    r->absent = true;
    if (asy__is_null(t)) return r;
    const asy_preset *preset = NULL;
    const asy_method *m = find(b, path, t, spot, bound, &preset);
    if (!m) return r;
    asy__frame f = { .up = up,
                     .depth = up ? up->depth + 1 : 0,
                     .path = path,
                     .name = bound->name,
                     .noun = spot->noun,
                     .word = spot->word,
                     .map = t->kind == ASY_TREE_MAP ? t : NULL,
                     .head = asy__head_loc(t),
                     .n_own = 1,
                     .n = 1,
                     .table = { rows_of(m) },
                     .preset = preset,
                     .gathered = up && !spot->gathers ? up->gathered : NULL };
    const asy_tree *name = name_tree(t, spot);
    if (name) f.head = name->loc;
    if (!f.gathered && (spot->gathers || bound->kind->shared)) {
        f.gathered = ASY_NEW(b->arena, asy__gathered);
        if (!f.gathered) return NULL;
        gather(b, f.gathered, bound->kind);
        gather_nested(b, f.gathered, f.table[0], f.map, 0);
    }
    int errors = asy_diag_errors(b->diag);
    bound->m = m;
    bound->tree = t->origin == ASY_FROM_DEFAULT && !t->loc.line ? NULL : t;
    bound->resolved = r;
    r->absent = false;
    r->method = bound;
    r->text = bound->name;
    read_tables(b, &f, spot, m, bound, r);
    if (asy_diag_errors(b->diag) == errors && asy_arena_status(b->arena) == ASY_OK) check_rules(b, &f, bound);
    *out = bound;
    return r;
}

asy_rtree *asy_bind_method(asy_binder *b, const char *path, const asy_tree *t, const asy_spot *spot,
                           const asy_bound **out)
{
    const char *dot = strrchr(path, '.');
    return asy__bind_method(b, NULL, path, dot ? dot + 1 : path, t, spot, out);
}

asy_status asy_bind_text(asy_arena *a, const asy_spot *spot, const char *name, const char *const pairs[][2],
                         const asy_bound **out)
{
    asy_binder b = { .arena = a, .diag = asy_diag_new(a) };
    asy_tree map = { .kind = ASY_TREE_MAP },
             word = { .kind = ASY_TREE_SCALAR, .key = spot->word, .text = name }, **tail = &word.next;
    *out = NULL;
    asy_tree *copy = ASY_NEWN(a, 2, asy_tree);
    ASY_TRY(asy_arena_status(a));
    for (int i = 0; pairs && pairs[i][0]; i++) {
        asy_tree *t = asy__flow_read(a, pairs[i][1]);
        ASY_TRY(asy_arena_status(a));
        if (!t) ASY_FAIL(ASY_EINVAL, "%s: `%s` is not a value for `%s`", name, pairs[i][1], pairs[i][0]);
        t->key = pairs[i][0];
        *tail = t;
        tail = &t->next;
    }
    copy[0] = map;
    copy[1] = word;
    copy[0].child = &copy[1];
    (void)asy_bind_method(&b, name, copy, spot, out);
    ASY_TRY(asy_arena_status(a));
    if (asy_diag_errors(b.diag) == 0 && *out) return ASY_OK;
    asy_buf text;
    asy_buf_init(&text, ASY_ERROR_TEXT);
    asy_diag_render(b.diag, &text, false);
    asy_status s = asy_fail_(ASY_EINVAL, __FILE__, __LINE__, "%s", asy_buf_text(&text));
    asy_buf_free(&text);
    *out = NULL;
    return s;
}

static asy_status derive_list(asy_arena *a, const asy_kind *kind, const void *shared, asy_bounds *list)
{
    const asy_bound **v = ASY_NEWN(a, list->n, const asy_bound *);
    ASY_TRY(asy_arena_status(a));
    for (int i = 0; i < list->n; i++) {
        v[i] = list->v[i];
        if (v[i]->kind == kind) ASY_TRY(asy_bound_derive(a, list->v[i], shared, &v[i]));
    }
    list->v = v;
    return ASY_OK;
}

asy_status asy_bound_derive(asy_arena *a, const asy_bound *bound, const void *shared, const asy_bound **out)
{
    asy_bound *c = ASY_NEW(a, asy_bound);
    char *params = asy_alloc(a, 1, bound->m->params_size + 1);
    ASY_TRY(asy_arena_status(a));
    *c = *bound;
    c->params = params;
    c->shared = shared;
    if (bound->m->params_size) memcpy(params, bound->params, bound->m->params_size);
    for (const asy_rtree *r = bound->resolved->child; r; r = r->next) {
        const asy_param *p = asy__row(rows_of(bound->m), r->key);
        if (!p) continue;
        void *dst = params + p->off;
        if (r->formula && p->type == ASY_P_F64) *(double *)dst = p->derive(params, shared);
        if (r->formula && p->type == ASY_P_I64)
            *(int64_t *)dst = (int64_t)floor(p->derive(params, shared) + 0.5);
        if (r->method && r->method->kind == bound->kind)
            ASY_TRY(asy_bound_derive(a, r->method, shared, (const asy_bound **)dst));
        if (p->type == ASY_P_METHODS) ASY_TRY(derive_list(a, bound->kind, shared, dst));
    }
    *out = c;
    return ASY_OK;
}
