// SPDX-License-Identifier: GPL-3.0-or-later
#include "small_nets.h"
#include "graph/nn.h"
#include "model/archs/_norm.h"
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { CLASSES = 4, WORDS = 9 };

/* ---- inputs */
static asy_val bound(asy_net *t, asy_val v, double lo, double hi)
{
    asy_type type = asy_val_type(t->g, v);
    int i = t->n_bind++;
    asy_rng r = asy_rng_seed((uint64_t)i);
    int64_t unit = asy_shape_count(&type.shape), n = type.cls == ASY_ROW ? unit * ASY_NET_ROWS : unit;
    ck_assert_int_lt(i, ASY_NET_IN + ASY_NET_WEIGHTS);
    t->bind[i] = (asy_bind){ v, asy_alloc(t->arena, (size_t)n, sizeof(double)), type.cls == ASY_ROW ? 0 : 1 };
    t->row_bytes[i] = type.cls == ASY_ROW ? (size_t)unit * asy_dtype_size(type.dtype) : 0;
    for (int64_t k = 0; k < n; k++) {
        double u = asy_rng_uniform64(&r, 0, (uint64_t)k);
        int64_t row = type.cls == ASY_ROW ? k / unit : 0, at = type.cls == ASY_ROW ? k % unit : k;
        if (type.dtype != ASY_I32) asy_net_put(t, v, row, at, (double)(float)(lo + u * (hi - lo)));
        else ((int32_t *)(uintptr_t)t->bind[i].data)[k] = (int32_t)floor(lo + u * (hi - lo));
    }
    return v;
}

static asy_val numbers(asy_net *t, asy_shape s)
{
    return t->x = bound(t, asy_input(t->g, "x", ASY_ROW, asy_graph_real(t->g), s), -1, 1);
}

static asy_val words(asy_net *t, int64_t n)
{
    asy_shape s = n ? ASY_SHAPE(n) : ASY_SCALAR;
    return t->index = bound(t, asy_input(t->g, "tokens", ASY_ROW, ASY_I32, s), 0, WORDS);
}

static asy_val weight(asy_net *t, const char *name, asy_shape s)
{
    return asy_scope_weight(t->scope, name, s, ASY_INIT_ONE, 0);
}

static asy_val dense(asy_net *t, const char *name, asy_val x, int64_t n)
{
    asy_shape s = asy_val_type(t->g, x).shape;
    char w[32], b[32];
    (void)snprintf(w, sizeof w, "%s.w", name);
    (void)snprintf(b, sizeof b, "%s.b", name);
    return asy_linear(t->g, x, weight(t, w, ASY_SHAPE(n, s.d[s.n - 1])), weight(t, b, ASY_SHAPE(n)));
}

static asy_val flat(asy_net *t, asy_val x)
{
    asy_shape s = asy_val_type(t->g, x).shape;
    return asy_reshape(t->g, x, ASY_SHAPE(asy_shape_count(&s)));
}

static asy_val classes(asy_net *t, asy_val x)
{
    asy_val y = bound(t, asy_input(t->g, "y", ASY_ROW, ASY_I32, ASY_SCALAR), 0, CLASSES);
    return asy_xent(t->g, dense(t, "top", flat(t, x), CLASSES), y);
}

/* ---- nets */
static asy_val net_linear(asy_net *t)
{
    return classes(t, asy_tanh(t->g, dense(t, "a", numbers(t, ASY_SHAPE(7)), 5)));
}

/* more than ASY_SUM_SMALL weights: one chain over all rows */
static asy_val net_large(asy_net *t)
{
    return classes(t, asy_tanh(t->g, dense(t, "a", numbers(t, ASY_SHAPE(200)), 180)));
}

static asy_val tokens(asy_net *t, int64_t n)
{
    asy_val h = asy_gelu(t->g, dense(t, "a", numbers(t, ASY_SHAPE(n, 6)), 5));
    return classes(t, asy_sum_lead(t->g, h, 1));
}
static asy_val net_tokens1(asy_net *t) { return tokens(t, 1); }
static asy_val net_tokens3(asy_net *t) { return tokens(t, 3); }
static asy_val net_tokens17(asy_net *t) { return tokens(t, 17); }

