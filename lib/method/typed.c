// SPDX-License-Identifier: GPL-3.0-or-later
/* Columns of text become numbers, codes or classes. */
#include "../base/json.h"
#include "../base/map.h"
#include "dataset.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CLASSES = 100000 };

/* A walk over one column's cells through the files of all parts. */
typedef struct {
    const asy__piece *p;
    int n, piece, table, stack, col;
    int64_t row;
} walk;

static bool next(walk *w, const char **cell)
{
    for (; w->piece < w->n; w->piece++, w->table = 0) {
        const asy__stack *s = &w->p[w->piece].stack[w->stack];
        for (; w->table < s->n; w->table++, w->row = 0)
            if (w->row < s->table[w->table].n)
                return *cell = s->table[w->table].cols[w->col].text[w->row++], true;
    }
    return false;
}

static asy_status bad_cell(const asy_data_in *, const walk *, const char *code, const char *fmt, ...)
    ASY_PRINTF(4, 5);
static asy_status bad_cell(const asy_data_in *in, const walk *w, const char *code, const char *fmt, ...)
{
    const asy__stack *s = &w->p[w->piece].stack[w->stack];
    const asy_table *t = &s->table[w->table];
    int64_t line = t->line != NULL ? t->line[w->row - 1] : w->row;
    char text[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    asy_diag_add(in->diag, code, in->loc, "%s", text);
    asy_diag_note(in->diag, "%s:%lld:%d (row:column)", s->path[w->table], (long long)line, w->col + 1);
    return ASY_EDATA;
}

static walk start(int n, const asy__piece *p, const asy__want *want)
{
    return (walk){ .p = p, .n = n, .stack = want->stack, .col = want->col };
}

static asy_status numbers(const asy_data_in *in, walk w, int64_t rows, asy_column *c)
{
    const char *cell;
    c->data = asy_tensor_new(in->arena, ASY_F64, ASY_SHAPE(rows));
    if (c->data.data == NULL) return asy_arena_status(in->arena);
    double *out = c->data.data;
    for (int64_t i = 0; next(&w, &cell); i++) {
        out[i] = NAN;
        while (cell != NULL && *cell == ' ') cell++;
        if (cell != NULL && (!asy_json_to_num(cell, &out[i]) || !isfinite(out[i])))
            return bad_cell(in, &w, "E0408", "column `%s` is numeric, `%.80s` is not a finite number",
                            c->name, cell);
    }
    return ASY_OK;
}

typedef struct {
    const char *text;
    double value;
    int32_t first; /* in order of appearance */
} word;

static int by_bytes(const void *a, const void *b)
{
    return strcmp(((const word *)a)->text, ((const word *)b)->text);
}
static int by_value(const void *a, const void *b)
{
    const word *x = a, *y = b;
    return x->value < y->value ? -1 : x->value > y->value ? 1 : strcmp(x->text, y->text);
}

/* Sorts distinct words: numbers by value, 1 and 1.0 being one; else by bytes. code[first] is a word's. */
static bool order_words(int64_t n, word w[], int32_t code[], int64_t *n_values, const char **values)
{
    bool numeric = true;
    for (int64_t i = 0; i < n; i++)
        numeric = numeric && asy_json_to_num(w[i].text, &w[i].value) && isfinite(w[i].value);
    qsort(w, (size_t)n, sizeof *w, numeric ? by_value : by_bytes);
    *n_values = 0;
    for (int64_t i = 0; i < n; i++) {
        if (i == 0 || !numeric || w[i].value > w[i - 1].value) values[(*n_values)++] = w[i].text;
        code[w[i].first] = (int32_t)*n_values - 1;
    }
    return numeric;
}

/* Codes by the given words in their order; a cell that is none of them stops. */
static asy_status given_codes(const asy_data_in *in, walk w, const char *name, int64_t n,
                              const char *const *values, int32_t *out)
{
    const char *cell;
    asy_map *m = asy_map_new(in->arena);
    for (int64_t i = 0; i < n; i++) asy_map_put(m, values[i], (void *)(uintptr_t)(i + 1));
    ASY_TRY(asy_arena_status(in->arena));
    for (int64_t i = 0; next(&w, &cell); i++) {
        uintptr_t at = cell != NULL ? (uintptr_t)asy_map_get(m, cell) : 0;
        if (cell != NULL && at == 0)
            return bad_cell(in, &w, "E0406", "column `%s` cannot have the value `%.80s`", name, cell);
        out[i] = (int32_t)at - 1;
    }
    return ASY_OK;
}

static asy_status found_codes(const asy_data_in *in, walk w, int64_t rows, int32_t *out, bool *numeric,
                              asy_column *c)
{
    const char *cell;
    asy_map *m = asy_map_new(in->arena);
    for (int64_t i = 0; i < rows && next(&w, &cell); i++) {
        out[i] = -1;
        if (cell == NULL) continue;
        uintptr_t at = (uintptr_t)asy_map_get(m, cell);
        if (at == 0) asy_map_put(m, cell, (void *)(at = (uintptr_t)asy_map_count(m) + 1));
        out[i] = (int32_t)at - 1;
    }
    ASY_TRY(asy_arena_status(in->arena));
    int64_t n = asy_map_count(m);
    word *words = ASY_NEWN(in->arena, n, word);
    int32_t *code = ASY_NEWN(in->arena, n, int32_t);
    const char **values = ASY_NEWN(in->arena, n, const char *);
    if (words == NULL || code == NULL || values == NULL) return asy_arena_status(in->arena);
    for (int64_t i = 0; i < n; i++) words[i] = (word){ .text = asy_map_key(m, (int)i), .first = (int32_t)i };
    *numeric = order_words(n, words, code, &c->n_values, values);
    for (int64_t i = 0; i < rows; i++) out[i] = out[i] < 0 ? -1 : code[out[i]];
    c->values = values;
    return ASY_OK;
}

static asy_status check_labels(const asy_data_in *in, const asy__plan *plan, walk w, const asy_column *c,
                               bool ordered)
{
    const char *cell;
    for (int64_t i = 0; next(&w, &cell); i++)
        if (cell == NULL) return bad_cell(in, &w, "E0409", "the label `%s` is missing", c->name);
    if (c->n_values > MAX_CLASSES) {
        asy_diag_add(in->diag, "E0406", in->loc, "the label `%s` has %lld values; at most %d are classes",
                     c->name, (long long)c->n_values, MAX_CLASSES);
        return ASY_EDATA;
    }
    if (plan->par->ordinal && !ordered) {
        asy_diag_add(in->diag, "E0410", in->loc, "the label `%s` is words, which have no order", c->name);
        asy_diag_help(in->diag, "numbers, or an ARFF domain, are ordered; or leave out `ordinal`");
        return ASY_EDATA;
    }
    return ASY_OK;
}

static asy_status codes(const asy_data_in *in, const asy__plan *plan, walk w, const asy__want *want,
                        int64_t rows, asy_column *c, const asy_data *d)
{
    bool ordered = true, label = want->role == ASY_ROLE_LABEL, clean = want->role == ASY_ROLE_CLEAN;
    const asy_raw *raw = &w.p[0].stack[want->stack].table[0].cols[want->col];
    const char *const *names = label ? plan->class_names : clean ? d->class_names : NULL;
    c->data = asy_tensor_new(in->arena, ASY_I32, ASY_SHAPE(rows));
    if (c->data.data == NULL) return asy_arena_status(in->arena);
    int32_t *out = c->data.data;
    if (names != NULL) {
        c->n_values = label ? plan->n_class_names : d->classes;
        c->values = names;
    } else if (raw->n_values > 0) {
        const char **copy = ASY_NEWN(in->arena, raw->n_values, const char *);
        if (copy == NULL) return asy_arena_status(in->arena);
        for (int64_t i = 0; i < raw->n_values; i++) copy[i] = asy_strdup(in->arena, raw->values[i]);
        c->n_values = raw->n_values;
        c->values = copy;
    }
    if (c->n_values > 0) ASY_TRY(given_codes(in, w, c->name, c->n_values, c->values, out));
    else ASY_TRY(found_codes(in, w, rows, out, &ordered, c));
    return label || clean ? check_labels(in, plan, w, c, ordered) : ASY_OK;
}

asy_status asy__typed(const asy_data_in *in, const asy__plan *plan, int n, const asy__piece *p,
                      const asy__want *want, int64_t rows, asy_column *c, asy_data *d)
{
    walk w = start(n, p, want);
    if (want->role == ASY_ROLE_NUMERIC || want->role == ASY_ROLE_WEIGHT || want->role == ASY_ROLE_SOFT)
        return numbers(in, w, rows, c);
    ASY_TRY(codes(in, plan, w, want, rows, c, d));
    if (want->role != ASY_ROLE_LABEL) return ASY_OK;
    d->classes = c->n_values;
    d->class_names = c->values;
    return ASY_OK;
}
