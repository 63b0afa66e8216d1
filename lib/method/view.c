// SPDX-License-Identifier: GPL-3.0-or-later
#include "view.h"
#include "augment.h"
#include "corruption.h"
#include "dataset.h"
#include "params.h"

#include <math.h>
#include <string.h>

#define par asy_files_par
static const asy_param file_rows[] = {
    { .key = "input",
      .type = ASY_P_PATH,
      .off = ASY_OFF(input, const char *),
      .flags = ASY_REQUIRED,
      .help = "file of the inputs, or a folder of images" },
    { .key = "label", .type = ASY_P_PATH, .off = ASY_OFF(label, const char *), .help = "file of the labels" },
    ASY_PARAM_STR(sha256, NULL, "what the inputs' uncompressed content must have"),
    ASY_PARAM_END
};
#undef par
static const char *const encode_categorical[] = { "one-hot", "index", NULL };
static const char *const encode_numeric[] = { "standardize", "none", NULL };
static const char *const encode_missing[] = { "error", "mean", "mode", "category", NULL };
#define par asy_encode_par
static const asy_param encode_rows[] = {
    ASY_PARAM_ENUM(categorical, "one-hot", encode_categorical,
                   "categories of the training part as one input each, or as one number"),
    ASY_PARAM_ENUM(numeric, "standardize", encode_numeric,
                   "mean 0 and deviation 1 over the training part, or as it is"),
    ASY_PARAM_ENUM(missing, "error", encode_missing,
                   "mean (categories: mode) or mode of the training part, or a category of its own"),
    ASY_PARAM_END
};
#undef par
static const char *const noise_methods[] = { "symmetric", "asymmetric", "instance", NULL };
#define par asy_label_noise_par
static const asy_param noise_rows[] = {
    ASY_PARAM_ENUM(method, "symmetric", noise_methods,
                   "any other class; the next class; a class that the input makes likely"),
    { .key = "rate",
      .type = ASY_P_F64,
      .off = ASY_OFF(rate, double),
      .flags = ASY_REQUIRED,
      .lo = 0,
      .hi = 1,
      .help = "share of the training labels that become wrong" },
    ASY_PARAM_END
};
#undef par
#define par asy_corrupt_par
static const asy_param corrupt_rows[] = {
    ASY_PARAM_BLOCK(labels, noise_rows, asy_label_noise_par, "noise in the labels of the training part"),
    ASY_PARAM_METHOD(shift, NULL, asy_spot_shift, "a corruption of the images of some parts",
                     .flags = ASY_NULL_OK),
    ASY_PARAM_END
};
#undef par
#define par asy_subset_par
static const asy_param subset_rows[] = {
    ASY_PARAM_I64(n, "0", 0, NAN, "rows of the training part, in the classes' shares"),
    ASY_PARAM_I64(per_class, "0", 0, NAN, "rows of each class of the training part"), ASY_PARAM_END
};
#undef par
static const asy_param file_row[] = { { .key = "*",
                                        .type = ASY_P_BLOCK,
                                        .block = file_rows,
                                        .block_size = sizeof(asy_files_par),
                                        .flags = ASY_SCALAR_OK,
                                        .help = "one part's files" },
                                      ASY_PARAM_END };
