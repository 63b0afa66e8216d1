// SPDX-License-Identifier: GPL-3.0-or-later
/* Known answers: one table a method, in tests/known/<same path>.c, linked into the test runner and into
 * `assay verify`. */
#ifndef ASY_METHOD_KNOWN_H
#define ASY_METHOD_KNOWN_H
#include "../base/arena.h"
#include "../base/pool.h"

/* the arena is fresh for each answer; pool may be NULL */
typedef struct { asy_arena *arena; asy_pool *pool; } asy_known_env;
typedef struct {
    const char *name;               /* NULL ends the table */
    double expected, tolerance;     /* absolute; 0: exact */
    const char *source;             /* paper and place, or "closed form: …", "brute force" */
    asy_status (*found)(asy_known_env *, double *);
} asy_known;
typedef struct { const char *kind, *method; const asy_known *answers; } asy_known_table;
#endif
