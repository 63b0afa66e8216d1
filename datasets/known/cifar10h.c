// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

enum { VOTES = 2 };
static const char *const votes[] = { "shares", "counts", NULL };
typedef struct {
    int64_t votes;
} par;
static const asy_param params[] = {
    ASY_PARAM_ENUM(votes, "shares", votes, "which file is read; both give the same distributions"),
    ASY_PARAM_END
};
static const char *const soft[] = { "input" };
static const asy_known_file files[VOTES][2] = {
    { { "cifar10h-probs.npy", "test", ASY_ROLE_INPUT, 800128,
        "436ae98620e00073f9d08585ac870573b588853e7af9f54eb1647408114af77d" },
      { NULL, NULL, 0, 0, NULL } },
    { { "cifar10h-counts.npy", "test", ASY_ROLE_INPUT, 800128,
        "9b36b4550349af56c79083356312eb4af856cc5fd3caf1f669d40b9d0bbb69ff" },
      { NULL, NULL, 0, 0, NULL } },
};
#define RECIPE(i)                                                                        \
    {                                                                                    \
        .reader = "npy", .folder = "label-noise/cifar10h", .base = "cifar10",            \
        .licence = "CC BY-NC-SA 4.0", .task = "soft labels", .files = files[i],          \
        .columns = { .soft = { 1, soft } }                                               \
    }
static const asy_recipe recipes[VOTES] = { RECIPE(0), RECIPE(1) };

static int pick(const void *vp) { return (int)((const par *)vp)->votes; }

const asy_dataset asy_dataset_cifar10h = {
    .m = { .name = "cifar10h",
           .summary = "CIFAR-10 with people's votes on its test pictures as soft labels (non-commercial)",
           .revision = 2,
           .cite = "J. Peterson, R. Battleday, T. Griffiths, O. Russakovsky, Human uncertainty makes "
                   "classification more robust, ICCV 2019",
           .doc = "Needs `cifar10`. Each test picture has 47 to 63 votes; the training pictures keep their "
                  "label for certain. Train on the votes with a split that draws from part `test`, and "
                  "`loss: {method: kl, target: soft}`.",
           .example = "data: {dataset: cifar10h}",
           ASY_PARAMS(params) },
    .recipe = recipes,
    .n_recipes = VOTES,
    .pick = pick,
};
