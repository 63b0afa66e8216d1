// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const asy_known_file files[] = {
    { "cifar10h-probs.npy", "test", ASY_ROLE_INPUT, 800128,
      "436ae98620e00073f9d08585ac870573b588853e7af9f54eb1647408114af77d" },
    { NULL, NULL, 0, 0, NULL }
};
static const asy_recipe recipe = {
    .reader = "npy",
    .folder = "label-noise/cifar10h",
    .licence = "CC BY-NC-SA 4.0",
    .task = "soft labels",
    .shape = { 1, { 10 } },
    .range = { 0, 1 },
    .files = files,
};

const asy_dataset asy_dataset_cifar10h = {
    .m = { .name = "cifar10h",
           .summary = "votes of people on the CIFAR-10 test set, as shares of the classes (non-commercial)",
           .revision = 1,
           .cite = "J. Peterson, R. Battleday, T. Griffiths, O. Russakovsky, Human uncertainty makes "
                   "classification more robust, ICCV 2019" },
    .recipe = &recipe,
};
