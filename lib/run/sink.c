// SPDX-License-Identifier: GPL-3.0-or-later
/* A stage's sink: its .work folder. */
#include "../base/sys.h"
#include "impl.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_RESULTS = 100000 };

static asy_status result(asy_sink *k, const asy_result *r)
{
    asy__stage_sink *s = k->ctx;
    if (s->n == s->cap) {
        int cap = s->cap > 0 ? 2 * s->cap : 64;
        if (cap > MAX_RESULTS) ASY_FAIL(ASY_EFULL, "a stage puts more than %d results", MAX_RESULTS);
        asy_result *more = ASY_NEWN(s->arena, cap, asy_result);
        if (more == NULL) return asy_arena_status(s->arena);
        if (s->n > 0) memcpy(more, s->result, (size_t)s->n * sizeof *more);
        s->result = more;
        s->cap = cap;
    }
    asy_result *to = &s->result[s->n++];
    *to = *r;
    char x[32] = "";
    if (!isnan(r->x)) asy_json_number(r->x, x);
    to->metric = isnan(r->x) ? asy_strdup(s->arena, r->metric) : asy_sprintf(s->arena, "%s@%s", r->metric, x);
    to->ci_kind = asy_strdup(s->arena, r->ci_kind);
    return asy_arena_status(s->arena);
}

/* The path of a file of the stage; its folder is made. */
static asy_status place(asy__stage_sink *s, const char *file, char **path)
{
    *path = asy_path_join(s->arena, s->dir, file);
    char *dir = *path != NULL ? asy_path_dir(s->arena, *path) : NULL;
    if (dir == NULL) return asy_arena_status(s->arena);
    return asy_io_mkdirs(dir);
}

static asy_status npz(asy_sink *k, const char *file, int n, const asy_named t[])
{
    char *path;
    ASY_TRY(place(k->ctx, file, &path));
    return asy_npz_write(path, n, t);
}

static asy_status safetensors(asy_sink *k, const char *file, int n, const asy_named t[], int n_meta,
                              const char *const meta[][2])
{
    char *path;
    ASY_TRY(place(k->ctx, file, &path));
    return asy_safetensors_write(path, n, t, n_meta, meta);
}

static asy_status open_metrics(asy__stage_sink *s, int64_t cut)
{
    char *path;
    ASY_TRY(place(s, "metrics.jsonl", &path));
    return asy_lines_open(&s->metrics, path, cut);
}

static asy_status line(asy_sink *k, const char *json)
{
    asy__stage_sink *s = k->ctx;
    if (s->metrics.fd < 0) ASY_TRY(open_metrics(s, -1));
    return asy_lines_put(&s->metrics, json, strlen(json));
}

static asy_status metrics_offset(asy_sink *k, int64_t *bytes)
{
    asy__stage_sink *s = k->ctx;
    *bytes = 0;
    if (s->metrics.fd < 0) return ASY_OK;
    ASY_TRY(asy_lines_sync(&s->metrics));
    *bytes = s->metrics.offset;
    return ASY_OK;
}

static asy_status metrics_cut(asy_sink *k, int64_t bytes)
{
    asy__stage_sink *s = k->ctx;
    if (s->metrics.fd >= 0) asy_lines_close(&s->metrics);
    s->metrics.fd = -1;
    return open_metrics(s, bytes);
}

static void event(asy__stage_sink *s, double done, const char *text)
{
    asy_buf b;
    asy_jw w;
    char utc[24];
    asy_utc(utc);
    asy_buf_init(&b, 1 << 16);
    asy_jw_init(&w, &b, 0);
    asy_jw_object(&w);
    asy_jw_key(&w, "done"), asy_jw_num(&w, done);
    asy_jw_key(&w, "peak_memory"), asy_jw_int(&w, (int64_t)asy_peak_rss());
    asy_jw_key(&w, "text"), asy_jw_text(&w, text);
    asy_jw_key(&w, "time"), asy_jw_text(&w, utc);
    asy_jw_object_end(&w);
    if (s->events.fd >= 0 && asy_lines_put(&s->events, asy_buf_text(&b), b.n) != ASY_OK)
        asy_error_clear(); /* a log line may be lost; nothing reads it back */
    asy_buf_free(&b);
}

