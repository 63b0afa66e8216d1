// SPDX-License-Identifier: GPL-3.0-or-later
/* Norm balls cut with the box: random starts, steepest ascent, exact projections. All rows of a job at once,
 * each row alone.
 *
 * An attack moves δ = x − clean, which keeps the bits that x would lose (at 128 a float32 has steps
 * of 1.5e-5). The box is [lo, hi], widened where the clean value lies outside it, so that the clean point is
 * always allowed. Tensors without memory are left alone: the next oracle call reports. */
#ifndef ASY_ATTACKS_BALL_H
#define ASY_ATTACKS_BALL_H
#include "assay.h"

/* δ is drawn uniformly from the ball; entity: the sample id. */
void asy__ball_random (const asy_attack_job *, const asy_rng *, asy_tensor *delta);
/* δ += length · the direction of steepest ascent: sign(g), sign(0) = 0, or g / ‖g‖₂. Where an l2 gradient is
 * 0, a random direction of `rng` instead. */
void asy__ball_ascend(const asy_attack_job *, const asy_rng *, double length, const asy_tensor *grad,
                      asy_tensor *delta);
/* δ moves to the nearest point of ball ∩ box; x = clean + δ. */
void asy__ball_project(const asy_attack_job *, asy_tensor *delta, asy_tensor *x);

/* Σ|x| with 16 lanes and the tree. */
double asy__sum_abs(size_t n, const float *x);
#endif
