// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli.h"
#include "codes.h"

#include <string.h>

static const asy_option options[] = { { .name = NULL } };

static void example(const char *title, const char *text)
{
    if (text == NULL) return;
    printf("\n%s:\n", title);
    for (const char *p = text; *p != 0; p += strcspn(p, "\n") + (p[strcspn(p, "\n")] == '\n'))
        printf("  %.*s\n", (int)strcspn(p, "\n"), p);
}

static int run(asy_cli *c)
{
    int n = 0;
    const char *codes[128];
    for (const asy_code_text *t = asy__code_texts; t->code != NULL && n < 128; t++) codes[n++] = t->code;
    for (int i = 0; i < n; i++) {
        const asy_code_text *t = &asy__code_texts[i];
        if (c->n_args == 0) {
            printf("%s  %s\n", t->code, t->title);
        } else if (strcmp(t->code, c->args[0]) == 0) {
            printf("%s: %s\n\n%s\n", t->code, t->title, t->text);
            example("wrong", t->wrong);
            example("right", t->right);
            return ASY_EXIT_OK;
        }
    }
    if (c->n_args == 0) return ASY_EXIT_OK;
    int code = asy_cli_usage(c, "no diagnostic has the code `%s`; without a code all are listed", c->args[0]);
    asy_cli_hint(c, c->args[0], n, codes, "");
    return code;
}

const asy_command asy_command_explain = {
    .name = "explain",
    .summary = "a diagnostic's code at length, with a wrong and a right example",
    .usage = "[CODE]",
    .min_args = 0,
    .max_args = 1,
    .options = options,
    .rank = 45,
    .run = run,
};
