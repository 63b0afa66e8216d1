// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const asy_known_file files[] = {
    { "winequality-red.csv", "all", ASY_ROLE_INPUT, 84199,
      "4a402cf041b025d4566d954c3b9ba8635a3a8a01e039005d97d6a710278cf05e" },
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

const asy_dataset asy_dataset_winequality_red = {
    .m = { .name = "winequality-red",
           .summary = "quality of red wines, 1599 rows",
           .revision = 1,
           .cite = "P. Cortez et al., Modeling wine preferences, Decision Support Systems 47(4), 2009" },
    .recipe = &recipe,
};
