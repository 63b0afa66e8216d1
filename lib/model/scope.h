// SPDX-License-Identifier: GPL-3.0-or-later
/* A scope is where a model is written: graph, mode, names → values, taps. Emitting a model twice into one
 * graph with two scopes gives twins, teachers, perturbed copies. */
#ifndef ASY_MODEL_SCOPE_H
#define ASY_MODEL_SCOPE_H
#include "../base/map.h"
#include "../base/rng.h"
#include "../graph/plan.h"
#include "../tensor/file.h"

typedef struct asy_scope asy_scope;
typedef enum { ASY_EVAL, ASY_TRAIN } asy_mode;
/* Initial values: constants; uniform in ±limit or normal by the inputs and outputs of a unit (in: `fan_in`, or
 * the axes after the first; out: the axes but the second); or small, for tables and positions. Keyed by tensor
 * name: stream SEED/init/NAME. */
typedef enum {
    ASY_INIT_ZERO,
    ASY_INIT_ONE,
    ASY_INIT_FAN_IN,         /* U(±√(1/in)) */
    ASY_INIT_HE,             /* U(±√(6/in)): He et al. 2015 */
    ASY_INIT_HE_NORMAL,      /* N(0, 2/in) */
    ASY_INIT_XAVIER,         /* U(±√(6/(in + out))): Glorot, Bengio 2010 */
    ASY_INIT_XAVIER_NORMAL,  /* N(0, 2/(in + out)) */
    ASY_INIT_LECUN_NORMAL,   /* N(0, 1/in): LeCun et al. 1998 */
    ASY_INIT_SMALL           /* N(0, 0.02²) */
} asy_init;

asy_scope *asy_scope_new(asy_arena *, asy_graph *, asy_mode);
asy_graph *asy_scope_graph(const asy_scope *);
asy_mode asy_scope_mode(const asy_scope *);
/* From here on every name that the scope is given stands below `member{i + 1}/`; returns what
 * asy_scope_leave takes to go back. */
const char *asy_scope_enter_member(asy_scope *, int i);
void asy_scope_leave(asy_scope *, const char *outer);
void asy_scope_bind(asy_scope *, const char *tensor,
                    asy_val); /* before emit: this name stands for that value (an averaged copy, a moved
                                 weight, any graph value) */
/* The value of a weight: what is bound, else a new batch input of that name. fan_in for biases is given by
 * `fan_in` > 0. Names ≤ 64 characters, [a-z0-9_/.]. */
asy_val asy_scope_weight(asy_scope *, const char *tensor, asy_shape, asy_init, int64_t fan_in);
/* A running statistic: a value that is saved with the model and read in evaluation, and that no optimiser
 * touches. In training mode the model says by asy_scope_update what it becomes after the step; the training
 * loop commits that, and nobody else does (attacks, teachers, perturbed copies never). */
asy_val asy_scope_statistic(asy_scope *, const char *tensor, asy_shape, asy_init);
void asy_scope_update(asy_scope *, const char *tensor, asy_val next);
/* Tensors that fine-tuning leaves as they are: a layer with held statistics works as in evaluation. */
void asy_scope_hold(asy_scope *, const char *tensor);
bool asy_scope_is_held(const asy_scope *, const char *tensor);
/* Random numbers for the model: a row value of this shape, uniform on [a, b] or normal (mean a, deviation b),
 * a function of (the consumer's stream + "/label", sample id, draw). Labels are distinct in a model. */
asy_val asy_scope_random(asy_scope *, const char *label, asy_shape, bool normal, double a, double b);
/* In training mode x / (1 − rate) where a uniform number of this label is at least `rate`, else 0; in
 * evaluation mode x. A row's mask is a function of (stream, sample id, draw), not of its place. */
asy_val asy_scope_dropout(asy_scope *, const char *label, asy_val x, double rate);
/* The same for a batch value [N, S…] whose rows have ids of their own, i32 [N,2]; their draw is 0. */
asy_val asy_scope_dropout_batch(asy_scope *, const char *label, asy_val x, asy_val ids, double rate);
bool asy_scope_is_random(const asy_scope *);
/* Row i32 [2]: low and high word of the sample's id. */
asy_val asy_scope_sample(asy_scope *);
/* A batch input that the data set gives (asy_arch.tables), and what was asked for; f32 tables are real values
 * of the graph. {0}: not asked for. */
asy_val asy_scope_table(asy_scope *, const asy_named *);
asy_val asy_scope_tabled(const asy_scope *, const char *name);
/* Binds what random values and asy_scope_sample depend on: the stream, and for each row its sample id and its draw (draw[i] +
 * more). Memory for max_rows rows must be asked for once, after the model is written; writes at most
 * ASY_SCOPE_NOISE binds and returns their number. */
enum { ASY_SCOPE_NOISE = 130 };
asy_status asy_scope_noise_new(asy_scope *, int64_t max_rows) ASY_CHECKED;
int asy_scope_noise_bind(asy_scope *, const asy_rng *stream, int64_t rows, const uint64_t *id,
                         const int64_t *draw /* NULL: 0 */, int64_t more, asy_bind out[]);
void asy_scope_tap(asy_scope *, const char *tap, asy_val);
asy_val asy_scope_tapped(const asy_scope *, const char *tap); /* {0} if there is none */
/* All weights asked for, in order of first use. */
typedef struct {
    const char *name;
    asy_shape shape;
    asy_init init;
    int64_t fan_in;
    asy_val val;
    asy_val next; /* of a statistic, in training mode: what it becomes; {0}: it stays */
    bool bound, statistic;
} asy_scope_entry;
int asy_scope_count(const asy_scope *);
const asy_scope_entry *asy_scope_at(const asy_scope *, int i);
#endif
