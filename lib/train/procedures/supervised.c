// SPDX-License-Identifier: GPL-3.0-or-later
/* Ordinary supervised training: one fit over the part `train`. */
#include "assay.h"
#include "../fit.h"

static const char *const metrics[] = { "accuracy", NULL };
static const char *const batch_words[] = { "all", NULL };
static const char *const epochs_words[] = { "num_epochs", "n_epochs", NULL };
static const char *const batch_other[] = { "batch_size", NULL };
static const char *const loss_words[] = { "criterion", "objective", NULL };
static const char *const optimizer_words[] = { "optimiser", NULL };

typedef asy_fit_par par;

static const asy_param select_rows[] = {
    { .key = "metric", .type = ASY_P_ENUM, .off = offsetof(asy_select_par, metric), .def = "accuracy",
      .choices = metrics, .help = "what is compared, after each epoch" },
    { .key = "on", .type = ASY_P_STR, .off = offsetof(asy_select_par, on), .def = "val",
      .help = "the part of the data that is scored" },
    { .key = "attack", .type = ASY_P_METHOD, .off = offsetof(asy_select_par, attack),
      .place = &asy_spot_attack, .flags = ASY_NULL_OK,
      .help = "score under this attack, with its threat model" },
    ASY_PARAM_END
};
static const asy_param stop_rows[] = {
    { .key = "metric", .type = ASY_P_ENUM, .off = offsetof(asy_stop_par, metric), .def = "accuracy",
      .choices = metrics,
      .help = "what must improve; the selection's score where there is one" },
    { .key = "patience", .type = ASY_P_I64, .off = offsetof(asy_stop_par, patience), .lo = 1, .hi = 1e9,
      .flags = ASY_REQUIRED,
      .help = "epochs without a better score after which training ends" },
    ASY_PARAM_END
};
static const char *const average_words[] = { "none", "swa", NULL };
static const asy_param weights_rows[] = {
    { .key = "average", .type = ASY_P_ENUM, .off = offsetof(asy_weights_par, average), .def = "swa",
      .choices = average_words, .help = "swa: the mean of the weights at the ends of the last epochs" },
    { .key = "start", .type = ASY_P_F64, .off = offsetof(asy_weights_par, start), .def = "0.75", .lo = 0,
      .hi = 1, .flags = ASY_HI_OPEN, .help = "share of the epochs after which averaging begins" },
    ASY_PARAM_END
};
static const asy_param checkpoint_rows[] = {
    { .key = "every", .type = ASY_P_F64, .off = offsetof(asy_checkpoint_par, every), .def = "600", .lo = 0,
      .hi = 1e9, .flags = ASY_NOHASH,
      .help = "seconds after which a checkpoint is written inside an epoch" },
    ASY_PARAM_END
};

static const asy_param params[] = {
    ASY_PARAM_I64(epochs, NULL, 1, 1e9, "passes over the data", .synonyms = epochs_words,
                  .excludes = "steps"),
    ASY_PARAM_I64(steps, NULL, 1, 1e15, "steps instead of epochs; the last epoch may be cut short"),
    ASY_PARAM_I64(batch, "128", 1, 1e9, "samples a step", .choices = batch_words, .synonyms = batch_other),
    ASY_PARAM_METHOD(sampler, "shuffled", asy_spot_sampler, "order of the samples"),
    ASY_PARAM_METHOD(loss, "cross-entropy", asy_spot_loss, "what is minimised", .synonyms = loss_words),
    ASY_PARAM_METHOD(optimizer, "adam", asy_spot_optimizer, "how gradients become steps",
                     .synonyms = optimizer_words),
    ASY_PARAM_METHOD(adversary, NULL, asy_spot_adversary,
                     "attack that perturbs the batches (adversarial training)", .flags = ASY_NULL_OK),
    ASY_PARAM_METHOD(estimator, "plain", asy_spot_estimator, "from the loss to the gradient"),
    ASY_PARAM_BLOCK(select, select_rows, asy_select_par, "keeps the weights of the best epoch",
                    .flags = ASY_NULL_OK),
    ASY_PARAM_BLOCK(stop, stop_rows, asy_stop_par, "ends training early", .flags = ASY_NULL_OK),
    ASY_PARAM_F64(ema, "0", 0, 1, "share of the averaged weights that a step keeps; 0: no average",
                  .flags = ASY_HI_OPEN),
    ASY_PARAM_BLOCK(weights, weights_rows, asy_weights_par, "averages weights over epochs",
                    .flags = ASY_NULL_OK),
    ASY_PARAM_BLOCK(checkpoint, checkpoint_rows, asy_checkpoint_par, "when checkpoints are written",
                    .flags = ASY_NULL_OK | ASY_NOHASH),
    ASY_PARAM_END
};

