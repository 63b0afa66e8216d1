// SPDX-License-Identifier: GPL-3.0-or-later
#include "draw.h"
#include "poly.h"

/* A draw owns 2^20 blocks of four words. Block 0 holds the uniform of the boost, block t the normal (words 0,
 * 1) and the uniform (words 2, 3) of try t. */
enum { BLOCKS_A_DRAW = 1 << 20 };

/* Marsaglia, Tsang, "A simple method for generating gamma variables", ACM TOMS 26(3), 2000; for shapes below
 * 1 by Gamma(shape) = Gamma(shape + 1)·U^(1/shape). Of 2^20 tries more than 95 % each succeed. */
double asy_draw_log_gamma(const asy_rng *r, uint64_t entity, uint64_t draw, double shape)
{
    uint64_t block = draw * BLOCKS_A_DRAW;
    double boost = shape < 1 ? asy_log_f64(asy_rng_uniform64(r, entity, 2 * block)) / shape : 0,
           d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3.0, c = 1 / sqrt(9 * d);
    for (uint64_t t = 1; t < BLOCKS_A_DRAW; t++) {
        float z;
        asy_rng_normal(r, entity, 4 * (block + t), 1, 0, 1, &z);
        double x = (double)z, v = 1 + c * x, u = asy_rng_uniform64(r, entity, 2 * (block + t) + 1);
        if (!(v > 0)) continue;
        double log_v = 3 * asy_log_f64(v);
        if (asy_log_f64(u) < 0.5 * x * x + d - d * v * v * v + d * log_v)
            return asy_log_f64(d) + log_v + boost;
    }
    return asy_log_f64(d) + boost;
}

double asy_draw_beta(const asy_rng *r, uint64_t entity, uint64_t draw, double a, double b)
{
    return asy_sigmoid_f64(asy_draw_log_gamma(r, entity, 2 * draw, a) -
                           asy_draw_log_gamma(r, entity, 2 * draw + 1, b));
}

void asy_draw_dirichlet(const asy_rng *r, uint64_t entity, uint64_t draw, double alpha, int64_t n,
                        double share[])
{
    double top = 0, sum = 0;
    for (int64_t i = 0; i < n; i++) {
        share[i] = asy_draw_log_gamma(r, entity, draw * (uint64_t)n + (uint64_t)i, alpha);
        if (i == 0 || share[i] > top) top = share[i];
    }
    for (int64_t i = 0; i < n; i++) sum += share[i] = asy_exp_f64(share[i] - top);
    for (int64_t i = 0; i < n; i++) share[i] /= sum;
}

/* The smallest k with P(X ≤ k) > u, summed from 0; means above 64 as sums of parts, since e^−mean would
 * underflow and a sum of Poisson variables is one. */
int64_t asy_draw_poisson(const asy_rng *r, uint64_t entity, uint64_t draw, double mean)
{
    enum { PART = 64, PARTS = 1 << 14 };
    int64_t total = 0;
    for (uint64_t part = 0; mean > 0 && part < PARTS; part++, mean -= PART) {
        double m = mean < PART ? mean : PART, u = asy_rng_uniform64(r, entity, draw * PARTS + part),
               p = asy_exp_f64(-m), sum = p;
        int64_t k = 0;
        for (; sum <= u && k < 8 * PART; k++) sum += p *= m / (double)(k + 1);
        total += k;
    }
    return total;
}
