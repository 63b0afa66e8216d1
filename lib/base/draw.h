// SPDX-License-Identifier: GPL-3.0-or-later
/* Draws from further distributions, in float64. Each is a function of (stream, entity, draw), as in
 * base/rng.h; one stream serves one distribution. */
#ifndef ASY_BASE_DRAW_H
#define ASY_BASE_DRAW_H
#include "rng.h"

/* ln of a Gamma(shape, 1) variable, shape > 0: the logarithm does not underflow where the shape is small. */
double asy_draw_log_gamma(const asy_rng *, uint64_t entity, uint64_t draw, double shape);
/* Beta(a, b) in [0, 1]. */
double asy_draw_beta(const asy_rng *, uint64_t entity, uint64_t draw, double a, double b);
/* n shares from a symmetric Dirichlet(alpha); they sum to 1 up to rounding. */
void asy_draw_dirichlet(const asy_rng *, uint64_t entity, uint64_t draw, double alpha, int64_t n,
                        double share[]);
/* Poisson(mean), 0 ≤ mean ≤ 1e6. */
int64_t asy_draw_poisson(const asy_rng *, uint64_t entity, uint64_t draw, double mean);
#endif
