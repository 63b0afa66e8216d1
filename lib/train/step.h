// SPDX-License-Identifier: GPL-3.0-or-later
/* One step: batch → adversary → loss → estimator → optimiser. The graph is written and planned once. */
#ifndef ASY_TRAIN_STEP_H
#define ASY_TRAIN_STEP_H
#include "../attack/adversary.h"
#include "../method/optimizer.h"
#include "../model/model.h"
#include "batch.h"

typedef struct {
    const asy_bound *loss, *optimizer, *adversary /* NULL: none */, *estimator;
    int64_t batch;                      /* most samples of a step */
    const asy_backend *backend; asy_pool *pool;
} asy__step_in;

/* Elements of a slot that one task updates. */
typedef struct {
    int slot;
    int64_t first, n;
} asy__part;
typedef struct {
    asy__step_in in;
    asy_model *model;                   /* its weights are what is trained */
    asy__batch batch;
    asy_val x, y;
    asy_plan *plan; asy_exec *exec;     /* outs: mean loss, correct answers, a gradient a slot */
    int n_bind; asy_bind *bind;         /* x, y, then the weights */
    asy_scope *scope;                   /* that the model was written into */
    float *gradient;                    /* [model->n], for an optimiser with `step`; else NULL */
    asy_whole whole;
    asy_optim optim;
    float *state[ASY_OPT_STATE];        /* [model->n] each; NULL beyond the optimiser's n_state */
    int64_t n_parts; asy__part *part; bool *bad;
    asy_adversary *adversary;
} asy__step;

/* All memory but the plan's is the arena's; free also what a failed new leaves. */
asy_status asy__step_new(asy__step **, asy_arena *, asy_model *, const asy__step_in *) ASY_CHECKED;
void       asy__step_free(asy__step *);
/* epoch counts from 1 and is for messages. attack: the stream of this step's adversary. A loss or gradient
 * that is not finite is EFINITE with the first such tensor, the step and the batch's ids; the weights are
 * then of no use. */
typedef struct { double loss; int64_t correct; } asy__step_out;
asy_status asy__step_run(asy__step *, const asy_view *, int64_t n, const uint32_t *index, double lr,
                         int64_t epoch, asy_rng attack, asy__step_out *) ASY_CHECKED;
/* EFINITE with its name if a weight is not finite: the last update's overflow, which no later loss would
 * show. */
asy_status asy__step_check(const asy__step *, int64_t epoch) ASY_CHECKED;

/* batch []: how many rows have their label first; the first of equal scores counts. */
asy_val asy__count_correct(asy_graph *, asy_val logits, asy_val labels);
#endif
