// SPDX-License-Identifier: GPL-3.0-or-later
/* Entries in order of insertion, found through an open-addressed table of indices (FNV-1a, linear probing). */
#include "map.h"
#include <string.h>

typedef struct { const char *key; void *value; uint64_t hash; } entry;

struct asy_map {
    asy_arena *arena;
    entry *entries;     /* n of cap */
    int32_t *slots;     /* 2·cap of them; index + 1, 0 = empty */
    int n, cap;
};

static uint64_t hash_of(const char *s)
{
    uint64_t h = 0xcbf29ce484222325u;

    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * 0x100000001b3u;
    return h;
}

asy_map *asy_map_new(asy_arena *a)
{
    asy_map *m = ASY_NEW(a, asy_map);

    if (m)
        m->arena = a;
    return m;
}

/* The slot that holds the key, or the empty one where it would go. */
static int32_t *find(const asy_map *m, const char *key, uint64_t h)
{
    size_t mask = (size_t)m->cap * 2 - 1;

    for (size_t i = h & mask;; i = (i + 1) & mask) {
        const entry *e = m->entries + m->slots[i] - 1;

        if (!m->slots[i] || (e->hash == h && strcmp(e->key, key) == 0))
            return &m->slots[i];
    }
}

static bool grow(asy_map *m)
{
    int cap = m->cap ? m->cap * 2 : 8;
    entry *entries;
    int32_t *slots;

    if (m->cap > 1 << 28)
        return false;
    entries = ASY_NEWN(m->arena, cap, entry);
    slots = ASY_NEWN(m->arena, cap * 2, int32_t);
    if (!entries || !slots)
        return false;
    if (m->n)
        memcpy(entries, m->entries, (size_t)m->n * sizeof *entries);
    m->entries = entries;
    m->slots = slots;
    m->cap = cap;
    for (int i = 0; i < m->n; i++)
        *find(m, entries[i].key, entries[i].hash) = i + 1;
    return true;
}

bool asy_map_put(asy_map *m, const char *key, void *value)
{
    uint64_t h = hash_of(key);
    int32_t *slot;
    char *copy;

    if (!m || (m->n == m->cap && !asy_map_has(m, key) && !grow(m)))
        return false;
    slot = find(m, key, h);
    if (*slot) {
        m->entries[*slot - 1].value = value;
        return false;
    }
    copy = asy_strdup(m->arena, key);
    if (!copy)
        return false;
    m->entries[m->n] = (entry){ copy, value, h };
    *slot = ++m->n;
    return true;
}

static const entry *lookup(const asy_map *m, const char *key)
{
    int32_t i = m && m->cap ? *find(m, key, hash_of(key)) : 0;

    return i ? &m->entries[i - 1] : NULL;
}

void *asy_map_get(const asy_map *m, const char *key)
{
    const entry *e = lookup(m, key);

    return e ? e->value : NULL;
}

bool asy_map_has(const asy_map *m, const char *key)
{
    return lookup(m, key) != NULL;
}

int asy_map_count(const asy_map *m)
{
    return m ? m->n : 0;
}

const char *asy_map_key(const asy_map *m, int i)
{
    return m->entries[i].key;
}

void *asy_map_value(const asy_map *m, int i)
{
    return m->entries[i].value;
}
