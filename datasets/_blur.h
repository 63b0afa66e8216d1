// SPDX-License-Identifier: GPL-3.0-or-later
/* The Gaussian filter. */
#ifndef ASY_DATASETS_BLUR_H
#define ASY_DATASETS_BLUR_H
#include "assay.h"

/* In place, over each of `planes` images [H,W]. The kernel ends at 4 sigma, rounded; the border repeats. */
void asy__blur(asy_arena *tmp, int64_t planes, int64_t h, int64_t w, double sigma, float *x);
#endif
