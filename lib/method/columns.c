// SPDX-License-Identifier: GPL-3.0-or-later
/* Which column of the files is for what: the block `columns`, names that a file has twice, features that are
 * not named one by one. */
#include "../base/json.h"
#include "dataset.h"
#include "params.h"

#include <stdlib.h>
#include <string.h>

#define par asy_columns_par
static const asy_param rows[] = {
    ASY_PARAM_STR(label, NULL, "the column to be predicted"),
    ASY_PARAM_STR(clean, NULL, "the label before somebody got it wrong, with the label's classes"),
    ASY_PARAM_BOOL(ordinal, "false", "the classes are ordered, by value"),
    ASY_PARAM_STRS(numeric, NULL, "features that are numbers"),
    ASY_PARAM_STRS(categorical, NULL, "features that are categories"),
    ASY_PARAM_STRS(sensitive, NULL, "attributes that audits compare by; no features unless listed as such"),
    ASY_PARAM_STRS(soft, NULL,
                   "a share or a count of votes for each class, in the classes' order (or one array of them)"),
    ASY_PARAM_STR(weight, NULL, "weights of the rows"),
    ASY_PARAM_STR(group, NULL, "whom or what a row belongs to"),
    ASY_PARAM_STR(id, NULL, "name of a row"),
    ASY_PARAM_STRS(drop, NULL, "columns that are no features"),
    ASY_PARAM_END
};
#undef par

asy_status asy__columns_read(const asy_data_in *in, const asy_tree *t, asy_columns_par *out)
{
    int before = asy_diag_errors(in->diag);
    asy_binder b = { .arena = in->arena, .diag = in->diag };
    *out = (asy_columns_par){ 0 };
    if (t == NULL) return ASY_OK;
    if (asy_bind_block(&b, "data.columns", t, rows, out) == NULL) return asy_arena_status(in->arena);
    return asy_diag_errors(in->diag) > before ? ASY_ESPEC : ASY_OK;
}

typedef struct {
    const asy_data_in *in;
    asy__plan *plan;
    const asy__piece *p;
    int n_pieces, n[2], total; /* columns of the two stacks */
    bool *used;
    int n_want;
    asy__want *want;
} work;

static const asy_raw *raw_of(const work *w, int piece, int table, int i)
{
    int stack = i >= w->n[0];
    return &w->p[piece].stack[stack].table[table].cols[i - (stack ? w->n[0] : 0)];
}
static const asy_raw *raw(const work *w, int i) { return raw_of(w, 0, 0, i); }

/* Rows in which columns i and j have the same text; *of: rows in all. −1: one of them is an array. */
static int64_t equal_rows(const work *w, int i, int j, int64_t *of)
{
    int64_t same = 0;
    *of = 0;
    if ((i >= w->n[0]) != (j >= w->n[0])) return -1;
    for (int p = 0; p < w->n_pieces; p++) {
        const asy__stack *s = &w->p[p].stack[i >= w->n[0]];
        for (int t = 0; t < s->n; t++) {
            const asy_raw *a = raw_of(w, p, t, i), *b = raw_of(w, p, t, j);
            if (a->data.data != NULL || b->data.data != NULL) return -1;
            for (int64_t r = 0; r < s->table[t].n; r++) {
                const char *x = a->text[r], *y = b->text[r];
                same += x == y || (x != NULL && y != NULL && strcmp(x, y) == 0);
            }
            *of += s->table[t].n;
        }
    }
    return same;
}

static asy_status say_two(const work *w, const char *name, const asy_loc *loc, int i, int j, int count)
{
    int64_t of, same = equal_rows(w, i, j, &of);
    asy_diag_add(w->in->diag, "E0403", loc, "the file has %s columns named `%s`",
                 count == 2 ? "two" : asy_sprintf(w->in->arena, "%d", count), name);
    asy_diag_label(w->in->diag, "column %d or column %d?", i + 1, j + 1);
    if (same >= 0 && same == of)
        asy_diag_note(w->in->diag, "their contents are equal in all %lld rows", (long long)of);
    else if (same >= 0)
        asy_diag_note(w->in->diag, "their contents differ in %lld of %lld rows", (long long)(of - same),
                      (long long)of);
    asy_diag_help(w->in->diag, "write `%s#1` or `%s#2`", name, name);
    return ASY_EDATA;
}

static asy_status say_none(const work *w, const char *name, const asy_loc *loc)
{
    const char **names = ASY_NEWN(w->in->arena, w->total, const char *), *second = NULL;
    if (names == NULL) return asy_arena_status(w->in->arena);
    for (int i = 0; i < w->total; i++) names[i] = raw(w, i)->name;
    asy_diag_add(w->in->diag, "E0407", loc, "the file has no column named `%s`", name);
    const char *near = asy_near(name, w->total, names, &second);
    if (near != NULL) asy_diag_help(w->in->diag, "did you mean `%s`?", near);
    asy_diag_note(w->in->diag, "it has %d columns, the first is `%s`", w->total,
                  w->total > 0 ? names[0] : "");
    return ASY_EDATA;
}

