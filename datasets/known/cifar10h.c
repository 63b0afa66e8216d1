// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

enum { VOTES = 2, ROWS = 2 };
static const char *const votes[] = { "shares", "counts", NULL };
static const char *const rows[] = { "all", "voted", NULL };
typedef struct {
    int64_t rows, votes;
} par;
static const asy_param params[] = {
    ASY_PARAM_ENUM(rows, "all", rows, "the whole of CIFAR-10, or the voted pictures alone, to be split"),
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
#define RECIPE(i, alone)                                                                        \
    {                                                                                    \
        .reader = "npy", .folder = "label-noise/cifar10h", .base = "cifar10",            \
        .licence = "CC BY-NC-SA 4.0", .task = "soft labels", .files = files[i],          \
        .columns = { .soft = { 1, soft } }, .only = alone                  \
    }
static const asy_recipe recipes[ROWS * VOTES] = { RECIPE(0, false), RECIPE(1, false), RECIPE(0, true),
                                                  RECIPE(1, true) };

static int pick(const void *vp)
{
    const par *p = vp;
    return (int)(VOTES * p->rows + p->votes);
}

const asy_dataset asy_dataset_cifar10h = {
    .m = { .name = "cifar10h",
           .summary = "CIFAR-10 with people's votes on its test pictures as soft labels (non-commercial)",
           .revision = 2,
           .cite = "J. Peterson, R. Battleday, T. Griffiths, O. Russakovsky, Human uncertainty makes "
                   "classification more robust, ICCV 2019",
           .doc = "Needs `cifar10`. Each test picture has 47 to 63 votes; the training pictures keep their "
                  "label for certain. To train on votes take `rows: voted`, a split, and `loss: {method: kl, "
                  "target: soft}`.",
           .example = "data: {dataset: {method: cifar10h, rows: voted}, split: {train: 8000, test: rest}}",
           ASY_PARAMS(params) },
    .recipe = recipes,
    .n_recipes = ROWS * VOTES,
    .pick = pick,
};
