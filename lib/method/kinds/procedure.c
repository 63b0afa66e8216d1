// SPDX-License-Identifier: GPL-3.0-or-later
/* Training procedures. */
#include "../procedure.h"
#include "_spots.h"

const asy_spot asy_spot_train = {
    .path = "train", .noun = "training", .word = "method", .def = "supervised",
};

static const asy_spot *const spots[] = { &asy_spot_train, NULL };
ASY__METHODS_OF(procedure);

const asy_kind asy_kind_procedure = {
    .name = "procedure", .plural = "procedures", .summary = "how a model comes to its weights",
    .spots = spots, .section = "setup", .methods = asy_methods_of_procedure,
};
