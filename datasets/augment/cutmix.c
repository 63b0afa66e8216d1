// SPDX-License-Identifier: GPL-3.0-or-later
/* A box of one sample pasted into another. */
#include "assay.h"

#include <string.h>

typedef struct { double alpha; } par;

static const asy_param params[] = {
    ASY_PARAM_F64(alpha, "1", 0, 1000, "both parameters of the Beta distribution of the share",
                  .flags = ASY_LO_OPEN | ASY_LOG),
    ASY_PARAM_END
};

/* Elements of the draws; the share's own are below 2^22. */
enum { SHARE = 0, ROW = 1 << 24, COLUMN };

/* A side of n·√(1 − share) pixels about `at`, cut to 0 … n. */
static void stretch(int64_t n, double side, int64_t at, int64_t *from, int64_t *to)
{
    int64_t pixels = (int64_t)(side * (double)n);
    *from = at - pixels / 2;
    *to = *from + pixels;
    if (*from < 0) *from = 0;
    if (*to > n) *to = n;
}

static float mix(const void *vp, const asy_augment_in *in, const float *x, const float *other, float *out)
{
    const par *p = vp;
    int64_t h = in->shape.d[1], w = in->shape.d[2], top, bottom, left, right;
    double share = asy_draw_beta(in->rng, in->id, SHARE, p->alpha, p->alpha), side = sqrt(1 - share);
    stretch(h, side, (int64_t)asy_rng_below(in->rng, in->id, ROW, (uint64_t)h), &top, &bottom);
    stretch(w, side, (int64_t)asy_rng_below(in->rng, in->id, COLUMN, (uint64_t)w), &left, &right);
    memcpy(out, x, (size_t)(in->shape.d[0] * h * w) * sizeof *out);
    for (int64_t k = 0; k < in->shape.d[0]; k++)
        for (int64_t i = top; i < bottom; i++)
            for (int64_t j = left; j < right; j++) out[(k * h + i) * w + j] = other[(k * h + i) * w + j];
    return (float)(1 - (double)((bottom - top) * (right - left)) / (double)(h * w));
}

const asy_augment asy_augment_cutmix = {
    .m = { .name = "cutmix",
           .summary = "a box of another sample is pasted in",
           .revision = 1,
           .cite = "Yun et al. 2019, arXiv:1905.04899",
           .doc = "A box with sides sqrt(1 - s) of the image's, s from Beta(alpha, alpha), about any pixel, "
                  "cut at the border, holds another sample of the lot. The loss is share loss(y) + (1 - "
                  "share) loss(y'), share being what is left of the first image. After all other "
                  "augmentations, whatever its place in the list. train.accuracy counts the first label.",
           .example = "augment: {cutmix: {alpha: 1}}",
           ASY_PARAMS(params) },
    .images = true,
    .mix = mix,
};
