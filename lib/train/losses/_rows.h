// SPDX-License-Identifier: GPL-3.0-or-later
/* What the losses share: from a loss a label to one a row, and one a batch. */
#ifndef ASY_TRAIN_LOSSES_ROWS_H
#define ASY_TRAIN_LOSSES_ROWS_H
#include "assay.h"

/* How many scores a label has: the last axis of the logits, [K] or [T,K]; at least 1. */
int64_t asy__loss_classes(const asy_loss_in *);
/* each: row [], or [T] where rows have T labels. *rows: row [], then the mean over those labels that count;
 * returns the batch's mean of the rows. */
asy_val asy__loss_of(const asy_loss_in *, asy_val each, asy_val *rows);
#endif
