// SPDX-License-Identifier: GPL-3.0-or-later
/* Models of symbols, and rows with several labels. */
#ifndef ASY_MODEL_TARGETS_H
#define ASY_MODEL_TARGETS_H
#include "../method/arch.h"
#include "scope.h"

/* T labels a row: the input's own (masked) or others. */
void asy_targets_set(asy_arch_io *, int64_t labels, bool masked);
/* How many of a row's labels count: 1, T, or as many as are hidden. */
int64_t asy_targets_scored(const asy_arch_io *);
/* Labels of a row as an input's shape: [] or [T]. */
asy_shape asy_targets_shape(const asy_arch_io *);

/* x row [T] in [lo, hi] → i32 [T]: the symbol that a stored byte was, x outside cut. Where labels are the
 * symbols themselves, `hidden` of them in each row are chosen without replacement and, with probability 0.8,
 * become the symbol io->symbols, with 0.1 any symbol, else stay (Devlin et al. 2019); the others count for
 * nothing in asy_targets_mean and asy_targets_hits. Random values `hidden`, `hidden/how`, `hidden/symbol`. */
asy_val asy_targets_symbols(asy_scope *, const asy_arch_io *, asy_val x, double lo, double hi);
/* Row [] as it is; row [T] → []: the mean over the labels that count. */
asy_val asy_targets_mean(asy_scope *, asy_val each);
/* Row []: how many labels that count have the highest score; the first of equals is taken. */
asy_val asy_targets_hits(asy_scope *, asy_val logits, asy_val labels);
#endif
