// SPDX-License-Identifier: GPL-3.0-or-later
#include "_loss.h"

static asy_status two(asy_known_env *e, const char *smoothing, const double z[6], double *found)
{
    const char *const pairs[][2] = { { "smoothing", smoothing }, { NULL, NULL } };

    return asy_world_loss(e, "kl", pairs, 2, 3, z, (const int32_t[]){ 2, 0 }, found);
}

/* log 4 ahead of the others: p = (1/6, 1/6, 4/6), which is the label smoothed by 1/2. */
static const double met[] = { 0, 0, 1.3862943611198906, 1.3862943611198906, 0, 0 };
static const double stairs[] = { 1, 2, 3.5, 3, 2, 1 };

static asy_status reached(asy_known_env *e, double *found) { return two(e, "0.5", met, found); }
static asy_status some(asy_known_env *e, double *found)    { return two(e, "0.3", stairs, found); }
static asy_status none(asy_known_env *e, double *found)    { return two(e, "0", stairs, found); }

static asy_status soft(asy_known_env *e, const char *smoothing, const double *z, const double *q,
                       double *found)
{
    const char *const pairs[][2] = { { "target", "soft" }, { "smoothing", smoothing }, { NULL, NULL } };

    return asy_world_soft_loss(e, "kl", pairs, 1, 3, z, q, found);
}
static asy_status level(asy_known_env *e, double *found)
{
    return soft(e, "0", (const double[]){ 7, 7, 7 }, (const double[]){ 0.25, 0.25, 0.5 }, found);
}
static asy_status certain(asy_known_env *e, double *found)
{
    return soft(e, "0", (const double[]){ 0, 0, 0 }, (const double[]){ 0, 1, 0 }, found);
}
static asy_status spread(asy_known_env *e, double *found)
{
    return soft(e, "0.5", met, (const double[]){ 0, 0, 1 }, found);
}

const asy_known asy_known_loss_kl[] = {
    { "the target itself", 0, 1e-15, "closed form: p = q = (1/6, 1/6, 2/3)", reached },
    { "smoothing 0.3", 0.04795507247557997, 1e-15, "direct evaluation in Python", some },
    { "smoothing 0", 0.33698693212575703, 1e-15, "direct evaluation in Python: cross-entropy", none },
    { "shares 1/4, 1/4, 1/2 of equal scores", 0.05889151782819175, 1e-15,
      "closed form: log 3 - log 2 * 3/2", level },
    { "shares 0, 1, 0 of equal scores", 1.0986122886681098, 1e-15, "closed form: log 3", certain },
    { "shares that smoothing makes the prediction", 0, 1e-15, "closed form: p = q = (1/6, 1/6, 2/3)",
      spread },
    { .name = NULL }
};
