// SPDX-License-Identifier: GPL-3.0-or-later
#include "tree.h"
#include <string.h>

const asy_tree *asy_tree_get(const asy_tree *map, const char *key)
{
    if (!map || map->kind != ASY_TREE_MAP)
        return NULL;
    for (const asy_tree *t = map->child; t; t = t->next)
        if (t->key && strcmp(t->key, key) == 0)
            return t;
    return NULL;
}

int asy_tree_count(const asy_tree *tree)
{
    int n = 0;

    for (const asy_tree *t = tree ? tree->child : NULL; t; t = t->next)
        n++;
    return n;
}
