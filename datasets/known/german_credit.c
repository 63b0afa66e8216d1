// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const char *const names[] = { "1", "2" };
static const char *const numeric[] = { "duration", "amount",  "rate",      "residence",
                                       "age",      "credits", "dependants" };
static const char *const categorical[] = { "status",     "history", "purpose",  "savings",
                                           "employment", "debtors", "property", "plans",
                                           "housing",    "job",     "telephone" };
static const char *const sensitive[] = { "personal-status", "foreign" };
static const char *const header[] = { "status",    "duration",   "history",    "purpose",         "amount",
                                      "savings",   "employment", "rate",       "personal-status", "debtors",
                                      "residence", "property",   "age",        "plans",           "housing",
                                      "credits",   "job",        "dependants", "telephone",       "foreign",
                                      "risk" };
static const asy_known_file files[] = {
    { "german.data", "all", ASY_ROLE_INPUT, 79793,
      "b21f3d81db8071257d5ff1deaeba1fd4303b62712e6fcc9715c7a86202cb5871" },
    { NULL, NULL, 0, 0, NULL }
};
static const asy_recipe recipe = {
    .reader = "csv",
    .licence = "CC BY 4.0",
    .task = "classification",
    .classes = 2,
    .class_names = names,
    .files = files,
    .form = { .header = ASY_HEADER_GIVEN, .n_names = 21, .names = header, .separator = ' ' },
    .columns = { .label = "risk",
                 .numeric = { 7, numeric },
                 .categorical = { 11, categorical },
                 .sensitive = { 2, sensitive } },
};

const asy_dataset asy_dataset_german_credit = {
    .m = { .name = "german-credit",
           .summary = "credit risk good or bad, 1000 rows",
           .revision = 1,
           .cite = "H. Hofmann, Statlog (German Credit Data), UCI, 1994, doi:10.24432/C5NC77",
           .doc = "Class 1 is good, 2 bad. `personal-status` holds sex: A92 is female, A91, A93, A94 are "
                  "male. U. Groemping, South German Credit Data, 2019, lists errors in its code table." },
    .recipe = &recipe,
};
