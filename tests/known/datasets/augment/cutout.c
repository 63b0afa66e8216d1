// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_images.h"

enum { SIDE = 9, N = 4000 };

static asy_status area(asy_known_env *e, const char *side, double *mean, double *most)
{
    const char *const pairs[][2] = { { "side", side }, { NULL, NULL } };
    float *x = asy_image_constant(e, SIDE * SIDE, 1), out[SIDE * SIDE];
    asy_augments *s;
    *mean = *most = 0;
    ASY_TRY(asy_image_augment(e, "cutout", pairs, ASY_SHAPE(1, SIDE, SIDE), &s));
    for (uint64_t id = 0; id < N; id++) {
        ASY_TRY(asy_image_augmented(e, s, id, x, out));
        double hole = SIDE * SIDE * (1 - asy_image_mean(SIDE * SIDE, out));
        *mean += hole / N;
        *most = fmax(*most, hole);
    }
    return ASY_OK;
}
static asy_status one(asy_known_env *e, double *found)
{
    double other;
    return area(e, "1", found, &other);
}
static asy_status mean(asy_known_env *e, double *found)
{
    double other;
    return area(e, "3", found, &other);
}
static asy_status whole(asy_known_env *e, double *found)
{
    double other;
    return area(e, "3", &other, found);
}

const asy_known asy_known_augment_cutout[] = {
    { "side 1 is always one pixel", 1, 1e-5, "closed form", one },
    { "mean area of side 3 in 9 x 9", 625.0 / 81, 0.11,
      "closed form: (2 + 7*3 + 2)/9 lines, squared; 4 deviations of 4000 draws", mean },
    { "largest area of side 3", 9, 1e-5, "closed form: none of it outside", whole },
    { .name = NULL }
};
