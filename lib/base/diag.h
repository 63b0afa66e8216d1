// SPDX-License-Identifier: GPL-3.0-or-later
/* Collected diagnostics: everything wrong with an input, said at once.
 * Codes and forms: user-experience §5 (E01 reading, E02 form, E03 meaning, E04 data, E05 model file,
 * E06 run, E07 store). */
#ifndef ASY_BASE_DIAG_H
#define ASY_BASE_DIAG_H
#include "arena.h"
#include "buf.h"
#include "tree.h"

typedef enum { ASY_ERROR, ASY_WARNING } asy_level;
typedef struct asy_diag asy_diag;
typedef struct asy_diag_item asy_diag_item;

asy_diag *asy_diag_new(asy_arena *);    /* owned by the arena */
/* Adds one; later calls hang label, help and notes on the last one added. `loc` may be NULL (no place).
 * The level is read from the code's first letter (E, W). */
void asy_diag_add(asy_diag *, const char *code, const asy_loc *loc, const char *fmt, ...) ASY_PRINTF(4, 5);
/* `train.optimizer.lr`, for --json */
void asy_diag_path(asy_diag *, const char *path);
void asy_diag_label(asy_diag *, const char *fmt, ...) ASY_PRINTF(2, 3);     /* text beside the carets */
/* a second place */
void asy_diag_second(asy_diag *, const asy_loc *, const char *fmt, ...) ASY_PRINTF(3, 4);
void asy_diag_help(asy_diag *, const char *fmt, ...) ASY_PRINTF(2, 3);
void asy_diag_note(asy_diag *, const char *fmt, ...) ASY_PRINTF(2, 3);
int  asy_diag_errors(const asy_diag *);
int  asy_diag_warnings(const asy_diag *);
/* Renders at most 20, in file order, with "… and N more"; a diagnostic reported twice (by two arms,
 * say) is shown once. */
void asy_diag_render(const asy_diag *, asy_buf *out, bool color);
void asy_diag_render_json(const asy_diag *, asy_buf *out);                  /* one object a line */
/* ESPEC if an E01-E03 is there, else EDATA for E04, else EMODEL for E05, else OK. */
asy_status asy_diag_status(const asy_diag *) ASY_CHECKED;

/* Nearest name by Damerau–Levenshtein, at most max(1, len/3) away; NULL if none is near. Ties: both
 * are near, `second` gets the other (may be NULL). */
const char *asy_near(const char *word, int n, const char *const names[], const char **second);
#endif
