// SPDX-License-Identifier: GPL-3.0-or-later
/* Features become the input. Whatever is fitted (means, deviations, which categories there are) is fitted on
 * the training part alone; a category that it lacks is all zeros, or one number above the others. */
#include "dataset.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const asy_encode_par defaults = { ASY_ENCODE_ONE_HOT, ASY_ENCODE_STANDARDIZE, ASY_MISSING_ERROR };

typedef struct {
    const asy_column *c;
    bool numeric, gaps;     /* gaps: the training part lacks values */
    double mean, std, fill; /* numeric */
    int64_t width;
    int32_t *place; /* categorical: code + 1 → which of the inputs, or the number, −1: none; [0] is missing */
    int64_t n_place;
} feature;

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The most frequent of n sorted values, the smallest of several. */
static double most_frequent(const double *v, int64_t n)
{
    int64_t best = 0, run = 0;
    double mode = 0;
    for (int64_t i = 0; i < n; i++) {
        run = i > 0 && v[i] == v[i - 1] ? run + 1 : 1;
        if (run > best) best = run, mode = v[i];
    }
    return mode;
}

static asy_status fit_numeric(const asy_data_in *in, const asy_encode_par *e, const asy_view *w, feature *f)
{
    const double *v = f->c->data.data;
    double *there = ASY_NEWN(in->arena, w->n, double), sum = 0, square = 0;
    int64_t n = 0;
    if (there == NULL) return asy_arena_status(in->arena);
    for (int64_t i = 0; i < w->n; i++)
        if (!isnan(v[w->row[i]])) there[n++] = v[w->row[i]];
    f->gaps = n < w->n;
    for (int64_t i = 0; i < n; i++) sum += there[i];
    double mean = n > 0 ? sum / (double)n : 0;
    for (int64_t i = 0; i < n; i++) square += (there[i] - mean) * (there[i] - mean);
    f->fill = mean;
    if (e->missing == ASY_MISSING_MODE) {
        qsort(there, (size_t)n, sizeof *there, by_value);
        f->fill = most_frequent(there, n);
    }
    f->std = 1;
    if (e->numeric == ASY_ENCODE_STANDARDIZE) {
        f->mean = mean;
        f->std = n > 0 ? sqrt(square / (double)n) : 1;
        if (!(f->std > 0) || !isfinite(f->std)) f->std = 1; /* a constant column is only shifted */
    }
    f->width = 1 + (e->missing == ASY_MISSING_CATEGORY && f->gaps);
    return ASY_OK;
}

static asy_status fit_categorical(const asy_data_in *in, const asy_encode_par *e, const asy_view *w,
                                  feature *f)
{
    const int32_t *v = f->c->data.data;
    int64_t *count = ASY_NEWN(in->arena, f->c->n_values + 1, int64_t), best = 0;
    f->place = ASY_NEWN(in->arena, f->c->n_values + 1, int32_t);
    if (count == NULL || f->place == NULL) return asy_arena_status(in->arena);
    for (int64_t i = 0; i < w->n; i++) count[v[w->row[i]] + 1]++;
    f->gaps = count[0] > 0;
    for (int64_t k = 1; k <= f->c->n_values; k++) {
        f->place[k] = count[k] > 0 ? (int32_t)f->n_place++ : -1;
        if (best == 0 || count[k] > count[best]) best = k;
    }
    if (e->missing == ASY_MISSING_CATEGORY) f->place[0] = f->gaps ? (int32_t)f->n_place++ : -1;
    else f->place[0] = best > 0 ? f->place[best] : -1;
    f->width = e->categorical == ASY_ENCODE_ONE_HOT ? f->n_place : 1;
    return ASY_OK;
}

static asy_status no_gaps(const asy_data_in *in, const asy_dataset_view *d, const feature *f)
{
    for (int k = 0; k < d->n_views; k++)
        for (int64_t i = 0; i < d->views[k].view.n; i++) {
            uint32_t row = d->views[k].view.row[i];
            if (f->numeric ? !isnan(((const double *)f->c->data.data)[row])
                           : ((const int32_t *)f->c->data.data)[row] >= 0)
                continue;
            asy_diag_add(in->diag, "E0409", in->loc,
                         "column `%s` has no value in row %lld of the data, in part `%s`", f->c->name,
                         (long long)row, d->views[k].name);
            asy_diag_note(in->diag, "rows are counted from 0, through all parts");
            asy_diag_help(in->diag, "say what stands in for it: `encode: {missing: mean}`, mode or category");
            return ASY_EDATA;
        }
    return ASY_OK;
}

