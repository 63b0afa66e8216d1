// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const asy_known_file files[] = {
    { "20news_test_set_pyx.npy", "test", ASY_ROLE_INPUT, 1205248,
      "aa3669c77dd6d8c35a450879f168f6ef862c594dd9f443a61151a4a6ee57c5f9" },
    { "20news_test_set_original_labels.npy", "test", ASY_ROLE_LABEL, 15192,
      "079079c382f23c63d6af73102ac89d68c1141ab32f03b0d8fd6565c83c862616" },
    { NULL, NULL, 0, 0, NULL }
};
static const asy_recipe recipe = {
    .reader = "npy",
    .folder = "label-noise/label-errors",
    .licence = "Apache-2.0",
    .task = "label errors",
    .classes = 20,
    .shape = { 1, { 20 } },
    .range = { 0, 1 },
    .files = files,
};

const asy_dataset asy_dataset_label_errors_news20 = {
    .m = { .name = "label-errors-news20",
           .summary = "given labels and cross-validated probabilities of the 20news test set",
           .revision = 1,
           .cite = "C. Northcutt, A. Athalye, J. Mueller, Pervasive label errors in test sets destabilize "
                   "machine learning benchmarks, NeurIPS Datasets and Benchmarks 2021" },
    .recipe = &recipe,
};
