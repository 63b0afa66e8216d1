// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const asy_known_file files[] = {
    { "ESL.arff", "all", ASY_ROLE_INPUT, 6120,
      "68e34cf50588b3b9a60c5e6c940938f8bbed2673ee54b0fce10004590f1b6ad4" },
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

const asy_dataset asy_dataset_esl = {
    .m = { .name = "esl",
           .summary = "employee selection, 488 rows",
           .revision = 1,
           .cite = "A. Ben David, Automatic generation of symbolic multiattribute ordinal knowledge-based "
                   "DSSs, Decision Sciences 23, 1992" },
    .recipe = &recipe,
};
