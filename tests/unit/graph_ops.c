// SPDX-License-Identifier: GPL-3.0-or-later
/* What operators refuse: each call marks its graph with a text that says why, and gives no value. */
#include "graph/op.h"
#include <check.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    asy_val image, vector, other, label, bias, dense, filter, row_dense, row_filter, rows;
} values;

static values make(asy_graph *g)
{
    return (values){
        .image = asy_input(g, "image", ASY_ROW, ASY_F32, ASY_SHAPE(5, 4, 3)),
        .vector = asy_input(g, "vector", ASY_ROW, ASY_F32, ASY_SHAPE(6)),
        .other = asy_input(g, "other", ASY_ROW, ASY_F32, ASY_SHAPE(5)),
        .label = asy_input(g, "label", ASY_ROW, ASY_I32, ASY_SCALAR),
        .bias = asy_input(g, "bias", ASY_BATCH, ASY_F32, ASY_SHAPE(7)),
        .dense = asy_input(g, "dense", ASY_BATCH, ASY_F32, ASY_SHAPE(8, 6)),
        .filter = asy_input(g, "filter", ASY_BATCH, ASY_F32, ASY_SHAPE(2, 3, 3, 3)),
        .row_dense = asy_input(g, "row_dense", ASY_ROW, ASY_F32, ASY_SHAPE(8, 6)),
        .row_filter = asy_input(g, "row_filter", ASY_ROW, ASY_F32, ASY_SHAPE(2, 3, 3, 3)),
        .rows = asy_batch_all(g, asy_input(g, "score", ASY_ROW, ASY_F32, ASY_SCALAR)),
    };
}

static asy_val conv(asy_graph *g, const values *v, int64_t stride, int64_t pad)
{
    return asy_conv2d(g, v->image, v->filter, (asy_val){0}, &(asy_conv){.stride = {stride, 1}, .pad = {pad, 0}});
}

static asy_val pool(asy_graph *g, asy_val x, int64_t size, int64_t stride)
{
    asy_val out[2];
    asy_max_pool(g, x, &(asy_window){.size = {size, 2}, .stride = {stride, 2}}, out);
    ck_assert_uint_eq(out[1].id, 0);
    return out[0];
}

static const asy_conv plain = {.stride = {1, 1}};
#define NO_BIAS ((asy_val){0})

