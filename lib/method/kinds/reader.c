// SPDX-License-Identifier: GPL-3.0-or-later
/* Readers of file formats. */
#include "../data.h"
#include "_spots.h"

const asy_spot asy_spot_format = { .path = "data.format", .noun = "format", .word = "method" };

static const asy_spot *const spots[] = { &asy_spot_format, NULL };
ASY__METHODS_OF(reader);

const asy_kind asy_kind_reader = {
    .name = "reader", .plural = "readers", .summary = "reads a file format",
    .spots = spots, .section = "setup", .methods = asy_methods_of_reader,
};
