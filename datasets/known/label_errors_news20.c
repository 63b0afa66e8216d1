// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

enum { LABELS = 2 };
static const char *const labels[] = { "given", "predicted", NULL };
typedef struct {
    int64_t labels;
} par;
static const asy_param params[] = {
    ASY_PARAM_ENUM(labels, "given", labels, "the set's own labels, or the likeliest by the probabilities"),
    ASY_PARAM_END
};
#define FILES(name, size, sha256)                                                        \
    {                                                                                    \
        { "20news_test_set_pyx.npy", "test", ASY_ROLE_INPUT, 1205248,                   \
          "aa3669c77dd6d8c35a450879f168f6ef862c594dd9f443a61151a4a6ee57c5f9" },          \
            { "20news_test_set_" name, "test", ASY_ROLE_LABEL, size, sha256 }, { NULL, NULL, 0, 0, NULL } \
    }
static const asy_known_file files[LABELS][3] = {
    FILES("original_labels.npy", 15192, "079079c382f23c63d6af73102ac89d68c1141ab32f03b0d8fd6565c83c862616"),
    FILES("pyx_argmax_predicted_labels.npy", 15192,
          "e8323c4689e2da3af39ae76a4eed33c9795f82c19471449af39be6deeeaf8b52"),
};
#define RECIPE(i)                                                                        \
    {                                                                                    \
        .reader = "npy", .folder = "label-noise/label-errors", .licence = "Apache-2.0",  \
        .task = "label errors", .classes = 20, .shape = { 1, { 20 } }, .range = { 0, 1 }, \
        .files = files[i]                                                                \
    }
static const asy_recipe recipes[LABELS] = { RECIPE(0), RECIPE(1) };

static int pick(const void *vp) { return (int)((const par *)vp)->labels; }

const asy_dataset asy_dataset_label_errors_news20 = {
    .m = { .name = "label-errors-news20",
           .summary = "given labels and cross-validated probabilities of the 20news test set",
           .revision = 1,
           .cite = "C. Northcutt, A. Athalye, J. Mueller, Pervasive label errors in test sets destabilize "
                   "machine learning benchmarks, NeurIPS Datasets and Benchmarks 2021",
           ASY_PARAMS(params) },
    .recipe = recipes,
    .n_recipes = LABELS,
    .pick = pick,
};
