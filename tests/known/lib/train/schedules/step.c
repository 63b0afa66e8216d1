// SPDX-License-Identifier: GPL-3.0-or-later
#include "../../model/_world.h"

static asy_status rate(asy_known_env *e, int64_t step, double *found)
{
    const char *const pairs[][2] = { { "every", "2" }, { "factor", "0.5" }, { NULL, NULL } };
    const asy_bound *b;

    ASY_TRY(asy_bind_text(e->arena, &asy_spot_schedule, "step", pairs, &b));
    *found = ((const asy_schedule *)b->m)->rate(b->params, 0.5, step, 18, 3);
    return ASY_OK;
}

static asy_status second(asy_known_env *e, double *found) { return rate(e, 5, found); }
static asy_status third(asy_known_env *e, double *found)  { return rate(e, 6, found); }
static asy_status sixth(asy_known_env *e, double *found)  { return rate(e, 17, found); }

const asy_known asy_known_schedule_step[] = {
    { "last step of epoch 2", 0.5, 0, "closed form: lr", second },
    { "first step of epoch 3", 0.25, 0, "closed form: lr/2", third },
    { "last step of epoch 6", 0.125, 0, "closed form: lr/4", sixth },
    { .name = NULL }
};
