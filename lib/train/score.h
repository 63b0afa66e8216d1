// SPDX-License-Identifier: GPL-3.0-or-later
/* How many rows of a view a model gets right, as they are or under attack. */
#ifndef ASY_TRAIN_SCORE_H
#define ASY_TRAIN_SCORE_H
#include "../attack/adversary.h"
#include "../model/model.h"
#include "batch.h"

typedef struct {
    const asy_model *model;
    asy_scope *scope;
    asy__batch batch;
    asy_plan *plan; asy_exec *exec;     /* out: correct answers */
    asy_pool *pool; float *logits;      /* of a model without a graph, which has no plan */
    int n_bind; asy_bind *bind;
    asy_rng noise;
    asy_adversary *adversary;
} asy__score;

/* attack NULL: none. noise: the stream of a model that is random in evaluation, of which one draw counts. */
asy_status asy__score_new(asy__score **, asy_arena *, const asy_model *, const asy_bound *attack,
                          int64_t rows, const asy_backend *, asy_pool *, asy_rng noise) ASY_CHECKED;
void       asy__score_free(asy__score *);
/* With the model's present weights; attack NULL: the rows as they are, else the stream of the attack that the
 * score was made with. */
asy_status asy__score_run(asy__score *, const asy_view *, const asy_rng *attack,
                          int64_t *correct) ASY_CHECKED;
#endif
