// SPDX-License-Identifier: GPL-3.0-or-later
/* What the files of this folder share and nobody else sees: the graph, the plan, the exec. */
#ifndef ASY_GRAPH_IMPL_H
#define ASY_GRAPH_IMPL_H
#include "check.h"

/* ---- graph (build.c): nodes in the order they were made, which is a topological order */
struct asy_graph {
    asy_arena *arena;
    asy_dtype real;
    bool failed;
    bool per_sample;                /* see asy_graph_per_sample */
    asy_error error;                /* the first failure */
    uint32_t n_nodes, cap_nodes;
    asy_node **node;
    uint32_t n_vals, cap_vals;      /* ids 1 … n_vals − 1 */
    uint32_t *node_of;              /* by id: index of the node that makes it */
    uint32_t n_slots, *slot;        /* hash table of node indices + 1, for sharing; a power of two */
};

/* serial: no two inputs are the same node */
typedef struct { asy_type type; uint64_t serial; } asy__input_attr;
typedef struct { asy_type type; double value; } asy__fill_attr;
extern const asy_op asy_op_input, asy_op_fill, asy_op_rows;

static inline const asy_node *asy__node_of(const asy_graph *g,
                                           asy_val v) { return g->node[g->node_of[v.id]]; }
static inline const asy_type *asy__type_of(const asy_graph *g, asy_val v)
{
    const asy_node *n = asy__node_of(g, v);
    return &n->out_type[v.id - n->out.id];
}
/* Copies a failure of the calling thread into the graph, unless there is one already. */
void asy__graph_keep_error(asy_graph *, asy_status);
/* Elements of a type with the row axes (−1) taken as `rows`; −1 on overflow. A row value's are those of one
 * row. */
int64_t asy__elements(const asy_type *, int64_t rows);

/* ---- plan */
typedef enum {
    ASY__INPUT, /* the caller's memory */
    ASY__CONST, /* filled when the exec is made, never written again */
    /* the exec's: batch values, row values kept for all rows, packed operands, partials */
    ASY__BLOCK,
    /* the thread's: row values that live inside one row section, a chunk of them */
    ASY__SCRATCH,
    /* the thread's: values that live inside one group of steps, a block of them */
    ASY__TILE
} asy__place;

/* Memory of a value, of its views, and of what is computed in place of it. */
typedef struct {
    asy__place place;
    bool row;                       /* `unit` bytes for each row */
    bool pinned;                    /* lives through the whole run and into the next one */
    bool all_rows;                  /* row memory that some step sees for all rows at once */
    int section;                    /* where it is made; −1: leaf */
    int first, last;                /* steps between which it lives, both included */
    int whole;                      /* end of the last group that reads all of it with each block */
    int slot;                       /* INPUT: place in asy_plan.input */
    int merged;                     /* index of the buffer that it shares (in place, a constant's), or its own */
    size_t unit, bytes, offset;
    asy_val val;                    /* the value that it was made for; {0}: packed operand or partials */
} asy__buffer;

/* maker: step of section 0 that writes it, else −1. stride: bytes of a row, 0 for batch values. In a group:
 * line elements of it are a line, 0 if all of it goes with each block; axis: the last axis's size in a block,
 * 0 if a block has but one axis. */
typedef struct {
    asy_val val;
    int buffer, maker;
    size_t stride;
    asy_type type;
    int64_t line, axis;
} asy__operand;

typedef enum {
    ASY__ROW,                       /* a chunk of rows */
    ASY__GROUP,                     /* REDUCE by group partials, in the row section of its inputs */
    ASY__BATCH,                     /* batch values, and REDUCE in chain form */
    ASY__PACK                       /* in[0] → packed buffer, for `node`'s kernel */
} asy__kind;

typedef struct {
    const asy_node *node;
    const asy_kernel_entry *entry;  /* NULL: the reference */
    asy_kernel fn;
    asy__kind kind;
    int section, n_in, n_out;
    int fused; /* group of steps done block by block; −1: none */
    asy__operand *in, *out;
    int partial;                    /* GROUP: buffer of the partials */
    /* first of its tensors (inputs, then results) in the thread's or the exec's table */
    int tensor;
    bool wide;                      /* a float32 plan's reference: through doubles */
    bool tiled;                     /* tiles of the kernel may run side by side */
    bool keep;                      /* section 0: what it makes outlives the run */
    bool by_rows;                   /* section 0: depends on the number of rows */
    double cost;                    /* rough nanoseconds: ROW, GROUP per row; else per run */
    size_t scratch;
} asy__step;

/* Before a run or a chunk: tensor.data = base[buffer] + first row · stride. */
typedef struct { int tensor, buffer; size_t stride; } asy__patch;
typedef struct { int tensor; unsigned axes; } asy__axes;      /* bit i: axis i is the number of rows */

/* Steps that are done together, `block` lines at a time (fuse.c). */
typedef struct {
    int first, end;
    bool rows; /* lines: of a row; else of all */
    int64_t lines, block;
} asy__fused;
enum { ASY__FUSED_STEPS = 24, ASY__FUSED_TENSORS = 4 }; /* at most, and of each step */

typedef struct {
    int first, end;                 /* its steps */
    int64_t chunk;                  /* row sections; else 0 */
    size_t scratch;                 /* bytes of row values a thread needs */
    double cost;                    /* rough nanoseconds a row */
    int n_patch, n_axes;            /* row sections: per chunk; batch sections: per run */
    asy__patch *patch;
    asy__axes *axes;
    int n_group, *group;            /* its GROUP steps */
} asy__section;

