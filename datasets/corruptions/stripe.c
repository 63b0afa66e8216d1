// SPDX-License-Identifier: GPL-3.0-or-later
/* The left and the right of the image are inverted. */
#include "assay.h"

static void apply(const asy_corruption_in *in, const float *x, float *out)
{
    int64_t width = in->w * in->severity / 12;
    for (int64_t i = 0; i < in->c * in->h * in->w; i++) {
        int64_t column = i % in->w;
        out[i] = column < width || column >= in->w - width ? 1 - x[i] : x[i];
    }
}

const asy_corruption asy_corruption_stripe = {
    .m = { .name = "stripe",
           .summary = "inverted at the left and at the right",
           .revision = 1,
           .cite = "Mu, Gilmer 2019, arXiv:1906.02337",
           .doc = "Two stripes of severity/12 of the width become 1 - x. Severity 3 is the paper's, a "
                  "quarter each.",
           .example = "corrupt: {shift: {method: stripe, severity: 3}}" },
    .published = 3,
    .apply = apply,
};
