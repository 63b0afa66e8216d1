// SPDX-License-Identifier: GPL-3.0-or-later
/* A batch of samples in memory, loaded over the pool. */
#ifndef ASY_TRAIN_BATCH_H
#define ASY_TRAIN_BATCH_H
#include "../base/pool.h"
#include "../method/arch.h"
#include "../method/augment.h"
#include "../method/view.h"

typedef struct {
    int64_t capacity, rows, width, labels;
    float *x;                           /* [rows, width] */
    int32_t *y;                         /* [rows, labels] */
    /* Rows with two labels: the loss is mix·loss(y) + (1 − mix)·loss(y2). NULL: they have one. */
    int32_t *y2;
    float *mix;
    int64_t classes; float *soft;       /* [rows, classes]: distributions over the classes; NULL: not asked for */
    uint64_t *id;
    const asy_augments *augments;       /* NULL: none */
    float *scratch;                     /* a sample for each thread */
    float *raw; uint64_t (*rank)[2];    /* rows before they are mixed; NULL without a mixture */
    asy_pool *pool;
} asy__batch;
asy_status asy__batch_new(asy__batch *, asy_arena *, const asy_arch_io *, int64_t capacity,
                          asy_pool *) ASY_CHECKED;
/* Makes room for second labels; a loaded row has its own label twice until somebody mixes. */
asy_status asy__batch_mixes(asy__batch *, asy_arena *) ASY_CHECKED;
/* From now on loaded rows are augmented, for the epoch and view that the list is turned to. */
asy_status asy__batch_augment(asy__batch *, asy_arena *, const asy_augments *) ASY_CHECKED;
/* Makes room for distributions over the classes; what is loaded must then have a column of them. */
asy_status asy__batch_soft(asy__batch *, asy_arena *, int64_t classes) ASY_CHECKED;
/* n samples of the view: index[0 … n−1], or n from `first` where index is NULL. */
asy_status asy__batch_load(asy__batch *, const asy_view *, int64_t n, int64_t first,
                           const uint32_t *index) ASY_CHECKED;
#endif
