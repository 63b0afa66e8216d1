// SPDX-License-Identifier: GPL-3.0-or-later
/* One rate, after a linear start. */
#include "_warmup.h"
#include "assay.h"

typedef struct {
    double warmup;
} par;

static const asy_param params[] = {
    ASY_PARAM_F64(warmup, "0", 0, 1e6, "epochs over which the rate rises to lr"), ASY_PARAM_END
};

static double rate(const void *vp, double lr, int64_t step, int64_t steps, int64_t steps_per_epoch)
{
    double n = asy__warmup_steps(((const par *)vp)->warmup, steps_per_epoch);

    (void)steps;
    return (double)step < n ? asy__warmup_rate(lr, step, n) : lr;
}

const asy_schedule asy_schedule_constant = {
    .m = { .name = "constant",
           .summary = "the same rate at every step, after a linear start",
           .revision = 1,
           .cite = "Goyal et al. 2017, arXiv:1706.02677 (warm-up)",
           .doc = "Step s (from 0) of the first n = warmup epochs has the rate lr·(s + 1)/n.",
           .example = "schedule: {method: constant, warmup: 5}",
           ASY_PARAMS(params) },
    .rate = rate,
};
