// SPDX-License-Identifier: GPL-3.0-or-later
/* Finite-difference checks in float64, for tests, for `assay verify` and for users' own graphs. Know nothing
 * of the test runner. */
#ifndef ASY_GRAPH_CHECK_H
#define ASY_GRAPH_CHECK_H
#include "../base/rng.h"
#include "plan.h"

/* Directions that asy_check_grad tries. */
enum { ASY_CHECK_DIRECTIONS = 4 };
/* Largest relative errors found (|a − d| / max(1, |a|, |d|)) over directions drawn from the stream. */
typedef struct { double first, second; int skipped; } asy_check_result;
/* First derivative of ⟨c, y⟩ along random directions against central differences of values, second derivative
 * (of ⟨grad, v⟩) against central differences of gradients, for all real inputs. bind: values of every input,
 * float64 (I32 for integers). kink as in asy_op_case. */
asy_status asy_check_grad(asy_graph *, asy_val y, int64_t rows, int n, const asy_bind in[], double kink,
                          asy_rng, asy_check_result *) ASY_CHECKED;
/* All cases of an operator with 1, 3, 8 and 17 rows in float64: known values, derivatives of both orders
 * (1e-6), a row's bits alone and among others, NaN in a real input reaching what depends on it. With a
 * backend the same but for derivatives in float32, and float32 against float64 within (16 + 4 · terms) · 2⁻²⁴
 * · max(1, |y|), terms being the elements of the largest input. Fails with a text that names op, case and
 * rows. An op without a type rule stands for what its cases build: a composition. */
asy_status asy_check_op(const asy_op *, const asy_backend *, asy_rng) ASY_CHECKED;
#endif
