// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_images.h"

enum { SIDE = 60, N = SIDE * SIDE, COUNT = 8 };

static asy_status mud(asy_known_env *e, int severity, float v, double *mean, double *least)
{
    float *x = asy_image_constant(e, COUNT * N, v), *out = ASY_NEWN(e->arena, COUNT * N, float);
    ASY_TRY(asy_arena_status(e->arena));
    ASY_TRY(asy_image_corrupt(e, "spatter", severity, ASY_SHAPE(1, SIDE, SIDE), COUNT, x, out));
    *mean = asy_image_mean(COUNT * N, out);
    *least = 1;
    for (int i = 0; i < COUNT * N; i++) *least = fmin(*least, (double)out[i]);
    return ASY_OK;
}
static asy_status same(asy_known_env *e, double *found)
{
    double least;
    return mud(e, 4, 63.0f / 255, found, &least);
}
static asy_status darkest(asy_known_env *e, double *found)
{
    double mean;
    return mud(e, 3, 1, &mean, found);
}
/* Noise N(.65, .3²) filtered with sigma 2 has deviation .3/(4 sqrt(pi)): above .68 is Q(.03/.0423) = .239 of
 * it. The second, narrow filter and its threshold of .8 leave the inside of the splashes. */
static asy_status covered(asy_known_env *e, double *found)
{
    double mean, least, share;
    ASY_TRY(mud(e, 3, 1, &mean, &least));
    share = (1 - mean) / (1 - 63.0 / 255);
    *found = share > 0.08 && share < 0.239;
    return ASY_OK;
}

const asy_known asy_known_corruption_spatter[] = {
    { "an image of the mud's grey", 63.0 / 255, 1e-6, "closed form: a convex combination", same },
    { "darkest value of a white image", 63.0 / 255, 1e-6, "closed form: covered", darkest },
    { "share covered at severity 3 between .08 and .239", 1, 0, "closed form: the share above the threshold",
      covered },
    { .name = NULL }
};
