// SPDX-License-Identifier: GPL-3.0-or-later
/* Tables of text, for the readers that are made of them. */
#ifndef ASY_READERS_CSV_H
#define ASY_READERS_CSV_H
#include "assay.h"
asy_status asy__csv_read(const asy_data_in *, const asy_bytes *, const asy_form *, asy_table *) ASY_CHECKED;

/* A table of cells while it grows, row by row. */
typedef struct {
    asy_arena *arena;
    int n_cols;
    int64_t n, n_cells, cap, line_cap;
    const char **cell;
    int64_t *line;
} asy__cells;
asy_status asy__cells_put(asy__cells *, const char *cell) ASY_CHECKED;
asy_status asy__cells_line(asy__cells *, int64_t line) ASY_CHECKED; /* a row is done; it began on this line */
/* Column by column; names and kinds of `cols` are the caller's. */
asy_status asy__cells_table(asy__cells *, asy_raw *cols, asy_table *) ASY_CHECKED;
/* Length of the UTF-8 character at s (RFC 3629; NUL-terminated text); 0: none. */
int asy__utf8_at(const char *s);
/* A whole number from 0 to `most`. */
bool asy__natural(const char *text, int64_t most, int64_t *out);
#endif
