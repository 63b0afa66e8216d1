// SPDX-License-Identifier: GPL-3.0-or-later
/* What diag.c collects and diag_render.c shows. */
#ifndef ASY_BASE_DIAG_ITEM_H
#define ASY_BASE_DIAG_ITEM_H
#include "diag.h"
#include "map.h"

typedef struct asy__diag_line { bool help; const char *text; struct asy__diag_line *next; } asy__diag_line;

struct asy_diag_item {
    const char *code, *message, *label, *path, *second_text;
    asy_level level;
    asy_loc loc, second;    /* line 0: no place */
    int file_rank, order;   /* of the file among those seen; of the item */
    asy__diag_line *lines, **tail;
    asy_diag_item *next;
};

struct asy_diag {
    asy_arena *arena;
    asy_map *seen, *files;
    asy_diag_item *first, **tail, *last; /* last: NULL where the latest was a duplicate or found no memory */
    int n, errors, warnings;
};
#endif