/* copied: from a leaf into `buffer` after the run */
typedef struct { asy_val val; int buffer; asy_type type; bool copied; int from; } asy__out;

struct asy_plan {
    asy_arena *arena;
    const asy_graph *graph;         /* the plan's own: what is left of the user's live nodes */
    bool fold;                      /* else its nodes are the user's, one for one */
    const asy_backend *backend;     /* NULL for float64 */
    int64_t max_rows, chunk;        /* chunk: the largest of all sections */
    int n_nodes; const asy_node **node;     /* live ones in order */
    int n_input; asy_val *input; int *input_buffer;
    uint32_t n_ids;                 /* of the user's graph */
    asy_val *value_of;              /* by the user's value ids: what stands for it here; {0}: not needed */
    int *input_of;                  /* by the user's value ids: place in `input`, −1 else */
    int n_buffer, cap_buffer; asy__buffer *buffer;
    int n_step, cap_step; asy__step *step;
    int n_fused;
    asy__fused *fused;
    int n_section; asy__section *section;
    int n_out; asy__out *out;
    int n_tensor_row, n_tensor_batch;
    size_t block, constants;        /* bytes */
    size_t thread;                  /* bytes a thread: row values, kernels' scratch, values of groups */
    size_t kernel_at, tile_at;      /* where the latter two begin */
    size_t tile;                    /* bytes of the last */
    size_t alone;                   /* kernels' scratch of steps that run on one thread */
    double flops_row, flops_run;
};

/* asy_plan_new; `plain` plans keep every node and run it alone: what all others are compared with. */
asy_status asy__plan_make(asy_plan **, const asy_graph *, int n, const asy_val outs[], int64_t max_rows,
                          const asy_backend *, bool plain) ASY_CHECKED;
/* fold.c: makes p->graph and p->value_of. */
asy_status asy__plan_graph(asy_plan *, const asy_graph *from, const bool live[]) ASY_CHECKED;
const asy_kernel_entry *asy__find_kernel(const asy_plan *, const asy_node *);   /* NULL: none */

/* section.c: number of the section of each node, by node index; only live nodes are looked at. Returns how
 * many sections there are. */
int  asy__sections(const asy_graph *, const bool live[], int section[]);
bool asy__is_view(const asy_node *);
bool asy__is_leaf(const asy_node *);            /* input or constant: no step */
/* a row value made of batch values alone: made anew in each section that uses it */
bool asy__is_spread(const asy_node *);
bool asy__is_group(const asy_node *);           /* REDUCE by group partials */

/* steps.c: buffers and steps of the live nodes, lifetimes, results in place. */
asy_status asy__plan_steps(asy_plan *, const bool live[], int n, const asy_val outs[]) ASY_CHECKED;
/* fuse.c: groups of steps, once all is known but what shares memory; their memory, once that is known too. */
asy_status asy__plan_fuse(asy_plan *) ASY_CHECKED;
asy_status asy__plan_tiles(asy_plan *) ASY_CHECKED;
/* memory.c: chunks, offsets, bytes. */
asy_status asy__plan_memory(asy_plan *) ASY_CHECKED;
/* tensors.c: where the tensors of each step stand and what changes in them from call to call. */
asy_status asy__plan_tensors(asy_plan *) ASY_CHECKED;
/* Buffers [first, last] that may share memory get offsets: largest first, first fit; returns the bytes.
 * Public to the tests of this folder. */
typedef struct { size_t bytes, offset; int first, last; } asy__interval;
asy_status asy__fit(asy_arena *, int n, asy__interval[], size_t *bytes) ASY_CHECKED;

bool asy__counts_rows(const asy_type *);        /* has an axis −1 */
static inline bool asy__is_row_section(int s) { return s % 2 == 1; }
static inline size_t asy__align(size_t n) { return (n + 63) / 64 * 64; }
static inline size_t asy__max_size(size_t a, size_t b) { return a > b ? a : b; }
bool asy__mul_size(size_t a, size_t b, size_t *out);    /* false on overflow */

/* ---- exec */
/* The reference of an op on float32 tensors: to doubles in the scratch, eval, rounded once. (wide.c) */
void   asy__wide(const asy_node *, const asy_tensor in[], asy_tensor out[], asy_kwork *);
size_t asy__wide_scratch(const asy_plan *, const asy__step *, int64_t rows);
typedef struct { const void *data; uint64_t version; bool bound, changed; } asy__slot;
/* rows: by section, what the tensors' row axes say */
typedef struct { char *scratch; asy_tensor *tensor; int64_t *rows; } asy__thread;

struct asy_exec {
    asy_arena *arena;
    const asy_plan *plan;
    asy_pool *pool;
    int n_threads;
    char *block, *alone;
    char **base;                    /* by buffer */
    asy__slot *slot;
    asy__thread *thread;
    asy_tensor *tensor;             /* of batch sections */
    bool *dirty, *need;             /* steps of section 0 */
    int64_t rows;                   /* of the last run; −1 before any */
    bool check;
    asy_buf *trace;
    asy_plan *all; asy_exec *seer;  /* every value kept, for check and trace */
};

/* run.c */
asy_status asy__run_sections(asy_exec *, int64_t rows) ASY_CHECKED;
/* observe.c */
asy_status asy__observe(asy_exec *, int n, const asy_bind in[]) ASY_CHECKED;
void asy__observe_free(asy_exec *);
#endif
