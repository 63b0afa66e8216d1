// SPDX-License-Identifier: GPL-3.0-or-later
/* A method that is not part of Assay: what `make EXTRA=tests/extra` picks up. */
#include "assay.h"

static double rate(const void *vp, double lr, int64_t step, int64_t steps, int64_t steps_per_epoch)
{
    (void)vp, (void)steps_per_epoch;
    return 2 * step < steps ? lr : lr / 2;
}

const asy_schedule asy_schedule_half_way = {
    .m = { .name = "half-way", .summary = "half the rate for the second half", .cite = "none", .revision = 1 },
    .rate = rate,
};
