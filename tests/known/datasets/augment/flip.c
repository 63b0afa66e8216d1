// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_images.h"

static const float six[6] = { 1, 2, 3, 4, 5, 6 };

static asy_status flipped(asy_known_env *e, const char *axis, float out[6])
{
    const char *const pairs[][2] = { { "p", "1" }, { "axis", axis }, { NULL, NULL } };
    asy_augments *s;
    ASY_TRY(asy_image_augment(e, "flip", pairs, ASY_SHAPE(1, 2, 3), &s));
    return asy_image_augmented(e, s, 5, six, out);
}

static asy_status number(asy_known_env *e, const char *axis, double *found)
{
    float out[6];
    ASY_TRY(flipped(e, axis, out));
    *found = 0;
    for (int i = 0; i < 6; i++) *found = *found * 10 + (double)out[i];
    return ASY_OK;
}
static asy_status sideways(asy_known_env *e, double *found) { return number(e, "horizontal", found); }
static asy_status upside_down(asy_known_env *e, double *found) { return number(e, "vertical", found); }

static asy_status twice(asy_known_env *e, double *found)
{
    const char *const pairs[][2] = { { "p", "1" }, { NULL, NULL } };
    float once[6], again[6];
    asy_augments *s;
    ASY_TRY(asy_image_augment(e, "flip", pairs, ASY_SHAPE(1, 2, 3), &s));
    ASY_TRY(asy_image_augmented(e, s, 5, six, once));
    ASY_TRY(asy_image_augmented(e, s, 5, once, again));
    *found = asy_image_differ(6, six, again);
    return ASY_OK;
}

static asy_status share(asy_known_env *e, double *found)
{
    enum { N = 10000 };
    float out[6];
    asy_augments *s;
    int n = 0;
    ASY_TRY(asy_image_augment(e, "flip", (const char *const[][2]){ { "p", "0.3" }, { NULL, NULL } },
                              ASY_SHAPE(1, 2, 3), &s));
    for (uint64_t id = 0; id < N; id++) {
        ASY_TRY(asy_image_augmented(e, s, id, six, out));
        n += out[0] > 2;
    }
    *found = (double)n / N;
    return ASY_OK;
}

const asy_known asy_known_augment_flip[] = {
    { "1 2 3 / 4 5 6, left and right", 321654, 0, "closed form", sideways },
    { "1 2 3 / 4 5 6, top and bottom", 456123, 0, "closed form", upside_down },
    { "two flips are none", 0, 0, "closed form: an involution", twice },
    { "share of flips at p .3", 0.3, 0.0184, "closed form: 4 deviations of 10 000 draws", share },
    { .name = NULL }
};
