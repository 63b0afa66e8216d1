// SPDX-License-Identifier: GPL-3.0-or-later
/* Optimisers act on the flat parameter vector. Element-wise ones give `update`, called for blocks of it in parallel; one that needs the
 * loss elsewhere (L-BFGS, SAM) sets `closure` and gives `step`. */
#ifndef ASY_METHOD_OPTIMIZER_H
#define ASY_METHOD_OPTIMIZER_H
#include "method.h"
enum { ASY_OPT_STATE = 4, ASY_OPT_SCALARS = 4 };
typedef struct { int64_t first, n; bool decays; } asy_segment;      /* a tensor's place in the vector; weight decay applies to it */
typedef struct {
    int64_t n;                          /* parameters */
    float *w; const float *g;           /* [n] */
    float *state[ASY_OPT_STATE];        /* [n] each, zero at first; saved in checkpoints */
    double scalar[ASY_OPT_SCALARS];     /* running products such as βᵗ; saved in checkpoints */
    int64_t step;                       /* 0 for the first update */
    double lr;                          /* of this step, from the schedule */
    int n_segments; const asy_segment *segment;
} asy_optim;
typedef asy_status (*asy_closure)(void *ctx, const float *w, double *loss, float *g);  /* loss and gradient of the full data at w */
typedef struct {
    asy_method m;
    int n_state;
    double (*lr)(const void *params);                               /* the base rate, for the schedule */
    const asy_bound *(*schedule)(const void *params);               /* NULL: constant */
    void (*begin)(const void *params, asy_optim *);                 /* initial scalars; optional */
    void (*advance)(const void *params, asy_optim *);               /* once a step before the updates: scalars; optional */
    void (*update)(const void *params, const asy_optim *, int64_t first, int64_t n, bool decays);   /* elements of one segment's part */
    bool closure;
    asy_status (*step)(const void *params, asy_optim *, asy_closure, void *ctx);   /* instead of update */
} asy_optimizer;
extern const asy_spot asy_spot_optimizer;
extern const asy_kind asy_kind_optimizer;
#endif
