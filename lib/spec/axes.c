// SPDX-License-Identifier: GPL-3.0-or-later
/* `sweep`: axes of values, combined as a grid, side by side, or a random part of the grid (user-experience
 * §3.2). An axis value is laid over the arm as an override would be. */
#include "../base/rng.h"
#include "../method/params.h"
#include "resolve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_AXES = 16, MAX_VALUES = 10000, MAX_COMBINATIONS = 100000 };
enum { GRID, ZIP, RANDOM };
static const char *const ways[] = { "grid", "zip", "random", NULL };

typedef struct {
    int64_t n, seed;
} sample_par;
typedef struct {
    const asy_tree *axes, *exclude;
    int64_t combine;
    const sample_par *sample;
} sweep_par;

#define par sample_par
static const asy_param sample_rows[] = {
    ASY_PARAM_I64(n, NULL, 1, MAX_COMBINATIONS, "combinations to draw", .flags = ASY_REQUIRED),
    ASY_PARAM_I64(seed, "0", 0, NAN, "of the draw; the runs' seeds are their own"), ASY_PARAM_END
};
#undef par
#define par sweep_par
static const asy_param sweep_rows[] = {
    ASY_PARAM_CUSTOM(axes, "PATH → list of values", .flags = ASY_REQUIRED),
    ASY_PARAM_ENUM(combine, "grid", ways,
                   "every combination; values side by side; or a random part of the grid"),
    ASY_PARAM_BLOCK(sample, sample_rows, sample_par, "of `combine: random`"),
    ASY_PARAM_CUSTOM(exclude, "combinations to leave out: a list of maps PATH → value"), ASY_PARAM_END
};
#undef par

typedef struct {
    asy_arena *arena;
    asy_diag *diag;
    const asy_spec_options *opt;
    asy__sweep *out;
} reader;

/* ---- values */

static void put_json(asy_jw *w, const asy_tree *t);

static int by_key(const void *a, const void *b)
{
    return strcmp((*(const asy_tree *const *)a)->key, (*(const asy_tree *const *)b)->key);
}

static void put_map(asy_jw *w, const asy_tree *t)
{
    enum { MOST = 256 };
    const asy_tree *child[MOST];
    int n = 0;
    for (const asy_tree *c = t->child; c != NULL && n < MOST; c = c->next) child[n++] = c;
    qsort(child, (size_t)n, sizeof *child, by_key);
    asy_jw_object(w);
    for (int i = 0; i < n; i++) asy_jw_key(w, child[i]->key), put_json(w, child[i]);
    asy_jw_object_end(w);
}

/* Numbers as what they are worth, so that 8/255 is its double; all else as it is written. */
static void put_json(asy_jw *w, const asy_tree *t)
{
    double v;
    if (t->kind == ASY_TREE_NULL) asy_jw_null(w);
    else if (t->kind == ASY_TREE_MAP) put_map(w, t);
    else if (t->kind == ASY_TREE_LIST) {
        asy_jw_list(w);
        for (const asy_tree *c = t->child; c != NULL; c = c->next) put_json(w, c);
        asy_jw_list_end(w);
    } else if (!t->quoted && asy_read_number(t->text, &v)) asy_jw_num(w, v);
    else if (!t->quoted && (strcmp(t->text, "true") == 0 || strcmp(t->text, "false") == 0))
        asy_jw_bool(w, t->text[0] == 't');
    else asy_jw_text(w, t->text);
}

static char *json_of(asy_arena *a, const asy_tree *t)
{
    asy_buf b;
    asy_jw w;
    asy_buf_init(&b, 1 << 20);
    asy_jw_init(&w, &b, 0);
    put_json(&w, t);
    char *text = asy_buf_status(&b) == ASY_OK ? asy_strdup(a, asy_buf_text(&b)) : NULL;
    asy_buf_free(&b);
    return text;
}

/* For people: a scalar as it is written, a method block by its name, else JSON. */
static const char *text_of(asy_arena *a, const asy_tree *t)
{
    const asy_tree *m = asy_tree_get(t, "method");
    if (t->kind == ASY_TREE_SCALAR) return t->text;
    if (m != NULL && m->kind == ASY_TREE_SCALAR && asy_tree_count(t) == 1) return m->text;
    return json_of(a, t);
}

