// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef ASY_METHOD_PROCEDURE_H
#define ASY_METHOD_PROCEDURE_H
#include "../base/pool.h"
#include "../graph/plan.h"
#include "sink.h"
#include "view.h"
typedef struct asy_model asy_model;
typedef struct {
    asy_arena *arena;
    asy_model *model;               /* initialised; holds the trained weights afterwards */
    const asy_dataset_view *data;   /* parts train, val … */
    asy_rng seed;                   /* path SEED: parts are "init", "order", "attack", "noise" … */
    const asy_backend *backend; asy_pool *pool;
    asy_sink *sink;
    const char *checkpoint;         /* folder for checkpoints of this stage (its .work/checkpoint); resumes from what lies there; NULL: none */
} asy_train_ctx;
typedef struct {
    asy_method m;
    asy_status (*run)(const asy_bound *, asy_train_ctx *);
} asy_procedure;
extern const asy_spot asy_spot_train;
extern const asy_kind asy_kind_procedure;
#endif