static asy_val add(asy_graph *g, const values *v) { return asy_add(g, v->vector, v->other); }
static asy_val add_label(asy_graph *g, const values *v) { return asy_add(g, v->label, v->label); }
static asy_val clamp(asy_graph *g, const values *v) { return asy_clamp(g, v->vector, 1, -1); }
static asy_val clamp_nan(asy_graph *g, const values *v) { return asy_clamp(g, v->vector, (double)NAN, 1); }
static asy_val dense_row(asy_graph *g, const values *v) { return asy_linear(g, v->vector, v->row_dense, NO_BIAS); }
static asy_val dense_size(asy_graph *g, const values *v) { return asy_linear(g, v->other, v->dense, NO_BIAS); }
static asy_val dense_bias(asy_graph *g, const values *v) { return asy_linear(g, v->vector, v->dense, v->bias); }
static asy_val dense_x(asy_graph *g, const values *v) { return asy_linear_x(g, v->vector, v->row_dense); }
static asy_val conv_row(asy_graph *g, const values *v)
{
    return asy_conv2d(g, v->image, v->row_filter, NO_BIAS, &plain);
}
static asy_val conv_rank(asy_graph *g, const values *v)
{
    return asy_conv2d(g, v->vector, v->filter, NO_BIAS, &plain);
}
static asy_val conv_bias(asy_graph *g, const values *v)
{
    return asy_conv2d(g, v->image, v->filter, v->bias, &plain);
}
static asy_val conv_stride(asy_graph *g, const values *v) { return conv(g, v, 0, 0); }
static asy_val conv_low(asy_graph *g, const values *v) { return conv(g, v, INT64_MIN, 0); }
static asy_val conv_pad(asy_graph *g, const values *v) { return conv(g, v, 1, 3); }
static asy_val conv_far(asy_graph *g, const values *v) { return conv(g, v, 1, INT64_MAX); }
static asy_val spread(asy_graph *g, const values *v, int64_t dilation, int64_t groups)
{
    asy_conv c = {.stride = {1, 1}, .dilation = {dilation, 1}, .groups = groups};
    return asy_conv2d(g, v->image, v->filter, NO_BIAS, &c);
}
static asy_val conv_dilation(asy_graph *g, const values *v) { return spread(g, v, -1, 1); }
static asy_val conv_dilated(asy_graph *g, const values *v) { return spread(g, v, 3, 1); }
static asy_val conv_wide(asy_graph *g, const values *v) { return spread(g, v, INT64_MAX, 1); }
static asy_val conv_groups(asy_graph *g, const values *v) { return spread(g, v, 1, 2); }
static asy_val conv_no_groups(asy_graph *g, const values *v) { return spread(g, v, 1, -1); }
static asy_val conv_few(asy_graph *g, const values *v)
{
    return asy_conv2d(g, asy_reshape(g, v->image, ASY_SHAPE(5, 2, 6)), v->filter, NO_BIAS, &plain);
}
static asy_val conv_huge(asy_graph *g, const values *v)
{
    asy_conv c = {.stride = {1, 1}, .pad = {2 << 20, 2 << 20}, .dilation = {1 << 20, 1 << 20}};
    return asy_conv2d(g, v->image, v->filter, NO_BIAS, &c);
}
static asy_val conv_w_groups(asy_graph *g, const values *v)
{
    asy_conv c = {.stride = {1, 1}, .groups = 3};
    return asy_conv2d_w(g, v->image, v->image, &c, ASY_SHAPE(2, 1, 3, 3));
}
static asy_val conv_w_side(asy_graph *g, const values *v)
{
    return asy_conv2d_w(g, v->image, v->image, &plain, ASY_SHAPE(2, 3, INT64_MAX, 3));
}
static asy_val conv_x(asy_graph *g, const values *v)
{
    return asy_conv2d_x(g, v->image, v->filter, &plain, ASY_SHAPE(7, 6, 3));
}
static asy_val conv_w(asy_graph *g, const values *v)
{
    return asy_conv2d_w(g, v->image, v->image, &plain, ASY_SHAPE(2, 4, 3, 3));
}
static asy_val pool_zero(asy_graph *g, const values *v) { return pool(g, v->image, 2, 0); }
static asy_val pool_size(asy_graph *g, const values *v) { return pool(g, v->image, 6, 2); }
static asy_val pool_far(asy_graph *g, const values *v) { return pool(g, v->image, INT64_MAX, 2); }
static asy_val unpool(asy_graph *g, const values *v)
{
    asy_window w = {.size = {2, 2}, .stride = {2, 2}};
    return asy_unpool(g, v->image, v->image, &w, ASY_SHAPE(10, 8, 3));
}
static asy_val pool_pad(asy_graph *g, const values *v)
{
    return asy_avg_pool(g, v->image, &(asy_window){.size = {2, 2}, .stride = {2, 2}, .pad = {0, 2}}, true);
}
static asy_val pool_low(asy_graph *g, const values *v)
{
    return asy_avg_pool(g, v->image, &(asy_window){.size = {2, 2}, .stride = {2, 2}, .pad = {-1, 0}}, true);
}
static asy_val pool_wide(asy_graph *g, const values *v)
{
    int64_t most = INT64_MAX;
    asy_window w = {.size = {most, most}, .stride = {most, most}, .pad = {most - 1, most - 1}};
    return asy_avg_pool(g, v->image, &w, false);
}
static asy_val pool_none(asy_graph *g, const values *v) { return asy_adaptive_avg_pool(g, v->image, 0, 2); }
static asy_val pool_many(asy_graph *g, const values *v)
{
    return asy_adaptive_avg_pool(g, v->image, INT64_MAX, 2);
}
static asy_val pool_vector(asy_graph *g, const values *v)
{
    return asy_adaptive_avg_pool(g, v->vector, 1, 1);
}
static asy_val avg_unpool(asy_graph *g, const values *v)
{
    asy_window w = {.size = {2, 2}, .stride = {2, 2}};
    return asy_avg_unpool(g, v->image, &w, false, ASY_SHAPE(8, 8, 3));
}
static asy_val reshape(asy_graph *g, const values *v) { return asy_reshape(g, v->vector, ASY_SHAPE(4)); }
static asy_val reshape_low(asy_graph *g, const values *v) { return asy_reshape(g, v->vector, ASY_SHAPE(-2, -3)); }
static asy_val reshape_far(asy_graph *g, const values *v)
{
    return asy_reshape(g, v->vector, ASY_SHAPE(INT64_MAX, INT64_MAX));
}
static asy_val reshape_axes(asy_graph *g, const values *v)
{
    return asy_reshape(g, v->vector, (asy_shape){.n = 99});
}
static asy_val lead_axes(asy_graph *g, const values *v)
{
    return asy_expand_lead(g, v->vector, (asy_shape){.n = -1});
}
static asy_val perm(asy_graph *g, const values *v) { return asy_transpose(g, v->image, (int[]){0, 1, 1}); }
static asy_val perm_far(asy_graph *g, const values *v) { return asy_transpose(g, v->image, (int[]){0, 1, 99}); }
static asy_val chw(asy_graph *g, const values *v) { return asy_from_chw(g, v->vector); }
static asy_val lead(asy_graph *g, const values *v) { return asy_expand_lead(g, v->vector, ASY_SHAPE(3, 5)); }
static asy_val last(asy_graph *g, const values *v) { return asy_expand_last(g, v->vector, -1); }
static asy_val keep(asy_graph *g, const values *v) { return asy_sum_lead(g, v->vector, 2); }
static asy_val sum_last(asy_graph *g, const values *v) { return asy_sum_last(g, asy_sum(g, v->vector)); }
static asy_val broadcast(asy_graph *g, const values *v) { return asy_broadcast(g, v->rows); }
static asy_val batch_sum(asy_graph *g, const values *v) { return asy_batch_sum(g, v->bias); }
static asy_val batch_rows(asy_graph *g, const values *v) { return asy_batch_rows(g, v->bias); }
static asy_val onehot(asy_graph *g, const values *v) { return asy_onehot(g, v->label, -1); }
static asy_val pick(asy_graph *g, const values *v) { return asy_pick(g, v->vector, v->other); }
static asy_val xent(asy_graph *g, const values *v) { return asy_xent(g, v->image, v->label); }

