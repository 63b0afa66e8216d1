// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const char *const header[] = { "sex",     "length",  "diameter", "height", "whole",
                                      "shucked", "viscera", "shell",    "rings" };
static const asy_known_file files[] = {
    { "abalone.data", "all", ASY_ROLE_INPUT, 191873,
      "de37cdcdcaaa50c309d514f248f7c2302a5f1f88c168905eba23fe2fbc78449f" },
    { NULL, NULL, 0, 0, NULL }
};
static const asy_recipe recipe = {
    .reader = "csv",
    .folder = "ordinal",
    .licence = "CC BY 4.0",
    .task = "ordinal",
    .files = files,
    .form = { .header = ASY_HEADER_GIVEN, .n_names = 9, .names = header },
    .columns = { .label = "rings", .ordinal = true },
};

const asy_dataset asy_dataset_abalone = {
    .m = { .name = "abalone",
           .summary = "rings of abalones, 4177 rows",
           .revision = 1,
           .cite = "W. Nash et al., The population biology of abalone, 1994" },
    .recipe = &recipe,
};
