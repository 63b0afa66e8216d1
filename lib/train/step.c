// SPDX-License-Identifier: GPL-3.0-or-later
#include "step.h"
#include "../method/estimator.h"
#include "../method/loss.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

asy_val asy__count_correct(asy_graph *g, asy_val logits, asy_val labels)
{
    asy_val top[2];

    asy_max_last(g, logits, top);
    return asy_batch_sum(g, asy_pick(g, asy_onehot(g, top[1], asy_val_type(g, logits).shape.d[0]), labels));
}

static asy_status loss_and_gradient(asy__step *s, asy_graph *g, asy_scope *sc, asy_val logits, asy_val outs[])
{
    const asy_loss *loss = (const asy_loss *)s->in.loss->m;
    const asy_estimator *est = (const asy_estimator *)s->in.estimator->m;
    int n = s->n_trained;
    asy_val rows = { 0 }, *w = outs + ASY__OUT_GRAD + n; /* the second half of outs is room for the weights */

    if (est->needs_loss & ~loss->flags)
        ASY_FAIL(ASY_EUNSUP, "`%s` needs a loss that is a mean over samples; `%s` is not",
                 s->in.estimator->name, s->in.loss->name);
    outs[ASY__OUT_LOSS] = loss->emit(s->in.loss->params, &(asy_loss_in){ sc, logits, s->val_y }, &rows);
    outs[ASY__OUT_CORRECT] = asy__count_correct(g, logits, s->val_y);
    for (int j = 0; j < n; j++)
        w[j] = asy_scope_at(sc, s->trained[j])->val;
    est->emit(s->in.estimator->params, g, outs[ASY__OUT_LOSS], rows, n, w, outs + ASY__OUT_GRAD);
    for (int j = 0; j < n; j++)
        asy_val_name(g, outs[ASY__OUT_GRAD + j], "gradient of %s", asy_scope_at(sc, s->trained[j])->name);
    return ASY_OK;
}

static asy_status build(asy__step *s, asy_arena *a)
{
    asy_model *m = s->model;
    asy_graph *g = asy_graph_new(a, s->real);
    asy_scope *sc = asy_scope_new(a, g, ASY_TRAIN);
    asy_val *outs = ASY_NEWN(a, ASY__OUT_GRAD + 2 * s->n_trained, asy_val), logits;

    s->bind = ASY_NEWN(a, 2 + m->n_slots, asy_bind);
    ASY_TRY(asy_arena_status(a));
    s->val_x = asy_input(g, "x", ASY_ROW, s->real, m->io.in);
    s->val_y = asy_input(g, "y", ASY_ROW, ASY_I32, ASY_SCALAR);
    logits = asy_model_emit(m, sc, s->val_x);
    ASY_TRY(asy_arena_status(a));
    ASY_TRY(asy_graph_status(g));
    if (asy_scope_count(sc) != m->n_slots)
        ASY_FAIL(ASY_EBUG, "`%s` asks for %d tensors, then for %d", m->arch->name, m->n_slots,
                 asy_scope_count(sc));
    ASY_TRY(loss_and_gradient(s, g, sc, logits, outs));
    ASY_TRY(asy_arena_status(a));
    ASY_TRY(asy_plan_new(&s->plan, g, ASY__OUT_GRAD + s->n_trained, outs, s->batch.capacity, s->in.backend));
    ASY_TRY(asy_exec_new(&s->exec, s->plan, s->in.pool));
    s->bind[0] = (asy_bind){ s->val_x, s->x ? (const void *)s->x : s->batch.x, 0 };
    s->bind[1] = (asy_bind){ s->val_y, s->batch.y, 0 };
    s->n_bind = 2 + asy_model_bind(m, sc, m->w, m->version, s->bind + 2);
    return ASY_OK;
}

