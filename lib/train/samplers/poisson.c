// SPDX-License-Identifier: GPL-3.0-or-later
/* Every sample in every lot with the same chance, independently: what privacy accountants assume. */
#include "assay.h"

#include <math.h>

static int64_t batches(const void *vp, int64_t n, int64_t batch)
{
    (void)vp;
    return (n + batch - 1) / batch;
}

/* By Bernstein's inequality a lot exceeds b + 8 √b + 16 with probability below e^−32. */
static int64_t most(const void *vp, int64_t n, int64_t batch)
{
    double bound = (double)batch + floor(8 * sqrt((double)batch)) + 16;

    (void)vp;
    return bound < (double)n ? (int64_t)bound : n;
}

/* The lot of step t, in the order of a second word; returns its size. */
static int64_t draw(const asy_sampler_in *in, const asy_rng *r, uint64_t (*scratch)[2], uint64_t *id,
                    uint32_t *chosen, uint32_t *order)
{
    double q = (double)in->batch / (double)in->n;
    int64_t k = 0;

    for (int64_t i = 0; i < in->n; i++)
        if (asy_rng_uniform64(r, in->id[i], 0) < q) {
            id[k] = in->id[i];
            chosen[k++] = (uint32_t)i;
        }
    asy_rng turn = asy_rng_part(*r, "turn");
    asy_rng_permute(&turn, (size_t)k, id, scratch, order);
    return k;
}

static asy_status epoch(const void *vp, asy_arena *a, const asy_sampler_in *in, asy_order *out)
{
    uint64_t (*scratch)[2] = asy_alloc(a, (size_t)in->n, sizeof *scratch);
    uint64_t *id = ASY_NEWN(a, in->n, uint64_t);
    uint32_t *chosen = ASY_NEWN(a, in->n, uint32_t), *order = ASY_NEWN(a, in->n, uint32_t);
    int64_t nb = batches(vp, in->n, in->batch), room = 0, used = 0;
    uint32_t *index = NULL;

    out->n_batches = nb;
    out->first = ASY_NEWN(a, nb + 1, int64_t);
    ASY_TRY(asy_arena_status(a));
    for (int64_t b = 0; b < nb; b++) {
        asy_rng r = asy_rng_split(in->order, "lot", (uint64_t)(in->epoch * nb + b));
        int64_t k = draw(in, &r, scratch, id, chosen, order);

        if (used + k > room) {
            uint32_t *more = ASY_NEWN(a, room = 2 * (used + k) + in->n, uint32_t);

            ASY_TRY(asy_arena_status(a));
            for (int64_t i = 0; i < used; i++)
                more[i] = index[i];
            index = more;
        }
        for (int64_t i = 0; i < k; i++)
            index[used + i] = chosen[order[i]];
        out->first[b + 1] = used += k;
    }
    out->index = index;
    return ASY_OK;
}

const asy_sampler asy_sampler_poisson = {
    .m = { .name = "poisson",
           .summary = "each sample in each lot with probability batch/n",
           .revision = 1,
           .cite = "Abadi et al. 2016, arXiv:1607.00133",
           .doc = "Lots vary in size, `batch` on average, and may be empty: loss and gradient are then 0. An "
                  "epoch is n/batch lots, rounded up; membership is a function of seed, step and sample id.",
           .example = "sampler: poisson" },
    .batches = batches,
    .most = most,
    .epoch = epoch,
};
