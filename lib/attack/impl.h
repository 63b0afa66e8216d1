// SPDX-License-Identifier: GPL-3.0-or-later
/* What the oracle, the job and the harness share and nobody else sees. */
#ifndef ASY_ATTACK_IMPL_H
#define ASY_ATTACK_IMPL_H
#include "../base/buf.h"
#include "../method/attack.h"
#include "../method/sink.h"
#include "../model/model.h"

/* All rows of one attack: what is known of each, in the order of the set. */
typedef struct {
    int64_t n, size;                        /* rows, elements a row */
    const float *clean;
    const int32_t *label;
    const uint64_t *id; /* label: of the goal, as in asy_attack_job */
    float *kept;                            /* [n, size]: the best point so far, the clean one at first */
    float *loss;
    bool *hit; /* [n]: its loss, −inf at first, and whether it is at the goal; NULL in training */
    int64_t *queries, *gradients;           /* [n]: model calls, and how many of them gave gradients */
} asy__rows;

/* A job's view of them: live row i is row row[i] of the set. */
struct asy_job_state {
    asy__rows *all;
    int64_t *row; int32_t *label; uint64_t *id;
    bool *hit;                              /* at the goal by the last logits */
};

struct asy_oracle {
    asy_arena *arena;                       /* its programs'; freed with it */
    const asy_model *model;
    const asy_backend *backend;
    const asy_threat *threat;
    int64_t max_rows;
    const float *w; uint64_t version;       /* as asy_bind */
    asy_objective objective;
    asy_program *programs;
    asy_attack_job *job;                    /* the one that runs now; NULL between them */
    bool spent;                             /* this job was stopped by the budget */
    int64_t zero_gradients, nonfinite;
    asy_rng noise;                          /* stream of a random model's numbers: SEED/attack/…/noise */
    int64_t *drawn;                         /* [max_rows]: where each row's draws stand */
};

static inline bool asy__targeted(const asy_threat *t)
{
    return t->goal != ASY_GOAL_UNTARGETED || t->target >= 0;
}

/* The harness's side of an oracle; the arena is its own. */
asy_status asy__oracle_new(asy_oracle **, const asy_model *, const asy_threat *, const asy_backend *,
                           int64_t max_rows) ASY_CHECKED;
void       asy__oracle_free(asy_oracle *);
/* Before and after a job. */
void       asy__oracle_begin(asy_oracle *, asy_attack_job *, const float *w, uint64_t version, asy_rng noise);
void       asy__oracle_end  (asy_oracle *);
/* A program without the check of access: for what the oracle itself does on an attack's behalf. */
asy_status asy__program_get(asy_program **, asy_oracle *, int n, const asy_var var[], asy_pre, asy_objective,
                            unsigned outputs) ASY_CHECKED;
void       asy__programs_free(asy_oracle *);

/* ---- the harness: one attack, many rows, all threads */
typedef struct asy__harness asy__harness;
/* `batch` rows at most in a chunk, 0: no such limit; it changes no result. Threat and bound must outlive it;
 * eps is finite and the norm one that the attack offers, else EINVAL, EUNSUP. */
asy_status asy__harness_new(asy__harness **, asy_arena *, const asy_model *, const asy_bound *attack,
                            const asy_threat *, const asy_backend *, asy_pool *, int64_t max_rows,
                            int64_t batch) ASY_CHECKED;
void       asy__harness_free(asy__harness *);
typedef struct {
    const float *w;
    uint64_t version;
    asy_rng rng;
    bool training;
    asy_sink *sink; /* progress, stop; may be NULL */
} asy__harness_in;
/* Attacks the rows live[0 … n_live) of the set (the list is used up). rng: SEED/attack. */
asy_status asy__harness_run(asy__harness *, const asy__harness_in *, asy__rows *, int64_t n_live,
                            int64_t *live) ASY_CHECKED;
/* Events that the oracles counted since the harness was made. */
void       asy__harness_events(const asy__harness *, int64_t *zero_gradients, int64_t *nonfinite);

/* The classes that a targeted goal asks for, one a row: the class itself, the least likely by the logits [n,
 * K] of the clean rows (the first of equals), or a random one; never the label, except that `target: CLASS`
 * may be. `to` is the label itself for an untargeted goal. logits may be NULL unless the goal is the least
 * likely. */
asy_status asy__targets(const asy_threat *, const asy_rng *rng, int64_t classes, int64_t n,
                        const float *logits, const int32_t *y, const uint64_t *id, int32_t *to) ASY_CHECKED;
#endif
