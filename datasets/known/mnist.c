// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

/* The sums are of the uncompressed content: mirrors pack the same bytes differently. */
static const asy_known_file files[] = {
    { "train-images-idx3-ubyte", "train", ASY_ROLE_INPUT, 47040016,
      "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db" },
    { "train-labels-idx1-ubyte", "train", ASY_ROLE_LABEL, 60008,
      "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5" },
    { "t10k-images-idx3-ubyte", "test", ASY_ROLE_INPUT, 7840016,
      "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7" },
    { "t10k-labels-idx1-ubyte", "test", ASY_ROLE_LABEL, 10008,
      "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2" },
    { NULL, NULL, 0, 0, NULL }
};
static const asy_recipe recipe = {
    .reader = "idx",
    .licence = "CC BY-SA 3.0",
    .task = "classification",
    .classes = 10,
    .shape = { 3, { 1, 28, 28 } },
    .range = { 0, 255 },
    .files = files,
};

const asy_dataset asy_dataset_mnist = {
    .m = { .name = "mnist",
           .summary = "grey handwritten digits, 28x28, 10 classes, 60000 + 10000",
           .revision = 1,
           .cite = "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-based learning applied to document "
                   "recognition, Proc. IEEE 86(11), 1998" },
    .recipe = &recipe,
};
