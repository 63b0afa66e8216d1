// SPDX-License-Identifier: GPL-3.0-or-later
/* Labels that stand beside other things: distributions over the classes, and sets that are labels of another
 * set's rows. */
#include "dataset.h"
#include "params.h"

#include <math.h>
#include <string.h>

static double value(const asy_tensor *t, int64_t i)
{
    switch (t->type) {
    case ASY_U8: return ((const uint8_t *)t->data)[i];
    case ASY_I32: return ((const int32_t *)t->data)[i];
    case ASY_F32: return (double)((const float *)t->data)[i];
    case ASY_F64: return ((const double *)t->data)[i];
    }
    return NAN;
}

static asy_status complain(const asy_data_in *in, const char *what, int64_t row)
{
    asy_diag_add(in->diag, "E0406", in->loc, "soft labels: %s", what);
    if (row >= 0) asy_diag_note(in->diag, "in row %lld, counted from 0", (long long)row);
    return ASY_EDATA;
}

/* Rows of shares or of counts become distributions. */
static asy_status divide(const asy_data_in *in, int64_t n, int64_t k, double *q)
{
    for (int64_t i = 0; i < n; i++, q += k) {
        double sum = 0;
        for (int64_t j = 0; j < k; j++) {
            if (!(q[j] >= 0 && isfinite(q[j])))
                return complain(in, "a share is missing, below 0 or not finite", i);
            sum += q[j];
        }
        if (!(sum > 0 && isfinite(sum))) return complain(in, "no class has a share", i);
        for (int64_t j = 0; j < k; j++) q[j] /= sum;
    }
    return ASY_OK;
}

static asy_status gather(const asy_data_in *in, const asy_data *d, int n, const int at[], asy_column *c)
{
    const asy_tensor *first = &d->cols[at[0]].data;
    bool array = n == 1 && first->s.n > 1;
    int64_t k = array ? asy_shape_count(&first->s) / d->n : n;
    if (k < 2) return complain(in, "they need a column for each class, or one array of as many values", -1);
    if (d->classes > 0 && k != d->classes)
        return complain(in,
                        asy_sprintf(in->arena, "they have %lld classes, the labels %lld", (long long)k,
                                    (long long)d->classes),
                        -1);
    *c = (asy_column){ .name = d->cols[at[0]].name,
                       .role = ASY_ROLE_SOFT,
                       .data = asy_tensor_new(in->arena, ASY_F64, ASY_SHAPE(d->n, k)) };
    if (c->data.data == NULL) return asy_arena_status(in->arena);
    double *q = c->data.data;
    for (int64_t i = 0; i < d->n; i++)
        for (int64_t j = 0; j < k; j++)
            q[i * k + j] = array ? value(first, i * k + j) : value(&d->cols[at[j]].data, i);
    return divide(in, d->n, k, q);
}

static asy_status largest(const asy_data_in *in, const asy_column *soft, asy_data *d, asy_column *c)
{
    int64_t k = soft->data.s.d[1];
    const double *q = soft->data.data;
    *c = (asy_column){ .name = "label",
                       .role = ASY_ROLE_LABEL,
                       .data = asy_tensor_new(in->arena, ASY_I32, ASY_SHAPE(d->n)) };
    if (c->data.data == NULL) return asy_arena_status(in->arena);
    for (int64_t i = 0; i < d->n; i++, q += k) {
        int32_t best = 0;
        for (int32_t j = 1; j < k; j++)
            if (q[j] > q[best]) best = j;
        ((int32_t *)c->data.data)[i] = best;
    }
    d->classes = k;
    return ASY_OK;
}

asy_status asy__soft(const asy_data_in *in, asy_data *d)
{
    int *at = ASY_NEWN(in->arena, d->n_cols, int), n = 0, kept = 0;
    if (at == NULL) return asy_arena_status(in->arena);
    for (int i = 0; i < d->n_cols; i++)
        if (d->cols[i].role == ASY_ROLE_SOFT) at[n++] = i;
    if (n == 0) return ASY_OK;
    asy_column soft, *cols = ASY_NEWN(in->arena, d->n_cols + 2, asy_column);
    if (cols == NULL) return asy_arena_status(in->arena);
    ASY_TRY(gather(in, d, n, at, &soft));
    for (int i = 0; i < d->n_cols; i++)
        if (d->cols[i].role != ASY_ROLE_SOFT) cols[kept++] = d->cols[i];
    cols[kept++] = soft;
    if (asy_data_column(d, ASY_ROLE_LABEL) == NULL) ASY_TRY(largest(in, &soft, d, &cols[kept++]));
    d->cols = cols;
    d->n_cols = kept;
    return ASY_OK;
}

/* ---- beside another set */

/* The base's rows that a part of this set is about. */
static asy_status rows_of(const asy_data_in *in, const asy_data *base, const asy_data *d, const asy_part *p,
                          int64_t *first)
{
    for (int i = 0; i < base->n_parts; i++) {
        if (strcmp(base->parts[i].name, p->name) != 0 || base->parts[i].n != p->n) continue;
        *first = base->parts[i].first;
        return ASY_OK;
    }
    asy_diag_add(in->diag, "E0406", in->loc, "`%s` has %lld rows for the part `%s` of `%s`, which has others",
                 d->name, (long long)p->n, p->name, base->name);
    return ASY_EDATA;
}

