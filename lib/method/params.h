// SPDX-License-Identifier: GPL-3.0-or-later
/* The binder: located tree + table → C struct, with every complaint collected, and the resolved tree
 * beside it. */
#ifndef ASY_METHOD_PARAMS_H
#define ASY_METHOD_PARAMS_H
#include "../base/hash.h"
#include "../base/json.h"
#include "method.h"

/* A resolved value: what `show` prints and what stage keys hash. Maps are in table order (free maps in
 * file order). */
typedef struct asy_rtree {
    const char *key;
    asy_ptype type;                 /* METHOD, BLOCK, MAP have children */
    /* list: children are members; absent: an optional block that is not there */
    bool list, nohash, absent;
    double num; int64_t i; bool b; const char *text;    /* by type; ENUM: text */
    const char *formula;            /* the default's formula, if it was derived */
    const asy_bound *method;        /* METHOD */
    asy_origin origin; asy_loc loc; const asy_tree *over, *var;
    struct asy_rtree *child, *next;
} asy_rtree;

typedef struct {
    asy_arena *arena;
    asy_diag *diag;
    const char *const *allow;       /* codes that --allow turned into notes; NULL-terminated, may be NULL */
    const char *dir;                /* what relative paths are relative to; NULL: the file they stand in */
    const char *cwd;                /* and those of overrides; NULL: the working directory */
} asy_binder;

/* Reads `map` by a table into `out` (its members are zeroed first). Unknown keys, types, ranges, choices are
 * E0201-E0207 with the nearest word; `path` is the dotted prefix.
 * `x-…` keys are ignored. A NULL tree means: all defaults. Returns the resolved block; never NULL unless
 * memory is out (see the arena). */
asy_rtree *asy_bind_block(asy_binder *, const char *path, const asy_tree *map, const asy_param *table,
                          void *out);
/* Reads a method block (`NAME`, `NAME@REV`, `{method: NAME, …}`) of the kinds that may stand at the spot.
 * *out stays NULL if the name is unknown (E0204), `none` or absent.
 * Keys that the kinds of nested methods share (an attack's threat model) are read from the outermost block; a
 * row of the same name in its method's own table replaces one (the list `eps` of a security curve): the shared
 * key then has its default, or NaN where it has none, and so has what derives from it until asy_bound_derive. */
asy_rtree *asy_bind_method(asy_binder *, const char *path, const asy_tree *, const asy_spot *,
                           const asy_bound **out);
/* A bound method made by code: name and pairs key, value as a user would write them ("steps", "5", …),
 * NULL-terminated; for tests, known answers, defaults. */
asy_status asy_bind_text(asy_arena *, const asy_spot *, const char *name, const char *const pairs[][2],
                         const asy_bound **out) ASY_CHECKED;

/* A copy whose derived defaults are worked out for other shared keys (each eps of a curve); values that
 * were written stay. */
asy_status asy_bound_derive(asy_arena *, const asy_bound *, const void *shared,
                            const asy_bound **out) ASY_CHECKED;

/* Canonical JSON of a resolved tree without NOHASH rows: keys sorted, typed numbers; methods as
 * {"method":NAME,"revision":N,…}. */
void asy_rtree_canonical(const asy_rtree *, asy_buf *);

/* Typed scalars as the spec language reads them (user-experience §3.1). False: not of that type. */
bool asy_read_number (const char *text, double *);
bool asy_read_integer(const char *text, int64_t *);
#endif
