// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const asy_known_file files[] = {
    { "mnist_test_set_pyx.npy", "test", ASY_ROLE_INPUT, 800128,
      "403d0f1188c8940ceb47994a2cd9eb2aee6946810b5488d9d4501c97e09f30c2" },
    { "mnist_test_set_original_labels.npy", "test", ASY_ROLE_LABEL, 20128,
      "9c4b8d0ef379b2ce0d312470484d79e282a47e092738fca1edff326f9b67c20e" },
    { NULL, NULL, 0, 0, NULL }
};
static const asy_recipe recipe = {
    .reader = "npy",
    .folder = "label-noise/label-errors",
    .licence = "Apache-2.0",
    .task = "label errors",
    .classes = 10,
    .shape = { 1, { 10 } },
    .range = { 0, 1 },
    .files = files,
};

const asy_dataset asy_dataset_label_errors_mnist = {
    .m = { .name = "label-errors-mnist",
           .summary = "given labels and cross-validated probabilities of the MNIST test set",
           .revision = 1,
           .cite = "C. Northcutt, A. Athalye, J. Mueller, Pervasive label errors in test sets destabilize "
                   "machine learning benchmarks, NeurIPS Datasets and Benchmarks 2021" },
    .recipe = &recipe,
};