/* text: a part of the message, which always begins with the operator's name. */
static const struct { const char *op, *text; asy_val (*build)(asy_graph *, const values *); } bad[] = {
    {"add", "row f32 [6], row f32 [5]", add}, {"add", "real", add_label},
    {"clamp", "above", clamp}, {"clamp", "", clamp_nan},
    {"linear", "must be a batch value", dense_row}, {"linear", "[N,K]", dense_size},
    {"linear", "bias", dense_bias}, {"linear_x", "must be a batch value", dense_x},
    {"conv2d", "must be a batch value", conv_row}, {"conv2d", "[H,W,C]", conv_rank},
    {"conv2d", "bias", conv_bias}, {"conv2d", "stride 0", conv_stride}, {"conv2d", "stride -", conv_low},
    {"conv2d", "padding 3", conv_pad}, {"conv2d", "padding 9223372036854775807", conv_far},
    {"conv2d_x", "first value", conv_x}, {"conv2d_w", "channels", conv_w},
    {"conv2d", "dilation -1", conv_dilation}, {"conv2d", "7x3 does not fit", conv_dilated},
    {"conv2d", "dilation 9223372036854775807", conv_wide}, {"conv2d", "2 groups; 3 input", conv_groups},
    {"conv2d", "-1 groups", conv_no_groups}, {"conv2d", "numbers of channels", conv_few},
    {"conv2d", "too large", conv_huge}, {"conv2d_w", "2 output channels", conv_w_groups},
    {"conv2d_w", "a kernel of 9223372036854775807x3", conv_w_side},
    {"max_pool", "stride 0", pool_zero}, {"max_pool", "6x2 does not fit", pool_size},
    {"max_pool", "does not fit", pool_far}, {"unpool", "i32", unpool},
    {"avg_pool", "padding 2", pool_pad}, {"avg_pool", "padding -1", pool_low},
    {"avg_pool", "does not fit", pool_wide}, {"avg_pool", "0x2 outputs", pool_none},
    {"avg_pool", "9223372036854775807x2 outputs", pool_many}, {"avg_pool", "[H,W,C]", pool_vector},
    {"avg_unpool", "shape that the pooling gives", avg_unpool},
    {"reshape", "number of elements", reshape}, {"reshape", "", reshape_low}, {"reshape", "", reshape_far},
    {"reshape", "", reshape_axes}, {"expand_lead", "", lead_axes},
    {"transpose", "permutation", perm}, {"transpose", "permutation", perm_far}, {"from_chw", "3 axes", chw},
    {"expand_lead", "end of the one", lead}, {"expand_last", "", last}, {"sum_lead", "as many axes", keep},
    {"sum_last", "at least one axis", sum_last}, {"broadcast", "batch_rows", broadcast},
    {"batch_sum", "row value", batch_sum}, {"batch_rows", "first axis", batch_rows},
    {"onehot", "negative", onehot}, {"pick", "i32", pick}, {"xent", "same class", xent},
};

