// SPDX-License-Identifier: GPL-3.0-or-later
/* The study's own files: study.json, spec/, plan.jsonl, runs/. */
#include "../base/sys.h"
#include "impl.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static asy_status put(asy_arena *a, const char *dir, const char *name, asy_buf *b)
{
    char *path = asy_path_join(a, dir, name);
    if (path == NULL) return asy_arena_status(a);
    return asy_io_write_buf(path, b);
}

static void text(asy_jw *w, const char *key, const char *value) { asy_jw_key(w, key), asy_jw_text(w, value); }

static void put_stages(asy_jw *w, const asy_run_plan *r)
{
    asy_jw_key(w, "stages"), asy_jw_object(w);
    text(w, "data", r->data->key);
    asy_jw_key(w, "evaluate"), asy_jw_object(w);
    for (int i = 0; i < r->n_eval; i++) text(w, r->root.evaluate.name[i], r->eval[i]->key);
    asy_jw_object_end(w);
    if (r->train != NULL) text(w, "train", r->train->key);
    asy_jw_object_end(w);
}

void asy__put_axes(asy_jw *w, const asy_run_plan *r)
{
    asy_jw_key(w, "axes"), asy_jw_object(w);
    for (int i = 0; i < r->n_axes; i++) text(w, r->axis[i].path, r->axis[i].text);
    asy_jw_object_end(w);
}

static void put_slot(asy_jw *w, const asy_run_plan *r)
{
    text(w, "arm", r->arm);
    asy__put_axes(w, r);
    text(w, "config", r->config);
}

static void plan_lines(const asy_study *s, asy_buf *b)
{
    for (int i = 0; i < s->n_runs; i++) {
        asy_jw w;
        asy_jw_init(&w, b, 0);
        asy_jw_object(&w);
        put_slot(&w, &s->runs[i]);
        text(&w, "run_id", s->runs[i].id);
        asy_jw_key(&w, "seed"), asy_jw_int(&w, (int64_t)s->runs[i].seed);
        put_stages(&w, &s->runs[i]);
        asy_jw_object_end(&w);
        asy_buf_putc(b, '\n');
    }
}

/* A resume may be asked for from anywhere. */
static const char *whole_path(const char *path, char out[PATH_MAX])
{
    return realpath(path, out) != NULL ? out : path;
}

static void options_json(const asy_study *s, const asy_spec_options *o, asy_buf *b)
{
    char path[PATH_MAX];
    asy_jw w;
    asy_jw_init(&w, b, 1);
    asy_jw_object(&w);
    asy_jw_key(&w, "arms"), asy_jw_list(&w);
    for (int i = 0; i < o->n_arms; i++) asy_jw_text(&w, o->arms[i]);
    asy_jw_list_end(&w);
    asy_jw_key(&w, "axes"), asy_jw_list(&w);
    for (int i = 0; i < o->n_axes; i++) asy_jw_text(&w, o->axes[i]);
    asy_jw_list_end(&w);
    text(&w, "directory", whole_path(o->cwd != NULL ? o->cwd : ".", path));
    text(&w, "folder", whole_path(s->dir, path));
    text(&w, "format", "assay.options/1");
    asy_jw_key(&w, "includes"), asy_jw_int(&w, s->n_includes);
    asy_jw_key(&w, "seeds"), asy_jw_list(&w);
    for (int i = 0; i < o->n_seeds; i++) asy_jw_text(&w, o->seeds[i]);
    asy_jw_list_end(&w);
    asy_jw_key(&w, "set"), asy_jw_list(&w);
    for (int i = 0; i < o->n_set; i++) asy_jw_text(&w, o->set[i]);
    asy_jw_list_end(&w);
    asy_jw_key(&w, "smoke"), asy_jw_bool(&w, o->smoke);
    asy_jw_key(&w, "zip"), asy_jw_bool(&w, o->zip);
    asy_jw_object_end(&w);
    asy_buf_putc(b, '\n');
}

/* spec/includes/K.yaml: each included file as it was read. */
static asy_status put_includes(asy_arena *a, const asy_study *s, const char *spec)
{
    char *dir = asy_path_join(a, spec, "includes");
    if (dir == NULL) return asy_arena_status(a);
    if (s->n_includes > 0) ASY_TRY(asy_io_mkdirs(dir));
    for (int i = 0; i < s->n_includes; i++) {
        asy_buf b;
        asy_buf_init(&b, 8 << 20);
        asy_buf_put(&b, s->include[i].text, s->include[i].n);
        asy_status st = put(a, dir, asy_sprintf(a, "%d.yaml", i), &b);
        asy_buf_free(&b);
        ASY_TRY(st);
    }
    return ASY_OK;
}

