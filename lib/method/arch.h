// SPDX-License-Identifier: GPL-3.0-or-later
/* Architectures: what writes a model into a graph. */
#ifndef ASY_METHOD_ARCH_H
#define ASY_METHOD_ARCH_H
#include "../graph/graph.h"
#include "../tensor/file.h"
#include "view.h"
typedef struct asy_scope asy_scope;
/* in: a sample's shape as stored, [C,H,W] or [D]. What an arch is given as `classes` is how many scores it
 * writes: one where two classes need only one (asy_model.outputs). */
typedef struct {
    asy_shape in;
    int64_t classes;
    int n_table;
    const asy_named *table; /* what the arch's `tables` gave */
} asy_arch_io;
enum { ASY_ARCH_TABLES = 16 };
typedef struct {
    asy_method m;
    /* Writes the model into the scope's graph. x: row, io->in's shape, already normalised. Weights come from
     * asy_scope_weight. Returns the logits, row [classes]; taps `features` (input of the last
     * linear layer). A shape that does not fit fails the graph with a text. */
    asy_val (*emit)(const void *params, const asy_arch_io *, asy_scope *, asy_val x);
    /* Optional. Batch values that come from the data set and not from the sample (a graph, what all rows are):
     * f32 or i32 tensors in the arena, at most ASY_ARCH_TABLES. emit reaches them by asy_scope_table. */
    asy_status (*tables)(const void *params, const asy_dataset_view *, asy_arena *, int *n, asy_named out[]);
    unsigned lacks; /* ASY_NEED_* that a model of this arch cannot give; refused as E0303 */
} asy_arch;
/* Where training begins: how layers' weights are drawn (a word of `init.weights`; 0: as the arch says), a file
 * whose tensors are taken where names and shapes match (NULL: none), and which layers stay as they are. */
typedef struct { int64_t weights; const char *from; asy_strs freeze; } asy_model_start;
/* keys beside the arch's own: a safetensors file to read, NULL: none */
typedef struct { const char *file; const asy_model_start *init; } asy_model_keys;
/* Adds weights, FLOPs and memory as a sentence for describe. Implemented in lib/model/facts.c. */
void asy_arch_facts(const asy_method *, asy_buf *);
extern const asy_spot asy_spot_model;                               /* word "arch" */
extern const asy_kind asy_kind_arch;
#endif
