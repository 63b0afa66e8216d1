// SPDX-License-Identifier: GPL-3.0-or-later
#include "_mix.h"

asy_status asy_image_mix(asy_known_env *e, const char *name, const char *alpha, int64_t n, asy_shape sample,
                         asy_mixed *m)
{
    const char *const pairs[][2] = { { "alpha", alpha }, { NULL, NULL } };
    int64_t width = asy_shape_count(&sample);
    uint64_t (*rank)[2] = asy_alloc(e->arena, (size_t)n, sizeof *rank);
    asy_augments *s;
    *m = (asy_mixed){ n,
                      ASY_NEWN(e->arena, n * width, float),
                      ASY_NEWN(e->arena, n * width, float),
                      ASY_NEWN(e->arena, n, float),
                      ASY_NEWN(e->arena, n, int32_t),
                      ASY_NEWN(e->arena, n, int32_t),
                      ASY_NEWN(e->arena, n, uint64_t) };
    ASY_TRY(asy_arena_status(e->arena));
    for (int64_t i = 0; i < n; i++) {
        m->y[i] = (int32_t)i;
        m->id[i] = 1000 + (uint64_t)i;
        for (int64_t j = 0; j < width; j++) m->x[i * width + j] = (float)i / (float)n;
    }
    ASY_TRY(asy_image_augment(e, name, pairs, sample, &s));
    return asy_augments_mix(s, e->pool, n, m->id, m->x, m->y, m->out, m->y2, m->share, rank);
}

void asy_image_moments(int64_t n, const float *x, double *mean, double *variance)
{
    *mean = asy_image_mean(n, x);
    *variance = 0;
    for (int64_t i = 0; i < n; i++) *variance += ((double)x[i] - *mean) * ((double)x[i] - *mean) / (double)n;
}

double asy_image_own_partner(const asy_mixed *m)
{
    double n = 0;
    for (int64_t i = 0; i < m->n; i++) n += m->y2[i] == m->y[i];
    return n;
}
