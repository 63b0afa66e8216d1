// SPDX-License-Identifier: GPL-3.0-or-later
/* What each kind of stage does. */
#include "../base/sys.h"
#include "../method/evaluation.h"
#include "../method/procedure.h"
#include "../model/model.h"
#include "impl.h"

#include <stdio.h>
#include <string.h>

enum { SMOKE_TRAIN = 512, SMOKE_OTHER = 128 };

/* What a stage complains of decides the status; the caller of the study shows it. */
static asy_status complain(const asy_diag *d, asy_status s)
{
    return s != ASY_OK && asy_diag_errors(d) > 0 ? asy_diag_status(d) : s;
}

void asy__data_drop(asy__worker *w)
{
    asy_arena_free(w->data_arena);
    w->data_arena = NULL;
    w->data = NULL;
}

static const asy_rtree *block(const asy_run_plan *run, const char *key)
{
    const asy_rtree *c = run->resolved->child;
    while (c != NULL && strcmp(c->key, key) != 0) c = c->next;
    return c;
}

/* The loaded set of a run's data block; kept from stage to stage while the block stays the same. */
static asy_status load(asy__worker *w, const asy_run_plan *run, asy_diag *diag)
{
    asy_buf b;
    asy_buf_init(&b, 1 << 20);
    asy_rtree_canonical(block(run, "data"), &b);
    bool same = w->data != NULL && strcmp(w->data_block, asy_buf_text(&b)) == 0;
    if (!same) {
        asy__data_drop(w);
        w->data_arena = asy_arena_new(0);
        w->data_block = asy_strdup(w->data_arena, asy_buf_text(&b));
        w->data = ASY_NEW(w->data_arena, asy_data);
    }
    asy_buf_free(&b);
    if (same) return ASY_OK;
    if (w->data == NULL || w->data_block == NULL) {
        asy__data_drop(w);
        ASY_FAIL(ASY_ENOMEM, "no memory for the dataset");
    }
    const asy_loc *loc = run->root.data->dataset != NULL && run->root.data->dataset->tree != NULL
                             ? &run->root.data->dataset->tree->loc
                             : NULL;
    asy_data_in in = { .arena = w->data_arena, .diag = diag, .loc = loc, .verify = true };
    asy_status s = asy_data_load(run->root.data, &in, w->data);
    if (s != ASY_OK) asy__data_drop(w);
    return s;
}

static asy_status shrink(asy_arena *a, asy_dataset_view *d)
{
    for (int i = 0; i < d->n_views; i++) {
        asy_view whole = d->views[i].view;
        ASY_TRY(asy_view_subset(a, &whole, strcmp(d->views[i].name, "train") == 0 ? SMOKE_TRAIN : SMOKE_OTHER,
                                &d->views[i].view));
    }
    return ASY_OK;
}

static asy_status open_data(asy__worker *w, asy_arena *a, const asy_run_plan *run, asy_dataset_view *d)
{
    asy_diag *diag = w->opt->diag;
    asy_data_in in = { .arena = a, .diag = diag, .pool = w->pool };
    asy_status s = load(w, run, diag);
    if (s == ASY_OK)
        s = asy_dataset_divide(run->root.data, &in, w->data, asy_rng_seed_fixed(run->seed, run->fixed), d);
    if (s == ASY_OK && w->study->smoke) s = shrink(a, d);
    return complain(diag, s);
}

/* data.json: what the set is, for people and for the report. */
static asy_status put_data_json(asy_arena *a, const asy_dataset_view *d, const char *work)
{
    asy_buf b;
    asy_jw w;
    char hex[65];
    asy_hex(&d->data.sha, 64, hex);
    asy_buf_init(&b, 16 << 20);
    asy_jw_init(&w, &b, 1);
    asy_jw_object(&w);
    asy_jw_key(&w, "class_names"), asy_jw_list(&w);
    for (int64_t c = 0; d->data.class_names != NULL && c < d->data.classes; c++)
        asy_jw_text(&w, d->data.class_names[c]);
    asy_jw_list_end(&w);
    asy_jw_key(&w, "classes"), asy_jw_int(&w, d->data.classes);
    asy_jw_key(&w, "content_sha256"), asy_jw_text(&w, hex);
    asy_jw_key(&w, "format"), asy_jw_text(&w, "assay.data/1");
    asy_jw_key(&w, "name"), asy_jw_text(&w, d->data.name);
    asy_jw_key(&w, "parts"), asy_jw_object(&w);
    for (int i = 0; i < d->n_views; i++) asy_jw_key(&w, d->views[i].name), asy_jw_int(&w, d->views[i].view.n);
    asy_jw_object_end(&w);
    asy_jw_key(&w, "range"), asy_jw_list(&w), asy_jw_num(&w, d->lo), asy_jw_num(&w, d->hi),
        asy_jw_list_end(&w);
    asy_jw_key(&w, "shape"), asy_jw_list(&w);
    for (int i = 0; i < d->shape.n; i++) asy_jw_int(&w, d->shape.d[i]);
    asy_jw_list_end(&w);
    asy_jw_object_end(&w);
    asy_buf_putc(&b, '\n');
    char *path = asy_path_join(a, work, "data.json");
    asy_status s = path != NULL ? asy_buf_status(&b) : asy_arena_status(a);
    if (s == ASY_OK) s = asy_io_put(path, asy_buf_text(&b), b.n);
    asy_buf_free(&b);
    return s;
}

