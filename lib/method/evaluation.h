// SPDX-License-Identifier: GPL-3.0-or-later
/* Evaluations: what measures a model, and the keys that stand in every block of `evaluate`. */
#ifndef ASY_METHOD_EVALUATION_H
#define ASY_METHOD_EVALUATION_H
#include "../base/pool.h"
#include "../graph/plan.h"
#include "attack.h"
#include "sink.h"
#include "view.h"
typedef struct asy_model asy_model;

/* The keys of every block in `evaluate`. batch changes no result. */
enum { ASY_MODEL_BEST, ASY_MODEL_LAST };     /* values of asy_evaluate_keys.model; without a selection both are the model after the last step */
typedef struct { const char *on; int64_t n, batch, draws; int64_t model; /* best, last */ } asy_evaluate_keys;
extern const asy_spot asy_spot_evaluate;

typedef struct {
    asy_arena *arena;
    const asy_model *model;
    const asy_view *view;           /* the rows to evaluate, `n` of `on` */
    const asy_evaluate_keys *keys;
    asy_rng seed;                   /* path SEED: parts are "attack", "noise" … */
    const asy_backend *backend; asy_pool *pool;
    asy_sink *sink;
} asy_eval_ctx;

typedef struct {
    asy_method m;
    asy_status (*run)(const asy_bound *, asy_eval_ctx *);
    bool many_labels;               /* takes rows with several labels (data.target) */
} asy_evaluation;
extern const asy_kind asy_kind_evaluation;

/* What an evaluation that holds attacks calls; the evaluator re-scores everything by its own forward pass (DESIGN §3.6). Implemented in lib/attack/evaluate.c. */
typedef struct {
    int64_t n, clean_correct, robust_correct, attacked, successes, violations, fragile;
    bool targeted; int64_t reached; /* successes whose prediction is the target */
    double mean_l2, mean_linf;      /* over successes; NaN if there is none */
    double median_l2, median_linf;  /* over attacked rows, failures counting as +inf; NaN if none was attacked */
    double gradients, queries;      /* mean an attacked example */
    int64_t zero_gradients, nonfinite;  /* events that the oracle counted */
    /* In the ctx's arena, [n, S…] and [n]; what adv.npz and examples hold. x, adv: a row that was not attacked, or whose result broke the rules, is the clean one bit for bit. distance: of adv from x,
     * in the threat's norm. count: the attack's model calls. */
    float *x, *adv; int32_t *pred_clean, *pred_adv; double *distance; int64_t *count;
    uint64_t *id; int32_t *label;
} asy_attack_result;
asy_status asy_attack_measure(asy_eval_ctx *, const asy_bound *attack, const asy_threat *, asy_attack_result *) ASY_CHECKED;
/* The `evaluate` entry of kind attack: measures, then puts accuracy, clean_accuracy, success_rate, distances, counts, flags, adv.npz, examples. */
asy_status asy_attack_evaluate(const asy_bound *, void *ctx) ASY_CHECKED;
#endif
