// SPDX-License-Identifier: GPL-3.0-or-later
/* What the blocks of a run need against what its model can give: E0303. */
#include "match.h"

#include <stdio.h>
#include <string.h>

enum { MOST_WORDS = 400 };

static unsigned needs(const asy_kind *k, const asy_method *m) { return k->needs | m->needs; }

/* Methods of the same kind that would do, for the help line. */
static void say_others(asy_diag *diag, const asy_kind *k, unsigned lacks, const char *arch)
{
    char text[MOST_WORDS];
    size_t at = 0;
    int n;
    const asy_method *const *all = k->methods(&n);
    text[0] = 0;
    for (int i = 0; i < n && at + 80 < sizeof text; i++) {
        if (needs(k, all[i]) & lacks) continue;
        at += (size_t)snprintf(text + at, sizeof text - at, "%s`%.64s`", at > 0 ? ", " : "", all[i]->name);
    }
    if (at > 0) asy_diag_help(diag, "%s that work with `%s`: %s", k->plural, arch, text);
    else asy_diag_help(diag, "no %s works with `%s`; measurements such as `accuracy` do", k->name, arch);
}

static void complain(asy_diag *diag, const asy_bound *b, const asy_loc *loc, const asy_bound *model)
{
    unsigned lacks = ((const asy_arch *)model->m)->lacks, missing = needs(b->kind, b->m) & lacks;
    if (missing & ASY_NEED_INPUT)
        asy_diag_add(diag, "E0303", loc, "`%s` moves a model's input, and `%s` has none: it reads the whole data set",
                     b->name, model->name);
    else if (missing & ASY_NEED_GRAD)
        asy_diag_add(diag, "E0303", loc, "`%s` needs gradients with respect to the input, and `%s` has none", b->name,
                     model->name);
    else
        asy_diag_add(diag, "E0303", loc, "`%s` needs more of a model than `%s` can give", b->name, model->name);
    say_others(diag, b->kind, lacks, model->name);
}

static void walk(asy_diag *diag, const asy_rtree *t, const asy_bound *model)
{
    for (const asy_rtree *c = t->child; c != NULL; c = c->next) {
        const asy_bound *b = c->method;
        if (b != NULL && (needs(b->kind, b->m) & ((const asy_arch *)model->m)->lacks) != 0)
            complain(diag, b, &c->loc, model);
        walk(diag, c, model);
    }
}

void asy__match(asy_diag *diag, const asy_root *root, const asy_rtree *resolved)
{
    if (root->model == NULL) return;
    for (const asy_rtree *c = resolved->child; c != NULL; c = c->next)
        if (strcmp(c->key, "train") == 0 || strcmp(c->key, "evaluate") == 0) {
            if (c->method != NULL && (needs(c->method->kind, c->method->m) &
                                      ((const asy_arch *)root->model->m)->lacks) != 0)
                complain(diag, c->method, &c->loc, root->model);
            walk(diag, c, root->model);
        }
}