static void progress(asy_sink *k, double done, const char *fmt, ...) ASY_PRINTF(3, 4);
static void progress(asy_sink *k, double done, const char *fmt, ...)
{
    asy__stage_sink *s = k->ctx;
    char text[256];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (s->talk != NULL) asy__talk_part(s->talk, done, text);
    double now = asy_now();
    if (now - s->last_event < 1) return;
    s->last_event = now;
    event(s, done, text);
}

static bool stop(asy_sink *k)
{
    (void)k;
    return asy_signals_stop();
}

asy_status asy__sink_open(asy__stage_sink *s, asy_arena *a, const char *dir, asy__talk *talk)
{
    char *path;
    *s = (asy__stage_sink){
        .arena = a, .dir = dir, .talk = talk, .metrics = { .fd = -1 }, .events = { .fd = -1 }
    };
    s->sink = (asy_sink){ .ctx = s,
                          .result = result,
                          .npz = npz,
                          .safetensors = safetensors,
                          .line = line,
                          .metrics_offset = metrics_offset,
                          .metrics_cut = metrics_cut,
                          .progress = progress,
                          .stop = stop };
    ASY_TRY(place(s, "events.jsonl", &path));
    ASY_TRY(asy_lines_open(&s->events, path, -1));
    event(s, 0, "begin");
    return ASY_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const asy_result *)a)->metric, ((const asy_result *)b)->metric);
}

void asy__results_json(asy_jw *w, const char *prefix, int n, const asy_result r[])
{
    char name[512];
    for (int i = 0; i < n; i++) {
        snprintf(name, sizeof name, "%s%s", prefix, r[i].metric);
        asy_jw_key(w, name);
        asy_jw_object(w);
        if (strcmp(r[i].ci_kind, "none") != 0) {
            asy_jw_key(w, "ci"), asy_jw_list(w);
            asy_jw_num(w, r[i].lo), asy_jw_num(w, r[i].hi), asy_jw_list_end(w);
        }
        asy_jw_key(w, "ci_kind"), asy_jw_text(w, r[i].ci_kind);
        asy_jw_key(w, "n"), asy_jw_int(w, r[i].n);
        asy_jw_key(w, "value"), asy_jw_num(w, r[i].value);
        if (!isnan(r[i].x)) asy_jw_key(w, "x"), asy_jw_num(w, r[i].x);
        asy_jw_object_end(w);
    }
}

asy_status asy__sink_close(asy__stage_sink *s)
{
    asy_buf b;
    asy_jw w;
    char *path;
    asy_status st = ASY_OK;
    if (s->n > 1) qsort(s->result, (size_t)s->n, sizeof *s->result, by_name);
    asy_buf_init(&b, 64 << 20);
    asy_jw_init(&w, &b, 1);
    asy_jw_object(&w);
    asy_jw_key(&w, "format"), asy_jw_text(&w, "assay.results/1");
    asy_jw_key(&w, "results"), asy_jw_object(&w);
    asy__results_json(&w, "", s->n, s->result);
    asy_jw_object_end(&w);
    asy_jw_object_end(&w);
    asy_buf_putc(&b, '\n');
    st = place(s, "results.json", &path);
    if (st == ASY_OK) st = asy_buf_status(&b);
    if (st == ASY_OK) st = asy_io_put(path, asy_buf_text(&b), b.n);
    asy_buf_free(&b);
    if (st == ASY_OK && s->metrics.fd >= 0) st = asy_lines_sync(&s->metrics);
    event(s, 1, "end");
    if (st == ASY_OK) st = asy_lines_sync(&s->events);
    asy__sink_drop(s);
    return st;
}

void asy__sink_drop(asy__stage_sink *s)
{
    if (s->metrics.fd >= 0) asy_lines_close(&s->metrics);
    if (s->events.fd >= 0) asy_lines_close(&s->events);
    s->metrics.fd = s->events.fd = -1;
}
