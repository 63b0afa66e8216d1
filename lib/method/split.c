// SPDX-License-Identifier: GPL-3.0-or-later
/* Splits. A part that bears the name of one of the set's own parts draws from that part, any other from the
 * first one. {every, offset}, {skip, take} count rows in file order; then counts, fractions and per_class
 * take consecutive pieces of the stream's permutation in the order they are written; `rest` gets what is
 * left. The rows of a part stand in file order. */
#include "dataset.h"
#include "params.h"

#include <math.h>
#include <string.h>

typedef enum { TAKE_ALL, TAKE_REST, TAKE_COUNT, TAKE_FRACTION, TAKE_PER_CLASS, TAKE_WINDOW, TAKE_EVERY } take;
typedef struct {
    const char *name;
    const asy_tree *tree;
    take how;
    int64_t n, offset;
    double fraction;
    int source;
    int64_t got;
} request;

/* One source part while it is divided: owner[i] is the request that has row i, −1: free. */
typedef struct {
    int64_t n;
    int32_t *owner;
    uint32_t *order;
    const int32_t *code; /* of each row: its stratum or its group; NULL: neither */
    int64_t n_codes;
    bool grouped;
} source;

static void complain(const asy_data_in *in, const char *code, const asy_tree *t, const char *text)
{
    asy_diag_add(in->diag, code, t != NULL ? &t->loc : in->loc, "%s", text);
}

static bool whole(const asy_tree *t, const char *key, int64_t lo, int64_t *out)
{
    const asy_tree *v = asy_tree_get(t, key);
    return v != NULL && v->kind == ASY_TREE_SCALAR && asy_read_integer(v->text, out) && *out >= lo;
}

static bool read_map(const asy_tree *t, request *r)
{
    int keys = asy_tree_count(t);
    if (keys == 1 && whole(t, "per_class", 1, &r->n)) return r->how = TAKE_PER_CLASS, true;
    if (asy_tree_get(t, "every") != NULL) {
        r->how = TAKE_EVERY;
        return whole(t, "every", 1, &r->n) &&
               (keys == 1 || (keys == 2 && whole(t, "offset", 0, &r->offset) && r->offset < r->n));
    }
    r->how = TAKE_WINDOW;
    r->n = INT64_MAX;
    bool skip = asy_tree_get(t, "skip") != NULL, some = asy_tree_get(t, "take") != NULL;
    if ((!skip && !some) || keys != skip + some) return false;
    return (!skip || whole(t, "skip", 0, &r->offset)) && (!some || whole(t, "take", 1, &r->n));
}

static bool read_request(const asy_tree *t, request *r)
{
    r->name = t->key;
    r->tree = t;
    if (t->kind == ASY_TREE_MAP) return read_map(t, r);
    if (t->kind != ASY_TREE_SCALAR) return false;
    if (strcmp(t->text, "all") == 0) return r->how = TAKE_ALL, true;
    if (strcmp(t->text, "rest") == 0) return r->how = TAKE_REST, true;
    if (asy_read_integer(t->text, &r->n) && r->n >= 1 && strpbrk(t->text, "./") == NULL)
        return r->how = TAKE_COUNT, true;
    r->how = TAKE_FRACTION;
    return asy_read_number(t->text, &r->fraction) && r->fraction > 0 && r->fraction <= 1;
}

static int read_requests(const asy_data_in *in, const asy_tree *split, request req[])
{
    int n = 0;
    if (split->kind != ASY_TREE_MAP || split->child == NULL) {
        complain(in, "E0202", split,
                 "`split` takes a map of parts, such as {train: 55000, val: 5000, test: all}");
        return 0;
    }
    for (const asy_tree *t = split->child; t != NULL; t = t->next) {
        if (n == ASY_MAX_VIEWS) {
            complain(in, "E0205", t, "a split has at most 16 parts");
            return n;
        }
        req[n] = (request){ 0 };
        if (!read_request(t, &req[n])) {
            complain(in, "E0202", t,
                     asy_sprintf(in->arena,
                                 "part `%s` takes a count, a fraction, `all`, `rest`, {per_class: N}, {skip: "
                                 "N, take: N} or {every: N, offset: N}",
                                 t->key));
            continue;
        }
        n++;
    }
    return n;
}

