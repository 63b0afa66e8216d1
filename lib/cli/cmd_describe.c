// SPDX-License-Identifier: GPL-3.0-or-later
/* describe NAME: a method's table in words; describe KIND: the keys that all of a kind share. */
#include "cli.h"
#include "describe_cost.h"
#include "../base/json.h"
#include "../method/doc.h"
#include "../method/registry.h"
#include <string.h>

static const asy_option options[] = {
    { .name = "yaml", .help = "a ready block" },
    { .name = "json", .help = "for tools" },
    ASY__COST_OPTIONS,
    { .name = NULL }
};

/* Width on screen: bytes that do not go on a character. */
static int width(const char *s)
{
    int n = 0;
    for (; *s; s++) n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

static void cell(const char *s, int columns)
{
    int pad = columns - width(s);
    printf("%s%*s ", s, pad > 0 ? pad : 0, "");
}

static void rows(asy_cli *c, const asy_param *table, const asy_preset *preset)
{
    for (const asy_param *p = table; p && p->key; p++) {
        fputs("  ", stdout);
        cell(p->key, 14);
        cell(asy_param_type(p), 9);
        cell(asy_param_default(p, preset), 17);
        cell(asy_param_allowed(c->arena, p), 26);
        puts(p->help);
    }
}

static void header_row(const char *first)
{
    printf("\n  %-14s %-9s %-17s %-26s meaning\n", first, "type", "default", "allowed");
}

static bool has_row(const asy_param *table, const char *key)
{
    for (const asy_param *p = table; p && p->key; p++)
        if (strcmp(p->key, key) == 0) return true;
    return false;
}

/* The keys that stand beside the method's own, but for those it has itself. */
static void keys_line(const asy_kind *k, const asy_param *own)
{
    const asy_spot *spot = k->spots[0];
    const asy_param *tables[] = { k->shared, spot ? spot->keys : NULL };
    bool any = false;
    for (int t = 0; t < 2; t++)
        for (const asy_param *p = tables[t]; p && p->key; p++) {
            if (has_row(own, p->key)) continue;
            printf("%s%s%s", any ? ", " : "  ", p->key, p->flags & ASY_REQUIRED ? " (required)" : "");
            any = true;
        }
    if (any) printf(": see assay describe %s\n", k->name);
}

/* Words in lines of at most 100 columns beside a heading. */
static void lines(const char *head, const char *text)
{
    int column = 12;
    if (!text || !*text) return;
    printf("  %-9s", head);
    while (*text) {
        char word[128];
        size_t n = strcspn(text, " \n");
        (void)snprintf(word, sizeof word, "%.*s", (int)(n < sizeof word ? n : sizeof word - 1), text);
        if (column > 12 && column + 1 + width(word) > 100) {
            printf("\n%11s", "");
            column = 12;
        }
        printf(" %s", word);
        column += 1 + width(word);
        text += n;
        text += strspn(text, " \n");
    }
    putchar('\n');
}

static void facts(const asy_kind *k, const asy_method *m, const char *name)
{
    asy_buf s;
    asy_buf_init(&s, 4096);
    if (m->needs) {
        asy_buf_puts(&s, "Needs ");
        asy_need_words(m->needs, &s);
        asy_buf_puts(&s, ". ");
    }
    if (k->facts) k->facts(m, name, &s);
    if (s.n) printf("      %s\n", asy_buf_text(&s));
    asy_buf_free(&s);
}

static void describe(asy_cli *c, const asy_kind *k, const asy_method *m, const asy_preset *p,
                     asy_cost_ask *ask)
{
    const char *name = p ? p->name : m->name;
    printf("%s   %s · %s%s%s   revision %d\n", name, p ? p->summary : m->summary, k->name,
           m->tags ? ", " : "", m->tags ? m->tags : "", m->revision);
    printf("      %s", p && p->cite ? p->cite : m->cite);
    if (p) printf("; `%s` with other defaults", m->name);
    putchar('\n');
    facts(k, m, name);
    ask->name = name;
    (void)asy__cost_print(c, k, m, ask, false);
    if (m->params && m->params->key) {
        header_row("parameter");
        rows(c, m->params, p);
    } else {
        puts("\n  no parameters of its own");
    }
    keys_line(k, m->params);
    putchar('\n');
    lines("", m->doc);
    lines("pitfalls", m->pitfalls);
    lines("example", m->example);
    for (const asy_preset *q = p ? NULL : m->presets; q && q->name; q++)
        printf("  %-9s %s: %s\n", "preset", q->name, q->summary);
}

static void describe_kind(asy_cli *c, const asy_kind *k)
{
    int n;
    (void)k->methods(&n);
    printf("%s   %s\n      %d of them: assay list %s\n", k->name, k->summary, n, k->plural);
    if (k->shared) {
        header_row("shared key");
        rows(c, k->shared, NULL);
    }
    for (const asy_spot *const *s = k->spots; *s; s++) {
        printf("\n  at `%s`%s\n", (*s)->path, (*s)->keys ? "" : ": no keys of its own");
        if ((*s)->keys) rows(c, (*s)->keys, NULL);
    }
}

/* A row that another excludes is only shown: a ready block must not hold both. */
static bool is_excluded(const asy_param *table, const char *key)
{
    for (const asy_param *p = table; p->key; p++)
        if (p->excludes && strcmp(p->excludes, key) == 0) return true;
    return false;
}

/* own: the method's table, whose rows stand instead of those of the same name; NULL for itself */
static void yaml_rows(const asy_param *table, const asy_preset *preset, const asy_param *own)
{
    for (const asy_param *p = table; p && p->key; p++) {
        if (has_row(own, p->key)) continue;
        const char *def = asy_param_default(p, preset);
        bool written = p->def || def != asy_param_default(p, NULL);
        const char *mark = is_excluded(table, p->key) ? "# " : "";
        if (written)                       printf("%s%s: %s\n", mark, p->key, def);
        else if (p->formula)               printf("%s: auto   # %s\n", p->key, p->formula);
        else if (p->flags & ASY_REQUIRED)  printf("%s:   # required: %s\n", p->key, p->help);
        else                               printf("# %s:   %s\n", p->key, p->help);
    }
}

static void yaml(const asy_kind *k, const asy_method *m, const asy_preset *p)
{
    const asy_spot *spot = k->spots[0];
    printf("%s: %s\n", spot ? spot->word : "method", p ? p->name : m->name);
    yaml_rows(m->params, p, NULL);
    yaml_rows(k->shared, NULL, m->params);
    yaml_rows(spot ? spot->keys : NULL, NULL, m->params);
}

static void json_rows(asy_cli *c, asy_jw *w, const char *key, const asy_param *table,
                      const asy_preset *preset)
{
    asy_jw_key(w, key), asy_jw_list(w);
    for (const asy_param *p = table; p && p->key; p++) {
        asy_jw_object(w);
        asy_jw_key(w, "allowed"), asy_jw_text(w, asy_param_allowed(c->arena, p));
        asy_jw_key(w, "default"), asy_jw_text(w, p->def || p->formula ? asy_param_default(p, preset) : NULL);
        asy_jw_key(w, "key"), asy_jw_text(w, p->key);
        asy_jw_key(w, "meaning"), asy_jw_text(w, p->help);
        asy_jw_key(w, "required"), asy_jw_bool(w, (p->flags & ASY_REQUIRED) != 0);
        asy_jw_key(w, "type"), asy_jw_text(w, asy_param_type(p));
        asy_jw_object_end(w);
    }
    asy_jw_list_end(w);
}

static void json(asy_cli *c, const asy_kind *k, const asy_method *m, const asy_preset *p)
{
    const asy_spot *spot = k->spots[0];
    asy_buf out;
    asy_jw w;
    asy_buf_init(&out, 1 << 20);
    asy_jw_init(&w, &out, 1);
    asy_jw_object(&w);
    asy_jw_key(&w, "cite"), asy_jw_text(&w, p && p->cite ? p->cite : m->cite);
    asy_jw_key(&w, "doc"), asy_jw_text(&w, m->doc);
    asy_jw_key(&w, "example"), asy_jw_text(&w, m->example);
    asy_jw_key(&w, "kind"), asy_jw_text(&w, k->name);
    asy_jw_key(&w, "method"), asy_jw_text(&w, m->name);
    asy_jw_key(&w, "name"), asy_jw_text(&w, p ? p->name : m->name);
    json_rows(c, &w, "parameters", m->params, p);
    asy_jw_key(&w, "pitfalls"), asy_jw_text(&w, m->pitfalls);
    asy_jw_key(&w, "revision"), asy_jw_int(&w, m->revision);
    json_rows(c, &w, "shared", k->shared, NULL);
    json_rows(c, &w, "spot", spot ? spot->keys : NULL, NULL);
    asy_jw_key(&w, "summary"), asy_jw_text(&w, p ? p->summary : m->summary);
    asy_jw_object_end(&w);
    puts(asy_buf_text(&out));
    asy_buf_free(&out);
}

static int unknown(asy_cli *c, const char *name)
{
    const char *const *names;
    int n = asy_spot_names(c->arena, NULL, &names);
    asy_cli_say(stderr, "error: nothing is called `%s`\n", name);
    asy_cli_hint(c, name, n, names, "");
    fprintf(stderr, "   = help: all methods: assay list all\n");
    return ASY_EXIT_USAGE;
}

static void one(asy_cli *c, const asy_kind *k, const asy_method *m, const asy_preset *p, asy_cost_ask *ask)
{
    if (c->json) json(c, k, m, p);
    else if (asy_cli_has(c, "yaml")) yaml(k, m, p);
    else describe(c, k, m, p, ask);
}

/* What was asked for of the method's plan, and nothing else. */
static int planned(asy_cli *c, asy_cost_ask *ask)
{
    const asy_kind *kind = NULL;
    const asy_method *m = NULL;
    ask->name = c->args[0];
    for (const asy_kind *const *k = asy_kinds; *k; k++) {
        const asy_preset *p = NULL;
        const asy_method *found = asy_kind_method(*k, ask->name, &p);
        if (!found || (m && !(*k)->cost)) continue;
        m = found;
        kind = *k;
    }
    return m ? asy__cost_print(c, kind, m, ask, true) : unknown(c, ask->name);
}

/* Methods of two kinds may have one name (an augmentation and a corruption `rotate`): both are described. */
static int run(asy_cli *c)
{
    const asy_kind *kind = asy_kind_find(c->args[0]);
    int found = 0;
    asy_cost_ask ask;
    bool asked;
    int code = asy__cost_read(c, &ask, &asked);
    if (code != ASY_EXIT_OK) return code;
    if (asked && (c->json || asy_cli_has(c, "yaml")))
        return asy_cli_usage(c, "what is planned is not part of --%s", c->json ? "json" : "yaml");
    if (asked) return planned(c, &ask);
    for (const asy_kind *const *k = asy_kinds; *k; k++) {
        const asy_preset *p = NULL;
        const asy_method *m = asy_kind_method(*k, c->args[0], &p);
        if (!m) continue;
        if (found++ > 0 && !c->json) putchar('\n');
        one(c, *k, m, p, &ask);
    }
    if (found > 0) return ASY_EXIT_OK;
    if (!kind || c->json || asy_cli_has(c, "yaml")) return unknown(c, c->args[0]);
    describe_kind(c, kind);
    return ASY_EXIT_OK;
}

const asy_command asy_command_describe = {
    .name = "describe",
    .summary = "a method's parameters, defaults, ranges, source; or a kind's common keys",
    .usage = "NAME [KEY=VALUE…]",
    .min_args = 1,
    .max_args = -1,
    .options = options,
    .rank = 41,
    .doc = "With an option from --memory on, or with KEY=VALUE, only what an architecture's plans cost is printed: "
           "nodes, FLOPs, bytes, the largest batch, for other parameters (assay describe resnet depth=18).",
    .run = run,
};
