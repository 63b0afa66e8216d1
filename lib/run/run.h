// SPDX-License-Identifier: GPL-3.0-or-later
/* Doing a study: stages claimed, done, published; runs as views over stages; the folder of user-experience
 * §7. */
#ifndef ASY_RUN_RUN_H
#define ASY_RUN_RUN_H
#include "../spec/spec.h"

typedef enum { ASY_PROGRESS_AUTO, ASY_PROGRESS_BAR, ASY_PROGRESS_PLAIN, ASY_PROGRESS_NONE } asy_progress;
typedef struct {
    const char *out_dir; /* the study's folder; NULL: results/<name>, results/<name>.smoke under --smoke */
    int threads;         /* 0: the spec's, else all cores */
    asy_progress progress;
    bool quiet, fail_fast, keep_going, retry_failed;
    int argc;
    const char *const *argv;         /* for the manifest */
    asy_diag *diag;                  /* takes what stages complain of; never NULL */
    const asy_spec_options *options; /* kept in spec/options.json, so that resume needs only the folder */
} asy_run_options;
typedef struct {
    int runs, done, failed, stages_run, stages_cached;
    asy_status worst;
} asy_run_counts;

/* Plans into the folder and does what is missing. ASY_OK: everything is there; ASY_ESTOP: stopped on request
 * after a checkpoint; EBUSY: the folder belongs to another spec; EFULL, EIO: disk. Runs that fail (a diverged
 * training) are recorded and counted, the others go on. */
asy_status asy_study_run(asy_study *, const asy_run_options *, asy_run_counts *) ASY_CHECKED;
/* Opens the study that a folder holds, as it was planned; fills *opt with what it was planned with. EINVAL:
 * not a study. */
asy_status asy_study_reopen(asy_study **, asy_arena *, const char *dir, asy_spec_options *opt,
                            asy_diag *) ASY_CHECKED;
/* What is done already: for `plan`. cached[i] for stage i. */
asy_status asy_study_cached(const asy_study *, const char *dir, bool cached[]) ASY_CHECKED;
/* What a stage is doing: "done", "running" (text: its last line of metrics), "failed" or "diverged" (text: why),
 * "interrupted", "queued". text may be NULL. */
typedef struct {
    const char *what, *text;
} asy_stage_state;
asy_status asy_study_states(asy_arena *, const asy_study *, const char *dir, asy_stage_state[]) ASY_CHECKED;
/* Names below DIR/stages of published stages that no run of the plan points to. */
asy_status asy_study_unused(asy_arena *, const asy_study *, const char *dir, int *n,
                            const char *const **) ASY_CHECKED;
/* Every file of a study against its MANIFEST.sha256: edited, missing, extra, a line each; returns their
 * number in *bad. */
asy_status asy_study_verify(const char *dir, asy_buf *lines, int *bad) ASY_CHECKED;

/* Installs the handlers of SIGINT, SIGTERM, SIGUSR1 (user-experience §2, Signals) on an alternate stack, for
 * commands that compute. */
asy_status asy_signals_install(void) ASY_CHECKED;
bool asy_signals_stop(void); /* a first signal has come */
int asy_signals_last(void);  /* which; 0: none */
bool asy_signals_dump(void); /* SIGQUIT asked what is going on since the last call */
#endif
