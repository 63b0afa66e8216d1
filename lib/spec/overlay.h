// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to lib/spec: pieces of resolution. */
#ifndef ASY_SPEC_OVERLAY_H
#define ASY_SPEC_OVERLAY_H
#include "spec.h"

/* `a.b.c=VALUE` as nested maps whose nodes point into the argument; NULL with E0210 or E01xx. */
asy_tree *asy__override(asy_arena *, asy_diag *, const char *arg, int number);
/* What --smoke lays over a spec beside its own `smoke` block: one epoch, two steps, one seed. */
asy_tree *asy__smoke_tree(asy_arena *, const asy_tree *root);
extern const asy_param asy__root_rows[]; /* the root block */
extern const asy_param asy__expect_row[]; /* a claim of `expect` */
/* Arms, evaluations and paths that claims name: E0204, E0205, E0210. */
void asy__expect_check(asy_arena *, asy_diag *, const asy_study *);
/* Stages and runs of a study whose runs are bound: fills keys, deps, order, spec_id. */
asy_status asy__stages_plan(asy_study *, asy_arena *, asy_diag *) ASY_CHECKED;
#endif