/* A column by NAME or NAME#K. */
static asy_status find(const work *w, const char *ref, const asy_loc *loc, int *out)
{
    const char *hash = strrchr(ref, '#');
    int64_t k = 0;
    int found[2] = { -1, -1 }, count = 0;
    for (int i = 0; i < w->total; i++)
        if (strcmp(raw(w, i)->name, ref) == 0 && count++ < 2) found[count - 1] = i;
    if (count == 1) return *out = found[0], ASY_OK;
    if (count > 1) return say_two(w, ref, loc, found[0], found[1], count);
    if (hash != NULL && asy_read_integer(hash + 1, &k) && k >= 1)
        for (int i = 0; i < w->total; i++)
            if (strlen(raw(w, i)->name) == (size_t)(hash - ref) &&
                memcmp(raw(w, i)->name, ref, (size_t)(hash - ref)) == 0 && --k == 0)
                return *out = i, ASY_OK;
    return say_none(w, ref, loc);
}

static void put(work *w, int i, asy_role role)
{
    bool stack = i >= w->n[0];
    w->want[w->n_want++] = (asy__want){ stack, i - (stack ? w->n[0] : 0), role };
    w->used[i] = true;
}

static const asy_loc *place(const work *w, const char *key, int member)
{
    const asy_tree *t = asy_tree_get(w->plan->tree, key);
    if (t == NULL) return w->in->loc;
    const asy_tree *c = t->kind == ASY_TREE_LIST ? t->child : NULL;
    while (c != NULL && member-- > 0) c = c->next;
    return c != NULL ? &c->loc : &t->loc;
}

static asy_status one(work *w, const char *key, const char *ref, asy_role role)
{
    int i;
    if (ref == NULL) return ASY_OK;
    ASY_TRY(find(w, ref, place(w, key, 0), &i));
    put(w, i, role);
    return ASY_OK;
}

static asy_status many(work *w, const char *key, const asy_strs *refs, asy_role role, bool *drop)
{
    int i;
    for (int k = 0; k < refs->n; k++) {
        ASY_TRY(find(w, refs->v[k], place(w, key, k), &i));
        bool array = raw(w, i)->data.data != NULL && raw(w, i)->data.s.n > 1;
        if (drop != NULL) drop[i] = true;
        else put(w, i, array && role == ASY_ROLE_NUMERIC ? ASY_ROLE_INPUT : role);
    }
    return ASY_OK;
}

static bool all_numbers(const work *w, int i)
{
    double v;
    for (int p = 0; p < w->n_pieces; p++) {
        const asy__stack *s = &w->p[p].stack[i >= w->n[0]];
        for (int t = 0; t < s->n; t++)
            for (int64_t r = 0; r < s->table[t].n; r++) {
                const char *x = raw_of(w, p, t, i)->text[r];
                if (x != NULL && !asy_json_to_num(x, &v)) return false;
            }
    }
    return true;
}

static asy_status hinted(work *w, const bool *drop)
{
    bool label = w->plan->par->label != NULL;
    for (int i = 0; i < w->total; i++) {
        const asy_raw *c = raw(w, i);
        if (c->role == ASY_ROLE_NONE || w->used[i] || drop[i]) continue;
        if (c->role == ASY_ROLE_LABEL && label) continue;
        /* labels of a file of their own stand above those inside the inputs' file */
        if (c->role == ASY_ROLE_LABEL && i < w->n[0] && w->n[1] > 0) continue;
        put(w, i, c->role);
    }
    for (int i = 0; i < w->n_want; i++) label = label || w->want[i].role == ASY_ROLE_LABEL;
    int other = -1, n = 0;
    for (int i = w->n[0]; i < w->total; i++)
        if (!w->used[i] && !drop[i] && strcmp(raw(w, i)->name, "file") != 0) other = i, n++;
    if (!label && n == 1) put(w, other, ASY_ROLE_LABEL);
    return ASY_OK;
}

static void guess_features(work *w, const bool *drop)
{
    for (int i = 0; i < w->n_want; i++)
        if (w->want[i].role == ASY_ROLE_INPUT || w->want[i].role == ASY_ROLE_NUMERIC ||
            w->want[i].role == ASY_ROLE_CATEGORICAL)
            return;
    for (int i = 0; i < w->n[0]; i++) {
        const asy_raw *c = raw(w, i);
        if (w->used[i] || drop[i]) continue;
        if (c->data.data != NULL) put(w, i, c->data.s.n > 1 ? ASY_ROLE_INPUT : ASY_ROLE_NUMERIC);
        else if (c->n_values > 0) put(w, i, ASY_ROLE_CATEGORICAL);
        else put(w, i, c->numbers || all_numbers(w, i) ? ASY_ROLE_NUMERIC : ASY_ROLE_CATEGORICAL);
    }
}

