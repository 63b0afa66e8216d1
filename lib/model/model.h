// SPDX-License-Identifier: GPL-3.0-or-later
/* A model: an architecture with its parameters, its input contract (range, normalisation) and one flat vector of weights. */
#ifndef ASY_MODEL_MODEL_H
#define ASY_MODEL_MODEL_H
#include "../base/diag.h"
#include "../graph/plan.h"
#include "../base/rng.h"
#include "../method/arch.h"
#include "../method/sink.h"
#include "../method/view.h"
#include "scope.h"

typedef struct { const char *name; asy_shape shape; int64_t first, n; asy_init init; int64_t fan_in; bool decays, frozen, statistic; } asy_slot;
struct asy_model {
    const asy_bound *arch;
    asy_arch_io io;                                 /* classes: of the data, and of the scores that everybody sees */
    int64_t outputs;                                /* of the arch: classes, or one for two of them, the scores being [0, z] (soft-max of which is the sigmoid) */
    bool any_outputs;                               /* no loss has fixed that: a file may */
    double lo, hi;                                  /* data.range */
    int channels; double mean[ASY_MAX_CHANNELS], std[ASY_MAX_CHANNELS];     /* x is normalised as (x − mean) / std inside the model; 0, 1: no node is written */
    int n_slots; asy_slot *slot;                    /* sorted by first use */
    int64_t n; float *w;                            /* all weights; every slot starts at a multiple of 16 floats (padding is 0) */
    uint64_t version;                               /* raised by whoever changes w; never 0 */
    const char *const *class_names;                 /* NULL: none */
    const double *wide[ASY_ARCH_TABLES];            /* the f32 tables of io, for float64 graphs; NULL: i32 */
    int members;                                    /* of an ensemble; 1: a single model */
    asy_state state; const void **fitted;           /* without a graph: what was learnt, and what predicts by it, [members]; NULL: nothing yet */
};
typedef struct asy_model asy_model;

/* Whether it can be written into a graph; else see fitted.h. */
bool       asy_model_has_graph(const asy_model *);
/* Emits once to learn the weights; w is zero. Shapes that do not fit: ESHAPE with a text for the user. loss: the one it is trained with, which decides how many outputs it has; NULL: none. */
asy_status asy_model_new(asy_model **, asy_arena *, const asy_bound *arch, const asy_dataset_view *, const asy_bound *loss) ASY_CHECKED;
/* The same model with another number of outputs and new weights, all zero. */
asy_status asy__model_outputs(asy_model *, asy_arena *, int64_t outputs) ASY_CHECKED;
void       asy_model_init(asy_model *, const asy_rng *init);
/* x: row, io.in's shape, in data.range units (its gradient is what attacks use). Returns the logits; taps as the arch's. Of an ensemble: the logarithm of the mean probability
 * (see members.h). A model without a graph fails it with a text. */
asy_val    asy_model_emit(const asy_model *, asy_scope *, asy_val x);
/* Binds every weight input of a scope that this model emitted to the vector w (model->w or another of its length), then the tables; returns the number of binds written. */
int        asy_model_bind(const asy_model *, const asy_scope *, const float *w, uint64_t version, asy_bind out[]);
int        asy_model_bind_tables(const asy_model *, const asy_scope *, asy_bind out[]);
int        asy_model_binds(const asy_model *);     /* at most as many */

/* model.safetensors with __metadata__: arch block (canonical JSON), input shape, classes, range, normalisation, class names, stage key. */
asy_status asy_model_save(const asy_model *, asy_sink *, const char *file, const float *w, const char *stage_key) ASY_CHECKED;
/* Reads a file into a model whose arch is known (model: {arch:, file:}). Complaints E05 name file and tensor: missing, surplus, wrong shape or type. A range or normalisation in the
 * file's metadata replaces the model's; an arch block that differs from the spec's is E0503. */
asy_status asy_model_load(asy_model *, const char *path, asy_diag *, asy_arena *) ASY_CHECKED;
/* Takes the tensors of any safetensors file whose name, shape and type are a slot's; the rest of the model stays. Errors: E0504 if there is none, E0508. */
asy_status asy_model_adopt(asy_model *, const char *path, asy_diag *, asy_arena *) ASY_CHECKED;
/* Marks slots as frozen: those of the layer (`conv1` for conv1.weight, conv1.bias; of an ensemble in every member), or one by its whole name. E0509: there is no such layer. */
asy_status asy_model_freeze(asy_model *, asy_strs layers, asy_diag *) ASY_CHECKED;
#endif
