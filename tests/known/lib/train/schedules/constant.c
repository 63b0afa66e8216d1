// SPDX-License-Identifier: GPL-3.0-or-later
#include "../../model/_world.h"

/* Six epochs of three steps, lr 0.8, two epochs of warm-up. */
static asy_status rate(asy_known_env *e, int64_t step, double *found)
{
    const char *const pairs[][2] = { { "warmup", "2" }, { NULL, NULL } };
    const asy_bound *b;

    ASY_TRY(asy_bind_text(e->arena, &asy_spot_schedule, "constant", pairs, &b));
    *found = ((const asy_schedule *)b->m)->rate(b->params, 0.8, step, 18, 3);
    return ASY_OK;
}

static asy_status first(asy_known_env *e, double *found) { return rate(e, 0, found); }
static asy_status fourth(asy_known_env *e, double *found) { return rate(e, 3, found); }
static asy_status top(asy_known_env *e, double *found) { return rate(e, 6, found); }
static asy_status third(asy_known_env *e, double *found) { return rate(e, 10, found); }
static asy_status half(asy_known_env *e, double *found) { return rate(e, 12, found); }

const asy_known asy_known_schedule_constant[] = {
    { "first step of the warm-up", 0.8 / 6, 1e-15, "closed form: lr/6", first },
    { "fourth step of the warm-up", 0.8 * 4 / 6, 1e-15, "closed form: 4 lr/6", fourth },
    { "first step after it", 0.8, 0, "closed form: lr", top },
    { "a third of the rest", 0.8, 1e-15, "closed form: lr", third },
    { "half of the rest", 0.8, 1e-15, "closed form: lr", half },
    { .name = NULL }
};
