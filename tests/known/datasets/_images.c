// SPDX-License-Identifier: GPL-3.0-or-later
#include "_images.h"

#include <math.h>
#include <string.h>

asy_status asy_image_augment(asy_known_env *e, const char *name, const char *const pairs[][2],
                             asy_shape sample, asy_augments **out)
{
    const asy_bound **b = ASY_NEWN(e->arena, 1, const asy_bound *);
    asy_rng seed = asy_rng_seed(3);
    ASY_TRY(asy_arena_status(e->arena));
    ASY_TRY(asy_bind_text(e->arena, &asy_spot_augment, name, pairs, b));
    ASY_TRY(asy_augments_new(out, e->arena, &(asy_bounds){ 1, b }, sample, 0, 1));
    asy_augments_turn(*out, &seed, 0, 0);
    return ASY_OK;
}

asy_status asy_image_augmented(asy_known_env *e, const asy_augments *s, uint64_t id, const float *x,
                               float *out)
{
    asy_mark m = asy_arena_mark(e->arena);
    float *copy = ASY_NEWN(e->arena, s->width, float);
    ASY_TRY(asy_arena_status(e->arena));
    memcpy(copy, x, (size_t)s->width * sizeof *copy);
    asy_augments_apply(s, id, copy, out);
    asy_arena_reset(e->arena, m);
    return ASY_OK;
}

asy_status asy_image_corrupt(asy_known_env *e, const char *name, int severity, asy_shape sample, int64_t n,
                             const float *x, float *out)
{
    const asy_bound *b;
    asy_column c = { .name = "x", .role = ASY_ROLE_INPUT,
                     .data = { NULL, ASY_SHAPE(n, sample.d[0], sample.d[1], sample.d[2]), ASY_F32 } };
    asy_data d = { .n = n, .top = 1 };
    uint32_t *row = ASY_NEWN(e->arena, n, uint32_t);
    float *copy = ASY_NEWN(e->arena, n * asy_shape_count(&sample), float);
    ASY_TRY(asy_arena_status(e->arena));
    memcpy(copy, x, (size_t)(n * asy_shape_count(&sample)) * sizeof *copy);
    c.data.data = copy;
    for (int64_t i = 0; i < n; i++) row[i] = (uint32_t)i;
    ASY_TRY(asy_bind_text(e->arena, &asy_spot_shift, name, NULL, &b));
    asy_view w = { .data = &d, .input = &c, .n = n, .row = row, .hi = 1 };
    return asy_corruption_load((const asy_corruption *)b->m, severity, &w, 0, n, e->pool, out);
}

float *asy_image_constant(asy_known_env *e, int64_t n, float v)
{
    float *x = ASY_NEWN(e->arena, n, float);
    for (int64_t i = 0; x && i < n; i++) x[i] = v;
    return x;
}

float *asy_image_ramp(asy_known_env *e, int64_t h, int64_t w, bool along_rows)
{
    float *x = ASY_NEWN(e->arena, h * w, float);
    for (int64_t i = 0; x && i < h * w; i++)
        x[i] = along_rows ? (float)(i / w) / (float)(h - 1) : (float)(i % w) / (float)(w - 1);
    return x;
}

double asy_image_mean(int64_t n, const float *x)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += (double)x[i];
    return sum / (double)n;
}

double asy_image_differ(int64_t n, const float *x, const float *y)
{
    double most = 0;
    for (int64_t i = 0; i < n; i++) most = fmax(most, fabs((double)x[i] - (double)y[i]));
    return most;
}

void asy_image_slopes(int64_t h, int64_t w, const float *x, double *by_row, double *by_column)
{
    const float *p = x + h / 2 * w + w / 2;
    *by_row = ((double)p[w] - (double)p[-w]) / 2;
    *by_column = ((double)p[1] - (double)p[-1]) / 2;
}