/* 3 tokens beside 40 × 33 weights: Gram */
static asy_val net_gram(asy_net *t)
{
    asy_val h = asy_gelu(t->g, dense(t, "a", numbers(t, ASY_SHAPE(3, 33)), 40));
    return classes(t, asy_sum_lead(t->g, h, 1));
}

static asy_val conv(asy_net *t, const char *name, asy_val x, int64_t o, int64_t kh, int64_t kw,
                    const asy_conv *c)
{
    char w[32], b[32];
    (void)snprintf(w, sizeof w, "%s.w", name);
    (void)snprintf(b, sizeof b, "%s.b", name);
    int64_t channels = asy_val_type(t->g, x).shape.d[2] / (c->groups ? c->groups : 1);
    return asy_conv2d(t->g, x, weight(t, w, ASY_SHAPE(o, channels, kh, kw)), weight(t, b, ASY_SHAPE(o)), c);
}

static asy_val net_conv(asy_net *t)
{
    asy_conv same = { .stride = { 1, 1 }, .pad = { 1, 1 } }, uneven = { .stride = { 2, 3 }, .pad = { 1, 2 } };
    asy_window window = { .size = { 2, 2 }, .stride = { 2, 2 } };
    asy_val pool[2];
    asy_max_pool(t->g, asy_relu(t->g, conv(t, "a", numbers(t, ASY_SHAPE(10, 12, 2)), 3, 3, 3, &same)), &window,
                 pool);
    return classes(t, asy_tanh(t->g, conv(t, "b", pool[0], 5, 2, 4, &uneven)));
}

/* 4 pixels beside 40 × 72 weights: Gram */
static asy_val net_conv_gram(asy_net *t)
{
    asy_conv step = { .stride = { 2, 2 }, .pad = { 1, 1 } };
    return classes(t, asy_tanh(t->g, conv(t, "a", numbers(t, ASY_SHAPE(4, 3, 8)), 40, 3, 3, &step)));
}

static asy_val net_conv_grouped(asy_net *t)
{
    asy_conv two = { .stride = { 1, 2 }, .pad = { 1, 1 }, .groups = 2 },
             wide = { .stride = { 1, 1 }, .pad = { 2, 1 }, .dilation = { 2, 1 }, .groups = 2 };
    asy_val h = asy_relu(t->g, conv(t, "a", numbers(t, ASY_SHAPE(7, 6, 4)), 6, 3, 3, &two));
    return classes(t, asy_tanh(t->g, conv(t, "b", h, 4, 3, 2, &wide)));
}

/* Each channel alone, then all of them in each pixel (Howard et al. 2017). */
static asy_val net_conv_depthwise(asy_net *t)
{
    asy_conv each = { .stride = { 2, 1 }, .pad = { 1, 1 }, .groups = 5 },
             point = { .stride = { 1, 1 }, .pad = { 0, 0 } };
    asy_val h = asy_relu(t->g, conv(t, "a", numbers(t, ASY_SHAPE(6, 5, 5)), 10, 3, 3, &each));
    return classes(t, asy_tanh(t->g, conv(t, "b", h, 3, 1, 1, &point)));
}

static asy_val net_conv_dilated(asy_net *t)
{
    asy_conv wide = { .stride = { 1, 2 }, .pad = { 3, 2 }, .dilation = { 2, 3 } };
    return classes(t, asy_tanh(t->g, conv(t, "a", numbers(t, ASY_SHAPE(7, 9, 2)), 5, 3, 3, &wide)));
}

/* 2 groups of 4 pixels beside 40 × 72 weights: Gram */
static asy_val net_conv_grouped_gram(asy_net *t)
{
    asy_conv step = { .stride = { 2, 2 }, .pad = { 2, 1 }, .dilation = { 2, 1 }, .groups = 2 };
    return classes(t, asy_tanh(t->g, conv(t, "a", numbers(t, ASY_SHAPE(4, 3, 16)), 80, 3, 3, &step)));
}

