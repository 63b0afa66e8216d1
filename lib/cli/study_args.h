// SPDX-License-Identifier: GPL-3.0-or-later
/* What the commands on a spec share: SPEC [PATH=VALUE…] with --arm, --seed, --smoke, --allow. */
#ifndef ASY_CLI_STUDY_ARGS_H
#define ASY_CLI_STUDY_ARGS_H
#include "../run/run.h"
#include "cli.h"

#define ASY_STUDY_OPTIONS                                                                                    \
    { .name = "arm", .arg = "A,B", .help = "only these arms" },                                              \
        { .name = "seed", .arg = "N,M", .help = "only these seeds" },                                        \
    {                                                                                                        \
        .name = "smoke", .help = "every stage on a few rows"                                                 \
    }

/* … and what the commands that compute share. */
#define ASY_RUN_OPTIONS \
    { .name = "threads", .arg = "N", .help = "threads in all; every core by default. Changes no result." }, \
    { .name = "progress", .arg = "HOW", .choices = asy__progress_words, .help = "auto, bar, plain or none" }, \
    { .name = "retry-failed", .help = "try failed stages again" }, \
    { .name = "fail-fast", .help = "stop at the first failed stage" }, \
    { .name = "no-report", .help = "leave the report for later" }, \
    { .name = "json", .help = "one JSON document on stdout at the end" }
extern const char *const asy__progress_words[];     /* in the order of asy_progress */

/* Reads the spec of the command line. *code: the exit code if the study is not usable (everything wrong has
 * been said), else 0; warnings are said. */
asy_study *asy__cli_study(asy_cli *, asy_spec_options *, int *code);
/* The same with options that are partly filled; arguments that `other` takes are no overrides. */
asy_study *asy__cli_study_with(asy_cli *, asy_spec_options *, bool (*other)(const char *), int *code);
/* Runs, reports and says where the result is: the common end of `run` and `resume`. */
int asy__cli_run(asy_cli *, asy_study *, const asy_spec_options *, const char *dir);
#endif
