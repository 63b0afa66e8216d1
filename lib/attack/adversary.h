// SPDX-License-Identifier: GPL-3.0-or-later
/* An attack inside a training step: perturbs rows in place, on all threads. Weights are given anew for each
 * call, memory and programs are kept. */
#ifndef ASY_ATTACK_ADVERSARY_H
#define ASY_ATTACK_ADVERSARY_H
#include "../base/pool.h"
#include "../method/attack.h"
#include "../model/model.h"

typedef struct asy_adversary asy_adversary;
/* `adversary` stands at asy_spot_adversary or nested in an evaluation; it, the arena, model and pool must
 * outlive the result. Which rows of a batch are perturbed (`mix`) is the caller's choice: it hands over
 * those. */
asy_status asy_adversary_new(asy_adversary **, asy_arena *, const asy_model *, const asy_bound *adversary,
                             const asy_backend *, asy_pool *, int64_t max_rows) ASY_CHECKED;
/* x [rows, S…] becomes adversarial for the weights w (version as in asy_bind); y [rows] is the label, id
 * [rows] the entity of every draw. step_rng: the step's own stream, SEED/attack/… . training: each row runs
 * to the end and its last point is taken; else the worst point found, as in an evaluation, and rows stop at
 * the goal. */
asy_status asy_adversary_run(asy_adversary *, const float *w, uint64_t version, int64_t rows, float *x,
                             const int32_t *y, const uint64_t *id, asy_rng step_rng,
                             bool training) ASY_CHECKED;
void       asy_adversary_free(asy_adversary *);
#endif
