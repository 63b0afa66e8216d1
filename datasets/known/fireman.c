// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const asy_known_file files[] = {
    { "fireman/fireman_example_balanced_train.csv", "train", ASY_ROLE_INPUT, 1895386,
      "8c709abfc84cf98ce6d2451f8ec17fe290eaee02c321d7e7298d5ab4a3ee4504" },
    { "fireman/fireman_example_balanced_valid.csv", "val", ASY_ROLE_INPUT, 99706,
      "6646c2f35233d89536069407de92418525bce9da6b1e6981fcd6967f10212862" },
    { "fireman/fireman_example_balanced_test.csv", "test", ASY_ROLE_INPUT, 498675,
      "7855b95a1a8e16ae957c43b69edda52d29a145a73ccace033515e87580438b0b" },
    { NULL, NULL, 0, 0, NULL }
};
static const asy_recipe recipe = {
    .reader = "csv",
    .folder = "ordinal",
    .licence = "MIT",
    .task = "ordinal",
    .files = files,
    .columns = { .label = "response", .ordinal = true },
};

const asy_dataset asy_dataset_fireman = {
    .m = { .name = "fireman",
           .summary = "the splits of the CORN paper, 30922 + 1628 + 8138 rows",
           .revision = 1,
           .cite = "X. Shi, W. Cao, S. Raschka, Deep neural networks for rank-consistent ordinal regression, "
                   "arXiv:2111.08851, 2021" },
    .recipe = &recipe,
};
