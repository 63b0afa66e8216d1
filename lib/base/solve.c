// SPDX-License-Identifier: GPL-3.0-or-later
#include "solve.h"
#include "gsl.h"
#include <float.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_min.h>
#include <gsl/gsl_roots.h>
#include <math.h>

enum { MOST_STEPS = 1000, INTERVALS = 2000 };

typedef struct {
    asy_function f;
    void *ctx;
    double bad; /* where f was not finite; NaN: nowhere */
} wrapped;

static double call(double x, void *vp)
{
    wrapped *w = vp;
    double y = w->f(w->ctx, x);

    if (!isfinite(y) && isnan(w->bad)) w->bad = x;
    return y;
}

static asy_status not_finite(const wrapped *w)
{
    ASY_FAIL(ASY_EFINITE, "the function is not finite at %.9g", w->bad);
}

static double width(double tolerance, double x) { return tolerance + 4 * DBL_EPSILON * fabs(x); }

static asy_status root_steps(gsl_root_fsolver *s, const wrapped *w, double tolerance, double *x)
{
    for (int i = 0; i < MOST_STEPS; i++) {
        int st = gsl_root_fsolver_iterate(s);
        double lo = gsl_root_fsolver_x_lower(s), hi = gsl_root_fsolver_x_upper(s);

        if (!isnan(w->bad)) return not_finite(w);
        *x = gsl_root_fsolver_root(s);
        if (st != GSL_SUCCESS)
            ASY_FAIL(ASY_EFINITE, "the root between %.9g and %.9g is not found: %s", lo, hi,
                     gsl_strerror(st));
        if (hi - lo <= width(tolerance, *x)) return ASY_OK;
    }
    ASY_FAIL(ASY_EFINITE, "the root is not found in %d steps; the last point is %.9g", (int)MOST_STEPS, *x);
}

asy_status asy_find_root(asy_function f, void *ctx, double lo, double hi, double tolerance, double *x)
{
    wrapped w = { f, ctx, (double)NAN };
    gsl_function g = { call, &w };
    double at_lo, at_hi;
    gsl_root_fsolver *s;
    asy_status st;

    if (!(lo < hi) || !(tolerance >= 0))
        ASY_FAIL(ASY_EINVAL, "a root needs lo < hi and a tolerance from 0, not %g, %g, %g", lo, hi,
                 tolerance);
    at_lo = call(lo, &w);
    at_hi = call(hi, &w);
    if (!isnan(w.bad)) return not_finite(&w);
    if (at_lo == 0 || at_hi == 0) {
        *x = at_lo == 0 ? lo : hi;
        return ASY_OK;
    }
    if ((at_lo < 0) == (at_hi < 0))
        ASY_FAIL(ASY_EINVAL, "the function has one sign at %.9g (%.9g) and at %.9g (%.9g)", lo, at_lo, hi,
                 at_hi);
    asy__gsl_quiet();
    s = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    if (!s) ASY_FAIL(ASY_ENOMEM, "out of memory for a root");
    *x = lo;
    st = gsl_root_fsolver_set(s, &g, lo, hi) == GSL_SUCCESS ? root_steps(s, &w, tolerance, x) : ASY_EBUG;
    gsl_root_fsolver_free(s);
    ASY_TRY(st);
    return ASY_OK;
}

/* Golden section until a point lies below both ends, as Brent's method wants; false: the least is at an end.
 */
static bool bracket(wrapped *w, double *lo, double *hi, double tolerance, double *mid)
{
    const double golden = 0.38196601125010515;
    double f_lo = call(*lo, w), f_hi = call(*hi, w);

    for (int i = 0; i<MOST_STEPS && * hi - *lo> width(tolerance, *lo); i++) {
        double f_mid;

        *mid = *lo + golden * (*hi - *lo);
        f_mid = call(*mid, w);
        if (f_mid < f_lo && f_mid < f_hi) return true;
        if (f_lo <= f_hi) *hi = *mid, f_hi = f_mid;
        else *lo = *mid, f_lo = f_mid;
    }
    *mid = f_lo <= f_hi ? *lo : *hi;
    return false;
}

