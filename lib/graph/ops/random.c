// SPDX-License-Identifier: GPL-3.0-or-later
/* random: numbers that are a function of (stream, sample id, draw) and of nothing else: not of the row's
 * place, not of its neighbours. key batch [2] i32: the two words of the stream's Philox key; id row [2] i32:
 * the sample id, low and high word; draw row [] i32 ≥ 0. Element e of draw d is element d·2³⁴ + e of the
 * entity `id` (base/rng.h). Drawn as f32 in every graph. Ids that are a batch value [N,2] give a batch value
 * [N, S…], of draw 0. */
#include "../ops.h"
#include "../../base/rng.h"
#include <string.h>

extern const asy_op asy_op_random;
enum { IDS = 1024 }; /* a tile */

static asy_status type_random(const asy_node *n, const asy_type in[], asy_type out[])
{
    const asy_random_attr *a = n->attr;
    bool batch = n->n_in == 2;
    for (int i = 0; i < n->n_in; i++)
        if (in[i].dtype != ASY_I32) ASY_FAIL(ASY_ESHAPE, "random: key, id and draw are integers");
    if (in[0].cls != ASY_BATCH || asy_shape_count(&in[0].shape) != 2)
        ASY_FAIL(ASY_ESHAPE, "random: the key is a batch value [2]");
    if (batch && (in[1].cls != ASY_BATCH || in[1].shape.n != 2 || in[1].shape.d[0] < 0 ||
                  in[1].shape.d[1] != 2 || a->shape.n >= ASY_MAXDIM))
        ASY_FAIL(ASY_ESHAPE, "random: ids without draws are a batch value [N,2]");
    if (!batch && (in[1].cls != ASY_ROW || asy_shape_count(&in[1].shape) != 2))
        ASY_FAIL(ASY_ESHAPE, "random: the id is a row value [2]");
    if (!batch && (in[2].cls != ASY_ROW || in[2].shape.n != 0))
        ASY_FAIL(ASY_ESHAPE, "random: the draw is a row value []");
    out[0] = (asy_type){ ASY_ROW, (asy_dtype)a->real, asy_shape_of((int)a->shape.n, a->shape.d) };
    if (asy_shape_count(&out[0].shape) < 0) ASY_FAIL(ASY_ESHAPE, "random: the shape is not one");
    if (batch) {
        out[0] = (asy_type){ ASY_BATCH, (asy_dtype)a->real, { (int)a->shape.n + 1, { in[1].shape.d[0] } } };
        memcpy(out[0].shape.d + 1, a->shape.d, (size_t)a->shape.n * sizeof *a->shape.d);
        if (asy_shape_count(&out[0].shape) < 0) ASY_FAIL(ASY_ESHAPE, "random: the shape is not one");
    }
    return ASY_OK;
}

static int64_t tiles_random(const asy_node *n, int64_t rows)
{
    (void)rows;
    return n->n_in == 3 || n->in_type[1].shape.d[0] < IDS ? 1 : (n->in_type[1].shape.d[0] + IDS - 1) / IDS;
}

static void eval_random(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    const asy_random_attr *a = n->attr;
    const int32_t *key = in[0].data, *id = in[1].data, *draw = n->n_in == 3 ? in[2].data : NULL;
    asy_shape shape = asy_shape_of((int)a->shape.n, a->shape.d);
    const uint64_t size = (uint64_t)asy_shape_count(&shape);
    asy_rng r = { .key = { (uint32_t)key[0], (uint32_t)key[1] } };
    float piece[64];
    int64_t first_row = draw ? 0 : w->tile * IDS, end = draw ? w->rows : in[1].s.d[0];
    if (!draw && end > first_row + IDS) end = first_row + IDS;
    for (int64_t row = first_row; row < end; row++) {
        uint64_t entity = (uint64_t)(uint32_t)id[2 * row + 1] << 32 | (uint32_t)id[2 * row];
        uint64_t first = draw ? (uint64_t)(uint32_t)draw[row] << 34 : 0;
        size_t at_row = (size_t)row * size;
        for (uint64_t at = 0; at < size; at += 64) {
            uint64_t some = size - at < 64 ? size - at : 64;
            if (a->normal) asy_rng_normal(&r, entity, first + at, some, a->a, a->b, piece);
            else asy_rng_uniform(&r, entity, first + at, some, a->a, a->b, piece);
            if (out[0].type == ASY_F32)
                memcpy((float *)out[0].data + at_row + at, piece, some * sizeof *piece);
            else
                for (uint64_t i = 0; i < some; i++)
                    ((double *)out[0].data)[at_row + at + i] = (double)piece[i];
        }
    }
}

