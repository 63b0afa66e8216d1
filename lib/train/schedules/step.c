// SPDX-License-Identifier: GPL-3.0-or-later
/* A factor every few epochs. */
#include "assay.h"

typedef struct {
    int64_t every;
    double factor;
} par;

static const asy_param params[] = {
    ASY_PARAM_I64(every, "30", 1, 1e6, "epochs between two changes"),
    ASY_PARAM_F64(factor, "0.1", 0, 1, "what the rate is multiplied by", .flags = ASY_LO_OPEN), ASY_PARAM_END
};

static double rate(const void *vp, double lr, int64_t step, int64_t steps, int64_t steps_per_epoch)
{
    const par *p = vp;
    double f = 1;

    (void)steps;
    for (int64_t k = step / steps_per_epoch / p->every; k > 0 && f > 0; k--) f *= p->factor;
    return lr * f;
}

const asy_schedule asy_schedule_step = {
    .m = { .name = "step",
           .summary = "multiplied by a factor every few epochs",
           .revision = 1,
           .cite = "He et al. 2016, arXiv:1512.03385",
           .doc = "The rate of epoch e (from 0) is lr factor^floor(e / every).",
           .example = "schedule: {method: step, every: 30, factor: 0.1}",
           ASY_PARAMS(params) },
    .rate = rate,
};
