// SPDX-License-Identifier: GPL-3.0-or-later
#include "study_args.h"

static const asy_option options[] = { { .name = "json", .help = "diagnostics as JSON lines" },
                                      { .name = NULL } };

static int check(asy_cli *c, const char *path)
{
    asy_study *study = NULL;
    asy_spec_options o = { 0 };
    asy_diag *diag = asy_diag_new(c->arena);
    if (diag == NULL) return asy_cli_status(c, asy_arena_status(c->arena));
    asy_status s = asy_study_read(&study, c->arena, path, &o, diag);
    int code = s != ASY_OK ? asy_cli_status(c, s) : asy_cli_diag(c, diag);
    if (code == 0 && !c->quiet && !c->json)
        asy_cli_say(stdout, "%s: good · %d arm%s × %d seed%s = %d run%s, %d stages\n", path, study->n_arms,
               study->n_arms == 1 ? "" : "s", study->n_seeds, study->n_seeds == 1 ? "" : "s", study->n_runs,
               study->n_runs == 1 ? "" : "s", study->n_stages);
    return code;
}

static int run(asy_cli *c)
{
    int worst = 0;
    for (int i = 0; i < c->n_args; i++) {
        int code = check(c, c->args[i]);
        if (worst == 0 || (code != 0 && code < worst)) worst = code;
    }
    return worst;
}

const asy_command asy_command_check = {
    .name = "check",
    .summary = "everything that is wrong with a spec, without computing",
    .usage = "SPEC…",
    .min_args = 1,
    .max_args = -1,
    .options = options,
    .rank = 10,
    .run = run,
};
