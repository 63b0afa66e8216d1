// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to lib/spec: pieces of resolution. */
#ifndef ASY_SPEC_OVERLAY_H
#define ASY_SPEC_OVERLAY_H
#include "spec.h"

/* `a.b.c=VALUE` as nested maps whose nodes point into the argument; NULL with E0210 or E01xx. */
asy_tree *asy__override(asy_arena *, asy_diag *, const char *arg, int number);
/* What --smoke lays over a spec beside its own `smoke` block: one epoch, two steps, one seed. procedure: the
 * training that is meant where the spec names none; NULL: the ordinary one. */
asy_tree *asy__smoke_tree(asy_arena *, const asy_tree *root, const char *procedure);
/* The training that a spec's architecture brings along, where `train` names none; NULL: it brings none. */
const char *asy__own_procedure(asy_arena *, const asy_tree *root);
/* Makes it the method of `train`, in a tree that nobody shares. Keys of the ordinary training are E0301, or E0303
 * where they hold what the architecture cannot serve. */
asy_tree *asy__lay_procedure(asy_arena *, asy_diag *, asy_tree *root, const char *procedure);
/* E0303 for every method that needs what the model's architecture does not give, with what would work. */
void asy__check_needs(asy_arena *, asy_diag *, const asy_tree *, const asy_root *, const asy_rtree *);
/* Symbols that would be normalised, and rows with several labels where one is meant: E0303. */
void asy__check_labels(asy_diag *, const asy_root *, const asy_rtree *);
extern const asy_param asy__root_rows[]; /* the root block */
extern const asy_param asy__expect_row[]; /* a claim of `expect` */
/* Arms, evaluations and paths that claims name: E0204, E0205, E0210. */
void asy__expect_check(asy_arena *, asy_diag *, const asy_study *);
/* Stages and runs of a study whose runs are bound: fills keys, deps, order, spec_id. */
asy_status asy__stages_plan(asy_study *, asy_arena *, asy_diag *) ASY_CHECKED;
#endif
