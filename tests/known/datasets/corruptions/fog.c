// SPDX-License-Identifier: GPL-3.0-or-later
/* The cloud a second time: whole grids at once, shifted around the torus, as numpy has them. */
#include "../_images.h"

#include <string.h>

enum { SIDE = 28, N = SIDE * SIDE, MAP = 256 };

/* grid[i][j] of points `step` apart, the first at (r, c) */
typedef struct { int m; double v[MAP * MAP / 1]; } grid;

static double roll(const grid *g, int i, int j)
{
    return g->v[((i + g->m) % g->m) * g->m + (j + g->m) % g->m];
}

static void pick(const double *map, int step, int r, int c, grid *g)
{
    g->m = MAP / step;
    for (int i = 0; i < g->m; i++)
        for (int j = 0; j < g->m; j++) g->v[i * g->m + j] = map[(r + i * step) * MAP + c + j * step];
}

static void plasma(const float *u, double decay, grid *up, grid *mid, double *map)
{
    double wibble = 100, lo, hi;
    memset(map, 0, MAP * MAP * sizeof *map);
    for (int step = MAP; step >= 2; step /= 2, wibble /= decay) {
        int half = step / 2, m = MAP / step;
        pick(map, step, 0, 0, up);
        for (int i = 0; i < m; i++)
            for (int j = 0; j < m; j++) {
                int at = (half + i * step) * MAP + half + j * step;
                map[at] =
                    (roll(up, i, j) + roll(up, i + 1, j) + roll(up, i, j + 1) + roll(up, i + 1, j + 1)) / 4 +
                    wibble * wibble * (double)u[at];
            }
        pick(map, step, half, half, mid);
        for (int i = 0; i < m; i++)
            for (int j = 0; j < m; j++) {
                int top = i * step * MAP + half + j * step, left = (half + i * step) * MAP + j * step;
                map[top] = (roll(mid, i - 1, j) + roll(mid, i, j) + roll(up, i, j) + roll(up, i, j + 1)) / 4 +
                           wibble * wibble * (double)u[top];
                map[left] =
                    (roll(mid, i, j - 1) + roll(mid, i, j) + roll(up, i, j) + roll(up, i + 1, j)) / 4 +
                    wibble * wibble * (double)u[left];
            }
    }
    lo = hi = map[0];
    for (int i = 0; i < MAP * MAP; i++) lo = fmin(lo, map[i]), hi = fmax(hi, map[i]);
    for (int i = 0; i < MAP * MAP; i++) map[i] = (map[i] - lo) / (hi - lo);
}

static asy_status brute(asy_known_env *e, double *found)
{
    float *x = asy_image_ramp(e, SIDE, SIDE, true), out[N], *u = ASY_NEWN(e->arena, MAP * MAP, float);
    double *map = ASY_NEWN(e->arena, MAP * MAP, double);
    grid *up = ASY_NEW(e->arena, grid), *mid = ASY_NEW(e->arena, grid);
    asy_rng r = asy_rng_part(asy_rng_part(asy_rng_seed(0), "corrupt"), "fog");
    ASY_TRY(asy_arena_status(e->arena));
    ASY_TRY(asy_image_corrupt(e, "fog", 5, ASY_SHAPE(1, SIDE, SIDE), 1, x, out));
    asy_rng_uniform(&r, 0, 0, MAP * MAP, -1, 1, u);
    plasma(u, 1.4, up, mid, map);
    *found = 0;
    for (int i = 0; i < N; i++) {
        double want = ((double)x[i] + 3 * map[i / SIDE * MAP + i % SIDE]) * (1 / (1 + 3.0));
        *found = fmax(*found, fabs(want - (double)out[i]));
    }
    return ASY_OK;
}

static asy_status black(asy_known_env *e, double *found)
{
    float *x = asy_image_constant(e, N, 0), out[N];
    ASY_TRY(asy_image_corrupt(e, "fog", 3, ASY_SHAPE(1, SIDE, SIDE), 1, x, out));
    *found = asy_image_mean(N, out);
    return ASY_OK;
}

const asy_known asy_known_corruption_fog[] = {
    { "a ramp at severity 5", 0, 1e-6, "brute force: Mu, Gilmer 2019, whole grids at once", brute },
    { "black stays black", 0, 0, "closed form: the brightest value is 0", black },
    { .name = NULL }
};
