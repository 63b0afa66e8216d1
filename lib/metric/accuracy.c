// SPDX-License-Identifier: GPL-3.0-or-later
/* Accuracy and cross-entropy of the unperturbed rows. */
#include "_labels.h"
#include "attack/record.h"
#include "attack/scorer.h"

typedef struct {
    asy_scorer *scorer;
    int64_t batch, k, correct;
    float *x, *logits, *loss;
    double *losses;                 /* [n] */
    uint64_t *id; int32_t *label, *pred; uint8_t *right;   /* [n] */
} work;

static asy_status allocate(work *w, asy_arena *a, const asy_model *m, int64_t n)
{
    size_t rows = (size_t)n, batch = (size_t)w->batch;
    w->x = asy_alloc(a, batch, (size_t)asy_shape_count(&m->io.in) * sizeof(float));
    w->logits = asy_alloc(a, batch, (size_t)w->k * sizeof(float));
    w->loss = ASY_NEWN(a, batch, float);
    w->losses = ASY_NEWN(a, rows, double);
    w->id = ASY_NEWN(a, rows, uint64_t);
    w->label = ASY_NEWN(a, rows, int32_t);
    w->pred = ASY_NEWN(a, rows, int32_t);
    w->right = ASY_NEWN(a, rows, uint8_t);
    return asy_arena_status(a);
}

static asy_status score_all(work *w, asy_eval_ctx *c)
{
    const asy_model *m = c->model;
    for (int64_t at = 0; at < c->view->n; at += w->batch) {
        int64_t rows = c->view->n - at < w->batch ? c->view->n - at : w->batch;
        if (c->sink->stop && c->sink->stop(c->sink)) ASY_FAIL(ASY_ESTOP, "asked to stop");
        asy_view_load(c->view, rows, at, NULL, w->x, w->label + at, w->id + at);
        ASY_TRY(asy_scorer_run(w->scorer, m->w, m->version, rows, w->x, w->label + at, w->id + at,
                               w->logits, w->loss));
        for (int64_t i = 0; i < rows; i++) {
            w->pred[at + i] = asy_argmax(w->k, w->logits + i * w->k);
            w->right[at + i] = w->pred[at + i] == w->label[at + i];
            w->correct += w->right[at + i];
            w->losses[at + i] = (double)w->loss[i];
        }
    }
    return ASY_OK;
}

static asy_status put_all(const work *w, asy_eval_ctx *c)
{
    int64_t n = c->view->n;
    asy_examples e = { n, w->id, w->label, w->pred, w->right, NULL, NULL };
    asy_result loss = { "loss", asy_sum_f64((size_t)n, w->losses) / (double)n, n, NAN, NAN, "none", NAN };
    ASY_TRY(asy_put_rate(c->sink, "accuracy", w->correct, n));
    ASY_TRY(c->sink->result(c->sink, &loss));
    return asy_put_examples(c, &e);
}

static asy_status run(const asy_bound *b, asy_eval_ctx *c)
{
    work w = { .k = c->model->io.classes,
               .batch = c->keys->batch > 0 && c->keys->batch < c->view->n ? c->keys->batch : c->view->n };
    (void)b;
    if (c->view->n < 1) ASY_FAIL(ASY_EDATA, "there are no rows to measure accuracy on");
    if (c->model->io.targets > 0) return asy__labels_accuracy(c);
    ASY_TRY(allocate(&w, c->arena, c->model, c->view->n));
    ASY_TRY(asy_scorer_new(&w.scorer, c->model, c->backend, c->pool, w.batch,
                           asy_rng_part(asy_rng_part(c->seed, "noise"), "score"), c->keys->draws));
    asy_status s = score_all(&w, c);
    if (s == ASY_OK) s = put_all(&w, c);
    asy_scorer_free(w.scorer);
    return s;
}

const asy_evaluation asy_evaluation_accuracy = {
    .m = { .name = "accuracy", .summary = "share of rows whose label is predicted, and mean cross-entropy",
           .revision = 1, .cite = "Wilson 1927, J. Am. Stat. Assoc. 22 (interval)",
           .doc = "accuracy has the Wilson interval of the rows; loss is the mean cross-entropy (natural "
                  "logarithm). The first of equal scores is the prediction. Where rows have several labels "
                  "(`data.target`) n counts labels, and the interval (normal, of the rows' rates) takes rows as "
                  "independent, not labels.",
           .example = "clean: accuracy"},
    .run = run,
    .many_labels = true,
};
