// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const asy_known_file files[] = {
    { "input.txt", "all", ASY_ROLE_INPUT, 1115394,
      "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed" },
    { NULL, NULL, 0, 0, NULL }
};
static const asy_recipe recipe = {
    .reader = "text",
    .licence = "public domain",
    .task = "language",
    .shape = { 1, { 64 } },
    .range = { 0, 64 },
    .files = files,
    .form = { .length = 64 },
};

const asy_dataset asy_dataset_tinyshakespeare = {
    .m = { .name = "tinyshakespeare",
           .summary = "1115394 characters of Shakespeare",
           .revision = 1,
           .cite = "A. Karpathy, The unreasonable effectiveness of recurrent neural networks, 2015" },
    .recipe = &recipe,
};
