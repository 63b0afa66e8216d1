// SPDX-License-Identifier: GPL-3.0-or-later
/* One train step (batch 128, SGD with momentum) and PGD-40 (linf 0.3, step 0.01, 250 images, every step run)
 * of `mnist-cnn`, on all cores. bench/peers/mnist_cnn.py does the same in PyTorch; run both on an idle
 * machine. argv[1]: threads. */
#include "../tests/known/lib/model/_world.h"
#include "attack/adversary.h"
#include "base/sys.h"
#include "kernels/kernels.h"
#include "train/step.h"

#include <stdio.h>
#include <stdlib.h>

enum { BATCH = 128, IMAGES = 250, REPEATS = 15 };
static const double train_mflop = 71.6, attack_mflop = 48; /* of one image: a step, an attack iteration */

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void say(const char *what, int n, double t[], double gflop)
{
    qsort(t, (size_t)n, sizeof *t, ascending);
    printf("%-28s median %8.2f ms (%.2f … %.2f)   %6.1f GF/s\n", what, 1e3 * t[n / 2], 1e3 * t[0],
           1e3 * t[n - 1], gflop / t[n / 2]);
}

static asy_status new_world(asy_arena *a, asy_model **m, asy_dataset_view *d)
{
    float *x = ASY_NEWN(a, IMAGES * 784, float);
    int32_t *y = ASY_NEWN(a, IMAGES, int32_t);
    asy_rng r = asy_rng_seed(1), init = asy_rng_part(r, "init");
    if (x == NULL || y == NULL) return asy_arena_status(a);
    for (int i = 0; i < IMAGES; i++) {
        asy_rng_uniform(&r, (uint64_t)i, 0, 784, 0, 1, x + i * 784);
        y[i] = i % 10;
    }
    asy_world_data(d, a, ASY_SHAPE(1, 28, 28), 10, IMAGES, x, y);
    ASY_TRY(asy_world_model(m, a, "mnist-cnn", NULL, ASY_SHAPE(1, 28, 28), 10));
    asy_model_init(*m, &init);
    return ASY_OK;
}

static asy_status train(asy_arena *a, asy_model *m, const asy_dataset_view *d, const asy_backend *b,
                        asy_pool *pool)
{
    static const char *const sgd[][2] = { { "lr", "0.01" }, { "momentum", "0.9" }, { NULL, NULL } };
    asy__step_in in = { .batch = BATCH, .backend = b, .pool = pool };
    asy__step *step;
    asy__step_out out;
    double t[REPEATS];
    uint32_t index[BATCH];
    for (uint32_t i = 0; i < BATCH; i++) index[i] = i;
    ASY_TRY(asy_bind_text(a, &asy_spot_loss, "cross-entropy", NULL, &in.loss));
    ASY_TRY(asy_bind_text(a, &asy_spot_optimizer, "sgd", sgd, &in.optimizer));
    ASY_TRY(asy_bind_text(a, &asy_spot_estimator, "plain", NULL, &in.estimator));
    ASY_TRY(asy__step_new(&step, a, m, &in));
    for (int i = -3; i < REPEATS; i++) {
        double start = asy_now();
        ASY_TRY(
            asy__step_run(step, asy_dataset_part(d, "train"), BATCH, index, 0.01, 1, (asy__streams){ 0 }, &out));
        if (i >= 0) t[i] = asy_now() - start;
    }
    say("train step, batch 128", REPEATS, t, train_mflop * BATCH / 1e3);
    asy__step_free(step);
    return ASY_OK;
}

static asy_status attack(asy_arena *a, asy_model *m, const asy_dataset_view *d, const asy_backend *b,
                         asy_pool *pool)
{
    static const char *const pgd[][2] = {
        { "norm", "linf" }, { "eps", "0.3" }, { "steps", "40" }, { "step_size", "0.01" }, { NULL, NULL }
    };
    const asy_bound *bound;
    asy_adversary *adv;
    double t[5];
    float *x = ASY_NEWN(a, IMAGES * 784, float);
    int32_t y[IMAGES];
    uint64_t id[IMAGES];
    if (x == NULL) return asy_arena_status(a);
    ASY_TRY(asy_bind_text(a, &asy_spot_adversary, "pgd", pgd, &bound));
    ASY_TRY(asy_adversary_new(&adv, a, m, bound, b, pool, IMAGES));
    for (int i = -1; i < 5; i++) {
        asy_view_load(asy_dataset_part(d, "train"), IMAGES, 0, NULL, x, y, id);
        double start = asy_now();
        ASY_TRY(asy_adversary_run(adv, m->w, m->version, IMAGES, x, y, id, asy_rng_seed(2), true));
        if (i >= 0) t[i] = asy_now() - start;
    }
    say("PGD-40, 250 images", 5, t, attack_mflop * IMAGES * 40 / 1e3);
    asy_adversary_free(adv);
    return ASY_OK;
}

static asy_status all(int threads)
{
    asy_arena *a = asy_arena_new(0);
    asy_model *m;
    asy_dataset_view d;
    asy_pool *pool = NULL;
    const asy_backend *b;
    asy_status s = asy_backend_choose(&b);
    if (s == ASY_OK) s = asy_pool_new(&pool, threads);
    if (s == ASY_OK) s = new_world(a, &m, &d);
    if (s == ASY_OK) printf("mnist-cnn, float32, %s, %d threads\n", b->name, threads);
    if (s == ASY_OK) s = train(a, m, &d, b, pool);
    if (s == ASY_OK) s = attack(a, m, &d, b, pool);
    asy_pool_free(pool);
    asy_arena_free(a);
    return s;
}

int main(int argc, char **argv)
{
    int threads = argc > 1 ? (int)strtol(argv[1], NULL, 10) : asy_cpu_get()->cores;
    if (all(threads < 1 ? 1 : threads) == ASY_OK) return 0;
    fprintf(stderr, "%s\n", asy_error_text());
    return 1;
}
