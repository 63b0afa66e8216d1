// SPDX-License-Identifier: GPL-3.0-or-later
/* Neighbours change places between two blurs. */
#include "../_blur.h"

#include <string.h>

static const struct {
    double sigma;
    int64_t reach, rounds;
} levels[ASY_SEVERITIES] = { { 0.7, 1, 2 }, { 0.9, 2, 1 }, { 1, 2, 3 }, { 1.1, 3, 2 }, { 1.5, 4, 2 } };

enum { COIN, ROW, COLUMN, DRAWS };

static void swap(const asy_corruption_in *in, int64_t one, int64_t other, float *x)
{
    for (int64_t k = 0; k < in->c; k++) {
        float *plane = x + k * in->h * in->w, v = plane[one];
        plane[one] = plane[other];
        plane[other] = v;
    }
}

static void apply(const asy_corruption_in *in, const float *x, float *out)
{
    int64_t n = in->c * in->h * in->w, d = levels[in->severity - 1].reach;
    double sigma = levels[in->severity - 1].sigma;
    memcpy(out, x, (size_t)n * sizeof *out);
    asy__blur(in->tmp, in->c, in->h, in->w, sigma, out);
    for (int64_t i = 0; i < n; i++)
        out[i] = floorf(255 * out[i]) / 255; /* the paper's image is of bytes here */
    for (int64_t t = 0; t < levels[in->severity - 1].rounds; t++)
        for (int64_t i = in->h - d; i > d; i--)
            for (int64_t j = in->w - d; j > d; j--) {
                uint64_t at = DRAWS * (uint64_t)((t * in->h + i) * in->w + j);
                if (asy_rng_below(in->rng, in->id, at + COIN, 2) == 0) continue;
                int64_t r = i - d + (int64_t)asy_rng_below(in->rng, in->id, at + ROW, 2 * (uint64_t)d),
                        c = j - d + (int64_t)asy_rng_below(in->rng, in->id, at + COLUMN, 2 * (uint64_t)d);
                swap(in, i * in->w + j, r * in->w + c, out);
            }
    asy__blur(in->tmp, in->c, in->h, in->w, sigma, out);
}

const asy_corruption asy_corruption_glass_blur = {
    .m = { .name = "glass-blur",
           .summary = "as through frosted glass",
           .revision = 1,
           .cite = "Mu, Gilmer 2019, arXiv:1906.02337",
           .doc = "A Gaussian filter, then pixels change places with neighbours at random, then the filter "
                  "again. Sigma, reach and rounds: (0.7, 1, 2), (0.9, 2, 1), (1, 2, 3), (1.1, 3, 2), (1.5, "
                  "4, 2).",
           .example = "corrupt: {shift: {method: glass-blur, severity: 1}}" },
    .published = 1,
    .apply = apply,
};