/* One of `dataset`, `file`, `files`. */
static void check_source(const asy_data_par *par, asy_site *site, asy_diag *diag)
{
    int n = (par->dataset != NULL) + (par->file != NULL) + (par->files.n > 0);
    if (n == 1) return;
    const char *key = n == 0 ? "data" : par->files.n > 0 ? "files" : "file";
    asy_diag_add(diag, n == 0 ? "E0201" : "E0207", asy_site_loc(site, key),
                 n == 0                 ? "`data` needs `dataset`, `file` or `files`"
                 : par->dataset == NULL ? "`file` and `files` exclude each other"
                 : par->files.n > 0     ? "`dataset` and `files` exclude each other"
                                        : "`dataset` and `file` exclude each other");
    asy_diag_help(diag, "a known set or a generator: `dataset: NAME`; local files: `files: {train: "
                        "{input: PATH, label: PATH}, test: …}`");
}

static bool is_header(const asy_tree *t)
{
    if (t->kind == ASY_TREE_SCALAR) return strcmp(t->text, "true") == 0 || strcmp(t->text, "false") == 0;
    for (const asy_tree *c = t->child; c != NULL; c = c->next)
        if (c->kind != ASY_TREE_SCALAR) return false;
    return t->kind == ASY_TREE_LIST && t->child != NULL;
}

static void check_forms(const asy_data_par *par, asy_site *site, const asy_data_in *in)
{
    asy_columns_par columns;
    if (par->header != NULL && !is_header(par->header))
        complain(in, "E0202", par->header, "`header` takes true, false or a list of names");
    if (par->separator != NULL && strlen(par->separator) != 1 && strcmp(par->separator, "blanks") != 0 &&
        strcmp(par->separator, "tab") != 0)
        asy_diag_add(in->diag, "E0202", asy_site_loc(site, "separator"),
                     "`separator` takes one character, `tab` or `blanks`");
    if (par->sha256 != NULL && (strlen(par->sha256) != 64 || strspn(par->sha256, "0123456789abcdef") != 64))
        asy_diag_add(in->diag, "E0202", asy_site_loc(site, "sha256"),
                     "`sha256` takes 64 hex digits, 0-9 and a-f");
    if (par->stratify != NULL && par->grouped != NULL)
        asy_diag_add(in->diag, "E0207", asy_site_loc(site, "grouped"),
                     "`stratify` and `grouped` exclude each other");
    if (par->subset != NULL && (par->subset->n > 0) == (par->subset->per_class > 0))
        asy_diag_add(in->diag, "E0202", asy_site_loc(site, "subset"),
                     "`subset` takes {n: ROWS} or {per_class: ROWS}");
    if (asy__columns_read(in, par->columns, &columns) == ASY_OK && par->columns != NULL && columns.ordinal &&
        columns.label == NULL)
        complain(in, "E0201", par->columns, "`ordinal` is about the label: name it, `label: COLUMN`");
}

void asy_data_par_check(const void *vp, const void *shared, asy_site *site)
{
    const asy_data_par *par = vp;
    (void)shared;
    request req[ASY_MAX_VIEWS];
    asy_data_in in = { .diag = asy_site_diag(site), .arena = asy_arena_new(1 << 20) };
    if (in.arena == NULL) return;
    check_source(par, site, in.diag);
    check_forms(par, site, &in);
    if (par->files.n > ASY_MAX_PARTS)
        asy_diag_add(in.diag, "E0205", asy_site_loc(site, "files"), "`files` has more than %d parts",
                     ASY_MAX_PARTS);
    if (par->range.n != 0 && (par->range.n != 2 || !(par->range.v[0] < par->range.v[1]) ||
                              !isfinite(par->range.v[1] - par->range.v[0])))
        asy_diag_add(in.diag, "E0205", asy_site_loc(site, "range"),
                     "`range` takes two finite numbers, the lower one first");
    if (par->split != NULL) read_requests(&in, par->split, req);
    asy_arena_free(in.arena);
}

/* Rows of one group are drawn by the group's first row, so they stand side by side in the permutation. */
static asy_status group_ids(asy_arena *a, const asy_data *d, const source *s, int64_t first, uint64_t *id)
{
    const int32_t *all = s->code - first;
    uint64_t *head = ASY_NEWN(a, s->n_codes, uint64_t);
    if (head == NULL) return asy_arena_status(a);
    for (int64_t i = d->n - 1; i >= 0; i--) head[all[i]] = (uint64_t)i;
    for (int64_t i = 0; i < s->n; i++) id[i] = head[s->code[i]];
    return ASY_OK;
}

