// SPDX-License-Identifier: GPL-3.0-or-later
#include "step.h"
#include "../method/estimator.h"
#include "../method/loss.h"
#include "../model/targets.h"
#include "objective.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

asy_val asy__count_correct(asy_scope *sc, asy_val logits, asy_val labels)
{
    return asy_batch_sum(asy_scope_graph(sc), asy_targets_hits(sc, logits, labels));
}

asy__streams asy__step_streams(const asy_rng *seed, int64_t step)
{
    return (asy__streams){ asy_rng_split(asy_rng_part(*seed, "attack"), "train", (uint64_t)step),
                           asy_rng_split(asy_rng_part(*seed, "dropout"), "train", (uint64_t)step) };
}

/* The loss, and its rows. With second labels: the mean of mix·loss(y) + (1 − mix)·loss(y2). */
static asy_val emit_loss(const asy__step *s, asy_graph *g, asy_scope *sc, asy_val logits, asy_val *rows)
{
    const asy_loss *loss = (const asy_loss *)s->in.loss->m;
    asy_val one = asy__objective_emit(s->model, s->in.loss, sc, logits, s->val_y, s->val_soft, rows), second;

    if (!s->in.mixes)
        return one;
    if (!(loss->flags & ASY_LOSS_DECOMPOSES))
        return asy_graph_fail(g, "`%s` is not a mean over samples, so labels cannot be mixed",
                              s->in.loss->name);
    asy__objective_emit(s->model, s->in.loss, sc, logits, s->val_y2, (asy_val){ 0 }, &second);
    *rows = asy_add(g, asy_mul(g, s->val_mix, *rows), asy_mul(g, asy_affine(g, s->val_mix, -1, 1), second));
    return asy_div(g, asy_batch_sum(g, *rows), asy_rows(g));
}

static asy_status loss_and_gradient(asy__step *s, asy_graph *g, asy_scope *sc, asy_val logits, asy_val outs[],
                                    asy_val w[])
{
    const asy_loss *loss = (const asy_loss *)s->in.loss->m;
    const asy_estimator *est = (const asy_estimator *)s->in.estimator->m;
    int n = s->n_trained;
    asy_val rows = { 0 };

    if (est->needs_loss & ~loss->flags)
        ASY_FAIL(ASY_EUNSUP, "`%s` needs a loss that is a mean over samples; `%s` is not",
                 s->in.estimator->name, s->in.loss->name);
    outs[ASY__OUT_LOSS] = emit_loss(s, g, sc, logits, &rows);
    outs[ASY__OUT_CORRECT] = asy__count_correct(sc, logits, s->val_y);
    for (int j = 0; j < n; j++)
        w[j] = asy_scope_at(sc, s->trained[j])->val;
    est->emit(s->in.estimator->params, g, outs[ASY__OUT_LOSS], rows, n, w, outs + ASY__OUT_GRAD);
    for (int j = 0; j < n; j++)
        asy_val_name(g, outs[ASY__OUT_GRAD + j], "gradient of %s", asy_scope_at(sc, s->trained[j])->name);
    return ASY_OK;
}

static void bind_inputs(asy__step *s)
{
    asy_bind *b = s->bind;

    b[0] = (asy_bind){ s->val_x, s->x ? (const void *)s->x : s->batch.x, 0 };
    b[1] = (asy_bind){ s->val_y, s->batch.y, 0 };
    s->n_bind = 2 + asy_model_bind(s->model, s->scope, s->model->w, s->model->version, b + 2);
    if (s->in.mixes) {
        b[s->n_bind++] = (asy_bind){ s->val_y2, s->batch.y2, 0 };
        b[s->n_bind++] = (asy_bind){ s->val_mix, s->batch.mix, 0 };
    }
    if (s->in.soft)
        b[s->n_bind++] =
            (asy_bind){ s->val_soft, s->soft ? (const void *)s->soft : s->batch.soft, 0 };
}

/* The next running statistics, behind the gradients. */
static void take_updates(asy__step *s, asy_val out[])
{
    for (int i = 0; i < s->model->n_slots; i++) {
        const asy_scope_entry *e = asy_scope_at(s->scope, i);

        if (!e->next.id || s->model->slot[i].frozen)
            continue;
        s->updated[s->n_updated] = i;
        out[s->n_updated++] = e->next;
    }
}

