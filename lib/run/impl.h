// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to lib/run. */
#ifndef ASY_RUN_IMPL_H
#define ASY_RUN_IMPL_H
#include "../base/io.h"
#include "../base/json.h"
#include "../base/pool.h"
#include "../graph/plan.h"
#include "../method/sink.h"
#include "../method/view.h"
#include "run.h"

/* ---- lines for people (progress.c) */
typedef struct {
    asy_progress how;
    bool terminal, ascii;
    const char *study;
    int runs, runs_done, stages, stages_done;
    char what[96]; /* "pgd-at seed 1 train" */
    double started, drawn, said, part, said_part;
} asy__talk;
void asy__talk_begin(asy__talk *, const asy_study *, const asy_run_options *);
void asy__talk_stage(asy__talk *, const asy_stage *);                    /* a stage begins */
void asy__talk_part(asy__talk *, double done, const char *text);         /* 0 … 1 of it */
void asy__talk_line(asy__talk *, const char *fmt, ...) ASY_PRINTF(2, 3); /* a line that stays */
void asy__talk_end(asy__talk *);

/* ---- where a stage lies (folder.c). In the arena. */
char *asy__stage_dir(asy_arena *, const char *study, const asy_stage *);  /* stages/<24 digits> */
char *asy__stage_work(asy_arena *, const char *study, const asy_stage *); /* … .work */
bool asy__stage_done(const char *study, const asy_stage *);
/* The lock of a stage: an flock on stages/<key>.lock, so that death frees it. *fd −1: somebody else holds it.
 */
asy_status asy__stage_lock(const char *study, const asy_stage *, int *fd) ASY_CHECKED;
void asy__stage_unlock(const char *study, const asy_stage *, int fd);
/* A process that was killed right after publishing left its lock behind. */
asy_status asy__stage_tidy(const char *study, const asy_stage *) ASY_CHECKED;
/* A failed stage leaves stages/<key>.failed; text NULL removes it. */
asy_status asy__stage_failed_put(const char *study, const asy_stage *, asy_status,
                                 const char *text) ASY_CHECKED;
bool asy__stage_failed_get(asy_arena *, const char *study, const asy_stage *, const char **state,
                           const char **text);
/* The key `axes`: PATH → value, of a run. */
void asy__put_axes(asy_jw *, const asy_run_plan *);
/* study.json, spec/, plan.jsonl, runs/. */
asy_status asy__folder_open(asy_study *, const asy_run_options *, const char *dir) ASY_CHECKED;
asy_status asy__folder_runs(const asy_study *, const char *dir, asy_run_counts *) ASY_CHECKED;
asy_status asy__folder_study(const asy_study *, const char *dir, const char *state,
                             const asy_run_counts *) ASY_CHECKED;

/* ---- one stage's sink: into its .work folder (sink.c) */
typedef struct {
    asy_sink sink;
    asy_arena *arena;
    const char *dir;
    asy__talk *talk;
    asy_lines metrics, events;
    asy_result *result;
    int n, cap;
    double last_event;
} asy__stage_sink;
asy_status asy__sink_open(asy__stage_sink *, asy_arena *, const char *work_dir, asy__talk *) ASY_CHECKED;
asy_status asy__sink_close(asy__stage_sink *) ASY_CHECKED; /* writes results.json, syncs the lines */
void asy__sink_drop(asy__stage_sink *);
/* {"format":…,"results":{…}} with names prefixed by `prefix` ("" or "clean."). */
void asy__results_json(asy_jw *, const char *prefix, int n, const asy_result r[]);

/* ---- the worker (worker.c) and what it does for each kind of stage (stage.c) */
typedef struct {
    asy_study *study;
    const asy_run_options *opt;
    const char *dir;
    asy_pool *pool;
    const asy_backend *backend;
    asy__talk talk;
    asy_arena *data_arena; /* the loaded dataset that the last stages used, before its split */
    char *data_block;
    asy_data *data;
} asy__worker;
asy_status asy__stage_do(asy__worker *, asy_arena *, const asy_stage *, asy__stage_sink *,
                         const char *work) ASY_CHECKED;
void asy__data_drop(asy__worker *);
/* manifest.json: provenance, times, machine; never compared. */
asy_status asy__manifest_put(const asy__worker *, const asy_stage *, const char *work, double seconds,
                             double cpu, const char *began) ASY_CHECKED;
asy_status asy__work(asy__worker *, asy_run_counts *) ASY_CHECKED;
#endif