static asy_status start(const asy_data_in *in, const asy_data *d, int part, const asy_rng *rng, source *s)
{
    s->n = d->parts[part].n;
    s->owner = ASY_NEWN(in->arena, s->n, int32_t);
    s->order = ASY_NEWN(in->arena, s->n, uint32_t);
    uint64_t *id = ASY_NEWN(in->arena, s->n, uint64_t),
             (*scratch)[2] = asy_alloc(in->arena, (size_t)s->n, sizeof *scratch);
    if (s->owner == NULL || s->order == NULL || id == NULL || scratch == NULL)
        return asy_arena_status(in->arena);
    for (int64_t i = 0; i < s->n; i++) {
        id[i] = (uint64_t)(d->parts[part].first + i);
        s->owner[i] = -1;
    }
    if (s->grouped) ASY_TRY(group_ids(in->arena, d, s, d->parts[part].first, id));
    asy_rng_permute(rng, (size_t)s->n, id, scratch, s->order);
    return ASY_OK;
}

static bool give(source *s, int64_t i, int who)
{
    if (s->owner[i] >= 0) return false;
    s->owner[i] = who;
    return true;
}

static int64_t want(const request *r, const source *s)
{
    return r->how == TAKE_FRACTION ? (int64_t)floor(r->fraction * (double)s->n + 0.5) : r->n;
}

/* Takes by file order. */
static bool take_placed(request *r, int who, source *s)
{
    bool all = true;
    for (int64_t i = 0; i < s->n; i++) {
        bool mine = r->how == TAKE_ALL ||
                    (r->how == TAKE_EVERY ? i % r->n == r->offset : i >= r->offset && i - r->offset < r->n);
        if (mine && !give(s, i, who)) all = false;
        else if (mine) r->got++;
    }
    return all && r->got > 0;
}

static int64_t needed(const request *r, const source *s, int64_t classes)
{
    int64_t need = r->how == TAKE_PER_CLASS ? r->n * classes : want(r, s), free_rows = 0;
    if (r->how != TAKE_FRACTION) return need;
    for (int64_t i = 0; i < s->n; i++) free_rows += s->owner[i] < 0;
    return need == free_rows + 1 ? free_rows : need; /* rounding may ask for one row more than is left */
}

/* Whole groups, up to the one that would bring the part further from its number of rows than it is. */
static bool take_groups(request *r, int who, source *s)
{
    int64_t need = needed(r, s, 0), k = 0, end;
    for (; k < s->n; k = end) {
        int32_t code = s->code[s->order[k]];
        for (end = k; end < s->n && s->code[s->order[end]] == code; end++) {
        }
        if (s->owner[s->order[k]] >= 0) continue;
        if (r->got > 0 && r->got + (end - k) - need > need - r->got) break;
        for (int64_t j = k; j < end; j++)
            if (give(s, s->order[j], who)) r->got++;
    }
    return r->got > 0;
}

/* How many rows of each stratum a part is to have; more than there are free is made up from the others. */
static asy_status quotas(asy_arena *a, const source *s, int64_t need, int64_t **out)
{
    int64_t *have = ASY_NEWN(a, s->n_codes, int64_t);
    *out = ASY_NEWN(a, s->n_codes, int64_t);
    if (have == NULL || *out == NULL) return asy_arena_status(a);
    for (int64_t i = 0; i < s->n; i++) have[s->code[i]]++;
    if (s->n > 0 && need <= s->n) asy__shares(need, s->n, s->n_codes, have, *out);
    return ASY_OK;
}

static void take_strata(request *r, int who, source *s, int64_t need, int64_t *quota)
{
    for (int64_t k = 0; k < s->n && r->got < need; k++) {
        int64_t i = s->order[k];
        if (quota[s->code[i]] > 0 && give(s, i, who)) quota[s->code[i]]--, r->got++;
    }
}

