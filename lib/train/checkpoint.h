// SPDX-License-Identifier: GPL-3.0-or-later
/* Checkpoints: FOLDER/state.json says where training stands and names the file that holds its tensors. */
#ifndef ASY_TRAIN_CHECKPOINT_H
#define ASY_TRAIN_CHECKPOINT_H
#include "../method/optimizer.h"
#include "../tensor/file.h"

/* Everything but tensors that the steps to come depend on. */
typedef struct {
    int64_t epoch, batch;               /* whole epochs done; batches of the next one done */
    int64_t step;                       /* steps done */
    /* Sums over the last epoch that was begun: loss times rows, rows, right answers before each update. */
    double loss;
    int64_t seen, correct;
    /* Right answers on the selection's part after the last whole epoch: as it is, and under attack. */
    int64_t valid, attacked;
    /* The best score (−1: none yet), its epoch (from 1), epochs without a better one. */
    int64_t best, best_epoch, since;
    int64_t averaged;                   /* weights in the mean of `weights: {average: swa}` */
    int64_t metrics;                    /* length of metrics.jsonl */
    double scalar[ASY_OPT_SCALARS];     /* the optimiser's */
} asy__position;

/* Tensors first, into the file that the last checkpoint does not use; then state.json by rename. So there is
 * always one whole checkpoint. */
asy_status asy__checkpoint_save(const char *folder, const asy__position *, int n,
                                const asy_named t[]) ASY_CHECKED;
/* Fills position and tensors (by name; shapes as given). A checkpoint that is not whole, or is another
 * training's, is none: *found is false and a warning is logged. That costs time and changes no result. */
asy_status asy__checkpoint_load(const char *folder, asy__position *, int n, const asy_named t[],
                                bool *found) ASY_CHECKED;
#endif
