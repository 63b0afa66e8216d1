// SPDX-License-Identifier: GPL-3.0-or-later
/* Evaluations, and the keys of every block in `evaluate`. */
#include "../evaluation.h"
#include "_spots.h"

static const char *const all[]    = { "all", NULL };
static const char *const models[] = { "best", "last", NULL };
static const char *const n_words[] = { "samples", "n_samples", "num_samples", "limit", NULL };
static const char *const on_words[] = { "split", "part", "subset", NULL };
static const char *const batch_words[] = { "batch_size", NULL };

typedef asy_evaluate_keys par;
static const asy_param keys[] = {
    ASY_PARAM_I64(n, "all", 1, 1e12,
                  "rows to evaluate: a fixed stratified subset, the same for every arm and seed",
                  .choices = all, .synonyms = n_words),
    ASY_PARAM_STR(on, "test", "the part of the data", .synonyms = on_words),
    ASY_PARAM_ENUM(model, "best", models,
                   "the one that train.select kept (without it, and with `last`: the model after the last "
                   "step)"),
    ASY_PARAM_I64(batch, "128", 1, 1000000, "rows at once; changes no result", .flags = ASY_NOHASH,
                  .synonyms = batch_words),
    ASY_PARAM_I64(draws, "20", 1, 100000, "draws whose mean probability scores a random model"),
    ASY_PARAM_END
};
const asy_spot asy_spot_evaluate = {
    .path = "evaluate.*", .noun = "evaluation", .word = "method", .gathers = true,
    .keys = keys, .keys_size = sizeof(asy_evaluate_keys),
};

static const asy_spot *const spots[] = { &asy_spot_evaluate, NULL };
ASY__METHODS_OF(evaluation);

static asy_status evaluate(const asy_bound *b, void *ctx)
{
    return ((const asy_evaluation *)b->m)->run(b, ctx);
}

const asy_kind asy_kind_evaluation = {
    .name = "evaluation", .plural = "evaluations", .summary = "measures a model",
    .spots = spots, .section = "results", .methods = asy_methods_of_evaluation, .evaluate = evaluate,
};