/* Takes the next free rows of the permutation. */
static bool take_drawn(request *r, int who, source *s, int64_t need, const int32_t *label, int64_t classes,
                       int64_t *per)
{
    memset(per, 0, (size_t)classes * sizeof *per);
    for (int64_t k = 0; k < s->n && r->got < need; k++) {
        int64_t i = s->order[k];
        if (r->how == TAKE_PER_CLASS && per[label[i]] == r->n) continue;
        if (!give(s, i, who)) continue;
        r->got++;
        if (r->how == TAKE_PER_CLASS) per[label[i]]++;
    }
    return r->got == need && need > 0;
}

/* Classes that occur in the part: a few-shot set's parts have some each. */
static int64_t occurring(const source *s, const int32_t *label, int64_t classes, int64_t *per)
{
    int64_t n = 0;
    memset(per, 0, (size_t)classes * sizeof *per);
    for (int64_t i = 0; i < s->n; i++) n += per[label[i]]++ == 0;
    return n;
}

static asy_status take_some(asy_arena *a, request *r, int who, source *s, const int32_t *label,
                            int64_t classes, int64_t *per, bool *ok)
{
    int64_t has = r->how == TAKE_PER_CLASS ? occurring(s, label, classes, per) : 0;
    int64_t need = needed(r, s, has), *quota;
    if (s->grouped && r->how != TAKE_PER_CLASS) return *ok = take_groups(r, who, s), ASY_OK;
    if (s->code != NULL && r->how != TAKE_PER_CLASS) {
        ASY_TRY(quotas(a, s, need, &quota));
        take_strata(r, who, s, need, quota);
    }
    *ok = take_drawn(r, who, s, need, label, classes, per);
    return ASY_OK;
}

static void take_rest(request *r, int who, source *s)
{
    for (int64_t i = 0; i < s->n; i++)
        if (give(s, i, who)) r->got++;
}

static bool in_round(const request *r, int round)
{
    bool placed = r->how == TAKE_ALL || r->how == TAKE_WINDOW || r->how == TAKE_EVERY;
    return round == 0 ? placed : round == 1 ? !placed && r->how != TAKE_REST : r->how == TAKE_REST;
}

static asy_status divide(const asy_data_in *in, const asy_data *d, int n, request req[], source src[])
{
    const asy_column *label = asy_data_column(d, ASY_ROLE_LABEL);
    int64_t *per = ASY_NEWN(in->arena, d->classes + 1, int64_t);
    if (per == NULL) return asy_arena_status(in->arena);
    for (int round = 0; round < 3; round++)
        for (int k = 0; k < n; k++) {
            request *r = &req[k];
            source *s = &src[r->source];
            const int32_t *y =
                label != NULL && label->data.s.n == 1
                    ? (const int32_t *)label->data.data + d->parts[r->source].first
                    : NULL;
            if (!in_round(r, round)) continue;
            if (r->how == TAKE_PER_CLASS && y == NULL) {
                complain(in, "E0405", r->tree,
                         asy_sprintf(in->arena,
                                     "part `%s` asks for rows per class, but the data has no labels",
                                     r->name));
                return ASY_EDATA;
            }
            bool ok = true;
            if (round == 0) ok = take_placed(r, k, s);
            else if (round == 1) ASY_TRY(take_some(in->arena, r, k, s, y, d->classes, per, &ok));
            else take_rest(r, k, s);
            if (ok && r->got > 0) continue;
            complain(
                in, "E0405", r->tree,
                asy_sprintf(
                    in->arena,
                    "part `%s` cannot have its rows: only %lld of them are free in part `%s` of %lld rows",
                    r->name, (long long)r->got, d->parts[r->source].name, (long long)s->n));
            return ASY_EDATA;
        }
    return ASY_OK;
}

static asy_status put_view(const asy_data_in *in, const request *r, int who, const source *s, int64_t first,
                           asy_dataset_view *out)
{
    uint32_t *row = ASY_NEWN(in->arena, r->got, uint32_t);
    int64_t m = 0;
    if (row == NULL) return asy_arena_status(in->arena);
    for (int64_t i = 0; i < s->n; i++)
        if (s->owner[i] == who) row[m++] = (uint32_t)(first + i);
    out->views[out->n_views].name = r->name;
    out->views[out->n_views].view = (asy_view){ &out->data,
                                                asy_data_column(&out->data, ASY_ROLE_INPUT),
                                                asy_data_column(&out->data, ASY_ROLE_LABEL),
                                                m,
                                                row,
                                                out->lo,
                                                out->hi };
    out->n_views++;
    return ASY_OK;
}