/* Every table of every part has the columns of the first. */
static asy_status same_columns(work *w)
{
    for (int p = 0; p < w->n_pieces; p++)
        for (int k = 0; k < 2; k++) {
            const asy__stack *s = &w->p[p].stack[k], *first = &w->p[0].stack[k];
            if ((s->n > 0) != (first->n > 0))
                return asy__bad_file(w->in, w->p[p].stack[0].path[0],
                                     "one part has labels, another has none");
            for (int t = 0; t < s->n; t++) {
                const asy_table *a = &s->table[t], *b = &first->table[0];
                if (a->n_cols != b->n_cols)
                    return asy__bad_file(w->in, s->path[t], "it has %d columns, `%s` has %d", a->n_cols,
                                         first->path[0], b->n_cols);
                for (int c = 0; c < a->n_cols; c++)
                    if (strcmp(a->cols[c].name, b->cols[c].name) != 0 ||
                        (a->cols[c].data.data != NULL) != (b->cols[c].data.data != NULL))
                        return asy__bad_file(w->in, s->path[t], "column %d is `%s`, in `%s` it is `%s`",
                                             c + 1, a->cols[c].name, first->path[0], b->cols[c].name);
            }
        }
    return ASY_OK;
}

/* A column that only `stratify`, `grouped` or the recipe's parts refer to. */
static asy_status mentioned(work *w, const char *ref)
{
    int i;
    if (ref == NULL) return ASY_OK;
    ASY_TRY(find(w, ref, w->in->loc, &i));
    put(w, i, ASY_ROLE_NONE);
    return ASY_OK;
}

static asy_status assign(work *w, bool *drop)
{
    const asy_columns_par *c = w->plan->par;
    ASY_TRY(one(w, "label", c->label, ASY_ROLE_LABEL));
    ASY_TRY(one(w, "clean", c->clean, ASY_ROLE_CLEAN));
    ASY_TRY(many(w, "soft", &c->soft, ASY_ROLE_SOFT, NULL));
    ASY_TRY(many(w, "sensitive", &c->sensitive, ASY_ROLE_SENSITIVE, NULL));
    ASY_TRY(one(w, "weight", c->weight, ASY_ROLE_WEIGHT));
    ASY_TRY(one(w, "group", c->group, ASY_ROLE_GROUP));
    ASY_TRY(one(w, "id", c->id, ASY_ROLE_ID));
    ASY_TRY(many(w, "drop", &c->drop, ASY_ROLE_NONE, drop));
    ASY_TRY(mentioned(w, w->plan->grouped));
    ASY_TRY(mentioned(w, w->plan->part_column));
    ASY_TRY(many(w, "numeric", &c->numeric, ASY_ROLE_NUMERIC, NULL));
    ASY_TRY(many(w, "categorical", &c->categorical, ASY_ROLE_CATEGORICAL, NULL));
    ASY_TRY(hinted(w, drop));
    if (!w->plan->beside) guess_features(w, drop);
    if (w->plan->stratify != NULL) { /* whatever else it is: codes of its own */
        int i;
        ASY_TRY(find(w, w->plan->stratify, w->in->loc, &i));
        put(w, i, ASY_ROLE_NONE);
    }
    for (int i = 0; i < w->n_want; i++)
        w->plan->table =
            w->plan->table || w->want[i].role == ASY_ROLE_NUMERIC || w->want[i].role == ASY_ROLE_CATEGORICAL;
    return ASY_OK;
}

asy_status asy__columns_assign(const asy_data_in *in, asy__plan *plan, const asy__piece *p, int n_pieces,
                               int *n, asy__want **want)
{
    const asy_columns_par *c = plan->par;
    work w = { .in = in, .plan = plan, .p = p, .n_pieces = n_pieces };
    if (n_pieces == 0 || p[0].stack[0].n == 0) ASY_FAIL(ASY_EBUG, "a dataset without files");
    for (int k = 0; k < 2; k++) w.n[k] = p[0].stack[k].n > 0 ? p[0].stack[k].table[0].n_cols : 0;
    w.total = w.n[0] + w.n[1];
    ASY_TRY(same_columns(&w));
    /* each list may name a column, each column may be hinted or guessed, and a few more are mentioned */
    int64_t most = (int64_t)w.total + c->numeric.n + c->categorical.n + c->sensitive.n + c->soft.n + 8;
    w.want = ASY_NEWN(in->arena, most, asy__want);
    w.used = ASY_NEWN(in->arena, w.total, bool);
    bool *drop = ASY_NEWN(in->arena, w.total, bool);
    if (w.want == NULL || w.used == NULL || drop == NULL) return asy_arena_status(in->arena);
    ASY_TRY(assign(&w, drop));
    *n = w.n_want;
    *want = w.want;
    return ASY_OK;
}
