// SPDX-License-Identifier: GPL-3.0-or-later
/* Steps of optimisers that ask for a closure: one float64 vector of all weights, and loss and gradient of the
 * lot at any point. */
#include "step.h"
#include <string.h>

asy_status asy__wide_new(asy__step *s, asy_arena *a)
{
    const asy_optimizer *opt = (const asy_optimizer *)s->in.optimizer->m;
    const asy_model *m = s->model;
    asy__wide *v = ASY_NEW(a, asy__wide);
    int64_t *first = ASY_NEWN(a, s->n_trained, int64_t), *count = ASY_NEWN(a, s->n_trained, int64_t);
    bool *decays = ASY_NEWN(a, s->n_trained, bool);

    ASY_TRY(asy_arena_status(a));
    if (s->n_updated > 0)
        ASY_FAIL(ASY_EUNSUP, "`%s` cannot train a model with running statistics (`%s`)",
                 s->in.optimizer->name, m->slot[s->updated[0]].name);
    s->wide = v;
    v->vectors = 1 + (opt->vectors ? opt->vectors(s->in.optimizer->params) : 0);
    if (m->n > 0 && v->vectors > INT64_MAX / m->n)
        ASY_FAIL(ASY_ENOMEM, "`%s` would keep %lld vectors of %lld weights", s->in.optimizer->name,
                 (long long)v->vectors, (long long)m->n);
    v->all = ASY_NEWN(a, v->vectors * m->n, double);
    v->g = ASY_NEWN(a, m->n, double);
    v->last_w = ASY_NEWN(a, m->n, double);
    v->last_g = ASY_NEWN(a, m->n, double);
    ASY_TRY(asy_arena_status(a));
    for (int j = 0; j < s->n_trained; j++) {
        const asy_slot *slot = &m->slot[s->trained[j]];

        first[j] = slot->first;
        count[j] = slot->n;
        decays[j] = slot->decays;
    }
    for (int64_t i = 0; i < m->n; i++)
        v->all[i] = (double)m->w[i];
    v->whole = (asy_whole){ .n = m->n, .w = v->all, .g = v->g, .memory = v->all + m->n,
                            .n_tensors = s->n_trained, .first = first, .count = count, .decays = decays };
    return ASY_OK;
}

/* float64 graphs read w itself; float32 ones the model's vector, into which it is rounded. */
static void place(asy__step *s, const double *w)
{
    const asy_model *m = s->model;

    if (s->real == ASY_F64)
        for (int i = 0; i < m->n_slots; i++)
            s->bind[2 + i].data = w + m->slot[i].first;
    else
        for (int64_t i = 0; i < m->n; i++)
            m->w[i] = (float)w[i];
    for (int i = 0; i < m->n_slots; i++)
        s->bind[2 + i].version = 0;
}

static asy_status closure(void *ctx, const double *w, double *loss, double *g)
{
    asy__step *s = ctx;
    asy__wide *v = s->wide;
    size_t bytes = (size_t)s->model->n * sizeof *w;

    if (!v->has_last || memcmp(w, v->last_w, bytes) != 0) {
        place(s, w);
        memcpy(v->last_w, w, bytes);
        v->has_last = false;
        ASY_TRY(asy__lot_run(s, v->last_g));
        v->has_last = true;
        v->last_loss = s->lot.loss;
        v->last_correct = s->lot.correct;
    }
    *loss = v->last_loss;
    memcpy(g, v->last_g, bytes);
    return ASY_OK;
}

/* Full data are the same lot in any order: what the last step found at its end is the next one's start. */
asy_status asy__wide_begin(asy__step *s)
{
    asy__wide *v = s->wide;

    if (!((const asy_optimizer *)s->in.optimizer->m)->full)
        v->has_last = false;
    ASY_TRY(closure(s, v->whole.w, &v->whole.loss, v->g));
    v->whole.rows = s->lot.n;
    s->lot.loss = v->whole.loss;
    s->lot.correct = v->last_correct;
    return ASY_OK;
}

asy_status asy__wide_step(asy__step *s)
{
    asy__wide *v = s->wide;

    ASY_TRY(((const asy_optimizer *)s->in.optimizer->m)
                ->step(s->in.optimizer->params, &s->optim, &v->whole, closure, s));
    for (int64_t i = 0; i < s->model->n; i++)
        s->model->w[i] = (float)v->whole.w[i];
    return ASY_OK;
}