static asy_val net_embedding(asy_net *t)
{
    asy_val e = asy_embedding(t->g, weight(t, "table", ASY_SHAPE(WORDS, 5)), words(t, 17));
    return classes(t, asy_tanh(t->g, asy_sum_lead(t->g, e, 1)));
}

/* one token a row */
static asy_val net_embedding1(asy_net *t)
{
    return classes(t, asy_tanh(t->g, asy_embedding(t->g, weight(t, "table", ASY_SHAPE(WORDS, 5)), words(t, 0))));
}

static asy_val norms(asy_net *t, asy__norm kind, asy_val x)
{
    return classes(t, asy_tanh(t->g, asy__arch_norm(t->scope, "norm", x, kind, 2)));
}
static asy_val net_layer_norm(asy_net *t)
{
    return norms(t, ASY__NORM_LAYER, dense(t, "a", numbers(t, ASY_SHAPE(3, 6)), 5));
}
static asy_val image(asy_net *t)
{
    asy_conv c = { .stride = { 1, 1 }, .pad = { 0, 0 } };
    return conv(t, "a", numbers(t, ASY_SHAPE(6, 5, 2)), 4, 3, 3, &c);
}
static asy_val net_group_norm(asy_net *t) { return norms(t, ASY__NORM_GROUP, image(t)); }
static asy_val net_instance_norm(asy_net *t) { return norms(t, ASY__NORM_INSTANCE, image(t)); }

/* The table is the last layer too, as in language models; each token is to name the next one. */
static asy_val net_tied_embedding(asy_net *t)
{
    asy_val table = weight(t, "table", ASY_SHAPE(WORDS, 6)), w = words(t, 5);
    asy_val h = asy_tanh(t->g, dense(t, "a", asy_embedding(t->g, table, w), 6));
    asy_val z = asy_log_softmax(t->g, asy_linear(t->g, h, table, (asy_val){ 0 }));
    asy_val p = asy_pick(t->g, asy_slice(t->g, z, 0, 0, 4), asy_slice(t->g, w, 0, 1, 4));
    return asy_neg(t->g, asy_sum(t->g, p));
}

/* The decoder is the encoder's transpose; the middle layer is used three times. */
static asy_val net_tied_linear(asy_net *t)
{
    asy_val x = numbers(t, ASY_SHAPE(7)), w = weight(t, "w", ASY_SHAPE(5, 7)), m = weight(t, "m", ASY_SHAPE(5, 5));
    asy_val h = asy_tanh(t->g, asy_linear(t->g, x, w, (asy_val){ 0 }));
    for (int i = 0; i < 3; i++) h = asy_tanh(t->g, asy_linear(t->g, h, m, (asy_val){ 0 }));
    return asy_sum(t->g, asy_square(t->g, asy_sub(t->g, asy_linear_x(t->g, h, w), x)));
}

static asy_val net_tied_conv(asy_net *t)
{
    asy_conv same = { .stride = { 1, 1 }, .pad = { 1, 1 } };
    asy_val h = numbers(t, ASY_SHAPE(4, 5, 3)), w = weight(t, "w", ASY_SHAPE(3, 3, 3, 3));
    for (int i = 0; i < 2; i++) h = asy_tanh(t->g, asy_conv2d(t->g, h, w, (asy_val){ 0 }, &same));
    return classes(t, h);
}

/* w = s v / |v| of each line (Salimans, Kingma 2016) */
static asy_val net_weight_norm(asy_net *t)
{
    asy_val v = weight(t, "v", ASY_SHAPE(5, 7)), s = weight(t, "s", ASY_SHAPE(5));
    asy_val w = asy_mul(t->g, asy_normalize_last(t->g, v), asy_expand_last(t->g, s, 7));
    return classes(t, asy_tanh(t->g, asy_linear(t->g, numbers(t, ASY_SHAPE(7)), w, (asy_val){ 0 })));
}

