// SPDX-License-Identifier: GPL-3.0-or-later
#include "step.h"
#include "../method/attack.h"
#include "../method/estimator.h"
#include "../method/loss.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Elements a task: with momentum some 100 KB, so that what the check for finite values reads is still near
 * when the update needs it. */
enum { PART = 8192 };
enum { OUT_LOSS, OUT_CORRECT, OUT_GRAD };

asy_val asy__count_correct(asy_graph *g, asy_val logits, asy_val labels)
{
    asy_val top[2];

    asy_max_last(g, logits, top);
    return asy_batch_sum(g, asy_pick(g, asy_onehot(g, top[1], asy_val_type(g, logits).shape.d[0]), labels));
}

static asy_status cut_parts(asy__step *s, asy_arena *a)
{
    const asy_model *m = s->model;
    int64_t k = 0;

    for (int i = 0; i < m->n_slots; i++)
        s->n_parts += (m->slot[i].n + PART - 1) / PART;
    s->part = ASY_NEWN(a, s->n_parts, asy__part);
    s->bad = ASY_NEWN(a, s->n_parts, bool);
    ASY_TRY(asy_arena_status(a));
    for (int i = 0; i < m->n_slots; i++)
        for (int64_t at = 0; at < m->slot[i].n; at += PART)
            s->part[k++] = (asy__part){ i, at, m->slot[i].n - at < PART ? m->slot[i].n - at : PART };
    return ASY_OK;
}

static asy_status loss_and_gradient(asy__step *s, asy_graph *g, asy_scope *sc, asy_val logits, int n,
                                    asy_val outs[])
{
    const asy_loss *loss = (const asy_loss *)s->in.loss->m;
    const asy_estimator *est = (const asy_estimator *)s->in.estimator->m;
    asy_val rows = { 0 }, *w = outs + OUT_GRAD + n;     /* the second half of outs is room for the weights */

    if (est->needs_loss & ~loss->flags)
        ASY_FAIL(ASY_EUNSUP, "`%s` needs a loss that is a mean over samples; `%s` is not",
                 s->in.estimator->name, s->in.loss->name);
    outs[OUT_LOSS] = loss->emit(s->in.loss->params, &(asy_loss_in){ sc, logits, s->y }, &rows);
    outs[OUT_CORRECT] = asy__count_correct(g, logits, s->y);
    for (int i = 0; i < n; i++)
        w[i] = asy_scope_at(sc, i)->val;
    est->emit(s->in.estimator->params, g, outs[OUT_LOSS], rows, n, w, outs + OUT_GRAD);
    for (int i = 0; i < n; i++)
        asy_val_name(g, outs[OUT_GRAD + i], "gradient of %s", asy_scope_at(sc, i)->name);
    return ASY_OK;
}

static asy_status build(asy__step *s, asy_arena *a)
{
    asy_model *m = s->model;
    int n = m->n_slots;
    asy_graph *g = asy_graph_new(a, ASY_F32);
    asy_scope *sc = asy_scope_new(a, g, ASY_TRAIN);
    asy_val *outs = ASY_NEWN(a, OUT_GRAD + 2 * n, asy_val), logits;

    s->scope = sc;
    s->bind = ASY_NEWN(a, 2 + n, asy_bind);
    ASY_TRY(asy_arena_status(a));
    s->x = asy_input(g, "x", ASY_ROW, ASY_F32, m->io.in);
    s->y = asy_input(g, "y", ASY_ROW, ASY_I32, ASY_SCALAR);
    logits = asy_model_emit(m, sc, s->x);
    ASY_TRY(asy_arena_status(a));
    ASY_TRY(asy_graph_status(g));
    if (asy_scope_count(sc) != n)
        ASY_FAIL(ASY_EBUG, "`%s` asks for %d tensors, then for %d", m->arch->name, n, asy_scope_count(sc));
    ASY_TRY(loss_and_gradient(s, g, sc, logits, n, outs));
    ASY_TRY(asy_arena_status(a));
    ASY_TRY(asy_plan_new(&s->plan, g, OUT_GRAD + n, outs, s->in.batch, s->in.backend));
    ASY_TRY(asy_exec_new(&s->exec, s->plan, s->in.pool));
    s->bind[0] = (asy_bind){ s->x, s->batch.x, 0 };
    s->bind[1] = (asy_bind){ s->y, s->batch.y, 0 };
    s->n_bind = 2 + asy_model_bind(m, sc, m->w, m->version, s->bind + 2);
    return ASY_OK;
}