asy_val asy_random(asy_graph *g, asy_val key, asy_val id, asy_val draw, asy_shape shape, bool normal,
                   double a, double b)
{
    asy_random_attr attr;
    asy_val in[] = { key, id, draw }, out[1];
    memset(&attr, 0, sizeof attr); /* attributes are compared as bytes */
    attr.shape.n = shape.n;
    for (int i = 0; i < shape.n; i++) attr.shape.d[i] = shape.d[i];
    attr.real = asy_graph_real(g);
    attr.normal = normal;
    attr.a = (float)a;
    attr.b = (float)b;
    asy_node_add(g, &asy_op_random, draw.id ? 3 : 2, in, &attr, sizeof attr, out);
    return out[0];
}

static asy_val build_uniform(asy_graph *g, const asy_val in[])
{
    return asy_random(g, in[0], in[1], in[2], ASY_SHAPE(3, 7), false, -1, 2);
}
static asy_val build_normal(asy_graph *g, const asy_val in[])
{
    return asy_random(g, in[0], in[1], in[2], ASY_SHAPE(130), true, 1, 0.5);
}
static asy_val build_batch(asy_graph *g, const asy_val in[])
{
    return asy_random(g, in[0], in[1], (asy_val){ 0 }, ASY_SHAPE(3, 7), false, -1, 2);
}
static asy_val build_batch_each(asy_graph *g, const asy_val in[])
{
    return asy_random(g, in[0], in[1], (asy_val){ 0 }, ASY_SCALAR, false, 0, 1);
}
#define IDS_OF(n)                                                                                            \
    {                                                                                                        \
        { ASY_BATCH, ASY_I32, { 1, { 2 } }, 0, 1e9 },                                                        \
        {                                                                                                    \
            ASY_BATCH, ASY_I32, { 2, { n, 2 } }, 0, 1e9                                                      \
        }                                                                                                    \
    }
#define INPUTS                                                                                               \
    {                                                                                                        \
        { ASY_BATCH, ASY_I32, { 1, { 2 } }, 0, 1e9 }, { ASY_ROW, ASY_I32, { 1, { 2 } }, 0, 1e9 },            \
        {                                                                                                    \
            ASY_ROW, ASY_I32, { 0 }, 0, 1000                                                                 \
        }                                                                                                    \
    }
static const asy_op_case random_cases[] = {
    { .name = "uniform", .n_in = 3, .in = INPUTS, .build = build_uniform, .nodiff = true },
    { .name = "normal", .n_in = 3, .in = INPUTS, .build = build_normal, .nodiff = true },
    { .name = "batch", .n_in = 2, .in = IDS_OF(5), .build = build_batch, .nodiff = true },
    { .name = "tiles", .n_in = 2, .in = IDS_OF(2500), .build = build_batch_each, .nodiff = true },
    { .name = NULL },
};

const asy_op asy_op_random = { .name = "random",
                               .flags = ASY_OP_ROW | ASY_OP_BATCH | ASY_OP_NODIFF | ASY_OP_RANDOM | ASY_OP_ANY_REAL,
                               .n_out = 1,
                               .type = type_random,
                               .eval = eval_random,
                               .tiles = tiles_random,
                               .cases = random_cases };
