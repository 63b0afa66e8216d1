// SPDX-License-Identifier: GPL-3.0-or-later
#include "site.h"

asy_diag *asy_site_diag(asy_site *s)
{
    return s->diag;
}

const asy_loc *asy_site_loc(asy_site *s, const char *key)
{
    const asy_tree *t = asy_tree_get(s->map, key);
    if (!t) t = asy_tree_get(s->around, key);
    return t ? &t->loc : &s->head;
}
