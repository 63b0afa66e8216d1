// SPDX-License-Identifier: GPL-3.0-or-later
/* One step: lot → adversary → loss → estimator → optimiser. The graph is written and planned once.
 *
 * A lot of more rows than the plan takes is done in pieces: loss and gradient are the pieces' means by their
 * rows, summed in float64 in their order. Pieces need a loss that is a mean of its rows and an estimator to
 * match; else the plan takes the whole lot. A lot without rows has loss 0 and gradient 0. */
#ifndef ASY_TRAIN_STEP_H
#define ASY_TRAIN_STEP_H
#include "../attack/adversary.h"
#include "../method/optimizer.h"
#include "../model/model.h"
#include "batch.h"

/* Rows above which a lot is done in pieces of that many, where it may be. */
enum { ASY__PIECE = 4096 };
typedef struct {
    const asy_bound *loss, *optimizer, *adversary /* NULL: none */, *estimator;
    int64_t batch;                      /* samples that a lot is expected to have at most */
    bool mixes;                         /* rows have two labels: batch.y2, batch.mix */
    const asy_augments *augments; /* of the rows as they are loaded; NULL: none. One that mixes: `mixes` */
    bool soft;                          /* the loss goes by distributions over the classes: batch.soft */
    const asy_backend *backend; asy_pool *pool;
} asy__step_in;

/* Elements of a slot that one task updates; out: the slot's place among those that are trained. */
typedef struct {
    int slot, out;
    int64_t first, n;
} asy__part;
/* A step's streams: SEED/attack/train/STEP, SEED/dropout/train/STEP. */
typedef struct {
    asy_rng attack, dropout;
} asy__streams;
asy__streams asy__step_streams(const asy_rng *seed, int64_t step);
/* What the gradient in hand is of. */
typedef struct {
    const asy_view *view;
    int64_t n;
    const uint32_t *index;
    asy__streams streams;
    bool loaded;                        /* its only piece lies in the batch, perturbed */
    double loss;
    int64_t correct;
} asy__lot;
/* For an optimiser with `step`. */
typedef struct {
    asy_whole whole;
    int64_t vectors;                    /* of `all`: w, then the optimiser's memory */
    double *all, *g, *last_w, *last_g;  /* last: of the closure's last call on this lot */
    bool has_last;
    double last_loss;
    int64_t last_correct;
} asy__wide;
typedef struct {
    asy__step_in in;
    asy_model *model;                   /* its weights are what is trained */
    asy_dtype real;
    asy__batch batch;
    double *x, *soft;                   /* the batch in float64; NULL where real is float32 */
    asy_val val_x, val_y, val_y2, val_mix, val_soft;
    asy_scope *scope;
    /* outs: mean loss, correct answers, a gradient a trained slot, then the next running statistics */
    asy_plan *plan; asy_exec *exec;
    int n_bind; asy_bind *bind;         /* x, y, the weights, y2 and mix; then the random values' */
    int n_trained, *trained;            /* slots that are neither frozen nor statistics */
    int n_updated, *updated;            /* slots of statistics that a step renews */
    asy__lot lot;
    bool gathered;                      /* the gradient lies in `gradient`, not in the exec */
    float *gradient;                    /* [model->n] */
    double *sum;                        /* [model->n], of pieces; NULL where there are none */
    asy__wide *wide;
    asy_optim optim;
    float *state[ASY_OPT_STATE];        /* [model->n] each; NULL beyond the optimiser's n_state */
    int64_t n_parts; asy__part *part; bool *bad;
    double (*square)[2];                /* a part's sums of squares */
    asy_norms *norms;                   /* a slot's */
    float scale;                        /* of the gradient */
    asy_adversary *adversary;
} asy__step;

/* All memory but the plan's is the arena's; free also what a failed new leaves. */
asy_status asy__step_new(asy__step **, asy_arena *, asy_model *, const asy__step_in *) ASY_CHECKED;
void       asy__step_free(asy__step *);
/* epoch counts from 1 and is for messages. A loss or gradient that is not finite is EFINITE with the first
 * such tensor, the step and the batch's ids; the weights are then of no use. */
typedef struct { double loss; int64_t correct; } asy__step_out;
asy_status asy__step_run(asy__step *, const asy_view *, int64_t n, const uint32_t *index, double lr,
                         int64_t epoch, asy__streams, asy__step_out *) ASY_CHECKED;
/* EFINITE with its name if a weight is not finite: the last update's overflow, which no later loss would
 * show. */
asy_status asy__step_check(const asy__step *, int64_t epoch) ASY_CHECKED;

/* ---- shared by step.c, lot.c and update.c */
enum { ASY__OUT_LOSS, ASY__OUT_CORRECT, ASY__OUT_GRAD };
bool asy__all_finite(int64_t n, const float *x);
/* Loss and gradient of the lot, at the weights that are bound. g NULL: the gradient stays where
 * asy__part_gradient finds it; else [model->n], float64. */
asy_status asy__lot_run(asy__step *, double *g) ASY_CHECKED;
asy_status asy__update(asy__step *, double lr, int64_t epoch) ASY_CHECKED;
asy_status asy__update_new(asy__step *, asy_arena *) ASY_CHECKED;
const float *asy__part_gradient(const asy__step *, const asy__part *);
asy_status asy__slot_diverged(const asy__step *, int64_t step, int64_t epoch, const char *what, int slot);
/* The step of an optimiser that asks for a closure. */
asy_status asy__wide_new(asy__step *, asy_arena *) ASY_CHECKED;
asy_status asy__wide_begin(asy__step *) ASY_CHECKED;
asy_status asy__wide_step(asy__step *) ASY_CHECKED;

/* batch []: how many labels have the highest score; the first of equal scores counts. */
asy_val asy__count_correct(asy_scope *, asy_val logits, asy_val labels);
#endif
