// SPDX-License-Identifier: GPL-3.0-or-later
#include "stat.h"
#include "decimal.h"
#include "gsl.h"
#include <gsl/gsl_cdf.h>
#include <math.h>

double asy_round9(double v)
{
    char digits[18];
    int e;

    if (!isfinite(v) || v == 0)
        return v;
    e = asy__decimal_digits(v, 9, digits);
    return copysign(asy__decimal_value(digits, e - 8), v);
}

static bool level_ok(double level)
{
    return level > 0 && level < 1;
}

asy_interval asy_wilson(int64_t k, int64_t n, double level)
{
    double z, p, z2n, centre, half;
    asy_interval w;

    if (!level_ok(level) || n < 0 || k < 0 || k > n)
        return (asy_interval){ NAN, NAN };
    if (n == 0)
        return (asy_interval){ 0, 1 };
    asy__gsl_quiet();
    z = gsl_cdf_ugaussian_Qinv((1 - level) / 2);
    p = (double)k / (double)n;
    z2n = z * z / (double)n;
    centre = (p + z2n / 2) / (1 + z2n);
    half = z / (1 + z2n) * sqrt(p * (1 - p) / (double)n + z2n / (4 * (double)n));
    w.lo = k == 0 ? 0 : asy_round9(fmax(0, centre - half));
    w.hi = k == n ? 1 : asy_round9(fmin(1, centre + half));
    return w;
}

double asy_mean(int n, const double x[])
{
    double sum = 0;

    for (int i = 0; i < n; i++)
        sum += x[i];
    return n > 0 ? sum / n : NAN;
}

double asy_sd(int n, const double x[])
{
    double m = asy_mean(n, x), ss = 0;

    for (int i = 0; i < n; i++)
        ss += (x[i] - m) * (x[i] - m);
    return n > 1 ? sqrt(ss / (n - 1)) : NAN;
}

asy_interval asy_t_interval(int n, const double x[], double level)
{
    double m, half;

    if (n < 2 || !level_ok(level))
        return (asy_interval){ NAN, NAN };
    asy__gsl_quiet();
    m = asy_mean(n, x);
    half = gsl_cdf_tdist_Qinv((1 - level) / 2, n - 1) * asy_sd(n, x) / sqrt(n);
    return (asy_interval){ asy_round9(m - half), asy_round9(m + half) };
}

double asy_paired_t(int n, const double d[])
{
    double sd = asy_sd(n, d), mean = asy_mean(n, d);

    if (n < 2 || isnan(mean))
        return NAN;
    if (sd == 0)
        return mean == 0 ? 1 : 0;
    asy__gsl_quiet();
    return asy_round9(2 * gsl_cdf_tdist_Q(fabs(mean) / (sd / sqrt(n)), n - 1));
}
