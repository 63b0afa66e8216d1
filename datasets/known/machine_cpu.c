// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const char *const drop[] = { "vendor", "model", "erp" };
static const char *const header[] = { "vendor", "model", "myct",  "mmin", "mmax",
                                      "cach",   "chmin", "chmax", "prp",  "erp" };
static const asy_known_file files[] = {
    { "machine.data", "all", ASY_ROLE_INPUT, 8726,
      "c95f0e52fb8381a14a24aa7e9f4b50f72a08639ecfd8cc619ab779919dbd448b" },
    { NULL, NULL, 0, 0, NULL }
};
static const asy_recipe recipe = {
    .reader = "csv",
    .folder = "ordinal",
    .licence = "CC BY 4.0",
    .task = "ordinal",
    .files = files,
    .form = { .header = ASY_HEADER_GIVEN, .n_names = 10, .names = header },
    .columns = { .label = "prp", .drop = { 3, drop }, .ordinal = true },
};

const asy_dataset asy_dataset_machine_cpu = {
    .m = { .name = "machine-cpu",
           .summary = "relative performance of computers, 209 rows",
           .revision = 1,
           .cite = "D. Kibler, D. Aha, Instance-based prediction of real-valued attributes, 1988",
           .doc = "Every value of the performance is a class of its own." },
    .recipe = &recipe,
};
