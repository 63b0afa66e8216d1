// SPDX-License-Identifier: GPL-3.0-or-later
/* Arenas: memory with one owner and one lifetime.
 *
 * An arena never aborts. When it cannot allocate it becomes sticky-failed: that
 * call and all later ones give NULL, and asy_arena_status returns ASY_ENOMEM
 * with the size that was asked for. Builders drop what they would write and the
 * next checked call reports. Payload allocations are checked at once. */
#ifndef ASY_BASE_ARENA_H
#define ASY_BASE_ARENA_H
#include "status.h"

typedef struct asy_arena asy_arena;
typedef struct { void *block; size_t used, bytes; } asy_mark;

asy_arena *asy_arena_new(size_t limit_bytes);   /* 0: no limit. NULL if even the head cannot be had */
void       asy_arena_free(asy_arena *);         /* NULL is fine */
/* n × size zeroed bytes, 64-byte aligned, overflow-checked; NULL = sticky-failed (also for a NULL arena);
 * n × size = 0 gives a valid pointer */
void      *asy_alloc(asy_arena *, size_t n, size_t size);
char      *asy_strdup(asy_arena *, const char *);
char      *asy_strndup(asy_arena *, const char *, size_t n);
char      *asy_sprintf(asy_arena *, const char *fmt, ...) ASY_PRINTF(2, 3);
asy_status asy_arena_status(const asy_arena *) ASY_CHECKED; /* ENOMEM once any allocation has failed */
size_t     asy_arena_bytes(const asy_arena *);  /* live payload bytes, for plans' reports */
asy_mark   asy_arena_mark(const asy_arena *);
void       asy_arena_reset(asy_arena *, asy_mark);  /* frees what came after the mark; marks nest */

#define ASY_NEW(arena, type)       ((type *)asy_alloc((arena), 1, sizeof(type)))
#define ASY_NEWN(arena, n, type)   ((type *)asy_alloc((arena), (size_t)(n), sizeof(type)))

/* Fault injection for tests: the n-th allocation from now on (1 = the next) fails, in any arena; 0
 * switches it off. Returns how many allocations were made since the last call. */
long asy_arena_fail_at(long n);
#endif
