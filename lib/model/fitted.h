// SPDX-License-Identifier: GPL-3.0-or-later
/* Models without a graph: fitted at once, then asked for probabilities (DESIGN §3.7). */
#ifndef ASY_MODEL_FITTED_H
#define ASY_MODEL_FITTED_H
#include "model.h"

/* Learns from the rows of a view; each member of an ensemble from streams of its own. seed: path SEED; sink: progress,
 * stop, facts, may be NULL. EDATA: a value that is not finite, a label that is no class; ESTOP. */
asy_status asy_model_fit(asy_model *, asy_arena *, const asy_view *, asy_rng seed, asy_pool *, asy_sink *) ASY_CHECKED;
/* x [rows, S…] in data.range units → logits [rows, K]: the logarithm of each class's probability, of an ensemble the
 * mean one; what lies below 2^-126 counts as that. Row-invariant; from any thread. */
asy_status asy_model_predict(const asy_model *, asy_pool *, int64_t rows, const float *x, float *logits) ASY_CHECKED;
/* A state, a file's for example, becomes what the model predicts by. EMODEL says what is wrong with it; the model is
 * then as before. The tensors are used, not copied. */
asy_status asy__model_open(asy_model *, asy_arena *, const asy_state *) ASY_CHECKED;
#endif
