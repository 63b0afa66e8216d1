// SPDX-License-Identifier: GPL-3.0-or-later
#include "_loss.h"

static asy_status level(asy_known_env *e, double *found)
{
    static const double z[3];

    return asy_world_loss(e, "bce", NULL, 1, 3, z, (const int32_t[]){ 1 }, found);
}
static asy_status three(asy_known_env *e, double *found)
{
    static const double z[] = { 1, 2, 3.5, 3, 2, 1 };

    return asy_world_loss(e, "bce", NULL, 2, 3, z, (const int32_t[]){ 2, 0 }, found);
}
static asy_status pair(asy_known_env *e, double *found)
{
    static const double z[] = { 1, 4 };

    return asy_world_loss(e, "bce", NULL, 1, 2, z, (const int32_t[]){ 1 }, found);
}
static asy_status far(asy_known_env *e, double *found)
{
    static const double z[] = { 900, 0 };

    return asy_world_loss(e, "bce", NULL, 1, 2, z, (const int32_t[]){ 1 }, found);
}

const asy_known asy_known_loss_bce[] = {
    { "scores 0, three classes", 0.6931471805599453, 1e-15, "closed form: log 2", level },
    { "three classes", 1.1597861944947923, 1e-15, "direct evaluation in Python", three },
    { "two classes, 3 ahead", 0.04858735157374206, 1e-15, "closed form: log(1 + e^-3)", pair },
    { "two classes, 900 behind", 900, 0, "closed form: log(1 + e^900), without overflow", far },
    { .name = NULL }
};
