// SPDX-License-Identifier: GPL-3.0-or-later
/* Two-class linear models Z = (f/2, −f/2), f = w·x + b, whose best perturbations are known in closed form. */
#ifndef ASY_TESTS_KNOWN_LINEAR_H
#define ASY_TESTS_KNOWN_LINEAR_H
#include "assay.h"
#include "attack/toy.h"

typedef struct { int64_t d; const float *w; double b; const float *x; double lo, hi; } asy_line;
/* Attacks the one row x, label 0; the margin f of the point that comes back, and its norm in the attack's
 * norm. */
asy_status asy_line_attack(asy_known_env *, const asy_line *, const char *attack,
                           const char *const pairs[][2], double *f, double *norm) ASY_CHECKED;
/* How many numbers differ between the points that two attacks return, over 40 rows of a 5-class linear model
 * on [0, 1]^20; `scale` multiplies the weights of the second's model. */
asy_status asy_line_difference(asy_known_env *, const char *a, const char *const pa[][2], const char *b,
                               const char *const pb[][2], float scale, double *differing) ASY_CHECKED;
/* A06: one feature, class 1 iff x > ½ (Z = (0, 10 (x − ½))); x = .05, .15 … .95, the first and the last with
 * the wrong label. */
asy_status asy_line_ten(asy_known_env *, asy_toy **) ASY_CHECKED;
/* A11: three classes on [0, 1]², logits W (x − ½), W = (4 0; −2 3; −2 −3), ten rows with the model's labels.
 */
asy_status asy_line_three(asy_known_env *, asy_toy **) ASY_CHECKED;
/* On these: how many rows an attack brings to their target. */
asy_status asy_line_reached(asy_known_env *, const char *attack, const char *const pairs[][2],
                            double *n) ASY_CHECKED;
#endif
