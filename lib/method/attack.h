// SPDX-License-Identifier: GPL-3.0-or-later
/* What an attack file sees: the threat model, the oracle, its job (DESIGN §3.6, style §4.9). */
#ifndef ASY_METHOD_ATTACK_H
#define ASY_METHOD_ATTACK_H
#include "../base/rng.h"
#include "../graph/graph.h"
#include "method.h"

enum { ASY_LINF = 1, ASY_L2 = 2 };   /* bits of asy_attack.norms */
enum { ASY_NORM_LINF, ASY_NORM_L2 }; /* values of asy_threat.norm */
enum { ASY_GOAL_UNTARGETED, ASY_GOAL_LEAST_LIKELY, ASY_GOAL_RANDOM_TARGET };
enum { ASY_ACCESS_GRADIENTS, ASY_ACCESS_SCORES, ASY_ACCESS_LABELS };

/* The threat model: keys that stand once, in the block that holds an attack; never an attack's own
 * parameters. */
typedef struct {
    int64_t norm;
    double eps;
    int64_t goal, target;         /* target: a class, −1: none; excludes goal */
    int64_t access, queries, eot; /* queries: budget an example, 0: none; eot: draws averaged in a call of a
                                     random model, 0: auto */
    double lo, hi;                /* the box, data.range: set by the harness */
} asy_threat;
extern const asy_param asy_threat_rows[];

typedef struct asy_oracle asy_oracle;
typedef struct asy_program asy_program;
typedef struct asy_taps asy_taps;

/* One chunk of rows, on one thread. Tensors are f32 [rows, S…]. Rows that have reached the goal may be
 * compacted away: the first `rows` entries are live. */
typedef struct asy_attack_job {
    const asy_threat *threat;
    int64_t rows;         /* live now */
    asy_tensor clean;     /* [rows, S…] of the live rows */
    const int32_t *label; /* the true label; for a targeted goal the target */
    const uint64_t *id;   /* sample ids: the entity of every draw */
    int64_t pass;         /* 0 … passes − 1 */
    asy_rng rng;          /* SEED/attack/NAME/pass/i; split it further by step */
    bool training;        /* inside a training step: no row leaves early, the last kept point is used */
    asy_arena *scratch;   /* reset after the call */
    struct asy_job_state *state; /* the harness's */
} asy_attack_job;

/* ---- the oracle: the threat model's view of the model. It hands out what `access` allows, counts queries a
 * sample and stops at the budget (ASY_ESTOP). All results are for the job's live rows. Higher loss is always
 * better for the attacker: targeted goals are turned round here. */
asy_status asy_oracle_label(asy_oracle *, const asy_tensor *x, int32_t *label) ASY_CHECKED; /* [rows] */
asy_status asy_oracle_scores(asy_oracle *, const asy_tensor *x,
                             asy_tensor *scores) ASY_CHECKED; /* [rows, K] */
asy_status asy_oracle_loss_grad(asy_oracle *, const asy_tensor *x, asy_tensor *loss, asy_tensor *grad)
    ASY_CHECKED; /* loss [rows]; grad [rows, S…] or NULL. A gradient that is not finite is set to 0 and
                    counted. */
/* row []: what is maximised. goal: row [], i32, the label to leave (or, turned round by the oracle, to
 * reach). */
typedef asy_val (*asy_objective)(asy_graph *, const asy_taps *, asy_val goal);
asy_val asy_tap(const asy_taps *,
                const char *name); /* "logits", "features", "layer/…"; {0} marks the graph */
asy_status asy_oracle_set_loss(asy_oracle *, asy_objective)
    ASY_CHECKED;                                /* for asy_oracle_loss_grad; cross-entropy at first */
extern const char *const asy_objective_names[]; /* "cross-entropy", "margin", NULL: choices for an ENUM */
extern const asy_objective asy_objectives[];
/* A program: variables (row values) → pre → model → objective, with the wanted outputs in one counted call.
 * Cached by its arguments for as long as the oracle lives. Gradients and taps beside "logits" need access to
 * gradients, LOSS and LOGITS access to scores. X needs a pre. */
typedef struct {
    const char *name;
    asy_shape shape;
} asy_var;
typedef asy_val (*asy_pre)(asy_graph *, const asy_val var[], asy_val x); /* x′; NULL: x itself */
enum { ASY_OUT_LOSS = 1, ASY_OUT_GRAD_X = 2, ASY_OUT_GRAD_VARS = 4, ASY_OUT_LOGITS = 8, ASY_OUT_X = 16 };
asy_status asy_oracle_compile(asy_program **, asy_oracle *, int n, const asy_var var[], asy_pre,
                              asy_objective, unsigned outputs) ASY_CHECKED;
/* x: [rows, S…]; var[i]: [rows, shape…]; out: in the order of the flags, GRAD_VARS n tensors; memory is the
 * program's, valid until its next run. */
asy_status asy_program_run(asy_program *, int64_t rows, const asy_tensor *x, const asy_tensor var[],
                           asy_tensor out[]) ASY_CHECKED;

/* ---- the job */
/* Offers candidates: for each live row x is kept if it is at the goal by the last logits and the kept one is
 * not, or if both agree on that and its loss is higher. NaN losses never win. loss NULL: nobody asked how
 * good x is, and a later point counts as better. (In training the last offered point is kept.) */
void asy_job_keep(asy_attack_job *, const asy_tensor *loss, const asy_tensor *x);
/* Rows at the goal leave, the rest move up, in the job and in the n given tensors; returns what is left. In
 * training none leaves. */
int64_t asy_job_live(asy_attack_job *, int n, asy_tensor *const t[]);
/* A scratch tensor like x; NULL data if memory is out (the next oracle call reports). */
asy_tensor asy_tensor_like(asy_arena *, const asy_tensor *x);
asy_tensor asy_tensor_per_row(asy_arena *, const asy_tensor *x); /* [rows] */
asy_tensor asy_tensor_copy(asy_arena *, const asy_tensor *x);    /* f32 */

typedef struct {
    asy_method m;
    unsigned norms;                        /* ASY_LINF | ASY_L2 */
    int64_t (*passes)(const void *params); /* restarts; the worst case is kept; survivors only. NULL: 1 */
    asy_status (*run)(asy_oracle *, const void *params, asy_attack_job *);
} asy_attack;
extern const asy_kind asy_kind_attack;
extern const asy_spot asy_spot_attack;    /* nested in an evaluation or a selection: no keys of its own */
extern const asy_spot asy_spot_adversary; /* train.adversary */
/* mix: share of each batch's rows that is perturbed. statistics: what normalisation by the batch sees during the
 * inner attack; the running ones are the only choice, so that a row's perturbation depends on no other row. */
typedef struct {
    double mix;
    int64_t statistics;
} asy_adversary_keys;
#endif
