// SPDX-License-Identifier: GPL-3.0-or-later
#include "fit.h"
#include "../base/sys.h"
#include "../method/attack.h"
#include "../method/loss.h"
#include "../method/sampler.h"
#include "../method/schedule.h"
#include "../model/targets.h"
#include "checkpoint.h"
#include "score.h"
#include "step.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* After an epoch a checkpoint is left out when the last one is younger than this: a short epoch costs less
 * than writing it. */
static const double YOUNG = 1.0;
static const double EVERY = 600.0;

typedef struct {
    const asy_fit_par *p;
    asy_train_ctx *ctx;
    const asy_view *train, *valid;      /* valid NULL: nothing is scored */
    const char *valid_name;
    int64_t batch, batches;             /* samples of a batch, batches of an epoch */
    int64_t steps, epochs;              /* of the whole training; the last epoch may be cut short */
    uint64_t *id;
    int32_t *label;
    asy_arena *tmp;                     /* an epoch's order */
    asy_augments *augments;             /* NULL: none */
    asy__step *step;
    asy__score *score;
    asy__position at;
    float *best;                        /* weights; NULL without a selection */
    float *mean;                        /* the averaged weights; NULL without */
    asy_order order;
    int64_t order_epoch;                /* whose order that is; −1: none */
    double saved;                       /* when the last checkpoint was written */
    int n_tensors; asy_named tensor[4 + ASY_OPT_STATE];     /* what a checkpoint holds */
} fit;

static const asy_optimizer *optimizer_of(const fit *f)
{
    return (const asy_optimizer *)f->p->optimizer->m;
}

/* ---- setting up */

static asy_status find_valid(fit *f)
{
    const asy_select_par *sel = f->p->select;

    f->valid_name = sel ? sel->on : "val";
    f->valid = asy_dataset_part(f->ctx->data, f->valid_name);
    if (f->valid && (f->valid->n == 0 || !f->valid->label))
        ASY_FAIL(ASY_EINVAL, "the part `%s` has no labelled samples to score", f->valid_name);
    if (!f->valid && (sel || f->p->stop))
        ASY_FAIL(ASY_EINVAL, "the data have no part `%s` to select or stop on; `data.split` makes one",
                 f->valid_name);
    return ASY_OK;
}

static asy_status measure(fit *f)
{
    const asy_sampler *sampler = (const asy_sampler *)f->p->sampler->m;
    int64_t n = f->train->n;

    if (n <= 0 || !f->train->label)
        ASY_FAIL(ASY_EINVAL, "there are no labelled samples to train on");
    f->batch = f->p->batch > 0 && f->p->batch < n ? f->p->batch : n;
    f->batches = sampler->batches(f->p->sampler->params, n, f->batch);
    if (f->batches <= 0 || f->p->epochs > INT64_MAX / f->batches)
        ASY_FAIL(ASY_EINVAL, "%lld epochs of %lld batches cannot be counted", (long long)f->p->epochs,
                 (long long)f->batches);
    f->steps = f->p->steps > 0 ? f->p->steps : f->p->epochs * f->batches;
    f->epochs = (f->steps + f->batches - 1) / f->batches;
    f->id = ASY_NEWN(f->ctx->arena, n, uint64_t);
    f->label = asy_view_labels(f->train) == 1 ? ASY_NEWN(f->ctx->arena, n, int32_t) : NULL;
    ASY_TRY(asy_arena_status(f->ctx->arena));
    for (int64_t i = 0; i < n; i++) {
        f->id[i] = f->train->row[i];
        if (f->label)
            f->label[i] = ((const int32_t *)f->train->label->data.data)[f->train->row[i]];
    }
    if (optimizer_of(f)->full && (f->batch < n || !sampler->once))
        ASY_FAIL(ASY_EINVAL, "`%s` needs every sample at each step: `batch: all`, `sampler: shuffled`",
                 f->p->optimizer->name);
    return ASY_OK;
}

