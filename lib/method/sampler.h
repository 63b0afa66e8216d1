// SPDX-License-Identifier: GPL-3.0-or-later
/* Samplers: which samples make a batch, an epoch at a time. */
#ifndef ASY_METHOD_SAMPLER_H
#define ASY_METHOD_SAMPLER_H
#include "../base/arena.h"
#include "../base/rng.h"
#include "method.h"
/* n samples of the view, their ids and labels; `order` is the stream SEED/order */
typedef struct {
    int64_t n;
    const uint64_t *id;
    int64_t batch, epoch;
    asy_rng order;
    const int32_t *label; /* NULL: rows have several */
} asy_sampler_in;
/* batch b: index[first[b] … first[b+1]), indices into the view */
typedef struct { int64_t n_batches; int64_t *first; uint32_t *index; } asy_order;
typedef struct {
    asy_method m;
    /* an epoch's number of batches, known before it */
    int64_t (*batches)(const void *params, int64_t n, int64_t batch);
    /* How many samples a batch may be expected to have at most; plans are made for as many, larger ones are
     * done in pieces. NULL: `batch`. */
    int64_t (*most)(const void *params, int64_t n, int64_t batch);
    bool once;                      /* every sample once an epoch */
    asy_status (*epoch)(const void *params, asy_arena *, const asy_sampler_in *, asy_order *);
} asy_sampler;
extern const asy_spot asy_spot_sampler;
extern const asy_kind asy_kind_sampler;
#endif
