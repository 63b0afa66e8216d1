// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const asy_known_file files[] = {
    { "winequality-white.csv", "all", ASY_ROLE_INPUT, 264426,
      "76c3f809815c17c07212622f776311faeb31e87610d52c26d87d6e361b169836" },
    { NULL, NULL, 0, 0, NULL }
};
static const asy_recipe recipe = {
    .reader = "csv",
    .folder = "ordinal",
    .licence = "CC BY 4.0",
    .task = "ordinal",
    .files = files,
    .form = { .separator = ';' },
    .columns = { .label = "quality", .ordinal = true },
};

const asy_dataset asy_dataset_winequality_white = {
    .m = { .name = "winequality-white",
           .summary = "quality of white wines, 4898 rows",
           .revision = 1,
           .cite = "P. Cortez et al., Modeling wine preferences, Decision Support Systems 47(4), 2009" },
    .recipe = &recipe,
};