static void list_tensors(fit *f)
{
    static const char *const names[] = { "state/0", "state/1", "state/2", "state/3" };
    const asy__wide *wide = f->step->wide;
    asy_shape s = ASY_SHAPE(f->ctx->model->n);

    f->tensor[f->n_tensors++] = (asy_named){ "weights", { f->ctx->model->w, s, ASY_F32 } };
    if (f->best)
        f->tensor[f->n_tensors++] = (asy_named){ "best", { f->best, s, ASY_F32 } };
    if (f->mean)
        f->tensor[f->n_tensors++] = (asy_named){ "mean", { f->mean, s, ASY_F32 } };
    for (int i = 0; i < ASY_OPT_STATE && f->step->state[i]; i++)
        f->tensor[f->n_tensors++] = (asy_named){ names[i], { f->step->state[i], s, ASY_F32 } };
    if (wide)
        f->tensor[f->n_tensors++] =
            (asy_named){ "wide", { wide->all, ASY_SHAPE(wide->vectors, f->ctx->model->n), ASY_F64 } };
}

static bool averages(const fit *f)
{
    return f->p->weights && f->p->weights->average == ASY_AVERAGE_SWA;
}

static asy_status set_up(fit *f)
{
    asy_train_ctx *c = f->ctx;
    const asy_fit_par *p = f->p;
    asy__step_in in = { .loss = p->loss, .optimizer = p->optimizer, .adversary = p->adversary,
                        .estimator = p->estimator, .backend = c->backend, .pool = c->pool };
    const asy_loss *loss = (const asy_loss *)p->loss->m;
    const asy_sampler *sampler;

    ASY_TRY(find_valid(f));
    ASY_TRY(measure(f));
    in.soft = loss->soft && loss->soft(p->loss->params);
    if (in.soft && !asy_data_column(f->train->data, ASY_ROLE_SOFT))
        ASY_FAIL(ASY_EINVAL, "`%s` goes by distributions over the classes; the data have none: name them in "
                 "`data.columns.soft`, or take a set that brings them", p->loss->name);
    sampler = (const asy_sampler *)p->sampler->m;
    in.batch = sampler->most ? sampler->most(p->sampler->params, f->train->n, f->batch) : f->batch;
    if (c->data->augment.n > 0) {
        ASY_TRY(asy_augments_new(&f->augments, c->arena, &c->data->augment, c->data->shape, c->data->lo,
                                 c->data->hi));
        in.augments = f->augments;
        in.mixes = f->augments->mix != NULL;
    }
    ASY_TRY(asy__step_new(&f->step, c->arena, c->model, &in));
    if (f->valid)
        ASY_TRY(asy__score_new(&f->score, c->arena, c->model, p->select ? p->select->attack : NULL,
                               f->valid->n, c->backend, c->pool, asy_rng_part(c->seed, "noise")));
    if (p->select)
        f->best = ASY_NEWN(c->arena, c->model->n, float);
    if (p->ema > 0 || averages(f))
        f->mean = ASY_NEWN(c->arena, c->model->n, float);
    ASY_TRY(asy_arena_status(c->arena));
    if (f->mean)
        memcpy(f->mean, c->model->w, (size_t)c->model->n * sizeof *f->mean);
    f->order_epoch = -1;
    list_tensors(f);
    return ASY_OK;
}

/* ---- checkpoints */

static asy_status checkpoint(fit *f)
{
    if (!f->ctx->checkpoint)
        return ASY_OK;
    f->at.step = f->step->optim.step;
    memcpy(f->at.scalar, f->step->optim.scalar, sizeof f->at.scalar);
    ASY_TRY(f->ctx->sink->metrics_offset(f->ctx->sink, &f->at.metrics));
    ASY_TRY(asy__checkpoint_save(f->ctx->checkpoint, &f->at, f->n_tensors, f->tensor));
    f->saved = asy_now();
    return ASY_OK;
}

