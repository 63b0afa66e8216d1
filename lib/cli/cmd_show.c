// SPDX-License-Identifier: GPL-3.0-or-later
#include "study_args.h"

static const asy_option options[] = { ASY_STUDY_OPTIONS,
                                      { .name = "origin",
                                        .help = "a line a value, with the place that it comes from" },
                                      { .name = NULL } };

static int run(asy_cli *c)
{
    asy_spec_options o;
    int code;
    asy_buf out;
    asy_study *study = asy__cli_study(c, &o, &code);
    if (study == NULL) return code;
    asy_buf_init(&out, 64 << 20);
    asy_study_show(study, NULL, asy_cli_has(c, "origin"), &out);
    fputs(asy_buf_text(&out), stdout);
    code = asy_cli_status(c, asy_buf_status(&out));
    asy_buf_free(&out);
    return code;
}

const asy_command asy_command_show = {
    .name = "show",
    .summary = "the resolved spec, every default filled in",
    .usage = "SPEC [PATH=VALUE…]",
    .min_args = 1,
    .max_args = -1,
    .options = options,
    .rank = 14,
    .doc = "Shows the first arm, or the one that --arm names.",
    .run = run,
};
