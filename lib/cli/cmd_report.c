// SPDX-License-Identifier: GPL-3.0-or-later
#include "../base/io.h"
#include "../report/report.h"
#include "cli.h"

static int run(asy_cli *c)
{
    int worst = ASY_EXIT_OK;
    for (int i = 0; i < c->n_args; i++) {
        char *path = asy_path_join(c->arena, c->args[i], "study.json");
        if (path == NULL) return asy_cli_status(c, asy_arena_status(c->arena));
        if (!asy_io_exists(path)) {
            asy_cli_say(stderr, "`%s` is not a study: it has no study.json\n", c->args[i]);
            return ASY_EXIT_USAGE;
        }
        asy_status s = asy_report_write(c->args[i]);
        if (s != ASY_OK) worst = asy_cli_status(c, s);
        else if (!c->quiet) asy_cli_say(stdout, "written: %s/report.html\n", c->args[i]);
    }
    return worst;
}

static const asy_option options[] = { { .name = NULL } };

const asy_command asy_command_report = {
    .name = "report",
    .summary = "make tables, figures and the page again from stored results",
    .usage = "DIR…",
    .min_args = 1,
    .max_args = -1,
    .options = options,
    .rank = 40,
    .doc = "The report is a function of its folder: made twice it is the same bytes.",
    .run = run,
};
