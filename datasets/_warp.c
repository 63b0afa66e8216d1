// SPDX-License-Identifier: GPL-3.0-or-later
#include "_warp.h"

static double pixel(const float *x, int64_t h, int64_t w, double row, double col, float fill)
{
    bool inside = row >= 0 && row < (double)h && col >= 0 && col < (double)w;
    return (double)(inside ? x[(int64_t)row * w + (int64_t)col] : fill);
}

static float between(const float *x, int64_t h, int64_t w, double row, double col, float fill)
{
    double r = floor(row), c = floor(col), dr = row - r, dc = col - c;
    double top = (1 - dc) * pixel(x, h, w, r, c, fill) + dc * pixel(x, h, w, r, c + 1, fill);
    double bottom = (1 - dc) * pixel(x, h, w, r + 1, c, fill) + dc * pixel(x, h, w, r + 1, c + 1, fill);
    return (float)((1 - dr) * top + dr * bottom);
}

void asy__warp(int64_t c, int64_t h, int64_t w, const asy__map *m, float fill, const float *x, float *out)
{
    double mid_r = (double)(h - 1) / 2, mid_c = (double)(w - 1) / 2;
    for (int64_t i = 0; i < h; i++)
        for (int64_t j = 0; j < w; j++) {
            double row = (double)i - mid_r, col = (double)j - mid_c;
            double from_r = m->rr * row + m->rc * col + m->r + mid_r;
            double from_c = m->cr * row + m->cc * col + m->c + mid_c;
            for (int64_t k = 0; k < c; k++)
                out[(k * h + i) * w + j] = between(x + k * h * w, h, w, from_r, from_c, fill);
        }
}

asy__map asy__turn(double degrees)
{
    double quarters = floor(degrees / 90 + 0.5), rest = degrees - 90 * quarters, s, c;
    asy_sincos_near_f64(rest * (0x1.921fb54442d18p+0 / 90), &s, &c);
    for (int q = (int)(quarters - 4 * floor(quarters / 4)); q > 0; q--) {
        double turned = c;
        c = -s;
        s = turned;
    }
    return (asy__map){ .rr = c, .rc = s, .cr = -s, .cc = c };
}

void asy__move(int64_t c, int64_t h, int64_t w, int64_t down, int64_t right, float fill, const float *x,
               float *out)
{
    for (int64_t k = 0; k < c; k++)
        for (int64_t i = 0; i < h; i++)
            for (int64_t j = 0; j < w; j++) {
                int64_t r = i - down, s = j - right;
                bool inside = r >= 0 && r < h && s >= 0 && s < w;
                out[(k * h + i) * w + j] = inside ? x[(k * h + r) * w + s] : fill;
            }
}

double asy__coin(const asy_rng *r, uint64_t entity, uint64_t element)
{
    return asy_rng_below(r, entity, element, 2) == 1 ? 1 : -1;
}

float asy__level(const asy_augment_in *in, double share)
{
    return in->lo + (float)share * (in->hi - in->lo);
}
