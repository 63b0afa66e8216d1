// SPDX-License-Identifier: GPL-3.0-or-later
/* Convex combinations of two samples and their labels. */
#include "assay.h"

typedef struct { double alpha; } par;

static const asy_param params[] = {
    ASY_PARAM_F64(alpha, "0.2", 0, 1000, "both parameters of the Beta distribution of the share",
                  .flags = ASY_LO_OPEN | ASY_LOG),
    ASY_PARAM_END
};

static float mix(const void *vp, const asy_augment_in *in, const float *x, const float *other, float *out)
{
    const par *p = vp;
    int64_t n = asy_shape_count(&in->shape);
    float share = (float)asy_draw_beta(in->rng, in->id, 0, p->alpha, p->alpha);
    for (int64_t i = 0; i < n; i++) {
        float lo = x[i] < other[i] ? x[i] : other[i], hi = x[i] < other[i] ? other[i] : x[i],
              v = fmaf(share, x[i], (1 - share) * other[i]);
        out[i] = v < lo ? lo : v > hi ? hi : v; /* rounding leaves the segment by less than an ulp */
    }
    return share;
}

const asy_augment asy_augment_mixup = {
    .m = { .name = "mixup",
           .summary = "convex combinations of two samples",
           .revision = 1,
           .cite = "Zhang et al. 2018, arXiv:1710.09412",
           .doc = "share x + (1 - share) x', with x' another sample of the lot, share from Beta(alpha, "
                  "alpha) for each sample alone, and the loss share loss(y) + (1 - share) loss(y'). After "
                  "all other augmentations, whatever its place in the list. train.accuracy counts the first "
                  "label.",
           .example = "augment: {mixup: {alpha: 0.2}}",
           ASY_PARAMS(params) },
    .mix = mix,
};
