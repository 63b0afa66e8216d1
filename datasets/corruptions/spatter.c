// SPDX-License-Identifier: GPL-3.0-or-later
/* Splashes of mud. */
#include "../_blur.h"

static const struct {
    float mean, deviation;
    double drop;                /* filter of the noise */
    float above;                /* what is wet */
    double edge;                /* filter of the mask */
} levels[ASY_SEVERITIES] = {
    { 0.65f, 0.3f, 4, 0.69f, 0.6 }, { 0.65f, 0.3f, 3, 0.68f, 0.6 }, { 0.65f, 0.3f, 2, 0.68f, 0.5 },
    { 0.65f, 0.3f, 1, 0.65f, 1.5 }, { 0.67f, 0.4f, 1, 0.65f, 1.5 }
};
static const float MUD = 63.0f / 255, OPAQUE = 0.8f;

static void apply(const asy_corruption_in *in, const float *x, float *out)
{
    int64_t n = in->h * in->w, s = in->severity - 1;
    float *m = ASY_NEWN(in->tmp, n, float);
    if (m == NULL) return;
    asy_rng_normal(in->rng, in->id, 0, (size_t)n, levels[s].mean, levels[s].deviation, m);
    asy__blur(in->tmp, 1, in->h, in->w, levels[s].drop, m);
    for (int64_t i = 0; i < n; i++) m[i] = m[i] > levels[s].above ? 1.0f : 0.0f;
    asy__blur(in->tmp, 1, in->h, in->w, levels[s].edge, m);
    for (int64_t i = 0; i < in->c * n; i++) {
        float mask = m[i % n] < OPAQUE ? 0 : m[i % n];
        out[i] = x[i] * (1 - mask) + MUD * mask;
    }
}

const asy_corruption asy_corruption_spatter = {
    .m = { .name = "spatter",
           .summary = "splashes of mud",
           .revision = 1,
           .cite = "Mu, Gilmer 2019, arXiv:1906.02337",
           .doc = "Filtered normal noise above a threshold is the mask, filtered again; where it is above "
                  "0.8 a grey of 63/255 covers the image. Mean, deviation, first filter, threshold, second "
                  "filter: (0.65, 0.3, 4, 0.69, 0.6), (0.65, 0.3, 3, 0.68, 0.6), (0.65, 0.3, 2, 0.68, 0.5), "
                  "(0.65, 0.3, 1, 0.65, 1.5), (0.67, 0.4, 1, 0.65, 1.5). As in MNIST-C; ImageNet-C's three "
                  "lowest are drops of water.",
           .example = "corrupt: {shift: {method: spatter, severity: 4}}" },
    .published = 4,
    .apply = apply,
};
