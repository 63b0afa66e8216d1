// SPDX-License-Identifier: GPL-3.0-or-later
/* The part of `describe` that plans: what a method costs, its plan as text or drawing, a trace. */
#ifndef ASY_CLI_DESCRIBE_COST_H
#define ASY_CLI_DESCRIBE_COST_H
#include "../method/method.h"
#include "cli.h"

extern const char *const asy__cost_passes[];
#define ASY__COST_OPTIONS                                                                                    \
    { .name = "memory",                                                                                      \
      .arg = "SIZE",                                                                                         \
      .help = "an architecture: how large a batch fits in it; 1GiB by default" },                            \
        { .name = "input", .arg = "SHAPE", .help = "a sample's shape: 1x28x28 by default" },                 \
        { .name = "classes", .arg = "N", .help = "10 by default" },                                          \
        { .name = "plan",                                                                                    \
          .arg = "PASS",                                                                                     \
          .choices = asy__cost_passes,                                                                       \
          .help = "print the plan of the `forward` pass or of a training `step`, 128 rows" },                \
        { .name = "dot",                                                                                     \
          .arg = "PASS",                                                                                     \
          .choices = asy__cost_passes,                                                                       \
          .help = "the same for Graphviz's dot" },                                                           \
    {                                                                                                        \
        .name = "trace", .arg = "PASS", .choices = asy__cost_passes,                                         \
        .help = "run it on 4 random rows: range and mean of every value"                                     \
    }

/* Reads the options and `KEY=VALUE` operands; ASY_EXIT_OK or what asy_cli_usage returned. asked: any was
 * given. */
int asy__cost_read(asy_cli *, asy_cost_ask *, bool *asked);
/* Prints it; what cannot be planned is an error only if it was asked for. */
int asy__cost_print(asy_cli *, const asy_kind *, const asy_method *, const asy_cost_ask *, bool asked);
#endif
