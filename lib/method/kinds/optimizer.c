// SPDX-License-Identifier: GPL-3.0-or-later
/* Optimisers. */
#include "../optimizer.h"
#include "_spots.h"

const asy_spot asy_spot_optimizer = { .path = "train.optimizer", .noun = "optimizer", .word = "method" };

static const asy_spot *const spots[] = { &asy_spot_optimizer, NULL };
ASY__METHODS_OF(optimizer);

const asy_kind asy_kind_optimizer = {
    .name = "optimizer", .plural = "optimizers", .summary = "turns gradients into steps",
    .spots = spots, .section = "setup", .methods = asy_methods_of_optimizer,
};