static asy_val net_large_weight_norm(asy_net *t)
{
    asy_val v = weight(t, "v", ASY_SHAPE(180, 200)), s = weight(t, "s", ASY_SHAPE(180));
    asy_val w = asy_mul(t->g, asy_normalize_last(t->g, v), asy_expand_last(t->g, s, 200));
    return classes(t, asy_tanh(t->g, asy_linear(t->g, numbers(t, ASY_SHAPE(200)), w, (asy_val){ 0 })));
}

/* Weights that are scaled, cut with a mask, turned and regularised before they meet a row. */
static asy_val net_changed_weights(asy_net *t)
{
    static const double keep[] = { 1, 0, 1, 1, 0, 0.5, 1 };
    asy_val v = weight(t, "v", ASY_SHAPE(7, 5)), mask = asy_constant(t->g, ASY_SHAPE(7), keep);
    asy_val w = asy_mul(t->g, asy_transpose(t->g, asy_affine(t->g, v, 0.5, 0), (int[]){ 1, 0 }), mask);
    asy_val loss = classes(t, asy_tanh(t->g, asy_linear(t->g, numbers(t, ASY_SHAPE(7)), w, (asy_val){ 0 })));
    return asy_add(t->g, loss, asy_affine(t->g, asy_sum(t->g, asy_square(t->g, v)), 0.01, 0));
}

/* A weight that is a product of two, beside a frozen one (Hu et al. 2021). */
static asy_val net_low_rank(asy_net *t)
{
    asy_val frozen = bound(t, asy_input(t->g, "frozen", ASY_BATCH, asy_graph_real(t->g), ASY_SHAPE(5, 7)), -1, 1);
    asy_val up = weight(t, "up", ASY_SHAPE(5, 2)), down = weight(t, "down", ASY_SHAPE(2, 7));
    asy_val w = asy_add(t->g, frozen, asy_matmul(t->g, up, down, false, false));
    return classes(t, asy_tanh(t->g, asy_linear(t->g, numbers(t, ASY_SHAPE(7)), w, (asy_val){ 0 })));
}

static asy_val net_attention(asy_net *t)
{
    asy_val x = numbers(t, ASY_SHAPE(5, 6)), all = dense(t, "in", x, 18), part[3];
    asy_split(t->g, all, 1, 3, part);
    asy_val h = dense(t, "out", asy_attention(t->g, part[0], part[1], part[2], 2, true), 6);
    return classes(t, asy_sum_lead(t->g, asy_add(t->g, x, h), 1));
}

static asy_val net_bilinear(asy_net *t)
{
    asy_val x = numbers(t, ASY_SHAPE(6)), w = weight(t, "w", ASY_SHAPE(3, 4, 2));
    return classes(t, asy_tanh(t->g, asy_bilinear(t->g, asy_slice(t->g, x, 0, 0, 4), asy_slice(t->g, x, 0, 4, 2), w)));
}

/* Two weights that the loss does not know, and one that only a detached value knows. */
static asy_val net_unused(asy_net *t)
{
    asy_val u = weight(t, "u", ASY_SHAPE(3, 4)), h = dense(t, "a", numbers(t, ASY_SHAPE(7)), 5);
    (void)weight(t, "other", ASY_SHAPE(2));
    h = asy_add(t->g, h, asy_detach(t->g, asy_sum(t->g, u)));
    return classes(t, asy_tanh(t->g, h));
}

