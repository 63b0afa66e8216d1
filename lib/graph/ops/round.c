// SPDX-License-Identifier: GPL-3.0-or-later
/* floor round through: steps, and the derivative that a step may borrow. */
#include "_common.h"
#include <math.h>
#include <string.h>

extern const asy_op asy_op_floor, asy_op_round;

static double f_round(double x)
{
    double f = floor(x), d = x - f;
    return d > 0.5 || (d == 0.5 && floor(f / 2) * 2 != f) ? f + 1 : f;
}

static void eval_floor(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    asy__eval1(in, out, floor);
}

static void eval_round(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    asy__eval1(in, out, f_round);
}

static void eval_through(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    if (out[0].data != in[0].data) memmove(out[0].data, in[0].data, asy_tensor_bytes(&out[0]));
}

static asy_val vjp_through(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)g, (void)n;
    return arg == 1 ? dout[0] : (asy_val){0};
}

/* What is whole already. */
static asy_val fold_whole(asy_graph *g, const asy_node *n)
{
    const asy_op *by = asy_val_node(g, n->in[0], NULL)->op;
    return by == &asy_op_floor || by == &asy_op_round ? n->in[0] : (asy_val){ 0 };
}

static asy_val fold_through(asy_graph *g, const asy_node *n)
{
    (void)g;
    return n->in[0];
}

static asy_val build_floor(asy_graph *g, const asy_val in[]) { return asy_floor(g, in[0]); }
static asy_val build_round(asy_graph *g, const asy_val in[]) { return asy_round(g, in[0]); }
static asy_val build_through(asy_graph *g, const asy_val in[]) { return asy_through(g, in[0], in[1]); }
/* x³ − x, with the derivative of the same written otherwise */
static asy_val build_twins(asy_graph *g, const asy_val in[])
{
    asy_val square = asy_mul(g, in[0], in[0]);
    asy_val y = asy_detach(g, asy_sub(g, asy_mul(g, square, in[0]), in[0]));
    return asy_through(g, y, asy_mul(g, in[0], asy_affine(g, square, 1, -1)));
}

static const double steps[] = {-1.5, -0.5, -0.25, 0.5, 1.5, 2.75, 0.49999999999999994, 4503599627370497.0};
static const double floor_out[] = {-2, -1, -1, 0, 1, 2, 0, 4503599627370497.0};
static const double round_out[] = {-2, 0, 0, 0, 2, 3, 0, 4503599627370497.0};
static const double through_in[] = {1, 2, 3, 4}, through_out[] = {1, 2};

static const asy_op_case floor_cases[] = {
    {.name = "row", .n_in = 1, .in = {ROW_IN(-5, 5, 3, 11)}, .build = build_floor, .nodiff = true},
    {.name = "batch", .n_in = 1, .in = {BATCH_IN(-5, 5, 7)}, .build = build_floor, .nodiff = true},
    {.name = "known", .n_in = 1, .in = {ROW_IN(-5, 5, 8)}, .build = build_floor, .nodiff = true,
     KNOWN(steps, floor_out)},
    {.name = NULL},
};
static const asy_op_case round_cases[] = {
    {.name = "row", .n_in = 1, .in = {ROW_IN(-5, 5, 3, 11)}, .build = build_round, .nodiff = true},
    {.name = "batch", .n_in = 1, .in = {BATCH_IN(-5, 5, 7)}, .build = build_round, .nodiff = true},
    {.name = "known", .n_in = 1, .in = {ROW_IN(-5, 5, 8)}, .build = build_round, .nodiff = true,
     KNOWN(steps, round_out)},
    {.name = NULL},
};
static const asy_op_case through_cases[] = {
    {.name = "twins", .n_in = 1, .in = {ROW_IN(-2, 2, 3, 5)}, .build = build_twins},
    {.name = "batch twins", .n_in = 1, .in = {BATCH_IN(-2, 2, 4)}, .build = build_twins},
    {.name = "batch first", .n_in = 2, .in = {BATCH_IN(-2, 2, 4), ROW_IN(-2, 2, 4)}, .build = build_through,
     .nodiff = true},
    {.name = "known", .n_in = 2, .in = {ROW_IN(-2, 2, 2), ROW_IN(-2, 2, 2)}, .build = build_through,
     .nodiff = true, KNOWN(through_in, through_out)},
    {.name = NULL},
};

enum { EVERYWHERE = ASY_OP_ROW | ASY_OP_BATCH, MAP = EVERYWHERE | ASY_OP_INPLACE0 | ASY_OP_EACH };
const asy_op asy_op_floor = { .name = "floor",
                              .flags = MAP | ASY_OP_NODIFF,
                              .n_out = 1,
                              .type = asy__type_same,
                              .eval = eval_floor,
                              .fold = fold_whole,
                              .cases = floor_cases };
const asy_op asy_op_round = { .name = "round",
                              .flags = MAP | ASY_OP_NODIFF,
                              .n_out = 1,
                              .type = asy__type_same,
                              .eval = eval_round,
                              .fold = fold_whole,
                              .cases = round_cases };
const asy_op asy_op_through = { .name = "through",
                                .flags = EVERYWHERE | ASY_OP_VIEW,
                                .n_out = 1,
                                .type = asy__type_same,
                                .eval = eval_through,
                                .vjp = vjp_through,
                                .fold = fold_through,
                                .cases = through_cases };

asy_val asy_floor(asy_graph *g, asy_val x) { return asy__node(g, &asy_op_floor, 1, &x, NULL, 0); }
asy_val asy_round(asy_graph *g, asy_val x) { return asy__node(g, &asy_op_round, 1, &x, NULL, 0); }

asy_val asy_through(asy_graph *g, asy_val y, asy_val x)
{
    asy__same_class(g, &y, &x);
    return asy__node(g, &asy_op_through, 2, (asy_val[]){y, x}, NULL, 0);
}
