// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside the command line: the words of argv taken apart. */
#ifndef ASY_CLI_OPTIONS_H
#define ASY_CLI_OPTIONS_H
#include "cli.h"

extern const asy_option asy__cli_globals[];     /* what every command has */
/* Fills the context. False: something was wrong and has been said. The command may stay NULL (no word was
 * one). */
bool asy__cli_parse(asy_cli *, int argc, const char *const argv[]);
/* --color, NO_COLOR, CLICOLOR_FORCE, FORCE_COLOR, TERM, a terminal */
bool asy__cli_color(const asy_cli *, int fd);
int  asy__cli_command_names(asy_arena *, const char *const **names);
#endif