static bool equal(asy_arena *a, const asy_tree *x, const asy_tree *y)
{
    const char *p = json_of(a, x), *q = json_of(a, y);
    return p != NULL && q != NULL && strcmp(p, q) == 0;
}

/* ---- axes */

static bool is_overridden(const reader *r, const char *path)
{
    size_t n = strlen(path);
    for (int i = 0; i < r->opt->n_set; i++)
        if (strncmp(r->opt->set[i], path, n) == 0 && r->opt->set[i][n] == '=') return true;
    return false;
}

static bool good_path(const char *path)
{
    static const char *const whole[] = { "arms", "seeds", "sweep", "name", "smoke", "assay", "include" };
    size_t head = strcspn(path, ".");
    if (path[0] == 0 || path[0] == '.' || path[strlen(path) - 1] == '.' || strstr(path, "..") != NULL)
        return false;
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if (strlen(whole[i]) == head && strncmp(whole[i], path, head) == 0) return false;
    return true;
}

static void add_axis(reader *r, const asy_tree *t)
{
    asy__sweep *s = r->out;
    asy__axis *x = &s->axis[s->n_axes];
    if (t->kind != ASY_TREE_LIST || t->child == NULL || asy_tree_count(t) > MAX_VALUES) {
        asy_diag_add(r->diag, "E0202", &t->loc, "the axis `%s` takes a list of values", t->key);
        return;
    }
    if (!good_path(t->key)) {
        asy_diag_add(r->diag, "E0305", &t->key_loc, "`%s` cannot be an axis: it is one for the whole study",
                     t->key);
        return;
    }
    if (is_overridden(r, t->key)) return;
    for (int i = 0; i < s->n_axes; i++)
        if (strcmp(s->axis[i].path, t->key) == 0) {
            asy_diag_add(r->diag, "E0207", &t->key_loc, "`%s` is an axis already", t->key);
            return;
        }
    if (s->n_axes == MAX_AXES) {
        asy_diag_add(r->diag, "E0205", &t->key_loc, "a sweep has at most %d axes", MAX_AXES);
        return;
    }
    *x = (asy__axis){ .path = t->key, .value = ASY_NEWN(r->arena, asy_tree_count(t), const asy_tree *) };
    if (x->value == NULL) return;
    for (const asy_tree *c = t->child; c != NULL; c = c->next) {
        for (int i = 0; i < x->n; i++)
            if (equal(r->arena, x->value[i], c))
                asy_diag_add(r->diag, "E0205", &c->loc, "the axis `%s` has this value twice", t->key);
        x->value[x->n++] = c;
    }
    if (r->opt->smoke) x->n = 1;
    s->n_axes++;
}

/* "train.optimizer.lr=0.01,0.05" of the command line. */
static void add_argument(reader *r, const char *arg)
{
    const char *eq = strchr(arg, '=');
    asy_loc all = { .file = "command line",
                    .text = arg,
                    .line = 1,
                    .col = 1,
                    .end_line = 1,
                    .end_col = (int)strlen(arg) + 1 };
    if (eq == NULL || eq == arg || eq[1] == 0) {
        asy_diag_add(r->diag, "E0210", &all, "an axis is PATH=V1,V2…, such as train.optimizer.lr=0.01,0.1");
        return;
    }
    char *list = asy_sprintf(r->arena, "%*s[%s]", (int)(eq - arg), "", eq + 1);
    asy_tree *t = list != NULL ? asy_yaml_text(r->arena, r->diag, "command line", list, strlen(list)) : NULL;
    if (t == NULL) return;
    t->key = asy_strndup(r->arena, arg, (size_t)(eq - arg));
    t->key_loc = all;
    if (t->key != NULL) add_axis(r, t);
}

/* ---- combinations */

static bool excluded(reader *r, const sweep_par *p, const int at[])
{
    for (const asy_tree *e = p->exclude != NULL ? p->exclude->child : NULL; e != NULL; e = e->next) {
        bool all = e->kind == ASY_TREE_MAP && e->child != NULL;
        for (const asy_tree *c = e->kind == ASY_TREE_MAP ? e->child : NULL; c != NULL && all; c = c->next)
            for (int i = 0; i < r->out->n_axes; i++)
                if (strcmp(r->out->axis[i].path, c->key) == 0)
                    all = all && equal(r->arena, r->out->axis[i].value[at[i]], c);
        if (all) return true;
    }
    return false;
}

