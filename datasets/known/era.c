// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const asy_known_file files[] = {
    { "ERA.arff", "all", ASY_ROLE_INPUT, 12830,
      "12719e1b86d20570424f5f3ed97c885a1aecf1f900d57c64ed4e1e88c254c26c" },
    { NULL, NULL, 0, 0, NULL }
};
static const asy_recipe recipe = {
    .reader = "arff",
    .folder = "ordinal",
    .licence = "none stated",
    .task = "ordinal",
    .files = files,
    .columns = { .label = "class", .ordinal = true },
};

const asy_dataset asy_dataset_era = {
    .m = { .name = "era",
           .summary = "employee rejection or acceptance, 1000 rows",
           .revision = 1,
           .cite = "A. Ben David, Automatic generation of symbolic multiattribute ordinal knowledge-based "
                   "DSSs, Decision Sciences 23, 1992" },
    .recipe = &recipe,
};
