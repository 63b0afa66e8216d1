// SPDX-License-Identifier: GPL-3.0-or-later
#include "../base/io.h"
#include "../report/report.h"
#include "cli.h"

static const asy_option options[] = {
    { .name = "metric", .arg = "NAME", .help = "only this one, such as accuracy" }, { .name = NULL }
};

static int run(asy_cli *c)
{
    asy_buf lines;
    asy_comparison n;
    for (int i = 0; i < 2; i++) {
        char *path = asy_path_join(c->arena, c->args[i], "study.json");
        if (path == NULL) return asy_cli_status(c, asy_arena_status(c->arena));
        if (!asy_io_exists(path))
            return asy_cli_usage(c, "`%s` is not a study: it has no study.json", c->args[i]);
    }
    asy_buf_init(&lines, 64 << 20);
    asy_status s = asy_report_compare(c->args[0], c->args[1], asy_cli_get(c, "metric"), &lines, &n);
    if (s == ASY_OK) {
        asy_cli_say(stdout, "%s → %s: %d values in both, %d the same to the bit\n", c->args[0], c->args[1],
                    n.values, n.same);
        fputs(asy_buf_text(&lines), stdout);
    }
    asy_buf_free(&lines);
    if (s != ASY_OK) return asy_cli_status(c, s);
    if (n.values == 0) return asy_cli_usage(c, "the two have no run in common: no arm with the same seed");
    return n.significant > 0 ? ASY_EXIT_FINDINGS : ASY_EXIT_OK;
}

const asy_command asy_command_compare = {
    .name = "compare",
    .summary = "two studies: what differs in their specs and results",
    .usage = "A B",
    .min_args = 2,
    .max_args = 2,
    .options = options,
    .rank = 41,
    .doc = "Runs are paired by arm, axis values and seed; a difference is B − A with its 95 % paired t "
           "interval.\n"
           "Exit code 1: some difference has a Holm-corrected p below 0.05.",
    .run = run,
};
