// SPDX-License-Identifier: GPL-3.0-or-later
/* completions SHELL: what a shell needs to complete commands, options, their words and the registry's names;
 * from the tables of commands and methods. */
#include "../method/registry.h"
#include "options.h"

#include <string.h>

static const char *const shells[] = { "bash", "zsh", "fish", NULL };
static const asy_option options[] = { { .name = NULL } };

static void option_words(const asy_option *o)
{
    for (; o != NULL && o->name != NULL; o++) {
        printf(" --%s", o->name);
        if (o->letter != 0) printf(" -%c", o->letter);
    }
}

static void names_of_methods(void)
{
    int n;
    for (const asy_kind *const *k = asy_kinds; *k != NULL; k++) {
        const asy_method *const *all = (*k)->methods(&n);
        for (int i = 0; i < n; i++) {
            printf(" %s", all[i]->name);
            for (const asy_preset *p = all[i]->presets; p != NULL && p->name != NULL; p++)
                printf(" %s", p->name);
        }
    }
}

static void names_of_kinds(void)
{
    for (const asy_kind *const *k = asy_kinds; *k != NULL; k++) printf(" %s %s", (*k)->name, (*k)->plural);
    printf(" all");
}

/* Words that may follow a command, by what its operands are called in its usage. */
static void operands(const asy_command *c)
{
    if (strcmp(c->name, "describe") == 0) names_of_methods(), names_of_kinds();
    else if (strcmp(c->name, "list") == 0 || strcmp(c->name, "verify") == 0) names_of_kinds();
    else if (strcmp(c->name, "completions") == 0) printf(" bash zsh fish");
    else if (strcmp(c->name, "help") == 0)
        for (const asy_command *const *all = asy_commands; *all != NULL; all++) printf(" %s", (*all)->name);
}

static void bash_choices(const asy_option *o, const asy_command *c)
{
    for (; o != NULL && o->name != NULL; o++) {
        if (o->choices == NULL) continue;
        printf("    %s:--%s) words=\"", c != NULL ? c->name : "*", o->name);
        for (int i = 0; o->choices[i] != NULL; i++) printf("%s%s", i > 0 ? " " : "", o->choices[i]);
        printf("\" ;;\n");
    }
}

/* zsh reads this too, by bashcompinit. */
static void bash(void)
{
    printf("# bash completion of assay; made by `assay completions bash`\n_assay() {\n"
           "  local word=${COMP_WORDS[COMP_CWORD]} last=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} "
           "words=\n"
           "  COMPREPLY=()\n  if [ \"$COMP_CWORD\" = 1 ]; then\n    COMPREPLY=($(compgen -W \"");
    for (const asy_command *const *c = asy_commands; *c != NULL; c++) printf("%s ", (*c)->name);
    printf("\" -- \"$word\"))\n    return\n  fi\n  case $command:$last in\n");
    for (const asy_command *const *c = asy_commands; *c != NULL; c++) bash_choices((*c)->options, *c);
    bash_choices(asy__cli_globals, NULL);
    printf("  esac\n  if [ -n \"$words\" ]; then\n    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n    "
           "return\n  fi\n"
           "  case $command in\n");
    for (const asy_command *const *c = asy_commands; *c != NULL; c++) {
        printf("    %s) words=\"", (*c)->name);
        option_words((*c)->options);
        option_words(asy__cli_globals);
        operands(*c);
        printf("\" ;;\n");
    }
    printf("  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
           "  case $word in -*) ;; *) COMPREPLY+=($(compgen -f -- \"$word\")) ;; esac\n}\n"
           "complete -o filenames -F _assay assay\n");
}

static void fish_option(const char *command, const asy_option *o)
{
    for (; o != NULL && o->name != NULL; o++) {
        printf("complete -c assay");
        if (command != NULL) printf(" -n '__fish_seen_subcommand_from %s'", command);
        printf(" -l %s", o->name);
        if (o->letter != 0) printf(" -s %c", o->letter);
        if (o->arg != NULL) printf(" -r");
        if (o->choices != NULL) {
            printf(" -a '");
            for (int i = 0; o->choices[i] != NULL; i++) printf("%s%s", i > 0 ? " " : "", o->choices[i]);
            printf("'");
        }
        printf(" -d \"%s\"\n", o->help);
    }
}

static void fish(void)
{
    printf("# fish completion of assay; made by `assay completions fish`\n");
    for (const asy_command *const *c = asy_commands; *c != NULL; c++) {
        printf("complete -c assay -n __fish_use_subcommand -a %s -d \"%s\"\n", (*c)->name, (*c)->summary);
        fish_option((*c)->name, (*c)->options);
        printf("complete -c assay -n '__fish_seen_subcommand_from %s' -a '", (*c)->name);
        operands(*c);
        printf("'\n");
    }
    fish_option(NULL, asy__cli_globals);
}

static int run(asy_cli *c)
{
    const char *shell = c->args[0];
    if (strcmp(shell, "fish") == 0) fish();
    else if (strcmp(shell, "bash") == 0) bash();
    else if (strcmp(shell, "zsh") == 0)
        printf("#compdef assay\nautoload -U +X bashcompinit && bashcompinit\n"), bash();
    else {
        int code = asy_cli_usage(c, "completions are there for bash, zsh and fish, not for `%s`", shell);
        asy_cli_hint(c, shell, 3, shells, "");
        return code;
    }
    return ASY_EXIT_OK;
}

const asy_command asy_command_completions = {
    .name = "completions",
    .summary = "what bash, zsh or fish needs to complete commands, options and names",
    .usage = "bash|zsh|fish",
    .min_args = 1,
    .max_args = 1,
    .options = options,
    .rank = 58,
    .doc = "bash: assay completions bash > ~/.local/share/bash-completion/completions/assay",
    .run = run,
};
