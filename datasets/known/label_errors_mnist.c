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
        { "mnist_test_set_pyx.npy", "test", ASY_ROLE_INPUT, 800128,                   \
          "403d0f1188c8940ceb47994a2cd9eb2aee6946810b5488d9d4501c97e09f30c2" },          \
            { "mnist_test_set_" name, "test", ASY_ROLE_LABEL, size, sha256 }, { NULL, NULL, 0, 0, NULL } \
    }
static const asy_known_file files[LABELS][3] = {
    FILES("original_labels.npy", 20128, "9c4b8d0ef379b2ce0d312470484d79e282a47e092738fca1edff326f9b67c20e"),
    FILES("pyx_argmax_predicted_labels.npy", 20128,
          "5959ed0f7fa95f583157b5ad274a8c0095ce354f880a9addcc736cb461e0e6e3"),
};
#define RECIPE(i)                                                                        \
    {                                                                                    \
        .reader = "npy", .folder = "label-noise/label-errors", .licence = "Apache-2.0",  \
        .task = "label errors", .classes = 10, .shape = { 1, { 10 } }, .range = { 0, 1 }, \
        .files = files[i]                                                                \
    }
static const asy_recipe recipes[LABELS] = { RECIPE(0), RECIPE(1) };

static int pick(const void *vp) { return (int)((const par *)vp)->labels; }

const asy_dataset asy_dataset_label_errors_mnist = {
    .m = { .name = "label-errors-mnist",
           .summary = "given labels and cross-validated probabilities of the MNIST test set",
           .revision = 1,
           .cite = "C. Northcutt, A. Athalye, J. Mueller, Pervasive label errors in test sets destabilize "
                   "machine learning benchmarks, NeurIPS Datasets and Benchmarks 2021",
           ASY_PARAMS(params) },
    .recipe = recipes,
    .n_recipes = LABELS,
    .pick = pick,
};