/* The folder is new, empty, or holds this study (the same name; smoke apart from real runs). */
static asy_status check_owner(asy_arena *a, const asy_study *s, const char *dir)
{
    char *path = asy_path_join(a, dir, "study.json"), **names, *data;
    size_t size;
    int n = 0;
    asy_json *j;
    if (path == NULL) return asy_arena_status(a);
    if (!asy_io_exists(path)) {
        int foreign = 0;
        if (asy_io_exists(dir)) ASY_TRY(asy_io_list(a, dir, &n, &names));
        for (int i = 0; i < n; i++) foreign += strncmp(names[i], "study.json", 10) != 0;
        /* study.json is the first file of a study: whoever sees another one sees it too, unless it is not a
         * study. */
        if (foreign > 0 && !asy_io_exists(path))
            ASY_FAIL(ASY_EBUSY, "`%s` is not empty and not a study; name another folder with -o", dir);
        if (!asy_io_exists(path)) return ASY_OK;
    }
    ASY_TRY(asy_io_read(a, path, 16 << 20, &data, &size));
    ASY_TRY(asy_json_read(a, data, size, path, &j));
    const asy_json *name = asy_json_get(j, "name"), *smoke = asy_json_get(j, "smoke");
    if (name == NULL || name->kind != ASY_J_TEXT || smoke == NULL || strcmp(name->text, s->name) != 0)
        ASY_FAIL(ASY_EBUSY, "`%s` belongs to the study `%s`, not to `%s`; name another folder with -o", dir,
                 name != NULL && name->text != NULL ? name->text : "?", s->name);
    if (smoke->b != s->smoke)
        ASY_FAIL(ASY_EBUSY, "`%s` holds %s; smoke and real runs do not share a folder", dir,
                 smoke->b ? "smoke runs" : "real runs");
    return ASY_OK;
}

static asy_status put_spec(asy_arena *a, const asy_study *s, const asy_run_options *o, const char *dir)
{
    char *spec = asy_path_join(a, dir, "spec");
    asy_buf b;
    if (spec == NULL) return asy_arena_status(a);
    ASY_TRY(asy_io_mkdirs(spec));
    asy_buf_init(&b, 64 << 20);
    asy_buf_put(&b, s->source, s->source_n);
    asy_status st = put(a, spec, "source.yaml", &b);
    if (st == ASY_OK) st = put_includes(a, s, spec);
    asy_buf_reset(&b);
    asy_study_expect(s, &b);
    if (st == ASY_OK) st = put(a, spec, "expect.json", &b);
    asy_buf_reset(&b);
    asy_study_show(s, NULL, false, &b);
    if (st == ASY_OK) st = put(a, spec, "resolved.yaml", &b);
    asy_buf_reset(&b);
    asy_study_origins(s, &b);
    if (st == ASY_OK) st = put(a, spec, "origins.json", &b);
    asy_buf_reset(&b);
    options_json(s, o->options, &b);
    if (st == ASY_OK) st = put(a, spec, "options.json", &b);
    asy_buf_reset(&b);
    plan_lines(s, &b);
    if (st == ASY_OK) st = put(a, dir, "plan.jsonl", &b);
    asy_buf_free(&b);
    return st;
}

asy_status asy__folder_open(asy_study *s, const asy_run_options *o, const char *dir)
{
    asy_arena *a = asy_arena_new(0);
    char *stages = asy_path_join(a, dir, "stages");
    asy_status st = stages != NULL ? check_owner(a, s, dir)
                                   : asy_fail_(ASY_ENOMEM, __FILE__, __LINE__, "no memory for a path");
    asy_run_counts none = { .runs = s->n_runs };
    if (st == ASY_OK) st = asy_io_mkdirs(dir);
    if (st == ASY_OK) st = asy_io_sweep(dir);
    if (st == ASY_OK) st = asy__folder_study(s, dir, "running", &none);
    if (st == ASY_OK) st = asy_io_mkdirs(stages);
    if (st == ASY_OK) st = put_spec(a, s, o, dir);
    asy_arena_free(a);
    return st;
}

static void list(asy_jw *w, const char *key, int n, const char *const v[])
{
    asy_jw_key(w, key), asy_jw_list(w);
    for (int i = 0; i < n; i++) asy_jw_text(w, v[i]);
    asy_jw_list_end(w);
}

asy_status asy__folder_study(const asy_study *s, const char *dir, const char *state, const asy_run_counts *c)
{
    asy_arena *a = asy_arena_new(1 << 20);
    asy_buf b;
    asy_jw w;
    char now[24];
    asy_utc(now);
    asy_buf_init(&b, 16 << 20);
    asy_jw_init(&w, &b, 1);
    asy_jw_object(&w);
    list(&w, "arms", s->n_arms, s->arms);
    text(&w, "baseline", s->baseline);
    asy_jw_key(&w, "counts"), asy_jw_object(&w);
    asy_jw_key(&w, "done"), asy_jw_int(&w, c->done);
    asy_jw_key(&w, "failed"), asy_jw_int(&w, c->failed);
    asy_jw_key(&w, "runs"), asy_jw_int(&w, s->n_runs);
    asy_jw_object_end(&w);
    text(&w, "format", "assay.study/1");
    text(&w, "name", s->name);
    text(&w, "notes", s->notes != NULL ? s->notes : "");
    asy_jw_key(&w, "numerics"), asy_jw_int(&w, asy_numerics);
    asy_jw_key(&w, "seeds"), asy_jw_list(&w);
    for (int i = 0; i < s->n_seeds; i++) asy_jw_int(&w, (int64_t)s->seeds[i]);
    asy_jw_list_end(&w);
    asy_jw_key(&w, "smoke"), asy_jw_bool(&w, s->smoke);
    text(&w, "spec_id", s->spec_id);
    text(&w, "state", state);
    text(&w, "title", s->title);
    text(&w, "updated", now);
    text(&w, "version", asy_version());
    asy_jw_object_end(&w);
    asy_buf_putc(&b, '\n');
    asy_status st = put(a, dir, "study.json", &b);
    asy_buf_free(&b);
    asy_arena_free(a);
    return st;
}
