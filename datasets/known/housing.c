// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const char *const header[] = { "crim", "zn",  "indus", "chas",    "nox", "rm",    "age",
                                      "dis",  "rad", "tax",   "ptratio", "b",   "lstat", "medv" };
static const asy_known_file files[] = {
    { "housing.data", "all", ASY_ROLE_INPUT, 49082,
      "baadf72995725d76efe787b664e1f083388c79ba21ef9a7990d87f774184735a" },
    { NULL, NULL, 0, 0, NULL }
};
static const asy_recipe recipe = {
    .reader = "csv",
    .folder = "ordinal",
    .licence = "none stated",
    .task = "ordinal",
    .files = files,
    .form = { .header = ASY_HEADER_GIVEN, .n_names = 14, .names = header, .separator = ' ' },
    .columns = { .label = "medv", .ordinal = true },
};

const asy_dataset asy_dataset_housing = {
    .m = { .name = "housing",
           .summary = "values of homes in Boston, 506 rows",
           .revision = 1,
           .cite = "D. Harrison, D. Rubinfeld, Hedonic prices and the demand for clean air, 1978",
           .doc = "Every value is a class of its own. Column `b` is built from the share of Black residents: "
                  "for numerics only." },
    .recipe = &recipe,
};
