// SPDX-License-Identifier: GPL-3.0-or-later
#include "_loss.h"

/* Errors (1, 2, 5/2) and (2, 2, 1). */
static asy_status two(asy_known_env *e, const char *delta, double *found)
{
    static const double z[] = { 1, 2, 3.5, 3, 2, 1 };
    const char *const pairs[][2] = { { "delta", delta }, { NULL, NULL } };

    return asy_world_loss(e, "huber", pairs, 2, 3, z, (const int32_t[]){ 2, 0 }, found);
}

static asy_status one(asy_known_env *e, double *found)   { return two(e, "1", found); }
static asy_status three(asy_known_env *e, double *found) { return two(e, "3", found); }

const asy_known asy_known_loss_huber[] = {
    { "delta 1", 1.25, 1e-15, "closed form: (1/2 + 3/2 + 2)/6 + (3/2 + 3/2 + 1/2)/6", one },
    { "delta 3: all square", 1.6875, 1e-15, "closed form: (1 + 4 + 25/4)/12 + (4 + 4 + 1)/12", three },
    { .name = NULL }
};
