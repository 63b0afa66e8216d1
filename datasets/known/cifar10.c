// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const char *const names[] = { "airplane", "automobile", "bird",  "cat",  "deer",
                                     "dog",      "frog",       "horse", "ship", "truck" };
static const asy_known_file files[] = {
    { "data_batch_1.bin", "train", ASY_ROLE_INPUT, 30730000,
      "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5" },
    { "data_batch_2.bin", "train", ASY_ROLE_INPUT, 30730000,
      "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed" },
    { "data_batch_3.bin", "train", ASY_ROLE_INPUT, 30730000,
      "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67" },
    { "data_batch_4.bin", "train", ASY_ROLE_INPUT, 30730000,
      "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48" },
    { "data_batch_5.bin", "train", ASY_ROLE_INPUT, 30730000,
      "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add" },
    { "test_batch.bin", "test", ASY_ROLE_INPUT, 30730000,
      "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b" },
    { NULL, NULL, 0, 0, NULL }
};
static const asy_recipe recipe = {
    .reader = "cifar-bin",
    .licence = "none stated",
    .task = "classification",
    .classes = 10,
    .shape = { 3, { 3, 32, 32 } },
    .class_names = names,
    .range = { 0, 255 },
    .files = files,
};

const asy_dataset asy_dataset_cifar10 = {
    .m = { .name = "cifar10",
           .summary = "colour pictures of things, 32x32, 10 classes, 50000 + 10000",
           .revision = 1,
           .cite = "A. Krizhevsky, Learning multiple layers of features from tiny images, technical report, "
                   "University of Toronto, 2009" },
    .recipe = &recipe,
};
