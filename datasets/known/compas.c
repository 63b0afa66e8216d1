// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const char *const numeric[] = { "age", "juv_fel_count", "juv_misd_count", "juv_other_count",
                                       "priors_count#1" };
static const char *const categorical[] = { "c_charge_degree" };
static const char *const sensitive[] = { "race", "sex" };
static const asy_known_file files[] = {
    { "compas-scores-two-years.csv", "all", ASY_ROLE_INPUT, 2546489,
      "c451db85908b2f7fef1d83203bedf6b71ecda0d5af468d82ae62178f91d0cc7d" },
    { NULL, NULL, 0, 0, NULL }
};
static const asy_recipe recipe = {
    .reader = "csv",
    .licence = "none stated",
    .task = "ordinal",
    .files = files,
    .columns = { .id = "id",
                 .label = "decile_score#1",
                 .numeric = { 5, numeric },
                 .categorical = { 1, categorical },
                 .sensitive = { 2, sensitive },
                 .ordinal = true },
};

const asy_dataset asy_dataset_compas = {
    .m = { .name = "compas",
           .summary = "recidivism scores as deciles, 7214 rows",
           .revision = 1,
           .cite = "J. Angwin, J. Larson, S. Mattu, L. Kirchner, Machine Bias, ProPublica, 2016",
           .doc = "The label is the score of another tool, not an outcome; `columns: {label: two_year_recid, "
                  "…}` takes what happened. Names and birth dates of people stand in the file: rows are not "
                  "for printing." },
    .recipe = &recipe,
};
