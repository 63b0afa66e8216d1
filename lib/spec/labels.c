// SPDX-License-Identifier: GPL-3.0-or-later
/* Models of symbols and rows with several labels, against what else stands in a run: E0303. */
#include "../method/evaluation.h"
#include "overlay.h"

#include <stdio.h>
#include <string.h>

static const asy_rtree *child(const asy_rtree *t, const char *key)
{
    for (const asy_rtree *c = t != NULL ? t->child : NULL; c != NULL; c = c->next)
        if (strcmp(c->key, key) == 0) return c;
    return NULL;
}

static void say_archs(asy_diag *diag)
{
    char text[400];
    size_t at = 0;
    int n;
    const asy_method *const *all = asy_kind_arch.methods(&n);
    text[0] = 0;
    for (int i = 0; i < n && at + 80 < sizeof text; i++)
        if (((const asy_arch *)all[i])->takes_symbols)
            at += (size_t)snprintf(text + at, sizeof text - at, "%s`%.64s`", at > 0 ? ", " : "", all[i]->name);
    asy_diag_help(diag, "archs that answer for each place: %s", text);
}

static bool takes_many(const asy_bound *b)
{
    if (b->kind->needs & ASY_NEED_INPUT) return false;
    return b->kind != &asy_kind_evaluation || ((const asy_evaluation *)b->m)->many_labels;
}

static void walk(asy_diag *diag, const asy_rtree *t, const char *target)
{
    if (t->method != NULL && !takes_many(t->method)) {
        asy_diag_add(diag, "E0303", &t->loc, "`%s` asks for one label a row; with `target: %s` a row has many",
                     t->method->name, target);
        asy_diag_help(diag, "`data: {target: next}` has one, the character behind the row");
    }
    for (const asy_rtree *c = t->child; c != NULL; c = c->next) walk(diag, c, target);
}

void asy__check_labels(asy_diag *diag, const asy_root *root, const asy_rtree *resolved)
{
    const asy_rtree *data = child(resolved, "data"), *target = child(data, "target"),
                    *normalize = child(data, "normalize"), *train = child(resolved, "train"),
                    *evaluate = child(resolved, "evaluate");
    if (root->model == NULL || root->data == NULL || target == NULL) return;
    bool symbols = ((const asy_arch *)root->model->m)->takes_symbols;
    const asy_tree *n = root->data->normalize;
    if (symbols && n != NULL && normalize != NULL && (n->kind != ASY_TREE_SCALAR || strcmp(n->text, "none") != 0)) {
        asy_diag_add(diag, "E0303", &n->loc, "`%s` takes symbols, which cannot be normalised", root->model->name);
        asy_diag_help(diag, "leave `normalize` out");
    }
    if (root->data->target == ASY_TARGET_NEXT) return;
    if (!symbols) {
        asy_diag_add(diag, "E0303", &target->loc, "`target: %s` gives a row many labels, and `%s` gives one answer",
                     target->text, root->model->name);
        say_archs(diag);
    }
    if (train != NULL) walk(diag, train, target->text);
    if (evaluate != NULL) walk(diag, evaluate, target->text);
}
