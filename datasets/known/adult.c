// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const char *const names[] = { "<=50K", ">50K" };
static const char *const numeric[] = { "age", "education-num", "capital-gain", "capital-loss",
                                       "hours-per-week" };
static const char *const categorical[] = { "workclass",  "education",    "marital-status",
                                           "occupation", "relationship", "native-country" };
static const char *const sensitive[] = { "race", "sex" };
static const char *const header[] = { "age",
                                      "workclass",
                                      "fnlwgt",
                                      "education",
                                      "education-num",
                                      "marital-status",
                                      "occupation",
                                      "relationship",
                                      "race",
                                      "sex",
                                      "capital-gain",
                                      "capital-loss",
                                      "hours-per-week",
                                      "native-country",
                                      "income" };
static const char *const na[] = { "?" };
static const asy_known_file files[] = {
    { "adult.data", "train", ASY_ROLE_INPUT, 3974305,
      "5b00264637dbfec36bdeaab5676b0b309ff9eb788d63554ca0a249491c86603d" },
    { "adult.test", "test", ASY_ROLE_INPUT, 2003153,
      "a2a9044bc167a35b2361efbabec64e89d69ce82d9790d2980119aac5fd7e9c05" },
    { NULL, NULL, 0, 0, NULL }
};
static const asy_recipe recipe = {
    .reader = "csv",
    .licence = "CC BY 4.0",
    .task = "classification",
    .classes = 2,
    .class_names = names,
    .files = files,
    .form = { .header = ASY_HEADER_GIVEN,
              .n_names = 15,
              .names = header,
              .trim = true,
              .n_na = 1,
              .na = na,
              .comment = "|",
              .trail = "." },
    .columns = { .weight = "fnlwgt",
                 .label = "income",
                 .numeric = { 5, numeric },
                 .categorical = { 6, categorical },
                 .sensitive = { 2, sensitive } },
};

const asy_dataset asy_dataset_adult = {
    .m = { .name = "adult",
           .summary = "census income above 50000 dollars or not, 32561 + 16281 rows",
           .revision = 1,
           .cite = "B. Becker, R. Kohavi, Adult, UCI Machine Learning Repository, 1996, doi:10.24432/C5XW20",
           .doc = "2399 training rows and 1221 test rows lack a value: `encode: {missing: …}` says what "
                  "stands in for it. The test file has a comment line and a full stop after each class." },
    .recipe = &recipe,
};