static void check_length(const par *p, asy_site *site)
{
    if (p->epochs > 0 || p->steps > 0)
        return;
    asy_diag_add(asy_site_diag(site), "E0201", asy_site_loc(site, "epochs"),
                 "`train` does not say how long: it needs `epochs` or `steps`");
    asy_diag_help(asy_site_diag(site), "add, say, `epochs: 20`");
}

static void check(const void *vp, const void *shared, asy_site *site)
{
    const par *p = vp;
    const asy_optimizer *opt = p->optimizer ? (const asy_optimizer *)p->optimizer->m : NULL;
    const asy_optimizer_keys *keys = p->optimizer ? p->optimizer->at : NULL;

    (void)shared;
    check_length(p, site);
    if (p->ema > 0 && p->weights && p->weights->average != ASY_AVERAGE_NONE)
        asy_diag_add(asy_site_diag(site), "E0207", asy_site_loc(site, "ema"),
                     "`ema` and `weights` are two averages of the same weights; one can be kept");
    if (opt && opt->full && p->batch != 0) {
        asy_diag_add(asy_site_diag(site), "E0207", asy_site_loc(site, "batch"),
                     "`%s` goes by the loss of the full data", p->optimizer->name);
        asy_diag_help(asy_site_diag(site), "write `batch: all`");
    }
    if (opt && opt->full && p->adversary)
        asy_diag_add(asy_site_diag(site), "E0207", asy_site_loc(site, "adversary"),
                     "`%s` needs one loss for all points; an adversary moves it with the weights",
                     p->optimizer->name);
    if (opt && opt->step && keys && keys->clip > 0)
        asy_diag_add(asy_site_diag(site), "E0207", asy_site_loc(site, "optimizer"),
                     "`%s` asks for gradients itself; `clip` does not reach them", p->optimizer->name);
}

static void augments(const void *vp, const asy_bounds *list, asy_diag *d)
{
    const par *p = vp;
    const asy_optimizer *opt = (const asy_optimizer *)p->optimizer->m;
    const asy_bound *mix = asy_augments_mixture(list, NULL);

    if (opt->full) {
        asy_diag_add(d, "E0310", asy_augment_loc(list->v[0]),
                     "`%s` needs the same samples at each step; an augmentation changes them every epoch",
                     p->optimizer->name);
        asy_diag_help(d, "use `sgd` or `adam`, or leave out `data.augment`");
    }
    if (mix && !(((const asy_loss *)p->loss->m)->flags & ASY_LOSS_DECOMPOSES))
        asy_diag_add(d, "E0310", asy_augment_loc(mix),
                     "`%s` mixes the labels of two samples, and `%s` is no mean of losses of single samples",
                     mix->name, p->loss->name);
    if (mix && p->adversary) {
        asy_diag_add(d, "E0310", asy_augment_loc(mix),
                     "`%s` gives a sample two labels; the adversary `%s` moves it away from one", mix->name,
                     p->adversary->name);
        asy_diag_help(d, "leave out one of them");
    }
}

static asy_status run(const asy_bound *b, asy_train_ctx *ctx)
{
    const asy_view *train = asy_dataset_part(ctx->data, "train");

    if (!train)
        ASY_FAIL(ASY_EINVAL, "the data have no part `train` to train on; `data.split` makes one");
    return asy_fit(b->params, ctx, train);
}

const asy_procedure asy_procedure_supervised = {
    .m = { .name = "supervised",
           .summary = "one model trained on the part `train`",
           .revision = 1,
           .cite = "Robbins, Monro 1951, Ann. Math. Stat. 22(3)",
           .doc = "Each step: batch, augmentations (`data.augment`), adversary, loss, estimator, optimizer. "
                  "After each epoch the part named in `select` (else `val`, if there is one) is scored; "
                  "with `select` the weights of the first best epoch are kept. A checkpoint is written "
                  "after each epoch and every `checkpoint.every` seconds; a resumed training ends with the "
                  "same bytes.",
           .example = "train: {epochs: 20, batch: 128, optimizer: {method: sgd, lr: 0.05, momentum: 0.9}}",
           .needs = ASY_NEED_WEIGHTS,
           .check = check,
           ASY_PARAMS(params) },
    .run = run,
    .augments = augments,
};
