// SPDX-License-Identifier: GPL-3.0-or-later
#include "study_args.h"

#include <string.h>

static const asy_option options[] = {
    { .name = "output", .letter = 'o', .arg = "DIR", .help = "the study's folder; results/NAME by default" },
    { .name = "zip", .help = "go through all axes side by side instead of every combination" },
    ASY_STUDY_OPTIONS,
    ASY_RUN_OPTIONS,
    { .name = NULL }
};

/* A comma outside brackets and quotes makes an argument an axis. */
static bool is_axis(const char *arg)
{
    int depth = 0;
    char quote = 0;
    const char *p = strchr(arg, '=');
    for (p = p != NULL ? p + 1 : ""; *p != 0; p++) {
        if (quote != 0) quote = *p == quote ? 0 : quote;
        else if (*p == '"' || *p == '\'') quote = *p;
        else if (*p == '[' || *p == '{') depth++;
        else if (*p == ']' || *p == '}') depth--;
        else if (*p == ',' && depth == 0) return true;
    }
    return false;
}

static int run(asy_cli *c)
{
    const char **axes = ASY_NEWN(c->arena, c->n_args, const char *);
    asy_spec_options o = { .axes = axes, .zip = asy_cli_has(c, "zip") };
    int code;
    if (axes == NULL) return asy_cli_status(c, asy_arena_status(c->arena));
    for (int i = 1; i < c->n_args; i++)
        if (is_axis(c->args[i])) axes[o.n_axes++] = c->args[i];
    if (o.n_axes == 0) return asy_cli_usage(c, "no argument is an axis, such as train.optimizer.lr=0.01,0.1");
    asy_study *study = asy__cli_study_with(c, &o, is_axis, &code);
    if (study == NULL) return code;
    return asy__cli_run(c, study, &o, asy_cli_get(c, "output"));
}

const asy_command asy_command_sweep = {
    .name = "sweep",
    .summary = "run with more axes: every combination of the values given",
    .usage = "SPEC PATH=V1,V2… [PATH=VALUE…]",
    .min_args = 2,
    .max_args = -1,
    .options = options,
    .rank = 21,
    .doc = "Commas separate values here and nowhere else. What the spec sweeps itself stays; an axis of the "
           "same\n"
           "path is an error. A study folder can be swept again with other values: what is done is kept.",
    .run = run,
};