static asy_status resume(fit *f)
{
    bool found = false;

    f->at.best = -1;
    f->saved = asy_now();
    if (f->ctx->checkpoint)
        ASY_TRY(asy__checkpoint_load(f->ctx->checkpoint, &f->at, f->n_tensors, f->tensor, &found));
    ASY_TRY(f->ctx->sink->metrics_cut(f->ctx->sink, f->at.metrics));
    if (!found)
        return ASY_OK;
    if (f->at.epoch > f->epochs || f->at.batch > f->batches || f->at.step > f->steps)
        ASY_FAIL(ASY_EPARSE, "the checkpoint in %s is of a longer training; remove it to start over",
                 f->ctx->checkpoint);
    f->step->optim.step = f->at.step;
    memcpy(f->step->optim.scalar, f->at.scalar, sizeof f->at.scalar);
    f->ctx->model->version++;
    return ASY_OK;
}

/* ---- metrics and progress */

static asy_status put_line(fit *f, int n, const char *const key[], const double value[])
{
    asy_buf b;
    asy_jw w;
    asy_status s;

    asy_buf_init(&b, 4096);
    asy_jw_init(&w, &b, 0);
    asy_jw_object(&w);
    for (int i = 0; i < n; i++) {
        asy_jw_key(&w, key[i]);
        asy_jw_num(&w, value[i]);
    }
    asy_jw_object_end(&w);
    s = asy_buf_status(&b);
    if (s == ASY_OK)
        s = f->ctx->sink->line(f->ctx->sink, asy_buf_text(&b));
    asy_buf_free(&b);
    return s;
}

static asy_status put_step(fit *f, double loss, double lr)
{
    static const char *const key[] = { "epoch", "loss", "lr", "step" };

    return put_line(f, 4, key, (double[]){ (double)f->at.epoch + 1, loss, lr, (double)f->step->optim.step });
}

static asy_status put_epoch(fit *f)
{
    static const char *const key[] = {
        "epoch", "loss", "step", "train.accuracy", "val.accuracy", "val.attack_accuracy",
    };
    double scored = (double)asy_targets_scored(&f->ctx->model->io);
    double seen = f->at.seen > 0 ? (double)f->at.seen : 1,
           value[6] = { (double)f->at.epoch + 1, f->at.loss / seen, (double)f->step->optim.step,
                        (double)f->at.correct / (seen * scored) };
    int n = 4;

    if (f->valid)
        value[n++] = (double)f->at.valid / ((double)f->valid->n * scored);
    if (f->p->select && f->p->select->attack)
        value[n++] = (double)f->at.attacked / (double)f->valid->n;
    return put_line(f, n, key, value);
}

static void tell(const fit *f)
{
    asy_sink *sink = f->ctx->sink;
    double done = (double)f->step->optim.step / (double)f->steps,
           loss = f->at.seen ? f->at.loss / (double)f->at.seen : 0;
    char scores[160] = "";

    if (f->valid && f->at.epoch > 0) {
        int k = snprintf(scores, sizeof scores, "   %.32s %.1f %%", f->valid_name,
                         100.0 * (double)f->at.valid
                             / (double)(f->valid->n * asy_targets_scored(&f->ctx->model->io)));
        if (f->p->select && f->p->select->attack)
            (void)snprintf(scores + k, sizeof scores - (size_t)k, "   %.32s+%.32s %.1f %%", f->valid_name,
                           f->p->select->attack->name, 100.0 * (double)f->at.attacked / (double)f->valid->n);
    }
    sink->progress(sink, done, "epoch %lld/%lld   loss %.3f%s",
                   (long long)(f->at.epoch < f->epochs ? f->at.epoch + 1 : f->epochs), (long long)f->epochs,
                   loss, scores);
}

/* ---- training */

static double rate_now(const fit *f)
{
    const asy_bound *b = f->p->optimizer, *schedule;
    const asy_optimizer *opt = (const asy_optimizer *)b->m;
    double lr = opt->lr ? opt->lr(b->params) : 1, (*rate)(const void *, double, int64_t, int64_t, int64_t);

    schedule = opt->schedule ? opt->schedule(b->params) : NULL;
    if (!schedule)
        return lr;
    rate = ((const asy_schedule *)schedule->m)->rate;
    return rate(schedule->params, lr, f->step->optim.step, f->steps, f->batches);
}

