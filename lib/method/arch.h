// SPDX-License-Identifier: GPL-3.0-or-later
/* Architectures: what writes a model into a graph, or, without one, is fitted at once and asked for
 * probabilities (DESIGN §3.7). */
#ifndef ASY_METHOD_ARCH_H
#define ASY_METHOD_ARCH_H
#include "../base/pool.h"
#include "../base/rng.h"
#include "../graph/graph.h"
#include "../tensor/file.h"
#include "sink.h"
#include "view.h"
typedef struct asy_scope asy_scope;
/* in: a sample's shape as stored, [C,H,W] or [D]. What an arch is given as `classes` is how many scores it
 * writes: one where two classes need only one (asy_model.outputs). */
typedef struct {
    asy_shape in;
    int64_t classes;
    int n_table;
    const asy_named *table; /* what the arch's `tables` gave */
    /* of an arch of symbols: how many there are, what the highest byte stands for; rows with labels for each
     * of `targets` places (0: one label), `hidden` of which are hidden from the model (0: none) */
    int64_t symbols, targets, hidden;
    double top;
} asy_arch_io;
enum { ASY_ARCH_TABLES = 16 };
/* What a model without a graph has learnt: named tensors, as they stand in its file. */
typedef struct { int n; asy_named *t; } asy_state;
/* What it learns from. */
typedef struct {
    asy_arena *arena;           /* the state's */
    const asy_arch_io *io;
    int64_t n;                  /* ≥ 1 rows, by ascending sample id */
    const float *x;             /* [n, D]: flattened, normalised, finite */
    const int32_t *y;           /* 0 … classes − 1 */
    asy_rng seed;               /* path SEED; a member of an ensemble: SEED/member/i */
    asy_pool *pool;
    asy_sink *sink;             /* progress, stop, facts about the model; NULL: nobody asks */
} asy_arch_fit;
typedef struct {
    asy_method m;
    /* Writes the model into the scope's graph. x: row, io->in's shape, already normalised. Weights come from
     * asy_scope_weight. Returns the logits, row [classes]; taps `features` (input of the last
     * linear layer). A shape that does not fit fails the graph with a text. */
    asy_val (*emit)(const void *params, const asy_arch_io *, asy_scope *, asy_val x);
    /* Optional. Batch values that come from the data set and not from the sample (a graph, what all rows are):
     * f32 or i32 tensors in the arena, at most ASY_ARCH_TABLES. emit reaches them by asy_scope_table. */
    asy_status (*tables)(const void *params, const asy_dataset_view *, asy_arena *, int *n, asy_named out[]);
    unsigned lacks; /* ASY_NEED_* that other models with a graph (or without one) give and this one cannot */

    /* Without a graph; emit is NULL then. `fit` learns. `open` checks a state, that of a hostile file too, and
     * makes of it what `predict` reads (EMODEL: what is wrong with it). */
    asy_status (*fit)(const void *params, const asy_arch_fit *, asy_state *);
    asy_status (*open)(const void *params, const asy_arch_io *, const asy_state *, asy_arena *,
                       const void **fitted);
    /* x [rows, D] as in fit → p [rows, classes], a probability each. Each row's bits are a function of that row
     * alone. tmp: the caller's scratch. */
    asy_status (*predict)(const void *params, const void *fitted, int64_t rows, const float *x, double *p,
                          asy_arena *tmp);
    /* The training that a spec means where it names none; NULL: that of the place, by gradients. */
    const char *procedure;
    /* x is row i32 [T], symbols 0 … io->symbols − 1, and io->symbols where one is hidden. With io->targets the
     * logits are [T, classes]. */
    bool takes_symbols;
} asy_arch;
/* What a model of this arch can give, as ASY_NEED_* bits: to be matched with what methods need. */
static inline unsigned asy_arch_gives(const asy_arch *a)
{
    unsigned all = ASY_NEED_LABEL | ASY_NEED_SCORES | ASY_NEED_INPUT;

    all |= a->emit ? ASY_NEED_GRAD | ASY_NEED_WEIGHTS | ASY_NEED_PER_SAMPLE : ASY_NEED_FIT;
    return all & ~a->lacks;
}
/* Where training begins: how layers' weights are drawn (a word of `init.weights`; 0: as the arch says), a file
 * whose tensors are taken where names and shapes match (NULL: none), and which layers stay as they are. */
typedef struct { int64_t weights; const char *from; asy_strs freeze; } asy_model_start;
/* keys beside the arch's own: a safetensors file to read, NULL: none; members of an ensemble, 1: one
 * model */
typedef struct { const char *file; const asy_model_start *init; int64_t ensemble; } asy_model_keys;
enum { ASY_MOST_MEMBERS = 256 };
/* For describe, in lib/model/facts.c: what it lacks; weights, nodes, FLOPs and memory, its plans, a trace. */
void asy_arch_facts(const asy_method *, const char *name, asy_buf *);
asy_status asy_arch_cost(const asy_method *, const asy_cost_ask *, asy_buf *);
extern const asy_spot asy_spot_model;                               /* word "arch" */
extern const asy_kind asy_kind_arch;
#endif
