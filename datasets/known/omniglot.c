// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const asy_known_file files[] = {
    { "omniglot-105x105-1bpp.bin", "all", ASY_ROLE_INPUT, 44762340,
      "75a36f7ce605ee617d0c45021613841aec979e079f71594e885aba52a7c003ce" },
    { "omniglot-index.csv", "all", ASY_ROLE_LABEL, 1950570,
      "cb99e3698f67b50e685e479960b1026c57e48fadbc125e765e2ee199360a058c" },
    { NULL, NULL, 0, 0, NULL }
};
static const asy_recipe recipe = {
    .reader = "bits",
    .label_reader = "csv",
    .licence = "MIT",
    .task = "few-shot",
    .shape = { 3, { 1, 105, 105 } },
    .range = { 0, 1 },
    .files = files,
    .form = { .shape = { 3, { 1, 105, 105 } } },
    .columns = { .id = "drawer", .group = "alphabet", .label = "class" },
    .part_column = "split",
};

const asy_dataset asy_dataset_omniglot = {
    .m = { .name = "omniglot",
           .summary = "handwritten characters of 50 alphabets, 105x105, 1623 classes, 19280 + 13180",
           .revision = 1,
           .cite = "B. Lake, R. Salakhutdinov, J. Tenenbaum, Human-level concept learning through "
                   "probabilistic program induction, Science 350(6266), 2015",
           .doc = "Parts background and evaluation have different classes. The files are the published "
                  "pictures, one bit a pixel." },
    .recipe = &recipe,
};
