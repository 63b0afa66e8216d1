// SPDX-License-Identifier: GPL-3.0-or-later
#include "options.h"
#include "../base/sys.h"
#include <string.h>

static void option_lines(FILE *f, const asy_option *table)
{
    for (const asy_option *o = table; o && o->name; o++) {
        char left[64], letter[] = { '-', o->letter, ',', ' ', '\0' };
        (void)snprintf(left, sizeof left, "%s--%s%s%s", o->letter ? letter : "    ", o->name,
                       o->arg ? " " : "", o->arg ? o->arg : "");
        fprintf(f, "  %-22s  %s\n", left, o->help);
    }
}

static void command_help(FILE *f, const asy_command *c)
{
    fprintf(f, "assay %s: %s\n\nusage: assay %s [OPTIONS]%s%s\n", c->name, c->summary, c->name,
            *c->usage ? " " : "", c->usage);
    if (c->doc) fprintf(f, "\n%s\n", c->doc);
    fputs("\noptions:\n", f);
    option_lines(f, c->options);
    option_lines(f, asy__cli_globals);
}

/* By rank, then by name, without a second array. */
static const asy_command *after(const asy_command *last)
{
    const asy_command *best = NULL;
    for (const asy_command *const *c = asy_commands; *c; c++) {
        bool later = !last || (*c)->rank > last->rank ||
                     ((*c)->rank == last->rank && strcmp((*c)->name, last->name) > 0);
        if (later && (!best || (*c)->rank < best->rank)) best = *c;
    }
    return best;
}

void asy_cli_help(FILE *f, const asy_command *command)
{
    if (command) { command_help(f, command); return; }
    fprintf(f,
            "Assay %s: experiments in robustness, privacy and data-centric machine learning\n\nusage: assay "
            "COMMAND [OPTIONS] [ARGS]\n\ncommands:\n",
            asy_version());
    for (const asy_command *c = after(NULL); c; c = after(c)) fprintf(f, "  %-10s %s\n", c->name, c->summary);
    fputs("\noptions of every command:\n", f);
    option_lines(f, asy__cli_globals);
    fputs("\n`assay COMMAND --help` says more. Exit codes: 0 done; 1 done, with findings; 2 command line or "
          "spec; 3 data; 4 model file;\n"
          "5 some runs failed; 6 a limit (memory, disk); 7 somebody else holds it; 70 a bug; 75 stopped on "
          "request, run again to go on.\n",
          f);
}
