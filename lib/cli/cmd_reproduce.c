// SPDX-License-Identifier: GPL-3.0-or-later
#include "../report/report.h"
#include "study_args.h"

static const asy_option options[] = {
    { .name = "output", .letter = 'o', .arg = "DIR", .help = "where it runs again; DIR.again by default" },
    ASY_RUN_OPTIONS,
    { .name = NULL }
};

static int run(asy_cli *c)
{
    asy_spec_options o;
    asy_study *study = NULL;
    asy_diag *diag = asy_diag_new(c->arena);
    const char *dir = c->args[0], *out = asy_cli_get(c, "output");
    if (out == NULL) out = asy_sprintf(c->arena, "%s.again", dir);
    if (diag == NULL || out == NULL) return asy_cli_status(c, asy_arena_status(c->arena));
    asy_status s = asy_study_reopen(&study, c->arena, dir, &o, diag);
    int code = s != ASY_OK ? asy_cli_status(c, s) : asy_cli_diag(c, diag);
    if (code != 0) return code;
    code = asy__cli_run(c, study, &o, out);
    if (code != ASY_EXIT_OK && code != ASY_EXIT_FINDINGS && code != ASY_EXIT_RUNS) return code;
    asy_buf lines;
    asy_comparison n;
    asy_buf_init(&lines, 64 << 20);
    s = asy_report_compare(dir, out, NULL, &lines, &n);
    if (s == ASY_OK) {
        asy_cli_say(stdout, "reproduced: %d of %d values the same to the bit\n", n.same, n.values);
        fputs(asy_buf_text(&lines), stdout);
    }
    asy_buf_free(&lines);
    if (s != ASY_OK) return asy_cli_status(c, s);
    return n.values == 0 || n.same < n.values ? ASY_EXIT_FINDINGS : ASY_EXIT_OK;
}

const asy_command asy_command_reproduce = {
    .name = "reproduce",
    .summary = "run a study's own spec again, elsewhere, and compare",
    .usage = "DIR",
    .min_args = 1,
    .max_args = 1,
    .options = options,
    .rank = 42,
    .doc = "The spec, its included files and its overrides are those that the folder keeps. Exit code 1: "
           "some value is\n"
           "not the same to the bit.",
    .run = run,
};
