// SPDX-License-Identifier: GPL-3.0-or-later
/* From a spec file to a study. Order of resolution (user-experience §3.4): defaults, file, arm, smoke,
 * overrides; overrides of `arms`, `seeds` and `smoke` themselves are laid before. */
#include "../base/io.h"
#include "../method/arch.h"
#include "../method/augment.h"
#include "../method/procedure.h"
#include "../method/registry.h"
#include "overlay.h"
#include "resolve.h"

#include <stdio.h>
#include <string.h>

enum { MAX_ARMS = 1000, MAX_RUNS = 100000, MAX_SPEC = 4 << 20 };

typedef struct {
    asy_arena *arena;
    asy_diag *diag;
    const asy_spec_options *opt;
    asy_study *study;
    asy_tree *root;        /* with includes and the early overrides laid */
    const asy_tree *smoke; /* the root, under --smoke; else NULL */
    asy__sweep sweep;
    asy_tree **late;
    int n_late; /* the other overrides */
} reader;

static bool early(const asy_tree *over)
{
    static const char *const keys[] = { "arms", "seeds", "smoke", "sweep", "vars" };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(over->child->key, keys[i]) == 0) return true;
    return false;
}

static int number_of(const reader *r, int i)
{
    return r->opt->set_number != NULL ? r->opt->set_number[i] : i + 1;
}

/* What of `now` takes the place of something that `was` sets; NULL: they go together. A name and then its
 * parameters do, parameters and then a name do not. */
static const asy_tree *clash(const asy_tree *now, const asy_tree *was)
{
    const asy_tree *hit = now->kind != ASY_TREE_MAP ? now : NULL, *other;
    if (was->kind != ASY_TREE_MAP) return hit;
    for (const asy_tree *c = now->child; c != NULL && hit == NULL; c = c->next)
        if ((other = asy_tree_get(was, c->key)) != NULL) hit = clash(c, other);
    return hit;
}

static void note_twice(reader *r, const asy_tree *const all[], int i)
{
    for (int k = 0; k < i; k++) {
        const asy_tree *hit = all[k] != NULL ? clash(all[i], all[k]) : NULL;
        if (hit == NULL) continue;
        asy_diag_add(r->diag, "W0703", &hit->loc,
                     "`%.*s` sets again what argument %d sets; the later one counts",
                     (int)strcspn(r->opt->set[i], "="), r->opt->set[i], number_of(r, k));
        asy_diag_note(r->diag, "argument %d is `%s`", number_of(r, k), r->opt->set[k]);
    }
}

/* Splits the overrides; what is set twice is said. */
static void read_overrides(reader *r)
{
    const asy_tree **all = ASY_NEWN(r->arena, r->opt->n_set, const asy_tree *);
    r->late = ASY_NEWN(r->arena, r->opt->n_set, asy_tree *);
    for (int i = 0; r->late != NULL && all != NULL && i < r->opt->n_set; i++) {
        asy_tree *t = asy__override(r->arena, r->diag, r->opt->set[i], number_of(r, i));
        all[i] = t;
        if (t == NULL) continue;
        note_twice(r, all, i);
        if (early(t)) r->root = asy_tree_overlay(r->arena, r->root, t, ASY_FROM_OVERRIDE);
        else r->late[r->n_late++] = t;
    }
}

static bool chosen(const char *word, int n, const char *const words[])
{
    for (int i = 0; i < n; i++)
        if (strcmp(word, words[i]) == 0) return true;
    return n == 0;
}

static bool good_name(const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return n > 0 && n <= 64 && s[n] == 0 && s[0] != '-';
}

