// SPDX-License-Identifier: GPL-3.0-or-later
/* Soft lines through an image. */
#ifndef ASY_DATASETS_LINE_H
#define ASY_DATASETS_LINE_H
#include "assay.h"

/* Brightness that a line through (row r0, column c0) and (r1, c1) gives the pixel: 1 + ln(1 − d/2.3), cut to
 * [0, 1], with d the distance in the column; 0 outside the columns ⌊c0⌋ … ⌈c1⌉ − 1 (MNIST-C). */
float asy__line_at(double c0, double r0, double c1, double r1, int64_t row, int64_t column);
#endif
