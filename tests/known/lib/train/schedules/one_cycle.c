// SPDX-License-Identifier: GPL-3.0-or-later
#include "../../model/_world.h"

static asy_status rate(asy_known_env *e, const char *peak, int64_t step, double *found)
{
    const char *const pairs[][2] = { { "peak", peak }, { NULL, NULL } };
    const asy_bound *b;

    ASY_TRY(asy_bind_text(e->arena, &asy_spot_schedule, "one-cycle", pairs, &b));
    *found = ((const asy_schedule *)b->m)->rate(b->params, 0.1, step, 10, 5);
    return ASY_OK;
}

static asy_status start(asy_known_env *e, double *found) { return rate(e, "0.5", 0, found); }
static asy_status half(asy_known_env *e, double *found)  { return rate(e, "0.4", 2, found); }
static asy_status top(asy_known_env *e, double *found)   { return rate(e, "0.5", 5, found); }
static asy_status last(asy_known_env *e, double *found)  { return rate(e, "0.5", 9, found); }
static asy_status down(asy_known_env *e, double *found)  { return rate(e, "0", 0, found); }
static asy_status up(asy_known_env *e, double *found)    { return rate(e, "1", 9, found); }

const asy_known asy_known_schedule_one_cycle[] = {
    { "step 0 of 10", 0.004, 1e-17, "closed form: lr/25", start },
    { "half-way up", 0.052, 1e-16, "closed form: (lr/25 + lr)/2", half },
    { "at the peak", 0.1, 0, "closed form: lr", top },
    { "the last step", 0.02, 1e-17, "closed form: lr/5, one step before 0", last },
    { "peak 0 starts at the top", 0.1, 0, "closed form: lr", down },
    { "peak 1 never comes down", 0.004 + 0.096 * 0.9, 1e-16, "closed form: lr/25 + 0.9 (lr - lr/25)", up },
    { .name = NULL }
};