static void read_arms(reader *r)
{
    const asy_tree *t = asy_tree_get(r->root, "arms");
    const char **arms = ASY_NEWN(r->arena, MAX_ARMS, const char *),
               **all = ASY_NEWN(r->arena, MAX_ARMS, const char *);
    int n = 0, n_all = 0;
    if (arms == NULL || all == NULL) return;
    if (t != NULL && (t->kind != ASY_TREE_MAP || t->child == NULL || asy_tree_count(t) > MAX_ARMS)) {
        asy_diag_add(r->diag, "E0202", &t->loc,
                     "`arms` takes a map: name → partial spec ({} for the root as it is)");
        return;
    }
    if (t == NULL) all[n_all++] = "main";
    for (const asy_tree *c = t != NULL ? t->child : NULL; c != NULL; c = c->next) {
        if (!good_name(c->key))
            asy_diag_add(r->diag, "E0205", &c->key_loc, "an arm's name is made of a-z, 0-9 and -");
        else if (c->kind != ASY_TREE_MAP && c->kind != ASY_TREE_NULL)
            asy_diag_add(r->diag, "E0202", &c->loc,
                         "arm `%s` takes a partial spec, such as {train: {epochs: 5}}", c->key);
        else all[n_all++] = c->key;
        for (const asy_tree *k = c->kind == ASY_TREE_MAP ? c->child : NULL; k != NULL; k = k->next)
            if (strcmp(k->key, "arms") == 0 || strcmp(k->key, "seeds") == 0 || strcmp(k->key, "name") == 0 ||
                strcmp(k->key, "smoke") == 0 || strcmp(k->key, "assay") == 0 ||
                strcmp(k->key, "sweep") == 0 || strcmp(k->key, "include") == 0)
                asy_diag_add(r->diag, "E0305", &k->key_loc,
                             "`%s` is one for the whole study; an arm cannot set it", k->key);
    }
    for (int i = 0; i < r->opt->n_arms; i++) {
        if (chosen(r->opt->arms[i], n_all, all) && n_all > 0) continue;
        asy_diag_add(r->diag, "E0204", NULL, "no arm is called `%s`", r->opt->arms[i]);
        const char *near = asy_near(r->opt->arms[i], n_all, all, NULL);
        if (near != NULL) asy_diag_help(r->diag, "did you mean `%s`?", near);
    }
    for (int i = 0; i < n_all; i++)
        if (chosen(all[i], r->opt->n_arms, r->opt->arms)) arms[n++] = all[i];
    r->study->n_arms = n;
    r->study->arms = arms;
}

static asy_tree *late(reader *r, asy_tree *t, asy_diag *diag)
{
    for (int i = 0; i < r->n_late; i++) t = asy_tree_overlay(r->arena, t, r->late[i], ASY_FROM_OVERRIDE);
    return t != NULL ? asy__vars(r->arena, diag, t) : NULL;
}

/* The tree of one arm under one combination of the axes, everything laid, vars last. */
static asy_tree *arm_tree(reader *r, const char *arm, int combination)
{
    const asy_tree *arms = asy_tree_get(r->root, "arms"),
                   *part = arms != NULL ? asy_tree_get(arms, arm) : NULL;
    asy_tree *t = asy_tree_overlay(r->arena, r->root,
                                   part != NULL && part->kind == ASY_TREE_MAP ? part : NULL, ASY_FROM_ARM);
    if (r->sweep.n_axes > 0)
        t = asy_tree_overlay(r->arena, t, asy__sweep_tree(r->arena, &r->sweep, combination), ASY_FROM_AXIS);
    if (t == NULL) return NULL;
    if (r->smoke != NULL) {
        const asy_tree *all = late(r, t, asy_diag_new(r->arena)); /* complaints come below */
        const char *own = all != NULL ? asy__own_procedure(r->arena, all) : NULL;
        t = asy_tree_overlay(r->arena, t, asy__smoke_tree(r->arena, t, own), ASY_FROM_SMOKE);
        t = asy_tree_overlay(r->arena, t, asy_tree_get(r->root, "smoke"), ASY_FROM_SMOKE);
    }
    t = late(r, t, r->diag);
    const char *own = t != NULL ? asy__own_procedure(r->arena, t) : NULL;
    return own != NULL ? asy__lay_procedure(r->arena, r->diag, t, own) : t;
}

