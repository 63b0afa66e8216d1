// SPDX-License-Identifier: GPL-3.0-or-later
/* The located tree: what a YAML file says, each node with the place it came from.
 * Made by lib/spec/yaml.c and by overrides; read by the binder (lib/method/params). */
#ifndef ASY_BASE_TREE_H
#define ASY_BASE_TREE_H
#include "status.h"

typedef enum { ASY_TREE_NULL, ASY_TREE_SCALAR, ASY_TREE_LIST, ASY_TREE_MAP } asy_tree_kind;

/* A span in a source, lines and columns from 1, columns in characters; end is exclusive.
 * line 0: no place (a default, a derived value). */
typedef struct {
    const char *file;   /* as the user wrote it; "command line, argument 3" for an override */
    const char *text;   /* whole source text, NUL-terminated, for showing the lines; NULL if none */
    int line, col, end_line, end_col;
} asy_loc;

typedef enum {
    ASY_FROM_FILE, ASY_FROM_INCLUDE, ASY_FROM_ARM, ASY_FROM_AXIS, ASY_FROM_SMOKE, ASY_FROM_OVERRIDE,
    ASY_FROM_DEFAULT
} asy_origin;

typedef struct asy_tree {
    asy_tree_kind kind;
    bool quoted;                    /* the scalar stood in quotes */
    const char *key;                /* inside a map: the key; else NULL */
    const char *text;               /* a scalar's text, verbatim */
    asy_loc loc, key_loc;           /* the value's and the key's span */
    asy_origin origin;
    const struct asy_tree *over;    /* the node this one replaced (by arm or override), for notes */
    const struct asy_tree *var;     /* of a scalar `$name`: what stands in `vars`; itself: nothing does */
    struct asy_tree *child, *next;  /* first child; next sibling, in file order */
} asy_tree;

const asy_tree *asy_tree_get(const asy_tree *map, const char *key);  /* NULL if absent or not a map */
int asy_tree_count(const asy_tree *);                                /* number of children */
#endif
