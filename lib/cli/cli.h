// SPDX-License-Identifier: GPL-3.0-or-later
/* A command is one file, lib/cli/cmd_NAME.c, that ends in `const asy_command asy_command_NAME = {…};`
 * (tools/registry.sh finds it).
 * stdout carries the result, stderr the conversation (user-experience §2). */
#ifndef ASY_CLI_CLI_H
#define ASY_CLI_CLI_H
#include "../base/arena.h"
#include "../base/buf.h"
#include "../base/diag.h"
#include <stdio.h>

typedef struct asy_cli asy_cli;

typedef struct {
    const char *name;           /* "out" for --out; NULL ends the table */
    char letter;                /* 'o' for -o; 0: none */
    const char *arg;            /* the argument's name in help, "DIR"; NULL: a flag */
    const char *help;
    const char *const *choices; /* words that the argument must be one of; NULL: any text */
} asy_option;

typedef struct {
    const char *name, *summary;
    const char *usage;          /* operands, as in "SPEC [PATH=VALUE…]"; "": none */
    int min_args, max_args;     /* number of operands; max −1: any number */
    /* beside -h -q -v -C --color, which all commands have; NULL: none. A command that can answer in JSON
     * lists `json`. */
    const asy_option *options;
    const char *doc;            /* more lines for --help; NULL: none */
    int rank;                   /* order in `assay --help` */
    int (*run)(asy_cli *);      /* returns the exit code */
} asy_command;

enum {
    ASY_EXIT_OK = 0,
    ASY_EXIT_FINDINGS = 1,
    ASY_EXIT_USAGE = 2,
    ASY_EXIT_DATA = 3,
    ASY_EXIT_MODEL = 4,
    ASY_EXIT_RUNS = 5,
    ASY_EXIT_LIMIT = 6,
    ASY_EXIT_BUSY = 7,
    ASY_EXIT_BUG = 70,
    ASY_EXIT_STOPPED = 75
};

struct asy_cli {
    const asy_command *command;
    asy_arena *arena;               /* lives as long as the command */
    int n_args; const char *const *args;    /* operands */
    /* args[i] is word number arg_number[i] after the command's name, from 1: "command line, argument 2" */
    const int *arg_number;
    bool json, quiet, color_out, color_err;
    int verbose;
    int argc; const char *const *argv;      /* all of it, for a manifest */
    int n_given; struct asy_given { const asy_option *option; const char *value; } *given;
};

/* Of an option of the command's table: its last value ("" for a flag), NULL if it was not given. */
const char *asy_cli_get(const asy_cli *, const char *option);
bool        asy_cli_has(const asy_cli *, const char *option);
/* All values of an option that may be repeated, in order, NULL at the end; `A,B` counts as two where
 * `commas`. */
int         asy_cli_all(asy_cli *, const char *option, bool commas, const char *const **values);

/* fprintf for text that holds words of users or their files: no control character of theirs comes out. */
void        asy_cli_say(FILE *, const char *fmt, ...) ASY_PRINTF(2, 3);
/* Each says what is wrong on stderr and returns the exit code. */
int asy_cli_usage (asy_cli *, const char *fmt, ...) ASY_PRINTF(2, 3);  /* 2, with a pointer to --help */
/* by the calling thread's error text; 0 for ASY_OK, without a word */
int asy_cli_status(asy_cli *, asy_status);
/* everything collected, JSON lines under --json; 0 if there are only warnings */
int asy_cli_diag  (asy_cli *, const asy_diag *);
int asy_exit_code (asy_status);
/* "did you mean `--out`?" */
void asy_cli_hint (const asy_cli *, const char *word, int n, const char *const names[], const char *prefix);

extern const asy_command *const asy_commands[];         /* generated: sorted by name, NULL at the end */
const asy_command *asy_command_find(const char *name);
/* Parses and runs; returns the exit code. argv[0] is the program. */
int  asy_cli_main(int argc, const char *const argv[]);
void asy_cli_help(FILE *, const asy_command *);         /* NULL: the list of commands */
#endif
