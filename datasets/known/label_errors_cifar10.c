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
        { "cifar10_test_set_pyx.npy", "test", ASY_ROLE_INPUT, 800128,                   \
          "c445b25cee680e3919b4bd81d230a5c7c2179ed556609d84e000ee046bb44b49" },          \
            { "cifar10_test_set_" name, "test", ASY_ROLE_LABEL, size, sha256 }, { NULL, NULL, 0, 0, NULL } \
    }
static const asy_known_file files[LABELS][3] = {
    FILES("original_labels.npy", 20128, "8fba587d5b11011df52b2a20eb4a272eeaf20c2d162554059f714d4b78d23aed"),
    FILES("pyx_argmax_predicted_labels.npy", 20128,
          "fa7669ae745b31377313659343beb2af1709d5d2cc82f7cd19721f757998c2e9"),
};
#define RECIPE(i)                                                                        \
    {                                                                                    \
        .reader = "npy", .folder = "label-noise/label-errors", .licence = "Apache-2.0",  \
        .task = "label errors", .classes = 10, .shape = { 1, { 10 } }, .range = { 0, 1 }, \
        .files = files[i]                                                                \
    }
static const asy_recipe recipes[LABELS] = { RECIPE(0), RECIPE(1) };

static int pick(const void *vp) { return (int)((const par *)vp)->labels; }

const asy_dataset asy_dataset_label_errors_cifar10 = {
    .m = { .name = "label-errors-cifar10",
           .summary = "given labels and cross-validated probabilities of the CIFAR-10 test set",
           .revision = 1,
           .cite = "C. Northcutt, A. Athalye, J. Mueller, Pervasive label errors in test sets destabilize "
                   "machine learning benchmarks, NeurIPS Datasets and Benchmarks 2021",
           ASY_PARAMS(params) },
    .recipe = recipes,
    .n_recipes = LABELS,
    .pick = pick,
};
