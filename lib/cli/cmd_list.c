// SPDX-License-Identifier: GPL-3.0-or-later
/* list [KIND | TAG | all]: what the registry holds. */
#include "cli.h"
#include "../base/json.h"
#include "../method/registry.h"
#include <string.h>

static const asy_option options[] = { { .name = "json", .help = "one array" }, { .name = NULL } };

typedef struct { const asy_kind *kind; const char *tag; bool json, wide; asy_jw *w; int n; } listing;

static bool has_word(const char *words, const char *word, size_t n)
{
    for (const char *s = words; s && *s; s += strcspn(s, " "), s += *s == ' ')
        if (strncmp(s, word, n) == 0 && strcspn(s, " ") == n) return true;
    return false;
}

static void show(listing *l, const asy_kind *k, const asy_method *m, const asy_preset *p)
{
    const char *name = p ? p->name : m->name, *summary = p ? p->summary : m->summary;
    l->n++;
    if (!l->json) {
        if (l->wide) printf("%-12s ", k->name);
        printf("%-20s %s%s%s%s\n", name, summary, p ? "   (" : "", p ? m->name : "",
               p ? " with other defaults)" : "");
        return;
    }
    asy_jw_object(l->w);
    asy_jw_key(l->w, "cite"), asy_jw_text(l->w, p && p->cite ? p->cite : m->cite);
    asy_jw_key(l->w, "kind"), asy_jw_text(l->w, k->name);
    asy_jw_key(l->w, "name"), asy_jw_text(l->w, name);
    asy_jw_key(l->w, "preset_of"), asy_jw_text(l->w, p ? m->name : NULL);
    asy_jw_key(l->w, "revision"), asy_jw_int(l->w, m->revision);
    asy_jw_key(l->w, "summary"), asy_jw_text(l->w, summary);
    asy_jw_key(l->w, "tags"), asy_jw_text(l->w, m->tags ? m->tags : "");
    asy_jw_object_end(l->w);
}

static void walk(listing *l)
{
    int n;
    for (const asy_kind *const *k = asy_kinds; *k; k++) {
        if (l->kind && *k != l->kind) continue;
        const asy_method *const *all = (*k)->methods(&n);
        for (int i = 0; i < n; i++) {
            if (l->tag && !has_word(all[i]->tags, l->tag, strlen(l->tag))) continue;
            show(l, *k, all[i], NULL);
            for (const asy_preset *p = all[i]->presets; p && p->name; p++) show(l, *k, all[i], p);
        }
    }
}

/* A tag, or its plural: `defense`, `defenses`. */
static const char *find_tag(asy_arena *a, const char *word)
{
    size_t len = strlen(word), shorter = len > 1 && word[len - 1] == 's' ? len - 1 : len;
    int n;
    for (const asy_kind *const *k = asy_kinds; *k; k++) {
        const asy_method *const *all = (*k)->methods(&n);
        for (int i = 0; i < n; i++)
            for (size_t part = shorter; part <= len; part++)
                if (has_word(all[i]->tags, word, part)) return asy_strndup(a, word, part);
    }
    return NULL;
}

static void kinds(void)
{
    int n;
    for (const asy_kind *const *k = asy_kinds; *k; k++) {
        (void)(*k)->methods(&n);
        printf("%-12s %4d   %s\n", (*k)->plural, n, (*k)->summary);
    }
}

static int unknown(asy_cli *c, const char *word)
{
    const char *names[64] = { "all" };
    int n = 1;
    for (const asy_kind *const *k = asy_kinds; *k && n < 64; k++) names[n++] = (*k)->plural;
    asy_cli_say(stderr, "error: there is no kind `%s`\n", word);
    asy_cli_hint(c, word, n, names, "");
    fprintf(stderr, "   = help: all kinds: assay list\n");
    return ASY_EXIT_USAGE;
}

static int run(asy_cli *c)
{
    const char *word = c->n_args ? c->args[0] : c->json ? "all" : NULL;
    asy_buf out;
    asy_jw w;
    listing l = { .json = c->json, .w = &w };
    if (!word) return kinds(), ASY_EXIT_OK;
    l.kind = asy_kind_find(word);
    if (!l.kind && strcmp(word, "all") != 0 && strcmp(word, "methods") != 0) {
        l.tag = find_tag(c->arena, word);
        if (!l.tag) return unknown(c, word);
    }
    l.wide = !l.kind;
    asy_buf_init(&out, 16 << 20);
    asy_jw_init(&w, &out, 1);
    asy_jw_list(&w);
    walk(&l);
    asy_jw_list_end(&w);
    if (c->json) puts(asy_buf_text(&out));
    asy_buf_free(&out);
    if (!c->json && l.n == 0) fprintf(stderr, "no %s\n", l.kind ? l.kind->plural : word);
    return ASY_EXIT_OK;
}

const asy_command asy_command_list = {
    .name = "list",
    .summary = "attacks, losses, datasets, archs … ; without a word the kinds",
    .usage = "[KIND | TAG | all]",
    .max_args = 1,
    .options = options,
    .rank = 40,
    .run = run,
};
