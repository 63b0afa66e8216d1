// SPDX-License-Identifier: GPL-3.0-or-later
#include "toy.h"
#include "../method/params.h"
#include <math.h>
#include <string.h>

enum { HIDDEN = 16 };

static asy_val layer(asy_scope *sc, const char *w, const char *b, asy_val x, int64_t n)
{
    asy_graph *g = asy_scope_graph(sc);
    int64_t k = asy_val_type(g, x).shape.d[0];
    asy_val weight = asy_scope_weight(sc, w, ASY_SHAPE(n, k), ASY_INIT_HE, 0);
    return asy_linear(g, x, weight, asy_scope_weight(sc, b, ASY_SHAPE(n), ASY_INIT_FAN_IN, k));
}

static asy_val linear(const void *params, const asy_arch_io *io, asy_scope *sc, asy_val x)
{
    (void)params;
    return layer(sc, "w", "b", x, io->classes);
}

static asy_val quad(const void *params, const asy_arch_io *io, asy_scope *sc, asy_val x)
{
    asy_graph *g = asy_scope_graph(sc);
    asy_val d = asy_sub(g, x, asy_scope_weight(sc, "a", io->in, ASY_INIT_ZERO, 0));
    asy_val rr = asy_reshape(g, asy_scope_weight(sc, "rr", ASY_SHAPE(1), ASY_INIT_ZERO, 0), ASY_SCALAR);
    asy_val f = asy_sub(g, asy_broadcast(g, rr), asy_sum(g, asy_mul(g, d, d)));
    (void)params;
    return asy_mul(g, asy_expand_last(g, f, 2), asy_constant(g, ASY_SHAPE(2), (const double[]){ 0.5, -0.5 }));
}

static asy_val mlp(const void *params, const asy_arch_io *io, asy_scope *sc, asy_val x)
{
    (void)params;
    return layer(sc, "w2", "b2", asy_relu(asy_scope_graph(sc), layer(sc, "w1", "b1", x, HIDDEN)),
                 io->classes);
}

static asy_val constant(const void *params, const asy_arch_io *io, asy_scope *sc, asy_val x)
{
    (void)params, (void)x;
    asy_val b = asy_scope_weight(sc, "b", ASY_SHAPE(io->classes), ASY_INIT_ZERO, 1);
    return asy_broadcast(asy_scope_graph(sc), b);
}

static asy_val random_logits(const void *params, const asy_arch_io *io, asy_scope *sc, asy_val x)
{
    asy_val b = constant(params, io, sc, x);
    return asy_add(asy_scope_graph(sc), asy_scope_random(sc, "logits", ASY_SHAPE(io->classes), true, 0, 1),
                   b);
}

/* √ of a negative number is NaN; times 0 it adds nothing elsewhere. */
static asy_val hole(const void *params, const asy_arch_io *io, asy_scope *sc, asy_val x)
{
    asy_graph *g = asy_scope_graph(sc);
    asy_val edge = asy_reshape(g, asy_scope_weight(sc, "hole", ASY_SHAPE(1), ASY_INIT_ZERO, 0), ASY_SCALAR);
    asy_val nothing = asy_affine(g, asy_sqrt(g, asy_sub(g, asy_sum(g, x), edge)), 0.0, 0.0);
    return asy_add(g, linear(params, io, sc, x), asy_expand_last(g, nothing, io->classes));
}

