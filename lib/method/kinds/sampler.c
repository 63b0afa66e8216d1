// SPDX-License-Identifier: GPL-3.0-or-later
/* Samplers. */
#include "../sampler.h"
#include "_spots.h"

const asy_spot asy_spot_sampler = { .path = "train.sampler", .noun = "sampler", .word = "method" };

static const asy_spot *const spots[] = { &asy_spot_sampler, NULL };
ASY__METHODS_OF(sampler);

const asy_kind asy_kind_sampler = {
    .name = "sampler", .plural = "samplers", .summary = "which examples make a batch",
    .spots = spots, .section = "setup", .methods = asy_methods_of_sampler,
};