static const asy_loc *place(const asy_tree *root, const char *key)
{
    const asy_tree *t = asy_tree_get(root, key);
    return t != NULL ? &t->loc : &root->loc;
}

static void check_augment(reader *r, const asy_root *root)
{
    const asy_bounds *list = root->data != NULL ? &root->data->augment : NULL;
    if (list == NULL || list->n == 0 || root->train == NULL || asy_diag_errors(r->diag) > 0) return;
    const asy_procedure *train = (const asy_procedure *)root->train->m;
    const asy_bound *one = asy_augments_mixture(list, NULL),
                    *two = one != NULL ? asy_augments_mixture(list, one) : NULL;
    if (two != NULL)
        asy_diag_add(r->diag, "E0310", asy_augment_loc(two), "`%s` and `%s` both mix samples; one can",
                     one->name, two->name);
    if (list->n > ASY_AUGMENTS)
        asy_diag_add(r->diag, "E0310", asy_augment_loc(list->v[ASY_AUGMENTS]), "more than %d augmentations",
                     ASY_AUGMENTS);
    if (root->model != NULL && ((const asy_arch *)root->model->m)->tables != NULL)
        asy_diag_add(r->diag, "E0310", asy_augment_loc(list->v[0]),
                     "`%s` sees the data as one whole; changes of single samples do not reach it",
                     root->model->name);
    if (train->augments != NULL) train->augments(root->train->params, list, r->diag);
    else
        asy_diag_add(r->diag, "E0310", asy_augment_loc(list->v[0]),
                     "`%s` trains on the data as they are; it knows no augmentation", root->train->name);
}

static void check_ranges(reader *r, const asy_rtree *t, double lo, double hi)
{
    const asy_bound *b = t->type == ASY_P_METHOD && !t->absent ? t->method : NULL;
    if (b != NULL && b->kind->in_range != NULL && b->shared != NULL && b->tree != NULL)
        b->kind->in_range(b->shared, b->tree, lo, hi, r->diag);
    for (const asy_rtree *c = t->child; c != NULL; c = c->next) check_ranges(r, c, lo, hi);
}

/* Rules of the root block between its keys. */
static void check_root(reader *r, const asy_tree *t, const asy_root *root)
{
    if (root->assay > 1)
        asy_diag_add(r->diag, "E0209", place(t, "assay"),
                     "this binary reads version 1 of the spec language, not %lld", (long long)root->assay);
    if (root->name != NULL && !good_name(root->name))
        asy_diag_add(r->diag, "E0205", place(t, "name"),
                     "a study's name is made of a-z, 0-9 and -, up to 64 characters; it names the folder");
    if (root->baseline != NULL && !chosen(root->baseline, r->study->n_arms, r->study->arms) &&
        r->opt->n_arms == 0) {
        asy_diag_add(r->diag, "E0204", place(t, "baseline"), "no arm is called `%s`", root->baseline);
        const char *near = asy_near(root->baseline, r->study->n_arms, r->study->arms, NULL);
        if (near != NULL) asy_diag_help(r->diag, "did you mean `%s`?", near);
    }
    if (root->model != NULL && root->train == NULL && ((const asy_model_keys *)root->model->at)->file == NULL)
        asy_diag_add(r->diag, "E0201", place(t, "model"),
                     "with `train: none` the model must come from a `file`");
    check_augment(r, root);
    for (int i = 0; i < root->evaluate.n; i++) {
        const char *name = root->evaluate.name[i];
        if (!good_name(name))
            asy_diag_add(r->diag, "E0205", &root->evaluate.tree[i]->key_loc,
                         "an evaluation's name is made of a-z, 0-9 and -");
    }
}

/* The id names the slot, not its content (user-experience §3.4). */
static asy_status slot_id(asy_run_plan *run)
{
    asy_buf b;
    asy_buf_init(&b, 1 << 20);
    asy_buf_printf(&b, "{\"arm\":\"%s\",\"axes\":%s,\"seed\":%llu}", run->arm, run->axes,
                   (unsigned long long)run->seed);
    asy_digest d = asy_sha256(asy_buf_text(&b), b.n);
    asy_hex(&d, 12, run->id);
    asy_status s = asy_buf_status(&b);
    asy_buf_free(&b);
    return s;
}

