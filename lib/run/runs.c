// SPDX-License-Identifier: GPL-3.0-or-later
/* runs/<run_id>/: a run is a view over stages. All of it can be derived again from the stages. */
#include "impl.h"

#include <stdio.h>
#include <string.h>

static void text(asy_jw *w, const char *key, const char *value) { asy_jw_key(w, key), asy_jw_text(w, value); }

/* One JSON value as it was read, keys in the order of the file. */
static void copy_json(asy_jw *w, const asy_json *j)
{
    switch (j->kind) {
    case ASY_J_NULL: asy_jw_null(w); break;
    case ASY_J_BOOL: asy_jw_bool(w, j->b); break;
    case ASY_J_INT: asy_jw_int(w, j->i); break;
    case ASY_J_NUM: asy_jw_num(w, j->num); break;
    case ASY_J_TEXT: asy_jw_text(w, j->text); break;
    case ASY_J_LIST:
        asy_jw_list(w);
        for (const asy_json *c = j->child; c != NULL; c = c->next) copy_json(w, c);
        asy_jw_list_end(w);
        break;
    case ASY_J_OBJECT:
        asy_jw_object(w);
        for (const asy_json *c = j->child; c != NULL; c = c->next) asy_jw_key(w, c->key), copy_json(w, c);
        asy_jw_object_end(w);
        break;
    }
}

static asy_status stage_results(asy_arena *a, const char *dir, const asy_stage *st, const asy_json **out)
{
    char *path = asy_path_join(a, asy__stage_dir(a, dir, st), "results.json"), *data;
    size_t n;
    asy_json *j;
    if (path == NULL) return asy_arena_status(a);
    ASY_TRY(asy_io_read(a, path, 64 << 20, &data, &n));
    ASY_TRY(asy_json_read(a, data, n, path, &j));
    *out = asy_json_get(j, "results");
    if (*out == NULL || (*out)->kind != ASY_J_OBJECT) ASY_FAIL(ASY_EPARSE, "`%s` holds no results", path);
    return ASY_OK;
}

/* Evaluation names in byte order, so that the file's keys are sorted. */
static void order(const asy_run_plan *r, int at[])
{
    for (int i = 0; i < r->n_eval; i++) {
        int k = i;
        for (; k > 0 && strcmp(r->root.evaluate.name[at[k - 1]], r->root.evaluate.name[i]) > 0; k--)
            at[k] = at[k - 1];
        at[k] = i;
    }
}

static asy_status results_json(asy_arena *a, const char *dir, const asy_run_plan *r, asy_buf *b)
{
    asy_jw w;
    char name[1024];
    int *at = ASY_NEWN(a, r->n_eval + 1, int);
    if (at == NULL) return asy_arena_status(a);
    order(r, at);
    asy_jw_init(&w, b, 1);
    asy_jw_object(&w);
    text(&w, "format", "assay.results/1");
    asy_jw_key(&w, "results"), asy_jw_object(&w);
    for (int i = 0; i < r->n_eval; i++) {
        const asy_json *res = NULL;
        if (!asy__stage_done(dir, r->eval[at[i]])) continue;
        ASY_TRY(stage_results(a, dir, r->eval[at[i]], &res));
        for (const asy_json *c = res->child; c != NULL; c = c->next) {
            snprintf(name, sizeof name, "%s.%s", r->root.evaluate.name[at[i]], c->key);
            asy_jw_key(&w, name);
            copy_json(&w, c);
        }
    }
    asy_jw_object_end(&w);
    asy_jw_object_end(&w);
    asy_buf_putc(b, '\n');
    return ASY_OK;
}

/* done, failed, diverged or queued: the first stage that is not done decides. */
static const char *run_state(asy_arena *a, const char *dir, const asy_run_plan *r, const char **why)
{
    const char *state = "done", *word;
    *why = "";
    for (int i = -2; i < r->n_eval; i++) {
        const asy_stage *st = i == -2 ? r->data : i == -1 ? r->train : r->eval[i];
        if (st == NULL || asy__stage_done(dir, st)) continue;
        if (asy__stage_failed_get(a, dir, st, &word, why)) return word;
        state = "queued";
    }
    return state;
}

static void run_json(const asy_run_plan *r, const char *state, const char *why, asy_buf *b)
{
    asy_jw w;
    asy_jw_init(&w, b, 1);
    asy_jw_object(&w);
    text(&w, "arm", r->arm);
    asy__put_axes(&w, r);
    text(&w, "config", r->config);
    text(&w, "error", why);
    text(&w, "format", "assay.run/1");
    text(&w, "run_id", r->id);
    asy_jw_key(&w, "seed"), asy_jw_int(&w, (int64_t)r->seed);
    asy_jw_key(&w, "stages"), asy_jw_object(&w);
    text(&w, "data", r->data->key);
    asy_jw_key(&w, "evaluate"), asy_jw_object(&w);
    for (int i = 0; i < r->n_eval; i++) text(&w, r->root.evaluate.name[i], r->eval[i]->key);
    asy_jw_object_end(&w);
    if (r->train != NULL) text(&w, "train", r->train->key);
    asy_jw_object_end(&w);
    text(&w, "state", state);
    asy_jw_object_end(&w);
    asy_buf_putc(b, '\n');
}

static asy_status put_run(asy_arena *a, const asy_study *s, const asy_run_plan *r, const char *dir,
                          asy_run_counts *c)
{
    const char *why, *state = run_state(a, dir, r, &why);
    char *folder = asy_sprintf(a, "%s/runs/%s", dir, r->id);
    asy_buf b;
    if (folder == NULL) return asy_arena_status(a);
    c->runs++;
    if (strcmp(state, "done") == 0) c->done++;
    if (strcmp(state, "failed") == 0 || strcmp(state, "diverged") == 0) c->failed++;
    ASY_TRY(asy_io_mkdirs(folder));
    asy_buf_init(&b, 64 << 20);
    run_json(r, state, why, &b);
    asy_status st = asy_io_write_buf(asy_path_join(a, folder, "run.json"), &b);
    asy_buf_reset(&b);
    asy_study_show(s, r, false, &b);
    if (st == ASY_OK) st = asy_io_write_buf(asy_path_join(a, folder, "spec.yaml"), &b);
    asy_buf_reset(&b);
    if (st == ASY_OK) st = results_json(a, dir, r, &b);
    if (st == ASY_OK) st = asy_io_write_buf(asy_path_join(a, folder, "results.json"), &b);
    asy_buf_free(&b);
    return st;
}

asy_status asy__folder_runs(const asy_study *s, const char *dir, asy_run_counts *c)
{
    c->runs = c->done = c->failed = 0;
    for (int i = 0; i < s->n_runs; i++) {
        asy_arena *a = asy_arena_new(0);
        asy_status st = a != NULL ? put_run(a, s, &s->runs[i], dir, c)
                                  : asy_fail_(ASY_ENOMEM, __FILE__, __LINE__, "no memory for a run");
        asy_arena_free(a);
        ASY_TRY(st);
    }
    return ASY_OK;
}
