// SPDX-License-Identifier: GPL-3.0-or-later
/* `seeds: 5`, `[3, 7]` or `{count: 5, base: 100, fixed: [split]}`. A listed stream has in every run the
 * values that it has under the first seed. */
#include "../method/params.h"
#include "resolve.h"

#include <stdio.h>
#include <string.h>

enum { MAX_SEEDS = 10000 };

/* Streams that depend on the seed, as user-experience §3.4 names them. */
static const char *const streams[] = { "split",  "init",   "order",     "augment", "dropout",
                                       "attack", "noise",  "partition", "clients", "byzantine",
                                       "query",  "shadow", NULL };

typedef struct {
    asy_arena *arena;
    asy_diag *diag;
    uint64_t *seed;
    int n;
    asy_rng_fixed *fixed;
} reader;

static void add(reader *r, const asy_tree *t, uint64_t seed)
{
    for (int i = 0; i < r->n; i++)
        if (r->seed[i] == seed) {
            asy_diag_add(r->diag, "E0205", &t->loc,
                         "seed %llu stands twice; a repeat would only make the interval look smaller",
                         (unsigned long long)seed);
            return;
        }
    r->seed[r->n++] = seed;
}

static void read_list(reader *r, const asy_tree *t)
{
    int64_t v;
    for (const asy_tree *c = t->child; c != NULL; c = c->next) {
        if (c->kind == ASY_TREE_SCALAR && asy_read_integer(c->text, &v) && v >= 0) add(r, c, (uint64_t)v);
        else
            asy_diag_add(r->diag, "E0205", &c->loc, "a seed is a whole number from 0 to 9223372036854775807");
    }
}

static int name_count(void)
{
    int n = 0;
    while (streams[n] != NULL) n++;
    return n;
}

static void say_stream(reader *r, const asy_tree *t)
{
    const char *near = t->kind == ASY_TREE_SCALAR ? asy_near(t->text, name_count(), streams, NULL) : NULL;
    asy_diag_add(r->diag, "E0206", &t->loc, "`seeds.fixed` lists streams that depend on the seed");
    if (near != NULL) asy_diag_help(r->diag, "did you mean `%s`?", near);
    asy_diag_note(r->diag,
                  "they are split, init, order, augment, dropout, attack, noise, partition, clients, "
                  "byzantine, query, shadow");
}

static void read_fixed(reader *r, const asy_tree *t)
{
    const char **name = ASY_NEWN(r->arena, asy_tree_count(t) + 1, const char *);
    r->fixed = ASY_NEW(r->arena, asy_rng_fixed);
    if (name == NULL || r->fixed == NULL) return;
    r->fixed->stream = name;
    if (t->kind != ASY_TREE_LIST) say_stream(r, t);
    for (const asy_tree *c = t->kind == ASY_TREE_LIST ? t->child : NULL; c != NULL; c = c->next) {
        int i = 0;
        while (streams[i] != NULL && (c->kind != ASY_TREE_SCALAR || strcmp(streams[i], c->text) != 0)) i++;
        if (streams[i] == NULL) say_stream(r, c);
        else name[r->fixed->n++] = streams[i];
    }
}

static bool in_range(reader *r, const asy_tree *t, const char *what, int64_t lo, int64_t hi, int64_t *v)
{
    if (t->kind == ASY_TREE_SCALAR && asy_read_integer(t->text, v) && *v >= lo && *v <= hi) return true;
    asy_diag_add(r->diag, "E0202", &t->loc, "`seeds.%s` takes a whole number from %lld to %lld", what,
                 (long long)lo, (long long)hi);
    return false;
}

static void read_map(reader *r, const asy_tree *t)
{
    static const char *const keys[] = { "count", "base", "fixed" };
    const asy_tree *count = asy_tree_get(t, "count"), *base = asy_tree_get(t, "base"),
                   *fixed = asy_tree_get(t, "fixed");
    int64_t n = 1, first = 0;
    for (const asy_tree *c = t->child; c != NULL; c = c->next) {
        if (strcmp(c->key, "count") == 0 || strcmp(c->key, "base") == 0 || strcmp(c->key, "fixed") == 0 ||
            strncmp(c->key, "x-", 2) == 0)
            continue;
        const char *near = asy_near(c->key, 3, keys, NULL);
        asy_diag_add(r->diag, "E0203", &c->key_loc, "`seeds` has no key `%s`", c->key);
        if (near != NULL) asy_diag_help(r->diag, "did you mean `%s`?", near);
        asy_diag_note(r->diag, "`seeds` takes base, count, fixed");
    }
    if (count != NULL && !in_range(r, count, "count", 1, MAX_SEEDS, &n)) return;
    if (base != NULL && !in_range(r, base, "base", 0, INT64_MAX - MAX_SEEDS, &first)) return;
    if (fixed != NULL) read_fixed(r, fixed);
    for (; r->n < n; r->n++) r->seed[r->n] = (uint64_t)(first + r->n);
}

static void choose(const reader *r, const asy_spec_options *o, asy_study *s)
{
    int n = o->smoke && r->n > 1 ? 1 : r->n;
    for (int i = 0; i < n; i++) {
        char text[24];
        bool kept = o->n_seeds == 0;
        snprintf(text, sizeof text, "%llu", (unsigned long long)r->seed[i]);
        for (int k = 0; k < o->n_seeds; k++) kept = kept || strcmp(text, o->seeds[k]) == 0;
        if (kept) r->seed[s->n_seeds++] = r->seed[i];
    }
    if (s->n_seeds == 0 && n > 0)
        asy_diag_add(r->diag, "E0204", NULL, "none of the seeds asked for is in the spec");
}

void asy__seeds_read(asy_arena *a, asy_diag *d, const asy_tree *root, const asy_spec_options *o, asy_study *s)
{
    const asy_tree *t = asy_tree_get(root, "seeds");
    reader r = { .arena = a, .diag = d, .seed = ASY_NEWN(a, MAX_SEEDS, uint64_t) };
    int64_t v;
    if (r.seed == NULL) return;
    if (t == NULL) {
        r.seed[r.n++] = 0;
    } else if (t->kind == ASY_TREE_SCALAR && asy_read_integer(t->text, &v) && v >= 1 && v <= MAX_SEEDS) {
        for (; r.n < v; r.n++) r.seed[r.n] = (uint64_t)r.n;
    } else if (t->kind == ASY_TREE_LIST && t->child != NULL && asy_tree_count(t) <= MAX_SEEDS) {
        read_list(&r, t);
    } else if (t->kind == ASY_TREE_MAP) {
        read_map(&r, t);
    } else {
        asy_diag_add(d, "E0202", &t->loc,
                     "`seeds` takes a count from 1 to %d, or a list of different seeds such as [0, 1, 2]",
                     MAX_SEEDS);
        return;
    }
    s->seeds = r.seed;
    if (r.fixed != NULL && r.n > 0) r.fixed->seed = r.seed[0];
    s->fixed = r.fixed != NULL && r.fixed->n > 0 ? r.fixed : NULL;
    choose(&r, o, s);
}
