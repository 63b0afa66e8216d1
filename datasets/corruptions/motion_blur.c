// SPDX-License-Identifier: GPL-3.0-or-later
/* A moving camera. */
#include "assay.h"

static const struct { int radius; double sigma; } levels[ASY_SEVERITIES] = {
    { 10, 3 }, { 15, 5 }, { 15, 8 }, { 15, 12 }, { 20, 15 }
};
enum { TAPS = 2 * 20 + 1 };

static int64_t within(int64_t i, int64_t n)
{
    return i < 0 ? 0 : i < n ? i : n - 1;
}

static void apply(const asy_corruption_in *in, const float *x, float *out)
{
    int taps = 2 * levels[in->severity - 1].radius + 1;
    double s = levels[in->severity - 1].sigma, kernel[TAPS], sum = 0, sine, cosine;
    int64_t dr[TAPS], dc[TAPS];
    asy_sincos_near_f64((asy_rng_uniform64(in->rng, in->id, 0) - 0.5) * 0x1.921fb54442d18p+0, &sine, &cosine);
    for (int i = 0; i < taps; i++) {
        sum += kernel[i] = asy_exp_f64(-0.5 * i * i / (s * s));
        dr[i] = -(int64_t)floor(0.5 - i * sine);
        dc[i] = -(int64_t)floor(0.5 - i * cosine);
    }
    for (int64_t k = 0; k < in->c; k++)
        for (int64_t r = 0; r < in->h; r++)
            for (int64_t c = 0; c < in->w; c++) {
                double v = 0;
                for (int i = 0; i < taps; i++)
                    v += kernel[i] *
                         (double)x[(k * in->h + within(r + dr[i], in->h)) * in->w + within(c + dc[i], in->w)];
                out[(k * in->h + r) * in->w + c] = (float)(v / sum);
            }
}

const asy_corruption asy_corruption_motion_blur = {
    .m = { .name = "motion-blur",
           .summary = "as of a moving camera",
           .revision = 1,
           .cite = "Mu, Gilmer 2019, arXiv:1906.02337",
           .doc = "One-sided Gaussian weights over 2 radius + 1 pixels along a direction within 45 degrees "
                  "of the rows; the border repeats. Radius and sigma: (10, 3), (15, 5), (15, 8), (15, 12), "
                  "(20, 15).",
           .example = "corrupt: {shift: {method: motion-blur, severity: 1}}" },
    .published = 1,
    .apply = apply,
};