static asy_status minimum_steps(gsl_min_fminimizer *s, const wrapped *w, double tolerance, double *x)
{
    for (int i = 0; i < MOST_STEPS; i++) {
        int st = gsl_min_fminimizer_iterate(s);

        if (!isnan(w->bad)) return not_finite(w);
        *x = gsl_min_fminimizer_x_minimum(s);
        if (st == GSL_FAILURE) return ASY_OK; /* no better point in float64 */
        if (st != GSL_SUCCESS) ASY_FAIL(ASY_EFINITE, "the minimum is not found: %s", gsl_strerror(st));
        if (gsl_min_fminimizer_x_upper(s) - gsl_min_fminimizer_x_lower(s) <= width(tolerance, *x))
            return ASY_OK;
    }
    return ASY_OK; /* flat: the interval cannot shrink further */
}

asy_status asy_minimise(asy_function f, void *ctx, double lo, double hi, double tolerance, double *x)
{
    wrapped w = { f, ctx, (double)NAN };
    gsl_function g = { call, &w };
    gsl_min_fminimizer *s;
    double mid = lo;
    bool inside;
    asy_status st;

    if (!(lo < hi) || !(tolerance >= 0))
        ASY_FAIL(ASY_EINVAL, "a minimum needs lo < hi and a tolerance from 0, not %g, %g, %g", lo, hi,
                 tolerance);
    inside = bracket(&w, &lo, &hi, tolerance, &mid);
    if (!isnan(w.bad)) return not_finite(&w);
    *x = mid;
    if (!inside) return ASY_OK;
    asy__gsl_quiet();
    s = gsl_min_fminimizer_alloc(gsl_min_fminimizer_brent);
    if (!s) ASY_FAIL(ASY_ENOMEM, "out of memory for a minimum");
    st = gsl_min_fminimizer_set(s, &g, mid, lo, hi) == GSL_SUCCESS ? minimum_steps(s, &w, tolerance, x)
                                                                   : ASY_OK;
    gsl_min_fminimizer_free(s);
    ASY_TRY(st);
    return ASY_OK;
}

asy_status asy_integrate(asy_function f, void *ctx, double lo, double hi, double tolerance, double *value,
                         double *error)
{
    wrapped w = { f, ctx, (double)NAN };
    gsl_function g = { call, &w };
    gsl_integration_workspace *s;
    int st;

    if (!(lo < hi) || !(tolerance > 0))
        ASY_FAIL(ASY_EINVAL, "an integral needs lo < hi and a tolerance above 0, not %g, %g, %g", lo, hi,
                 tolerance);
    asy__gsl_quiet();
    s = gsl_integration_workspace_alloc(INTERVALS);
    if (!s) ASY_FAIL(ASY_ENOMEM, "out of memory for an integral");
    if (isinf(lo) && isinf(hi)) st = gsl_integration_qagi(&g, 0, tolerance, INTERVALS, s, value, error);
    else if (isinf(hi)) st = gsl_integration_qagiu(&g, lo, 0, tolerance, INTERVALS, s, value, error);
    else if (isinf(lo)) st = gsl_integration_qagil(&g, hi, 0, tolerance, INTERVALS, s, value, error);
    else st = gsl_integration_qags(&g, lo, hi, 0, tolerance, INTERVALS, s, value, error);
    gsl_integration_workspace_free(s);
    if (!isnan(w.bad)) return not_finite(&w);
    /* rounding limits the estimate before the value */
    if (st != GSL_SUCCESS && !(st == GSL_EROUND && *error <= 100 * tolerance * fabs(*value)))
        ASY_FAIL(ASY_EFINITE, "the integral is not found to %g: %s", tolerance, gsl_strerror(st));
    return ASY_OK;
}
