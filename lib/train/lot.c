// SPDX-License-Identifier: GPL-3.0-or-later
/* Loss and gradient of a lot, whole or in pieces. */
#include "step.h"
#include "../method/attack.h"
#include <math.h>
#include <string.h>

static double scalar_out(const asy__step *s, int i)
{
    const void *p = asy_exec_out(s->exec, i).data;

    return s->real == ASY_F64 ? *(const double *)p : (double)*(const float *)p;
}

/* The first rows of the batch, which are any rows: the order is random. */
static asy_status perturb(asy__step *s)
{
    const asy_adversary_keys *keys = s->in.adversary->at;
    int64_t rows = (int64_t)floor((keys ? keys->mix : 1.0) * (double)s->batch.rows + 0.5);

    if (rows == 0)
        return ASY_OK;
    return asy_adversary_run(s->adversary, s->model->w, s->model->version, rows, s->batch.x, s->batch.y,
                             s->batch.id, s->lot.streams.attack, true);
}

static asy_status load(asy__step *s, int64_t at, int64_t n)
{
    const asy__lot *l = &s->lot;

    ASY_TRY(asy__batch_load(&s->batch, l->view, n, l->index ? 0 : at, l->index ? l->index + at : NULL));
    if (s->in.adversary)
        ASY_TRY(perturb(s));
    for (int64_t i = 0; s->x && i < n * s->batch.width; i++)
        s->x[i] = (double)s->batch.x[i];
    for (int64_t i = 0; s->soft && i < n * s->batch.classes; i++)
        s->soft[i] = (double)s->batch.soft[i];
    return ASY_OK;
}

typedef struct { const asy__step *s; double share, *g; } adding;

static asy_status add_part(void *ctx, int64_t task, int thread)
{
    const adding *a = ctx;
    const asy__part *p = &a->s->part[task];
    const void *from = asy_exec_out(a->s->exec, ASY__OUT_GRAD + p->out).data;
    double *to = a->g + a->s->model->slot[p->slot].first + p->first;

    (void)thread;
    if (a->s->real == ASY_F64)
        for (int64_t i = 0; i < p->n; i++)
            to[i] += a->share * ((const double *)from)[p->first + i];
    else
        for (int64_t i = 0; i < p->n; i++)
            to[i] += a->share * (double)((const float *)from)[p->first + i];
    return ASY_OK;
}

static asy_status run_piece(asy__step *s, double *g)
{
    double share = (double)s->batch.rows / (double)s->lot.n;
    adding a = { s, share, g };
    int noise = asy_scope_noise_bind(s->scope, &s->lot.streams.dropout, s->batch.rows, s->batch.id, NULL, 0,
                                     s->bind + s->n_bind);

    ASY_TRY(asy_exec_run(s->exec, s->batch.rows, s->n_bind + noise, s->bind));
    s->lot.loss += share * scalar_out(s, ASY__OUT_LOSS);
    s->lot.correct += (int64_t)scalar_out(s, ASY__OUT_CORRECT);
    return g ? asy_pool_run(s->in.pool, s->n_parts, add_part, &a) : ASY_OK;
}

static asy_status in_pieces(asy__step *s, double *g)
{
    for (int64_t at = 0, n; at < s->lot.n; at += n) {
        n = s->lot.n - at < s->batch.capacity ? s->lot.n - at : s->batch.capacity;
        ASY_TRY(load(s, at, n));
        ASY_TRY(run_piece(s, g));
    }
    return ASY_OK;
}

asy_status asy__lot_run(asy__step *s, double *g)
{
    asy__lot *l = &s->lot;
    size_t n = (size_t)s->model->n;

    l->loss = 0;
    l->correct = 0;
    s->gathered = l->n == 0 || l->n > s->batch.capacity;
    if (g)
        memset(g, 0, n * sizeof *g);
    if (l->n == 0) {
        s->batch.rows = 0;
        memset(s->gradient, 0, n * sizeof *s->gradient);
        return ASY_OK;
    }
    if (!s->gathered) {
        if (!l->loaded)
            ASY_TRY(load(s, 0, l->n));
        l->loaded = true;
        return run_piece(s, g);
    }
    if (!s->sum)
        ASY_FAIL(ASY_EUNSUP,
                 "a batch of %lld samples, where %lld were the most to be expected, and `%s` with `%s` "
                 "cannot be computed in pieces",
                 (long long)l->n, (long long)s->batch.capacity, s->in.loss->name, s->in.estimator->name);
    if (g)
        return in_pieces(s, g);
    memset(s->sum, 0, n * sizeof *s->sum);
    ASY_TRY(in_pieces(s, s->sum));
    for (size_t i = 0; i < n; i++)
        s->gradient[i] = (float)s->sum[i];
    return ASY_OK;
}
