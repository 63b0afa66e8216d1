// SPDX-License-Identifier: GPL-3.0-or-later
/* Whom a targeted attack is told to reach. Fixed once, on the clean rows. */
#include "impl.h"

static int32_t least_likely(int64_t k, const float *z, int32_t y)
{
    int32_t least = y == 0 ? 1 : 0;
    for (int64_t j = 0; j < k; j++)
        if (j != y && z[j] < z[least]) least = (int32_t)j;
    return least;
}

/* Uniform over the k − 1 other classes. */
static int32_t other_class(const asy_rng *r, uint64_t id, int64_t k, int32_t y)
{
    int32_t j = (int32_t)asy_rng_below(r, id, 0, (uint64_t)k - 1);
    return j >= y ? j + 1 : j;
}

asy_status asy__targets(const asy_threat *t, const asy_rng *rng, int64_t classes, int64_t n,
                        const float *logits, const int32_t *y, const uint64_t *id, int32_t *to)
{
    asy_rng r = asy_rng_part(*rng, "target");
    if (t->target >= classes)
        ASY_FAIL(ASY_EINVAL, "the target is class %lld; the model has %lld classes", (long long)t->target,
                 (long long)classes);
    if (asy__targeted(t) && classes < 2) ASY_FAIL(ASY_EINVAL, "a targeted attack needs two classes");
    for (int64_t i = 0; i < n; i++) {
        if (t->target >= 0)                          to[i] = (int32_t)t->target;
        else if (t->goal == ASY_GOAL_LEAST_LIKELY) to[i] = least_likely(classes, logits + i * classes, y[i]);
        else if (t->goal == ASY_GOAL_RANDOM_TARGET)  to[i] = other_class(&r, id[i], classes, y[i]);
        else                                         to[i] = y[i];
    }
    return ASY_OK;
}