#define par asy_data_par
static const char *const targets[] = { "next", "each", "masked", NULL };
const asy_param asy_data_rows[] = {
    ASY_PARAM_METHOD(dataset, NULL, asy_spot_dataset, "a known set or a generator"),
    ASY_PARAM_MAP(files, file_row, "part → PATH or {input: PATH, label: PATH}"),
    ASY_PARAM_PATH(file, NULL, "one file of all rows"),
    ASY_PARAM_STR(sha256, NULL, "what the uncompressed content of `file` must have"),
    ASY_PARAM_METHOD(format, NULL, asy_spot_format, "reader of the files; by the file's name if absent"),
    ASY_PARAM_CUSTOM(header, "csv: true, false or [NAME…]"),
    ASY_PARAM_STR(separator, NULL, "csv: a character, `tab`, or `blanks`; by default a comma, in .tsv a tab"),
    ASY_PARAM_BOOL(trim, "false", "csv: blanks around a cell are not part of it"),
    ASY_PARAM_STRS(na, NULL, "cells that stand for a missing value; by default the empty cell"),
    ASY_PARAM_I64(length, "64", 1, 1 << 20, "text: characters of a row"),
    ASY_PARAM_ENUM(target, "next", targets,
                   "text: what is predicted: the character behind a row, the one behind each of its own, or "
                   "some of its own that are hidden"),
    ASY_PARAM_CUSTOM(columns, "label, ordinal, numeric, categorical, sensitive, weight, group, id, drop"),
    ASY_PARAM_BLOCK(encode, encode_rows, asy_encode_par, "how a table becomes the model's input"),
    ASY_PARAM_METHODS(augment, NULL, asy_spot_augment,
                      "what training does to its samples, in file order: {flip: {}, shift: {max: 0.125}}",
                      .flags = ASY_NULL_OK | ASY_NOHASH),
    ASY_PARAM_BLOCK(corrupt, corrupt_rows, asy_corrupt_par, "what is made worse on purpose"),
    ASY_PARAM_BLOCK(subset, subset_rows, asy_subset_par, "fewer training rows, the same for every seed"),
    ASY_PARAM_STR(stratify, NULL, "a column, or `label`: the parts have its values in equal shares"),
    ASY_PARAM_STR(grouped, NULL, "a column: rows with one value of it stand in one part"),
    ASY_PARAM_CUSTOM(
        split,
        "part → count, fraction, all, rest, {per_class: N}, {skip: N, take: N} or {every: N, offset: N}"),
    ASY_PARAM_F64S(range, "[0, 1]", NAN, NAN, "[LO, HI] of the values that the model and the attacks see"),
    ASY_PARAM_CUSTOM(normalize, "none, dataset (mean and deviation of part train, by channel) or {mean: […], "
                                "std: […]}; part of the model"),
    ASY_PARAM_END
};
#undef par

/* Value of a U8 or F32 input in data.range units: lo + (hi − lo)·(v / top), a true division. */
static float scaled(const asy_view *w, float v)
{
    return (float)w->lo + ((float)w->hi - (float)w->lo) *
                              ((v - (float)w->data->lo) / ((float)w->data->top - (float)w->data->lo));
}

int64_t asy_view_labels(const asy_view *w)
{
    return w->label != NULL && w->label->data.s.n == 2 ? w->label->data.s.d[1] : 1;
}

void asy_view_load(const asy_view *w, int64_t n, int64_t first, const uint32_t *index, float *x, int32_t *y,
                   uint64_t *id)
{
    int64_t each = w->data->n > 0 ? asy_shape_count(&w->input->data.s) / w->data->n : 0;
    int64_t labels = asy_view_labels(w);
    float table[256];
    bool bytes = w->input->data.type == ASY_U8;
    for (int v = 0; v < 256; v++) table[v] = scaled(w, (float)v);
    for (int64_t i = 0; i < n; i++) {
        uint32_t row = w->row[index != NULL ? (int64_t)index[i] : first + i];
        float *to = x + i * each;
        if (bytes) {
            const uint8_t *from = (const uint8_t *)w->input->data.data + row * each;
            for (int64_t j = 0; j < each; j++) to[j] = table[from[j]];
        } else {
            const float *from = (const float *)w->input->data.data + row * each;
            for (int64_t j = 0; j < each; j++) to[j] = scaled(w, from[j]);
        }
        for (int64_t j = 0; y != NULL && j < labels; j++)
            y[i * labels + j] =
                w->label != NULL ? ((const int32_t *)w->label->data.data)[row * labels + j] : 0;
        if (id != NULL) id[i] = row;
    }
}

const asy_view *asy_dataset_part(const asy_dataset_view *d, const char *name)
{
    for (int i = 0; i < d->n_views; i++)
        if (strcmp(d->views[i].name, name) == 0) return &d->views[i].view;
    return NULL;
}

