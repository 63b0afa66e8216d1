// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_world.h"
#include <string.h>

static asy_status parameters(asy_known_env *e, double *found)
{
    asy_model *m;

    ASY_TRY(asy_world_model(&m, e->arena, "mlp", NULL, ASY_SHAPE(1, 28, 28), 10));
    *found = (double)asy_world_count(m);
    return ASY_OK;
}

/* x → (x, −x) → activation → (h₁ + h₂, h₁ − h₂). */
static asy_status score(asy_known_env *e, const char *activation, float x, int k, double *found)
{
    static const float w1[] = { 1, -1 }, w2[] = { 1, 1, 1, -1 };
    const char *const pairs[][2] = { { "hidden", "2" }, { "activation", activation }, { NULL, NULL } };
    float z[2];
    asy_model *m;

    ASY_TRY(asy_world_model(&m, e->arena, "mlp", pairs, ASY_SHAPE(1), 2));
    memcpy(asy_world_slot(m, "fc1.weight"), w1, sizeof w1);
    memcpy(asy_world_slot(m, "fc2.weight"), w2, sizeof w2);
    ASY_TRY(asy_world_scores(e->arena, m, 1, &x, z));
    *found = (double)z[k];
    return ASY_OK;
}

static asy_status relu_sum(asy_known_env *e, double *found)  { return score(e, "relu", -0.75f, 0, found); }
static asy_status tanh_twice(asy_known_env *e, double *found) { return score(e, "tanh", 0.5f, 1, found); }

const asy_known asy_known_arch_mlp[] = {
    { "parameters of 784-256-10", 203530, 0, "closed form: 784*256 + 256 + 256*10 + 10", parameters },
    { "relu(x) + relu(-x) at -3/4", 0.75, 0, "closed form: |x|", relu_sum },
    { "tanh(x) - tanh(-x) at 1/2", 0.92423431452001958, 2e-7, "closed form: 2 tanh(1/2) = 2 (e - 1)/(e + 1)",
      tanh_twice },
    { .name = NULL }
};
