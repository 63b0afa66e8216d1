// SPDX-License-Identifier: GPL-3.0-or-later
#include "study_args.h"

static const asy_option options[] = {
    { .name = "output", .letter = 'o', .arg = "DIR", .help = "the study's folder; results/NAME by default" },
    ASY_STUDY_OPTIONS,
    ASY_RUN_OPTIONS,
    { .name = NULL }
};

static int run(asy_cli *c)
{
    asy_spec_options o;
    int code;
    asy_study *study = asy__cli_study(c, &o, &code);
    if (study == NULL) return code;
    return asy__cli_run(c, study, &o, asy_cli_get(c, "output"));
}

const asy_command asy_command_run = {
    .name = "run",
    .summary = "validate, plan, execute, report",
    .usage = "SPEC [PATH=VALUE…]",
    .min_args = 1,
    .max_args = -1,
    .options = options,
    .rank = 20,
    .doc = "What is done already is not done again: stages are found by the hash of what they depend on.",
    .run = run,
};
