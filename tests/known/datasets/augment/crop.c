// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_images.h"

enum { SIDE = 9, N = 2000 };

static asy_status begin(asy_known_env *e, const char *padding, const char *mode, asy_augments **s)
{
    const char *const pairs[][2] = { { "padding", padding }, { "mode", mode }, { NULL, NULL } };
    return asy_image_augment(e, "crop", pairs, ASY_SHAPE(1, SIDE, SIDE), s);
}

static asy_status none(asy_known_env *e, double *found)
{
    float *x = asy_image_ramp(e, SIDE, SIDE, false), out[SIDE * SIDE];
    asy_augments *s;
    ASY_TRY(begin(e, "0", "black", &s));
    ASY_TRY(asy_image_augmented(e, s, 1, x, out));
    *found = asy_image_differ(SIDE * SIDE, x, out);
    return ASY_OK;
}

static asy_status places(asy_known_env *e, double *found)
{
    float x[SIDE * SIDE] = { 0 }, out[SIDE * SIDE];
    bool seen[SIDE * SIDE] = { false };
    asy_augments *s;
    *found = 0;
    x[SIDE / 2 * SIDE + SIDE / 2] = 1;
    ASY_TRY(begin(e, "2", "black", &s));
    for (uint64_t id = 0; id < N; id++) {
        ASY_TRY(asy_image_augmented(e, s, id, x, out));
        for (int i = 0; i < SIDE * SIDE; i++)
            if (out[i] > 0) *found += seen[i] ? 0 : 1, seen[i] = true;
    }
    return ASY_OK;
}

/* A ramp by rows, the first row 0: with mode edge the moved image has row max(0, min(8, i + t)), with reflect
 * |i + t| or 16 − (i + t). Counts samples where no t explains the image. */
static asy_status misfits(asy_known_env *e, const char *mode, bool mirror, double *found)
{
    float *x = asy_image_ramp(e, SIDE, SIDE, true), out[SIDE * SIDE];
    asy_augments *s;
    *found = 0;
    ASY_TRY(begin(e, "6", mode, &s));
    for (uint64_t id = 0; id < 200; id++) {
        int fits = 0;
        ASY_TRY(asy_image_augmented(e, s, id, x, out));
        for (int t = -6; t <= 6; t++) {
            bool same = true;
            for (int i = 0; i < SIDE; i++) {
                int at = i + t, last = SIDE - 1;
                if (at < 0) at = mirror ? -at : 0;
                if (at > last) at = mirror ? 2 * last - at : last;
                same = same && !(out[i * SIDE] < x[at * SIDE]) && !(out[i * SIDE] > x[at * SIDE]);
            }
            fits += same;
        }
        *found += fits != 1;
    }
    return ASY_OK;
}
static asy_status edge(asy_known_env *e, double *found) { return misfits(e, "edge", false, found); }
static asy_status reflect(asy_known_env *e, double *found) { return misfits(e, "reflect", true, found); }

const asy_known asy_known_augment_crop[] = {
    { "padding 0 is the image", 0, 0, "closed form", none },
    { "places of the middle pixel at padding 2", 25, 0, "closed form: 5 x 5", places },
    { "edge: images that no move explains", 0, 0, "brute force: 13 moves of a ramp", edge },
    { "reflect: images that no move explains", 0, 0, "brute force: 13 moves of a ramp", reflect },
    { .name = NULL }
};
