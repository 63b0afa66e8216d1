// SPDX-License-Identifier: GPL-3.0-or-later
/* Most optimisers are element-wise: `update` is called for spans of the parameter vector in parallel, in any
 * order. One that needs the loss elsewhere (L-BFGS, SAM) gives `step` instead and is handed a closure. */
#ifndef ASY_METHOD_OPTIMIZER_H
#define ASY_METHOD_OPTIMIZER_H
#include "method.h"
#include "sink.h"
enum { ASY_OPT_STATE = 4, ASY_OPT_SCALARS = 6 };
/* What a step knows as a whole. */
typedef struct {
    double scalar[ASY_OPT_SCALARS]; /* running products such as βᵗ; saved in checkpoints */
    int64_t step;                   /* 0 for the first update */
    double lr;                      /* of this step, from the schedule */
} asy_optim;
/* n elements of one tensor, with their gradient and state (0 at first; saved in checkpoints). decays: the
 * tensor is a product's weight, not a bias, gain or shift. */
typedef struct {
    int64_t n;
    float *w;
    const float *g;
    float *state[ASY_OPT_STATE];
    bool decays;
} asy_span;
/* 2-norms over a whole tensor, of its weights and of state[n_state − 1], summed in a fixed order. */
typedef struct { double w, last; } asy_norms;
/* Mean loss and gradient of the step's lot (with `batch: all` of the full data) at any point w; both vectors
 * have n elements. Its status goes up unchanged; what is not finite is left to the caller. */
typedef asy_status (*asy_closure)(void *ctx, const double *w, double *loss, double *g);
/* The whole parameter vector: w moves in place and is kept in float64 from step to step; g and loss are those
 * at w when the step begins. The padding between tensors is 0 and must stay 0, and so must what belongs to no
 * tensor here (frozen layers) stay as it is: its gradient is 0. decays[i]: as in asy_span. */
typedef struct {
    int64_t n;
    double *w;
    const double *g;
    double loss;
    int64_t rows;                   /* of the lot, whose mean the loss is */
    double *memory;                 /* `vectors` of n each, 0 at first; saved in checkpoints */
    int n_tensors;
    const int64_t *first, *count;
    const bool *decays;
} asy_whole;
typedef struct {
    asy_method m;
    int n_state;
    double (*lr)(const void *params);                 /* the base rate, for the schedule; NULL: 1 */
    const asy_bound *(*schedule)(const void *params); /* NULL: constant */
    void (*begin)(const void *params, asy_optim *);   /* initial scalars; optional */
    void (*advance)(const void *params, asy_optim *); /* once a step before the updates: scalars; optional */
    void (*update)(const void *params, const asy_optim *, const asy_span *);
    /* for each span again when all are updated, with its tensor's norms; optional */
    void (*apply)(const void *params, const asy_optim *, const asy_span *, const asy_norms *);
    asy_status (*step)(const void *params, asy_optim *, const asy_whole *, asy_closure,
                       void *ctx);                    /* instead of update */
    asy_dtype real;                                   /* with `step`: of the closure's graph */
    bool full;                                        /* needs the full data at each step: `batch: all` */
    int64_t (*vectors)(const void *params);           /* with `step`; NULL: 0 */
    /* the optimum is reached, or no step is found: training ends; optional */
    bool (*done)(const void *params, const asy_optim *);
    asy_status (*report)(const void *params, const asy_optim *, asy_sink *); /* at the end; optional */
} asy_optimizer;
/* Keys of the place. clip: the gradient is scaled to this 2-norm where it is longer; 0: it is not. */
typedef struct { double clip; } asy_optimizer_keys;
extern const asy_spot asy_spot_optimizer;
extern const asy_kind asy_kind_optimizer;
#endif