/* The runs of one arm under one combination of the axes: seeds share what is bound. */
static asy_status bind_config(reader *r, asy_binder *b, const char *arm, int combination)
{
    asy_study *s = r->study;
    const asy_tree *t = arm_tree(r, arm, combination);
    asy_run_plan first = { .arm = arm, .fixed = s->fixed };
    if (t == NULL) return asy_arena_status(r->arena);
    first.resolved = asy_bind_block(b, "", t, asy__root_rows, &first.root);
    ASY_TRY(asy_arena_status(r->arena));
    check_root(r, t, &first.root);
    const asy_data_par *data = first.root.data;
    if (first.resolved != NULL && data != NULL)
        check_ranges(r, first.resolved, data->range.n == 2 ? data->range.v[0] : 0,
                     data->range.n == 2 ? data->range.v[1] : 1);
    asy__check_needs(r->arena, r->diag, t, &first.root, first.resolved);
    asy__check_labels(r->diag, &first.root, first.resolved);
    ASY_TRY(asy__sweep_name(r->arena, &r->sweep, combination, &first));
    for (int k = 0; k < s->n_seeds; k++) {
        asy_run_plan *run = &s->runs[s->n_runs++];
        *run = first;
        run->seed = s->seeds[k];
        ASY_TRY(slot_id(run));
    }
    return ASY_OK;
}

/* The block `smoke` counts under --smoke alone; what is wrong with it is said at once. */
static asy_status check_smoke(reader *r, asy_binder *b)
{
    const asy_tree *smoke = asy_tree_get(r->root, "smoke");
    if (r->smoke != NULL || smoke == NULL || r->study->n_arms == 0) return ASY_OK;
    asy_tree *t = arm_tree(r, r->study->arms[0], 0);
    if (t != NULL) t = asy_tree_overlay(r->arena, t, smoke, ASY_FROM_SMOKE);
    if (t != NULL) t = asy__vars(r->arena, r->diag, t);
    asy_root root;
    if (t != NULL) (void)asy_bind_block(b, "", t, asy__root_rows, &root);
    return asy_arena_status(r->arena);
}

static asy_status bind_runs(reader *r)
{
    asy_study *s = r->study;
    asy_binder b = {
        .arena = r->arena, .diag = r->diag, .allow = r->opt->allow, .dir = r->opt->dir, .cwd = r->opt->cwd
    };
    int64_t n = (int64_t)s->n_arms * r->sweep.n * s->n_seeds;
    s->n_configs = r->sweep.n;
    if (n > MAX_RUNS) {
        const char *axes =
            r->sweep.n > 1 ? asy_sprintf(r->arena, ", %d combinations of the axes", r->sweep.n) : "";
        asy_diag_add(r->diag, "E0205", NULL, "%d arms%s with %d seeds each are more than %d runs", s->n_arms,
                     axes != NULL ? axes : "", s->n_seeds, MAX_RUNS);
        return ASY_OK;
    }
    s->runs = ASY_NEWN(r->arena, n > 0 ? n : 1, asy_run_plan);
    if (s->runs == NULL) return asy_arena_status(r->arena);
    for (int a = 0; a < s->n_arms; a++)
        for (int i = 0; i < r->sweep.n; i++) ASY_TRY(bind_config(r, &b, s->arms[a], i));
    return check_smoke(r, &b);
}

static void take_titles(reader *r)
{
    asy_study *s = r->study;
    if (s->n_runs == 0) return;
    const asy_root *root = &s->runs[0].root;
    s->name = root->name;
    s->title = root->title != NULL ? root->title : root->name;
    s->notes = root->notes;
    s->baseline = root->baseline != NULL && chosen(root->baseline, s->n_arms, s->arms) ? root->baseline
                  : s->n_arms > 0                                                      ? s->arms[0]
                                                                                       : "";
    s->threads = root->compute != NULL ? (int)root->compute->threads : 0;
}

