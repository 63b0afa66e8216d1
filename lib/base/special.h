// SPDX-License-Identifier: GPL-3.0-or-later
/* Special functions and distributions in float64 (one of the three files that see GSL). They use libm: the
 * same bits on one machine, within a few units in the last place elsewhere, so what is handed on to training
 * is rounded by asy_round9 first. Outside its domain a function gives NaN. */
#ifndef ASY_BASE_SPECIAL_H
#define ASY_BASE_SPECIAL_H

double asy_log_gamma(double x);            /* ln Γ(x), x > 0 */
double asy_digamma(double x);              /* Γ′(x)/Γ(x), x > 0 */
double asy_log_choose(double n, double k); /* ln of n over k, 0 ≤ k ≤ n */
double asy_log_erfc(double x);             /* ln erfc(x), also where erfc(x) is 0 in float64 */
double asy_normal_cdf(double x);
double asy_normal_tail(double x); /* 1 − cdf without cancellation */
double asy_normal_log_cdf(double x);
double asy_normal_quantile(double p);              /* 0 ≤ p ≤ 1; ±inf at the ends */
double asy_beta_cdf(double x, double a, double b); /* regularised incomplete beta, a, b > 0 */
double asy_beta_quantile(double p, double a, double b);
double asy_gamma_cdf(double x, double shape);   /* regularised lower incomplete gamma, shape > 0 */
double asy_chi2_tail(double x, double degrees); /* P(χ² > x) */
double asy_student_cdf(double t, double degrees);
double asy_binomial_tail(double k, double n, double p); /* P(X ≥ k), X binomial */
#endif