/* This set's labels over the base's, which stay as clean ones. */
static asy_status lay_labels(const asy_data_in *in, const asy_data *base, const asy_data *d,
                             const int64_t first[], asy_column *label)
{
    const asy_column *own = asy_data_column(d, ASY_ROLE_LABEL), *clean = asy_data_column(d, ASY_ROLE_CLEAN);
    const int32_t *known = label->data.data, *y = own->data.data, *c = clean != NULL ? clean->data.data : NULL;
    asy_tensor out = asy_tensor_new(in->arena, ASY_I32, label->data.s);
    if (out.data == NULL) return asy_arena_status(in->arena);
    memcpy(out.data, known, asy_tensor_bytes(&out));
    for (int p = 0; p < d->n_parts; p++)
        for (int64_t i = 0; i < d->parts[p].n; i++) {
            int64_t from = d->parts[p].first + i, to = first[p] + i;
            if (y[from] < 0 || y[from] >= base->classes || (c != NULL && c[from] != known[to])) {
                asy_diag_add(in->diag, "E0404", in->loc, "the labels of `%s` are not for the rows of `%s`",
                             d->name, base->name);
                asy_diag_note(in->diag, "they differ in row %lld of part `%s`, counted from 0", (long long)i,
                              d->parts[p].name);
                return ASY_EDATA;
            }
            ((int32_t *)out.data)[to] = y[from];
        }
    label->data = out;
    return ASY_OK;
}

/* Rows that this set says nothing of have their label for certain. */
static asy_status lay_soft(const asy_data_in *in, const asy_data *base, const asy_data *d,
                           const int64_t first[], const asy_column *own, asy_column *soft)
{
    const int32_t *y = asy_data_column(base, ASY_ROLE_LABEL)->data.data;
    int64_t k = base->classes;
    if (own->data.s.d[1] != k) return complain(in, "they have other classes than the labels", -1);
    *soft = *own;
    soft->data = asy_tensor_new(in->arena, ASY_F64, ASY_SHAPE(base->n, k));
    if (soft->data.data == NULL) return asy_arena_status(in->arena);
    double *q = soft->data.data;
    for (int64_t i = 0; i < base->n; i++) q[i * k + y[i]] = 1;
    for (int p = 0; p < d->n_parts; p++)
        memcpy(q + first[p] * k, (const double *)own->data.data + d->parts[p].first * k,
               (size_t)(d->parts[p].n * k) * sizeof *q);
    return ASY_OK;
}

static asy_status lay(const asy_data_in *in, const asy_data *base, const asy_recipe *r, asy_data *d,
                      const int64_t first[])
{
    const asy_column *soft = asy_data_column(d, ASY_ROLE_SOFT);
    asy_column *cols = ASY_NEWN(in->arena, base->n_cols + 2, asy_column);
    int n = base->n_cols;
    if (cols == NULL) return asy_arena_status(in->arena);
    memcpy(cols, base->cols, (size_t)n * sizeof *cols);
    for (int i = 0; i < base->n_cols && r->columns.label != NULL; i++) {
        if (base->cols[i].role != ASY_ROLE_LABEL) continue;
        cols[n] = base->cols[i];
        cols[n].role = ASY_ROLE_CLEAN;
        cols[n++].name = "clean";
        ASY_TRY(lay_labels(in, base, d, first, &cols[i]));
    }
    if (soft != NULL) ASY_TRY(lay_soft(in, base, d, first, soft, &cols[n++]));
    d->cols = cols;
    d->n_cols = n;
    return ASY_OK;
}

/* Keeps the rows of the first part alone. */
static void cut(asy_data *d, int64_t first, int64_t n)
{
    for (int i = 0; i < d->n_cols; i++) {
        asy_tensor *t = &d->cols[i].data;
        t->data = (char *)t->data + (size_t)first * (asy_tensor_bytes(t) / (size_t)t->s.d[0]);
        t->s.d[0] = n;
    }
    d->n = n;
    d->n_parts = 1;
    d->parts[0] = (asy_part){ "all", 0, n };
}

asy_status asy__beside(const asy_data_in *in, const asy_recipe *r, asy_data *d)
{
    asy_data_par par = { 0 };
    asy_data base;
    int64_t first[ASY_MAX_PARTS];
    asy_digest sums[2] = { d->sha };
    ASY_TRY(asy_bind_text(in->arena, &asy_spot_dataset, r->base, NULL, &par.dataset));
    ASY_TRY(asy_data_load(&par, in, &base));
    if (asy_data_column(&base, ASY_ROLE_LABEL) == NULL)
        ASY_FAIL(ASY_EBUG, "the base of `%s` has no labels", d->name);
    for (int p = 0; p < d->n_parts; p++) ASY_TRY(rows_of(in, &base, d, &d->parts[p], &first[p]));
    ASY_TRY(lay(in, &base, r, d, first));
    sums[1] = base.sha;
    d->sha = asy_sha256(sums, sizeof sums);
    int64_t own = d->parts[0].n;
    d->n = base.n;
    d->n_parts = base.n_parts;
    memcpy(d->parts, base.parts, sizeof d->parts);
    if (r->only) cut(d, first[0], own);
    d->lo = base.lo;
    d->top = base.top;
    d->classes = base.classes;
    d->class_names = base.class_names;
    return ASY_OK;
}
