// SPDX-License-Identifier: GPL-3.0-or-later
/* The tables of a set's files become its columns: parts one after another, files of a part too. */
#include "../base/json.h"
#include "../base/map.h"
#include "dataset.h"

#include <string.h>

enum { MAX_CLASSES = 100000 };

/* A sample's shape: [n] → [1], [n,D] → [D], [n,H,W] → [1,H,W], [n,C,H,W] stays. */
static asy_shape sample_shape(const asy_tensor *t)
{
    switch (t->s.n) {
    case 1: return ASY_SHAPE(1);
    case 3: return ASY_SHAPE(1, t->s.d[1], t->s.d[2]);
    default: return asy_shape_of(t->s.n - 1, t->s.d + 1);
    }
}

static const asy_raw *raw_of(const asy__piece *p, const asy__want *w, int table)
{
    return &p->stack[w->stack].table[table].cols[w->col];
}

static asy_status put_label(const asy_data_in *in, const char *path, const asy_tensor *t, int dims,
                            int32_t *out, int64_t *classes)
{
    if (t->s.n != dims) return asy__bad_file(in, path, "the labels have %d dimensions, one is needed", t->s.n);
    if (t->type == ASY_F32 || t->type == ASY_F64)
        return asy__bad_file(in, path, "the labels are not integers");
    for (int64_t i = 0, m = asy_shape_count(&t->s); i < m; i++) {
        int32_t y = t->type == ASY_U8 ? ((const uint8_t *)t->data)[i] : ((const int32_t *)t->data)[i];
        if (y < 0 || y >= MAX_CLASSES || (*classes > 0 && y >= *classes))
            return asy__bad_file(in, path, "label %d in row %lld is not a class", y, (long long)i);
        out[i] = y;
    }
    return ASY_OK;
}

static asy_status labels(const asy_data_in *in, int n, const asy__piece *p, const asy__want *w, asy_column *c,
                         asy_data *d)
{
    const asy_raw *first = raw_of(&p[0], w, 0);
    /* labels of a declared alphabet may be several a row */
    int dims = first->n_values > 0 && first->data.s.n == 2 ? 2 : 1;
    int64_t at = 0, most = 0, each = dims == 2 ? first->data.s.d[1] : 1, n_labels = d->n * each;
    c->data = asy_tensor_new(in->arena, ASY_I32, dims == 2 ? ASY_SHAPE(d->n, each) : ASY_SHAPE(d->n));
    if (c->data.data == NULL) return asy_arena_status(in->arena);
    if (dims == 2) {
        const char **copy = ASY_NEWN(in->arena, first->n_values, const char *);
        if (copy == NULL) return asy_arena_status(in->arena);
        for (int64_t i = 0; i < first->n_values; i++) copy[i] = asy_strdup(in->arena, first->values[i]);
        d->classes = first->n_values;
        d->class_names = copy;
    }
    for (int i = 0; i < n; i++)
        for (int t = 0; t < p[i].stack[w->stack].n; t++) {
            const asy_tensor *x = &raw_of(&p[i], w, t)->data;
            ASY_TRY(
                put_label(in, p[i].stack[w->stack].path[t], x, dims, (int32_t *)c->data.data + at, &d->classes));
            at += x->s.d[0] * each;
        }
    for (int64_t i = 0; i < n_labels; i++)
        if (((const int32_t *)c->data.data)[i] >= most) most = ((const int32_t *)c->data.data)[i] + 1;
    if (d->classes == 0) d->classes = most;
    return ASY_OK;
}

/* Inputs are bytes or float32; other arrays keep their type. */
static asy_dtype stored(asy_role role, asy_dtype t)
{
    return role != ASY_ROLE_INPUT || t == ASY_U8 ? t : ASY_F32;
}

static void put_values(const asy_tensor *t, asy_dtype type, void *to, int64_t n)
{
    float *out = to;
    if (t->type == type) {
        if (n > 0) memcpy(to, t->data, (size_t)n * asy_dtype_size(type));
    } else if (t->type == ASY_F64) {
        for (int64_t i = 0; i < n; i++) out[i] = (float)((const double *)t->data)[i];
    } else {
        for (int64_t i = 0; i < n; i++) out[i] = (float)((const int32_t *)t->data)[i];
    }
}

