// SPDX-License-Identifier: GPL-3.0-or-later
#include "../../model/_world.h"

enum { N = 1000, EPOCHS = 40 };

static asy_status epoch(asy_known_env *e, const uint64_t id[], int64_t n, int64_t batch, int64_t k,
                        asy_order *o)
{
    asy_sampler_in in = { n, id, batch, k, asy_rng_part(asy_rng_seed(0), "order"), NULL };
    const asy_bound *b;

    ASY_TRY(asy_bind_text(e->arena, &asy_spot_sampler, "poisson", NULL, &b));
    return ((const asy_sampler *)b->m)->epoch(b->params, e->arena, &in, o);
}

static uint64_t *ids(asy_known_env *e)
{
    uint64_t *id = ASY_NEWN(e->arena, N, uint64_t);

    for (int i = 0; id && i < N; i++)
        id[i] = (uint64_t)(3 * i + 1);
    return id;
}

/* Lots of 100 of 1000: memberships of a sample in 400 lots are binomial with p = 1/10. */
static asy_status members(asy_known_env *e, double *found)
{
    double count[N] = { 0 };
    uint64_t *id = ids(e);

    ASY_TRY(asy_arena_status(e->arena));
    for (int k = 0; k < EPOCHS; k++) {
        asy_order o;

        ASY_TRY(epoch(e, id, N, 100, k, &o));
        for (int64_t i = 0; i < o.first[o.n_batches]; i++)
            count[o.index[i]]++;
    }
    *found = 0;
    for (int i = 0; i < N; i++)
        *found += (count[i] - 40) * (count[i] - 40) / (400 * 0.1 * 0.9);
    return ASY_OK;
}

/* Sizes of the 400 lots: binomial, variance 90. */
static asy_status sizes(asy_known_env *e, double *found)
{
    uint64_t *id = ids(e);

    ASY_TRY(asy_arena_status(e->arena));
    *found = 0;
    for (int k = 0; k < EPOCHS; k++) {
        asy_order o;

        ASY_TRY(epoch(e, id, N, 100, k, &o));
        for (int64_t b = 0; b < o.n_batches; b++) {
            double size = (double)(o.first[b + 1] - o.first[b]);

            *found += (size - 100) * (size - 100) / 90;
        }
    }
    return ASY_OK;
}

/* Three samples, lots of one: (2/3)³ of the lots are empty. */
static asy_status empty(asy_known_env *e, double *found)
{
    static const uint64_t id[] = { 5, 6, 7 };

    *found = 0;
    for (int k = 0; k < 300; k++) {
        asy_order o;

        ASY_TRY(epoch(e, id, 3, 1, k, &o));
        for (int64_t b = 0; b < o.n_batches; b++)
            *found += o.first[b + 1] == o.first[b] ? 1 : 0;
    }
    return ASY_OK;
}

const asy_known asy_known_sampler_poisson[] = {
    { "chi-square of memberships", 1000, 227,
      "chi-square, 1000 degrees: 1e-6 of draws lie above 1227", members },
    { "chi-square of lot sizes", 400, 149, "chi-square, 400 degrees: 1e-6 of draws lie above 549", sizes },
    { "empty lots of 900", 266.67, 67, "closed form: 900 (2/3)^3, 4.9 deviations of 13.7", empty },
    { .name = NULL }
};
