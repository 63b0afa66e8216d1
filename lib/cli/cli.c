// SPDX-License-Identifier: GPL-3.0-or-later
#include "options.h"
#include "../base/log.h"
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *asy_cli_get(const asy_cli *c, const char *option)
{
    for (int i = c->n_given; i-- > 0;)
        if (strcmp(c->given[i].option->name, option) == 0) return c->given[i].value;
    return NULL;
}

bool asy_cli_has(const asy_cli *c, const char *option)
{
    return asy_cli_get(c, option) != NULL;
}

int asy_cli_all(asy_cli *c, const char *option, bool commas, const char *const **values)
{
    int n = 0;
    size_t most = 1;
    for (int i = 0; i < c->n_given; i++) most += strlen(c->given[i].value) + 1;
    const char **all = ASY_NEWN(c->arena, most, const char *);
    *values = all;
    for (int i = 0; i < c->n_given && all; i++) {
        if (strcmp(c->given[i].option->name, option) != 0) continue;
        const char *s = c->given[i].value;
        for (size_t k; commas && s[k = strcspn(s, ",")]; s += k + 1) all[n++] = asy_strndup(c->arena, s, k);
        all[n++] = s;
    }
    return n;
}

static void say(FILE *to, const char *fmt, va_list ap) ASY_PRINTF(2, 0);
static void say(FILE *to, const char *fmt, va_list ap)
{
    char text[8192]; /* a sentence and a path or two */
    asy_buf out;
    if (vsnprintf(text, sizeof text, fmt, ap) < 0) return;
    asy_buf_init(&out, sizeof text);
    asy_buf_put_clean(&out, text);
    fputs(asy_buf_text(&out), to);
    asy_buf_free(&out);
}

void asy_cli_say(FILE *to, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say(to, fmt, ap);
    va_end(ap);
}

int asy_cli_usage(asy_cli *c, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fputs("error: ", stderr);
    say(stderr, fmt, ap);
    va_end(ap);
    fprintf(stderr, "\n   = help: assay %s --help\n", c->command->name);
    return ASY_EXIT_USAGE;
}

int asy_exit_code(asy_status s)
{
    switch (s) {
    case ASY_OK:      return ASY_EXIT_OK;
    case ASY_EDATA:   case ASY_EPARSE: return ASY_EXIT_DATA;
    case ASY_EMODEL:  return ASY_EXIT_MODEL;
    case ASY_EFINITE: return ASY_EXIT_RUNS;
    case ASY_ENOMEM:  case ASY_EFULL: case ASY_EIO: return ASY_EXIT_LIMIT;
    case ASY_EBUSY:   return ASY_EXIT_BUSY;
    case ASY_EBUG:    return ASY_EXIT_BUG;
    case ASY_ESTOP:   return ASY_EXIT_STOPPED;
    default:          return ASY_EXIT_USAGE;
    }
}

int asy_cli_status(asy_cli *c, asy_status s)
{
    asy_error e;
    if (s == ASY_OK) return ASY_EXIT_OK;
    asy_error_get(&e);
    bool said = strncmp(e.text, "error[", 6) == 0; /* a diagnostic that became an error's text */
    asy_cli_say(stderr, "%s%s%s\n", s == ASY_EBUG ? "internal error (a bug in Assay)" : said ? "" : "error",
                said && s != ASY_EBUG ? "" : ": ", *e.text ? e.text : asy_status_name(s));
    for (int i = 0; i < e.n_frames && (c->verbose || s == ASY_EBUG); i++)
        fprintf(stderr, "   at %s:%d\n", e.frames[i].file, e.frames[i].line);
    return asy_exit_code(s);
}

int asy_cli_diag(asy_cli *c, const asy_diag *d)
{
    asy_buf out;
    asy_buf_init(&out, 16 << 20);
    if (c->json) asy_diag_render_json(d, &out);
    else         asy_diag_render(d, &out, c->color_err);
    fputs(asy_buf_text(&out), stderr);
    asy_buf_free(&out);
    return asy_exit_code(asy_diag_status(d));
}

