// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_images.h"

enum { SIDE = 21, N = SIDE * SIDE, COUNT = 200 };

static asy_status moves(asy_known_env *e, int severity, double *square, double *corners)
{
    float *x = asy_image_constant(e, COUNT * N, 0), *out = ASY_NEWN(e->arena, COUNT * N, float);
    bool seen[N] = { false };
    ASY_TRY(asy_arena_status(e->arena));
    for (int k = 0; k < COUNT; k++) x[k * N + N / 2] = 1;
    ASY_TRY(asy_image_corrupt(e, "translate", severity, ASY_SHAPE(1, SIDE, SIDE), COUNT, x, out));
    *square = *corners = 0;
    for (int i = 0; i < COUNT * N; i++) {
        int r = i % N / SIDE - SIDE / 2, c = i % SIDE - SIDE / 2;
        if (!(out[i] > 0)) continue;
        *square += (double)(r * r + c * c) / COUNT;
        *corners += seen[i % N] ? 0 : 1;
        seen[i % N] = true;
    }
    return ASY_OK;
}
static asy_status square(asy_known_env *e, double *found)
{
    double other;
    return moves(e, 3, found, &other);
}
static asy_status corners(asy_known_env *e, double *found)
{
    double other;
    return moves(e, 5, &other, found);
}

const asy_known asy_known_corruption_translate[] = {
    { "squared way at severity 3", 18, 1e-9, "closed form: 3^2 + 3^2", square },
    { "places of one pixel", 4, 0, "closed form: two signs", corners },
    { .name = NULL }
};
