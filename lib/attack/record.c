// SPDX-License-Identifier: GPL-3.0-or-later
#include "record.h"
#include "../model/model.h"
#include <string.h>

static asy_tensor column(asy_arena *a, asy_dtype type, int64_t n)
{
    return asy_tensor_new(a, type, ASY_SHAPE(n));
}

asy_status asy_put_examples(asy_eval_ctx *c, const asy_examples *e)
{
    asy_arena *a = c->arena;
    asy_tensor index = column(a, ASY_I32, e->n), label = column(a, ASY_I32, e->n),
               pred = column(a, ASY_I32, e->n), right = column(a, ASY_U8, e->n);
    asy_tensor distance = column(a, ASY_F64, e->n), queries = column(a, ASY_I32, e->n);
    const char *file = asy_sprintf(a, "examples/%s.npz", c->keys->on);
    ASY_TRY(asy_arena_status(a));
    for (int64_t i = 0; i < e->n; i++) {
        ((int32_t *)index.data)[i] = (int32_t)e->id[i];
        if (e->distance) ((double *)distance.data)[i] = e->distance[i];
        if (e->queries)
            ((int32_t *)queries.data)[i] = e->queries[i] < INT32_MAX ? (int32_t)e->queries[i] : INT32_MAX;
    }
    memcpy(label.data, e->label, asy_tensor_bytes(&label));
    memcpy(pred.data, e->prediction, asy_tensor_bytes(&pred));
    memcpy(right.data, e->correct, asy_tensor_bytes(&right));
    asy_named t[6] = { { "index", index }, { "label", label }, { "prediction", pred }, { "correct", right } };
    int n = 4;
    if (e->distance) t[n++] = (asy_named){ "distance", distance };
    if (e->queries) t[n++] = (asy_named){ "queries", queries };
    return c->sink->npz(c->sink, file, n, t);
}

asy_status asy_put_adversarial(asy_eval_ctx *c, const int32_t *pred, float *x_adv, double *eps)
{
    const asy_view *v = c->view;
    const asy_tensor *all = &v->input->data;
    asy_shape s = all->s, f = { .n = c->model->io.in.n + 1, .d = { v->n } };
    s.d[0] = v->n;
    memcpy(f.d + 1, c->model->io.in.d, (size_t)c->model->io.in.n * sizeof f.d[0]);
    asy_tensor index = column(c->arena, ASY_I32, v->n), y = column(c->arena, ASY_I32, v->n),
               p = column(c->arena, ASY_I32, v->n);
    asy_tensor x = asy_tensor_new(c->arena, all->type, s);
    ASY_TRY(asy_arena_status(c->arena));
    size_t bytes = v->n > 0 ? asy_tensor_bytes(&x) / (size_t)v->n : 0;
    for (int64_t i = 0; i < v->n; i++) {
        ((int32_t *)index.data)[i] = (int32_t)v->row[i];
        ((int32_t *)y.data)[i] = ((const int32_t *)v->label->data.data)[v->row[i]];
        memcpy((char *)x.data + (size_t)i * bytes, (const char *)all->data + (size_t)v->row[i] * bytes,
               bytes);
    }
    memcpy(p.data, pred, asy_tensor_bytes(&p));
    asy_named t[6] = {
        { "index", index }, { "y", y }, { "pred", p }, { "x", x }, { "x_adv", { x_adv, f, ASY_F32 } }
    };
    if (eps) t[5] = (asy_named){ "eps", { eps, ASY_SHAPE(v->n), ASY_F64 } };
    return c->sink->npz(c->sink, "adv.npz", eps ? 6 : 5, t);
}
