// SPDX-License-Identifier: GPL-3.0-or-later
#include "../../model/_world.h"

enum { N = 3000, CLASSES = 3 };

/* 2400, 500 and 100 samples of classes 0, 1 and 5; `epochs` epochs; counts what is drawn. */
static asy_status draw(asy_known_env *e, int epochs, double count[N])
{
    uint64_t *id = ASY_NEWN(e->arena, N, uint64_t);
    int32_t *label = ASY_NEWN(e->arena, N, int32_t);
    const asy_bound *b;

    ASY_TRY(asy_arena_status(e->arena));
    for (int i = 0; i < N; i++) {
        id[i] = (uint64_t)(7 * i + 3);
        label[i] = i % 30 == 0 ? 5 : i % 6 == 1 ? 1 : 0;
    }
    ASY_TRY(asy_bind_text(e->arena, &asy_spot_sampler, "balanced", NULL, &b));
    for (int k = 0; k < epochs; k++) {
        asy_sampler_in in = { N, id, 128, k, asy_rng_part(asy_rng_seed(0), "order"), label };
        asy_order o;

        ASY_TRY(((const asy_sampler *)b->m)->epoch(b->params, e->arena, &in, &o));
        if (o.first[o.n_batches] != N)
            ASY_FAIL(ASY_EBUG, "an epoch of %lld samples", (long long)o.first[o.n_batches]);
        for (int i = 0; i < N; i++)
            count[o.index[i]]++;
    }
    return ASY_OK;
}

static asy_status classes(asy_known_env *e, double *found)
{
    double count[N] = { 0 }, sum[CLASSES] = { 0 }, want = 10 * N / (double)CLASSES;

    ASY_TRY(draw(e, 10, count));
    for (int i = 0; i < N; i++)
        sum[i % 30 == 0 ? 2 : i % 6 == 1 ? 1 : 0] += count[i];
    *found = 0;
    for (int c = 0; c < CLASSES; c++)
        *found += (sum[c] - want) * (sum[c] - want) / want;
    return ASY_OK;
}

/* The rarest class: 100 samples. */
static asy_status inside(asy_known_env *e, double *found)
{
    double count[N] = { 0 }, total = 0;

    ASY_TRY(draw(e, 10, count));
    for (int i = 0; i < N; i += 30)
        total += count[i];
    *found = 0;
    for (int i = 0; i < N; i += 30)
        *found += (count[i] - total / 100) * (count[i] - total / 100) / (total / 100);
    return ASY_OK;
}

const asy_known asy_known_sampler_balanced[] = {
    { "chi-square of 3 classes", 0, 27.631,
      "chi-square, 2 degrees: 1e-6 of draws lie above 27.631", classes },
    { "chi-square of the 100 of a class", 99, 81,
      "chi-square, 99 degrees: 1e-6 of draws lie above 180.8", inside },
    { .name = NULL }
};
