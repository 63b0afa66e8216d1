// SPDX-License-Identifier: GPL-3.0-or-later
/* What lib/graph/nn.h composes, held to the operators' conformance: known values, derivatives of both orders,
 * row invariance, NaN, float32 on each backend. */
#include "graph/check.h"
#include "graph/nn.h"
#include "graph/ops/_common.h"
#include "kernels/kernels.h"
#include <check.h>
#include <string.h>

static asy_val gelu(asy_graph *g, const asy_val in[]) { return asy_gelu(g, in[0]); }
static asy_val silu(asy_graph *g, const asy_val in[]) { return asy_silu(g, in[0]); }
static asy_val leaky(asy_graph *g, const asy_val in[]) { return asy_leaky_relu(g, in[0], 0.25); }
static asy_val elu(asy_graph *g, const asy_val in[]) { return asy_elu(g, in[0]); }
static asy_val square(asy_graph *g, const asy_val in[]) { return asy_square(g, in[0]); }

static const double bend_in[] = {1, -1, 0}, gelu_out[] = {0.84134474606854293, -0.15865525393145707, 0};
static const double log_in[] = {1.0986122886681098, -0.69314718055994531, 0, 800};
static const double silu_out[] = {0.82395921650108236, -0.23104906018664844, 0, 800};
static const double elu_out[] = {1.0986122886681098, -0.5, 0, 800}, leaky_out[] = {1, -0.25, 0};
static const asy_op_case activations[] = {
    {.name = "gelu", .n_in = 1, .in = {ROW_IN(-3, 3, 3, 5)}, .build = gelu},
    {.name = "known gelu", .n_in = 1, .in = {ROW_IN(-3, 3, 3)}, .build = gelu, KNOWN(bend_in, gelu_out)},
    {.name = "silu", .n_in = 1, .in = {ROW_IN(-3, 3, 4)}, .build = silu, KNOWN(log_in, silu_out)},
    {.name = "leaky", .n_in = 1, .in = {ROW_IN(-3, 3, 3)}, .build = leaky, .kink = 1e-3,
     KNOWN(bend_in, leaky_out)},
    {.name = "elu", .n_in = 1, .in = {ROW_IN(-3, 3, 4)}, .build = elu, .kink = 1e-3, KNOWN(log_in, elu_out)},
    {.name = "square", .n_in = 1, .in = {BATCH_IN(-3, 3, 7)}, .build = square},
    {.name = NULL},
};

static asy_val sum02(asy_graph *g, const asy_val in[]) { return asy_sum_axes(g, in[0], 5); }
static asy_val mean1(asy_graph *g, const asy_val in[]) { return asy_mean_axes(g, in[0], 2); }
static asy_val mean(asy_graph *g, const asy_val in[]) { return asy_mean_all(g, in[0]); }
static asy_val mean_last(asy_graph *g, const asy_val in[]) { return asy_mean_last(g, in[0]); }
static asy_val norm(asy_graph *g, const asy_val in[]) { return asy_norm(g, in[0]); }
static asy_val normalize(asy_graph *g, const asy_val in[]) { return asy_normalize_last(g, in[0]); }
static asy_val argmax(asy_graph *g, const asy_val in[]) { return asy_argmax_last(g, in[0]); }
static asy_val parts(asy_graph *g, const asy_val in[])
{
    asy_val v[3];
    asy_split(g, in[0], 1, 3, v);
    return asy_sub(g, asy_mul(g, v[0], v[2]), v[1]);
}

