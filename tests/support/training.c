// SPDX-License-Identifier: GPL-3.0-or-later
#include "training.h"
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/io.h"

enum { N = ASY_TRAINING_TRAIN + ASY_TRAINING_VAL };

/* Three blobs in the unit square, 90 samples to train and 30 to score. */
void asy_training_begin(asy_training *t)
{
    static const float centre[ASY_TRAINING_CLASSES][2] = { { 0.2f, 0.2f }, { 0.8f, 0.3f }, { 0.5f, 0.8f } };
    asy_rng r = asy_rng_seed(11);
    float *x;
    int32_t *y;

    t->arena = asy_arena_new(0);
    (void)snprintf(t->folder, sizeof t->folder, "/tmp/assay-train-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(t->folder));
    (void)snprintf(t->place, sizeof t->place, "%s/checkpoint", t->folder);
    x = ASY_NEWN(t->arena, 2 * N, float);
    y = ASY_NEWN(t->arena, N, int32_t);
    t->data = ASY_NEW(t->arena, asy_dataset_view);
    for (int i = 0; i < N; i++) {
        y[i] = i % ASY_TRAINING_CLASSES;
        asy_rng_normal(&r, (uint64_t)i, 0, 2, 0, 0.08f, x + 2 * i);
        for (int k = 0; k < 2; k++)
            x[2 * i + k] += centre[y[i]][k];
    }
    asy_world_data(t->data, t->arena, ASY_SHAPE(2), ASY_TRAINING_CLASSES, N, x, y);
    asy_world_cut(t->data, t->arena, "val", ASY_TRAINING_TRAIN);
    t->pool = NULL;
    t->backend = NULL;
}

void asy_training_end(asy_training *t)
{
    ck_assert_int_eq(asy_io_remove_tree(t->folder), ASY_OK);
    asy_pool_free(t->pool);
    asy_arena_free(t->arena);
}

const asy_bound *asy_training_bind(asy_training *t, const asy_pair pairs[])
{
    const asy_bound *b;

    ck_assert_msg(asy_bind_text(t->arena, &asy_spot_train, "supervised", pairs, &b) == ASY_OK, "%s",
                  asy_error_text());
    return b;
}

asy_model *asy_training_model(asy_training *t, uint64_t seed)
{
    const asy_bound *arch;
    asy_model *m;
    asy_rng init = asy_rng_part(asy_rng_seed(seed), "init");

    ck_assert_int_eq(asy_bind_text(t->arena, &asy_spot_model, "mlp",
                                   (const asy_pair[]){ { "hidden", "[16]" }, { NULL, NULL } }, &arch),
                     ASY_OK);
    ck_assert_int_eq(asy_model_new(&m, t->arena, arch, t->data, NULL), ASY_OK);
    asy_model_init(m, &init);
    return m;
}

asy_status asy_training_run(asy_training *t, const asy_bound *b, asy_model *m, asy_memory_sink *k,
                            const char *checkpoint)
{
    asy_train_ctx c = { .arena = t->arena,
                        .model = m,
                        .data = t->data,
                        .seed = asy_rng_seed(5),
                        .backend = t->backend,
                        .pool = t->pool,
                        .sink = &k->sink,
                        .checkpoint = checkpoint };

    return ((const asy_procedure *)b->m)->run(b, &c);
}

