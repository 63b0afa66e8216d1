// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const asy_known_file files[] = {
    { "SWD.csv", "all", ASY_ROLE_INPUT, 22068,
      "ab3c33907042e82adba853ebaa93e7f3337fc8716651568c624aaec0273199a7" },
    { NULL, NULL, 0, 0, NULL }
};
static const asy_recipe recipe = {
    .reader = "csv",
    .folder = "ordinal",
    .licence = "none stated",
    .task = "ordinal",
    .files = files,
    .columns = { .label = "Out1", .ordinal = true },
};

const asy_dataset asy_dataset_swd = {
    .m = { .name = "swd",
           .summary = "social workers decisions, 1000 rows",
           .revision = 1,
           .cite = "A. Ben David, Automatic generation of symbolic multiattribute ordinal knowledge-based "
                   "DSSs, Decision Sciences 23, 1992" },
    .recipe = &recipe,
};
