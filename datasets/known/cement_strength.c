// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const asy_known_file files[] = {
    { "cement_strength.csv", "all", ASY_ROLE_INPUT, 43143,
      "98f69aaa6165705a6b0a34011fa1e02789a30db2d170c409da7fd43e9f3352be" },
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

const asy_dataset asy_dataset_cement_strength = {
    .m = { .name = "cement-strength",
           .summary = "strength of cement, 998 rows",
           .revision = 1,
           .cite = "I-C. Yeh, Modeling of strength of high-performance concrete, 1998; made ordinal for the "
                   "coral-pytorch tutorials" },
    .recipe = &recipe,
};
