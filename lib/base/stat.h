// SPDX-License-Identifier: GPL-3.0-or-later
/* Intervals for reports (one of the three files that see GSL). Results are rounded to 9 significant
 * digits, since libm may differ in the last place between machines. */
#ifndef ASY_BASE_STAT_H
#define ASY_BASE_STAT_H
#include "status.h"
typedef struct { double lo, hi; } asy_interval;
/* Wilson score interval for k of n (Wilson 1927); n = 0 gives [0, 1]. level in (0, 1). */
asy_interval asy_wilson(int64_t k, int64_t n, double level);
/* Student t interval of the mean of n ≥ 2 values; n < 2 gives NaNs. */
asy_interval asy_t_interval(int n, const double x[], double level);
/* Two-sided p of the paired t test that the mean of the differences d is 0; n < 2 gives NaN; all
 * equal: 0, or 1 if they are 0. */
double asy_paired_t(int n, const double d[]);
double asy_mean(int n, const double x[]);
double asy_sd(int n, const double x[]);      /* n − 1 in the divisor */
double asy_round9(double);                    /* to 9 significant digits, decimal, half to even */
#endif
