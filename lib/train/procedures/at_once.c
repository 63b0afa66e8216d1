// SPDX-License-Identifier: GPL-3.0-or-later
/* Training of models without a graph: they learn from all rows at once. */
#include "assay.h"
#include "../../model/fitted.h"
#include "../score.h"

static asy_status put_accuracy(const asy_train_ctx *c, const char *metric, const asy_view *v)
{
    asy__score *score;
    int64_t right = 0;
    if (!v || v->n == 0 || !v->label) return ASY_OK;
    asy_status s = asy__score_new(&score, c->arena, c->model, NULL, v->n, c->backend, c->pool,
                                  asy_rng_part(c->seed, "noise"));
    if (s == ASY_OK) s = asy__score_run(score, v, NULL, &right);
    asy__score_free(score);
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
           .doc = "How a model without a graph is trained where a spec names nothing: no epochs, no batches, no "
                  "optimizer. The part `val`, if there is one, is scored afterwards. An "
                  "interrupted fit begins again; it ends with the same bytes.",
           .example = "train: at-once",
           .needs = ASY_NEED_FIT },
    .run = run,
};
