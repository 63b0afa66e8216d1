// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const char *const categorical[] = { "aggre_label", "worse_label", "random_label1", "random_label2",
                                           "random_label3" };
static const asy_known_file files[] = {
    { "cifar10n_human_labels.csv", "train", ASY_ROLE_INPUT, 888974,
      "c80ca29ecc225a6be2c67ddf87f477b812152cf698f0fb489c25c515bb1f4d4c" },
    { NULL, NULL, 0, 0, NULL }
};
static const asy_recipe recipe = {
    .reader = "csv",
    .folder = "label-noise/cifar10n",
    .licence = "CC BY-NC 4.0",
    .task = "noisy labels",
    .files = files,
    .columns = { .id = "index", .label = "clean_label", .categorical = { 5, categorical } },
};

const asy_dataset asy_dataset_cifar10n = {
    .m = { .name = "cifar10n",
           .summary = "human labels of the CIFAR-10 training set, in its order (non-commercial)",
           .revision = 1,
           .cite = "J. Wei, Z. Zhu, H. Cheng, T. Liu, G. Niu, Y. Liu, Learning with noisy labels revisited, "
                   "ICLR 2022" },
    .recipe = &recipe,
};
