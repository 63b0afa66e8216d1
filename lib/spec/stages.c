// SPDX-License-Identifier: GPL-3.0-or-later
/* Stages and their keys. A key is the SHA-256 of the stage's own part: canonical JSON of what it reads of the
 * resolved spec, method and numerics revisions, the seed, the keys of its inputs, and the SHA-256 of the
 * files it reads. Titles, names, budgets, threads are in none. */
#include "../base/map.h"
#include "../base/sys.h"
#include "../method/data.h"
#include "../method/registry.h"
#include "overlay.h"

#include <string.h>

typedef struct {
    asy_study *study;
    asy_arena *arena;
    asy_diag *diag;
    asy_map *by_key;
} planner;

static const asy_rtree *child(const asy_rtree *t, const char *key)
{
    for (const asy_rtree *c = t != NULL ? t->child : NULL; c != NULL; c = c->next)
        if (c->key != NULL && strcmp(c->key, key) == 0) return c;
    return NULL;
}

const asy_bound *asy_run_loss(const asy_run_plan *run)
{
    const asy_rtree *loss = child(child(run->resolved, "train"), "loss");
    return loss != NULL ? loss->method : NULL;
}

static void put_part(asy_buf *b, const char *key, const asy_rtree *t)
{
    asy_buf_printf(b, ",\"%s\":", key);
    if (t != NULL && !t->absent) asy_rtree_canonical(t, b);
    else asy_buf_puts(b, "null");
}

/* Adds the SHA-256 of a file's bytes; a file that cannot be read is a diagnostic of the given code. */
static void put_file(planner *p, asy_buf *b, const char *path, const char *code, const asy_loc *loc)
{
    asy_digest d;
    char hex[65];
    if (asy_sha256_file(path, &d) != ASY_OK) {
        asy_diag_add(p->diag, code, loc, "`%s` cannot be read", path);
        asy_diag_note(p->diag, "%s", asy_error_text());
        return;
    }
    asy_hex(&d, 64, hex);
    asy_buf_printf(b, ",\"%s\"", hex);
}

static asy_stage *stage(planner *p, asy_stage_kind kind, const asy_run_plan *run, asy_buf *part,
                        const char *label)
{
    asy_digest d;
    char key[65];
    if (asy_buf_status(part) != ASY_OK) return NULL;
    d = asy_sha256(asy_buf_text(part), part->n);
    asy_hex(&d, 64, key);
    asy_stage *s = asy_map_get(p->by_key, key);
    if (s != NULL) return s;
    s = ASY_NEW(p->arena, asy_stage);
    if (s == NULL) return NULL;
    *s = (asy_stage){
        .kind = kind, .run = run, .label = label, .part = asy_strndup(p->arena, asy_buf_text(part), part->n)
    };
    memcpy(s->key, key, sizeof key);
    asy_map_put(p->by_key, key, s);
    return s;
}

static void begin(asy_buf *b, const char *kind, const asy_run_plan *run)
{
    asy_buf_reset(b);
    asy_buf_printf(b, "{\"stage\":\"%s\",\"numerics\":%d,\"seed\":%llu", kind, asy_numerics,
                   (unsigned long long)run->seed);
    if (run->fixed == NULL) return;
    asy_buf_printf(b, ",\"fixed\":{\"seed\":%llu,\"streams\":[\"\"", (unsigned long long)run->fixed->seed);
    for (int i = 0; i < run->fixed->n; i++) asy_buf_printf(b, ",\"%s\"", run->fixed->stream[i]);
    asy_buf_puts(b, "]}");
}

static bool is_fixed(const asy_run_plan *run, const char *stream)
{
    for (int i = 0; run->fixed != NULL && i < run->fixed->n; i++)
        if (strcmp(run->fixed->stream[i], stream) == 0) return true;
    return false;
}

/* All that a data stage draws: where that is fixed, its seed is the first one, so that the runs share it. */
static asy_run_plan data_seed(const asy_run_plan *run)
{
    asy_run_plan r = *run;
    if (is_fixed(run, "split") && (run->root.data->corrupt == NULL || is_fixed(run, "noise")))
        r.seed = run->fixed->seed;
    return r;
}

static void put_recipe(asy_buf *b, const asy_recipe *r)
{
    for (const asy_known_file *f = r != NULL ? r->files : NULL; f != NULL && f->path != NULL; f++)
        asy_buf_printf(b, ",\"%s\"", f->sha256);
}