static asy_status order_of_epoch(fit *f)
{
    const asy_sampler *sampler = (const asy_sampler *)f->p->sampler->m;
    asy_sampler_in in = { f->train->n, f->id, f->batch, f->at.epoch, asy_rng_part(f->ctx->seed, "order"),
                          f->label };

    if (f->order_epoch == f->at.epoch)
        return ASY_OK;
    asy_arena_free(f->tmp);
    f->tmp = asy_arena_new(0);
    ASY_TRY(sampler->epoch(f->p->sampler->params, f->tmp, &in, &f->order));
    if (f->order.n_batches != f->batches)
        ASY_FAIL(ASY_EBUG, "`%s` gives %lld batches where it announced %lld", f->p->sampler->name,
                 (long long)f->order.n_batches, (long long)f->batches);
    f->order_epoch = f->at.epoch;
    return ASY_OK;
}

/* mean += share·(w − mean) */
static void move_mean(fit *f, float share)
{
    for (int64_t i = 0; i < f->ctx->model->n; i++)
        f->mean[i] += share * (f->ctx->model->w[i] - f->mean[i]);
}

/* After an epoch: the mean of the weights at the ends of the last epochs, until those begin the weights
 * themselves. */
static void average_epoch(fit *f)
{
    if (!averages(f))
        return;
    if ((double)(f->at.epoch + 1) > f->p->weights->start * (double)f->epochs)
        f->at.averaged++;
    move_mean(f, f->at.averaged > 1 ? (float)(1 / (double)f->at.averaged) : 1.0f);
}

static asy_status one_step(fit *f)
{
    int64_t t = f->step->optim.step, from = f->order.first[f->at.batch],
            n = f->order.first[f->at.batch + 1] - from;
    double lr = rate_now(f);
    asy__step_out out;

    /* An optimiser on the full data sees them in one order, so that equal weights have equal losses. */
    ASY_TRY(asy__step_run(f->step, f->train, n, optimizer_of(f)->full ? NULL : f->order.index + from, lr,
                          f->at.epoch + 1, asy__step_streams(&f->ctx->seed, t), &out));
    if (f->p->ema > 0)
        move_mean(f, (float)(1 - f->p->ema));
    f->at.batch++;
    f->at.loss += out.loss * (double)n;
    f->at.seen += n;
    f->at.correct += out.correct;
    ASY_TRY(put_step(f, out.loss, lr));
    if (t % 32 == 0)
        tell(f);
    return ASY_OK;
}

/* Between two steps: the only place where time and signals are looked at. They decide when a checkpoint is
 * written, never what is computed. */
static asy_status between_steps(fit *f)
{
    double every = f->p->checkpoint ? f->p->checkpoint->every : EVERY;
    bool stop = f->ctx->sink->stop(f->ctx->sink);

    if (stop || asy_now() - f->saved >= every)
        ASY_TRY(checkpoint(f));
    if (stop)
        ASY_FAIL(ASY_ESTOP, "asked to stop after step %lld", (long long)f->step->optim.step);
    return ASY_OK;
}

/* Lets the averaged weights stand in for the model's, or ends that. */
static void exchange(fit *f)
{
    float *w = f->ctx->model->w;

    if (!f->mean)
        return;
    f->ctx->model->w = f->mean;
    f->mean = w;
    f->ctx->model->version++;
}

static asy_status score(fit *f)
{
    asy_rng attack = asy_rng_split(asy_rng_part(f->ctx->seed, "attack"), "select", (uint64_t)f->at.epoch);

    ASY_TRY(asy__score_run(f->score, f->valid, NULL, &f->at.valid));
    if (f->p->select && f->p->select->attack)
        ASY_TRY(asy__score_run(f->score, f->valid, &attack, &f->at.attacked));
    return ASY_OK;
}

static asy_status select_weights(fit *f)
{
    asy_status s;
    int64_t found;

    if (!f->valid)
        return ASY_OK;
    exchange(f);
    s = score(f);
    exchange(f);
    ASY_TRY(s);
    found = f->p->select && f->p->select->attack ? f->at.attacked : f->at.valid;
    if (found <= f->at.best) {
        f->at.since++;
        return ASY_OK;
    }
    f->at.best = found;
    f->at.best_epoch = f->at.epoch + 1;
    f->at.since = 0;
    if (f->best)
        memcpy(f->best, f->mean ? f->mean : f->ctx->model->w, (size_t)f->ctx->model->n * sizeof *f->best);
    return ASY_OK;
}

