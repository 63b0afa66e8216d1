// SPDX-License-Identifier: GPL-3.0-or-later
/* Fit: steps over a view, selection on a part, early stop, checkpoints, exact resume. What procedures call.
 */
#ifndef ASY_TRAIN_FIT_H
#define ASY_TRAIN_FIT_H
#include "../method/procedure.h"

typedef struct {
    int64_t metric;
    const char *on;
    const asy_bound *attack;            /* NULL: accuracy as it is */
} asy_select_par;
typedef struct { int64_t metric, patience; } asy_stop_par;
enum { ASY_AVERAGE_NONE, ASY_AVERAGE_SWA };
typedef struct { int64_t average; double start; } asy_weights_par;
typedef struct { double every; } asy_checkpoint_par;                                          /* seconds */
typedef struct {
    int64_t epochs, steps;              /* one of them; the other is 0 */
    int64_t batch;                      /* 0: all samples */
    const asy_bound *sampler, *loss, *optimizer, *adversary, *estimator;
    const asy_select_par *select;       /* NULL: the last weights */
    const asy_stop_par *stop;
    double ema;                         /* 0: none */
    const asy_weights_par *weights;     /* NULL: no average */
    const asy_checkpoint_par *checkpoint;
} asy_fit_par;

/* Trains ctx->model on a view. Lines go to metrics.jsonl: one a step {"epoch","loss","lr","step"}, one an
 * epoch {"epoch","loss","step","train.accuracy","val.accuracy","val.attack_accuracy"}; epochs and steps
 * count from 1, loss and train.accuracy are of the batches as trained on, before each update, val is the part
 * of `select.on`. Without `select` the part `val`, if there is one, is scored all the same. Ends with the
 * selected weights in the model (an equal score later on does not replace an earlier one) and, beside a
 * selection, the last ones in last.safetensors. ESTOP: asked to stop; the checkpoint is written. EFINITE:
 * diverged. */
asy_status asy_fit(const asy_fit_par *, asy_train_ctx *, const asy_view *train) ASY_CHECKED;
#endif
