// SPDX-License-Identifier: GPL-3.0-or-later
/* Ensembles: copies of one architecture whose tensors stand below `member1/`, `member2/` … */
#ifndef ASY_MODEL_MEMBERS_H
#define ASY_MODEL_MEMBERS_H
#include "model.h"

/* Writes all members. Returns log of the mean of their soft-max probabilities, row [classes]; taps:
 * `member1/logits` … and what each member taps, below its name, and `features`, theirs side by side. */
asy_val asy__members_emit(const asy_model *, asy_scope *, asy_val x);
/* One member, or a model that is no ensemble: its scores, tapped as `logits`. x is normalised. */
asy_val asy__model_emit_one(const asy_model *, asy_scope *, asy_val x);
#endif
