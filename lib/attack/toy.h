// SPDX-License-Identifier: GPL-3.0-or-later
/* Small models with given weights over rows made by hand: what checks and known answers attack. */
#ifndef ASY_ATTACK_TOY_H
#define ASY_ATTACK_TOY_H
#include "../method/evaluation.h"
#include "../model/model.h"

typedef enum {
    ASY_TOY_LINEAR,   /* z = w x + b: weights w [K,D], b [K] */
    ASY_TOY_QUAD,     /* two classes, z = (f/2, −f/2), f = r² − ‖x − a‖²: weights a [D], rr [1] */
    ASY_TOY_MLP,      /* one hidden layer of 16: weights w1 b1 w2 b2, drawn by asy_toy_new from seed 1 */
    ASY_TOY_CONSTANT, /* z = b whatever x is; no gradient */
    ASY_TOY_RANDOM,   /* z normal, whatever x is: another one at each draw; no gradient */
    ASY_TOY_HOLE      /* z = w x + b, NaN where Σx < hole: weights w, b, hole [1] */
} asy_toy_arch;
typedef struct {
    asy_toy_arch arch;
    int64_t d, classes;
    double lo, hi; /* data.range */
    int64_t n;
    const float *x;
    const int32_t *y; /* [n, d], in data.range; [n] */
} asy_toy_spec;

enum { ASY_TOY_RESULTS = 64 };
/* An evaluation's context with a sink that remembers results and forgets files. Sample i has id i; `view.row`
 * may be permuted. Weights other than the MLP's are 0 until somebody writes them. */
typedef struct {
    asy_model *model;
    asy_dataset_view data;
    asy_column column[2];
    asy_view view;
    uint32_t *row;
    asy_evaluate_keys keys;
    asy_sink sink;
    asy_eval_ctx ctx;
    int n_results;
    asy_result result[ASY_TOY_RESULTS];
} asy_toy;

/* Lives in the arena; x and y must outlive it. No pool, no backend: references on the calling thread. */
asy_status asy_toy_new(asy_toy **, asy_arena *, const asy_toy_spec *) ASY_CHECKED;
float *asy_toy_weight(asy_toy *, const char *name); /* NULL if there is none */
/* Reads `name` with its pairs as a block of `evaluate` and measures. */
asy_status asy_toy_attack(asy_toy *, const char *name, const char *const pairs[][2],
                          asy_attack_result *) ASY_CHECKED;
/* … and runs it, so that its results lie in the sink. */
asy_status asy_toy_evaluate(asy_toy *, const char *name, const char *const pairs[][2]) ASY_CHECKED;
/* The value of METRIC, or of METRIC@x (x not NaN); NaN if it was not put. */
double asy_toy_result(const asy_toy *, const char *metric, double x);
#endif
