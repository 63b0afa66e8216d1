// SPDX-License-Identifier: GPL-3.0-or-later
/* Training procedures: how a model comes to its weights. */
#ifndef ASY_METHOD_PROCEDURE_H
#define ASY_METHOD_PROCEDURE_H
#include "../base/pool.h"
#include "../graph/plan.h"
#include "sink.h"
#include "view.h"
typedef struct asy_model asy_model;
typedef struct {
    asy_arena *arena;
    /* initialised; holds the trained weights afterwards (the selected ones where there is a selection),
     * for the caller to save */
    asy_model *model;
    const asy_dataset_view *data;   /* parts train, val … */
    asy_rng seed;                   /* path SEED: parts are "init", "order", "attack", "noise" … */
    const asy_backend *backend; asy_pool *pool;
    asy_sink *sink;
    /* folder for checkpoints of this stage (its .work/checkpoint); resumes from what lies there; NULL:
     * none */
    const char *checkpoint;
    /* for the metadata of files that the procedure saves itself (last.safetensors, beside a selection);
     * NULL: none */
    const char *stage_key;
} asy_train_ctx;
typedef struct {
    asy_method m;
    /* ASY_ESTOP after the sink asked to stop: a checkpoint is written, the same call goes on from there. */
    asy_status (*run)(const asy_bound *, asy_train_ctx *);
    /* Rules between the training and `data.augment`, which is not empty. NULL: it knows no augmentation. */
    void (*augments)(const void *params, const asy_bounds *, asy_diag *);
} asy_procedure;
extern const asy_spot asy_spot_train;
extern const asy_kind asy_kind_procedure;
#endif
