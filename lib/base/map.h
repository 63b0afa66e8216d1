// SPDX-License-Identifier: GPL-3.0-or-later
/* Text → pointer, in order of insertion; lives in an arena. */
#ifndef ASY_BASE_MAP_H
#define ASY_BASE_MAP_H
#include "arena.h"

typedef struct asy_map asy_map;
asy_map    *asy_map_new(asy_arena *);
/* copies the key; false: it was there, value replaced (or out of memory: see the arena) */
bool        asy_map_put(asy_map *, const char *key, void *value);
void       *asy_map_get(const asy_map *, const char *key);         /* NULL if absent */
bool        asy_map_has(const asy_map *, const char *key);
int         asy_map_count(const asy_map *);
const char *asy_map_key(const asy_map *, int i);                   /* i-th inserted */
void       *asy_map_value(const asy_map *, int i);
#endif
