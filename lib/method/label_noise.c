// SPDX-License-Identifier: GPL-3.0-or-later
/* Wrong labels in the training part, made on purpose (stream SEED/noise/labels), and fewer training rows.
 * The labels before are kept in a column `clean`. */
#include "../base/poly.h"
#include "dataset.h"

#include <string.h>

const int asy_label_noise_revision = 2;

enum { FLIP, TO }; /* elements of a row's draws */

static int32_t draw(const double *p, int64_t classes, double u)
{
    double sum = 0;
    for (int64_t c = 0; c < classes; c++) {
        sum += p[c];
        if (u < sum) return (int32_t)c;
    }
    for (int64_t c = classes - 1; c > 0; c--)
        if (p[c] > 0) return (int32_t)c; /* rounding left a rest */
    return 0;
}

/* Xia et al., Part-dependent label noise, NeurIPS 2020, algorithm 2: a row's own rate q from N(rate, 0.1²)
 * cut to [0, 1], shared out by the softmax of x·W[label] over the other classes. */
static asy_status by_instance(const asy_data_in *in, const asy_view *w, double rate, const asy_rng *rng,
                              const int32_t *clean, int32_t *y)
{
    int64_t k = w->data->classes, each = asy_shape_count(&w->input->data.s) / w->data->n;
    enum { MOST = 1 << 28 };
    if (each > MOST / k / k) {
        asy_diag_add(in->diag, "E0205", in->loc, "`instance` noise needs %lld numbers for %lld classes",
                     (long long)(each * k * k), (long long)k);
        return ASY_ESPEC;
    }
    float *x = ASY_NEWN(in->arena, each, float), *weight = ASY_NEWN(in->arena, each * k * k, float);
    double *p = ASY_NEWN(in->arena, k, double);
    if (x == NULL || weight == NULL || p == NULL) return asy_arena_status(in->arena);
    asy_rng weights = asy_rng_part(*rng, "weights"), rates = asy_rng_part(*rng, "rates");
    for (int64_t c = 0; c < k; c++)
        asy_rng_normal(&weights, (uint64_t)c, 0, (size_t)(each * k), 0, 1, weight + c * each * k);
    for (int64_t i = 0; i < w->n; i++) {
        float q[256];
        uint32_t row = w->row[i];
        int n = 0;
        asy_rng_normal(&rates, row, 0, 256, (float)rate, 0.1f, q);
        while (n < 255 && !(q[n] >= 0 && q[n] <= 1)) n++;
        double own = q[n] >= 0 && q[n] <= 1 ? (double)q[n] : rate, top = -1e300, sum = 0;
        asy_view_load(w, 1, i, NULL, x, NULL, NULL);
        for (int64_t c = 0; c < k; c++) {
            p[c] = 0;
            for (int64_t j = 0; j < each; j++)
                p[c] += (double)x[j] * (double)weight[((int64_t)clean[row] * each + j) * k + c];
            if (c != clean[row] && p[c] > top) top = p[c];
        }
        for (int64_t c = 0; c < k; c++) sum += p[c] = c == clean[row] ? 0 : asy_exp_f64(p[c] - top);
        for (int64_t c = 0; c < k; c++) p[c] = c == clean[row] ? 1 - own : own * p[c] / sum;
        y[row] = draw(p, k, asy_rng_uniform64(rng, row, FLIP));
    }
    return ASY_OK;
}

static void by_class(const asy_view *w, const asy_label_noise_par *n, const asy_rng *rng,
                     const int32_t *clean, int32_t *y)
{
    int64_t k = w->data->classes;
    for (int64_t i = 0; i < w->n; i++) {
        uint32_t row = w->row[i];
        if (asy_rng_uniform64(rng, row, FLIP) >= n->rate) continue;
        int64_t step =
            n->method == ASY_NOISE_ASYMMETRIC ? 1 : 1 + (int64_t)asy_rng_below(rng, row, TO, (uint64_t)k - 1);
        y[row] = (int32_t)((clean[row] + step) % k);
    }
}

