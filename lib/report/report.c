// SPDX-License-Identifier: GPL-3.0-or-later
#include "expect.h"
#include "../base/hash.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void csv_number(asy_buf *b, double v)
{
    char text[32];
    asy_buf_putc(b, ',');
    if (isnan(v)) return;
    asy_json_number(v, text);
    asy_buf_puts(b, text);
}

static void csv_text(asy_buf *b, const char *s, size_t n)
{
    bool quote = memchr(s, ',', n) != NULL || memchr(s, '"', n) != NULL || memchr(s, '\n', n) != NULL;
    if (quote) asy_buf_putc(b, '"');
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '"') asy_buf_putc(b, '"');
        asy_buf_putc(b, s[i]);
    }
    if (quote) asy_buf_putc(b, '"');
}

/* Tidy: one line a value of a run (user-experience §7). */
asy_status asy__results_csv(const asy__study *s, asy_buf *b)
{
    asy_buf_puts(b, "study,arm,axes,seed,evaluation,metric,x,value,n,ci_lo,ci_hi,ci_kind,state,run_id\r\n");
    for (int i = 0; i < s->n_runs; i++)
        for (int k = 0; k < s->run[i].n; k++) {
            const asy__run *r = &s->run[i];
            const asy__value *v = &r->v[k];
            asy_buf_printf(b, "%s,", s->name);
            csv_text(b, r->arm, strcspn(r->arm, "["));
            asy_buf_putc(b, ',');
            csv_text(b, r->axes, strlen(r->axes));
            asy_buf_printf(b, ",%llu,%s,%s", (unsigned long long)r->seed, v->eval, v->metric);
            csv_number(b, v->has_x ? v->x : NAN);
            csv_number(b, v->value);
            asy_buf_printf(b, ",%lld", (long long)v->n);
            csv_number(b, v->lo);
            csv_number(b, v->hi);
            asy_buf_printf(b, ",%s,%s,%s\r\n", v->ci_kind, r->state, r->id);
        }
    return asy_arena_status(s->arena);
}

static bool ends_in(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n >= m && strcmp(s + n - m, end) == 0;
}

/* Every file below a folder, in byte order of paths; folders and files in the making and locks are left
 * out. */
static asy_status walk(const asy__study *s, const char *below, asy_buf *out)
{
    int n;
    char **names, hex[65];
    char *dir = below[0] != 0 ? asy_path_join(s->arena, s->dir, below) : asy_strdup(s->arena, s->dir);
    if (dir == NULL) return asy_arena_status(s->arena);
    ASY_TRY(asy_io_list(s->arena, dir, &n, &names));
    for (int i = 0; i < n; i++) {
        struct stat st;
        asy_digest d;
        char *name = below[0] != 0 ? asy_sprintf(s->arena, "%s/%s", below, names[i]) : names[i],
             *path = asy_path_join(s->arena, s->dir, name);
        if (path == NULL) return asy_arena_status(s->arena);
        if (ends_in(name, ".work") || ends_in(name, ".lock") || ends_in(name, ".tmp") ||
            strcmp(name, "MANIFEST.sha256") == 0 || lstat(path, &st) != 0)
            continue;
        if (S_ISDIR(st.st_mode)) {
            ASY_TRY(walk(s, name, out));
        } else if (S_ISREG(st.st_mode)) {
            ASY_TRY(asy_sha256_file(path, &d));
            asy_hex(&d, 64, hex);
            asy_buf_printf(out, "%s  %s\n", hex, name);
        }
    }
    return ASY_OK;
}

asy_status asy__manifest_write(const asy__study *s)
{
    asy_buf b;
    asy_buf_init(&b, 64 << 20);
    asy_status st = walk(s, "", &b);
    if (st == ASY_OK) st = asy__put(s, "MANIFEST.sha256", &b);
    asy_buf_free(&b);
    return st;
}

static asy_status put_file(const asy__study *s, const char *name,
                           asy_status (*write)(const asy__study *, asy_buf *))
{
    asy_buf b;
    asy_buf_init(&b, 64 << 20);
    asy_status st = write(s, &b);
    if (st == ASY_OK) st = asy__put(s, name, &b);
    asy_buf_free(&b);
    return st;
}

