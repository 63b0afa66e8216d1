// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const asy_known_file files[] = {
    { "cifar10_test_set_pyx.npy", "test", ASY_ROLE_INPUT, 800128,
      "c445b25cee680e3919b4bd81d230a5c7c2179ed556609d84e000ee046bb44b49" },
    { "cifar10_test_set_original_labels.npy", "test", ASY_ROLE_LABEL, 20128,
      "8fba587d5b11011df52b2a20eb4a272eeaf20c2d162554059f714d4b78d23aed" },
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

const asy_dataset asy_dataset_label_errors_cifar10 = {
    .m = { .name = "label-errors-cifar10",
           .summary = "given labels and cross-validated probabilities of the CIFAR-10 test set",
           .revision = 1,
           .cite = "C. Northcutt, A. Athalye, J. Mueller, Pervasive label errors in test sets destabilize "
                   "machine learning benchmarks, NeurIPS Datasets and Benchmarks 2021" },
    .recipe = &recipe,
};