const asy_column *asy__codes(const asy_data_in *in, const asy_data *d, const char *key, const char *name)
{
    bool label = strcmp(name, "label") == 0;
    for (int i = 0; i < d->n_cols; i++) {
        const asy_column *c = &d->cols[i];
        if (c->data.type != ASY_I32 || c->data.s.n != 1) continue;
        if (label ? c->role == ASY_ROLE_LABEL : strcmp(c->name, name) == 0) return c;
    }
    asy_diag_add(in->diag, "E0407", in->loc, "the data has no column `%s` that `%s` could go by", name, key);
    return NULL;
}

/* Codes of the rows for `stratify` or `grouped`; a missing value is a code of its own. */
static asy_status codes(const asy_data_par *par, const asy_data_in *in, const asy_data *d, source src[])
{
    const char *name = par->stratify != NULL ? par->stratify : par->grouped;
    if (name == NULL) return ASY_OK;
    const asy_column *c = asy__codes(in, d, par->stratify != NULL ? "stratify" : "grouped", name);
    if (c == NULL) return ASY_EDATA;
    int64_t n = c->role == ASY_ROLE_LABEL ? d->classes : c->n_values;
    int32_t *code = ASY_NEWN(in->arena, d->n, int32_t);
    if (code == NULL) return asy_arena_status(in->arena);
    for (int64_t i = 0; i < d->n; i++) {
        int32_t v = ((const int32_t *)c->data.data)[i];
        code[i] = v < 0 ? (int32_t)n : v;
    }
    for (int p = 0; p < d->n_parts; p++) {
        src[p].code = code + d->parts[p].first;
        src[p].n_codes = n + 1;
        src[p].grouped = par->stratify == NULL;
    }
    return ASY_OK;
}

/* No group stands in two parts, whatever took its rows. */
static asy_status whole_groups(const asy_data_par *par, const asy_data_in *in, const asy_dataset_view *d,
                               const source *s)
{
    int32_t *in_part = ASY_NEWN(in->arena, s->n_codes, int32_t);
    if (in_part == NULL) return asy_arena_status(in->arena);
    const int32_t *code = s->code - d->data.parts[0].first;
    for (int k = 0; k < d->n_views; k++)
        for (int64_t i = 0; i < d->views[k].view.n; i++) {
            int32_t *seen = &in_part[code[d->views[k].view.row[i]]];
            if (*seen != 0 && *seen != k + 1) {
                asy_diag_add(in->diag, "E0405", in->loc,
                             "one value of `%s` stands in the parts `%s` and `%s`", par->grouped,
                             d->views[*seen - 1].name, d->views[k].name);
                asy_diag_help(in->diag, "counts, fractions and `rest` keep groups whole; `take`, `skip`, "
                                        "`every` and the set's own parts need not");
                return ASY_EDATA;
            }
            *seen = k + 1;
        }
    return ASY_OK;
}

asy_status asy__split(const asy_data_par *par, const asy_data_in *in, asy_rng rng, asy_dataset_view *out)
{
    const asy_data *d = &out->data;
    request req[ASY_MAX_VIEWS] = { 0 };
    source src[ASY_MAX_PARTS] = { 0 };
    int n = 0;
    if (par->split != NULL) {
        n = read_requests(in, par->split, req);
        if (asy_diag_errors(in->diag) > 0) return ASY_ESPEC;
    } else {
        for (; n < d->n_parts; n++) req[n] = (request){ .name = d->parts[n].name, .how = TAKE_ALL };
    }
    for (int k = 0; k < n; k++)
        for (int p = 0; p < d->n_parts; p++)
            if (strcmp(d->parts[p].name, req[k].name) == 0) req[k].source = p;
    ASY_TRY(codes(par, in, d, src));
    for (int p = 0; p < d->n_parts; p++) ASY_TRY(start(in, d, p, &rng, &src[p]));
    ASY_TRY(divide(in, d, n, req, src));
    for (int k = 0; k < n; k++)
        ASY_TRY(put_view(in, &req[k], k, &src[req[k].source], d->parts[req[k].source].first, out));
    return src[0].grouped ? whole_groups(par, in, out, &src[0]) : ASY_OK;
}