/* The data stage records what the split gave: rows of each part and their numbers. */
static asy_status do_data(asy__worker *w, asy_arena *a, const asy_stage *st, asy__stage_sink *k,
                          const char *work)
{
    asy_dataset_view d;
    asy_named t[ASY_MAX_VIEWS];
    char name[96];
    ASY_TRY(open_data(w, a, st->run, &d));
    for (int i = 0; i < d.n_views; i++) {
        const asy_view *v = &d.views[i].view;
        snprintf(name, sizeof name, "rows.%.64s", d.views[i].name);
        ASY_TRY(asy_put(&k->sink, name, (double)v->n));
        asy_tensor rows = asy_tensor_new(a, ASY_I32, ASY_SHAPE(v->n));
        if (rows.data == NULL) return asy_arena_status(a);
        for (int64_t j = 0; j < v->n; j++) ((int32_t *)rows.data)[j] = (int32_t)v->row[j];
        t[i] = (asy_named){ d.views[i].name, rows };
    }
    ASY_TRY(put_data_json(a, &d, work));
    ASY_TRY(asy_put(&k->sink, "classes", (double)d.data.classes));
    return k->sink.npz(&k->sink, "split.npz", d.n_views, t);
}

/* A model of the run's architecture, its weights from the block's file if there is one, else initial ones over
 * which those of `init.from` are laid. */
static asy_status new_model(asy__worker *w, asy_arena *a, const asy_run_plan *run, const asy_dataset_view *d,
                            asy_model **m)
{
    const asy_model_keys *keys = run->root.model->at;
    asy_rng init = asy_rng_part(asy_rng_seed_fixed(run->seed, run->fixed), "init");
    ASY_TRY(asy_model_new(m, a, run->root.model, d, asy_run_loss(run)));
    asy_diag *diag = w->opt->diag;
    asy_status s = ASY_OK;
    if (keys->file != NULL) s = asy_model_load(*m, keys->file, diag, a);
    else asy_model_init(*m, &init);
    if (s == ASY_OK && keys->init != NULL && keys->init->from != NULL)
        s = asy_model_adopt(*m, keys->init->from, diag, a);
    if (s == ASY_OK && keys->init != NULL) s = asy_model_freeze(*m, keys->init->freeze, diag);
    return complain(diag, s);
}

static asy_status do_train(asy__worker *w, asy_arena *a, const asy_stage *st, asy__stage_sink *k,
                           const char *work)
{
    asy_dataset_view d;
    asy_model *m;
    ASY_TRY(open_data(w, a, st->run, &d));
    ASY_TRY(new_model(w, a, st->run, &d, &m));
    char *checkpoint = asy_path_join(a, work, "checkpoint");
    asy_train_ctx ctx = { .arena = a,
                          .model = m,
                          .data = &d,
                          .seed = asy_rng_seed_fixed(st->run->seed, st->run->fixed),
                          .backend = w->backend,
                          .pool = w->pool,
                          .sink = &k->sink,
                          .checkpoint = checkpoint,
                          .stage_key = st->key };
    if (checkpoint == NULL) return asy_arena_status(a);
    ASY_TRY(((const asy_procedure *)st->bound->m)->run(st->bound, &ctx));
    ASY_TRY(asy_model_save(m, &k->sink, "model.safetensors", m->w, st->key));
    return asy_io_remove_tree(checkpoint);
}

/* The trained model: the selected weights, or the last ones where the evaluation asks for them and selection
 * kept others. */
static asy_status trained_model(asy__worker *w, asy_arena *a, const asy_stage *st, const asy_dataset_view *d,
                                asy_model **m)
{
    const asy_evaluate_keys *keys = st->bound->at;
    if (st->run->train == NULL) return new_model(w, a, st->run, d, m);
    asy_diag *diag = w->opt->diag;
    char *dir = asy__stage_dir(a, w->dir, st->run->train), *last = asy_path_join(a, dir, "last.safetensors"),
         *best = asy_path_join(a, dir, "model.safetensors");
    if (last == NULL || best == NULL) return asy_arena_status(a);
    ASY_TRY(asy_model_new(m, a, st->run->root.model, d, asy_run_loss(st->run)));
    asy_status s =
        asy_model_load(*m, keys->model == ASY_MODEL_LAST && asy_io_exists(last) ? last : best, diag, a);
    return complain(diag, s);
}

static asy_status do_evaluate(asy__worker *w, asy_arena *a, const asy_stage *st, asy__stage_sink *k)
{
    const asy_evaluate_keys *keys = st->bound->at;
    asy_dataset_view d;
    asy_model *m;
    asy_view view;
    ASY_TRY(open_data(w, a, st->run, &d));
    const asy_view *part = asy_dataset_part(&d, keys->on);
    if (part == NULL) ASY_FAIL(ASY_ESPEC, "`on: %s` names no part of the split", keys->on);
    ASY_TRY(asy_view_subset(a, part, keys->n, &view));
    ASY_TRY(trained_model(w, a, st, &d, &m));
    asy_eval_ctx ctx = { .arena = a,
                         .model = m,
                         .view = &view,
                         .keys = keys,
                         .seed = asy_rng_seed_fixed(st->run->seed, st->run->fixed),
                         .backend = w->backend,
                         .pool = w->pool,
                         .sink = &k->sink };
    return st->bound->kind->evaluate(st->bound, &ctx);
}

asy_status asy__stage_do(asy__worker *w, asy_arena *a, const asy_stage *st, asy__stage_sink *k,
                         const char *work)
{
    switch (st->kind) {
    case ASY_STAGE_DATA: return do_data(w, a, st, k, work);
    case ASY_STAGE_TRAIN: return do_train(w, a, st, k, work);
    case ASY_STAGE_EVALUATE: return do_evaluate(w, a, st, k);
    }
    ASY_FAIL(ASY_EBUG, "there is no stage of kind %d", (int)st->kind);
}