static bool is_over(const fit *f)
{
    const asy_optimizer *opt = optimizer_of(f);

    return f->at.epoch >= f->epochs || (f->p->stop && f->at.since >= f->p->stop->patience)
           || (opt->done && opt->done(f->p->optimizer->params, &f->step->optim));
}

static asy_status end_epoch(fit *f)
{
    ASY_TRY(asy__step_check(f->step, f->at.epoch + 1));
    average_epoch(f);
    ASY_TRY(select_weights(f));
    ASY_TRY(put_epoch(f));
    f->at.epoch++;
    f->at.batch = 0;
    tell(f);
    return is_over(f) || asy_now() - f->saved >= YOUNG ? checkpoint(f) : ASY_OK;
}

static asy_status one_epoch(fit *f)
{
    int64_t left = f->steps - f->at.epoch * f->batches, n = left < f->batches ? left : f->batches;

    ASY_TRY(order_of_epoch(f));
    if (f->augments)
        asy_augments_turn(f->augments, &f->ctx->seed, f->at.epoch, 0);
    if (f->at.batch == 0) {
        f->at.loss = 0;
        f->at.seen = f->at.correct = 0;
    }
    while (f->at.batch < n) {
        ASY_TRY(one_step(f));
        ASY_TRY(between_steps(f));
    }
    return end_epoch(f);
}

/* Labels of one row are not independent: then there is no interval. */
static asy_status put_valid(fit *f)
{
    int64_t n = f->valid->n * asy_targets_scored(&f->ctx->model->io);

    if (f->ctx->model->io.targets == 0)
        return asy_put_rate(f->ctx->sink, "val_accuracy", f->at.valid, n);
    return f->ctx->sink->result(f->ctx->sink, &(asy_result){ "val_accuracy", (double)f->at.valid / (double)n, n, NAN,
                                                             NAN, "none", NAN });
}

/* The model keeps the selected weights, last.safetensors the last ones. */
static asy_status finish(fit *f)
{
    asy_sink *sink = f->ctx->sink;
    asy_model *m = f->ctx->model;

    ASY_TRY(asy_put(sink, "epochs", (double)f->at.epoch));
    ASY_TRY(asy_put(sink, "loss", f->at.seen > 0 ? f->at.loss / (double)f->at.seen : 0));
    ASY_TRY(asy_put(sink, "steps", (double)f->step->optim.step));
    if (f->valid)
        ASY_TRY(put_valid(f));
    if (optimizer_of(f)->report)
        ASY_TRY(optimizer_of(f)->report(f->p->optimizer->params, &f->step->optim, sink));
    if (f->mean)
        memcpy(m->w, f->mean, (size_t)m->n * sizeof *m->w);
    m->version++;
    if (!f->p->select)
        return ASY_OK;
    ASY_TRY(asy_put(sink, "selected_epoch", (double)f->at.best_epoch));
    ASY_TRY(asy_put_rate(sink, "selected_accuracy", f->at.best, f->valid->n));
    ASY_TRY(asy_model_save(m, sink, "last.safetensors", m->w, f->ctx->stage_key));
    memcpy(m->w, f->best, (size_t)m->n * sizeof *m->w);
    m->version++;
    return ASY_OK;
}

static asy_status run(fit *f)
{
    ASY_TRY(set_up(f));
    ASY_TRY(resume(f));
    while (!is_over(f))
        ASY_TRY(one_epoch(f));
    return finish(f);
}

asy_status asy_fit(const asy_fit_par *p, asy_train_ctx *ctx, const asy_view *train)
{
    fit f = { .p = p, .ctx = ctx, .train = train };
    asy_status s = run(&f);

    asy__score_free(f.score);
    asy__step_free(f.step);
    asy_arena_free(f.tmp);
    ASY_TRY(s);
    return ASY_OK;
}