static void check_exclude(reader *r, const asy_tree *list)
{
    if (list->kind != ASY_TREE_LIST) {
        asy_diag_add(r->diag, "E0202", &list->loc, "`exclude` takes a list of maps PATH → value");
        return;
    }
    for (const asy_tree *e = list->child; e != NULL; e = e->next) {
        if (e->kind != ASY_TREE_MAP || e->child == NULL)
            asy_diag_add(r->diag, "E0202", &e->loc, "`exclude` takes maps PATH → value");
        for (const asy_tree *c = e->kind == ASY_TREE_MAP ? e->child : NULL; c != NULL; c = c->next) {
            bool known = is_overridden(r, c->key);
            for (int i = 0; i < r->out->n_axes; i++)
                known = known || strcmp(r->out->axis[i].path, c->key) == 0;
            if (!known) asy_diag_add(r->diag, "E0305", &c->key_loc, "`%s` is no axis of this sweep", c->key);
        }
    }
}

static void combine(reader *r, const sweep_par *p, const asy_tree *where)
{
    asy__sweep *s = r->out;
    int64_t n = 1;
    for (int i = 0; i < s->n_axes; i++) {
        n = p->combine == ZIP ? s->axis[0].n : n * s->axis[i].n;
        if (p->combine == ZIP && s->axis[i].n != s->axis[0].n) {
            asy_diag_add(r->diag, "E0305", where != NULL ? &where->loc : NULL,
                         "`combine: zip` goes through axes side by side, but `%s` has %d values and `%s` %d",
                         s->axis[0].path, s->axis[0].n, s->axis[i].path, s->axis[i].n);
            return;
        }
        if (n > MAX_COMBINATIONS) {
            asy_diag_add(r->diag, "E0205", where != NULL ? &where->loc : NULL,
                         "the axes have more than %d combinations", MAX_COMBINATIONS);
            return;
        }
    }
    s->at = ASY_NEWN(r->arena, n * s->n_axes + 1, int);
    s->n = 0;
    for (int64_t k = 0; s->at != NULL && k < n; k++) {
        int *at = s->at + s->n * s->n_axes;
        int64_t rest = k;
        for (int i = s->n_axes - 1; i >= 0; i--) {
            at[i] = (int)(p->combine == ZIP ? k : rest % s->axis[i].n);
            rest /= s->axis[i].n;
        }
        if (!excluded(r, p, at)) s->n++;
    }
}

typedef struct {
    uint64_t word;
    int at;
} ticket;
static int by_word(const void *a, const void *b)
{
    const ticket *x = a, *y = b;
    return x->word != y->word ? (x->word > y->word) - (x->word < y->word) : (x->at > y->at) - (x->at < y->at);
}
static int by_place(const void *a, const void *b)
{
    const ticket *x = a, *y = b;
    return (x->at > y->at) - (x->at < y->at);
}

/* Keeps the combinations with the smallest words of the stream SEED/sweep, in the order of the grid. */
static void draw(reader *r, const sample_par *p)
{
    asy__sweep *s = r->out;
    asy_rng rng = asy_rng_part(asy_rng_seed((uint64_t)p->seed), "sweep");
    ticket *t = ASY_NEWN(r->arena, s->n + 1, ticket);
    int n = p->n < s->n ? (int)p->n : s->n;
    if (t == NULL) return;
    for (int i = 0; i < s->n; i++) t[i] = (ticket){ asy_rng_word64(&rng, (uint64_t)i, 0), i };
    qsort(t, (size_t)s->n, sizeof *t, by_word);
    qsort(t, (size_t)n, sizeof *t, by_place);
    for (int i = 0; i < n; i++)
        memmove(s->at + i * s->n_axes, s->at + t[i].at * s->n_axes, (size_t)s->n_axes * sizeof *s->at);
    s->n = n;
}

