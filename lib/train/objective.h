// SPDX-License-Identifier: GPL-3.0-or-later
/* What training makes small: a loss, and of an ensemble the sum of the loss over its members. */
#ifndef ASY_TRAIN_OBJECTIVE_H
#define ASY_TRAIN_OBJECTIVE_H
#include "../method/loss.h"
#include "../model/model.h"

/* Emits the loss of a model that the scope has emitted: batch [], and its rows where the loss decomposes. Each
 * member of an ensemble gets the loss of its own logits; as none of them is in another's, the gradient of each
 * is what it would be alone. soft: as in asy_loss_in. */
asy_val asy__objective_emit(const asy_model *, const asy_bound *loss, asy_scope *, asy_val logits,
                            asy_val labels, asy_val soft, asy_val *rows);
#endif
