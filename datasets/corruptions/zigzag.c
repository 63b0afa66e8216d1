// SPDX-License-Identifier: GPL-3.0-or-later
/* Zigzag lines from the left to the right. */
#include "../_line.h"

#include <string.h>

static const double LENGTH = 2, HEIGHT = 2;   /* of a tooth */
enum { MARGIN = 2, LEAN = 5 };

/* A point of the unturned zigzag about a straight line of the given length. */
static void corner(double length, int64_t i, int64_t teeth, double *along, double *across)
{
    double side = (i - 1) % 2 == 0 ? HEIGHT : -HEIGHT, whole = 2 * LENGTH * floor(length / (2 * LENGTH));
    *along = i == 0 ? 0 : i <= teeth ? (double)(2 * i - 1) * LENGTH : length;
    *across = i == 0 ? 0 : i <= teeth ? side : -side / (2 * (length - whole));
}

static void draw(const asy_corruption_in *in, double r0, double r1, float *line)
{
    double left = MARGIN, right = (double)(in->w - 1 - MARGIN), slope = (r1 - r0) / (right - left),
           c = 1 / sqrt(1 + slope * slope), s = slope * c, length = (right - left) / c, from_c = left,
           from_r = r0;
    int64_t teeth = (int64_t)floor((length - LENGTH) / (2 * LENGTH)) + 1;
    bool rest = length > 2 * LENGTH * floor(length / (2 * LENGTH));
    for (int64_t i = 1; i <= teeth + rest; i++) {
        double along, across;
        corner(length, i, teeth, &along, &across);
        double to_c = left + c * along - s * across, to_r = r0 + s * along + c * across;
        for (int64_t k = 0; k < in->h * in->w && to_c > from_c; k++)
            line[k] += asy__line_at(from_c, from_r, to_c, to_r, k / in->w, k % in->w);
        from_c = to_c;
        from_r = to_r;
    }
}

static void apply(const asy_corruption_in *in, const float *x, float *out)
{
    int64_t n = in->h * in->w;
    float *line = ASY_NEWN(in->tmp, n, float);
    uint64_t rows = in->h > 1 ? (uint64_t)in->h - 1 : 1;
    for (int z = 0; line != NULL && z < in->severity && in->w > 2 * MARGIN + 4; z++) {
        double r0 = (double)asy_rng_below(in->rng, in->id, 2 * (uint64_t)z, rows),
               r1 = r0 - LEAN + (double)asy_rng_below(in->rng, in->id, 2 * (uint64_t)z + 1, 2 * LEAN);
        draw(in, r0, r1, line);
    }
    for (int64_t i = 0; line != NULL && i < in->c * n; i++) out[i] = x[i] + line[i % n];
}

const asy_corruption asy_corruption_zigzag = {
    .m = { .name = "zigzag",
           .summary = "zigzag lines across the image",
           .revision = 1,
           .cite = "Mu, Gilmer 2019, arXiv:1906.02337",
           .doc = "As many white lines as the severity, from two pixels off the left border to two off the "
                  "right one, rising or falling by 5 pixels at most, with teeth two pixels high. Severity 1 "
                  "is the paper's.",
           .example = "corrupt: {shift: {method: zigzag, severity: 1}}" },
    .published = 1,
    .apply = apply,
};