void asy__sweep_read(asy_arena *a, asy_diag *d, const asy_tree *root, const asy_spec_options *opt,
                     asy__sweep *out)
{
    reader r = { a, d, opt, out };
    const asy_tree *t = asy_tree_get(root, "sweep");
    sweep_par p = { 0 };
    *out = (asy__sweep){ .n = 1, .axis = ASY_NEWN(a, MAX_AXES, asy__axis) };
    if (out->axis == NULL) return;
    if (t != NULL && t->kind != ASY_TREE_NULL) {
        asy_binder b = { .arena = a, .diag = d };
        (void)asy_bind_block(&b, "sweep", t, sweep_rows, &p);
        if (p.axes != NULL && (p.axes->kind != ASY_TREE_MAP || p.axes->child == NULL))
            asy_diag_add(d, "E0202", &p.axes->loc, "`axes` takes a map: PATH → list of values");
        for (const asy_tree *c = p.axes != NULL && p.axes->kind == ASY_TREE_MAP ? p.axes->child : NULL;
             c != NULL; c = c->next)
            add_axis(&r, c);
        if ((p.combine == RANDOM) != (p.sample != NULL))
            asy_diag_add(d, p.sample != NULL ? "E0207" : "E0201", &t->loc,
                         "`combine: random` and `sample: {n: …}` go together");
    }
    for (int i = 0; i < opt->n_axes; i++) add_argument(&r, opt->axes[i]);
    if (opt->zip) p.combine = ZIP;
    if (asy_diag_errors(d) > 0) out->n_axes = 0; /* nothing is planned; the rest is checked without axes */
    if (out->n_axes == 0) return;
    if (p.exclude != NULL) check_exclude(&r, p.exclude);
    combine(&r, &p, t);
    if (p.combine == RANDOM && p.sample != NULL) draw(&r, p.sample);
    if (asy_diag_errors(d) > 0) out->n_axes = 0, out->n = 1;
    if (out->n == 0)
        asy_diag_add(d, "E0305", t != NULL ? &t->loc : NULL, "`exclude` leaves no combination of the axes");
}

asy_tree *asy__sweep_tree(asy_arena *a, const asy__sweep *s, int i)
{
    asy_tree *all = NULL;
    for (int k = 0; k < s->n_axes; k++) {
        const asy_tree *v = s->axis[k].value[s->at[i * s->n_axes + k]];
        asy_tree *t = asy_tree_overlay(a, v, NULL, ASY_FROM_FILE);
        const char *path = s->axis[k].path, *end = path + strlen(path);
        while (t != NULL && end > path) {
            const char *start = end;
            while (start > path && start[-1] != '.') start--;
            asy_tree *map = ASY_NEW(a, asy_tree);
            t->key = asy_strndup(a, start, (size_t)(end - start));
            t->key_loc = v->loc;
            t->next = NULL;
            if (map == NULL || t->key == NULL) return NULL;
            *map = (asy_tree){ .kind = ASY_TREE_MAP, .loc = v->loc, .child = t };
            t = map;
            end = start > path ? start - 1 : path;
        }
        all = all == NULL ? t : asy_tree_overlay(a, all, t, ASY_FROM_FILE);
    }
    return all;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const asy_axis_value *)a)->path, ((const asy_axis_value *)b)->path);
}

asy_status asy__sweep_name(asy_arena *a, const asy__sweep *s, int i, asy_run_plan *run)
{
    asy_buf b;
    asy_jw w;
    asy_axis_value *x = ASY_NEWN(a, s->n_axes + 1, asy_axis_value);
    if (x == NULL) return asy_arena_status(a);
    asy_buf_init(&b, 1 << 20);
    asy_buf_puts(&b, run->arm);
    for (int k = 0; k < s->n_axes; k++) {
        const asy_tree *v = s->axis[k].value[s->at[i * s->n_axes + k]];
        x[k] = (asy_axis_value){ s->axis[k].path, text_of(a, v), v };
        asy_buf_printf(&b, "%s%s=%s%s", k == 0 ? "[" : ",", x[k].path, x[k].text != NULL ? x[k].text : "",
                       k + 1 == s->n_axes ? "]" : "");
    }
    run->config = asy_strdup(a, asy_buf_text(&b));
    asy_buf_reset(&b);
    run->n_axes = s->n_axes;
    qsort(x, (size_t)s->n_axes, sizeof *x, by_path);
    run->axis = x;
    asy_jw_init(&w, &b, 0);
    asy_jw_object(&w);
    for (int k = 0; k < s->n_axes; k++) asy_jw_key(&w, x[k].path), put_json(&w, x[k].value);
    asy_jw_object_end(&w);
    run->axes = asy_strdup(a, asy_buf_text(&b));
    asy_status st = asy_buf_status(&b);
    asy_buf_free(&b);
    ASY_TRY(st);
    return asy_arena_status(a);
}
