// SPDX-License-Identifier: GPL-3.0-or-later
/* From the lot's gradient to new weights, element by element. */
#include "step.h"
#include <math.h>
#include <string.h>

/* Elements a task: with momentum some 100 KB, so that what the check for finite values reads is still near
 * when the update needs it. */
enum { PART = 8192, LANES = 16 };

static const asy_optimizer *optimizer_of(const asy__step *s)
{
    return (const asy_optimizer *)s->in.optimizer->m;
}

static double clip_of(const asy__step *s)
{
    const asy_optimizer_keys *keys = s->in.optimizer->at;

    return keys ? keys->clip : 0;
}

asy_status asy__update_new(asy__step *s, asy_arena *a)
{
    const asy_model *m = s->model;
    int64_t k = 0;

    for (int j = 0; j < s->n_trained; j++)
        s->n_parts += (m->slot[s->trained[j]].n + PART - 1) / PART;
    s->part = ASY_NEWN(a, s->n_parts, asy__part);
    s->bad = ASY_NEWN(a, s->n_parts, bool);
    s->square = asy_alloc(a, (size_t)s->n_parts, sizeof *s->square);
    s->norms = ASY_NEWN(a, m->n_slots, asy_norms);
    s->gradient = ASY_NEWN(a, m->n, float);
    for (int i = 0; i < optimizer_of(s)->n_state; i++)
        s->state[i] = ASY_NEWN(a, m->n, float);
    ASY_TRY(asy_arena_status(a));
    for (int j = 0; j < s->n_trained; j++) {
        int i = s->trained[j];

        for (int64_t at = 0; at < m->slot[i].n; at += PART)
            s->part[k++] = (asy__part){ i, j, at, m->slot[i].n - at < PART ? m->slot[i].n - at : PART };
    }
    return ASY_OK;
}

bool asy__all_finite(int64_t n, const float *x)
{
    uint32_t bad = 0, u;

    for (int64_t i = 0; i < n; i++) {       /* without a branch, for the vectoriser */
        memcpy(&u, &x[i], sizeof u);
        bad |= (uint32_t)((u & 0x7f800000u) == 0x7f800000u);
    }
    return !bad;
}

/* In 16 lanes and the tree 8, 4, 2, 1. */
static double sum_of_squares(int64_t n, const float *x)
{
    double lane[LANES] = { 0 };

    for (int64_t i = 0; i < n; i++)
        lane[i % LANES] += (double)x[i] * (double)x[i];
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++)
            lane[i] += lane[i + half];
    return lane[0];
}

const float *asy__part_gradient(const asy__step *s, const asy__part *p)
{
    if (s->gathered)
        return s->gradient + s->model->slot[p->slot].first + p->first;
    return (const float *)asy_exec_out(s->exec, ASY__OUT_GRAD + p->out).data + p->first;
}

static asy_span span_of(const asy__step *s, const asy__part *p)
{
    const asy_slot *slot = &s->model->slot[p->slot];
    int64_t at = slot->first + p->first;
    asy_span span = { .n = p->n, .w = s->model->w + at, .decays = slot->decays };

    for (int i = 0; i < optimizer_of(s)->n_state; i++)
        span.state[i] = s->state[i] + at;
    span.g = asy__part_gradient(s, p);
    return span;
}

static asy_status measure_part(void *ctx, int64_t task, int thread)
{
    asy__step *s = ctx;
    const float *g = asy__part_gradient(s, &s->part[task]);

    (void)thread;
    s->bad[task] = !asy__all_finite(s->part[task].n, g);
    s->square[task][0] = sum_of_squares(s->part[task].n, g);
    return ASY_OK;
}

static asy_status update_part(void *ctx, int64_t task, int thread)
{
    asy__step *s = ctx;
    const asy__part *p = &s->part[task];
    asy_span span = span_of(s, p);

    (void)thread;
    s->bad[task] = !asy__all_finite(p->n, span.g);
    if (s->bad[task])
        return ASY_OK;
    if (s->scale < 1) {
        float *g = s->gradient + s->model->slot[p->slot].first + p->first;

        for (int64_t i = 0; i < p->n; i++)
            g[i] = s->scale * span.g[i];
        span.g = g;
    }
    optimizer_of(s)->update(s->in.optimizer->params, &s->optim, &span);
    return ASY_OK;
}

static asy_status norm_part(void *ctx, int64_t task, int thread)
{
    asy__step *s = ctx;
    asy_span span = span_of(s, &s->part[task]);

    (void)thread;
    s->square[task][0] = sum_of_squares(span.n, span.w);
    s->square[task][1] = sum_of_squares(span.n, span.state[optimizer_of(s)->n_state - 1]);
    return ASY_OK;
}

static asy_status apply_part(void *ctx, int64_t task, int thread)
{
    asy__step *s = ctx;
    asy_span span = span_of(s, &s->part[task]);

    (void)thread;
    optimizer_of(s)->apply(s->in.optimizer->params, &s->optim, &span, &s->norms[s->part[task].slot]);
    return ASY_OK;
}

static asy_status apply(asy__step *s)
{
    ASY_TRY(asy_pool_run(s->in.pool, s->n_parts, norm_part, s));
    memset(s->norms, 0, (size_t)s->model->n_slots * sizeof *s->norms);
    for (int64_t i = 0; i < s->n_parts; i++) {
        s->norms[s->part[i].slot].w += s->square[i][0];
        s->norms[s->part[i].slot].last += s->square[i][1];
    }
    for (int i = 0; i < s->model->n_slots; i++)
        s->norms[i] = (asy_norms){ sqrt(s->norms[i].w), sqrt(s->norms[i].last) };
    return asy_pool_run(s->in.pool, s->n_parts, apply_part, s);
}

static asy_status find_bad(const asy__step *s, int64_t epoch)
{
    for (int64_t i = 0; i < s->n_parts; i++)
        if (s->bad[i])
            return asy__slot_diverged(s, s->optim.step + 1, epoch, "the gradient of", s->part[i].slot);
    return ASY_OK;
}

static asy_status clip(asy__step *s, int64_t epoch)
{
    double most = clip_of(s), norm = 0;

    s->scale = 1;
    if (most == 0)
        return ASY_OK;
    ASY_TRY(asy_pool_run(s->in.pool, s->n_parts, measure_part, s));
    ASY_TRY(find_bad(s, epoch));
    for (int64_t i = 0; i < s->n_parts; i++)
        norm += s->square[i][0];
    norm = sqrt(norm);
    if (norm > most)
        s->scale = (float)(most / norm);
    return ASY_OK;
}

asy_status asy__update(asy__step *s, double lr, int64_t epoch)
{
    const asy_optimizer *opt = optimizer_of(s);

    s->optim.lr = lr;
    if (opt->advance)
        opt->advance(s->in.optimizer->params, &s->optim);
    if (opt->step) {
        ASY_TRY(asy__wide_step(s));
    } else {
        ASY_TRY(clip(s, epoch));
        ASY_TRY(asy_pool_run(s->in.pool, s->n_parts, update_part, s));
        ASY_TRY(find_bad(s, epoch));
        if (opt->apply)
            ASY_TRY(apply(s));
    }
    s->model->version++;
    s->optim.step++;
    return ASY_OK;
}
