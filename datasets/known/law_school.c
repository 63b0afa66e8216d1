// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const char *const names[] = { "0", "1" };
static const char *const numeric[] = { "decile1b", "decile3", "lsat",     "ugpa",
                                       "zfygpa",   "zgpa",    "fulltime", "fam_inc" };
static const char *const categorical[] = { "tier" };
static const char *const sensitive[] = { "racetxt", "male" };
static const asy_known_file files[] = {
    { "law_dataset.arff", "all", ASY_ROLE_INPUT, 993386,
      "930c60e0479b742f64cbb64453da0048f7c3a390add3dd79cfacd94889d296bf" },
    { NULL, NULL, 0, 0, NULL }
};
static const asy_recipe recipe = {
    .reader = "arff",
    .licence = "none stated",
    .task = "classification",
    .classes = 2,
    .class_names = names,
    .files = files,
    .form = { .any_domain = true },
    .columns = { .label = "pass_bar",
                 .numeric = { 8, numeric },
                 .categorical = { 1, categorical },
                 .sensitive = { 2, sensitive } },
};

const asy_dataset asy_dataset_law_school = {
    .m = { .name = "law-school",
           .summary = "passing the bar exam, 18692 rows",
           .revision = 1,
           .cite = "L. Wightman, LSAC national longitudinal bar passage study, 1998; T. Le Quy et al., A "
                   "survey on datasets for fairness-aware machine learning, WIREs DMKD 12(3), 2022",
           .doc = "The header declares `tier` as {0, 1}, the rows have 1 to 6: the declared domains are not "
                  "applied." },
    .recipe = &recipe,
};
