// SPDX-License-Identifier: GPL-3.0-or-later
/* An operator: one `const asy_op asy_op_NAME = {…};` in a file of lib/graph/ops (a file may hold a family).
 * tools/registry.sh collects them; the conformance loops cover each by its cases. */
#ifndef ASY_GRAPH_OP_H
#define ASY_GRAPH_OP_H
#include "graph.h"

typedef struct asy_op asy_op;
typedef struct {
    const asy_op *op;
    int n_in;
    const asy_val *in;
    asy_val out;            /* id of the first result; results have consecutive ids */
    const void *attr;       /* the op's own attributes (its file knows the type); NULL if none */
    size_t attr_size;       /* attributes are compared as bytes: zero the padding */
    const char *name;       /* given by asy_val_name, else NULL */
    const asy_type *in_type, *out_type;   /* n_in and op->n_out types */
} asy_node;

/* What a kernel gets beside its tensors. */
typedef struct {
    /* rows in this call; tensors of row values carry them as a leading axis, batch values do not */
    int64_t rows;
    void *scratch;          /* as many bytes as the kernel entry asked for, 64-byte aligned; NULL if none */
    bool first;             /* REDUCE in group form: start the chain at +0 (else go on from what out holds) */
    int64_t tile, tiles;    /* BATCH, and REDUCE in chain form: do tile `tile` of `tiles` */
    int64_t total_rows;     /* rows of the whole run */
} asy_kwork;

typedef void (*asy_kernel)(const asy_node *, const asy_tensor in[], asy_tensor out[], asy_kwork *);

enum {
    ASY_OP_ROW = 1,   /* works on row values (each row alone; batch inputs are shared) */
    ASY_OP_BATCH = 2, /* works on batch values only */
    /* row values → one batch value: batch_sum, linear_w, conv2d_w (batch_all is a VIEW, not a REDUCE) */
    ASY_OP_REDUCE = 4,
    /* result 0 may share memory with input 0 (same size; each element read before it is written) */
    ASY_OP_INPLACE0 = 8,
    /* the result is input 0's memory, eval is never called; between the classes too: a row value [S] of all
     * rows and a batch value [B,S] are the same bytes (batch_all, batch_rows) */
    ASY_OP_VIEW = 16,
    ASY_OP_NODIFF = 32, /* derivative 0 */
    ASY_OP_RANDOM = 64,
    /* eval looks at the tensors' type itself: it serves float32 plans without a conversion */
    ASY_OP_ANY_REAL = 128,
    /* Element-wise: element i of the one result comes from element i of each input alone (of a second operand
     * that is a suffix, element i mod its size), by the same kernel wherever it stands. */
    ASY_OP_EACH = 256,
    /* Works on each line along the last axis alone; inputs and results have one line, or one element, each */
    ASY_OP_LAST = 512,
    /* No element of result 0 is −0, whatever the inputs are */
    ASY_OP_PLUS0 = 1024
};

/* A case of the conformance loops: inputs (drawn in [lo, hi], integers for I32), a builder, and the result
 * that is differentiated. */
enum { ASY_CASE_IN = 6 };
typedef struct {
    const char *name;                                   /* NULL ends the table */
    int n_in;
    /* dtype F32 stands for the graph's real type */
    struct { asy_class cls; asy_dtype dtype; asy_shape shape; double lo, hi; } in[ASY_CASE_IN];
    asy_val (*build)(asy_graph *, const asy_val in[]);
    /* > 0: points where a difference over ±kink/2 changes regime are skipped (relu, max) */
    double kink;
    bool nodiff;                                        /* value only */
    /* optional: inputs (all of them, in order, 1 row) and expected results */
    int n_known; const double *known_in, *known_out;
} asy_op_case;

struct asy_op {
    const char *name;
    unsigned flags;
    int n_out;
    /* Class, dtype and shape of the results; a text (asy_fail_) when the inputs do not fit. */
    asy_status (*type)(const asy_node *, const asy_type in[], asy_type out[]);
    /* The reference: plain loops over doubles, obviously right, serves float64 plans; integers are I32. No
     * scratch; obeys `tile`; a REDUCE in group form obeys `first` and adds row after row, so that its bits do
     * not depend on where calls are cut. NULL for inputs and views. */
    asy_kernel eval;
    /* Derivative of ⟨dout, out⟩ with respect to input `arg`, of that input's type; may only call builders.
     * dout[i] is {0} for results that nothing depends on; at least one is not. {0} means: does not depend on
     * it. Never asked for integer inputs. NULL with NODIFF. */
    asy_val (*vjp)(asy_graph *, const asy_node *, const asy_val dout[], int arg);
    /* BATCH and chain-form REDUCE: how many tiles; NULL: 1. A function of shapes and rows alone. */
    int64_t (*tiles)(const asy_node *, int64_t rows);
    /* REDUCE: the one-chain form (inputs kept for all rows); NULL or false: group form */
    bool    (*chain)(const asy_node *);
    /* per row (ROW, REDUCE) or per run (BATCH); NULL: one per result element */
    double  (*flops)(const asy_node *);
    /* Optional, of ops with one result: a value with the node's bits that needs less work: an input, or what
     * builders make of the inputs; {0}: there is none. Must hold for whatever the inputs are, −0 and
     * infinities included; NaN stays NaN. Plans ask for it, when all derivatives are done. */
    asy_val (*fold)(asy_graph *, const asy_node *);
    const asy_op_case *cases;
};

/* most inputs and results of a node; a row value has at most ASY_MAXDIM − 1 axes */
enum { ASY_NODE_IN = 16, ASY_NODE_OUT = 4 };
/* Adds a node; fills out[0 … n_out−1] (or {0} on failure). The attributes are copied. Identical nodes are
 * shared (same op, inputs, attributes); inputs never are: two of one name are two inputs. */
void asy_node_add(asy_graph *, const asy_op *, int n_in, const asy_val in[], const void *attr,
                  size_t attr_size, asy_val out[]);
/* The node that makes a value, and which of its results it is; NULL for {0}. Inputs and constants are nodes
 * too. */
const asy_node *asy_val_node(const asy_graph *, asy_val, int *result);
/* asy_grad_per_sample is walking: what sums over rows (batch_sum, linear_w, conv2d_w, embedding_w) gives each
 * row's own term, a row value; other operators meet row values where plain derivatives have batch ones. */
bool asy_graph_per_sample(const asy_graph *);
/* Marks the graph as failed with a text, as ASY_FAIL; returns {0}. For builders. */
asy_val asy_graph_fail(asy_graph *, const char *fmt, ...) ASY_PRINTF(2, 3);

extern const asy_op *const asy_ops[];   /* generated: all operators, sorted by name, NULL at the end */
#endif
