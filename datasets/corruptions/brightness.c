// SPDX-License-Identifier: GPL-3.0-or-later
/* More light: the value of HSV colours rises. */
#include "assay.h"

static const float more[ASY_SEVERITIES] = { 0.1f, 0.2f, 0.3f, 0.4f, 0.5f };

/* V is the largest of red, green and blue; hue and saturation are their proportions to it. */
static void apply(const asy_corruption_in *in, const float *x, float *out)
{
    int64_t n = in->h * in->w;
    for (int64_t i = 0; i < n; i++) {
        float v = x[i];
        for (int64_t k = 1; k < in->c; k++) v = x[k * n + i] > v ? x[k * n + i] : v;
        float up = v + more[in->severity - 1] < 1 ? v + more[in->severity - 1] : 1;
        for (int64_t k = 0; k < in->c; k++) out[k * n + i] = v > 0 ? up * (x[k * n + i] / v) : up;
    }
}

const asy_corruption asy_corruption_brightness = {
    .m = { .name = "brightness",
           .summary = "brighter",
           .revision = 1,
           .cite = "Mu, Gilmer 2019, arXiv:1906.02337",
           .doc = "The largest channel of each pixel rises by 0.1, 0.2, 0.3, 0.4, 0.5, to 1 at most, the "
                  "others in proportion (the V of HSV).",
           .example = "corrupt: {shift: {method: brightness, severity: 5}}" },
    .published = 5,
    .apply = apply,
};