START_TEST(refused)
{
    asy_arena *arena = asy_arena_new(0);
    asy_graph *g = asy_graph_new(arena, ASY_F32);
    values v = make(g);
    ck_assert_int_eq(asy_graph_status(g), ASY_OK);
    ck_assert_uint_eq(bad[_i].build(g, &v).id, 0);
    ck_assert_int_ne(asy_graph_status(g), ASY_OK);
    const char *text = asy_error_text();
    ck_assert_msg(strncmp(text, bad[_i].op, strlen(bad[_i].op)) == 0 && strstr(text, bad[_i].text), "%s: %s",
                  bad[_i].op, text);
    asy_arena_free(arena);
}
END_TEST

/* Unlike above: what is odd and allowed. */
START_TEST(allowed)
{
    asy_arena *arena = asy_arena_new(0);
    asy_graph *g = asy_graph_new(arena, ASY_F32);
    values v = make(g);
    asy_val y = asy_conv2d(g, v.image, v.filter, NO_BIAS, &(asy_conv){.stride = {INT64_MAX, 9}, .pad = {2, 2}});
    asy_type t = asy_val_type(g, y);
    asy_shape want = ASY_SHAPE(1, 1, 2);
    ck_assert(asy_shape_equal(&t.shape, &want));
    ck_assert_uint_eq(asy_reshape(g, v.vector, ASY_SHAPE(6)).id, v.vector.id);
    ck_assert_uint_eq(asy_sum_lead(g, v.vector, 1).id, v.vector.id);
    ck_assert_int_eq(asy_graph_status(g), ASY_OK);
    asy_arena_free(arena);
}
END_TEST

/* A batch second operand stands beside a row value as it is; a product may swap, a difference must broadcast. */
START_TEST(no_needless_broadcast)
{
    asy_arena *arena = asy_arena_new(0);
    asy_graph *g = asy_graph_new(arena, ASY_F32);
    asy_val x = asy_input(g, "x", ASY_ROW, ASY_F32, ASY_SHAPE(7)), b = make(g).bias;
    ck_assert_uint_eq(asy_val_node(g, asy_add(g, x, b), NULL)->in[1].id, b.id);
    ck_assert_uint_eq(asy_mul(g, b, x).id, asy_mul(g, x, b).id);
    ck_assert_uint_eq(asy_val_node(g, asy_sub(g, b, x), NULL)->in[0].id, asy_broadcast(g, b).id);
    asy_arena_free(arena);
}
END_TEST

Suite *asy_suite_graph_ops(void);
Suite *asy_suite_graph_ops(void)
{
    Suite *s = suite_create("graph_ops");
    TCase *t = tcase_create("builders");
    tcase_add_loop_test(t, refused, 0, (int)(sizeof bad / sizeof bad[0]));
    tcase_add_test(t, allowed);
    tcase_add_test(t, no_needless_broadcast);
    suite_add_tcase(s, t);
    return s;
}
