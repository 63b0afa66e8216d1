// SPDX-License-Identifier: GPL-3.0-or-later
#include "_blur.h"

static int64_t within(int64_t i, int64_t n)
{
    return i < 0 ? 0 : i < n ? i : n - 1;
}

/* n values, `step` apart, become the filtered ones. */
static void line(int64_t n, int64_t step, int64_t radius, const double *k, float *x, double *old)
{
    for (int64_t i = 0; i < n; i++) old[i] = (double)x[i * step];
    for (int64_t i = 0; i < n; i++) {
        double sum = 0;
        for (int64_t t = -radius; t <= radius; t++) sum += k[t + radius] * old[within(i + t, n)];
        x[i * step] = (float)sum;
    }
}

void asy__blur(asy_arena *tmp, int64_t planes, int64_t h, int64_t w, double sigma, float *x)
{
    int64_t radius = (int64_t)(4 * sigma + 0.5);
    double *k = ASY_NEWN(tmp, 2 * radius + 1, double), *old = ASY_NEWN(tmp, h > w ? h : w, double), sum = 0;
    if (k == NULL || old == NULL) return;
    for (int64_t t = -radius; t <= radius; t++)
        sum += k[t + radius] = asy_exp_f64(-0.5 * (double)(t * t) / (sigma * sigma));
    for (int64_t t = 0; t <= 2 * radius; t++) k[t] /= sum;
    for (int64_t p = 0; p < planes; p++) {
        float *image = x + p * h * w;
        for (int64_t j = 0; j < w; j++) line(h, w, radius, k, image + j, old);
        for (int64_t i = 0; i < h; i++) line(w, 1, radius, k, image + i * w, old);
    }
}
