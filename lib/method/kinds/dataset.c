// SPDX-License-Identifier: GPL-3.0-or-later
/* Data sets: known ones and generators. */
#include "../store.h"
#include "_spots.h"

const asy_spot asy_spot_dataset = { .path = "data.dataset", .noun = "dataset", .word = "method",
                                   .more = asy_store_method, .more_names = asy_store_methods };

static const asy_spot *const spots[] = { &asy_spot_dataset, NULL };
ASY__METHODS_OF(dataset);

const asy_kind asy_kind_dataset = {
    .name = "dataset",
    .plural = "datasets",
    .summary = "named data: a recipe for known files, or a generator",
    .spots = spots,
    .section = "setup",
    .methods = asy_methods_of_dataset,
};
