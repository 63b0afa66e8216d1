// SPDX-License-Identifier: GPL-3.0-or-later
/* A plasma cloud in front of the image. */
#include "assay.h"

static const struct { float thick; double decay; } levels[ASY_SEVERITIES] = {
    { 1.5f, 2 }, { 2, 2 }, { 2.5f, 1.7 }, { 2.5f, 1.5 }, { 3, 1.4 }
};

typedef struct {
    int64_t n;                  /* a side, a power of two; indices wrap */
    double *v;
    const float *u;             /* of each cell, in (−1, 1) */
} cloud;

static double at(const cloud *k, int64_t i, int64_t j)
{
    return k->v[(i & (k->n - 1)) * k->n + (j & (k->n - 1))];
}

/* A quarter of four neighbours, and an offset. */
static void put(cloud *k, int64_t i, int64_t j, double sum, double wibble)
{
    k->v[i * k->n + j] = sum / 4 + wibble * wibble * (double)k->u[i * k->n + j];
}

/* One halving of the grid: middles of squares, then middles of the diamonds between them. */
static void refine(cloud *k, int64_t step, double wibble)
{
    int64_t half = step / 2;
    for (int64_t i = half; i < k->n; i += step)
        for (int64_t j = half; j < k->n; j += step)
            put(k, i, j, at(k, i - half, j - half) + at(k, i - half, j + half) + at(k, i + half, j - half) +
                             at(k, i + half, j + half), wibble);
    for (int64_t i = 0; i < k->n; i += half)
        for (int64_t j = i % step == 0 ? half : 0; j < k->n; j += step)
            put(k, i, j, at(k, i - half, j) + at(k, i + half, j) + at(k, i, j - half) + at(k, i, j + half),
                wibble);
}

static void apply(const asy_corruption_in *in, const float *x, float *out)
{
    int64_t n = 256, size = in->h * in->w;
    while (n < in->h || n < in->w) n *= 2;
    double wibble = 100, lo = 0, hi = 0;
    float thick = levels[in->severity - 1].thick, most = 0, *u = ASY_NEWN(in->tmp, n * n, float);
    cloud k = { n, ASY_NEWN(in->tmp, n * n, double), u };
    if (k.v == NULL || u == NULL) return;
    asy_rng_uniform(in->rng, in->id, 0, (size_t)(n * n), -1, 1, u);
    for (int64_t step = n; step >= 2; step /= 2, wibble /= levels[in->severity - 1].decay)
        refine(&k, step, wibble);
    for (int64_t i = 0; i < n * n; i++) {
        lo = k.v[i] < lo ? k.v[i] : lo;
        hi = k.v[i] > hi ? k.v[i] : hi;
    }
    for (int64_t i = 0; i < in->c * size; i++) most = x[i] > most ? x[i] : most;
    for (int64_t i = 0; i < in->c * size; i++) {
        float mist = (float)((at(&k, i % size / in->w, i % in->w) - lo) / (hi - lo));
        out[i] = (x[i] + thick * mist) * (most / (most + thick));
    }
}

const asy_corruption asy_corruption_fog = {
    .m = { .name = "fog",
           .summary = "a cloud in front of the image",
           .revision = 1,
           .cite = "Mu, Gilmer 2019, arXiv:1906.02337",
           .doc = "(x + t p) m/(m + t), m the image's brightest value and p a plasma cloud from 0 to 1 by "
                  "the diamond-square rule on a 256 x 256 torus, of which a corner is used. t and the decay "
                  "of its offsets: (1.5, 2), (2, 2), (2.5, 1.7), (2.5, 1.5), (3, 1.4).",
           .example = "corrupt: {shift: {method: fog, severity: 5}}" },
    .published = 5,
    .apply = apply,
};
