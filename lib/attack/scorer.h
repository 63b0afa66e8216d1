// SPDX-License-Identifier: GPL-3.0-or-later
/* A model's forward pass in evaluation mode, with a graph, plan and memory of its own: what re-scores attacks
 * and measures accuracy. */
#ifndef ASY_ATTACK_SCORER_H
#define ASY_ATTACK_SCORER_H
#include "../base/pool.h"
#include "../model/model.h"

typedef struct asy_scorer asy_scorer;
/* Memory for max_rows rows at once; asy_scorer_run takes any number. A random model is scored by the mean of
 * its probabilities over `draws` draws (at least 1) of the stream `noise`: its logits are then their
 * logarithms. */
asy_status asy_scorer_new(asy_scorer **, const asy_model *, const asy_backend *, asy_pool *, int64_t max_rows,
                          asy_rng noise, int64_t draws) ASY_CHECKED;
void asy_scorer_free(asy_scorer *);
/* x [rows, S…], y [rows], sample ids [rows] → logits [rows, K] and cross-entropy [rows]; y and loss may both
 * be NULL. */
asy_status asy_scorer_run(asy_scorer *, const float *w, uint64_t version, int64_t rows, const float *x,
                          const int32_t *y, const uint64_t *id, float *logits, float *loss) ASY_CHECKED;

/* Index of the largest, by the order of DESIGN §3.3: the first of equals, the first NaN before all numbers.
 */
int32_t asy_argmax(int64_t k, const float *z);
/* z_y − max over j ≠ y; positive where y wins. NaN if one of them is. */
double asy_margin(int64_t k, const float *z, int32_t y);
#endif
