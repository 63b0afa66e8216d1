// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const char *const numeric[] = { "Work-time-in-seconds-1", "Work-time-in-seconds-2",
                                       "Work-time-in-seconds-3" };
static const char *const categorical[] = { "Worker1-id", "Worker2-id", "Worker3-id" };
static const asy_known_file files[] = {
    { "side_info_cifar10N.csv", "all", ASY_ROLE_INPUT, 170902,
      "50fcbe619a003d0b804a20ece51447dcdb48978c60e1202371d08302b2e14351" },
    { NULL, NULL, 0, 0, NULL }
};
static const asy_recipe recipe = {
    .reader = "csv",
    .folder = "label-noise/cifar10n",
    .licence = "CC BY-NC 4.0",
    .task = "noisy labels",
    .files = files,
    .columns = { .id = "Image-batch", .numeric = { 3, numeric }, .categorical = { 3, categorical } },
};

const asy_dataset asy_dataset_cifar10n_workers = {
    .m = { .name = "cifar10n-workers",
           .summary = "who labelled each ten pictures of cifar10n, and how long it took (non-commercial)",
           .revision = 1,
           .cite = "J. Wei, Z. Zhu, H. Cheng, T. Liu, G. Niu, Y. Liu, Learning with noisy labels revisited, "
                   "ICLR 2022",
           .doc = "5000 rows, one for ten pictures in a row; no label." },
    .recipe = &recipe,
};
