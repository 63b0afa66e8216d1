// SPDX-License-Identifier: GPL-3.0-or-later
/* verify [KIND | NAME]: known answers, found again on this machine. verify DIR (with a `/`): a study's
 * files against its manifest. */
#include "cli.h"
#include "../base/json.h"
#include "../base/sys.h"
#include "../method/registry.h"
#include "../run/run.h"
#include <math.h>
#include <string.h>

static const asy_option options[] = { { .name = "json", .help = "one array" }, { .name = NULL } };

typedef struct { bool json, quiet; asy_jw *w; asy_known_env env; int n, missed; } check;

static void number(double v, char out[40])
{
    (void)snprintf(out, 40, "%.9g", v);
}

static void row(check *k, const asy_known_table *t, const asy_known *a, asy_status s, double found, bool good)
{
    char expected[40], got[40];
    if (k->json) {
        asy_jw_object(k->w);
        asy_jw_key(k->w, "error"), asy_jw_text(k->w, s == ASY_OK ? NULL : asy_error_text());
        asy_jw_key(k->w, "expected"), asy_jw_num(k->w, a->expected);
        asy_jw_key(k->w, "found"), asy_jw_num(k->w, found);
        asy_jw_key(k->w, "kind"), asy_jw_text(k->w, t->kind);
        asy_jw_key(k->w, "known"), asy_jw_text(k->w, a->name);
        asy_jw_key(k->w, "method"), asy_jw_text(k->w, t->method);
        asy_jw_key(k->w, "source"), asy_jw_text(k->w, a->source);
        asy_jw_key(k->w, "tolerance"), asy_jw_num(k->w, a->tolerance);
        asy_jw_key(k->w, "verdict"), asy_jw_text(k->w, good ? "found" : "missed");
        asy_jw_object_end(k->w);
        return;
    }
    if (good && k->quiet) return;
    number(a->expected, expected);
    number(found, got);
    printf("%-16s %-46s %16s %16s  %s", t->method, a->name, expected, got, good ? "found" : "MISSED");
    if (s != ASY_OK) printf(" (%s)", asy_error_text());
    putchar('\n');
}

static asy_status answer(check *k, const asy_known_table *t, const asy_known *a)
{
    double found = NAN;
    asy_arena *arena = asy_arena_new(0);
    if (!arena) return ASY_ENOMEM;
    k->env.arena = arena;
    asy_error_clear();
    asy_status s = a->found(&k->env, &found);
    bool good = s == ASY_OK && (found == a->expected || fabs(found - a->expected) <= a->tolerance);
    row(k, t, a, s, found, good);
    k->n++;
    k->missed += !good;
    asy_arena_free(arena);
    return ASY_OK;
}

static int unknown(asy_cli *c, const char *word)
{
    const char *const *names;
    int n = asy_spot_names(c->arena, NULL, &names);
    if (asy_kind_find(word) || asy_method_find(word, NULL, NULL, NULL)) {
        asy_cli_say(stderr, "error: nothing is known of `%s`\n   = help: what is known: assay verify\n", word);
        return ASY_EXIT_USAGE;
    }
    asy_cli_say(stderr, "error: no kind and no method is called `%s`\n", word);
    asy_cli_hint(c, word, n, names, "");
    asy_cli_say(stderr, "   = help: a study's folder is written with a `/`: ./%s\n", word);
    return ASY_EXIT_USAGE;
}

static int answers(asy_cli *c, const char *word)
{
    asy_buf out;
    asy_jw w;
    check k = { .json = c->json, .quiet = c->quiet, .w = &w };
    const asy_kind *kind = word ? asy_kind_find(word) : NULL;
    asy_status s = asy_pool_new(&k.env.pool, asy_cpu_get()->cores);
    if (s != ASY_OK) return asy_cli_status(c, s);
    asy_buf_init(&out, 64 << 20);
    asy_jw_init(&w, &out, 1);
    asy_jw_list(&w);
    for (const asy_known_table *t = asy_known_tables; t->kind && s == ASY_OK; t++) {
        if (word && !(kind && strcmp(kind->name, t->kind) == 0) && strcmp(word, t->method) != 0) continue;
        if (k.n == 0 && !c->json && !c->quiet)
            printf("%-16s %-46s %16s %16s  verdict\n", "method", "what is known", "expected", "found");
        for (const asy_known *a = t->answers; a->name && s == ASY_OK; a++) s = answer(&k, t, a);
    }
    asy_jw_list_end(&w);
    asy_pool_free(k.env.pool);
    if (s == ASY_OK && c->json && k.n) puts(asy_buf_text(&out));
    asy_buf_free(&out);
    if (s != ASY_OK) return asy_cli_status(c, s);
    if (k.n == 0) return word ? unknown(c, word) : asy_cli_usage(c, "this build holds no known answers");
    if (!c->json) printf("%d known answers, %d missed\n", k.n, k.missed);
    return k.missed ? ASY_EXIT_FINDINGS : ASY_EXIT_OK;
}

static int folder(asy_cli *c, const char *dir)
{
    asy_buf lines;
    int bad = 0;
    asy_buf_init(&lines, 64 << 20);
    asy_status s = asy_study_verify(dir, &lines, &bad);
    if (s == ASY_OK && c->json) {
        asy_buf out;
        asy_jw w;
        asy_buf_init(&out, 128 << 20);
        asy_jw_init(&w, &out, 1);
        asy_jw_list(&w);
        for (const char *line = asy_buf_text(&lines); *line;
             line += strcspn(line, "\n"), line += *line == '\n')
            asy_jw_text(&w, asy_strndup(c->arena, line, strcspn(line, "\n")));
        asy_jw_list_end(&w);
        puts(asy_buf_text(&out));
        asy_buf_free(&out);
    } else if (s == ASY_OK) {
        asy_buf clean;
        asy_buf_init(&clean, 64 << 20);
        asy_buf_put_clean(&clean, asy_buf_text(&lines));
        fputs(asy_buf_text(&clean), stdout);
        asy_buf_free(&clean);
        asy_cli_say(stdout, "%s: %d file%s not as the manifest says\n", dir, bad, bad == 1 ? "" : "s");
    }
    asy_buf_free(&lines);
    return s != ASY_OK ? asy_cli_status(c, s) : bad ? ASY_EXIT_FINDINGS : ASY_EXIT_OK;
}

static int run(asy_cli *c)
{
    const char *word = c->n_args ? c->args[0] : NULL;
    return word && strchr(word, '/') ? folder(c, word) : answers(c, word);
}

const asy_command asy_command_verify = {
    .name = "verify",
    .summary = "known answers on this machine; or, of a folder, every file against its manifest",
    .usage = "[KIND | NAME | DIR/]",
    .max_args = 1,
    .options = options,
    .rank = 42,
    .doc = "A word with a `/` is a study's folder, any other a kind or a method. Exit code 1 if something is "
           "not as it must be.",
    .run = run,
};
