// SPDX-License-Identifier: GPL-3.0-or-later
/* A model and its loss against finite differences, in float64: what `assay grad` runs. */
#ifndef ASY_TRAIN_CHECK_MODEL_H
#define ASY_TRAIN_CHECK_MODEL_H
#include "../graph/check.h"
#include "../model/model.h"

/* First and second derivatives of the mean loss of the rows x [rows, S…] with labels y and sample ids by all weights and by x,
 * at the model's weights, in training mode. Directions that cross a kink of relu or max within kink/2 are
 * skipped and counted, and others tried, up to 128 in all; *checked says how many were not. */
asy_status asy_model_check(const asy_model *, const asy_bound *loss, int64_t rows, const float *x,
                           const int32_t *y, const uint64_t *id, double kink, asy_rng, asy_check_result *,
                           int *checked) ASY_CHECKED;
#endif
