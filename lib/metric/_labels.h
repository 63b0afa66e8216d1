// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef ASY_METRIC_LABELS_H
#define ASY_METRIC_LABELS_H
#include "assay.h"
/* Accuracy and loss over the labels of rows that have several: puts accuracy (n labels; the interval takes rows,
 * not labels, as independent), loss, rows, and examples: index, correct (of the row's labels), counted. */
asy_status asy__labels_accuracy(asy_eval_ctx *) ASY_CHECKED;
#endif
