// SPDX-License-Identifier: GPL-3.0-or-later
#include "special.h"
#include "gsl.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_erf.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_psi.h>
#include <math.h>
#include <pthread.h>

static void handler_off(void) { (void)gsl_set_error_handler_off(); }

void asy__gsl_quiet(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void)pthread_once(&once, handler_off);
}

/* A result of the functions that report errors; underflow is no error. */
static double value(int status, const gsl_sf_result *r)
{
    return status == GSL_SUCCESS || status == GSL_EUNDRFLW ? r->val : (double)NAN;
}

double asy_log_gamma(double x)
{
    gsl_sf_result r;

    asy__gsl_quiet();
    return x > 0 ? value(gsl_sf_lngamma_e(x, &r), &r) : (double)NAN;
}

double asy_digamma(double x)
{
    gsl_sf_result r;

    asy__gsl_quiet();
    return x > 0 ? value(gsl_sf_psi_e(x, &r), &r) : (double)NAN;
}

double asy_log_choose(double n, double k)
{
    if (!(k >= 0 && k <= n)) return (double)NAN;
    return asy_log_gamma(n + 1) - asy_log_gamma(k + 1) - asy_log_gamma(n - k + 1);
}

double asy_log_erfc(double x)
{
    gsl_sf_result r;

    asy__gsl_quiet();
    return value(gsl_sf_log_erfc_e(x, &r), &r);
}

double asy_normal_cdf(double x) { return gsl_cdf_ugaussian_P(x); }

double asy_normal_tail(double x) { return gsl_cdf_ugaussian_Q(x); }

double asy_normal_log_cdf(double x) { return asy_log_erfc(-x * M_SQRT1_2) - M_LN2; }

double asy_normal_quantile(double p)
{
    if (!(p >= 0 && p <= 1)) return (double)NAN;
    return p <= 0.5 ? gsl_cdf_ugaussian_Pinv(p) : gsl_cdf_ugaussian_Qinv(1 - p);
}

double asy_beta_cdf(double x, double a, double b)
{
    if (!(a > 0 && b > 0) || isnan(x)) return (double)NAN;
    asy__gsl_quiet();
    return gsl_cdf_beta_P(x, a, b);
}

/* By bisection on the distribution function, which GSL computes to full precision where its own inverse
 * converges badly (small a or b): 200 halvings leave neighbouring numbers. */
double asy_beta_quantile(double p, double a, double b)
{
    double lo = 0, hi = 1;

    if (!(p >= 0 && p <= 1 && a > 0 && b > 0)) return (double)NAN;
    if (p == 0 || p == 1) return p;
    asy__gsl_quiet();
    for (int i = 0; i < 200; i++) {
        double m = lo + (hi - lo) / 2;

        if (m <= lo || m >= hi) break;
        if (gsl_cdf_beta_P(m, a, b) < p) lo = m;
        else hi = m;
    }
    return hi;
}

double asy_gamma_cdf(double x, double shape)
{
    if (!(shape > 0) || isnan(x)) return (double)NAN;
    asy__gsl_quiet();
    return gsl_cdf_gamma_P(x, shape, 1);
}

double asy_chi2_tail(double x, double degrees)
{
    if (!(degrees > 0) || isnan(x)) return (double)NAN;
    asy__gsl_quiet();
    return gsl_cdf_chisq_Q(x, degrees);
}

double asy_student_cdf(double t, double degrees)
{
    if (!(degrees > 0) || isnan(t)) return (double)NAN;
    asy__gsl_quiet();
    return gsl_cdf_tdist_P(t, degrees);
}

/* P(X ≥ k) = I_p(k, n − k + 1) */
double asy_binomial_tail(double k, double n, double p)
{
    if (!(n >= 0 && p >= 0 && p <= 1) || isnan(k)) return (double)NAN;
    if (k <= 0) return 1;
    if (k > n) return 0;
    return asy_beta_cdf(p, k, n - k + 1);
}