static asy_status build(asy__step *s, asy_arena *a)
{
    asy_model *m = s->model;
    asy_graph *g = asy_graph_new(a, s->real);
    asy_scope *sc = s->scope = asy_scope_new(a, g, ASY_TRAIN);
    asy_val *outs = ASY_NEWN(a, ASY__OUT_GRAD + m->n_slots, asy_val), *w = ASY_NEWN(a, m->n_slots, asy_val),
            logits;

    s->bind = ASY_NEWN(a, 5 + asy_model_binds(m) + ASY_SCOPE_NOISE, asy_bind);
    ASY_TRY(asy_arena_status(a));
    s->val_x = asy_input(g, "x", ASY_ROW, s->real, m->io.in);
    s->val_y = asy_input(g, "y", ASY_ROW, ASY_I32, asy_targets_shape(&m->io));
    if (s->in.mixes) {
        s->val_y2 = asy_input(g, "y2", ASY_ROW, ASY_I32, ASY_SCALAR);
        s->val_mix = asy_input(g, "mix", ASY_ROW, s->real, ASY_SCALAR);
    }
    if (s->in.soft)
        s->val_soft = asy_input(g, "soft", ASY_ROW, s->real, ASY_SHAPE(m->io.classes));
    logits = asy_model_emit(m, sc, s->val_x);
    ASY_TRY(asy_arena_status(a));
    ASY_TRY(asy_graph_status(g));
    if (asy_scope_count(sc) != m->n_slots)
        ASY_FAIL(ASY_EBUG, "`%s` asks for %d tensors, then for %d", m->arch->name, m->n_slots,
                 asy_scope_count(sc));
    ASY_TRY(loss_and_gradient(s, g, sc, logits, outs, w));
    take_updates(s, outs + ASY__OUT_GRAD + s->n_trained);
    ASY_TRY(asy_scope_noise_new(sc, s->batch.capacity));
    ASY_TRY(asy_arena_status(a));
    ASY_TRY(asy_plan_new(&s->plan, g, ASY__OUT_GRAD + s->n_trained + s->n_updated, outs, s->batch.capacity,
                         s->in.backend));
    ASY_TRY(asy_exec_new(&s->exec, s->plan, s->in.pool));
    bind_inputs(s);
    return ASY_OK;
}

static bool has_statistics(const asy_model *m)
{
    bool has = false;

    for (int i = 0; i < m->n_slots; i++)
        has = has || (m->slot[i].statistic && !m->slot[i].frozen);
    return has;
}

/* Pieces, where loss, estimator and model allow them and an adversary's rows need not be kept between
 * closures. */
static asy_status make_room(asy__step *s, asy_arena *a)
{
    bool pieces = (((const asy_loss *)s->in.loss->m)->flags & ASY_LOSS_DECOMPOSES)
                  && ((const asy_estimator *)s->in.estimator->m)->mean && !has_statistics(s->model)
                  && !(s->in.adversary && ((const asy_optimizer *)s->in.optimizer->m)->step);
    int64_t rows = pieces && s->in.batch > ASY__PIECE ? ASY__PIECE : s->in.batch;

    ASY_TRY(asy__batch_new(&s->batch, a, &s->model->io, rows, s->in.pool));
    if (s->in.mixes)
        ASY_TRY(asy__batch_mixes(&s->batch, a));
    if (s->in.augments)
        ASY_TRY(asy__batch_augment(&s->batch, a, s->in.augments));
    if (s->in.soft)
        ASY_TRY(asy__batch_soft(&s->batch, a, s->model->io.classes));
    if (pieces)
        s->sum = ASY_NEWN(a, s->model->n, double);
    if (s->real == ASY_F64)
        s->x = ASY_NEWN(a, rows * s->batch.width, double);
    if (s->real == ASY_F64 && s->in.soft)
        s->soft = ASY_NEWN(a, rows * s->batch.classes, double);
    return asy_arena_status(a);
}

static asy_status fill(asy__step *s, asy_arena *a)
{
    const asy_optimizer *opt = (const asy_optimizer *)s->in.optimizer->m;

    s->real = opt->step ? opt->real : ASY_F32;
    if (s->in.mixes && s->model->io.targets > 0)
        ASY_FAIL(ASY_EUNSUP, "rows with several labels cannot be mixed");
    if (s->in.mixes && s->in.adversary)
        ASY_FAIL(ASY_EUNSUP, "`%s` moves a sample away from one label; labels cannot be mixed",
                 s->in.adversary->name);
    if (s->in.soft && s->in.mixes)
        ASY_FAIL(ASY_EUNSUP, "`%s` goes by distributions over the classes; their rows cannot be mixed",
                 s->in.loss->name);
    if (s->in.mixes && s->real == ASY_F64)
        ASY_FAIL(ASY_EUNSUP, "`%s` cannot train on mixed labels", s->in.optimizer->name);
    s->trained = ASY_NEWN(a, s->model->n_slots, int);
    s->updated = ASY_NEWN(a, s->model->n_slots, int);
    ASY_TRY(asy_arena_status(a));
    for (int i = 0; i < s->model->n_slots; i++)
        if (!s->model->slot[i].frozen && !s->model->slot[i].statistic)
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

/* Running statistics become what the lot's pass made of them. */
static void commit(asy__step *s)
{
    for (int k = 0; k < s->n_updated && s->batch.rows > 0; k++) {
        const asy_slot *slot = &s->model->slot[s->updated[k]];

        memcpy(s->model->w + slot->first, asy_exec_out(s->exec, ASY__OUT_GRAD + s->n_trained + k).data,
               (size_t)slot->n * sizeof(float));
    }
}

asy_status asy__step_run(asy__step *s, const asy_view *view, int64_t n, const uint32_t *index, double lr,
                         int64_t epoch, asy__streams streams, asy__step_out *out)
{
    s->lot = (asy__lot){ .view = view, .n = n, .index = index, .streams = streams };
    for (int i = 2; i < 2 + s->model->n_slots; i++)
        s->bind[i].version = s->model->version;
    if (s->wide)
        ASY_TRY(asy__wide_begin(s));
    else
        ASY_TRY(asy__lot_run(s, NULL));
    *out = (asy__step_out){ s->lot.loss / s->model->members, s->lot.correct };
    if (!isfinite(out->loss))
        return loss_diverged(s, epoch);
    if (s->wide)
        ASY_TRY(check_wide_gradient(s, epoch));
    commit(s);
    return asy__update(s, lr, epoch);
}
