// SPDX-License-Identifier: GPL-3.0-or-later
#include "batch.h"
#include <string.h>

enum { ROWS_A_TASK = 64 };

asy_status asy__batch_new(asy__batch *b, asy_arena *a, const asy_arch_io *io, int64_t capacity,
                          asy_pool *pool)
{
    int64_t width = asy_shape_count(&io->in), labels = io->targets > 0 ? io->targets : 1;

    if (width <= 0 || capacity > INT64_MAX / width / (int64_t)sizeof(float))
        ASY_FAIL(ASY_ESHAPE, "a batch of %lld samples of this shape cannot be held", (long long)capacity);
    *b = (asy__batch){ .capacity = capacity, .width = width, .labels = labels, .pool = pool };
    b->x = ASY_NEWN(a, capacity * width, float);
    b->y = ASY_NEWN(a, capacity * labels, int32_t);
    b->id = ASY_NEWN(a, capacity, uint64_t);
    return asy_arena_status(a);
}

asy_status asy__batch_mixes(asy__batch *b, asy_arena *a)
{
    b->y2 = ASY_NEWN(a, b->capacity, int32_t);
    b->mix = ASY_NEWN(a, b->capacity, float);
    return asy_arena_status(a);
}

asy_status asy__batch_augment(asy__batch *b, asy_arena *a, const asy_augments *s)
{
    b->augments = s;
    b->scratch = ASY_NEWN(a, asy_pool_threads(b->pool) * b->width, float);
    if (s->mix) {
        ASY_TRY(asy__batch_mixes(b, a));
        b->raw = ASY_NEWN(a, b->capacity * b->width, float);
        b->rank = asy_alloc(a, (size_t)b->capacity, sizeof *b->rank);
    }
    return asy_arena_status(a);
}

static void augment(const asy__batch *b, int thread, uint64_t id, float *x)
{
    float *scratch = b->scratch + thread * b->width;

    memcpy(scratch, x, (size_t)b->width * sizeof *x);
    asy_augments_apply(b->augments, id, scratch, x);
}

asy_status asy__batch_soft(asy__batch *b, asy_arena *a, int64_t classes)
{
    if (classes <= 0 || b->capacity > INT64_MAX / classes / (int64_t)sizeof(float))
        ASY_FAIL(ASY_ESHAPE, "distributions over %lld classes cannot be held", (long long)classes);
    b->classes = classes;
    b->soft = ASY_NEWN(a, b->capacity * classes, float);
    return asy_arena_status(a);
}

/* Rows at … at + n − 1 of the batch. */
static void load_soft(asy__batch *b, const asy_view *view, int64_t at, int64_t n)
{
    const double *q = asy_data_column(view->data, ASY_ROLE_SOFT)->data.data;

    for (int64_t i = at; i < at + n; i++)
        for (int64_t c = 0; c < b->classes; c++)
            b->soft[i * b->classes + c] = (float)q[(int64_t)b->id[i] * b->classes + c];
}

typedef struct { asy__batch *b; const asy_view *view; int64_t first; const uint32_t *index; } load;

static asy_status load_rows(void *ctx, int64_t task, int thread)
{
    const load *l = ctx;
    int64_t at = task * ROWS_A_TASK, n = l->b->rows - at < ROWS_A_TASK ? l->b->rows - at : ROWS_A_TASK;
    float *x = (l->b->raw ? l->b->raw : l->b->x) + at * l->b->width;

    asy_view_load(l->view, n, l->first + at, l->index ? l->index + at : NULL, x, l->b->y + at * l->b->labels,
                  l->b->id + at);
    for (int64_t i = 0; l->b->augments && l->b->augments->n > 0 && i < n; i++)
        augment(l->b, thread, l->b->id[at + i], x + i * l->b->width);
    if (l->b->soft)
        load_soft(l->b, l->view, at, n);
    for (int64_t i = at; l->b->mix && i < at + n; i++) {
        l->b->y2[i] = l->b->y[i];
        l->b->mix[i] = 1;
    }
    return ASY_OK;
}

asy_status asy__batch_load(asy__batch *b, const asy_view *view, int64_t n, int64_t first,
                           const uint32_t *index)
{
    load l = { b, view, first, index };

    if (n > b->capacity)
        ASY_FAIL(ASY_EBUG, "a batch of %lld samples where at most %lld were announced", (long long)n,
                 (long long)b->capacity);
    b->rows = n;
    ASY_TRY(asy_pool_run(b->pool, (n + ROWS_A_TASK - 1) / ROWS_A_TASK, load_rows, &l));
    return b->raw
               ? asy_augments_mix(b->augments, b->pool, n, b->id, b->raw, b->y, b->x, b->y2, b->mix, b->rank)
               : ASY_OK;
}
