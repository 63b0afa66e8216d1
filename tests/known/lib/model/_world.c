// SPDX-License-Identifier: GPL-3.0-or-later
#include "_world.h"
#include "graph/plan.h"
#include "model/fitted.h"
#include <string.h>

static asy_shape rows_of(int64_t n, asy_shape sample)
{
    asy_shape s = { sample.n + 1, { n } };

    memcpy(s.d + 1, sample.d, (size_t)sample.n * sizeof *s.d);
    return s;
}

void asy_world_data(asy_dataset_view *v, asy_arena *a, asy_shape sample, int64_t classes, int64_t n, float *x,
                    int32_t *y)
{
    asy_column *col = ASY_NEWN(a, 2, asy_column);
    asy_data *data = ASY_NEW(a, asy_data);
    uint32_t *row = ASY_NEWN(a, n, uint32_t);

    memset(v, 0, sizeof *v);
    if (!col || !data || !row)
        return;
    col[0] = (asy_column){ .name = "x", .role = ASY_ROLE_INPUT, .data = { x, rows_of(n, sample), ASY_F32 } };
    col[1] = (asy_column){ .name = "y", .role = ASY_ROLE_LABEL, .data = { y, ASY_SHAPE(n), ASY_I32 } };
    *data = (asy_data){ .name = "world", .n_cols = 2, .cols = col, .n = n, .top = 1, .classes = classes };
    for (int64_t i = 0; i < n; i++)
        row[i] = (uint32_t)i;
    v->data = *data;
    v->hi = 1;
    v->shape = sample;
    v->channels = 1;
    v->std[0] = 1;
    v->n_views = 1;
    v->views[0].name = "train";
    v->views[0].view = (asy_view){ data, &col[0], &col[1], n, row, 0, 1 };
}

void asy_world_cut(asy_dataset_view *v, asy_arena *a, const char *part, int64_t first)
{
    asy_view *last = &v->views[v->n_views - 1].view, *cut = &v->views[v->n_views].view;

    *cut = *last;
    cut->row += first;
    cut->n -= first;
    last->n = first;
    v->views[v->n_views++].name = asy_strdup(a, part);
}

asy_status asy_world_model(asy_model **m, asy_arena *a, const char *arch, const char *const pairs[][2],
                           asy_shape sample, int64_t classes)
{
    asy_dataset_view *v = ASY_NEW(a, asy_dataset_view);
    const asy_bound *b;

    ASY_TRY(asy_arena_status(a));
    asy_world_data(v, a, sample, classes, 0, NULL, NULL);
    ASY_TRY(asy_bind_text(a, &asy_spot_model, arch, pairs, &b));
    return asy_model_new(m, a, b, v, NULL);
}

asy_status asy_world_fit(asy_model **m, asy_arena *a, asy_pool *pool, const char *arch,
                         const char *const pairs[][2], asy_shape sample, int64_t classes, int64_t n, float *x,
                         int32_t *y)
{
    asy_dataset_view *v = ASY_NEW(a, asy_dataset_view);
    const asy_bound *b;

    ASY_TRY(asy_arena_status(a));
    asy_world_data(v, a, sample, classes, n, x, y);
    ASY_TRY(asy_bind_text(a, &asy_spot_model, arch, pairs, &b));
    ASY_TRY(asy_model_new(m, a, b, v, NULL));
    return asy_model_fit(*m, a, &v->views[0].view, asy_rng_seed(7), pool, NULL);
}

asy_status asy_world_share(const asy_model *m, const float *x, int64_t k, double *share)
{
    float z[16];

    if (m->io.classes > 16)
        ASY_FAIL(ASY_EINVAL, "more than 16 classes");
    ASY_TRY(asy_model_predict(m, NULL, 1, x, z));
    *share = asy_exp_f64((double)z[k]);
    return ASY_OK;
}

float *asy_world_slot(const asy_model *m, const char *name)
{
    for (int i = 0; i < m->n_slots; i++)
        if (strcmp(m->slot[i].name, name) == 0)
            return m->w + m->slot[i].first;
    return NULL;
}

int64_t asy_world_count(const asy_model *m)
{
    int64_t n = 0;

    for (int i = 0; i < m->n_slots; i++)
        n += m->slot[i].n;
    return n;
}

static asy_status run_scores(const asy_model *m, asy_exec *e, int n_bind, asy_bind *bind, int64_t n,
                             float *scores)
{
    int64_t each = m->io.classes * (m->io.targets > 0 ? m->io.targets : 1);

    ASY_TRY(asy_exec_run(e, n, n_bind, bind));
    memcpy(scores, asy_exec_out(e, 0).data, (size_t)(n * each) * sizeof *scores);
    return ASY_OK;
}

asy_status asy_world_scores(asy_arena *a, const asy_model *m, int64_t n, const float *x, float *scores)
{
    asy_graph *g = asy_graph_new(a, ASY_F32);
    asy_scope *sc = asy_scope_new(a, g, ASY_EVAL);
    asy_bind *bind = ASY_NEWN(a, 1 + asy_model_binds(m) + ASY_SCOPE_NOISE, asy_bind);
    uint64_t *id = ASY_NEWN(a, n, uint64_t);
    asy_rng noise = asy_rng_part(asy_rng_seed(0), "noise");
    int n_bind = 1;
    asy_plan *plan = NULL;
    asy_exec *exec = NULL;
    asy_val in, z;
    asy_status s;

    ASY_TRY(asy_arena_status(a));
    in = asy_input(g, "x", ASY_ROW, ASY_F32, m->io.in);
    z = asy_model_emit(m, sc, in);
    bind[0] = (asy_bind){ in, x, 0 };
    for (int64_t i = 0; i < n; i++)
        id[i] = (uint64_t)i;
    ASY_TRY(asy_scope_noise_new(sc, n));
    n_bind += asy_model_bind(m, sc, m->w, m->version, bind + n_bind);
    n_bind += asy_scope_noise_bind(sc, &noise, n, id, NULL, 0, bind + n_bind);
    s = asy_plan_new(&plan, g, 1, &z, n, NULL);
    if (s == ASY_OK)
        s = asy_exec_new(&exec, plan, NULL);
    if (s == ASY_OK)
        s = run_scores(m, exec, n_bind, bind, n, scores);
    asy_exec_free(exec);
    asy_plan_free(plan);
    return s;
}