/* What an optimiser with `step` is given: all tensors in one vector. */
static asy_status fill_whole(asy__step *s, asy_arena *a)
{
    const asy_model *m = s->model;
    int64_t *first = ASY_NEWN(a, m->n_slots, int64_t), *count = ASY_NEWN(a, m->n_slots, int64_t);
    bool *decays = ASY_NEWN(a, m->n_slots, bool);

    s->gradient = ASY_NEWN(a, m->n, float);
    ASY_TRY(asy_arena_status(a));
    for (int i = 0; i < m->n_slots; i++) {
        first[i] = m->slot[i].first;
        count[i] = m->slot[i].n;
        decays[i] = m->slot[i].decays;
    }
    s->whole = (asy_whole){ .n = m->n, .w = m->w, .g = s->gradient, .n_tensors = m->n_slots, .first = first,
                            .count = count, .decays = decays };
    memcpy(s->whole.state, s->state, sizeof s->state);
    return ASY_OK;
}

static asy_status fill(asy__step *s, asy_arena *a)
{
    const asy_optimizer *opt = (const asy_optimizer *)s->in.optimizer->m;

    ASY_TRY(asy__batch_new(&s->batch, a, &s->model->io.in, s->in.batch, s->in.pool));
    ASY_TRY(cut_parts(s, a));
    for (int i = 0; i < opt->n_state; i++)
        s->state[i] = ASY_NEWN(a, s->model->n, float);
    ASY_TRY(asy_arena_status(a));
    if (opt->begin)
        opt->begin(s->in.optimizer->params, &s->optim);
    if (opt->step)
        ASY_TRY(fill_whole(s, a));
    ASY_TRY(build(s, a));
    if (s->in.adversary)
        ASY_TRY(asy_adversary_new(&s->adversary, a, s->model, s->in.adversary, s->in.backend, s->in.pool,
                                  s->in.batch));
    return ASY_OK;
}

asy_status asy__step_new(asy__step **out, asy_arena *a, asy_model *m, const asy__step_in *in)
{
    asy__step *s = ASY_NEW(a, asy__step);

    *out = s;
    if (!s)
        return asy_arena_status(a);
    s->in = *in;
    s->model = m;
    return fill(s, a);
}

void asy__step_free(asy__step *s)
{
    if (!s)
        return;
    asy_adversary_free(s->adversary);
    asy_exec_free(s->exec);
    asy_plan_free(s->plan);
}

static bool all_finite(int64_t n, const float *x)
{
    uint32_t bad = 0, u;

    for (int64_t i = 0; i < n; i++) {       /* without a branch, for the vectoriser */
        memcpy(&u, &x[i], sizeof u);
        bad |= (uint32_t)((u & 0x7f800000u) == 0x7f800000u);
    }
    return !bad;
}

static asy_status update_part(void *ctx, int64_t task, int thread)
{
    asy__step *s = ctx;
    const asy_optimizer *opt = (const asy_optimizer *)s->in.optimizer->m;
    const asy__part *p = &s->part[task];
    const asy_slot *slot = &s->model->slot[p->slot];
    int64_t at = slot->first + p->first;
    asy_span span = { .n = p->n, .w = s->model->w + at, .decays = slot->decays };

    (void)thread;
    span.g = (const float *)asy_exec_out(s->exec, OUT_GRAD + p->slot).data + p->first;
    for (int i = 0; i < opt->n_state; i++)
        span.state[i] = s->state[i] + at;
    s->bad[task] = !all_finite(p->n, span.g);
    if (!s->bad[task])
        opt->update(s->in.optimizer->params, &s->optim, &span);
    return ASY_OK;
}

/* Steps and epochs count from 1. */
static asy_status diverged(const asy__step *s, int64_t step, int64_t epoch, const char *what)
{
    char ids[128];
    int n = 0;

    for (int64_t i = 0; i < s->batch.rows && i < 8; i++)
        n += snprintf(ids + n, sizeof ids - (size_t)n, "%s%llu", i ? ", " : "",
                      (unsigned long long)s->batch.id[i] % 1000000000000u);
    ASY_FAIL(ASY_EFINITE,
             "training diverged at step %lld (epoch %lld): %.240s; the batch's samples: %s%s; a lower rate "
             "may help",
             (long long)step, (long long)epoch, what, ids, s->batch.rows > 8 ? ", …" : "");
}

/* Runs the step's graph again with every value looked at, to name the first that is not finite. */
static asy_status loss_diverged(asy__step *s, int64_t epoch)
{
    char what[ASY_ERROR_TEXT];
    asy_status st;

    asy_exec_check(s->exec, true);
    st = asy_exec_run(s->exec, s->batch.rows, s->n_bind, s->bind);
    asy_exec_check(s->exec, false);
    if (st != ASY_OK && st != ASY_EFINITE)
        return st;
    (void)snprintf(what, sizeof what, "%s", st == ASY_EFINITE ? asy_error_text() : "the loss is not finite");
    return diverged(s, s->optim.step + 1, epoch, what);
}