static void put_numeric(const feature *f, int64_t n, int64_t stride, float *x)
{
    const double *v = f->c->data.data;
    for (int64_t i = 0; i < n; i++) {
        bool gap = isnan(v[i]);
        x[i * stride] = (float)(((gap ? f->fill : v[i]) - f->mean) / f->std);
        if (f->width > 1) x[i * stride + 1] = gap;
    }
}

static void put_categorical(const feature *f, bool one_hot, int64_t n, int64_t stride, float *x)
{
    const int32_t *v = f->c->data.data;
    for (int64_t i = 0; i < n; i++) {
        int32_t at = f->place[v[i] + 1];
        if (!one_hot) x[i * stride] = (float)(at < 0 ? f->n_place : at);
        else if (at >= 0) x[i * stride + at] = 1;
    }
}

static void name_inputs(asy_arena *a, const feature *f, bool one_hot, const char **name)
{
    if (f->numeric || !one_hot) {
        name[0] = f->c->name;
        if (f->width > 1) name[1] = asy_sprintf(a, "%s missing", f->c->name);
        return;
    }
    for (int64_t k = 1; k <= f->c->n_values; k++)
        if (f->place[k] >= 0) name[f->place[k]] = asy_sprintf(a, "%s=%s", f->c->name, f->c->values[k - 1]);
    for (int64_t k = 0; k < f->width; k++)
        if (name[k] == NULL) name[k] = asy_sprintf(a, "%s missing", f->c->name);
}

static asy_status build(const asy_data_in *in, const asy_encode_par *e, int n, const feature f[],
                        asy_dataset_view *d)
{
    enum { MOST = 1 << 30 };
    int64_t width = 0, at = 0;
    bool one_hot = e->categorical == ASY_ENCODE_ONE_HOT;
    for (int i = 0; i < n; i++) width += f[i].width;
    if (width == 0 || width > MOST / d->data.n) {
        asy_diag_add(in->diag, "E0406", in->loc, "the features would be %lld numbers in each of %lld rows",
                     (long long)width, (long long)d->data.n);
        if (one_hot)
            asy_diag_help(in->diag, "a column with very many categories can be `encode: {categorical: "
                                    "index}`, or stand in `drop`");
        return ASY_EDATA;
    }
    asy_tensor x = asy_tensor_new(in->arena, ASY_F32, ASY_SHAPE(d->data.n, width));
    const char **name = ASY_NEWN(in->arena, width, const char *);
    if (x.data == NULL || name == NULL) return asy_arena_status(in->arena);
    for (int i = 0; i < n; i++) {
        float *to = (float *)x.data + at;
        if (f[i].numeric) put_numeric(&f[i], d->data.n, width, to);
        else put_categorical(&f[i], one_hot, d->data.n, width, to);
        name_inputs(in->arena, &f[i], one_hot, name + at);
        at += f[i].width;
    }
    d->n_names = (int)width;
    d->feature = name;
    d->data.lo = d->lo; /* a table's values are in units of their own: they are taken as they are */
    d->data.top = d->hi;
    return asy__add_column(in->arena, d, (asy_column){ .name = "input", .role = ASY_ROLE_INPUT, .data = x });
}

asy_status asy__encode(const asy_data_par *par, const asy_data_in *in, asy_dataset_view *d)
{
    const asy_encode_par *e = par->encode != NULL ? par->encode : &defaults;
    const asy_view *train = &d->views[asy__train_part(d)].view;
    feature *f = ASY_NEWN(in->arena, d->data.n_cols, feature);
    int n = 0;
    if (f == NULL) return asy_arena_status(in->arena);
    for (int i = 0; i < d->data.n_cols; i++) {
        const asy_column *c = &d->data.cols[i];
        if (c->role != ASY_ROLE_NUMERIC && c->role != ASY_ROLE_CATEGORICAL) continue;
        f[n] = (feature){ .c = c, .numeric = c->role == ASY_ROLE_NUMERIC };
        if (f[n].numeric) ASY_TRY(fit_numeric(in, e, train, &f[n]));
        else ASY_TRY(fit_categorical(in, e, train, &f[n]));
        if (e->missing == ASY_MISSING_ERROR) ASY_TRY(no_gaps(in, d, &f[n]));
        n++;
    }
    if (n == 0) return ASY_OK;
    if (asy_data_column(&d->data, ASY_ROLE_INPUT) != NULL) {
        asy_diag_add(in->diag, "E0406", in->loc, "an array and single columns cannot be the input together");
        asy_diag_help(in->diag, "name the single columns in `drop`");
        return ASY_EDATA;
    }
    return build(in, e, n, f, d);
}
