// SPDX-License-Identifier: GPL-3.0-or-later
/* Sums of clipped per-sample gradients (DESIGN §3.5): what differentially private training releases, before
 * noise. */
#ifndef ASY_GRAPH_CLIP_H
#define ASY_GRAPH_CLIP_H
#include "graph.h"

/* The factor c of a row whose gradient has norm n, with s = n (1 + 1e-6), so that rounding does not carry
 * c n above C:
 *   flat        min(1, C / s)                         Abadi et al. 2016, arXiv:1607.00133
 *   normalised  C / s                                 AUTO-V, Bu et al. 2023, arXiv:2206.07136
 *   automatic   C / (s + γ)                           AUTO-S, there; NSGD with another γ
 *   psac        C / (s + γ / (n + γ))                 Xia et al. 2023, arXiv:2212.00328
 *   global      n ≤ γ ? C / (γ (1 + 1e-6)) : 0        Bu et al. 2021, arXiv:2106.07830
 *
 *   n = 0                       flat: 1; the others as if n were the least number above 0: nothing is added
 *   n is NaN or infinite        0: the row adds nothing, not even NaN; its entry in `norm` says so
 *   C = 0                       0 unless n = 0
 *   C = ∞                       1 in the flat rule; refused in the others
 *   C < 0 or NaN                refused if it is a number; 0 for all rows if it is a value of the graph
 *   c would exceed 2⁶⁴          2⁶⁴ */
typedef enum {
    ASY_CLIP_FLAT,
    ASY_CLIP_NORMALISED,
    ASY_CLIP_AUTOMATIC,
    ASY_CLIP_PSAC,
    ASY_CLIP_GLOBAL
} asy_clip_rule;

/* How it is computed; the same update within 1e-5 C. One pass: norms without gradients where that is cheaper,
 * then one weight gradient of the scaled rows; what a row costs in memory does not grow with the weights.
 * Materialised: each row's gradient is made in the chunk's scratch, and sums of 8 rows are kept: for tests and
 * small weights. */
typedef enum { ASY_CLIP_ONE_PASS, ASY_CLIP_MATERIALISED } asy_clip_engine;

typedef struct {
    asy_clip_rule rule;
    asy_clip_engine engine;
    double bound;               /* C … */
    asy_val bound_val;          /* … or, if it is not {0}, a batch value [] */
    double gamma;               /* γ > 0 of the rules that have one */
    /* Clipping by group (by layer): group[i] < n_group of wrt[i]; each has its own norm and factor, with bound
     * C · share[group], or C / √n_group where share is NULL. n_group 0: one norm over all. */
    int n_group;
    const int *group;
    const double *share;
} asy_clip;

typedef struct {
    asy_val norm;               /* row []: |gᵢ| over all of wrt; not finite: that row was left out */
    asy_val factor;             /* row [n_group, at least 1]: cᵢ of each group */
    /* batch []: how far one row more or less can move the sum, C √Σ share². Noise is calibrated from this and
     * from nothing else. */
    asy_val sensitivity;
} asy_clipped;

/* out[i]: Σ over rows of cᵢ ∂rowsᵢ/∂wrt[i], batch values of wrt's shapes. Refusals as of asy_grad_per_sample;
 * wrt are batch values. No row's gradient outlives its chunk. Differentiating it again is refused. */
void asy_grad_clipped(asy_graph *, asy_val rows, int n, const asy_val wrt[], const asy_clip *, asy_val out[],
                      asy_clipped *);
#endif
