// SPDX-License-Identifier: GPL-3.0-or-later
#include "../../model/_world.h"


/* ---- a sink that forgets */
static asy_status result(asy_sink *k, const asy_result *r) { (void)k, (void)r; return ASY_OK; }
static asy_status line(asy_sink *k, const char *json) { (void)k, (void)json; return ASY_OK; }
static asy_status offset(asy_sink *k, int64_t *bytes) { (void)k; *bytes = 0; return ASY_OK; }
static asy_status cut(asy_sink *k, int64_t bytes) { (void)k, (void)bytes; return ASY_OK; }
static void progress(asy_sink *k, double done, const char *fmt, ...) { (void)k, (void)done, (void)fmt; }
static bool stop(asy_sink *k) { (void)k; return false; }

/* Inputs that say nothing: the scores can only learn how often each class occurs. */
static asy_status odds(asy_known_env *e, double *found)
{
    const char *const pairs[][2] = {
        { "epochs", "600" }, { "batch", "all" }, { "optimizer", "sgd" }, { NULL, NULL }
    };
    asy_sink sink = { .result = result,
                      .line = line,
                      .metrics_offset = offset,
                      .metrics_cut = cut,
                      .progress = progress,
                      .stop = stop };
    asy_dataset_view *v = ASY_NEW(e->arena, asy_dataset_view);
    float *x = ASY_NEWN(e->arena, 4, float);
    int32_t *y = ASY_NEWN(e->arena, 4, int32_t);
    const asy_bound *b, *arch;
    asy_model *m;
    asy_train_ctx c = {
        .arena = e->arena, .data = v, .seed = asy_rng_seed(0), .pool = e->pool, .sink = &sink
    };

    ASY_TRY(asy_arena_status(e->arena));
    y[3] = 1;
    asy_world_data(v, e->arena, ASY_SHAPE(1), 2, 4, x, y);
    ASY_TRY(asy_bind_text(e->arena, &asy_spot_train, "supervised", pairs, &b));
    ASY_TRY(asy_bind_text(e->arena, &asy_spot_model, "linear", NULL, &arch));
    ASY_TRY(asy_model_new(&m, e->arena, arch, v, NULL));
    c.model = m;
    ASY_TRY(((const asy_procedure *)b->m)->run(b, &c));
    *found = (double)asy_world_slot(m, "fc1.bias")[0] - (double)asy_world_slot(m, "fc1.bias")[1];
    return ASY_OK;
}

const asy_known asy_known_procedure_supervised[] = {
    { "log-odds of classes 3 : 1", 1.0986122886681098, 1e-5, "closed form: log 3", odds },
    { .name = NULL }
};
