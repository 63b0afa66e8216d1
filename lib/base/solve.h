// SPDX-License-Identifier: GPL-3.0-or-later
/* Roots, minima and integrals of functions of one variable, in float64 (one of the three files that see
 * GSL). A function that gives NaN or infinity where it is needed is EFINITE. */
#ifndef ASY_BASE_SOLVE_H
#define ASY_BASE_SOLVE_H
#include "status.h"

typedef double (*asy_function)(void *ctx, double x);
/* Brent's method (Brent 1973, ch. 4): f changes its sign between lo < hi, EINVAL if not. |x − root| ≤
 * tolerance
 * + 4 ulp. An end where f is 0 is the root. */
asy_status asy_find_root(asy_function, void *ctx, double lo, double hi, double tolerance,
                         double *x) ASY_CHECKED;
/* A minimum inside lo < hi of a function with one there (Brent 1973, ch. 5); an end if the function is least
 * there. */
asy_status asy_minimise(asy_function, void *ctx, double lo, double hi, double tolerance,
                        double *x) ASY_CHECKED;
/* Adaptive Gauss–Kronrod with extrapolation (QUADPACK: Piessens et al. 1983); lo and hi may be infinite.
 * error: its own estimate; EFINITE where `tolerance` (relative) is not reached. */
asy_status asy_integrate(asy_function, void *ctx, double lo, double hi, double tolerance, double *value,
                         double *error) ASY_CHECKED;
#endif
