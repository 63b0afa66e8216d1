// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

enum { LABELS = 5 };
static const char *const labels[] = { "aggregate", "worst", "random1", "random2", "random3", NULL };
typedef struct {
    int64_t labels;
} par;
static const asy_param params[] = {
    ASY_PARAM_ENUM(labels, "aggregate", labels,
                   "of three people's: the majority, a wrong one if there is one, or those of one of them"),
    ASY_PARAM_END
};
static const char *const digits[] = { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9" };
static const asy_known_file files[] = {
    { "cifar10n_human_labels.csv", "train", ASY_ROLE_INPUT, 888974,
      "c80ca29ecc225a6be2c67ddf87f477b812152cf698f0fb489c25c515bb1f4d4c" },
    { NULL, NULL, 0, 0, NULL }
};
#define RECIPE(column)                                                                   \
    {                                                                                    \
        .reader = "csv", .folder = "label-noise/cifar10n", .base = "cifar10",            \
        .licence = "CC BY-NC 4.0", .task = "noisy labels", .classes = 10,                \
        .class_names = digits, .files = files,                                           \
        .columns = { .label = column, .clean = "clean_label" }                           \
    }
static const asy_recipe recipes[LABELS] = { RECIPE("aggre_label"), RECIPE("worse_label"),
                                            RECIPE("random_label1"), RECIPE("random_label2"),
                                            RECIPE("random_label3") };

static int pick(const void *vp) { return (int)((const par *)vp)->labels; }

const asy_dataset asy_dataset_cifar10n = {
    .m = { .name = "cifar10n",
           .summary = "CIFAR-10 with labels that people gave to its training pictures (non-commercial)",
           .revision = 2,
           .cite = "J. Wei, Z. Zhu, H. Cheng, T. Liu, G. Niu, Y. Liu, Learning with noisy labels revisited, "
                   "ICLR 2022",
           .doc = "Needs `cifar10`, whose own labels stay as the clean ones; its test part is as it was. "
                  "Share of wrong training labels: aggregate 9.01 %, worst 40.21 %, random1 17.23 %, "
                  "random2 18.12 %, random3 17.64 %.",
           .example = "data: {dataset: {method: cifar10n, labels: worst}}",
           ASY_PARAMS(params) },
    .recipe = recipes,
    .n_recipes = LABELS,
    .pick = pick,
};
