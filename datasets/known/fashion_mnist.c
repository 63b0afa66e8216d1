// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const char *const names[] = { "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
                                     "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot" };
static const asy_known_file files[] = {
    { "train-images-idx3-ubyte", "train", ASY_ROLE_INPUT, 47040016,
      "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888" },
    { "train-labels-idx1-ubyte", "train", ASY_ROLE_LABEL, 60008,
      "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9" },
    { "t10k-images-idx3-ubyte", "test", ASY_ROLE_INPUT, 7840016,
      "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b" },
    { "t10k-labels-idx1-ubyte", "test", ASY_ROLE_LABEL, 10008,
      "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34" },
    { NULL, NULL, 0, 0, NULL }
};
static const asy_recipe recipe = {
    .reader = "idx",
    .licence = "MIT",
    .task = "classification",
    .debian = "dataset-fashion-mnist",
    .classes = 10,
    .shape = { 3, { 1, 28, 28 } },
    .class_names = names,
    .range = { 0, 255 },
    .files = files,
};

const asy_dataset asy_dataset_fashion_mnist = {
    .m = { .name = "fashion-mnist",
           .summary = "grey pictures of clothing, 28x28, 10 classes, 60000 + 10000",
           .revision = 1,
           .cite = "H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST, arXiv:1708.07747, 2017" },
    .recipe = &recipe,
};
