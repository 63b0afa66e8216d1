// SPDX-License-Identifier: GPL-3.0-or-later
#include "_loss.h"

static asy_status two(asy_known_env *e, const char *gamma, const double z[6], const int32_t y[2],
                      double *found)
{
    const char *const pairs[][2] = { { "gamma", gamma }, { NULL, NULL } };

    return asy_world_loss(e, "focal", pairs, 2, 3, z, y, found);
}

static const double stairs[] = { 1, 2, 3.5, 3, 2, 1 }, even[6], sure[] = { 0, 0, 900, -900, 0, -900 };

static asy_status uniform(asy_known_env *e, double *found)
{
    return two(e, "2", even, (const int32_t[]){ 2, 0 }, found);
}
static asy_status plain(asy_known_env *e, double *found)
{
    return two(e, "0", even, (const int32_t[]){ 2, 0 }, found);
}
static asy_status right(asy_known_env *e, double *found)
{
    return two(e, "2", stairs, (const int32_t[]){ 2, 0 }, found);
}
static asy_status root(asy_known_env *e, double *found)
{
    return two(e, "0.5", stairs, (const int32_t[]){ 2, 0 }, found);
}
static asy_status certain(asy_known_env *e, double *found)
{
    return two(e, "2", sure, (const int32_t[]){ 2, 1 }, found);
}

const asy_known asy_known_loss_focal[] = {
    { "equal scores", 0.4882721282969377, 1e-15, "closed form: (2/3)^2 log 3", uniform },
    { "gamma 0", 1.0986122886681098, 1e-15, "closed form: log 3", plain },
    { "right labels", 0.030121724437778972, 1e-15, "direct evaluation in Python", right },
    { "gamma 1/2", 0.1823212289947846, 1e-15, "direct evaluation in Python", root },
    { "certain and right", 0, 0, "closed form: e^-900 rounds to 0", certain },
    { .name = NULL }
};
