// SPDX-License-Identifier: GPL-3.0-or-later
/* Images made by hand, and what augmentations and corruptions make of them. */
#ifndef ASY_TESTS_KNOWN_IMAGES_H
#define ASY_TESTS_KNOWN_IMAGES_H
#include "assay.h"

/* One augmentation of images [c,h,w] on [0, 1], with seed 3 in epoch 0. */
asy_status asy_image_augment(asy_known_env *, const char *name, const char *const pairs[][2],
                             asy_shape sample, asy_augments **) ASY_CHECKED;
/* The image x of sample `id` as it leaves it. */
asy_status asy_image_augmented(asy_known_env *, const asy_augments *, uint64_t id, const float *x,
                               float *out) ASY_CHECKED;
/* n images x [n,c,h,w] of ids 0 … n−1, stored as float32. */
asy_status asy_image_corrupt(asy_known_env *, const char *name, int severity, asy_shape sample, int64_t n,
                             const float *x, float *out) ASY_CHECKED;
/* n values: constant; the column's number over the last one's (or the row's). */
float *asy_image_constant(asy_known_env *, int64_t n, float v);
float *asy_image_ramp(asy_known_env *, int64_t h, int64_t w, bool along_rows);
double asy_image_mean(int64_t n, const float *x);
double asy_image_differ(int64_t n, const float *x, const float *y);  /* the largest difference */
/* Differences of the two pixels on either side of the middle, as a bilinear image has them everywhere. */
void asy_image_slopes(int64_t h, int64_t w, const float *x, double *by_row, double *by_column);
#endif