#define TOY(f)                                                                                               \
    {                                                                                                        \
        .m = { .name = #f, .summary = "a model for checks", .revision = 1 }, .emit = f                       \
    }
static const asy_arch archs[] = {
    [ASY_TOY_LINEAR] = TOY(linear),
    [ASY_TOY_QUAD] = TOY(quad),
    [ASY_TOY_MLP] = TOY(mlp),
    [ASY_TOY_CONSTANT] = TOY(constant),
    [ASY_TOY_RANDOM] = TOY(random_logits),
    [ASY_TOY_HOLE] = TOY(hole),
};

/* ---- a sink in memory */
static asy_status keep_result(asy_sink *s, const asy_result *r)
{
    asy_toy *t = s->ctx;
    if (t->n_results == ASY_TOY_RESULTS) ASY_FAIL(ASY_EFULL, "more than %d results", (int)ASY_TOY_RESULTS);
    t->result[t->n_results] = *r;
    t->result[t->n_results].metric = asy_strdup(t->ctx.arena, r->metric);
    if (!t->result[t->n_results].metric) return asy_arena_status(t->ctx.arena);
    t->n_results++;
    return ASY_OK;
}

static asy_status forget_npz(asy_sink *s, const char *file, int n, const asy_named t[])
{
    (void)s, (void)file, (void)n, (void)t;
    return ASY_OK;
}

double asy_toy_result(const asy_toy *t, const char *metric, double x)
{
    for (int i = 0; i < t->n_results; i++) {
        const asy_result *r = &t->result[i];
        if (strcmp(r->metric, metric) == 0 && (r->x == x || (isnan(r->x) && isnan(x)))) return r->value;
    }
    return NAN;
}

/* ---- data, model, context */
static asy_status make_data(asy_toy *t, asy_arena *a, const asy_toy_spec *s)
{
    asy_tensor x = asy_tensor_new(a, ASY_F32, ASY_SHAPE(s->n, s->d)),
               y = asy_tensor_new(a, ASY_I32, ASY_SHAPE(s->n));
    asy_dataset_view *v = &t->data;
    t->row = ASY_NEWN(a, s->n, uint32_t);
    ASY_TRY(asy_arena_status(a));
    for (int64_t i = 0; i < s->n * s->d; i++) ((float *)x.data)[i] = (float)((double)s->x[i] - s->lo);
    for (int64_t i = 0; i < s->n; i++) t->row[i] = (uint32_t)i;
    memcpy(y.data, s->y, asy_tensor_bytes(&y));
    t->column[0] = (asy_column){ .name = "x", .role = ASY_ROLE_INPUT, .data = x };
    t->column[1] = (asy_column){ .name = "y", .role = ASY_ROLE_LABEL, .data = y };
    v->data = (asy_data){
        .name = "toy", .n_cols = 2, .cols = t->column, .n = s->n, .top = s->hi - s->lo, .classes = s->classes
    };
    v->lo = s->lo;
    v->hi = s->hi;
    v->shape = ASY_SHAPE(s->d);
    v->channels = 1;
    v->std[0] = 1;
    t->view = (asy_view){ &v->data, &t->column[0], &t->column[1], s->n, t->row, s->lo, s->hi };
    return ASY_OK;
}

asy_status asy_toy_new(asy_toy **out, asy_arena *a, const asy_toy_spec *s)
{
    asy_toy *t = ASY_NEW(a, asy_toy);
    asy_bound *arch = ASY_NEW(a, asy_bound);
    asy_rng init = asy_rng_part(asy_rng_seed(1), "init");
    *out = NULL;
    ASY_TRY(asy_arena_status(a));
    *arch = (asy_bound){ .kind = &asy_kind_arch, .m = &archs[s->arch].m, .name = archs[s->arch].m.name };
    ASY_TRY(make_data(t, a, s));
    ASY_TRY(asy_model_new(&t->model, a, arch, &t->data, NULL));
    if (s->arch == ASY_TOY_MLP) asy_model_init(t->model, &init);
    t->keys = (asy_evaluate_keys){ .on = "test" };
    t->sink = (asy_sink){ .ctx = t, .result = keep_result, .npz = forget_npz };
    t->ctx = (asy_eval_ctx){ .arena = a,
                             .model = t->model,
                             .view = &t->view,
                             .keys = &t->keys,
                             .seed = asy_rng_seed(0),
                             .sink = &t->sink };
    *out = t;
    return ASY_OK;
}

float *asy_toy_weight(asy_toy *t, const char *name)
{
    for (int i = 0; i < t->model->n_slots; i++)
        if (strcmp(t->model->slot[i].name, name) == 0) return t->model->w + t->model->slot[i].first;
    return NULL;
}

static asy_status bind(asy_toy *t, const char *name, const char *const pairs[][2], const asy_bound **b)
{
    t->model->version++; /* the weights may have been written */
    return asy_bind_text(t->ctx.arena, &asy_spot_evaluate, name, pairs, b);
}

asy_status asy_toy_attack(asy_toy *t, const char *name, const char *const pairs[][2], asy_attack_result *r)
{
    const asy_bound *b;
    ASY_TRY(bind(t, name, pairs, &b));
    return asy_attack_measure(&t->ctx, b, b->shared, r);
}

asy_status asy_toy_evaluate(asy_toy *t, const char *name, const char *const pairs[][2])
{
    const asy_bound *b;
    ASY_TRY(bind(t, name, pairs, &b));
    return b->kind->evaluate(b, &t->ctx);
}
