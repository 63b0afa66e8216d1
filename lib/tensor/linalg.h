// SPDX-License-Identifier: GPL-3.0-or-later
/* Dense linear algebra in float64 by LAPACK (OpenBLAS, serial). Matrices are row-major. The library is loaded
 * at first use, so that commands that need none start at once; where it is absent the functions are EUNSUP
 * with what to install. Results are the same bits on one machine and agree to rounding elsewhere: what is
 * handed on to training is rounded by asy_round9 first. Arguments that are not finite are EFINITE. */
#ifndef ASY_TENSOR_LINALG_H
#define ASY_TENSOR_LINALG_H
#include "../base/status.h"

/* c [m,n] = a [m,k] b [k,n]; ta, tb: a is [k,m], b is [n,k] */
asy_status asy_matmul_f64(int64_t m, int64_t n, int64_t k, const double *a, bool ta, const double *b, bool tb,
                          double *c) ASY_CHECKED;
/* a [n,n] symmetric positive definite, its lower triangle is read: becomes L with a = L Lᵀ, 0 above. EINVAL
 * names the first pivot that is not positive. */
asy_status asy_cholesky(int64_t n, double *a) ASY_CHECKED;
/* L Lᵀ x = b in place, b [n,m] */
asy_status asy_cholesky_solve(int64_t n, const double *l, int64_t m, double *b) ASY_CHECKED;
/* a x = b in place, b [n,m]; a is used up. EINVAL: singular. */
asy_status asy_solve(int64_t n, double *a, int64_t m, double *b) ASY_CHECKED;
/* a [n,n] symmetric, its lower triangle is read: eigenvalues ascending in w [n], and row i of a becomes the
 * unit vector of w[i] whose largest component (the first of equals, to 1e-9) is positive. */
asy_status asy_eigen_symmetric(int64_t n, double *a, double *w) ASY_CHECKED;
/* a [m,n] = u diag(s) vt, r = min(m, n): u [m,r], s [r] descending, vt [r,n]; signs as above, of vt's rows.
 * a is used up. */
asy_status asy_svd(int64_t m, int64_t n, double *a, double *u, double *s, double *vt) ASY_CHECKED;
/* The x [n] of least norm among those that minimise |a x − b|, a [m,n], b [m]; singular values
 * below `cut` times the largest count as 0. a, b stay; rank may be NULL. */
asy_status asy_least_squares(int64_t m, int64_t n, const double *a, const double *b, double cut, double *x,
                             int64_t *rank) ASY_CHECKED;
/* "OpenBLAS 0.3.21 SkylakeX", or why there is none. */
const char *asy_linalg_name(void);
#endif
