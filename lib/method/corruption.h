// SPDX-License-Identifier: GPL-3.0-or-later
/* Corruptions of images (Mu, Gilmer 2019; Hendrycks, Dietterich 2019). What is drawn is a function of
 * (corruption, sample id) alone: the same for every seed, and one draw for all severities. */
#ifndef ASY_METHOD_CORRUPTION_H
#define ASY_METHOD_CORRUPTION_H
#include "../base/pool.h"
#include "view.h"

enum { ASY_SEVERITIES = 5 };
/* One image [C,H,W] with values in [0, 1]. */
typedef struct {
    const asy_rng *rng;
    uint64_t id;                /* the entity of all draws */
    int severity;               /* 1 … 5 */
    int64_t c, h, w;
    asy_arena *tmp;             /* emptied after the image */
} asy_corruption_in;
typedef struct {
    asy_method m;
    /* x and out do not overlap; out is clipped to [0, 1] afterwards. Failed allocations need no check: the
     * caller looks at the arena, and out is then of no use. */
    void (*apply)(const asy_corruption_in *, const float *x, float *out);
    int published;              /* the severity that MNIST-C has */
} asy_corruption;
/* The keys of the block `corrupt.shift`. */
typedef struct { int64_t severity; asy_strs on; } asy_shift_keys;
extern const asy_spot asy_spot_shift;
extern const asy_kind asy_kind_corruption;

/* Whether a view holds images: samples [C,H,W]. */
bool asy_view_has_images(const asy_view *);
/* Like asy_view_load, of rows first … first + n − 1 as the corruption leaves them (severity 0: as they are).
 * Values stored as bytes are bytes again, so that a set of corrupted files would give the same. */
asy_status asy_corruption_load(const asy_corruption *, int severity, const asy_view *, int64_t first,
                               int64_t n, asy_pool *, float *x) ASY_CHECKED;
#endif
