// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_images.h"

static asy_status grey(asy_known_env *e, int severity, float v, double *found)
{
    float out[4], x[4] = { v, v, v, v };
    ASY_TRY(asy_image_corrupt(e, "brightness", severity, ASY_SHAPE(1, 2, 2), 1, x, out));
    *found = (double)out[3];
    return ASY_OK;
}
static asy_status fifth(asy_known_env *e, double *found) { return grey(e, 5, 0.3f, found); }
static asy_status full(asy_known_env *e, double *found) { return grey(e, 4, 0.9f, found); }

/* (.2, .1, .05): V rises to .3, saturation 1 − .05/.2 stays. */
static asy_status saturation(asy_known_env *e, double *found)
{
    float out[3], x[3] = { 0.2f, 0.1f, 0.05f };
    ASY_TRY(asy_image_corrupt(e, "brightness", 1, ASY_SHAPE(3, 1, 1), 1, x, out));
    *found = (double)out[0] + (1 - (double)(out[2] / out[0]));
    return ASY_OK;
}

const asy_known asy_known_corruption_brightness[] = {
    { "grey .3 at severity 5", 0.8, 1e-6, "closed form: .3 + .5", fifth },
    { "grey .9 at severity 4", 1, 0, "closed form: not above 1", full },
    { "value and saturation of a colour", 0.3 + 0.75, 1e-6, "closed form: HSV", saturation },
    { .name = NULL }
};
