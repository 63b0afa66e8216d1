// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const char *const header[] = { "s1", "c1", "s2", "c2", "s3", "c3", "s4", "c4", "s5", "c5", "hand" };
static const asy_known_file files[] = {
    { "poker-hand-training-true.data", "all", ASY_ROLE_INPUT, 613694,
      "37becdf87d5f8cbf2b91d6471e965a25b86cb4a6d878c0f94a4025969fca464f" },
    { NULL, NULL, 0, 0, NULL }
};
static const asy_recipe recipe = {
    .reader = "csv",
    .folder = "ordinal",
    .licence = "CC BY 4.0",
    .task = "ordinal",
    .files = files,
    .form = { .header = ASY_HEADER_GIVEN, .n_names = 11, .names = header },
    .columns = { .label = "hand", .ordinal = true },
};

const asy_dataset asy_dataset_poker_hand = {
    .m = { .name = "poker-hand",
           .summary = "hands of poker, the 25010 training rows",
           .revision = 1,
           .cite = "R. Cattral, F. Oppacher, Poker Hand, UCI, 2007" },
    .recipe = &recipe,
};
