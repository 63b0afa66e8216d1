// SPDX-License-Identifier: GPL-3.0-or-later
/* A small training for tests: three blobs, an mlp, a folder for checkpoints. Checks inside are the runner's.
 */
#ifndef ASY_TESTS_SUPPORT_TRAINING_H
#define ASY_TESTS_SUPPORT_TRAINING_H
#include "../known/lib/model/_world.h"
#include "memory_sink.h"

enum { ASY_TRAINING_TRAIN = 90, ASY_TRAINING_VAL = 30, ASY_TRAINING_CLASSES = 3 };
typedef const char *asy_pair[2];

typedef struct {
    asy_arena *arena;
    char folder[64], place[80];         /* place: of checkpoints, inside folder */
    asy_dataset_view *data;             /* parts train and val of points in the unit square */
    asy_pool *pool;                     /* NULL at first; freed at the end */
    const asy_backend *backend;         /* NULL at first: the references */
} asy_training;

void asy_training_begin(asy_training *);
void asy_training_end(asy_training *);
const asy_bound *asy_training_bind(asy_training *, const asy_pair pairs[]);      /* of `supervised` */
asy_model *asy_training_model(asy_training *, uint64_t seed); /* mlp 2-16-3 with its initial weights */
/* With seed 5; checkpoint NULL: none. */
asy_status asy_training_run(asy_training *, const asy_bound *, asy_model *, asy_memory_sink *,
                            const char *checkpoint);
#endif
