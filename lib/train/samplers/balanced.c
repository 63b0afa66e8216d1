// SPDX-License-Identifier: GPL-3.0-or-later
/* Every class equally often, with replacement. */
#include "assay.h"

#include <stdlib.h>

static int64_t batches(const void *vp, int64_t n, int64_t batch)
{
    (void)vp;
    return (n + batch - 1) / batch;
}

typedef struct {
    int32_t label;
    uint32_t index;
    uint64_t id;
} entry;

static int by_class_then_id(const void *a, const void *b)
{
    const entry *x = a, *y = b;

    if (x->label != y->label)
        return x->label < y->label ? -1 : 1;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

/* Draw t of an epoch takes one of the classes that occur, then one of its samples in the order of ids. */
static asy_status epoch(const void *vp, asy_arena *a, const asy_sampler_in *in, asy_order *out)
{
    asy_rng r = asy_rng_split(in->order, "epoch", (uint64_t)in->epoch);
    entry *e = ASY_NEWN(a, in->n, entry);
    int64_t *start = ASY_NEWN(a, in->n + 1, int64_t), nb = batches(vp, in->n, in->batch), k = 0;

    out->n_batches = nb;
    out->first = ASY_NEWN(a, nb + 1, int64_t);
    out->index = ASY_NEWN(a, in->n, uint32_t);
    ASY_TRY(asy_arena_status(a));
    if (!in->label)
        ASY_FAIL(ASY_EUNSUP, "`balanced` goes by a row's label; here rows have several");
    for (int64_t i = 0; i < in->n; i++)
        e[i] = (entry){ in->label[i], (uint32_t)i, in->id[i] };
    qsort(e, (size_t)in->n, sizeof *e, by_class_then_id);
    for (int64_t i = 0; i < in->n; i++)
        if (i == 0 || e[i].label != e[i - 1].label)
            start[k++] = i;
    start[k] = in->n;
    for (int64_t t = 0; t < in->n; t++) {
        uint64_t c = asy_rng_below(&r, (uint64_t)t, 0, (uint64_t)k),
                 many = (uint64_t)(start[c + 1] - start[c]);

        out->index[t] = e[(uint64_t)start[c] + asy_rng_below(&r, (uint64_t)t, 1, many)].index;
    }
    for (int64_t b = 0; b <= nb; b++)
        out->first[b] = b * in->batch < in->n ? b * in->batch : in->n;
    return ASY_OK;
}

const asy_sampler asy_sampler_balanced = {
    .m = { .name = "balanced",
           .summary = "every class equally often, with replacement",
           .revision = 1,
           .cite = "Japkowicz, Stephen 2002, Intell. Data Anal. 6(5)",
           .doc = "Each place in a batch takes a class, all that occur being equally likely, then one of its "
                  "samples. An epoch has as many places as there are samples.",
           .example = "sampler: balanced" },
    .batches = batches,
    .epoch = epoch,
};
