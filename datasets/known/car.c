// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const char *const names[] = { "unacc", "acc", "good", "vgood" };
static const char *const categorical[] = { "buying", "maint", "doors", "persons", "lug_boot", "safety" };
static const char *const header[] = { "buying", "maint", "doors", "persons", "lug_boot", "safety", "class" };
static const asy_known_file files[] = {
    { "car.data", "all", ASY_ROLE_INPUT, 51867,
      "b703a9ac69f11e64ce8c223c0a40de4d2e9d769f7fb20be5f8f2e8a619893d83" },
    { NULL, NULL, 0, 0, NULL }
};
static const asy_recipe recipe = {
    .reader = "csv",
    .folder = "ordinal",
    .licence = "CC BY 4.0",
    .task = "ordinal",
    .classes = 4,
    .class_names = names,
    .files = files,
    .form = { .header = ASY_HEADER_GIVEN, .n_names = 7, .names = header },
    .columns = { .label = "class", .categorical = { 6, categorical }, .ordinal = true },
};

const asy_dataset asy_dataset_car = {
    .m = { .name = "car",
           .summary = "acceptability of cars, 1728 rows",
           .revision = 1,
           .cite = "M. Bohanec, V. Rajkovic, Knowledge acquisition and explanation for multi-attribute "
                   "decision making, 1988" },
    .recipe = &recipe,
};
