// SPDX-License-Identifier: GPL-3.0-or-later
#include "_loss.h"

/* The loss of two rows of three scores. */
static asy_status loss(asy_known_env *e, const char *smoothing, const double z[6], const int32_t y[2],
                       double *found)
{
    const char *const pairs[][2] = { { "smoothing", smoothing }, { NULL, NULL } };

    return asy_world_loss(e, "cross-entropy", pairs, 2, 3, z, y, found);
}

static const double even[] = { 0, 0, 0, 5, 5, 5 }, stairs[] = { 1, 2, 3, 3, 2, 1 };

static asy_status uniform(asy_known_env *e, double *found)
{
    return loss(e, "0", even, (const int32_t[]){ 0, 2 }, found);
}
static asy_status stair(asy_known_env *e, double *found)
{
    return loss(e, "0", stairs, (const int32_t[]){ 2, 0 }, found);
}
static asy_status wrong(asy_known_env *e, double *found)
{
    return loss(e, "0", stairs, (const int32_t[]){ 2, 2 }, found);
}
static asy_status smoothed(asy_known_env *e, double *found)
{
    return loss(e, "0.1", stairs, (const int32_t[]){ 2, 0 }, found);
}
static asy_status flat(asy_known_env *e, double *found)
{
    return loss(e, "1", stairs, (const int32_t[]){ 0, 1 }, found);
}

const asy_known asy_known_loss_cross_entropy[] = {
    { "equal scores, 3 classes", 1.0986122886681098, 1e-15, "closed form: log 3", uniform },
    { "scores 1 2 3, label at 3", 0.40760596444438013, 1e-15, "closed form: log(1 + 1/e + 1/e^2)", stair },
    { "the mean over a batch", 1.4076059644443801, 2e-15, "closed form: the same and 2 more, halved", wrong },
    { "smoothing 0.1", 0.50760596444438013, 1e-15, "closed form: 0.1 (z_y - mean z) = 0.1 more", smoothed },
    { "smoothing 1 forgets the label", 1.4076059644443801, 2e-15, "closed form: log sum exp z - mean z",
      flat },
    { .name = NULL }
};