static void plan_data(planner *p, asy_run_plan *run, asy_buf *b)
{
    const asy_data_par *d = run->root.data;
    asy_run_plan seeded = data_seed(run);
    begin(b, "data", &seeded);
    put_part(b, "data", child(run->resolved, "data"));
    if (d->corrupt != NULL && d->corrupt->labels != NULL)
        asy_buf_printf(b, ",\"label_noise\":%d", asy_label_noise_revision);
    asy_buf_printf(b, ",\"smoke\":%s,\"content\":[\"\"", p->study->smoke ? "true" : "false");
    const asy_recipe *recipe = d->dataset != NULL ? asy_dataset_recipe(d->dataset) : NULL;
    put_recipe(b, recipe);
    if (recipe != NULL && recipe->base != NULL) {
        const asy_method *base = asy_method_find(recipe->base, &asy_spot_dataset, NULL, NULL);
        asy_buf_printf(b, ",\"%s@%d\"", base->name, base->revision);
        put_recipe(b, ((const asy_dataset *)base)->recipe);
    }
    asy_data_file *file = NULL;
    int n = 0;
    if (asy_data_files(p->arena, d, &n, &file) != ASY_OK) {
        asy_diag_add(p->diag, "E0401", NULL, "the files of `data` cannot be listed");
        asy_diag_note(p->diag, "%s", asy_error_text());
    }
    for (int i = 0; i < n; i++) {
        char name[65];
        put_file(p, b, file[i].path, "E0401", file[i].loc);
        asy_digest sum = asy_sha256(file[i].name, strlen(file[i].name));
        asy_hex(&sum, 64, name);
        if (file[i].name[0] != 0) asy_buf_printf(b, ",\"%s\"", name);
    }
    asy_buf_puts(b, "]}");
    run->data = stage(p, ASY_STAGE_DATA, run, b, "data");
}

static void put_model(planner *p, const asy_run_plan *run, asy_buf *b)
{
    const asy_model_keys *keys = run->root.model->at;
    put_part(b, "model", child(run->resolved, "model"));
    asy_buf_puts(b, ",\"model_file\":[\"\"");
    const asy_loc *loc = run->root.model->tree != NULL ? &run->root.model->tree->loc : NULL;
    if (keys->file != NULL) put_file(p, b, keys->file, "E0502", loc);
    if (keys->init != NULL && keys->init->from != NULL) put_file(p, b, keys->init->from, "E0502", loc);
    asy_buf_printf(b, "],\"precision\":\"float32\",\"data\":\"%s\"", run->data->key);
}

static void plan_train(planner *p, asy_run_plan *run, asy_buf *b)
{
    if (run->root.train == NULL) return;
    begin(b, "train", run);
    put_model(p, run, b);
    put_part(b, "train", child(run->resolved, "train"));
    if (run->root.data->augment.n > 0) put_part(b, "augment", child(child(run->resolved, "data"), "augment"));
    asy_buf_puts(b, "}");
    run->train = stage(p, ASY_STAGE_TRAIN, run, b, "train");
    if (run->train == NULL) return;
    run->train->bound = run->root.train;
    run->train->n_deps = 1;
    run->train->deps[0] = run->data;
}

static void plan_evaluation(planner *p, asy_run_plan *run, int i, asy_buf *b)
{
    const asy_bound *e = *(const asy_bound *const *)run->root.evaluate.value[i];
    begin(b, "evaluate", run);
    if (run->train != NULL)
        asy_buf_printf(b, ",\"data\":\"%s\",\"train\":\"%s\"", run->data->key, run->train->key);
    else put_model(p, run, b);
    put_part(b, "evaluate", e->resolved);
    asy_buf_puts(b, "}");
    asy_stage *s = stage(p, ASY_STAGE_EVALUATE, run, b, run->root.evaluate.name[i]);
    run->eval[run->n_eval++] = s;
    if (s == NULL || s->n_deps > 0) return;
    s->bound = e;
    s->deps[s->n_deps++] = run->data;
    if (run->train != NULL) s->deps[s->n_deps++] = run->train;
}

static void plan_run(planner *p, asy_run_plan *run, asy_buf *b)
{
    plan_data(p, run, b);
    if (run->data == NULL) return;
    plan_train(p, run, b);
    run->eval = ASY_NEWN(p->arena, run->root.evaluate.n, asy_stage *);
    for (int i = 0; run->eval != NULL && i < run->root.evaluate.n; i++) plan_evaluation(p, run, i, b);
}

static void name_study(asy_study *s, asy_buf *b)
{
    asy_buf_reset(b);
    for (int i = 0; i < s->n_runs; i++) asy_buf_printf(b, "%s\n", s->runs[i].id);
    for (int i = 0; i < s->n_stages; i++) asy_buf_printf(b, "%s\n", s->stages[i]->key);
    asy_digest d = asy_sha256(asy_buf_text(b), b->n);
    asy_hex(&d, 64, s->spec_id);
}

asy_status asy__stages_plan(asy_study *s, asy_arena *arena, asy_diag *diag)
{
    planner p = { s, arena, diag, asy_map_new(arena) };
    asy_buf b;
    asy_buf_init(&b, 16 << 20);
    for (int i = 0; i < s->n_runs; i++) plan_run(&p, &s->runs[i], &b);
    asy_status st = asy_arena_status(arena);
    if (st == ASY_OK) st = asy_buf_status(&b);
    if (st == ASY_OK) {
        s->n_stages = asy_map_count(p.by_key);
        s->stages = ASY_NEWN(arena, s->n_stages, asy_stage *);
        if (s->stages == NULL) st = asy_arena_status(arena);
    }
    for (int i = 0; st == ASY_OK && i < s->n_stages; i++) {
        s->stages[i] = asy_map_value(p.by_key, i);
        s->stages[i]->index = i;
    }
    if (st == ASY_OK) name_study(s, &b);
    asy_buf_free(&b);
    return st;
}
