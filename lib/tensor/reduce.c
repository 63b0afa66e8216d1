// SPDX-License-Identifier: GPL-3.0-or-later
#include "reduce.h"

#include <math.h>

enum { LANES = 16 };

static float tree_f32(float acc[LANES])
{
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) acc[i] += acc[i + half];
    return acc[0];
}

static double tree_f64(double acc[LANES])
{
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) acc[i] += acc[i + half];
    return acc[0];
}

float asy_sum_f32(size_t n, const float *x)
{
    float acc[LANES] = { 0 };
    for (size_t i = 0; i < n; i++) acc[i % LANES] += x[i];
    return tree_f32(acc);
}

float asy_dot_f32(size_t n, const float *x, const float *y)
{
    float acc[LANES] = { 0 };
    for (size_t i = 0; i < n; i++) acc[i % LANES] = fmaf(x[i], y[i], acc[i % LANES]);
    return tree_f32(acc);
}

double asy_sum_f64(size_t n, const double *x)
{
    double acc[LANES] = { 0 };
    for (size_t i = 0; i < n; i++) acc[i % LANES] += x[i];
    return tree_f64(acc);
}

double asy_dot_f64(size_t n, const double *x, const double *y)
{
    double acc[LANES] = { 0 };
    for (size_t i = 0; i < n; i++) acc[i % LANES] = fma(x[i], y[i], acc[i % LANES]);
    return tree_f64(acc);
}

double asy_norm2_f32(size_t n, const float *x)
{
    double acc[LANES] = { 0 };
    /* The square of an f32 is exact in f64, so + after × rounds as one fma would. */
    for (size_t i = 0; i < n; i++) acc[i % LANES] += (double)x[i] * (double)x[i];
    return sqrt(tree_f64(acc));
}

double asy_norminf_f32(size_t n, const float *x)
{
    float m = 0.0f;
    for (size_t i = 0; i < n; i++) {
        float a = fabsf(x[i]);
        if (!(a <= m)) m = a;
        if (isnan(m)) break;
    }
    return (double)m;
}

void asy_tree_f32(size_t groups, size_t n, float *p)
{
    for (size_t s = 1; s < groups; s *= 2)
        for (size_t g = 0; g + s < groups; g += 2 * s)
            for (size_t i = 0; i < n; i++) p[g * n + i] += p[(g + s) * n + i];
}

void asy_tree_f64(size_t groups, size_t n, double *p)
{
    for (size_t s = 1; s < groups; s *= 2)
        for (size_t g = 0; g + s < groups; g += 2 * s)
            for (size_t i = 0; i < n; i++) p[g * n + i] += p[(g + s) * n + i];
}
