// SPDX-License-Identifier: GPL-3.0-or-later
/* What the files of this folder share: type rules, loops, builders' last step, rows of case tables. */
#ifndef ASY_GRAPH_OPS_COMMON_H
#define ASY_GRAPH_OPS_COMMON_H
#include "../ops.h"

/* Fails with ASY_ESHAPE: the op's name, its inputs' classes and shapes, and what it needs. */
asy_status asy__refuse(const asy_node *, const asy_type in[], const char *need) ASY_CHECKED;
/* The first n inputs are real and of one type. */
asy_status asy__real(const asy_node *, const asy_type in[], int n) ASY_CHECKED;
/* Rules of op->type. Inputs of one real type, class and shape, and so the result. */
asy_status asy__type_same(const asy_node *, const asy_type in[], asy_type out[]) ASY_CHECKED;
/* in[1]'s shape is a suffix of in[0]'s, and it is a row value only if in[0] is; the result is as in[0]. */
asy_status asy__type_second(const asy_node *, const asy_type in[], asy_type out[]) ASY_CHECKED;

/* [S,n] → [S], real. */
asy_status asy__type_last(const asy_node *, const asy_type in[], asy_type out[]) ASY_CHECKED;

/* Loops of op->eval for those two rules. */
void asy__eval1(const asy_tensor in[], asy_tensor out[], double (*f)(double));
void asy__eval2(const asy_node *, const asy_tensor in[], asy_tensor out[], double (*f)(double, double));
int64_t asy__count(const asy_tensor *);                 /* elements */
int64_t asy__last(const asy_tensor *);                  /* size of the last axis */
bool asy__suffix(const asy_shape *tail, const asy_shape *);
/* The largest of n values by the NaN rule (DESIGN §3.3) and its index; −∞ and 0 for none. */
double asy__max(int64_t n, const double *x, int64_t *index);

/* m = max z, e_i = exp(z_i − m); gives Σ e in 16 lanes. e NULL: not kept. */
double asy__exp_sum(int64_t n, const double *z, double *e, double *m);

/* Adds a node, gives its first result; {0} if an input is. */
asy_val asy__node(asy_graph *, const asy_op *, int n_in, const asy_val in[], const void *attr, size_t size);
/* A node of asy__type_second: a batch a beside a row b is broadcast. */
asy_val asy__second(asy_graph *, const asy_op *, asy_val a, asy_val b);
/* A row a or b is met by a broadcast of the other. */
void asy__same_class(asy_graph *, asy_val *a, asy_val *b);
/* The adjoint of letting a value of type `to` stand beside larger ones: sums leading axes, then rows. */
asy_val asy__reduce_to(asy_graph *, asy_val, const asy_type *to);
asy_val asy__zeros_like(asy_graph *, asy_val);
/* vjp of an operator that has none: marks the graph */
asy_val asy__no_derivative(asy_graph *, const asy_node *, const asy_val dout[], int arg);

/* Sixteen doubles: the tree 8, 4, 2, 1. */
double asy__lanes(const double lane[16]);

/* For op->fold: what a value that is the same everywhere is; is it +0 everywhere; can no element be −0? */
bool asy__all_are(const asy_graph *, asy_val, double *value);
bool asy__all_plus0(const asy_graph *, asy_val);
bool asy__never_minus0(const asy_graph *, asy_val);
/* What only moves elements makes of one value everywhere the same. */
asy_val asy__fold_uniform(asy_graph *, const asy_node *);

asy_dims  asy__dims(const asy_shape *);
asy_shape asy__shape(const asy_dims *);

/* Inputs of cases: real row and batch values, real scalars, i32 row values. */
#define ASY__AXES(...) {(int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), {__VA_ARGS__}}
#define ROW_IN(lo, hi, ...) {ASY_ROW, ASY_F32, ASY__AXES(__VA_ARGS__), lo, hi}
#define BATCH_IN(lo, hi, ...) {ASY_BATCH, ASY_F32, ASY__AXES(__VA_ARGS__), lo, hi}
#define ROW_SCALAR(lo, hi) {ASY_ROW, ASY_F32, {0, {0}}, lo, hi}
#define BATCH_SCALAR(lo, hi) {ASY_BATCH, ASY_F32, {0, {0}}, lo, hi}
#define ROW_INT(lo, hi, ...) {ASY_ROW, ASY_I32, ASY__AXES(__VA_ARGS__), lo, hi}
#define ROW_INT_SCALAR(lo, hi) {ASY_ROW, ASY_I32, {0, {0}}, lo, hi}
#define KNOWN(in, out) .n_known = (int)(sizeof(out) / sizeof((out)[0])), .known_in = in, .known_out = out
#endif