void asy_cli_hint(const asy_cli *c, const char *word, int n, const char *const names[], const char *prefix)
{
    const char *second = NULL, *near = asy_near(word, n, names, &second);
    (void)c;
    /* a beginning suggests a name, it never stands for it */
    for (int i = 0; i < n && !near && strlen(word) > 1; i++)
        if (strncmp(names[i], word, strlen(word)) == 0) near = names[i];
    if (!near) return;
    fprintf(stderr, "   = help: did you mean `%s%s`", prefix, near);
    if (second) fprintf(stderr, " or `%s%s`", prefix, second);
    fputs("?\n", stderr);
}

const asy_command *asy_command_find(const char *name)
{
    for (const asy_command *const *c = asy_commands; *c; c++)
        if (strcmp((*c)->name, name) == 0) return *c;
    return NULL;
}

int asy__cli_command_names(asy_arena *a, const char *const **names)
{
    int n = 0;
    while (asy_commands[n]) n++;
    const char **all = ASY_NEWN(a, n + 1, const char *);
    for (int i = 0; i < n && all; i++) all[i] = asy_commands[i]->name;
    *names = all;
    return all ? n : 0;
}

static void log_line(void *ctx, asy_log_level level, const char *text)
{
    static const char *const names[] = { "error", "warning", "info", "debug" };
    (void)ctx;
    asy_cli_say(stderr, "%s: %s\n", names[level], text);
}

static void settle(asy_cli *c)
{
    for (int i = 0; i < c->n_given; i++) c->verbose += strcmp(c->given[i].option->name, "verbose") == 0;
    c->quiet = asy_cli_has(c, "quiet");
    c->json = asy_cli_has(c, "json");
    c->color_out = asy__cli_color(c, STDOUT_FILENO);
    c->color_err = asy__cli_color(c, STDERR_FILENO);
    asy_log_level most = c->verbose > 1 ? ASY_LOG_DEBUG : c->verbose ? ASY_LOG_INFO : ASY_LOG_WARN;
    asy_log_set_sink(log_line, NULL, most);
}

static int run(asy_cli *c)
{
    const asy_command *m = c->command;
    const char *dir = asy_cli_get(c, "directory");
    if (asy_cli_has(c, "help") || !m) {
        bool asked = asy_cli_has(c, "help");
        asy_cli_help(asked ? stdout : stderr, m);
        return asked ? ASY_EXIT_OK : ASY_EXIT_USAGE;
    }
    if (dir && chdir(dir) != 0) {
        asy_cli_say(stderr, "error: -C %s: %s\n", dir, strerror(errno));
        return ASY_EXIT_USAGE;
    }
    if (c->n_args < m->min_args) return asy_cli_usage(c, "`%s` needs %s", m->name, m->usage);
    if (m->max_args >= 0 && c->n_args > m->max_args)
        return asy_cli_usage(c, "`%s` takes %s%s, not `%s`", m->name, *m->usage ? "only " : "nothing",
                             m->usage, c->args[m->max_args]);
    return m->run(c);
}

int asy_cli_main(int argc, const char *const argv[])
{
    asy_cli c = { .arena = asy_arena_new(0), .argc = argc, .argv = argv };
    /* a reader that has seen enough ends us quietly, whatever the parent ignored */
    (void)signal(SIGPIPE, SIG_DFL);
    int code = ASY_EXIT_USAGE;
    if (asy__cli_parse(&c, argc, argv)) {
        settle(&c);
        code = run(&c);
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "error: stdout: %s\n", strerror(errno));
        code = code ? code : ASY_EXIT_LIMIT;
    }
    asy_log_set_sink(NULL, NULL, ASY_LOG_ERROR);
    asy_arena_free(c.arena);
    return code;
}
