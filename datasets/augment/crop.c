// SPDX-License-Identifier: GPL-3.0-or-later
/* A window of the image's own size out of the padded image. */
#include "assay.h"

typedef struct { int64_t padding, mode; } par;

enum { BLACK, EDGE, REFLECT };
static const char *const modes[] = { "black", "edge", "reflect", NULL };
static const char *const pad_words[] = { "pad", NULL };
static const asy_param params[] = {
    ASY_PARAM_I64(padding, "4", 0, 4096, "pixels on each side", .synonyms = pad_words),
    ASY_PARAM_ENUM(mode, "black", modes,
                   "what they hold: the lowest value, the nearest pixel, or the mirror image"),
    ASY_PARAM_END
};

/* The place of a padded image's line in the image of n lines; −1: black. */
static int64_t place(int64_t i, int64_t n, int64_t mode)
{
    if (i >= 0 && i < n) return i;
    if (mode == BLACK) return -1;
    if (mode == EDGE || n == 1) return i < 0 ? 0 : n - 1;
    int64_t period = 2 * (n - 1), at = ((i % period) + period) % period;
    return at < n ? at : period - at;
}

static void apply(const void *vp, const asy_augment_in *in, const float *x, float *out)
{
    const par *p = vp;
    int64_t h = in->shape.d[1], w = in->shape.d[2];
    uint64_t places = 2 * (uint64_t)p->padding + 1;
    int64_t top = (int64_t)asy_rng_below(in->rng, in->id, 0, places) - p->padding,
            left = (int64_t)asy_rng_below(in->rng, in->id, 1, places) - p->padding;
    for (int64_t k = 0; k < in->shape.d[0]; k++)
        for (int64_t i = 0; i < h; i++)
            for (int64_t j = 0; j < w; j++) {
                int64_t r = place(i + top, h, p->mode), c = place(j + left, w, p->mode);
                out[(k * h + i) * w + j] = r < 0 || c < 0 ? in->lo : x[(k * h + r) * w + c];
            }
}

const asy_augment asy_augment_crop = {
    .m = { .name = "crop",
           .summary = "a random window of the padded image",
           .revision = 1,
           .cite = "He et al. 2016, arXiv:1512.03385, section 4.2",
           .doc = "The image is padded by `padding` pixels on each side; a window of its old size is cut "
                  "out, each of the (2 padding + 1)^2 places being equally likely.",
           .example = "augment: {crop: {padding: 4, mode: reflect}}",
           ASY_PARAMS(params) },
    .images = true,
    .apply = apply,
};
