// SPDX-License-Identifier: GPL-3.0-or-later
/* A loss of given scores, for the known answers of this folder. */
#ifndef ASY_TESTS_KNOWN_LOSS_H
#define ASY_TESTS_KNOWN_LOSS_H
#include "../../model/_world.h"
/* In float64: z [rows, classes], y [rows]. */
asy_status asy_world_loss(asy_known_env *, const char *name, const char *const pairs[][2], int64_t rows,
                          int64_t classes, const double *z, const int32_t *y, double *found) ASY_CHECKED;
/* Of distributions over the classes, q [rows, classes]. */
asy_status asy_world_soft_loss(asy_known_env *, const char *name, const char *const pairs[][2], int64_t rows,
                               int64_t classes, const double *z, const double *q, double *found) ASY_CHECKED;
#endif
