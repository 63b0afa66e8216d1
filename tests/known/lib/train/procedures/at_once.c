// SPDX-License-Identifier: GPL-3.0-or-later
#include "../../model/_world.h"
#include "model/fitted.h"

typedef struct { asy_sink sink; int64_t k, n; } counter;

static asy_status result(asy_sink *k, const asy_result *r)
{
    counter *c = k->ctx;

    if (r->n > 0) {
        c->n = r->n;
        c->k = (int64_t)(r->value * (double)r->n + 0.5);
    }
    return ASY_OK;
}

/* All training rows vote: the share of a class is how often it occurs. Half of the rows that are scored have the
 * more frequent one. */
static asy_status train(asy_known_env *e, asy_model **m, counter *count)
{
    static const char *const all[][2] = { { "k", "4" }, { NULL, NULL } };
    static float x[] = { 0, 1, 2, 3, 4, 5 };
    static int32_t y[] = { 0, 0, 1, 0, 0, 1 };
    asy_dataset_view *v = ASY_NEW(e->arena, asy_dataset_view);
    const asy_bound *b, *arch;
    asy_train_ctx c = { .arena = e->arena, .data = v, .seed = asy_rng_seed(0), .pool = e->pool,
                        .sink = &count->sink };

    ASY_TRY(asy_arena_status(e->arena));
    asy_world_data(v, e->arena, ASY_SHAPE(1), 2, 6, x, y);
    asy_world_cut(v, e->arena, "val", 4);
    ASY_TRY(asy_bind_text(e->arena, &asy_spot_train, "at-once", NULL, &b));
    ASY_TRY(asy_bind_text(e->arena, &asy_spot_model, "knn", all, &arch));
    ASY_TRY(asy_model_new(m, e->arena, arch, v, NULL));
    c.model = *m;
    *count = (counter){ .sink = { .ctx = count, .result = result } };
    return ((const asy_procedure *)b->m)->run(b, &c);
}

static asy_status share(asy_known_env *e, double *found)
{
    asy_model *m;
    counter c;

    ASY_TRY(train(e, &m, &c));
    return asy_world_share(m, &(float){ 2 }, 1, found);
}

static asy_status scored(asy_known_env *e, double *found)
{
    asy_model *m;
    counter c;

    ASY_TRY(train(e, &m, &c));
    *found = (double)c.k / (double)c.n;
    return ASY_OK;
}

const asy_known asy_known_procedure_at_once[] = {
    { "share of a class that one of four rows has", 0.25, 1e-7, "closed form", share },
    { "accuracy on the part val", 0.5, 0, "closed form: one of two", scored },
    { .name = NULL }
};
