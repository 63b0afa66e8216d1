// SPDX-License-Identifier: GPL-3.0-or-later
/* Every sample once an epoch, in random order. */
#include "assay.h"

static int64_t batches(const void *vp, int64_t n, int64_t batch)
{
    (void)vp;
    return (n + batch - 1) / batch;
}

static asy_status epoch(const void *vp, asy_arena *a, const asy_sampler_in *in, asy_order *out)
{
    asy_rng r = asy_rng_split(in->order, "epoch", (uint64_t)in->epoch);
    uint64_t (*scratch)[2] = asy_alloc(a, (size_t)in->n, sizeof *scratch);
    int64_t nb = batches(vp, in->n, in->batch);

    out->n_batches = nb;
    out->first = ASY_NEWN(a, nb + 1, int64_t);
    out->index = ASY_NEWN(a, in->n, uint32_t);
    ASY_TRY(asy_arena_status(a));
    /* By sample id, so that the order does not depend on where a sample stands in the view. */
    asy_rng_permute(&r, (size_t)in->n, in->id, scratch, out->index);
    for (int64_t b = 0; b <= nb; b++)
        out->first[b] = b * in->batch < in->n ? b * in->batch : in->n;
    return ASY_OK;
}

const asy_sampler asy_sampler_shuffled = {
    .m = { .name = "shuffled",
           .summary = "every sample once an epoch, in random order",
           .revision = 1,
           .cite = "Bottou 2012, Stochastic gradient descent tricks",
           .doc = "The order of an epoch is a function of seed, epoch and sample ids. The last batch may "
                  "be smaller; it is kept.",
           .example = "sampler: shuffled" },
    .once = true,
    .batches = batches,
    .epoch = epoch,
};
