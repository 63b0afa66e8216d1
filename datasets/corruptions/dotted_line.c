// SPDX-License-Identifier: GPL-3.0-or-later
/* Dotted lines from the left to the right. */
#include "../_line.h"

static void apply(const asy_corruption_in *in, const float *x, float *out)
{
    int64_t n = in->h * in->w;
    uint64_t rows = in->h > 1 ? (uint64_t)in->h - 1 : 1;
    double end = (double)(in->w - 1), from[ASY_SEVERITIES], to[ASY_SEVERITIES];
    for (int s = 0; s < in->severity; s++) {
        from[s] = (double)asy_rng_below(in->rng, in->id, 2 * (uint64_t)s, rows);
        to[s] = (double)asy_rng_below(in->rng, in->id, 2 * (uint64_t)s + 1, rows);
    }
    for (int64_t i = 0; i < in->c * n; i++) {
        int64_t row = i % n / in->w, column = i % in->w;
        out[i] = x[i];
        for (int s = 0; s < in->severity && column / 2 % 2 == 1; s++)
            out[i] += asy__line_at(0, from[s], end, to[s], row, column);
    }
}

const asy_corruption asy_corruption_dotted_line = {
    .m = { .name = "dotted-line",
           .summary = "dotted lines across the image",
           .revision = 1,
           .cite = "Mu, Gilmer 2019, arXiv:1906.02337",
           .doc = "As many white lines as the severity, from a random row at the left to one at the right, "
                  "two columns drawn and two left out in turn. Severity 1 is the paper's.",
           .example = "corrupt: {shift: {method: dotted-line, severity: 1}}" },
    .published = 1,
    .apply = apply,
};
