// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to lib/spec. */
#ifndef ASY_SPEC_MATCH_H
#define ASY_SPEC_MATCH_H
#include "spec.h"
/* Every method below `train` and `evaluate` whose needs the model's arch lacks is E0303. */
void asy__match(asy_diag *, const asy_root *, const asy_rtree *resolved);
#endif
