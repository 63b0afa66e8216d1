// SPDX-License-Identifier: GPL-3.0-or-later
/* Training of models without a graph: they learn from all rows at once. */
#include "assay.h"
#include "../../attack/scorer.h"
#include "../../model/fitted.h"

enum { BATCH = 1024 };

static asy_status count_right(const asy_train_ctx *c, const asy_view *v, asy_scorer *scorer, int64_t *right)
{
    const asy_model *m = c->model;
    int64_t k = m->io.classes, batch = v->n < BATCH ? v->n : BATCH;
    asy_arena *a = c->arena;
    float *x = asy_alloc(a, (size_t)batch, (size_t)asy_shape_count(&m->io.in) * sizeof *x),
          *logits = asy_alloc(a, (size_t)batch, (size_t)k * sizeof *logits);
    int32_t *y = ASY_NEWN(a, batch, int32_t);
    uint64_t *id = ASY_NEWN(a, batch, uint64_t);
    ASY_TRY(asy_arena_status(a));
    for (int64_t at = 0; at < v->n; at += batch) {
        int64_t rows = v->n - at < batch ? v->n - at : batch;
        asy_view_load(v, rows, at, NULL, x, y, id);
        ASY_TRY(asy_scorer_run(scorer, m->w, m->version, rows, x, NULL, id, logits, NULL));
        for (int64_t i = 0; i < rows; i++) *right += asy_argmax(k, logits + i * k) == y[i];
    }
    return ASY_OK;
}

static asy_status put_accuracy(const asy_train_ctx *c, const char *metric, const asy_view *v)
{
    asy_scorer *scorer;
    int64_t right = 0;
    if (!v || v->n == 0 || !v->label) return ASY_OK;
    ASY_TRY(asy_scorer_new(&scorer, c->model, c->backend, c->pool, BATCH, asy_rng_part(c->seed, "noise"), 1));
    asy_status s = count_right(c, v, scorer, &right);
    asy_scorer_free(scorer);
    ASY_TRY(s);
    return asy_put_rate(c->sink, metric, right, v->n);
}

static asy_status run(const asy_bound *b, asy_train_ctx *c)
{
    const asy_view *train = asy_dataset_part(c->data, "train");
    (void)b;
    if (!train) ASY_FAIL(ASY_EINVAL, "the data have no part `train` to train on; `data.split` makes one");
    ASY_TRY(asy_model_fit(c->model, c->arena, train, c->seed, c->pool, c->sink));
    return put_accuracy(c, "val_accuracy", asy_dataset_part(c->data, "val"));
}

const asy_procedure asy_procedure_at_once = {
    .m = { .name = "at-once",
           .summary = "a model without a graph, fitted to the part `train` at once",
           .revision = 1,
           .cite = "Hastie, Tibshirani, Friedman 2009, The Elements of Statistical Learning, ch. 9, 13, 15",
           .doc = "What `tree`, `forest` and `knn` are trained by where a spec names nothing: no epochs, no "
                  "batches, no optimizer. The part `val`, if there is one, is scored afterwards. An "
                  "interrupted fit begins again; it ends with the same bytes.",
           .example = "train: at-once",
           .needs = ASY_NEED_FIT },
    .run = run,
};
