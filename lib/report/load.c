// SPDX-License-Identifier: GPL-3.0-or-later
/* Reads a study's folder. What is missing is missing: a report of half a study says so. */
#include "impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_JSON = 64 << 20 };

static asy_status read_json(asy_arena *a, const char *path, asy_json **j)
{
    char *data;
    size_t n;
    if (path == NULL) return asy_arena_status(a);
    ASY_TRY(asy_io_read(a, path, MAX_JSON, &data, &n));
    return asy_json_read(a, data, n, path, j);
}

static const char *text(const asy_json *j, const char *key)
{
    const asy_json *v = j != NULL ? asy_json_get(j, key) : NULL;
    return v != NULL && v->kind == ASY_J_TEXT ? v->text : "";
}

static double number(const asy_json *j, const char *key)
{
    return asy_json_num(j != NULL ? asy_json_get(j, key) : NULL, NAN);
}

static int count(const asy_json *j)
{
    int n = 0;
    for (const asy_json *c = j != NULL ? j->child : NULL; c != NULL; c = c->next) n++;
    return n;
}

/* "curve.accuracy@0.1" → curve, accuracy, 0.1. */
static bool split_name(asy_arena *a, const char *name, asy__value *v)
{
    const char *dot = strchr(name, '.'), *at = strrchr(name, '@');
    if (dot == NULL) return false;
    v->eval = asy_strndup(a, name, (size_t)(dot - name));
    v->has_x = at != NULL && asy_json_to_num(at + 1, &v->x);
    v->metric = v->has_x ? asy_strndup(a, dot + 1, (size_t)(at - dot - 1)) : asy_strdup(a, dot + 1);
    return v->eval != NULL && v->metric != NULL;
}

static asy_status load_values(asy__study *s, asy__run *r)
{
    asy_json *j;
    asy_arena *a = s->arena;
    char *path = asy_sprintf(a, "%s/runs/%s/results.json", s->dir, r->id);
    if (path == NULL) return asy_arena_status(a);
    if (!asy_io_exists(path)) return ASY_OK;
    ASY_TRY(read_json(a, path, &j));
    const asy_json *res = asy_json_get(j, "results");
    r->v = ASY_NEWN(a, count(res) + 1, asy__value);
    if (r->v == NULL) return asy_arena_status(a);
    for (const asy_json *c = res != NULL ? res->child : NULL; c != NULL; c = c->next) {
        asy__value *v = &r->v[r->n];
        const asy_json *ci = asy_json_get(c, "ci");
        if (!split_name(a, c->key, v)) continue;
        v->value = number(c, "value");
        v->n = (int64_t)asy_json_num(asy_json_get(c, "n"), 0);
        v->ci_kind = text(c, "ci_kind");
        v->lo = asy_json_num(ci != NULL ? ci->child : NULL, NAN);
        v->hi = asy_json_num(ci != NULL && ci->child != NULL ? ci->child->next : NULL, NAN);
        r->n++;
    }
    return asy_arena_status(a);
}

static asy_status load_stage(asy__study *s, asy__run *r, const char *label, const char *key)
{
    asy__stage_facts *f = &r->stage[r->n_stages++];
    asy_json *j;
    *f = (asy__stage_facts){ .label = label, .key = key };
    char *path = asy_sprintf(s->arena, "%s/stages/%.24s/manifest.json", s->dir, key);
    if (path == NULL) return asy_arena_status(s->arena);
    if (!asy_io_exists(path)) return ASY_OK;
    ASY_TRY(read_json(s->arena, path, &j));
    f->known = true;
    f->seconds = number(j, "seconds");
    f->cpu = number(j, "cpu_seconds");
    f->memory = number(j, "peak_memory");
    const asy_json *m = asy_json_get(j, "machine");
    if (m != NULL && s->machine[0] == 0)
        s->machine =
            asy_sprintf(s->arena, "%s, %s, %.0f thread%s", text(m, "cpu"), text(m, "instruction_set"),
                        number(m, "threads"), number(m, "threads") == 1 ? "" : "s");
    return asy_arena_status(s->arena);
}

static const char *axes_text(asy_arena *a, const asy_json *axes)
{
    asy_buf b;
    asy_buf_init(&b, 1 << 20);
    for (const asy_json *c = axes != NULL ? axes->child : NULL; c != NULL; c = c->next)
        asy_buf_printf(&b, "%s%s=%s", c == axes->child ? "" : ";", c->key,
                       c->kind == ASY_J_TEXT ? c->text : "");
    const char *text = asy_strdup(a, asy_buf_text(&b));
    asy_buf_free(&b);
    return text != NULL ? text : "";
}

const char *asy__base_of(const asy__study *s, const char *arm)
{
    const char *axes = strchr(arm, '['),
               *base = asy_sprintf(s->arena, "%s%s", s->baseline, axes != NULL ? axes : "");
    return base != NULL ? base : s->baseline;
}

bool asy__is_base(const asy__study *s, const char *arm) { return strcmp(asy__base_of(s, arm), arm) == 0; }

