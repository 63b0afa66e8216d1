// SPDX-License-Identifier: GPL-3.0-or-later
/* Independent normal noise on every value. */
#include "assay.h"

typedef struct { double sigma; bool clip; } par;

static const char *const sigma_words[] = { "std", "sd", "noise", NULL };
static const asy_param params[] = {
    ASY_PARAM_F64(sigma, "0.1", 0, INFINITY, "its deviation, in units of data.range",
                  .flags = ASY_LOG | ASY_HI_OPEN, .synonyms = sigma_words),
    ASY_PARAM_BOOL(clip, "true", "an image stays within data.range"),
    ASY_PARAM_END
};

static void apply(const void *vp, const asy_augment_in *in, const float *x, float *out)
{
    const par *p = vp;
    int64_t n = asy_shape_count(&in->shape);
    bool clip = p->clip && in->shape.n == 3;
    asy_rng_normal(in->rng, in->id, 0, (size_t)n, 0, (float)p->sigma, out);
    for (int64_t i = 0; i < n; i++) {
        float v = x[i] + out[i];
        out[i] = clip && v < in->lo ? in->lo : clip && v > in->hi ? in->hi : v;
    }
}

const asy_augment asy_augment_gaussian_noise = {
    .m = { .name = "gaussian-noise",
           .summary = "normal noise on every value",
           .revision = 1,
           .cite = "Zantedeschi, Nicolae, Rawat 2017, arXiv:1707.06728",
           .doc = "x + N(0, sigma^2), each value alone, and a new draw each epoch. Tables are never "
                  "clipped. Randomised smoothing is trained with `clip: false` and its own sigma.",
           .pitfalls = "Of 256 grey levels on [0, 1], sigma 0.1 is 26.",
           .example = "augment: {gaussian-noise: {sigma: 0.25, clip: false}}",
           ASY_PARAMS(params) },
    .apply = apply,
};
