// SPDX-License-Identifier: GPL-3.0-or-later
#include "options.h"

static int run(asy_cli *c)
{
    const asy_command *command = c->n_args ? asy_command_find(c->args[0]) : NULL;
    if (c->n_args && !command) {
        const char *const *names;
        int n = asy__cli_command_names(c->arena, &names);
        asy_cli_say(stderr, "error: there is no command `%s`\n", c->args[0]);
        asy_cli_hint(c, c->args[0], n, names, "");
        return ASY_EXIT_USAGE;
    }
    asy_cli_help(stdout, command);
    return ASY_EXIT_OK;
}

const asy_command asy_command_help = {
    .name = "help",
    .summary = "this list, or what a command takes",
    .usage = "[COMMAND]",
    .max_args = 1,
    .rank = 90,
    .run = run,
};
