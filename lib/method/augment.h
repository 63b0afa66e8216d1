// SPDX-License-Identifier: GPL-3.0-or-later
/* Augmentations: random changes of a training sample that leave its label alone, and mixtures of two samples.
 * What is drawn is a function of (SEED/augment, method, epoch, view, sample id): of no lot, thread or resume.
 */
#ifndef ASY_METHOD_AUGMENT_H
#define ASY_METHOD_AUGMENT_H
#include "../base/pool.h"
#include "../base/rng.h"
#include "../tensor/tensor.h"
#include "method.h"

/* What an augmentation is told. Values are in data.range, [lo, hi]; a tabular value may lie outside. */
typedef struct {
    const asy_rng *rng;         /* of this method, epoch and view */
    uint64_t id;                /* the sample's: the entity of all draws */
    asy_shape shape;            /* [C,H,W], or [D] */
    float lo, hi;
} asy_augment_in;
typedef struct {
    asy_method m;
    bool images;                /* samples must be [C,H,W] */
    /* One of the two. x and out do not overlap. */
    void (*apply)(const void *params, const asy_augment_in *, const float *x, float *out);
    /* out from a sample and another one of its lot; returns the share of the first one's label. */
    float (*mix)(const void *params, const asy_augment_in *, const float *x, const float *other, float *out);
} asy_augment;
extern const asy_spot asy_spot_augment;
extern const asy_kind asy_kind_augment;

/* A list of augmentations, made ready for samples of one shape. At most one of them mixes; it comes last,
 * whatever its place in the list. Semi- and self-supervised methods ask for several views of a sample, or
 * keep several lists; supervised training uses view 0. */
enum { ASY_AUGMENTS = 32 };
typedef struct {
    int n; const asy_bound *list[ASY_AUGMENTS];     /* of single samples */
    const asy_bound *mix;                           /* NULL: none */
    asy_shape shape; int64_t width;
    float lo, hi;
    asy_rng stream[ASY_AUGMENTS], mixing, partner;  /* of the epoch and view that it is turned to */
} asy_augments;
/* Refuses (EINVAL) more than one mixture, too long a list, and image methods for samples that are none. */
asy_status asy_augments_new(asy_augments **, asy_arena *, const asy_bounds *, asy_shape sample, double lo,
                            double hi) ASY_CHECKED;
/* Before samples of another epoch or view. seed: path SEED. */
void asy_augments_turn(asy_augments *, const asy_rng *seed, int64_t epoch, int view);
/* One sample; x is overwritten. Not the mixture. */
void asy_augments_apply(const asy_augments *, uint64_t id, float *x, float *out);
/* The mixture over a lot: row i of out, y2[i], share[i] from x, y and the row of another sample. Partners go
 * by rank in the order of ids, so that the order of the lot does not show. rank: n of scratch. */
asy_status asy_augments_mix(const asy_augments *, asy_pool *, int64_t n, const uint64_t *id, const float *x,
                            const int32_t *y, float *out, int32_t *y2, float *share,
                            uint64_t (*rank)[2]) ASY_CHECKED;

/* The first that cannot be done to samples of this shape; NULL: all can. */
const asy_bound *asy_augments_misfit(const asy_bounds *, const asy_shape *sample);
/* The first that mixes, behind `after`; NULL: none. */
const asy_bound *asy_augments_mixture(const asy_bounds *, const asy_bound *after);
/* Where a spec names it; NULL: nowhere. */
const asy_loc *asy_augment_loc(const asy_bound *);
#endif
