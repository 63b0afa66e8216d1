// SPDX-License-Identifier: GPL-3.0-or-later
/* Values that code gives as text (defaults, presets, asy_bind_text): a scalar, [a, b], {key: value, …},
 * nested. */
#include "bind.h"
#include <string.h>

typedef struct { asy_arena *arena; const char *s; bool bad; } reader;

static void blanks(reader *r)
{
    while (*r->s == ' ') r->s++;
}

static char *until(reader *r, const char *ends)
{
    size_t n = strcspn(r->s, ends), k = n;
    while (k > 0 && r->s[k - 1] == ' ') k--;
    char *word = asy_strndup(r->arena, r->s, k);
    r->s += n;
    return word;
}

static asy_tree *value(reader *, int depth);

static void members(reader *r, asy_tree *t, char end, int depth)
{
    asy_tree **tail = &t->child;
    for (r->s++, blanks(r); *r->s && *r->s != end; blanks(r)) {
        char *key = NULL;
        if (t->kind == ASY_TREE_MAP) {
            key = until(r, ":{}[],");
            if (*r->s != ':') break;
            r->s++;
        }
        asy_tree *m = value(r, depth + 1);
        if (!m) return;
        m->key = key;
        *tail = m;
        tail = &m->next;
        blanks(r);
        if (*r->s == ',') r->s++;
        else if (*r->s != end) break;
    }
    if (*r->s == end) r->s++;
    else r->bad = true;
}

static asy_tree *value(reader *r, int depth)
{
    asy_tree *t = ASY_NEW(r->arena, asy_tree);
    if (!t || depth > 16) return NULL;
    t->origin = ASY_FROM_DEFAULT;
    blanks(r);
    if (*r->s == '[' || *r->s == '{') {
        t->kind = *r->s == '[' ? ASY_TREE_LIST : ASY_TREE_MAP;
        members(r, t, *r->s == '[' ? ']' : '}', depth);
    } else {
        t->kind = ASY_TREE_SCALAR;
        t->text = depth ? until(r, ",]}") : asy_strdup(r->arena, r->s);
        if (depth == 0) r->s += strlen(r->s);
        if (!t->text) return NULL;
    }
    return t;
}

asy_tree *asy__flow_read(asy_arena *a, const char *text)
{
    reader r = { .arena = a, .s = text };
    asy_tree *t = value(&r, 0);
    blanks(&r);
    return t && !r.bad && !*r.s ? t : NULL;
}
