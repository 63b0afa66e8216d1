// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_images.h"

enum { SIDE = 17, N = 4000, MOST = 3 };

/* Places of a single bright pixel over many samples: mean square of the move down, and how many of the
 * places. */
static asy_status places(asy_known_env *e, double *square, double *distinct)
{
    static const char *const pairs[][2] = { { "max", "0.18" }, { NULL, NULL } };
    float x[SIDE * SIDE] = { 0 }, out[SIDE * SIDE];
    bool seen[SIDE * SIDE] = { false };
    asy_augments *s;
    x[SIDE / 2 * SIDE + SIDE / 2] = 1;
    *square = *distinct = 0;
    ASY_TRY(asy_image_augment(e, "shift", pairs, ASY_SHAPE(1, SIDE, SIDE), &s));
    for (uint64_t id = 0; id < N; id++) {
        ASY_TRY(asy_image_augmented(e, s, id, x, out));
        for (int i = 0; i < SIDE * SIDE; i++) {
            if (!(out[i] > 0)) continue;
            int down = i / SIDE - SIDE / 2;
            *square += (double)(down * down) / N;
            *distinct += seen[i] ? 0 : 1;
            seen[i] = true;
        }
    }
    return ASY_OK;
}

static asy_status square(asy_known_env *e, double *found)
{
    double other;
    return places(e, found, &other);
}
static asy_status distinct(asy_known_env *e, double *found)
{
    double other;
    return places(e, &other, found);
}

static asy_status still(asy_known_env *e, double *found)
{
    float *x = asy_image_ramp(e, SIDE, SIDE, true), out[SIDE * SIDE];
    asy_augments *s;
    ASY_TRY(asy_image_augment(e, "shift", (const char *const[][2]){ { "max", "0" }, { NULL, NULL } },
                              ASY_SHAPE(1, SIDE, SIDE), &s));
    ASY_TRY(asy_image_augmented(e, s, 1, x, out));
    *found = asy_image_differ(SIDE * SIDE, x, out);
    return ASY_OK;
}

const asy_known asy_known_augment_shift[] = {
    { "max 0 leaves all where it is", 0, 0, "closed form", still },
    { "mean square of a move drawn from -3 ... 3", 4, 0.22,
      "closed form: m(m+1)/3; 4 deviations of 4000 draws", square },
    { "places of one pixel", (2 * MOST + 1) * (2 * MOST + 1), 0, "closed form: 7 x 7, max .18 of 17 pixels",
      distinct },
    { .name = NULL }
};
