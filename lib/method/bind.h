// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside the binder. A frame is a block that is being read: the tables whose keys it may hold, and the
 * frame around it. */
#ifndef ASY_METHOD_BIND_H
#define ASY_METHOD_BIND_H
#include "params.h"
#include "registry.h"

enum { ASY__TABLES = 12, ASY__GATHERED = 8, ASY__DEPTH = 64 };

/* The block in which the shared keys stand of all that is nested in it. */
typedef struct {
    int n;
    const asy_kind *kind[ASY__GATHERED];
    void *shared[ASY__GATHERED];
} asy__gathered;

typedef struct asy__frame {
    const struct asy__frame *up;
    int depth;
    /* name: of the method, or of the block's last key; NULL at the top of a spec */
    const char *path, *name;
    const char *noun, *word;            /* of a method block: "adversary", "method"; NULL for a plain one */
    const asy_tree *map;                /* NULL: all defaults */
    asy_loc head;                       /* where to complain about what is missing */
    /* the block's own table first, then shared keys, then the spot's */
    int n_own, n; const asy_param *table[ASY__TABLES];
    asy__gathered *gathered;            /* of this block or of one around it; NULL: none */
    const asy_preset *preset;           /* other defaults of the own table */
} asy__frame;

/* bind_value.c: one row of one type; `t` is never NULL nor null */
bool asy__bind_scalar(asy_binder *, const asy__frame *, const asy_param *, const asy_tree *, void *dst,
                      asy_rtree *);
bool asy__bind_list(asy_binder *, const asy__frame *, const asy_param *, const asy_tree *, void *dst,
                    asy_rtree *);
bool asy__in_range(const asy_param *, double v);
/* bind_block.c */
/* a chain of nodes */
asy_rtree *asy__bind_rows(asy_binder *, const asy__frame *, int table, void *out);
void asy__bind_derived(asy_binder *, const asy__frame *, const asy_param *table, asy_rtree *rows, void *out,
                       const void *shared);
/* keys that no table has; keys that exclude each other */
void asy__bind_strangers(asy_binder *, const asy__frame *);
asy_rtree *asy__bind_block(asy_binder *, const asy__frame *up, const char *path, const asy_tree *,
                           const asy_param *table, void *out);
asy_rtree *asy__rtree_new(asy_binder *, const char *key, asy_ptype, const asy_tree *);
const char *asy__path(asy_binder *, const char *path, const char *key);
const asy_param *asy__row(const asy_param *table, const char *key);
/* absent or `~` */
bool asy__is_null(const asy_tree *);
/* bind_method.c */
asy_rtree *asy__bind_method(asy_binder *, const asy__frame *up, const char *path, const char *key,
                            const asy_tree *, const asy_spot *, const asy_bound **);
/* What a tree names at a spot, without complaints; NULL method if nothing. */
const asy_method *asy__method_of(asy_arena *, const asy_tree *, const asy_spot *, const asy_kind **,
                                 const asy_preset **);
/* bind_methods.c */
asy_rtree *asy__bind_methods(asy_binder *, const asy__frame *up, const char *path, const asy_param *,
                             const asy_tree *, asy_rtree *, asy_bounds *);
/* The method blocks that a list of them stands for; returns how many. */
int asy__method_blocks(asy_arena *, const asy_tree *, const asy_spot *, const asy_tree ***);
/* bind_say.c: wording */
asy_loc     asy__head_loc(const asy_tree *);
const char *asy__takes(asy_arena *, const asy_param *);                 /* "a number from 0 to 1" */
void        asy__say_type(asy_binder *, const asy__frame *, const asy_param *, const asy_tree *);
/* Where the value of a `$name` comes from, as a note. */
void        asy__say_var(asy_binder *, const asy_tree *);
void        asy__say_stranger(asy_binder *, const asy__frame *, const asy_tree *);
void asy__say_name(asy_binder *, const char *path, const asy_tree *, const char *name, const asy_spot *);
/* flow.c */
/* NULL: not of that form, or no memory */
asy_tree *asy__flow_read(asy_arena *, const char *text);
#endif