static asy_status slot_diverged(const asy__step *s, int64_t step, int64_t epoch, const char *what, int slot)
{
    char text[128];

    (void)snprintf(text, sizeof text, "%s `%s` is not finite", what, s->model->slot[slot].name);
    return diverged(s, step, epoch, text);
}

asy_status asy__step_check(const asy__step *s, int64_t epoch)
{
    const asy_model *m = s->model;

    for (int i = 0; i < m->n_slots; i++)
        if (!all_finite(m->slot[i].n, m->w + m->slot[i].first))
            return slot_diverged(s, s->optim.step, epoch, "after the update the weight", i);
    return ASY_OK;
}

static void gather_gradient(const asy__step *s, float *g)
{
    const asy_model *m = s->model;

    for (int i = 0; i < m->n_slots; i++)
        memcpy(g + m->slot[i].first, asy_exec_out(s->exec, OUT_GRAD + i).data,
               (size_t)m->slot[i].n * sizeof *g);
}

static asy_status closure(void *ctx, const float *w, double *loss, float *g)
{
    asy__step *s = ctx;

    (void)asy_model_bind(s->model, s->scope, w, 0, s->bind + 2);
    ASY_TRY(asy_exec_run(s->exec, s->batch.rows, s->n_bind, s->bind));
    *loss = (double)*(const float *)asy_exec_out(s->exec, OUT_LOSS).data;
    gather_gradient(s, g);
    return ASY_OK;
}

static asy_status step_whole(asy__step *s, double loss, int64_t epoch)
{
    const asy_optimizer *opt = (const asy_optimizer *)s->in.optimizer->m;

    gather_gradient(s, s->gradient);
    for (int i = 0; i < s->model->n_slots; i++)
        if (!all_finite(s->model->slot[i].n, s->gradient + s->model->slot[i].first))
            return slot_diverged(s, s->optim.step + 1, epoch, "the gradient of", i);
    s->whole.loss = loss;
    ASY_TRY(opt->step(s->in.optimizer->params, &s->optim, &s->whole, closure, s));
    (void)asy_model_bind(s->model, s->scope, s->model->w, s->model->version, s->bind + 2);
    s->model->version++;
    s->optim.step++;
    return ASY_OK;
}

static asy_status optimise(asy__step *s, double lr, double loss, int64_t epoch)
{
    const asy_optimizer *opt = (const asy_optimizer *)s->in.optimizer->m;

    s->optim.lr = lr;
    if (opt->advance)
        opt->advance(s->in.optimizer->params, &s->optim);
    if (opt->step)
        return step_whole(s, loss, epoch);
    ASY_TRY(asy_pool_run(s->in.pool, s->n_parts, update_part, s));
    for (int64_t i = 0; i < s->n_parts; i++)
        if (s->bad[i])
            return slot_diverged(s, s->optim.step + 1, epoch, "the gradient of", s->part[i].slot);
    s->model->version++;
    s->optim.step++;
    return ASY_OK;
}

/* The first rows of the batch, which are any rows: the order is random. */
static asy_status perturb(asy__step *s, asy_rng attack)
{
    const asy_adversary_keys *keys = s->in.adversary->at;
    int64_t rows = (int64_t)floor((keys ? keys->mix : 1.0) * (double)s->batch.rows + 0.5);

    if (rows == 0)
        return ASY_OK;
    return asy_adversary_run(s->adversary, s->model->w, s->model->version, rows, s->batch.x, s->batch.y,
                             s->batch.id, attack, true);
}

asy_status asy__step_run(asy__step *s, const asy_view *view, int64_t n, const uint32_t *index, double lr,
                         int64_t epoch, asy_rng attack, asy__step_out *out)
{
    ASY_TRY(asy__batch_load(&s->batch, view, n, 0, index));
    if (s->in.adversary)
        ASY_TRY(perturb(s, attack));
    for (int i = 2; i < s->n_bind; i++)
        s->bind[i].version = s->model->version;
    ASY_TRY(asy_exec_run(s->exec, n, s->n_bind, s->bind));
    out->loss = (double)*(const float *)asy_exec_out(s->exec, OUT_LOSS).data;
    out->correct = (int64_t)*(const float *)asy_exec_out(s->exec, OUT_CORRECT).data;
    if (!isfinite(out->loss))
        return loss_diverged(s, epoch);
    return optimise(s, lr, out->loss, epoch);
}
