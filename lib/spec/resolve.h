// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to lib/spec: what stands between a file's tree and the trees that are bound: includes, vars, seeds,
 * axes. */
#ifndef ASY_SPEC_RESOLVE_H
#define ASY_SPEC_RESOLVE_H
#include "spec.h"

/* ---- include.c. The tree with its files of `include` laid below it, first to last, and without that key.
 * dir: what its paths are relative to. Files are kept in the study, in the order in which they are read; a
 * study that is opened again reads its own copies (options.frozen) in that order. */
asy_tree *asy__include(asy_arena *, asy_diag *, const asy_tree *root, const char *dir,
                       const asy_spec_options *, asy_study *);

/* ---- vars.c. A copy in which each scalar `$name` (whole, not quoted) is what `vars` says; E0208. */
asy_tree *asy__vars(asy_arena *, asy_diag *, const asy_tree *root);

/* ---- seeds.c. Fills seeds and fixed streams of the study from `seeds`: a count, a list, or {count, base,
 * fixed}. */
void asy__seeds_read(asy_arena *, asy_diag *, const asy_tree *root, const asy_spec_options *, asy_study *);

/* ---- axes.c */
typedef struct {
    const char *path;
    int n;
    const asy_tree **value; /* of `sweep.axes`, each with its place */
} asy__axis;
typedef struct {
    int n_axes;
    asy__axis *axis;
    int n;   /* combinations, in the order of the file, the last axis fastest; 1 where there is no axis */
    int *at; /* [n, n_axes]: which value of each axis */
} asy__sweep;
/* `sweep` of the tree, and the axes of the command line. Axes that an override sets are left out. */
void asy__sweep_read(asy_arena *, asy_diag *, const asy_tree *root, const asy_spec_options *, asy__sweep *);
/* What combination i lays over an arm; NULL without axes. */
asy_tree *asy__sweep_tree(asy_arena *, const asy__sweep *, int i);
/* Fills axes and config of a run: canonical JSON {"PATH":VALUE,…}, keys sorted; "ARM[PATH=VALUE,…]". */
asy_status asy__sweep_name(asy_arena *, const asy__sweep *, int i, asy_run_plan *) ASY_CHECKED;
#endif