asy_status asy__label_noise(const asy_data_par *par, const asy_data_in *in, asy_rng rng,
                            asy_dataset_view *d)
{
    const asy_label_noise_par *n = par->corrupt != NULL ? par->corrupt->labels : NULL;
    const asy_column *label = asy_data_column(&d->data, ASY_ROLE_LABEL);
    if (n == NULL) return ASY_OK;
    if (label == NULL || label->data.s.n != 1 || d->data.classes < 2) {
        asy_diag_add(in->diag, "E0406", in->loc, "label noise needs labels of two classes or more");
        return ASY_EDATA;
    }
    asy_column noisy = *label, clean = *label;
    noisy.data = asy_tensor_new(in->arena, ASY_I32, label->data.s);
    if (noisy.data.data == NULL) return asy_arena_status(in->arena);
    memcpy(noisy.data.data, label->data.data, asy_tensor_bytes(&label->data));
    clean.role = ASY_ROLE_CLEAN;
    clean.name = "clean";
    const asy_view *w = &d->views[asy__train_part(d)].view;
    if (n->method == ASY_NOISE_INSTANCE)
        ASY_TRY(by_instance(in, w, n->rate, &rng, clean.data.data, noisy.data.data));
    else by_class(w, n, &rng, clean.data.data, noisy.data.data);
    ptrdiff_t at = label - d->data.cols;
    if (asy_data_column(&d->data, ASY_ROLE_CLEAN) != NULL) clean.role = ASY_ROLE_NONE; /* the set knows better */
    ASY_TRY(asy__add_column(in->arena, d, clean)); /* makes the list our own */
    d->data.cols[at] = noisy;
    return ASY_OK;
}

static asy_status per_class(const asy_data_in *in, const asy_data *data, int64_t each, asy_view *w)
{
    uint64_t *id = ASY_NEWN(in->arena, w->n, uint64_t),
             (*scratch)[2] = asy_alloc(in->arena, (size_t)w->n, sizeof *scratch);
    uint32_t *order = ASY_NEWN(in->arena, w->n, uint32_t), *row = ASY_NEWN(in->arena, w->n, uint32_t);
    int64_t *have = ASY_NEWN(in->arena, data->classes, int64_t), m = 0;
    bool *occurs = ASY_NEWN(in->arena, data->classes, bool);
    bool *keep = ASY_NEWN(in->arena, w->n, bool);
    if (id == NULL || scratch == NULL || order == NULL || row == NULL || have == NULL || keep == NULL || occurs == NULL)
        return asy_arena_status(in->arena);
    const int32_t *y = w->label->data.data;
    asy_rng rng = asy_rng_part(asy_rng_seed(0), "subset");
    for (int64_t i = 0; i < w->n; i++) id[i] = w->row[i], occurs[y[w->row[i]]] = true;
    asy_rng_permute(&rng, (size_t)w->n, id, scratch, order);
    for (int64_t k = 0; k < w->n; k++)
        if (have[y[w->row[order[k]]]] < each) have[y[w->row[order[k]]]]++, keep[order[k]] = true;
    for (int64_t c = 0; c < data->classes; c++)
        if (occurs[c] && have[c] < each) {
            asy_diag_add(in->diag, "E0405", in->loc,
                         "`subset` asks for %lld rows of each class; class %lld has %lld", (long long)each,
                         (long long)c, (long long)have[c]);
            return ASY_EDATA;
        }
    for (int64_t i = 0; i < w->n; i++)
        if (keep[i]) row[m++] = w->row[i];
    w->row = row;
    w->n = m;
    return ASY_OK;
}

asy_status asy__subset(const asy_data_par *par, const asy_data_in *in, asy_dataset_view *d)
{
    if (par->subset == NULL) return ASY_OK;
    asy_view *w = &d->views[asy__train_part(d)].view, whole = *w;
    if (par->subset->per_class > 0) {
        if (w->label != NULL && w->label->data.s.n == 1) return per_class(in, &d->data, par->subset->per_class, w);
        asy_diag_add(in->diag, "E0405", in->loc,
                     "`subset` asks for rows per class, but the data has no labels");
        return ASY_EDATA;
    }
    if (par->subset->n > w->n) {
        asy_diag_add(in->diag, "E0405", in->loc, "`subset` asks for %lld rows; the part has %lld",
                     (long long)par->subset->n, (long long)w->n);
        return ASY_EDATA;
    }
    return asy_view_subset(in->arena, &whole, par->subset->n, w);
}