static asy_status read_stdin(asy_arena *a, size_t limit, char **text, size_t *n)
{
    asy_buf b;
    char piece[4096];
    size_t got;
    asy_buf_init(&b, limit + 2 * sizeof piece);
    while (b.n <= limit && (got = fread(piece, 1, sizeof piece, stdin)) > 0) asy_buf_put(&b, piece, got);
    bool large = b.n > limit;
    *text = asy_strndup(a, asy_buf_text(&b), b.n);
    *n = b.n;
    asy_status s = asy_buf_status(&b);
    asy_buf_free(&b);
    ASY_TRY(s);
    if (large) ASY_FAIL(ASY_EINVAL, "standard input is larger than %zu bytes", limit);
    return asy_arena_status(a);
}

static asy_status read_source(reader *r, const char *path)
{
    asy_study *s = r->study;
    char *text = NULL;
    size_t n = 0;
    bool in = strcmp(path, "-") == 0;
    const char *name = in ? "standard input" : path;
    asy_status st =
        in ? read_stdin(r->arena, MAX_SPEC, &text, &n) : asy_io_read(r->arena, path, MAX_SPEC, &text, &n);
    if (st == ASY_ENOMEM) return st;
    if (st != ASY_OK) {
        bool large = st == ASY_EINVAL;
        asy_diag_add(r->diag, large ? "E0109" : "E0107", NULL,
                     large ? "`%s` is larger than 4 MiB" : "`%s` cannot be read", name);
        asy_diag_note(r->diag, "%s", asy_error_text());
        return ASY_OK;
    }
    s->source = text;
    s->source_n = n;
    s->dir = r->opt->dir != NULL ? r->opt->dir : in ? "." : asy_path_dir(r->arena, path);
    r->root = asy_yaml_text(r->arena, r->diag, name, text, n);
    if (r->root != NULL && r->root->kind != ASY_TREE_MAP) {
        asy_diag_add(r->diag, "E0101", &r->root->loc,
                     "a spec is a map of keys such as `assay: 1`, `name: …`, `data: …`");
        r->root = NULL;
    }
    return ASY_OK;
}

/* Seeds, arms and axes, in which `$name` may stand too. */
static asy_status read_plan(reader *r)
{
    const asy_tree *t = asy__vars(r->arena, r->diag, r->root);
    if (t == NULL) return asy_arena_status(r->arena);
    asy__seeds_read(r->arena, r->diag, t, r->opt, r->study);
    asy__sweep_read(r->arena, r->diag, t, r->opt, &r->sweep);
    read_arms(r);
    return asy_arena_status(r->arena);
}

asy_status asy_study_read(asy_study **out, asy_arena *arena, const char *path, const asy_spec_options *opt,
                          asy_diag *diag)
{
    reader r = { .arena = arena, .diag = diag, .opt = opt, .study = ASY_NEW(arena, asy_study) };
    *out = r.study;
    if (r.study == NULL) return asy_arena_status(arena);
    r.study->smoke = opt->smoke;
    ASY_TRY(read_source(&r, path));
    if (r.root == NULL) return asy_arena_status(arena);
    r.root = asy__include(arena, diag, r.root, r.study->dir, opt, r.study);
    if (r.root == NULL) return asy_arena_status(arena);
    read_overrides(&r);
    ASY_TRY(asy_arena_status(arena));
    if (opt->smoke) r.smoke = r.root;
    ASY_TRY(read_plan(&r));
    ASY_TRY(bind_runs(&r));
    take_titles(&r);
    asy__expect_check(arena, diag, r.study);
    if (asy_diag_errors(diag) > 0) return ASY_OK;
    ASY_TRY(asy__stages_plan(r.study, arena, diag));
    return asy_arena_status(arena);
}
