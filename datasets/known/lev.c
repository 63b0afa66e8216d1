// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const asy_known_file files[] = {
    { "LEV.arff", "all", ASY_ROLE_INPUT, 11255,
      "8ba4a1e6d35883752a4e6859aa0b385ee9bf1eca150ea1743bff8327bb0df561" },
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

const asy_dataset asy_dataset_lev = {
    .m = { .name = "lev",
           .summary = "lecturers evaluation, 1000 rows",
           .revision = 1,
           .cite = "A. Ben David, Automatic generation of symbolic multiattribute ordinal knowledge-based "
                   "DSSs, Decision Sciences 23, 1992" },
    .recipe = &recipe,
};