static asy_status array(const asy_data_in *in, int n, const asy__piece *p, const asy__want *w, asy_column *c,
                        asy_data *d)
{
    const asy_tensor *first = &raw_of(&p[0], w, 0)->data;
    asy_shape s = sample_shape(first), all = { .n = s.n + 1, .d = { d->n } };
    int64_t each = asy_shape_count(&s), at = 0;
    if (s.n + 1 > ASY_MAXDIM || each <= 0)
        return asy__bad_file(in, p[0].stack[w->stack].path[0], "its samples are empty");
    memcpy(all.d + 1, s.d, (size_t)s.n * sizeof s.d[0]);
    asy_dtype type = stored(w->role, first->type);
    if (w->role == ASY_ROLE_INPUT && type == ASY_U8) d->symbols = raw_of(&p[0], w, 0)->n_values;
    c->data = asy_tensor_new(in->arena, type, all);
    if (c->data.data == NULL) return asy_arena_status(in->arena);
    for (int i = 0; i < n; i++)
        for (int t = 0; t < p[i].stack[w->stack].n; t++) {
            const asy_tensor *x = &raw_of(&p[i], w, t)->data;
            asy_shape here = sample_shape(x);
            if (!asy_shape_equal(&here, &s) || x->type != first->type)
                return asy__bad_file(in, p[i].stack[w->stack].path[t],
                                     "part `%s` has samples of another shape or type than part `%s`",
                                     p[i].part, p[0].part);
            put_values(x, type, (char *)c->data.data + (size_t)(at * each) * asy_dtype_size(type),
                       x->s.d[0] * each);
            at += x->s.d[0];
        }
    return ASY_OK;
}

/* A graph's edges are not rows: they stand in one file. */
static asy_status edges(const asy_data_in *in, int n, const asy__piece *p, const asy__want *w, asy_column *c)
{
    const asy_tensor *x = &raw_of(&p[0], w, 0)->data;
    if (n != 1 || p[0].stack[w->stack].n != 1)
        return asy__bad_file(in, p[0].stack[w->stack].path[0], "a graph stands in one folder");
    c->data = asy_tensor_new(in->arena, ASY_I32, x->s);
    if (c->data.data == NULL) return asy_arena_status(in->arena);
    put_values(x, ASY_I32, c->data.data, asy_shape_count(&x->s));
    return ASY_OK;
}

/* An array of one number a row, as text: then it is a column like those of a table. */
static asy_status as_text(const asy_data_in *in, const asy__piece *p, const asy__want *w, int table)
{
    asy_raw *c = &p->stack[w->stack].table[table].cols[w->col];
    int64_t n = p->stack[w->stack].table[table].n;
    if (c->text != NULL) return ASY_OK;
    if (c->data.s.n != 1)
        return asy__bad_file(in, p->stack[w->stack].path[table],
                             "column `%s` has %d dimensions, one is needed", c->name, c->data.s.n);
    const char **text = ASY_NEWN(in->arena, n, const char *);
    for (int64_t i = 0; text != NULL && i < n; i++) {
        char number[32];
        const void *x = c->data.data;
        asy_json_number(c->data.type == ASY_U8    ? ((const uint8_t *)x)[i]
                        : c->data.type == ASY_I32 ? ((const int32_t *)x)[i]
                        : c->data.type == ASY_F32 ? (double)((const float *)x)[i]
                                                  : ((const double *)x)[i],
                        number);
        text[i] = strcmp(number, "nan") == 0 ? NULL : asy_strdup(in->arena, number);
    }
    c->text = text;
    return asy_arena_status(in->arena);
}

static asy_status build(const asy_data_in *in, const asy__plan *plan, int n, const asy__piece *p,
                        const asy__want *w, asy_column *c, asy_data *d)
{
    const asy_raw *raw = raw_of(&p[0], w, 0);
    *c = (asy_column){ .name = asy_strdup(in->arena, raw->name), .role = w->role };
    if (raw->data.data != NULL) {
        if (w->role == ASY_ROLE_EDGE) return edges(in, n, p, w, c);
        bool label = w->role == ASY_ROLE_LABEL || w->role == ASY_ROLE_CLEAN;
        if (label && ((plan->class_names == NULL && !plan->par->ordinal) || !plan->table))
            return labels(in, n, p, w, c, d);
        if (w->role == ASY_ROLE_INPUT || w->role == ASY_ROLE_TOKEN || w->role == ASY_ROLE_SOFT)
            return array(in, n, p, w, c, d);
        for (int i = 0; i < n; i++)
            for (int t = 0; t < p[i].stack[w->stack].n; t++) ASY_TRY(as_text(in, &p[i], w, t));
    }
    return asy__typed(in, plan, n, p, w, d->n, c, d);
}

static int64_t rows_of(const asy__stack *s)
{
    int64_t n = 0;
    for (int t = 0; t < s->n; t++) n += s->table[t].n;
    return n;
}

static int file_column(const asy_table *t)
{
    for (int i = 0; i < t->n_cols; i++)
        if (t->cols[i].data.data == NULL && strcmp(t->cols[i].name, "file") == 0) return i;
    return -1;
}

