// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_world.h"

typedef const char *pair[2];

static asy_status count(asy_known_env *e, const char *name, const pair pairs[], asy_shape in, int64_t classes,
                        double *found)
{
    asy_model *m;

    ASY_TRY(asy_world_model(&m, e->arena, name, pairs, in, classes));
    *found = 0;
    for (int i = 0; i < m->n_slots; i++) *found += m->slot[i].statistic ? 0 : (double)m->slot[i].n;
    return ASY_OK;
}

static const pair plain[] = { { NULL, NULL } }, batch[] = { { "norm", "batch" }, { NULL, NULL } },
                  deep[] = { { "depth", "110" }, { NULL, NULL } },
                  fifty[] = { { "depth", "50" }, { NULL, NULL } },
                  large[] = { { "stem", "7x7" }, { "norm", "batch" }, { NULL, NULL } },
                  large_fifty[] = { { "stem", "7x7" }, { "depth", "50" }, { NULL, NULL } };

#define COUNT(name, arch, pairs, side, classes)                                                              \
    static asy_status name(asy_known_env *e, double *found)                                                  \
    {                                                                                                        \
        return count(e, arch, pairs, ASY_SHAPE(3, side, side), classes, found);                              \
    }
COUNT(resnet20, "resnet-20", plain, 32, 10)
COUNT(resnet110, "resnet", deep, 32, 10)
COUNT(resnet18, "resnet-18", batch, 32, 10)
COUNT(resnet50, "resnet-18", fifty, 32, 10)
COUNT(wide, "wide-resnet-28-10", batch, 32, 10)
COUNT(large18, "resnet-18", large, 224, 1000)
COUNT(large50, "resnet-18", large_fifty, 224, 1000)

/* Every branch gives 0, so that a block is its shortcut; the stem hands the image x[i] = i/1024 through in
 * its first channel, and fc1 takes that channel's mean. */
static asy_status handed_through(asy_known_env *e, const pair pairs[], int centre, double *found)
{
    asy_model *m;
    float *x = ASY_NEWN(e->arena, 784, float), z[10];

    ASY_TRY(asy_world_model(&m, e->arena, "resnet", pairs, ASY_SHAPE(1, 28, 28), 10));
    ASY_TRY(asy_arena_status(e->arena));
    for (int i = 0; i < 784; i++) x[i] = (float)i / 1024;
    asy_world_slot(m, "conv1.weight")[centre] = 1;
    asy_world_slot(m, "fc1.weight")[0] = 1;
    ASY_TRY(asy_world_scores(e->arena, m, 1, x, z));
    *found = (double)z[0];
    return ASY_OK;
}

static asy_status cifar(asy_known_env *e, double *found)
{
    static const pair p[] = { { "norm", "none" }, { NULL, NULL } };

    return handed_through(e, p, 4, found);
}

static asy_status preactivated(asy_known_env *e, double *found)
{
    static const pair p[] = { { "norm", "none" }, { "form", "wide" }, { "depth", "16" }, { NULL, NULL } };

    return handed_through(e, p, 4, found);
}

static asy_status bottlenecks(asy_known_env *e, double *found)
{
    static const pair p[] = { { "norm", "none" }, { "form", "imagenet" }, { "depth", "50" },
                              { "stem", "7x7" },  { "width", "2" },       { NULL, NULL } };

    return handed_through(e, p, 24, found);
}

/* One block whose second convolution has a centre tap ½ from the first's first channel: x + relu(x)/2. */
static asy_status branch(asy_known_env *e, double *found)
{
    static const pair p[] = { { "norm", "none" }, { "depth", "8" }, { NULL, NULL } };
    asy_model *m;
    float x[64], z[10];

    ASY_TRY(asy_world_model(&m, e->arena, "resnet", p, ASY_SHAPE(1, 8, 8), 10));
    for (int i = 0; i < 64; i++) x[i] = (float)i / 64;
    asy_world_slot(m, "conv1.weight")[4] = 1;
    asy_world_slot(m, "stage1/block1/conv1.weight")[4] = 1;
    asy_world_slot(m, "stage1/block1/conv2.weight")[4] = 0.5f;
    asy_world_slot(m, "fc1.weight")[0] = 1;
    ASY_TRY(asy_world_scores(e->arena, m, 1, x, z));
    *found = (double)z[0];
    return ASY_OK;
}

const asy_known asy_known_arch_resnet[] = {
    { "weights of resnet-20", 269722, 0,
      "closed form: 432 + 6*2304 + 4608 + 5*9216 + 18432 + 5*36864 + 650 + 2*(16 + 6*16 + 6*32 + 6*64)",
      resnet20 },
    { "weights of depth 110", 1727962, 0,
      "closed form: as above with 36, 35, 35 convolutions a stage; 1.7 M in He et al., table 6", resnet110 },
    { "weights of resnet-18, 3x3 stem", 11173962, 0,
      "closed form: stem 1728, stages 147456 + 516096 + 2064384 + 8257536 and projections 8192 + 32768 + "
      "131072, norms 9600, fc 5130",
      resnet18 },
    { "weights of depth 50, 3x3 stem", 23520842, 0,
      "closed form: 25557032 (below) - (9408 - 1728) - (2048 + 1)*990", resnet50 },
    { "weights of wide-resnet-28-10", 36479194, 0,
      "closed form: 432 + 2*9*(16*160 + 7*160^2)/2 ...; 36.5 M in Zagoruyko, Komodakis, table 4", wide },
    { "weights of resnet-18 on 224x224, 1000 classes", 11689512, 0,
      "closed form: 11173962 + 9408 - 1728 + 513*990", large18 },
    { "weights of resnet-50 on 224x224, 1000 classes", 25557032, 0,
      "25.6 M in the literature: the form of He et al., table 1, with projections", large50 },
    { "blocks of zero branches hand on every fourth pixel", 348.0 / 1024, 1e-6,
      "closed form: mean over r, c = 0, 4 ... 24 of (28 r + c)/1024 = 29*12/1024", cifar },
    { "the same, norm and activation first", 348.0 / 1024, 1e-6, "closed form", preactivated },
    { "7x7 stem, pooling, 16 bottlenecks leave pixel (2, 2)", 58.0 / 1024, 1e-7,
      "closed form: maxima around (4r + 2, 4c + 2); three halvings leave the first", bottlenecks },
    { "a branch adds its half", 1.5 * 18 / 64, 1e-6, "closed form: mean over r, c = 0, 4 of 3/2 (8 r + c)/64",
      branch },
    { .name = NULL }
};