void asy__shares(int64_t n, int64_t total, int64_t classes, const int64_t have[], int64_t get[])
{
    int64_t given = 0;
    for (int64_t c = 0; c < classes; c++) given += get[c] = n * have[c] / total;
    for (; given < n; given++) {
        int64_t best = -1, most = -1;
        for (int64_t c = 0; c < classes; c++) {
            int64_t left = n * have[c] - get[c] * total;
            if (get[c] < have[c] && left > most) most = left, best = c;
        }
        get[best]++;
    }
}

asy_status asy_view_subset(asy_arena *a, const asy_view *w, int64_t n, asy_view *out)
{
    *out = *w;
    if (n <= 0 || n >= w->n) return ASY_OK;
    bool stratified = w->label != NULL && w->label->data.s.n == 1;
    int64_t classes = stratified && w->data->classes > 0 ? w->data->classes : 1;
    int64_t *have = ASY_NEWN(a, classes, int64_t), *get = ASY_NEWN(a, classes, int64_t);
    uint64_t *id = ASY_NEWN(a, w->n, uint64_t), (*scratch)[2] = asy_alloc(a, (size_t)w->n, sizeof *scratch);
    uint32_t *order = ASY_NEWN(a, w->n, uint32_t), *row = ASY_NEWN(a, n, uint32_t);
    bool *in = ASY_NEWN(a, w->n, bool);
    if (have == NULL || get == NULL || id == NULL || scratch == NULL || order == NULL || row == NULL ||
        in == NULL)
        return asy_arena_status(a);
    const int32_t *y = classes > 1 ? w->label->data.data : NULL;
    for (int64_t i = 0; i < w->n; i++) {
        id[i] = w->row[i];
        have[y != NULL ? y[w->row[i]] : 0]++;
    }
    asy__shares(n, w->n, classes, have, get);
    asy_rng rng = asy_rng_part(asy_rng_seed(0), "subset");
    asy_rng_permute(&rng, (size_t)w->n, id, scratch, order);
    for (int64_t k = 0; k < w->n; k++) {
        int64_t c = y != NULL ? y[w->row[order[k]]] : 0;
        if (get[c] > 0) get[c]--, in[order[k]] = true;
    }
    int64_t m = 0;
    for (int64_t i = 0; i < w->n; i++)
        if (in[i]) row[m++] = w->row[i];
    out->n = n;
    out->row = row;
    return ASY_OK;
}

/* Mean and deviation (n in the divisor) of each channel over part train, in data.range units; f64, in row
 * order. Two passes. */
static asy_status moments(const asy_data_in *in, asy_dataset_view *d, int64_t each)
{
    const asy_view *w = asy_dataset_part(d, "train");
    if (w == NULL) w = &d->views[0].view;
    float *x = ASY_NEWN(in->arena, each, float);
    double count = (double)w->n * (double)(each / d->channels);
    if (x == NULL) return asy_arena_status(in->arena);
    for (int pass = 0; pass < 2; pass++) {
        double sum[ASY_MAX_CHANNELS] = { 0 };
        for (int64_t i = 0; i < w->n; i++) {
            asy_view_load(w, 1, i, NULL, x, NULL, NULL);
            for (int64_t j = 0; j < each; j++) {
                int64_t c = j / (each / d->channels);
                double e = (double)x[j] - (pass == 0 ? 0.0 : d->mean[c]);
                sum[c] += pass == 0 ? e : e * e;
            }
        }
        for (int c = 0; c < d->channels; c++)
            (pass == 0 ? d->mean : d->std)[c] = pass == 0 ? sum[c] / count : sqrt(sum[c] / count);
    }
    for (int c = 0; c < d->channels; c++)
        if (!(d->std[c] > 0)) d->std[c] = 1; /* a constant channel is only shifted */
    return ASY_OK;
}

static bool read_list(const asy_tree *t, int n, double out[])
{
    if (t == NULL) return false;
    if (t->kind == ASY_TREE_SCALAR) {
        double v;
        if (!asy_read_number(t->text, &v)) return false;
        for (int i = 0; i < n; i++) out[i] = v;
        return true;
    }
    const asy_tree *c = t->child;
    for (int i = 0; i < n; i++, c = c->next)
        if (c == NULL || c->kind != ASY_TREE_SCALAR || !asy_read_number(c->text, &out[i])) return false;
    return c == NULL;
}

