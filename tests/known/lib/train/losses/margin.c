// SPDX-License-Identifier: GPL-3.0-or-later
#include "_loss.h"

static asy_status two(asy_known_env *e, const char *margin, const int32_t y[2], double *found)
{
    static const double z[] = { 1, 2, 3.5, 3, 2, 1 };
    const char *const pairs[][2] = { { "margin", margin }, { NULL, NULL } };

    return asy_world_loss(e, "margin", pairs, 2, 3, z, y, found);
}

static asy_status right(asy_known_env *e, double *found)
{
    return two(e, "1", (const int32_t[]){ 2, 0 }, found);
}
static asy_status wide(asy_known_env *e, double *found)
{
    return two(e, "2", (const int32_t[]){ 2, 0 }, found);
}
static asy_status wrong(asy_known_env *e, double *found)
{
    return two(e, "1", (const int32_t[]){ 0, 2 }, found);
}

const asy_known asy_known_loss_margin[] = {
    { "leads of 3/2 and 1", 0, 0, "closed form: max(0, 1 - 3/2), max(0, 1 - 1)", right },
    { "margin 2", 0.75, 1e-15, "closed form: (1/2 + 1)/2", wide },
    { "wrong labels", 3.25, 1e-15, "closed form: (1 + 5/2 + 1 + 2)/2", wrong },
    { .name = NULL }
};
