// SPDX-License-Identifier: GPL-3.0-or-later
/* Gradient estimators. */
#include "../estimator.h"
#include "_spots.h"

const asy_spot asy_spot_estimator = { .path = "train.estimator", .noun = "estimator", .word = "method" };

static const asy_spot *const spots[] = { &asy_spot_estimator, NULL };
ASY__METHODS_OF(estimator);

const asy_kind asy_kind_estimator = {
    .name = "estimator", .plural = "estimators", .summary = "the gradient of a batch, from its examples'",
    .spots = spots, .section = "setup", .methods = asy_methods_of_estimator,
};