static asy_status load_run(asy__study *s, const asy_json *line, asy__run *r)
{
    asy_arena *a = s->arena;
    asy_json *j = NULL;
    const asy_json *stages = asy_json_get(line, "stages"),
                   *evals = stages != NULL ? asy_json_get(stages, "evaluate") : NULL,
                   *seed = asy_json_get(line, "seed");
    *r = (asy__run){ .arm = text(line, text(line, "config")[0] != 0 ? "config" : "arm"),
                     .axes = axes_text(a, asy_json_get(line, "axes")),
                     .id = text(line, "run_id"),
                     .seed = seed != NULL && seed->kind == ASY_J_INT ? (uint64_t)seed->i : 0,
                     .state = "queued",
                     .error = "" };
    char *path = asy_sprintf(a, "%s/runs/%s/run.json", s->dir, r->id);
    if (path == NULL) return asy_arena_status(a);
    if (asy_io_exists(path)) {
        ASY_TRY(read_json(a, path, &j));
        r->state = text(j, "state");
        r->error = text(j, "error");
    }
    r->stage = ASY_NEWN(a, count(evals) + 2, asy__stage_facts);
    if (r->stage == NULL) return asy_arena_status(a);
    if (stages != NULL && asy_json_get(stages, "data") != NULL)
        ASY_TRY(load_stage(s, r, "data", text(stages, "data")));
    if (stages != NULL && asy_json_get(stages, "train") != NULL)
        ASY_TRY(load_stage(s, r, "train", text(stages, "train")));
    for (const asy_json *c = evals != NULL ? evals->child : NULL; c != NULL; c = c->next)
        ASY_TRY(load_stage(s, r, c->key, c->text != NULL ? c->text : ""));
    if (s->n_runs == 0) {
        s->eval = ASY_NEWN(a, count(evals) + 1, const char *);
        for (const asy_json *c = evals != NULL && s->eval != NULL ? evals->child : NULL; c != NULL;
             c = c->next)
            s->eval[s->n_evals++] = c->key;
    }
    s->n_runs++;
    return load_values(s, r);
}

static asy_status load_plan(asy__study *s)
{
    char *path = asy_path_join(s->arena, s->dir, "plan.jsonl"), *data;
    size_t n;
    int lines = 0;
    if (path == NULL) return asy_arena_status(s->arena);
    ASY_TRY(asy_io_read(s->arena, path, MAX_JSON, &data, &n));
    for (size_t i = 0; i < n; i++) lines += data[i] == '\n';
    s->run = ASY_NEWN(s->arena, lines + 1, asy__run);
    if (s->run == NULL) return asy_arena_status(s->arena);
    for (char *p = data, *end; (end = strchr(p, '\n')) != NULL; p = end + 1) {
        asy_json *j;
        ASY_TRY(asy_json_read(s->arena, p, (size_t)(end - p), path, &j));
        ASY_TRY(load_run(s, j, &s->run[s->n_runs]));
    }
    return ASY_OK;
}

static const char *whole_file(asy__study *s, const char *name)
{
    char *path = asy_path_join(s->arena, s->dir, name), *data = NULL;
    size_t n;
    if (path == NULL || !asy_io_exists(path) || asy_io_read(s->arena, path, 4 << 20, &data, &n) != ASY_OK)
        return "";
    return data;
}

static asy_status load_origins(asy__study *s)
{
    asy_json *j;
    char *path = asy_path_join(s->arena, s->dir, "spec/origins.json");
    if (path == NULL) return asy_arena_status(s->arena);
    if (!asy_io_exists(path)) return ASY_OK;
    ASY_TRY(read_json(s->arena, path, &j));
    s->origins = asy_json_get(j, "arms");
    return ASY_OK;
}

asy_status asy__study_load(asy__study *s, asy_arena *a, const char *dir)
{
    asy_json *j;
    *s = (asy__study){ .arena = a, .dir = dir, .machine = "" };
    ASY_TRY(read_json(a, asy_path_join(a, dir, "study.json"), &j));
    s->name = text(j, "name");
    s->title = text(j, "title");
    s->notes = text(j, "notes");
    s->baseline = text(j, "baseline");
    s->spec_id = text(j, "spec_id");
    s->version = text(j, "version");
    s->state = text(j, "state");
    s->numerics = (int)asy_json_num(asy_json_get(j, "numerics"), 0);
    const asy_json *smoke = asy_json_get(j, "smoke");
    s->smoke = smoke != NULL && smoke->b;
    s->resolved = whole_file(s, "spec/resolved.yaml");
    ASY_TRY(load_origins(s));
    ASY_TRY(load_plan(s));
    s->arm = ASY_NEWN(a, s->n_runs + 1, const char *);
    for (int i = 0; s->arm != NULL && i < s->n_runs; i++)
        if (i == 0 || strcmp(s->run[i].arm, s->run[i - 1].arm) != 0) s->arm[s->n_arms++] = s->run[i].arm;
    return asy_arena_status(a);
}

const asy__value *asy__value_find(const asy__run *r, const char *eval, const char *metric, bool has_x,
                                  double x)
{
    for (int i = 0; i < r->n; i++)
        if (strcmp(r->v[i].eval, eval) == 0 && strcmp(r->v[i].metric, metric) == 0 &&
            r->v[i].has_x == has_x && (!has_x || r->v[i].x == x))
            return &r->v[i];
    return NULL;
}

bool asy__is_rate(const asy__value *v) { return strcmp(v->ci_kind, "wilson") == 0; }

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int asy__points(const asy__study *s, const char *eval, const char *metric, double **x)
{
    int n = 0, all = 0;
    for (int i = 0; i < s->n_runs; i++) all += s->run[i].n;
    *x = ASY_NEWN(s->arena, all + 1, double);
    for (int i = 0; *x != NULL && i < s->n_runs; i++)
        for (int k = 0; k < s->run[i].n; k++) {
            const asy__value *v = &s->run[i].v[k];
            bool mine = v->has_x && strcmp(v->eval, eval) == 0 && strcmp(v->metric, metric) == 0;
            for (int q = 0; mine && q < n; q++) mine = (*x)[q] != v->x;
            if (mine) (*x)[n++] = v->x;
        }
    if (n > 1) qsort(*x, (size_t)n, sizeof **x, ascending);
    return n;
}
