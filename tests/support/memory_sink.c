// SPDX-License-Identifier: GPL-3.0-or-later
#include "memory_sink.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static asy_status result(asy_sink *k, const asy_result *r)
{
    asy_memory_sink *s = k->ctx;

    if (s->n_results == ASY_MEMORY_RESULTS)
        ASY_FAIL(ASY_EFULL, "more results than a test looks at");
    (void)snprintf(s->metric[s->n_results], sizeof s->metric[0], "%s", r->metric);
    s->value[s->n_results++] = r->value;
    return ASY_OK;
}

static asy_status npz(asy_sink *k, const char *file, int n, const asy_named t[])
{
    const asy_memory_sink *s = k->ctx;
    char path[512];

    (void)snprintf(path, sizeof path, "%s/%s", s->folder ? s->folder : "", file);
    return s->folder ? asy_npz_write(path, n, t) : ASY_OK;
}

static asy_status safetensors(asy_sink *k, const char *file, int n, const asy_named t[], int n_meta,
                              const char *const meta[][2])
{
    const asy_memory_sink *s = k->ctx;
    char path[512];

    (void)snprintf(path, sizeof path, "%s/%s", s->folder ? s->folder : "", file);
    return s->folder ? asy_safetensors_write(path, n, t, n_meta, meta) : ASY_OK;
}

static asy_status line(asy_sink *k, const char *json)
{
    asy_memory_sink *s = k->ctx;

    asy_buf_puts(&s->lines, json);
    asy_buf_putc(&s->lines, '\n');
    if (++s->written == s->fail_at)
        ASY_FAIL(ASY_EIO, "the line was lost");
    return asy_buf_status(&s->lines);
}

static asy_status metrics_offset(asy_sink *k, int64_t *bytes)
{
    *bytes = (int64_t)((const asy_memory_sink *)k->ctx)->lines.n;
    return ASY_OK;
}

static asy_status metrics_cut(asy_sink *k, int64_t bytes)
{
    asy_memory_sink *s = k->ctx;

    if (bytes < 0 || (size_t)bytes > s->lines.n)
        ASY_FAIL(ASY_EPARSE, "there are only %zu bytes of lines", s->lines.n);
    s->lines.n = (size_t)bytes;
    if (s->lines.data)
        s->lines.data[bytes] = '\0';
    return ASY_OK;
}

static void progress(asy_sink *k, double done, const char *fmt, ...)
{
    (void)fmt;
    ((asy_memory_sink *)k->ctx)->done = done;
}

static bool stop(asy_sink *k)
{
    asy_memory_sink *s = k->ctx;

    return ++s->asked == s->stop_at;
}

void asy_memory_sink_init(asy_memory_sink *s, const char *folder)
{
    memset(s, 0, sizeof *s);
    s->folder = folder;
    asy_buf_init(&s->lines, 1 << 24);
    s->sink = (asy_sink){ .ctx = s,
                          .result = result,
                          .npz = npz,
                          .safetensors = safetensors,
                          .line = line,
                          .metrics_offset = metrics_offset,
                          .metrics_cut = metrics_cut,
                          .progress = progress,
                          .stop = stop };
}

void asy_memory_sink_free(asy_memory_sink *s)
{
    asy_buf_free(&s->lines);
}

double asy_memory_sink_value(const asy_memory_sink *s, const char *metric)
{
    for (int i = 0; i < s->n_results; i++)
        if (strcmp(s->metric[i], metric) == 0)
            return s->value[i];
    return NAN;
}