/* Pieces, where loss and estimator allow them and an adversary's rows need not be kept between closures. */
static asy_status make_room(asy__step *s, asy_arena *a)
{
    bool pieces = (((const asy_loss *)s->in.loss->m)->flags & ASY_LOSS_DECOMPOSES)
                  && ((const asy_estimator *)s->in.estimator->m)->mean
                  && !(s->in.adversary && ((const asy_optimizer *)s->in.optimizer->m)->step);
    int64_t rows = pieces && s->in.batch > ASY__PIECE ? ASY__PIECE : s->in.batch;

    ASY_TRY(asy__batch_new(&s->batch, a, &s->model->io.in, rows, s->in.pool));
    if (pieces)
        s->sum = ASY_NEWN(a, s->model->n, double);
    if (s->real == ASY_F64)
        s->x = ASY_NEWN(a, rows * s->batch.width, double);
    return asy_arena_status(a);
}

static asy_status fill(asy__step *s, asy_arena *a)
{
    const asy_optimizer *opt = (const asy_optimizer *)s->in.optimizer->m;

    s->real = opt->step ? opt->real : ASY_F32;
    s->trained = ASY_NEWN(a, s->model->n_slots, int);
    ASY_TRY(asy_arena_status(a));
    for (int i = 0; i < s->model->n_slots; i++)
        if (!s->model->slot[i].frozen)
            s->trained[s->n_trained++] = i;
    if (s->n_trained == 0)
        ASY_FAIL(ASY_EINVAL, "every layer is frozen; there is nothing to train");
    ASY_TRY(make_room(s, a));
    ASY_TRY(asy__update_new(s, a));
    if (opt->begin)
        opt->begin(s->in.optimizer->params, &s->optim);
    ASY_TRY(build(s, a));
    if (opt->step)
        ASY_TRY(asy__wide_new(s, a));
    if (s->in.adversary)
        ASY_TRY(asy_adversary_new(&s->adversary, a, s->model, s->in.adversary, s->in.backend, s->in.pool,
                                  s->batch.capacity));
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

/* Runs the lot again with every value looked at, to name the first that is not finite. */
static asy_status loss_diverged(asy__step *s, int64_t epoch)
{
    char what[ASY_ERROR_TEXT];
    asy_status st;

    asy_exec_check(s->exec, true);
    st = asy__lot_run(s, NULL);
    asy_exec_check(s->exec, false);
    if (st != ASY_OK && st != ASY_EFINITE)
        return st;
    (void)snprintf(what, sizeof what, "%s", st == ASY_EFINITE ? asy_error_text() : "the loss is not finite");
    return diverged(s, s->optim.step + 1, epoch, what);
}

asy_status asy__slot_diverged(const asy__step *s, int64_t step, int64_t epoch, const char *what, int slot)
{
    char text[128];

    (void)snprintf(text, sizeof text, "%s `%s` is not finite", what, s->model->slot[slot].name);
    return diverged(s, step, epoch, text);
}

asy_status asy__step_check(const asy__step *s, int64_t epoch)
{
    const asy_model *m = s->model;

    for (int i = 0; i < m->n_slots; i++)
        if (!asy__all_finite(m->slot[i].n, m->w + m->slot[i].first))
            return asy__slot_diverged(s, s->optim.step, epoch, "after the update the weight", i);
    return ASY_OK;
}

static asy_status check_wide_gradient(const asy__step *s, int64_t epoch)
{
    const asy_whole *w = &s->wide->whole;

    for (int j = 0; j < w->n_tensors; j++)
        for (int64_t i = 0; i < w->count[j]; i++)
            if (!isfinite(w->g[w->first[j] + i]))
                return asy__slot_diverged(s, s->optim.step + 1, epoch, "the gradient of", s->trained[j]);
    return ASY_OK;
}

asy_status asy__step_run(asy__step *s, const asy_view *view, int64_t n, const uint32_t *index, double lr,
                         int64_t epoch, asy_rng attack, asy__step_out *out)
{
    s->lot = (asy__lot){ .view = view, .n = n, .index = index, .attack = attack };
    for (int i = 2; i < s->n_bind; i++)
        s->bind[i].version = s->model->version;
    if (s->wide)
        ASY_TRY(asy__wide_begin(s));
    else
        ASY_TRY(asy__lot_run(s, NULL));
    *out = (asy__step_out){ s->lot.loss, s->lot.correct };
    if (!isfinite(out->loss))
        return loss_diverged(s, epoch);
    if (s->wide)
        ASY_TRY(check_wide_gradient(s, epoch));
    return asy__update(s, lr, epoch);
}
