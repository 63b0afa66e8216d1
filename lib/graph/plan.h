// SPDX-License-Identifier: GPL-3.0-or-later
/* Plans and execution (DESIGN §3.2).
 *
 * A plan has a copy of the live nodes, simplified where that changes no bit: what is the same is computed
 * once, what is constant when the plan is made, what does nothing is left out.
 *
 * Sections alternate: batch sections 0, 2, 4 … and row sections 1, 3, 5 …. A row value belongs to the first
 * row section after all batch values it needs, a batch value to the first batch section after the row
 * sections it needs. Row sections run chunk by chunk through the whole section on one thread; values that
 * live only inside it sit in per-thread scratch, others are kept for all rows. Batch sections run node by
 * node, parallel over tiles. In both, element-wise operators and those along the last axis that follow one
 * another run together, block by block: what lives between them is as small as a block. */
#ifndef ASY_GRAPH_PLAN_H
#define ASY_GRAPH_PLAN_H
#include "../base/buf.h"
#include "../base/pool.h"
#include "op.h"

/* A kernel that replaces an op's reference for float32 plans. */
typedef struct {
    const char *op;
    asy_kernel fn;
    /* bytes a thread needs for a call of up to `rows` rows; NULL: none */
    size_t (*scratch)(const asy_node *, int64_t rows);
    /* A batch operand that is wanted in another layout: packed once per change of that operand, in the batch
     * section where it is known, and handed to fn in its place. Shared between nodes whose `pack` is the same
     * function and whose `pack_key` is equal (0 where the operand's shape says it all). */
    int pack_arg;                                           /* −1: none */
    size_t (*packed_bytes)(const asy_node *);
    void (*pack)(const asy_node *, const asy_tensor *operand, void *packed);
    uint64_t (*pack_key)(const asy_node *);
} asy_kernel_entry;
typedef struct {
    const char *name;                                       /* "avx512", "avx2", "plain" */
    /* op NULL ends it. An op that has none runs its reference over doubles and rounds once to f32. */
    const asy_kernel_entry *kernels;
} asy_backend;

typedef struct asy_plan asy_plan;
typedef struct asy_exec asy_exec;

/* outs: what a run must leave behind. The plan keeps nothing of the graph. max_rows ≥ 1.
 * backend NULL, or a float64 graph: references. */
asy_status asy_plan_new(asy_plan **, asy_graph *, int n, const asy_val outs[], int64_t max_rows,
                        const asy_backend *) ASY_CHECKED;
void       asy_plan_free(asy_plan *);
size_t     asy_plan_bytes(const asy_plan *, int threads);   /* of one exec */
int64_t    asy_plan_chunk(const asy_plan *, int section);   /* rows a chunk; a function of the plan alone */
double     asy_plan_flops(const asy_plan *, int64_t rows);
int        asy_plan_nodes(const asy_plan *);                /* that are left, inputs and constants too */
/* text: sections, nodes, shapes, kernels, offsets, bytes */
void       asy_plan_dump(const asy_plan *, asy_buf *);
void       asy_plan_dot(const asy_plan *, asy_buf *);       /* the same steps as a graph in Graphviz's language */

/* One block of memory; a plan is immutable and shared by many execs. pool NULL: everything on the calling
 * thread. */
asy_status asy_exec_new(asy_exec **, const asy_plan *, asy_pool *) ASY_CHECKED;
void       asy_exec_free(asy_exec *);
/* Binds an input to the caller's memory, which must stay valid during the run: row inputs [rows, S…], batch
 * inputs [S…], contiguous. version: 0 = may have changed; the same non-zero version and pointer as in this
 * exec's last run = unchanged, so that what depends on such inputs alone (packed weights) is not done
 * again. */
typedef struct { asy_val input; const void *data; uint64_t version; } asy_bind;
/* Any 0 … max_rows rows; no allocation, no shape work. Every input that the outs depend on must be bound
 * (EINVAL names it). */
asy_status asy_exec_run(asy_exec *, int64_t rows, int n, const asy_bind in[]) ASY_CHECKED;
/* outs[i] after a run: row values [rows, S…] (rows of the last run), batch values [S…]; valid until the next
 * run. */
asy_tensor asy_exec_out(const asy_exec *, int i);
/* Checks outs for non-finite values after each run; EFINITE names the first node in order that made one
 * (found by running once more, node by node). Off at first. */
void       asy_exec_check(asy_exec *, bool on);
/* Trace: after each run name, shape, min, max, mean of every node is appended to the buffer (slow: runs node
 * by node). NULL: off. */
void       asy_exec_trace(asy_exec *, asy_buf *);
#endif
