// SPDX-License-Identifier: GPL-3.0-or-later
#include "study_args.h"

static const asy_option options[] = { ASY_RUN_OPTIONS, { .name = NULL } };

static int run(asy_cli *c)
{
    asy_spec_options o;
    asy_study *study = NULL;
    asy_diag *diag = asy_diag_new(c->arena);
    if (diag == NULL) return asy_cli_status(c, asy_arena_status(c->arena));
    asy_status s = asy_study_reopen(&study, c->arena, c->args[0], &o, diag);
    int code = s != ASY_OK ? asy_cli_status(c, s) : asy_cli_diag(c, diag);
    return code != 0 ? code : asy__cli_run(c, study, &o, c->args[0]);
}

const asy_command asy_command_worker = {
    .name = "worker",
    .summary = "do stages of a planned study beside other workers, until none is left",
    .usage = "DIR",
    .min_args = 1,
    .max_args = 1,
    .options = options,
    .rank = 32,
    .doc =
        "Any number of workers may share a study: each stage is claimed by its lock and done once. Whoever\n"
        "finishes last writes the report.",
    .run = run,
};
