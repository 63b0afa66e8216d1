// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_world.h"
#include <string.h>

static asy_status parameters(asy_known_env *e, double *found)
{
    asy_model *m;

    ASY_TRY(asy_world_model(&m, e->arena, "linear", NULL, ASY_SHAPE(1, 28, 28), 10));
    *found = (double)asy_world_count(m);
    return ASY_OK;
}

/* W = (1 2; 3 4), b = (½, −½), x = (½, ¼). */
static asy_status score(asy_known_env *e, double *found)
{
    static const float w[] = { 1, 2, 3, 4 }, b[] = { 0.5f, -0.5f }, x[] = { 0.5f, 0.25f };
    float z[2];
    asy_model *m;

    ASY_TRY(asy_world_model(&m, e->arena, "linear", NULL, ASY_SHAPE(2), 2));
    memcpy(asy_world_slot(m, "fc1.weight"), w, sizeof w);
    memcpy(asy_world_slot(m, "fc1.bias"), b, sizeof b);
    ASY_TRY(asy_world_scores(e->arena, m, 1, x, z));
    *found = (double)z[1];
    return ASY_OK;
}

const asy_known asy_known_arch_linear[] = {
    { "parameters on 1x28x28, 10 classes", 7850, 0, "closed form: 784*10 + 10", parameters },
    { "second score", 2, 0, "closed form: 3/2 + 4/4 - 1/2", score },
    { .name = NULL }
};
