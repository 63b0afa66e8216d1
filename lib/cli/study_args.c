// SPDX-License-Identifier: GPL-3.0-or-later
#include "study_args.h"
#include "../base/json.h"
#include "../report/report.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

const char *const asy__progress_words[] = { "auto", "bar", "plain", "none", NULL };

asy_study *asy__cli_study(asy_cli *c, asy_spec_options *o, int *code)
{
    *o = (asy_spec_options){ 0 };
    return asy__cli_study_with(c, o, NULL, code);
}

asy_study *asy__cli_study_with(asy_cli *c, asy_spec_options *o, bool (*other)(const char *), int *code)
{
    asy_study *study = NULL;
    asy_diag *diag = asy_diag_new(c->arena);
    const char **set = ASY_NEWN(c->arena, c->n_args, const char *);
    int *number = ASY_NEWN(c->arena, c->n_args, int);
    for (int i = 1; set != NULL && number != NULL && i < c->n_args; i++) {
        if (other != NULL && other(c->args[i])) continue;
        number[o->n_set] = c->arg_number[i];
        set[o->n_set++] = c->args[i];
    }
    o->set = set;
    o->set_number = number;
    o->smoke = asy_cli_has(c, "smoke");
    o->n_arms = asy_cli_all(c, "arm", true, &o->arms);
    o->n_seeds = asy_cli_all(c, "seed", true, &o->seeds);
    if (diag == NULL) {
        *code = asy_cli_status(c, asy_arena_status(c->arena));
        return NULL;
    }
    asy_status s = asy_study_read(&study, c->arena, c->args[0], o, diag);
    *code = s != ASY_OK ? asy_cli_status(c, s) : asy_cli_diag(c, diag);
    return *code == 0 ? study : NULL;
}

static int whole(const char *text)
{
    char *end;
    long v = text != NULL ? strtol(text, &end, 10) : 0;
    return text != NULL && *end == 0 && v >= 1 && v <= 1024 ? (int)v : 0;
}

static asy_progress progress(const char *word)
{
    for (int i = 0; word != NULL && asy__progress_words[i] != NULL; i++)
        if (strcmp(word, asy__progress_words[i]) == 0) return (asy_progress)i;
    return ASY_PROGRESS_AUTO;
}

static void done_json(const char *dir, const asy_run_counts *n, int findings)
{
    asy_buf b;
    asy_jw w;
    asy_buf_init(&b, 1 << 16);
    asy_jw_init(&w, &b, 0);
    asy_jw_object(&w);
    asy_jw_key(&w, "done"), asy_jw_int(&w, n->done);
    asy_jw_key(&w, "failed"), asy_jw_int(&w, n->failed);
    asy_jw_key(&w, "findings"), asy_jw_int(&w, findings);
    asy_jw_key(&w, "folder"), asy_jw_text(&w, dir);
    asy_jw_key(&w, "runs"), asy_jw_int(&w, n->runs);
    asy_jw_object_end(&w);
    puts(asy_buf_text(&b));
    asy_buf_free(&b);
}

static void say_done(const char *dir, const asy_run_counts *n, int findings, const char *lines)
{
    asy_cli_say(stdout, "done: %d runs, %d failed", n->done, n->failed);
    if (*lines != 0) asy_cli_say(stdout, ", %d finding%s", findings, findings == 1 ? "" : "s");
    asy_cli_say(stdout, " · %s/report.html\n", dir);
    for (const char *p = lines; *p != 0; p += strcspn(p, "\n") + 1)
        asy_cli_say(stdout, "  %s   %.*s\n", p == lines ? "expect" : "      ", (int)strcspn(p, "\n"), p);
}

static int finish(asy_cli *c, const char *dir, const asy_run_counts *n, bool smoke, asy_status s,
                  const asy_diag *diag)
{
    int code = s != ASY_ESTOP ? asy_cli_diag(c, diag) : ASY_EXIT_OK;
    if (code != 0) return code;
    if (s == ASY_ESTOP) {
        asy_cli_say(stderr, "stopped after a checkpoint; go on with\n  assay resume %s\n", dir);
        int sig = asy_signals_last();
        if (sig == SIGINT) signal(sig, SIG_DFL), raise(sig);
        return ASY_EXIT_STOPPED;
    }
    if (s != ASY_OK) return asy_cli_status(c, s);
    if (!asy_cli_has(c, "no-report")) s = asy_report_write(dir);
    if (s != ASY_OK) return asy_cli_status(c, s);
    asy_buf lines;
    int findings = 0;
    asy_buf_init(&lines, 1 << 20);
    s = asy_report_findings(dir, &lines, &findings);
    if (s == ASY_OK && c->json) done_json(dir, n, findings);
    else if (s == ASY_OK) say_done(dir, n, findings, asy_buf_text(&lines));
    asy_buf_free(&lines);
    if (s != ASY_OK) return asy_cli_status(c, s);
    if (n->failed > 0 || n->done < n->runs) return ASY_EXIT_RUNS;
    /* a smoke run's numbers mean nothing, its verdicts neither */
    return findings > 0 && !smoke ? ASY_EXIT_FINDINGS : ASY_EXIT_OK;
}

int asy__cli_run(asy_cli *c, asy_study *study, const asy_spec_options *o, const char *dir)
{
    const char *threads = asy_cli_get(c, "threads");
    asy_run_options r = { .out_dir = dir,
                          .threads = whole(threads),
                          .progress = progress(asy_cli_get(c, "progress")),
                          .quiet = c->quiet,
                          .fail_fast = asy_cli_has(c, "fail-fast"),
                          .retry_failed = asy_cli_has(c, "retry-failed"),
                          .argc = c->argc,
                          .argv = c->argv,
                          .options = o,
                          .diag = asy_diag_new(c->arena) };
    asy_run_counts n;
    if (threads != NULL && r.threads == 0)
        return asy_cli_usage(c, "--threads takes a number from 1 to 1024, not `%s`", threads);
    if (dir == NULL)
        r.out_dir = asy_sprintf(c->arena, "results/%s%s", study->name, study->smoke ? ".smoke" : "");
    if (r.out_dir == NULL) return asy_cli_status(c, asy_arena_status(c->arena));
    if (r.diag == NULL) return asy_cli_status(c, asy_arena_status(c->arena));
    asy_status s = asy_signals_install();
    if (s == ASY_OK) s = asy_study_run(study, &r, &n);
    return finish(c, r.out_dir, &n, study->smoke, s, r.diag);
}
