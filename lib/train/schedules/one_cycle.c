// SPDX-License-Identifier: GPL-3.0-or-later
/* Up and down once, linearly. */
#include "assay.h"

typedef struct {
    double peak;
} par;

static const asy_param params[] = {
    ASY_PARAM_F64(peak, "0.3", 0, 1, "share of the steps after which the rate is highest"), ASY_PARAM_END
};

/* From lr/25 at step 0 up to lr at step peak·steps, then down towards 0, which the step after the last would
 * have. */
static double rate(const void *vp, double lr, int64_t step, int64_t steps, int64_t steps_per_epoch)
{
    double top = ((const par *)vp)->peak * (double)steps, t = (double)step, low = lr / 25;

    (void)steps_per_epoch;
    return t < top ? low + (lr - low) * (t / top) : lr * (((double)steps - t) / ((double)steps - top));
}

const asy_schedule asy_schedule_one_cycle = {
    .m = { .name = "one-cycle",
           .summary = "linear up from lr/25 to lr, then linear down to 0",
           .revision = 1,
           .cite = "Smith, Topin 2018, arXiv:1708.07120",
           .doc = "`lr` is the top; it is reached after the share `peak` of all steps. The rate moves at "
                  "every step.",
           .example = "schedule: {method: one-cycle, peak: 0.3}",
           ASY_PARAMS(params) },
    .rate = rate,
};
