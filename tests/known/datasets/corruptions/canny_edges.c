// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_images.h"

enum { SIDE = 28, N = SIDE * SIDE };

/* Black, grey in column 13, white: the slope is steepest at 13. */
static void step(float *x, float white)
{
    for (int i = 0; i < N; i++) x[i] = i % SIDE < 13 ? 0 : i % SIDE == 13 ? white / 2 : white;
}
static asy_status edge(asy_known_env *e, int severity, float white, bool only, double *found)
{
    float x[N], out[N];
    step(x, white);
    ASY_TRY(asy_image_corrupt(e, "canny-edges", severity, ASY_SHAPE(1, SIDE, SIDE), 1, x, out));
    *found = 0;
    for (int i = 0; i < N; i++) *found += !only || i % SIDE == 13 ? (double)out[i] : 0;
    return ASY_OK;
}
static asy_status column(asy_known_env *e, double *found) { return edge(e, 5, 1, true, found); }
static asy_status all(asy_known_env *e, double *found) { return edge(e, 5, 1, false, found); }
static asy_status faint(asy_known_env *e, double *found) { return edge(e, 5, 0.02f, false, found); }
static asy_status half(asy_known_env *e, double *found)
{
    double whole;
    ASY_TRY(edge(e, 1, 1, true, &whole));
    *found = whole;
    return ASY_OK;
}
static asy_status flat(asy_known_env *e, double *found)
{
    float *x = asy_image_constant(e, N, 0.7f), out[N];
    ASY_TRY(asy_image_corrupt(e, "canny-edges", 5, ASY_SHAPE(1, SIDE, SIDE), 1, x, out));
    *found = asy_image_mean(N, out);
    return ASY_OK;
}

const asy_known asy_known_corruption_canny_edges[] = {
    { "a step's edge", 26, 0, "closed form: 28 rows but for the border", column },
    { "nothing else", 26, 0, "closed form", all },
    { "a step of .02 is below both thresholds", 0, 0, "closed form: slope 8 * .02 / sqrt(2 pi)", faint },
    { "column 13 at severity 1", 0.2 * 26 + 0.8 * 0.5 * 28, 1e-5,
      "closed form: .8 of the image, .2 of the edges", half },
    { "a flat image", 0, 0, "closed form", flat },
    { .name = NULL }
};