static asy_status normalization(const asy_data_par *p, const asy_data_in *in, asy_dataset_view *d,
                                int64_t each)
{
    for (int c = 0; c < d->channels; c++) d->mean[c] = 0, d->std[c] = 1;
    const asy_tree *t = p->normalize;
    if (t == NULL || (t->kind == ASY_TREE_SCALAR && strcmp(t->text, "none") == 0)) return ASY_OK;
    if (t->kind == ASY_TREE_SCALAR && strcmp(t->text, "dataset") == 0) return moments(in, d, each);
    bool ok = t->kind == ASY_TREE_MAP && asy_tree_count(t) == 2 &&
              read_list(asy_tree_get(t, "mean"), d->channels, d->mean) &&
              read_list(asy_tree_get(t, "std"), d->channels, d->std);
    for (int c = 0; c < d->channels; c++)
        ok = ok && isfinite(d->mean[c]) && isfinite(d->std[c]) && d->std[c] > 0;
    if (ok) return ASY_OK;
    asy_diag_add(in->diag, "E0202", &t->loc,
                 "`normalize` takes none, dataset, or {mean: […], std: […]} with %d finite numbers each and "
                 "std above 0",
                 d->channels);
    return ASY_ESPEC;
}

asy_status asy_dataset_open(const asy_data_par *p, const asy_data_in *in, asy_rng seed, asy_dataset_view *d)
{
    asy_data data;
    ASY_TRY(asy_data_load(p, in, &data));
    return asy_dataset_divide(p, in, &data, seed, d);
}

int asy__train_part(const asy_dataset_view *d)
{
    for (int i = 0; i < d->n_views; i++)
        if (strcmp(d->views[i].name, "train") == 0) return i;
    return 0;
}

asy_status asy__add_column(asy_arena *a, asy_dataset_view *d, asy_column c)
{
    asy_column *cols = ASY_NEWN(a, d->data.n_cols + 1, asy_column);
    if (cols == NULL) return asy_arena_status(a);
    if (d->data.n_cols > 0) memcpy(cols, d->data.cols, (size_t)d->data.n_cols * sizeof *cols);
    cols[d->data.n_cols++] = c;
    d->data.cols = cols;
    for (int i = 0; i < d->n_views; i++) {
        d->views[i].view.input = asy_data_column(&d->data, ASY_ROLE_INPUT);
        d->views[i].view.label = asy_data_column(&d->data, ASY_ROLE_LABEL);
    }
    return ASY_OK;
}

asy_status asy_dataset_divide(const asy_data_par *p, const asy_data_in *in, const asy_data *data,
                              asy_rng seed, asy_dataset_view *d)
{
    *d = (asy_dataset_view){ .data = *data, .lo = 0, .hi = 1 };
    d->data.masked = p->target == ASY_TARGET_MASKED && data->symbols > 0;
    if (p->range.n == 2) d->lo = p->range.v[0], d->hi = p->range.v[1];
    ASY_TRY(asy__split(p, in, asy_rng_part(seed, "split"), d));
    ASY_TRY(asy__encode(p, in, d));
    const asy_column *x = asy_data_column(&d->data, ASY_ROLE_INPUT);
    if (x == NULL) {
        asy_diag_add(in->diag, "E0406", in->loc, "the dataset `%s` has no column that is an input",
                     d->data.name);
        asy_diag_help(in->diag, "name the features: `columns: {numeric: […], categorical: […]}`");
        return ASY_EDATA;
    }
    d->shape = asy_shape_of(x->data.s.n - 1, x->data.s.d + 1);
    int64_t each = asy_shape_count(&d->shape);
    d->channels = d->shape.d[0] <= ASY_MAX_CHANNELS ? (int)d->shape.d[0] : 1;
    ASY_TRY(asy__subset(p, in, d));
    ASY_TRY(asy__label_noise(p, in, asy_rng_part(asy_rng_part(seed, "noise"), "labels"), d));
    ASY_TRY(asy__shift(p, in, d));
    ASY_TRY(asy__augment_fits(p, in, d));
    return normalization(p, in, d, each);
}
