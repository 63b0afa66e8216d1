// SPDX-License-Identifier: GPL-3.0-or-later
/* Normalisation with learned scale and shift: NAME.weight (one at first), NAME.bias (zero at first).
 * y = (x − mean) / √(var + eps) · weight + bias, eps 1e-5, var the mean square deviation. */
#ifndef ASY_MODEL_ARCHS_NORM_H
#define ASY_MODEL_ARCHS_NORM_H
#include "_layers.h"

typedef enum {
    ASY__NORM_NONE,
    ASY__NORM_BATCH,
    ASY__NORM_GROUP,
    ASY__NORM_LAYER,
    ASY__NORM_INSTANCE
} asy__norm;
/* Words of the enumeration, in its order, for a parameter `norm`. */
extern const char *const asy__norm_words[];

/* x row [.., C]: an image [H,W,C], tokens [T,C], or [C]. Channels have their own scale and shift.
 *   batch     over the batch's rows and all axes but the last (Ioffe, Szegedy 2015); evaluation, and a
 *             layer that is held, take the running NAME.mean and NAME.var: r ← 0.9 r + 0.1 b, with n/(n − 1) times
 *             the batch's variance; NAME.count counts
 *   group     over [H,W] and the channels of one of `groups` groups (Wu, He 2018)
 *   layer     an image: group with one group; else over the last axis (Ba et al. 2016)
 *   instance  over [H,W] of each channel (Ulyanov et al. 2016) */
asy_val asy__arch_norm(asy_scope *, const char *name, asy_val x, asy__norm, int64_t groups);
#endif
