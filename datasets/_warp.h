// SPDX-License-Identifier: GPL-3.0-or-later
/* Moving pixels of an image [C,H,W]. */
#ifndef ASY_DATASETS_WARP_H
#define ASY_DATASETS_WARP_H
#include "assay.h"

/* Where the pixel (row, column) comes from, both counted from the centre ((H−1)/2, (W−1)/2):
 * row' = rr·row + rc·column + r, column' = cr·row + cc·column + c. */
typedef struct { double rr, rc, cr, cc, r, c; } asy__map;
/* Bilinear; what lies outside the image is `fill`. */
void asy__warp(int64_t c, int64_t h, int64_t w, const asy__map *, float fill, const float *x, float *out);
/* Turns the image counter-clockwise; quarter turns are exact. */
asy__map asy__turn(double degrees);
/* Moves the image down and to the right by whole pixels. */
void asy__move(int64_t c, int64_t h, int64_t w, int64_t down, int64_t right, float fill, const float *x,
               float *out);
/* −1 or 1 */
double asy__coin(const asy_rng *, uint64_t entity, uint64_t element);
/* lo + share·(hi − lo) */
float asy__level(const asy_augment_in *, double share);
#endif
