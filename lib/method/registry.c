// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry.h"
#include "../base/arena.h"
#include <stdlib.h>
#include <string.h>

const asy_kind *asy_kind_find(const char *name)
{
    for (const asy_kind *const *k = asy_kinds; *k; k++)
        if (strcmp((*k)->name, name) == 0 || strcmp((*k)->plural, name) == 0) return *k;
    return NULL;
}

bool asy_kind_stands(const asy_kind *k, const asy_spot *spot)
{
    for (const asy_spot *const *s = k->spots; *s; s++)
        if (*s == spot) return true;
    return false;
}

const asy_method *asy_kind_method(const asy_kind *k, const char *name, const asy_preset **preset)
{
    int n;
    const asy_method *const *all = k->methods(&n);
    for (int i = 0; i < n; i++) {
        if (strcmp(all[i]->name, name) == 0) return *preset = NULL, all[i];
        for (const asy_preset *p = all[i]->presets; p && p->name; p++)
            if (strcmp(p->name, name) == 0) return *preset = p, all[i];
    }
    return NULL;
}

const asy_method *asy_method_find(const char *name, const asy_spot *spot, const asy_kind **kind,
                                  const asy_preset **preset)
{
    const asy_preset *p = NULL;
    for (const asy_kind *const *k = asy_kinds; *k; k++) {
        const asy_method *m = !spot || asy_kind_stands(*k, spot) ? asy_kind_method(*k, name, &p) : NULL;
        if (!m) continue;
        if (kind) *kind = *k;
        if (preset) *preset = p;
        return m;
    }
    return NULL;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Methods and presets of a spot (NULL: all), or only how many where `out` is NULL. */
static int collect(const asy_spot *spot, const char **out)
{
    int count = 0, n;
    for (const asy_kind *const *k = asy_kinds; *k; k++) {
        if (spot && !asy_kind_stands(*k, spot)) continue;
        const asy_method *const *all = (*k)->methods(&n);
        for (int i = 0; i < n; i++) {
            if (out) out[count] = all[i]->name;
            count++;
            for (const asy_preset *p = all[i]->presets; p && p->name; p++, count++)
                if (out) out[count] = p->name;
        }
    }
    return count;
}

int asy_spot_names(asy_arena *a, const asy_spot *spot, const char *const **names)
{
    const char *const *other = NULL;
    int own = collect(spot, NULL), n = own;
    if (spot && spot->more_names) n += spot->more_names(a, &other);
    const char **all = ASY_NEWN(a, n + 1, const char *);
    *names = all;
    if (!all) return 0;
    (void)collect(spot, all);
    for (int i = own; i < n; i++) all[i] = other[i - own];
    qsort(all, (size_t)n, sizeof *all, by_text);
    return n;
}
