// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_world.h"
#include <math.h>
#include <string.h>

typedef const char *pair[2];

static asy_status count(asy_known_env *e, const char *name, const pair pairs[], asy_shape in, int64_t classes,
                        double *found)
{
    asy_model *m;

    ASY_TRY(asy_world_model(&m, e->arena, name, pairs, in, classes));
    *found = (double)asy_world_count(m);
    return ASY_OK;
}

static asy_status plain(asy_known_env *e, double *found)
{
    return count(e, "vit-tiny", NULL, ASY_SHAPE(1, 28, 28), 10, found);
}

static asy_status deit(asy_known_env *e, double *found)
{
    static const pair p[] = { { "patch", "16" }, { NULL, NULL } };

    return count(e, "deit-tiny", p, ASY_SHAPE(3, 224, 224), 1000, found);
}

/* Three patches of one pixel with features (x, −x), so that a norm leaves the sign: (s, −s). Attention that
 * looks at nothing adds `more` times the mean of the signs, here 1/3; score 0 is the mean of the signs after.
 */
static asy_status signs(asy_known_env *e, float more, double *found)
{
    static const pair p[] = { { "patch", "1" }, { "width", "2" },    { "heads", "1" },
                              { "depth", "1" }, { "token", "mean" }, { NULL, NULL } };
    static const char *const norms[] = { "block1/norm1.weight", "block1/norm2.weight", "norm.weight" };
    asy_model *m;
    float z[2];

    ASY_TRY(asy_world_model(&m, e->arena, "vit-tiny", p, ASY_SHAPE(1, 1, 3), 2));
    for (int i = 0; i < 3; i++) asy_world_slot(m, norms[i])[0] = asy_world_slot(m, norms[i])[1] = 1;
    memcpy(asy_world_slot(m, "patch.weight"), (const float[]){ 1, -1 }, 2 * sizeof(float));
    asy_world_slot(m, "block1/qkv.weight")[8] = more;
    asy_world_slot(m, "block1/qkv.weight")[11] = more;
    asy_world_slot(m, "block1/proj.weight")[0] = 1;
    asy_world_slot(m, "block1/proj.weight")[3] = 1;
    asy_world_slot(m, "head.weight")[0] = 1;
    ASY_TRY(asy_world_scores(e->arena, m, 1, (const float[]){ 3, -1, 2 }, z));
    *found = (double)z[0];
    return ASY_OK;
}

static asy_status alone(asy_known_env *e, double *found) { return signs(e, 0, found); }
static asy_status attended(asy_known_env *e, double *found) { return signs(e, 6, found); }

/* Without places and with the mean of the patches, their order is nothing: scores of an image and of the same
 * with its first two patches changed. */
static asy_status order(asy_known_env *e, bool places, double *found)
{
    static const pair p[] = { { "width", "12" }, { "depth", "2" }, { "token", "mean" }, { NULL, NULL } };
    asy_rng r = asy_rng_part(asy_rng_seed(3), "init"), image = asy_rng_part(asy_rng_seed(3), "image");
    asy_model *m;
    float x[64], z[2][2], *place;

    ASY_TRY(asy_world_model(&m, e->arena, "vit-tiny", p, ASY_SHAPE(1, 8, 8), 2));
    asy_model_init(m, &r);
    place = asy_world_slot(m, "place.weight");
    for (int i = 0; i < 48; i++) place[i] *= places ? 50 : 0;
    for (int i = 0; i < 24; i++) asy_world_slot(m, "head.weight")[i] *= 50;
    asy_rng_uniform(&image, 0, 0, 64, -1, 1, x);
    ASY_TRY(asy_world_scores(e->arena, m, 1, x, z[0]));
    for (int i = 0; i < 16; i++) {
        float *a = x + i / 4 * 8 + i % 4, was = *a;
        *a = a[4];
        a[4] = was;
    }
    ASY_TRY(asy_world_scores(e->arena, m, 1, x, z[1]));
    *found = fabs((double)(z[0][0] - z[1][0]));
    return ASY_OK;
}

static asy_status unordered(asy_known_env *e, double *found) { return order(e, false, found); }

/* 1 if places matter. */
static asy_status ordered(asy_known_env *e, double *found)
{
    double apart;

    ASY_TRY(order(e, true, &apart));
    *found = apart > 1e-2;
    return ASY_OK;
}

const asy_known asy_known_arch_vit_tiny[] = {
    { "weights on 1x28x28, 10 classes", 2684554, 0,
      "closed form: 17*192 + 192 + 50*192 + 6*(4*192 + 193*576 + 193*192 + 193*768 + 769*192) + 384 + 193*10",
      plain },
    { "weights of DeiT-tiny on 3x224x224, 1000 classes", 5717416, 0,
      "Touvron et al. 2021, table 1: 5 M; closed form as above with 12 blocks, 197 places", deit },
    { "signs of three patches", 1.0 / 3, 1e-5, "closed form: mean of (1, -1, 1)", alone },
    { "attention turns the second sign", 1, 1e-5, "closed form: -1 + 6/3 > 0", attended },
    { "without places the order of patches is nothing", 0, 1e-5, "invariance", unordered },
    { "places make it something", 1, 0, "invariance broken", ordered },
    { .name = NULL }
};
