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
    { .key = "n", .type = ASY_P_I64, .off = ASY_OFF(n, int64_t), .def = "all", .lo = 1, .hi = 1e12, .choices = all, .synonyms = n_words,
      .help = "rows to evaluate: a fixed stratified subset, the same for every arm and seed" },
    { .key = "on", .type = ASY_P_STR, .off = ASY_OFF(on, const char *), .def = "test", .synonyms = on_words, .help = "the part of the data" },
    { .key = "model", .type = ASY_P_ENUM, .off = ASY_OFF(model, int64_t), .def = "best", .choices = models,
      .help = "the one that train.select kept (without it, and with `last`: the model after the last step)" },
    { .key = "batch", .type = ASY_P_I64, .off = ASY_OFF(batch, int64_t), .def = "128", .lo = 1, .hi = 1000000, .flags = ASY_NOHASH,
      .synonyms = batch_words, .help = "rows at once; changes no result" },
    { .key = "draws", .type = ASY_P_I64, .off = ASY_OFF(draws, int64_t), .def = "20", .lo = 1, .hi = 100000,
      .help = "draws whose mean probability scores a random model" },
    ASY_PARAM_END
};
const asy_spot asy_spot_evaluate = {
    .path = "evaluate.*", .noun = "evaluation", .word = "method", .gathers = true, .keys = keys, .keys_size = sizeof(asy_evaluate_keys),
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
