// SPDX-License-Identifier: GPL-3.0-or-later
/* The worker: claims stages in the order of the plan, does them, publishes each as a whole folder. Any number
 * of workers may share a study. */
#include "../base/sys.h"
#include "impl.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static asy_status put_stage_json(asy_arena *a, const asy_stage *st, const char *work)
{
    asy_buf b;
    asy_jw w;
    asy_buf_init(&b, 16 << 20);
    asy_jw_init(&w, &b, 1);
    asy_jw_object(&w);
    asy_jw_key(&w, "deps"), asy_jw_list(&w);
    for (int i = 0; i < st->n_deps; i++) asy_jw_text(&w, st->deps[i]->key);
    asy_jw_list_end(&w);
    asy_jw_key(&w, "format"), asy_jw_text(&w, "assay.stage/1");
    asy_jw_key(&w, "key"), asy_jw_text(&w, st->key);
    asy_jw_key(&w, "part"), asy_jw_raw(&w, st->part);
    asy_jw_object_end(&w);
    asy_buf_putc(&b, '\n');
    char *path = asy_path_join(a, work, "stage.json");
    asy_status s = path != NULL ? asy_buf_status(&b) : asy_arena_status(a);
    if (s == ASY_OK) s = asy_io_put(path, asy_buf_text(&b), b.n);
    asy_buf_free(&b);
    return s;
}

/* Training continues from its checkpoint; everything else in a left-over work folder is begun again. */
static asy_status clean_work(const asy_stage *st, const char *work)
{
    if (st->kind != ASY_STAGE_TRAIN) ASY_TRY(asy_io_remove_tree(work));
    ASY_TRY(asy_io_mkdirs(work));
    return asy_io_sweep(work);
}

/* Does one stage whose lock is held. */
static asy_status do_locked(asy__worker *w, asy_arena *a, const asy_stage *st)
{
    char *work = asy__stage_work(a, w->dir, st), *dir = asy__stage_dir(a, w->dir, st), began[24];
    asy__stage_sink sink;
    if (work == NULL || dir == NULL) return asy_arena_status(a);
    double start = asy_now(), cpu = asy_cpu_seconds();
    asy_utc(began);
    ASY_TRY(clean_work(st, work));
    ASY_TRY(asy__sink_open(&sink, a, work, &w->talk));
    asy_status s = asy__stage_do(w, a, st, &sink, work);
    if (s == ASY_OK) s = asy_arena_status(a);
    if (s != ASY_OK) {
        asy__sink_drop(&sink);
        return s;
    }
    ASY_TRY(asy__sink_close(&sink));
    ASY_TRY(put_stage_json(a, st, work));
    ASY_TRY(asy__manifest_put(w, st, work, asy_now() - start, asy_cpu_seconds() - cpu, began));
    return asy_io_publish(work, dir);
}

typedef enum { DONE, BUSY, FAILED } outcome;

static bool fatal(asy_status s)
{
    return s == ASY_ESTOP || s == ASY_EFULL || s == ASY_EIO || s == ASY_ENOMEM || s == ASY_EDATA ||
           s == ASY_EMODEL || s == ASY_ESPEC;
}

static asy_status one(asy__worker *w, const asy_stage *st, outcome *out, asy_run_counts *c)
{
    int fd;
    *out = DONE;
    if (asy__stage_done(w->dir, st)) return ASY_OK;
    ASY_TRY(asy__stage_lock(w->dir, st, &fd));
    *out = BUSY;
    if (fd < 0) return ASY_OK;
    asy_status s = ASY_OK;
    if (!asy__stage_done(w->dir, st)) {
        asy_arena *a = asy_arena_new(0);
        asy__talk_stage(&w->talk, st);
        s = a != NULL ? do_locked(w, a, st)
                      : asy_fail_(ASY_ENOMEM, __FILE__, __LINE__, "no memory for a stage");
        asy_arena_free(a);
        if (s == ASY_OK) c->stages_run++;
    }
    *out = DONE;
    if (s != ASY_OK && !fatal(s)) {
        asy_error e;
        asy_error_get(&e);
        asy__talk_line(&w->talk, "%s %s", s == ASY_EFINITE ? "diverged:" : "failed:", e.text);
        c->worst = s;
        *out = FAILED;
        s = asy__stage_failed_put(w->dir, st, s, e.text);
    } else if (s == ASY_OK) {
        s = asy__stage_failed_put(w->dir, st, ASY_OK, NULL);
    }
    asy__stage_unlock(w->dir, st, fd);
    return s;
}

static void pause_briefly(void)
{
    struct timespec t = { 0, 100000000 };
    nanosleep(&t, NULL);
}

/* Rounds over the plan until nothing is left: a stage is done when its inputs are; one that somebody else
 * holds is looked at again. */
asy_status asy__work(asy__worker *w, asy_run_counts *c)
{
    const asy_study *s = w->study;
    asy_arena *a = asy_arena_new(0);
    char *state = ASY_NEWN(a, s->n_stages + 1, char); /* 0 to do, 1 done, 2 failed */
    const char *word, *text;
    asy_status st =
        state != NULL ? ASY_OK : asy_fail_(ASY_ENOMEM, __FILE__, __LINE__, "no memory for the plan");
    for (int i = 0; st == ASY_OK && i < s->n_stages; i++) {
        if (asy__stage_done(w->dir, s->stages[i])) {
            state[i] = 1, c->stages_cached++;
            st = asy__stage_tidy(w->dir, s->stages[i]);
        } else if (!w->opt->retry_failed && asy__stage_failed_get(a, w->dir, s->stages[i], &word, &text))
            state[i] = 2;
    }
    for (bool left = true; st == ASY_OK && left;) {
        bool moved = false;
        left = false;
        for (int i = 0; st == ASY_OK && i < s->n_stages; i++) {
            bool ready = true, lost = false;
            outcome out;
            if (state[i] != 0) continue;
            for (int k = 0; k < s->stages[i]->n_deps; k++) {
                ready = ready && state[s->stages[i]->deps[k]->index] == 1;
                lost = lost || state[s->stages[i]->deps[k]->index] == 2;
            }
            if (lost) state[i] = 2;
            if (lost || !ready) {
                left = left || !lost;
                continue;
            }
            if (asy_signals_stop()) {
                st = asy_fail_(ASY_ESTOP, __FILE__, __LINE__, "stopped on request");
                break;
            }
            w->talk.stages_done = 0;
            for (int k = 0; k < s->n_stages; k++) w->talk.stages_done += state[k] != 0;
            st = one(w, s->stages[i], &out, c);
            if (st == ASY_OK && out == BUSY) left = true;
            else if (st == ASY_OK) state[i] = out == DONE ? 1 : 2, moved = true;
            if (st == ASY_OK && out == FAILED && w->opt->fail_fast) left = false, i = s->n_stages;
        }
        if (st == ASY_OK && left && !moved) pause_briefly();
    }
    asy_arena_free(a);
    return st;
}
