// SPDX-License-Identifier: GPL-3.0-or-later
/* Canonical JSON of resolved values: what stage keys hash. Absent optional values are left out, so that a new
 * one changes no key; paths too,
 * since a stage's key takes the SHA-256 of what lies there. */
#include "params.h"
#include <math.h>
#include <string.h>

static void write_value(asy_jw *, const asy_rtree *);

/* The next key after `last` in byte order: a child's, or one of the two that a method block has of itself. */
static const char *next_key(const asy_rtree *r, const char *last, const asy_rtree **child)
{
    static const char *const own[] = { "method", "revision" };
    const char *best = NULL;
    for (int i = 0; i < 2 && r->type == ASY_P_METHOD; i++)
        if (strcmp(own[i], last) > 0 && (!best || strcmp(own[i], best) < 0)) best = own[i], *child = NULL;
    for (const asy_rtree *c = r->child; c; c = c->next)
        if (!c->nohash && !c->absent && c->type != ASY_P_PATH && strcmp(c->key, last) > 0 &&
            (!best || strcmp(c->key, best) < 0))
            best = c->key, *child = c;
    return best;
}

/* Children are few: each turn looks for the smallest key that is left, and nothing is allocated. */
static void write_map(asy_jw *w, const asy_rtree *r)
{
    const asy_rtree *child = NULL;
    asy_jw_object(w);
    for (const char *key = ""; (key = next_key(r, key, &child)) != NULL;) {
        asy_jw_key(w, key);
        if (child)                     write_value(w, child);
        else if (*key == 'm')          asy_jw_text(w, r->method->name);
        else                           asy_jw_int(w, r->method->m->revision);
    }
    asy_jw_object_end(w);
}

static void write_value(asy_jw *w, const asy_rtree *r)
{
    if (r->list) {
        asy_jw_list(w);
        for (const asy_rtree *c = r->child; c; c = c->next) write_value(w, c);
        asy_jw_list_end(w);
        return;
    }
    switch (r->type) {
    case ASY_P_METHOD: case ASY_P_BLOCK: case ASY_P_MAP: write_map(w, r); break;
    case ASY_P_F64:
        if (isnan(r->num) && r->formula)
            asy_jw_text(w, r->formula); /* not worked out yet: what it follows from is a list */
        else                             asy_jw_num(w, r->num);
        break;
    case ASY_P_I64:  asy_jw_int(w, r->i); break;
    case ASY_P_BOOL: asy_jw_bool(w, r->b); break;
    default:         asy_jw_text(w, r->text); break;
    }
}

void asy_rtree_canonical(const asy_rtree *r, asy_buf *out)
{
    asy_jw w;
    asy_jw_init(&w, out, 0);
    write_value(&w, r);
}
