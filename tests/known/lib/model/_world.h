// SPDX-License-Identifier: GPL-3.0-or-later
/* Small worlds for known answers and tests: data and models in memory. */
#ifndef ASY_TESTS_KNOWN_WORLD_H
#define ASY_TESTS_KNOWN_WORLD_H
#include "assay.h"

/* n samples with values in [0, 1], all in the part `train`; x [n, sample] and y [n] are used, not copied. */
void asy_world_data(asy_dataset_view *, asy_arena *, asy_shape sample, int64_t classes, int64_t n, float *x,
                    int32_t *y);
/* Cuts the rows from `first` off the last part, as a new part. */
void asy_world_cut(asy_dataset_view *, asy_arena *, const char *part, int64_t first);
/* A model of an arch for samples of this shape; its weights are 0. */
asy_status asy_world_model(asy_model **, asy_arena *, const char *arch, const char *const pairs[][2],
                           asy_shape sample, int64_t classes) ASY_CHECKED;
/* A model without a graph, fitted to n samples; x and y are used, not copied. */
asy_status asy_world_fit(asy_model **, asy_arena *, asy_pool *, const char *arch, const char *const pairs[][2],
                         asy_shape sample, int64_t classes, int64_t n, float *x, int32_t *y) ASY_CHECKED;
/* The probability of class k that a fitted model gives x. */
asy_status asy_world_share(const asy_model *, const float *x, int64_t k, double *share) ASY_CHECKED;
/* The weights of a slot; NULL if there is none of that name. */
float *asy_world_slot(const asy_model *, const char *name);
int64_t asy_world_count(const asy_model *);      /* weights without padding */
/* Scores, [classes] or [targets, classes] each, of n samples x [n, sample] with ids 0 … n − 1, by the references of the operators. */
asy_status asy_world_scores(asy_arena *, const asy_model *, int64_t n, const float *x,
                            float *scores) ASY_CHECKED;
#endif
