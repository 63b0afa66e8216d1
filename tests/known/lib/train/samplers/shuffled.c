// SPDX-License-Identifier: GPL-3.0-or-later
#include "../../model/_world.h"

enum { N = 10, BATCH = 4 };

static asy_status order(asy_known_env *e, const uint64_t id[N], int64_t epoch, asy_order *out)
{
    asy_sampler_in in = { N, id, BATCH, epoch, asy_rng_part(asy_rng_seed(0), "order"), NULL };
    const asy_bound *b;

    ASY_TRY(asy_bind_text(e->arena, &asy_spot_sampler, "shuffled", NULL, &b));
    return ((const asy_sampler *)b->m)->epoch(b->params, e->arena, &in, out);
}

static const uint64_t ids[N] = { 100, 101, 102, 103, 104, 105, 106, 107, 108, 109 };
static const uint64_t back[N] = { 109, 108, 107, 106, 105, 104, 103, 102, 101, 100 };

static asy_status last_batch(asy_known_env *e, double *found)
{
    asy_order o;

    ASY_TRY(order(e, ids, 0, &o));
    *found = (double)(o.first[o.n_batches] - o.first[o.n_batches - 1]);
    return ASY_OK;
}

static asy_status once(asy_known_env *e, double *found)
{
    asy_order o;
    unsigned seen = 0;

    ASY_TRY(order(e, ids, 3, &o));
    for (int i = 0; i < N; i++)
        seen |= 1u << o.index[i];
    *found = (double)seen;
    return ASY_OK;
}

/* Samples that change places keep their turn. */
static asy_status by_id(asy_known_env *e, double *found)
{
    asy_order a, b;

    ASY_TRY(order(e, ids, 1, &a));
    ASY_TRY(order(e, back, 1, &b));
    *found = 0;
    for (int i = 0; i < N; i++)
        *found += ids[a.index[i]] == back[b.index[i]] ? 1 : 0;
    return ASY_OK;
}

const asy_known asy_known_sampler_shuffled[] = {
    { "10 samples by 4: the last batch", 2, 0, "closed form: 10 - 2*4", last_batch },
    { "each sample once", 1023, 0, "closed form: bits 0 ... 9", once },
    { "the order follows the ids", 10, 0, "closed form: all 10 in the same turn", by_id },
    { .name = NULL }
};
