// SPDX-License-Identifier: GPL-3.0-or-later
/* Options may stand anywhere, `--` ends them, no prefix is accepted. */
#include "options.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const when[] = { "auto", "always", "never", NULL };
const asy_option asy__cli_globals[] = {
    { .name = "help", .letter = 'h', .help = "this text" },
    { .name = "quiet", .letter = 'q', .help = "only warnings, errors and the result" },
    { .name = "verbose", .letter = 'v', .help = "say more; twice: everything" },
    { .name = "directory", .letter = 'C', .arg = "DIR", .help = "as if started in DIR" },
    { .name = "color", .arg = "WHEN", .choices = when, .help = "auto, always or never" },
    { .name = NULL }
};

typedef struct {
    asy_cli *c;
    int argc;
    const char *const *argv;
    int i, command_at;
    bool ended;
    int *number;
    const char **args;
} words;

static const asy_option *by_name(const asy_option *table, const char *name, size_t n)
{
    for (const asy_option *o = table; o && o->name; o++)
        if (strncmp(o->name, name, n) == 0 && !o->name[n]) return o;
    return NULL;
}

static const asy_option *by_letter(const asy_option *table, char letter)
{
    for (const asy_option *o = table; o && o->name; o++)
        if (o->letter == letter) return o;
    return NULL;
}

static void unknown_option(asy_cli *c, const char *word, size_t n)
{
    const asy_option *tables[] = { c->command ? c->command->options : NULL, asy__cli_globals };
    const char *names[64], *bare = asy_strndup(c->arena, word, n);
    int count = 0;
    for (int t = 0; t < 2; t++)
        for (const asy_option *o = tables[t]; o && o->name && count < 64; o++) names[count++] = o->name;
    if (c->command) asy_cli_say(stderr, "error: `%s` has no option `%s`\n", c->command->name, bare ? bare : "");
    else            asy_cli_say(stderr, "error: there is no option `%s` before a command\n", bare ? bare : "");
    const char *name = bare ? bare + strspn(bare, "-") : "";
    asy_cli_hint(c, name, count, names, "--");
}

static bool good_choice(asy_cli *c, const asy_option *o, const char *value)
{
    int n = 0;
    for (; o->choices && o->choices[n]; n++)
        if (strcmp(o->choices[n], value) == 0) return true;
    if (!o->choices) return true;
    asy_cli_say(stderr, "error: `--%s` cannot be `%s`; it takes", o->name, value);
    for (int i = 0; i < n; i++) fprintf(stderr, "%s %s", i ? "," : "", o->choices[i]);
    fputc('\n', stderr);
    asy_cli_hint(c, value, n, o->choices, "");
    return false;
}

/* `value`: what stood in the same word after the option; NULL: take the next word if the option wants an
 * argument. */
static bool give(words *w, const asy_option *o, const char *value)
{
    asy_cli *c = w->c;
    if (!o->arg && value) {
        asy_cli_say(stderr, "error: `--%s` takes no value\n", o->name);
        return false;
    }
    if (o->arg && !value) {
        if (w->i + 1 >= w->argc) {
            asy_cli_say(stderr, "error: `--%s` needs a value: --%s %s\n", o->name, o->name, o->arg);
            return false;
        }
        value = w->argv[++w->i];
    }
    if (o->arg && !good_choice(c, o, value)) return false;
    c->given[c->n_given].option = o;
    c->given[c->n_given++].value = o->arg ? value : "";
    return true;
}

static bool long_option(words *w, const char *word)
{
    const char *name = word + 2;
    size_t n = strcspn(name, "=");
    const asy_option *o = w->c->command ? by_name(w->c->command->options, name, n) : NULL;
    if (!o) o = by_name(asy__cli_globals, name, n);
    if (!o) return unknown_option(w->c, word, n + 2), false;
    return give(w, o, name[n] ? name + n + 1 : NULL);
}

static bool short_options(words *w, const char *word)
{
    for (const char *s = word + 1; *s; s++) {
        const asy_option *o = w->c->command ? by_letter(w->c->command->options, *s) : NULL;
        if (!o) o = by_letter(asy__cli_globals, *s);
        if (!o) return unknown_option(w->c, word, strlen(word)), false;
        if (!o->arg && !give(w, o, NULL)) return false;
        if (o->arg) return give(w, o, s[1] ? s + 1 : NULL);
    }
    return true;
}

static bool command_word(words *w, const char *word)
{
    const char *const *names;
    w->c->command = asy_command_find(word);
    w->command_at = w->i;
    if (w->c->command) return true;
    asy_cli_say(stderr, "error: there is no command `%s`\n", word);
    int n = asy__cli_command_names(w->c->arena, &names);
    asy_cli_hint(w->c, word, n, names, "");
    fprintf(stderr, "   = help: all commands: assay --help\n");
    return false;
}

bool asy__cli_parse(asy_cli *c, int argc, const char *const argv[])
{
    size_t letters = 1;
    for (int i = 1; i < argc; i++) letters += strlen(argv[i]);
    words w = { .c = c, .argc = argc, .argv = argv };
    c->given = ASY_NEWN(c->arena, letters, struct asy_given);
    w.args = ASY_NEWN(c->arena, argc + 1, const char *);
    w.number = ASY_NEWN(c->arena, argc + 1, int);
    if (!c->given || !w.args || !w.number) {
        fprintf(stderr, "error: out of memory\n");
        return false;
    }
    c->args = w.args;
    c->arg_number = w.number;
    for (w.i = 1; w.i < argc; w.i++) {
        const char *word = argv[w.i];
        bool option = !w.ended && word[0] == '-' && word[1];
        if (option && strcmp(word, "--") == 0) { w.ended = true; continue; }
        if (option && strcmp(word, "--version") == 0 && !c->command) {
            c->command = asy_command_find("version");
            continue;
        }
        if (option ? !(word[1] == '-' ? long_option(&w, word) : short_options(&w, word))
                   : !c->command && !command_word(&w, word))
            return false;
        if (option || w.command_at == w.i) continue;
        w.args[c->n_args] = word;
        w.number[c->n_args++] = w.i - w.command_at;
    }
    return true;
}

static bool is_set(const char *name)
{
    const char *v = getenv(name);
    return v && *v;
}

bool asy__cli_color(const asy_cli *c, int fd)
{
    const char *how = asy_cli_get(c, "color"), *term = getenv("TERM"), *force = getenv("CLICOLOR_FORCE");
    if (how && strcmp(how, "auto") != 0) return strcmp(how, "always") == 0;
    if (is_set("NO_COLOR")) return false;
    if ((force && *force && strcmp(force, "0") != 0) || is_set("FORCE_COLOR")) return true;
    return isatty(fd) && !(term && strcmp(term, "dumb") == 0);
}
