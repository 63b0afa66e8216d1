// SPDX-License-Identifier: GPL-3.0-or-later
/* Per-row results of an evaluation, in the form of user-experience §7. */
#ifndef ASY_ATTACK_RECORD_H
#define ASY_ATTACK_RECORD_H
#include "../method/evaluation.h"

/* All [n]; distance and queries may be NULL (an evaluation that perturbs nothing). */
typedef struct {
    int64_t n;
    const uint64_t *id;
    const int32_t *label, *prediction;
    const uint8_t *correct;
    const double *distance;
    const int64_t *queries;
} asy_examples;
/* examples/<on>.npz: index, label, prediction, correct, distance, queries. */
asy_status asy_put_examples(asy_eval_ctx *, const asy_examples *) ASY_CHECKED;
/* adv.npz: index, y, pred, x (stored type), x_adv (float32 [n, S…], in data.range) of the view's rows; eps
 * [n] (NULL: left out): the radius at which a row fell. */
asy_status asy_put_adversarial(asy_eval_ctx *, const int32_t *pred, float *x_adv, double *eps) ASY_CHECKED;
#endif