static asy_status put_claims(const asy__study *s, asy_jw *w)
{
    asy__claim *c;
    int n;
    ASY_TRY(asy__claims(s, &n, &c));
    asy_jw_key(w, "expect"), asy_jw_list(w);
    for (int i = 0; i < n; i++) {
        asy_jw_object(w);
        asy_jw_key(w, "arm"), asy_jw_text(w, c[i].arm);
        asy_jw_key(w, "ci"), asy_jw_list(w), asy_jw_num(w, c[i].found.lo), asy_jw_num(w, c[i].found.hi),
            asy_jw_list_end(w);
        asy_jw_key(w, "ci_kind"), asy_jw_text(w, c[i].found.ci_kind);
        asy_jw_key(w, "found"), asy_jw_num(w, c[i].found.mean);
        asy_jw_key(w, "metric"), asy_jw_text(w, c[i].metric);
        asy_jw_key(w, "name"), asy_jw_text(w, c[i].name);
        if (c[i].published) asy_jw_key(w, "published"), asy_jw_num(w, c[i].reference);
        asy_jw_key(w, "seeds"), asy_jw_int(w, c[i].found.n);
        asy_jw_key(w, "verdict"), asy_jw_text(w, asy__verdict_word(&c[i]));
        asy_jw_object_end(w);
    }
    asy_jw_list_end(w);
    return ASY_OK;
}

/* The order of how bad a verdict is. */
static int badness(asy__verdict v)
{
    static const int rank[] = {
        [ASY__SATISFIED] = 0, [ASY__UNDECIDED] = 1, [ASY__MISSING] = 2, [ASY__FAILED] = 3
    };
    return rank[v];
}

static asy_status find(const char *dir, asy_arena *a, asy_buf *lines, int *findings)
{
    asy__study s;
    asy__claim *c;
    int n;
    ASY_TRY(asy__study_load(&s, a, dir));
    ASY_TRY(asy__claims(&s, &n, &c));
    for (int i = 0, end; i < n; i = end) {
        const asy__claim *worst = &c[i];
        for (end = i; end < n && strcmp(c[end].name, c[i].name) == 0; end++) {
            if (badness(c[end].verdict) > badness(worst->verdict)) worst = &c[end];
            *findings += c[end].verdict != ASY__SATISFIED;
        }
        asy_buf_printf(lines, "%s: %s", c[i].name, asy__verdict_word(worst));
        if (worst->verdict != ASY__SATISFIED) asy_buf_printf(lines, " (%s)", worst->arm);
        asy_buf_putc(lines, '\n');
    }
    return asy_buf_status(lines);
}

asy_status asy_report_findings(const char *dir, asy_buf *lines, int *findings)
{
    asy_arena *a = asy_arena_new(0);
    *findings = 0;
    asy_status st = a != NULL ? find(dir, a, lines, findings)
                              : asy_fail_(ASY_ENOMEM, __FILE__, __LINE__, "no memory for a report");
    asy_arena_free(a);
    return st;
}

static asy_status summary(const asy__study *s, asy_buf *b)
{
    asy_jw w;
    asy_jw_init(&w, b, 1);
    asy_jw_object(&w);
    asy_jw_key(&w, "accuracy"), asy_jw_object(&w);
    for (int a = 0; a < s->n_arms; a++) {
        asy_jw_key(&w, s->arm[a]), asy_jw_object(&w);
        for (int e = 0; e < s->n_evals; e++) {
            asy__cell c = asy__cell_get(s, s->arm[a], s->eval[e], "accuracy", false, 0);
            if (c.n == 0) continue;
            asy_jw_key(&w, s->eval[e]), asy_jw_object(&w);
            asy_jw_key(&w, "ci"), asy_jw_list(&w), asy_jw_num(&w, c.lo), asy_jw_num(&w, c.hi),
                asy_jw_list_end(&w);
            asy_jw_key(&w, "ci_kind"), asy_jw_text(&w, c.ci_kind);
            asy_jw_key(&w, "mean"), asy_jw_num(&w, c.mean);
            asy_jw_key(&w, "seeds"), asy_jw_int(&w, c.n);
            asy_jw_object_end(&w);
        }
        asy_jw_object_end(&w);
    }
    asy_jw_object_end(&w);
    ASY_TRY(put_claims(s, &w));
    asy_jw_key(&w, "format"), asy_jw_text(&w, "assay.summary/1");
    asy_jw_key(&w, "name"), asy_jw_text(&w, s->name);
    asy_jw_key(&w, "spec_id"), asy_jw_text(&w, s->spec_id);
    asy_jw_key(&w, "state"), asy_jw_text(&w, s->state);
    asy_jw_object_end(&w);
    asy_buf_putc(b, '\n');
    return ASY_OK;
}

asy_status asy_report_write(const char *dir)
{
    asy_arena *a = asy_arena_new(0);
    asy__study s;
    asy_status st = a != NULL ? asy__study_load(&s, a, dir)
                              : asy_fail_(ASY_ENOMEM, __FILE__, __LINE__, "no memory for a report");
    if (st == ASY_OK) st = put_file(&s, "results.csv", asy__results_csv);
    if (st == ASY_OK) st = put_file(&s, "summary.json", summary);
    if (st == ASY_OK) st = put_file(&s, "report.html", asy__page);
    if (st == ASY_OK) st = asy__manifest_write(&s);
    asy_arena_free(a);
    return st;
}
