// SPDX-License-Identifier: GPL-3.0-or-later
/* Samplers: which samples make a batch, an epoch at a time. */
#ifndef ASY_METHOD_SAMPLER_H
#define ASY_METHOD_SAMPLER_H
#include "../base/arena.h"
#include "../base/rng.h"
#include "method.h"
/* n samples of the view, their ids; `order` is the stream SEED/order */
typedef struct { int64_t n; const uint64_t *id; int64_t batch; int64_t epoch; asy_rng order; } asy_sampler_in;
/* batch b: index[first[b] … first[b+1]), indices into the view */
typedef struct { int64_t n_batches; int64_t *first; uint32_t *index; } asy_order;
typedef struct {
    asy_method m;
    /* an epoch's number of batches, known before it */
    int64_t (*batches)(const void *params, int64_t n, int64_t batch);
    asy_status (*epoch)(const void *params, asy_arena *, const asy_sampler_in *, asy_order *);
} asy_sampler;
extern const asy_spot asy_spot_sampler;
extern const asy_kind asy_kind_sampler;
#endif
