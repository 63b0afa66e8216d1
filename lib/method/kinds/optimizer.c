// SPDX-License-Identifier: GPL-3.0-or-later
/* Optimisers. */
#include "../optimizer.h"
#include "_spots.h"

static const asy_param keys[] = {
    { .key = "clip", .type = ASY_P_F64, .off = offsetof(asy_optimizer_keys, clip), .def = "0", .lo = 0,
      .hi = 1e30, .flags = ASY_LOG,
      .help = "the gradient of a step is scaled to this norm where it is longer; 0: never" },
    ASY_PARAM_END
};
const asy_spot asy_spot_optimizer = {
    .path = "train.optimizer", .noun = "optimizer", .word = "method", .keys = keys,
    .keys_size = sizeof(asy_optimizer_keys)
};

static const asy_spot *const spots[] = { &asy_spot_optimizer, NULL };
ASY__METHODS_OF(optimizer);

const asy_kind asy_kind_optimizer = {
    .name = "optimizer", .plural = "optimizers", .summary = "turns gradients into steps",
    .spots = spots, .section = "setup", .methods = asy_methods_of_optimizer,
};