static const double twelve[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
static const double sum02_out[] = {18, 26, 34}, mean1_out[] = {3, 4, 9, 10}, mean_out[] = {6.5};
static const double norms_in[] = {3, -4, 0, 0}, norm_out[] = {5}, unit_out[] = {0.6, -0.8, 0, 0};
static const double first_out[] = {0, 0}, parts_out[] = {1 * 5 - 3, 2 * 6 - 4, 7 * 11 - 9, 8 * 12 - 10};
static const asy_op_case axes[] = {
    {.name = "sum of two axes", .n_in = 1, .in = {ROW_IN(-2, 2, 2, 3, 2)}, .build = sum02,
     KNOWN(twelve, sum02_out)},
    {.name = "mean of an axis", .n_in = 1, .in = {ROW_IN(-2, 2, 2, 3, 2)}, .build = mean1,
     KNOWN(twelve, mean1_out)},
    {.name = "mean", .n_in = 1, .in = {ROW_IN(-2, 2, 12)}, .build = mean, KNOWN(twelve, mean_out)},
    {.name = "mean of the last axis", .n_in = 1, .in = {BATCH_IN(-2, 2, 3, 5)}, .build = mean_last},
    {.name = "norm", .n_in = 1, .in = {ROW_IN(-2, 2, 4)}, .build = norm, KNOWN(norms_in, norm_out)},
    {.name = "unit vectors", .n_in = 1, .in = {ROW_IN(-2, 2, 2, 2)}, .build = normalize,
     KNOWN(norms_in, unit_out)},
    {.name = "largest", .n_in = 1, .in = {ROW_IN(-2, 2, 2, 2)}, .build = argmax, .nodiff = true,
     KNOWN(norms_in, first_out)},
    {.name = "parts", .n_in = 1, .in = {ROW_IN(-2, 2, 2, 3, 2)}, .build = parts, KNOWN(twelve, parts_out)},
    {.name = NULL},
};

#define BATCH_INT(lo, hi, ...) {ASY_BATCH, ASY_I32, ASY__AXES(__VA_ARGS__), lo, hi}
static asy_val gram(asy_graph *g, const asy_val in[]) { return asy_gram(g, in[0]); }
static asy_val bilinear(asy_graph *g, const asy_val in[]) { return asy_bilinear(g, in[0], in[1], in[2]); }
static asy_val swap(asy_graph *g, const asy_val in[]) { return asy_swap_last(g, in[0]); }
static asy_val embedding(asy_graph *g, const asy_val in[]) { return asy_embedding(g, in[0], in[1]); }
static asy_val transpose(asy_graph *g, const asy_val in[])
{
    return asy_conv2d_transpose(g, in[0], in[1], in[2], &(asy_conv){.stride = {2, 2}}, (int64_t[]){1, 0});
}
static asy_val transpose_wide(asy_graph *g, const asy_val in[])
{
    asy_conv c = {.stride = {2, 1}, .pad = {1, 2}, .dilation = {1, 2}, .groups = 2};
    return asy_conv2d_transpose(g, in[0], in[1], in[2], &c, (int64_t[]){1, 0});
}
static asy_val transpose_each(asy_graph *g, const asy_val in[])
{
    asy_conv c = {.stride = {3, 2}, .pad = {1, 0}, .groups = 3};
    return asy_conv2d_transpose(g, in[0], in[1], (asy_val){0}, &c, NULL);
}
/* by the inner product: ⟨conv(y), x⟩ − ⟨y, transpose(x)⟩ */
static asy_val transpose_adjoint(asy_graph *g, const asy_val in[])
{
    asy_conv c = {.stride = {2, 1}, .pad = {1, 2}, .dilation = {1, 2}, .groups = 2};
    asy_val x = asy_conv2d_transpose(g, in[0], in[1], (asy_val){0}, &c, (int64_t[]){1, 0});
    asy_val y = asy_conv2d(g, in[2], in[1], (asy_val){0}, &c);
    return asy_sub(g, asy_sum(g, asy_mul(g, y, in[0])), asy_sum(g, asy_mul(g, in[2], x)));
}
static asy_val graph_conv(asy_graph *g, const asy_val in[])
{
    return asy_graph_conv(g, in[0], in[1], in[2], in[3], in[4]);
}

static const double pair_in[] = {1, 2, 3, 4, 1, 0, 0, 1, 1, 1, 1, 1}, pair_out[] = {11, 21};
static const double four[] = {1, 2, 3, 4}, gram_out[] = {5, 11, 11, 25};
static const double conv_in[] = {0, 1, 3, 0, 0, 1, 2, 0.5, 0.5, 1, 2, 3, 4, 1, -1};
static const double conv_out[] = {-2, -1};
/* 2 × 2 blocks of x times (1 2; 3 4), the last row of output padding; + 100 */
static const double up_in[] = {1, 10, 1, 2, 3, 4, 100};
static const double up_out[] = {101, 102, 110, 120, 103, 104, 130, 140, 100, 100, 100, 100};
/* y [4,4,2] ↔ x [2,4,4]: y is summed with itself, whole numbers */
static const double adjoint_out[] = {0};
static const double adjoint_in[] = {
    -2, 5, 1, -3, 4, 0, -4, 3, -1, -5, 2, -2, 5, 1, -3, 4, 0, -4, 3, -1, -5, 2, -2, 5, 1, -3, 4, 0, -4, 3,
    -1, -5, -2, 3, -1, 4, 0, -4, 1, -3, 2, -2, 3, -1, 4, 0, -4, 1, -3, 2, -2, 3, -1, 4, 0, -4, 1, -3, 2,
    -2, 3, -1, 4, 0, -4, 1, -3, 2, -5, -2, 1, 4, -6, -3, 0, 3, 6, -4, -1, 2, 5, -5, -2, 1, 4, -6, -3, 0,
    3, 6, -4, -1, 2, 5, -5, -2, 1, 4, -6, -3};
static const asy_op_case products[] = {
    {.name = "transposed convolution", .n_in = 3, .build = transpose,
     .in = {ROW_IN(-1, 1, 1, 2, 1), BATCH_IN(-1, 1, 1, 1, 2, 2), BATCH_IN(-1, 1, 1)},
     KNOWN(up_in, up_out)},
    {.name = "transposed, dilated groups", .n_in = 3, .build = transpose_wide,
     .in = {ROW_IN(-1, 1, 2, 4, 4), BATCH_IN(-1, 1, 4, 1, 3, 3), BATCH_IN(-1, 1, 2)}},
    {.name = "transposed, depthwise", .n_in = 2, .build = transpose_each,
     .in = {ROW_IN(-1, 1, 2, 3, 3), BATCH_IN(-1, 1, 3, 2, 3, 2)}},
    {.name = "transposed is the adjoint", .n_in = 3, .build = transpose_adjoint, .nodiff = true,
     .in = {ROW_IN(-1, 1, 2, 4, 4), BATCH_IN(-1, 1, 4, 1, 3, 3), ROW_IN(-1, 1, 4, 4, 2)},
     KNOWN(adjoint_in, adjoint_out)},
    {.name = "gram", .n_in = 1, .in = {ROW_IN(-1, 1, 2, 2)}, .build = gram, KNOWN(four, gram_out)},
    {.name = "swap", .n_in = 1, .in = {ROW_IN(-1, 1, 2, 3, 4)}, .build = swap},
    {.name = "bilinear", .n_in = 3, .in = {ROW_IN(-1, 1, 2), ROW_IN(-1, 1, 2), BATCH_IN(-1, 1, 2, 2, 2)},
     .build = bilinear, KNOWN(pair_in, pair_out)},
    {.name = "embedding", .n_in = 2, .in = {BATCH_IN(-1, 1, 5, 3), ROW_INT(0, 4, 4)}, .build = embedding},
    {.name = "graph convolution", .n_in = 5, .in = {BATCH_INT(0, 3, 3), BATCH_INT(0, 1, 3),
     BATCH_IN(-1, 1, 3), BATCH_IN(-1, 1, 2, 2), BATCH_IN(-1, 1, 1, 2)}, .build = graph_conv,
     KNOWN(conv_in, conv_out)},
    {.name = NULL},
};

static asy_val masked(asy_graph *g, const asy_val in[]) { return asy_softmax_masked(g, in[0], in[1]); }
static asy_val mask(asy_graph *g, const asy_val in[])
{
    (void)in;
    return asy_causal_mask(g, 2, 3);
}
static asy_val attend(asy_graph *g, const asy_val in[])
{
    return asy_attention(g, in[0], in[1], in[2], 2, false);
}
static asy_val causal(asy_graph *g, const asy_val in[])
{
    return asy_attention(g, in[0], in[1], in[2], 2, true);
}
static asy_val one_head(asy_graph *g, const asy_val in[])
{
    return asy_attention(g, in[0], in[1], in[2], 1, true);
}
/* a loss of each sample that is the mean of its tokens' */
static asy_val token_loss(asy_graph *g, const asy_val in[])
{
    asy_val y = asy_linear(g, asy_attention(g, in[0], in[0], in[0], 2, true), in[1], (asy_val){0});
    return asy_mean_all(g, asy_xent(g, y, in[2]));
}

static const double ln[] = {0, 1.0986122886681098, 5, 1, 1, 0}, ln_out[] = {0.25, 0.75, 0};
static const double none_in[] = {1, 2, 3, 0, 0, 0}, none_out[] = {0, 0, 0};
static const double mask_out[] = {1, 1, 0, 1, 1, 1};
/* q = ln 3 and k = (1, 0): weights ¾ and ¼ where both are seen */
static const double head_in[] = {7, 1.0986122886681098, 1, 0, 4, 8}, head_out[] = {4, 5};
static const asy_op_case attention[] = {
    {.name = "masked", .n_in = 2, .in = {ROW_IN(-2, 2, 3), ROW_IN(-1, 1, 3)}, .build = masked, .kink = 1e-3,
     KNOWN(ln, ln_out)},
    {.name = "all masked", .n_in = 2, .in = {ROW_IN(-2, 2, 3), ROW_IN(-1, 1, 3)}, .build = masked,
     .nodiff = true, KNOWN(none_in, none_out)},
    {.name = "causal mask", .build = mask, .nodiff = true, .n_known = 6, .known_out = mask_out},
    {.name = "two heads", .n_in = 3, .in = {ROW_IN(-1, 1, 3, 4), ROW_IN(-1, 1, 5, 4), ROW_IN(-1, 1, 5, 6)},
     .build = attend},
    {.name = "causal", .n_in = 3, .in = {ROW_IN(-1, 1, 4, 4), ROW_IN(-1, 1, 4, 4), ROW_IN(-1, 1, 4, 2)},
     .build = causal},
    {.name = "one head", .n_in = 3, .in = {ROW_IN(-1, 1, 2, 1), ROW_IN(-1, 1, 2, 1), ROW_IN(-1, 1, 2, 1)},
     .build = one_head, KNOWN(head_in, head_out)},
    {.name = "tokens", .n_in = 3, .in = {ROW_IN(-1, 1, 3, 4), BATCH_IN(-1, 1, 5, 4), ROW_INT(0, 4, 3)},
     .build = token_loss},
    {.name = NULL},
};

static asy_val dropout(asy_graph *g, const asy_val in[])
{
    return asy_dropout(g, in[0], asy_detach(g, in[1]), 0.2);
}
static asy_val quantize(asy_graph *g, const asy_val in[])
{
    return asy_quantize(g, in[0], 3, ASY_STEP_EXACT);
}
static asy_val slope(asy_graph *g, const asy_val in[], asy_step_rule rule)
{
    asy_val dx;
    asy_grad(g, asy_sum(g, asy_quantize(g, in[0], 3, rule)), 1, in, &dx);
    return dx;
}
static asy_val slope_exact(asy_graph *g, const asy_val in[]) { return slope(g, in, ASY_STEP_EXACT); }
static asy_val slope_straight(asy_graph *g, const asy_val in[]) { return slope(g, in, ASY_STEP_STRAIGHT); }
static asy_val slope_surrogate(asy_graph *g, const asy_val in[]) { return slope(g, in, ASY_STEP_SURROGATE); }
static asy_val sample(asy_graph *g, const asy_val in[]) { return asy_grid_sample(g, in[0], in[1], false); }
static asy_val sample_border(asy_graph *g, const asy_val in[])
{
    return asy_grid_sample(g, in[0], in[1], true);
}

static const double drop_in[] = {1, 2, 3, 0.1, 0.2, 0.9}, drop_out[] = {0, 2.5, 3.75};
static const double level_in[] = {0.2, 0.3, 0.25, 1.7, -1}, level_out[] = {0, 0.5, 0, 1, 0};
static const double edge_in[] = {0.25, 1.7, -1}, zeros[] = {0, 0, 0}, straight_out[] = {1, 0, 0};
/* in the middle of a step 5 / (2 tanh 2.5) */
static const double surrogate_out[] = {2.533918274531521, 0, 0};
static const double pixels[] = {1, 2, 3, 4, 0.5, 0.5, 0, 0.25, 1, 1, -0.5, 0};
static const double sample_out[] = {2.5, 1.25, 4, 0.5}, border_out[] = {2.5, 1.25, 4, 1};
static const asy_op_case steps[] = {
    {.name = "dropout", .n_in = 2, .in = {ROW_IN(-1, 1, 3), ROW_IN(0, 1, 3)}, .build = dropout,
     .nodiff = true, KNOWN(drop_in, drop_out)},
    {.name = "levels", .n_in = 1, .in = {ROW_IN(-1, 2, 5)}, .build = quantize, .nodiff = true,
     KNOWN(level_in, level_out)},
    {.name = "exactly", .n_in = 1, .in = {ROW_IN(-1, 2, 3)}, .build = slope_exact, .nodiff = true,
     KNOWN(edge_in, zeros)},
    {.name = "straight through", .n_in = 1, .in = {ROW_IN(-1, 2, 3)}, .build = slope_straight,
     .nodiff = true, KNOWN(edge_in, straight_out)},
    {.name = "surrogate", .n_in = 1, .in = {ROW_IN(-1, 2, 3)}, .build = slope_surrogate, .nodiff = true,
     KNOWN(edge_in, surrogate_out)},
    {.name = "grid", .n_in = 2, .in = {ROW_IN(-1, 1, 4, 5, 2), ROW_IN(-1, 5, 3, 2, 2)}, .build = sample,
     .kink = 1e-3},
    {.name = "grid with borders", .n_in = 2, .in = {ROW_IN(-1, 1, 3, 3, 1), BATCH_IN(-1, 4, 2, 4, 2)},
     .build = sample_border, .kink = 1e-3},
    {.name = "grid in a cell", .n_in = 2, .in = {ROW_IN(-1, 1, 3, 4, 2), ROW_IN(1.2, 1.8, 3, 2, 2)},
     .build = sample},
    {.name = "known grid", .n_in = 2, .in = {ROW_IN(-1, 1, 2, 2, 1), ROW_IN(-1, 2, 2, 2, 2)},
     .build = sample, .nodiff = true, KNOWN(pixels, sample_out)},
    {.name = "known borders", .n_in = 2, .in = {ROW_IN(-1, 1, 2, 2, 1), ROW_IN(-1, 2, 2, 2, 2)},
     .build = sample_border, .nodiff = true, KNOWN(pixels, border_out)},
    {.name = NULL},
};

static const asy_op families[] = {
    {.name = "activations", .cases = activations}, {.name = "axes", .cases = axes},
    {.name = "products", .cases = products},       {.name = "attention", .cases = attention},
    {.name = "steps", .cases = steps},
};
enum { FAMILIES = sizeof families / sizeof *families };

START_TEST(reference)
{
    asy_status s = asy_check_op(&families[_i], NULL, asy_rng_seed(1));
    ck_assert_msg(s == ASY_OK, "%s", asy_error_text());
}
END_TEST

START_TEST(backends)
{
    for (int isa = ASY_ISA_PLAIN; isa <= ASY_ISA_AVX512; isa++) {
        const asy_backend *b = asy_backend_cpu((asy_isa)isa);
        asy_status s = b ? asy_check_op(&families[_i], b, asy_rng_seed(1)) : ASY_OK;
        ck_assert_msg(s == ASY_OK, "%s: %s", b ? b->name : "", asy_error_text());
    }
}
END_TEST

static void refused(asy_graph *g, asy_val v, const char *text)
{
    ck_assert_uint_eq(v.id, 0);
    ck_assert_int_ne(asy_graph_status(g), ASY_OK);
    ck_assert_msg(strstr(asy_error_text(), text) != NULL, "%s", asy_error_text());
}

/* What does not fit is said where it is built. */
START_TEST(refusals)
{
    asy_arena *a = asy_arena_new(0);
    asy_graph *g[12];
    asy_val x[12], out[4];
    for (int i = 0; i < 12; i++) {
        g[i] = asy_graph_new(a, ASY_F32);
        x[i] = asy_input(g[i], "x", ASY_ROW, ASY_F32, ASY_SHAPE(4, 6));
    }
    refused(g[0], asy_attention(g[0], x[0], x[0], x[0], 4, false), "divisible by the heads");
    asy_split(g[1], x[1], 0, 3, out);
    refused(g[1], out[0], "does not divide into 3 parts");
    refused(g[2], asy_slice(g[2], x[2], 1, 3, 4), "has 6 elements, not 4 from 3 on");
    refused(g[3], asy_sum_axes(g[3], x[3], 4), "has 2 axes");
    refused(g[4], asy_mean_axes(g[4], asy_batch_all(g[4], x[4]), 1), "not the rows");
    refused(g[5], asy_dropout(g[5], x[5], x[5], 1), "not in [0, 1)");
    refused(g[6], asy_quantize(g[6], x[6], 1, ASY_STEP_EXACT), "2 to 2^20 levels");
    refused(g[7], asy_grid_sample(g[7], x[7], x[7], false), "points [OH,OW,2]");
    refused(g[8], asy_matmul(g[8], x[8], x[8], false, false), "summed over");
    asy_median(g[9], asy_reshape(g[9], x[9], ASY_SHAPE(4, 6, 1)), 2, 3, out);
    refused(g[9], out[0], "must be odd");
    asy_val image = asy_reshape(g[10], x[10], ASY_SHAPE(4, 3, 2));
    asy_val w = asy_input(g[10], "w", ASY_BATCH, ASY_F32, ASY_SHAPE(2, 3, 3, 3));
    refused(g[10], asy_conv2d_transpose(g[10], image, w, (asy_val){0}, &(asy_conv){.stride = {2, 2}},
                                        (int64_t[]){2, 0}), "less than the stride");
    refused(g[11], asy_conv2d_transpose(g[11], x[11], x[11], (asy_val){0}, &(asy_conv){.stride = {1, 1}},
                                        NULL), "[C,O/groups,kh,kw]");
    asy_arena_free(a);
}
END_TEST

Suite *asy_suite_nn(void);
Suite *asy_suite_nn(void)
{
    Suite *s = suite_create("nn");
    TCase *c = tcase_create("conformance");
    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, reference, 0, FAMILIES);
    tcase_add_loop_test(c, backends, 0, FAMILIES);
    tcase_add_test(c, refusals);
    suite_add_tcase(s, c);
    return s;
}
