// SPDX-License-Identifier: GPL-3.0-or-later
#include "augment.h"
#include "dataset.h"

#include <stdlib.h>
#include <string.h>

static const asy_augment *of(const asy_bound *b)
{
    return (const asy_augment *)b->m;
}

const asy_bound *asy_augments_misfit(const asy_bounds *list, const asy_shape *sample)
{
    for (int i = 0; i < list->n; i++)
        if (of(list->v[i])->images && sample->n != 3) return list->v[i];
    return NULL;
}

const asy_bound *asy_augments_mixture(const asy_bounds *list, const asy_bound *after)
{
    bool behind = after == NULL;
    for (int i = 0; i < list->n; i++) {
        if (behind && of(list->v[i])->mix != NULL) return list->v[i];
        behind = behind || list->v[i] == after;
    }
    return NULL;
}

const asy_loc *asy_augment_loc(const asy_bound *b)
{
    const asy_tree *t = b->tree;
    return t == NULL ? NULL : t->key_loc.line > 0 ? &t->key_loc : &t->loc;
}

asy_status asy_augments_new(asy_augments **out, asy_arena *a, const asy_bounds *list, asy_shape sample,
                            double lo, double hi)
{
    const asy_bound *bad = asy_augments_misfit(list, &sample);
    asy_augments *s = *out = ASY_NEW(a, asy_augments);
    if (s == NULL) return asy_arena_status(a);
    if (bad != NULL) ASY_FAIL(ASY_EINVAL, "`%s` works on images; the samples are none", bad->name);
    *s = (asy_augments){
        .shape = sample, .width = asy_shape_count(&sample), .lo = (float)lo, .hi = (float)hi
    };
    for (int i = 0; i < list->n; i++) {
        if (of(list->v[i])->mix != NULL && s->mix != NULL)
            ASY_FAIL(ASY_EINVAL, "`%s` and `%s` both mix the samples of a lot; one can", s->mix->name,
                     list->v[i]->name);
        if (s->n == ASY_AUGMENTS) ASY_FAIL(ASY_EINVAL, "more than %d augmentations", ASY_AUGMENTS);
        if (of(list->v[i])->mix != NULL) s->mix = list->v[i];
        else s->list[s->n++] = list->v[i];
    }
    return ASY_OK;
}

/* By the method's name and how often it stood before, so that another one in the list shifts no draws. */
static asy_rng stream_of(const asy_augments *s, const asy_rng *seed, int i, int64_t epoch, int view)
{
    uint64_t before = 0;
    const char *name = i < s->n ? s->list[i]->m->name : s->mix->m->name;
    for (int k = 0; k < i && k < s->n; k++) before += strcmp(s->list[k]->m->name, name) == 0;
    asy_rng r = asy_rng_split(asy_rng_part(*seed, "augment"), name, before);
    return asy_rng_split(asy_rng_split(r, "epoch", (uint64_t)epoch), "view", (uint64_t)view);
}

void asy_augments_turn(asy_augments *s, const asy_rng *seed, int64_t epoch, int view)
{
    for (int i = 0; i < s->n; i++) s->stream[i] = stream_of(s, seed, i, epoch, view);
    if (s->mix == NULL) return;
    s->mixing = stream_of(s, seed, s->n, epoch, view);
    s->partner = asy_rng_part(s->mixing, "partner");
}

static asy_augment_in input(const asy_augments *s, const asy_rng *stream, uint64_t id)
{
    return (asy_augment_in){ stream, id, s->shape, s->lo, s->hi };
}

void asy_augments_apply(const asy_augments *s, uint64_t id, float *x, float *out)
{
    float *from = x, *to = out;
    for (int i = 0; i < s->n; i++) {
        asy_augment_in in = input(s, &s->stream[i], id);
        of(s->list[i])->apply(s->list[i]->params, &in, from, to);
        float *done = to;
        to = from;
        from = done;
    }
    if (from != out) memcpy(out, from, (size_t)s->width * sizeof *out);
}

static int by_id(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    if (x[0] != y[0]) return x[0] < y[0] ? -1 : 1;
    return (x[1] > y[1]) - (x[1] < y[1]);
}

typedef struct {
    const asy_augments *s;
    int64_t n;
    const float *x;
    const int32_t *y;
    float *out;
    int32_t *y2;
    float *share;
    uint64_t (*rank)[2];
} mixing;

enum { RANKS_A_TASK = 64 };

static asy_status mix_ranks(void *ctx, int64_t task, int thread)
{
    const mixing *m = ctx;
    int64_t end = (task + 1) * RANKS_A_TASK < m->n ? (task + 1) * RANKS_A_TASK : m->n;
    (void)thread;
    for (int64_t k = task * RANKS_A_TASK; k < end; k++) {
        asy_augment_in in = input(m->s, &m->s->mixing, m->rank[k][0]);
        uint64_t step = m->n > 1 ? 1 + asy_rng_below(&m->s->partner, in.id, 0, (uint64_t)m->n - 1) : 0;
        int64_t i = (int64_t)m->rank[k][1],
                other = (int64_t)m->rank[((uint64_t)k + step) % (uint64_t)m->n][1];
        m->share[i] = of(m->s->mix)->mix(m->s->mix->params, &in, m->x + i * m->s->width,
                                         m->x + other * m->s->width, m->out + i * m->s->width);
        m->y2[i] = m->y[other];
    }
    return ASY_OK;
}

asy_status asy_augments_mix(const asy_augments *s, asy_pool *pool, int64_t n, const uint64_t *id,
                            const float *x, const int32_t *y, float *out, int32_t *y2, float *share,
                            uint64_t (*rank)[2])
{
    mixing m = { s, n, x, y, out, y2, share, rank };
    for (int64_t i = 0; i < n; i++) rank[i][0] = id[i], rank[i][1] = (uint64_t)i;
    qsort(rank, (size_t)n, sizeof *rank, by_id);
    return asy_pool_run(pool, (n + RANKS_A_TASK - 1) / RANKS_A_TASK, mix_ranks, &m);
}

asy_status asy__augment_fits(const asy_data_par *p, const asy_data_in *in, asy_dataset_view *d)
{
    const asy_bound *bad = asy_augments_misfit(&p->augment, &d->shape);
    d->augment = p->augment;
    if (bad == NULL) return ASY_OK;
    char shape[64];
    (void)asy_shape_text(&d->shape, shape, sizeof shape);
    asy_diag_add(in->diag, "E0411", bad->tree != NULL ? asy_augment_loc(bad) : in->loc,
                 "`%s` works on images, and a sample of `%s` is none: its shape is %s", bad->name,
                 d->data.name, shape);
    asy_diag_help(in->diag, "what works on any data: assay list augmentations");
    return ASY_EDATA;
}
