// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to lib/model: a scope's random values. */
#ifndef ASY_MODEL_NOISE_H
#define ASY_MODEL_NOISE_H
#include "scope.h"

enum { ASY__NOISE = ASY_SCOPE_NOISE - 2 };
typedef struct {
    int n;
    const char *label[ASY__NOISE];
    asy_val key[ASY__NOISE], id, draw; /* inputs */
    int32_t word[ASY__NOISE][2];       /* what is bound to them: keys, … */
    int64_t max_rows;
    int32_t *id_word, *draw_word; /* … [max_rows, 2], [max_rows] */
    asy_val counts; /* row [T]: which of a row's labels count (targets.h); {0}: all */
} asy__noise;
/* A name with what stands before it at present. */
const char *asy__scope_name(const asy_scope *, const char *);
asy__noise *asy__scope_noise(asy_scope *);
asy_arena *asy__scope_arena(const asy_scope *);
#endif