const asy_net_kind asy_net_kinds[] = {
    { "linear", net_linear },
    { "large linear", net_large },
    { "1 token", net_tokens1 },
    { "3 tokens", net_tokens3 },
    { "17 tokens", net_tokens17 },
    { "tokens, Gram", net_gram },
    { "convolution", net_conv },
    { "convolution, Gram", net_conv_gram },
    { "grouped convolution", net_conv_grouped },
    { "depthwise convolution", net_conv_depthwise },
    { "dilated convolution", net_conv_dilated },
    { "grouped convolution, Gram", net_conv_grouped_gram },
    { "embedding", net_embedding },
    { "embedding of one token", net_embedding1 },
    { "layer norm", net_layer_norm },
    { "group norm", net_group_norm },
    { "instance norm", net_instance_norm },
    { "tied embedding", net_tied_embedding },
    { "tied linear", net_tied_linear },
    { "tied convolution", net_tied_conv },
    { "weight norm", net_weight_norm },
    { "large weight norm", net_large_weight_norm },
    { "changed weights", net_changed_weights },
    { "low rank", net_low_rank },
    { "attention", net_attention },
    { "bilinear", net_bilinear },
    { "unused weights", net_unused },
    { NULL, NULL },
};

int asy_net_count(void)
{
    int n = 0;
    while (asy_net_kinds[n].name) n++;
    return n;
}

/* ---- begin, run */
void asy_net_begin(asy_net *t, const asy_net_kind *kind, asy_dtype real)
{
    *t = (asy_net){ .arena = asy_arena_new(0) };
    t->g = asy_graph_new(t->arena, real);
    t->scope = asy_scope_new(t->arena, t->g, ASY_TRAIN);
    asy_val loss = kind->loss(t);
    t->scale = bound(t, asy_input(t->g, "scale", ASY_ROW, real, ASY_SCALAR), 0.5, 1.5);
    t->rows = asy_mul(t->g, loss, t->scale);
    t->n_w = asy_scope_count(t->scope);
    ck_assert_int_le(t->n_w, ASY_NET_WEIGHTS);
    for (int i = 0; i < t->n_w; i++) t->w[i] = bound(t, asy_scope_at(t->scope, i)->val, -0.7, 0.7);
    ck_assert_msg(asy_graph_status(t->g) == ASY_OK, "%s: %s", kind->name, asy_error_text());
}

void asy_net_end(asy_net *t) { asy_arena_free(t->arena); }

void asy_net_put(asy_net *t, asy_val v, int64_t row, int64_t k, double value)
{
    for (int i = 0; i < t->n_bind; i++) {
        if (t->bind[i].input.id != v.id) continue;
        char *at = (char *)(uintptr_t)t->bind[i].data + (size_t)row * t->row_bytes[i];
        if (asy_graph_real(t->g) == ASY_F32) ((float *)(void *)at)[k] = (float)value;
        else ((double *)(void *)at)[k] = value;
        return;
    }
    ck_abort_msg("not an input of this net");
}

void asy_net_bind(const asy_net *t, int64_t first, asy_bind out[])
{
    for (int i = 0; i < t->n_bind; i++) {
        out[i] = t->bind[i];
        out[i].data = (const char *)out[i].data + (size_t)first * t->row_bytes[i];
    }
}

void asy_net_run(const asy_net *t, int n, const asy_val out[], int64_t capacity, int64_t rows, int64_t first,
                 const asy_backend *b, asy_pool *pool, asy_tensor got[])
{
    asy_bind bind[ASY_NET_IN + ASY_NET_WEIGHTS];
    asy_plan *p;
    asy_exec *e;
    asy_net_bind(t, first, bind);
    ck_assert_msg(asy_plan_new(&p, t->g, n, out, capacity, b) == ASY_OK, "%s", asy_error_text());
    ck_assert_int_eq(asy_exec_new(&e, p, pool), ASY_OK);
    ck_assert_msg(asy_exec_run(e, rows, t->n_bind, bind) == ASY_OK, "%s", asy_error_text());
    for (int i = 0; i < n; i++) {
        got[i] = asy_exec_out(e, i);
        void *copy = asy_alloc(t->arena, 1, asy_tensor_bytes(&got[i]) + 1);
        memcpy(copy, got[i].data, asy_tensor_bytes(&got[i]));
        got[i].data = copy;
    }
    asy_exec_free(e);
    asy_plan_free(p);
}

double asy_net_get(const asy_tensor *t, int64_t k)
{
    return t->type == ASY_F32 ? (double)((const float *)t->data)[k] : ((const double *)t->data)[k];
}
