// SPDX-License-Identifier: GPL-3.0-or-later
/* A linear start, for the schedules of this folder. */
#ifndef ASY_TRAIN_SCHEDULES_WARMUP_H
#define ASY_TRAIN_SCHEDULES_WARMUP_H
#include <stdint.h>

/* Steps that the first `epochs` epochs take, rounded up. */
static inline double asy__warmup_steps(double epochs, int64_t steps_per_epoch)
{
    double n = epochs * (double)steps_per_epoch, whole = (double)(int64_t)n;
    return whole < n ? whole + 1 : whole;
}
/* lr·(step + 1)/n while step < n: the step before the first would have had 0. */
static inline double asy__warmup_rate(double lr, int64_t step, double n)
{
    return lr * ((double)(step + 1) / n);
}
#endif
