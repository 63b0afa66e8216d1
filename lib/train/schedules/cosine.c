// SPDX-License-Identifier: GPL-3.0-or-later
/* Half a period of a cosine, after a linear start. */
#include "_warmup.h"
#include "assay.h"

typedef struct {
    double warmup, end;
} par;

static const asy_param params[] = {
    ASY_PARAM_F64(warmup, "0", 0, 1e6, "epochs over which the rate rises to lr"),
    ASY_PARAM_F64(end, "0", 0, 1, "share of lr that the rate falls to"), ASY_PARAM_END
};

/* end·lr + (1 − end)·lr·(1 + cos(π t))/2, t = (step − n)/(steps − n): lr at t = 0, end·lr would be the step
 * after the last. */
static double rate(const void *vp, double lr, int64_t step, int64_t steps, int64_t steps_per_epoch)
{
    const par *p = vp;
    double n = asy__warmup_steps(p->warmup, steps_per_epoch), s, c;

    if ((double)step < n) return asy__warmup_rate(lr, step, n);
    asy_sincos_f64(0x1.921fb54442d18p+1 * (((double)step - n) / ((double)steps - n)), &s, &c);
    return lr * (p->end + (1 - p->end) * (0.5 * (1 + c)));
}

const asy_schedule asy_schedule_cosine = {
    .m = { .name = "cosine",
           .summary = "down half a cosine, after a linear start",
           .revision = 1,
           .cite = "Loshchilov, Hutter 2017, arXiv:1608.03983",
           .doc = "The rate moves at every step, from lr after the warm-up towards end·lr, without restarts.",
           .example = "schedule: {method: cosine, warmup: 1}",
           ASY_PARAMS(params) },
    .rate = rate,
};