/* Labels that name the file they belong to are put in the order of the files. */
static asy_status by_file(const asy_data_in *in, const asy__piece *p)
{
    if (p->stack[0].n != 1 || p->stack[1].n != 1) return ASY_OK;
    const asy_table *x = &p->stack[0].table[0], *y = &p->stack[1].table[0];
    int a = file_column(x), b = file_column(y);
    if (a < 0 || b < 0) return ASY_OK;
    asy_map *m = asy_map_new(in->arena);
    for (int64_t i = 0; i < y->n; i++)
        if (y->cols[b].text[i] != NULL && !asy_map_put(m, y->cols[b].text[i], (void *)(uintptr_t)(i + 1)))
            return asy__bad_file(in, p->stack[1].path[0], "it names the file `%s` twice", y->cols[b].text[i]);
    for (int c = 0; c < y->n_cols; c++) {
        const char **text = ASY_NEWN(in->arena, x->n, const char *);
        ASY_TRY(asy_arena_status(in->arena));
        for (int64_t i = 0; i < x->n; i++) {
            uintptr_t at = (uintptr_t)asy_map_get(m, x->cols[a].text[i]);
            if (at == 0)
                return asy__bad_file(in, p->stack[1].path[0], "it has no row for the file `%s`",
                                     x->cols[a].text[i]);
            text[i] = y->cols[c].text[at - 1];
        }
        p->stack[1].table[0].cols[c].text = text;
    }
    ((asy__piece *)(uintptr_t)p)->stack[1].table[0].n = x->n;
    return ASY_OK;
}

/* Runs of equal values of a column are the parts. */
static asy_status parts_by(const asy_data_in *in, const asy_column *c, asy_data *d)
{
    const int32_t *v = c->data.data;
    d->n_parts = 0;
    for (int64_t i = 0; i < d->n; i++) {
        const char *name = v[i] >= 0 ? c->values[v[i]] : "none";
        if (i > 0 && v[i] == v[i - 1]) {
            d->parts[d->n_parts - 1].n++;
            continue;
        }
        for (int k = 0; k < d->n_parts; k++)
            if (strcmp(d->parts[k].name, name) == 0)
                ASY_FAIL(ASY_EDATA, "part `%s` is not in one piece", name);
        if (d->n_parts == ASY_MAX_PARTS) ASY_FAIL(ASY_EDATA, "`%s` gives too many parts", c->name);
        d->parts[d->n_parts++] = (asy_part){ asy_strdup(in->arena, name), i, 1 };
    }
    return ASY_OK;
}

/* A name that stands twice gets its number, as the spec writes it. */
static void number_names(asy_arena *a, const asy__piece *p, int n, const asy__want *w, asy_column *c)
{
    for (int i = 0; i < n; i++) {
        const asy_table *t = &p->stack[w[i].stack].table[0];
        int k = 0, of = 0;
        for (int j = 0; j < t->n_cols; j++)
            if (strcmp(t->cols[j].name, t->cols[w[i].col].name) == 0) of++, k += j <= w[i].col;
        if (of > 1) c[i].name = asy_sprintf(a, "%s#%d", t->cols[w[i].col].name, k);
    }
}

asy_status asy__join(const asy_data_in *in, asy__plan *plan, int n, const asy__piece *p, asy_data *d)
{
    asy__want *w;
    int n_want;
    for (int i = 0; i < n; i++) ASY_TRY(by_file(in, &p[i]));
    ASY_TRY(asy__columns_assign(in, plan, p, n, &n_want, &w));
    d->n = 0;
    for (int i = 0; i < n; i++) {
        int64_t rows = rows_of(&p[i].stack[0]), beside = rows_of(&p[i].stack[1]);
        if (p[i].stack[1].n > 0 && beside != rows)
            return asy__bad_file(in, p[i].stack[1].path[0], "%lld labels for %lld inputs", (long long)beside,
                                 (long long)rows);
        d->parts[i] = (asy_part){ asy_strdup(in->arena, p[i].part), d->n, rows };
        d->n += rows;
    }
    d->n_parts = n;
    d->ordinal = plan->par->ordinal;
    if (d->n == 0) return asy__bad_file(in, p[0].stack[0].path[0], "there are no rows");
    if (d->n > INT32_MAX) return asy__bad_file(in, p[0].stack[0].path[0], "there are more than 2^31 rows");
    d->n_cols = n_want;
    d->cols = ASY_NEWN(in->arena, n_want, asy_column);
    if (d->cols == NULL) return asy_arena_status(in->arena);
    for (int i = 0; i < n_want; i++) ASY_TRY(build(in, plan, n, p, &w[i], &d->cols[i], d));
    number_names(in->arena, &p[0], n_want, w, d->cols);
    for (int i = 0; plan->part_column != NULL && i < n_want; i++)
        if (strcmp(d->cols[i].name, plan->part_column) == 0) ASY_TRY(parts_by(in, &d->cols[i], d));
    return asy__soft(in, d);
}
