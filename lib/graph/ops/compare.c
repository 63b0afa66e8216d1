// SPDX-License-Identifier: GPL-3.0-or-later
/* less equal maximum minimum: of two operands, the second's shape a suffix of the first's. */
#include "_common.h"
#include <math.h>

/* The larger by the NaN rule (DESIGN §3.3): b replaces a only if it is greater, or NaN and a is not. */
static double f_less(double a, double b) { return a < b ? 1 : 0; }
static double f_equal(double a, double b) { return a == b ? 1 : 0; }
static double f_maximum(double a, double b) { return b > a || (isnan(b) && !isnan(a)) ? b : a; }
static double f_minimum(double a, double b) { return b < a || (isnan(b) && !isnan(a)) ? b : a; }

static void eval_less(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)w;
    asy__eval2(n, in, out, f_less);
}

static void eval_equal(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)w;
    asy__eval2(n, in, out, f_equal);
}

static void eval_maximum(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)w;
    asy__eval2(n, in, out, f_maximum);
}

static void eval_minimum(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)w;
    asy__eval2(n, in, out, f_minimum);
}

/* dy goes to the second operand where it is the one that was taken, to the first elsewhere. */
static asy_val share(asy_graph *g, const asy_node *n, asy_val second, asy_val dy, int arg)
{
    asy_val zero = asy__zeros_like(g, dy);
    if (arg == 0) return asy_select(g, second, zero, dy);
    return asy__reduce_to(g, asy_select(g, second, dy, zero), &n->in_type[1]);
}

static asy_val vjp_maximum(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    return share(g, n, asy_less(g, n->in[0], n->in[1]), dout[0], arg);
}

static asy_val vjp_minimum(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    return share(g, n, asy_greater(g, n->in[0], n->in[1]), dout[0], arg);
}

/* a < a never holds. */
static asy_val fold_less(asy_graph *g, const asy_node *n)
{
    return n->in[0].id == n->in[1].id ? asy__zeros_like(g, n->out) : (asy_val){0};
}

static asy_val fold_extreme(asy_graph *g, const asy_node *n)
{
    (void)g;
    return n->in[0].id == n->in[1].id ? n->in[0] : (asy_val){0};
}

static asy_val build_less(asy_graph *g, const asy_val in[]) { return asy_less(g, in[0], in[1]); }
static asy_val build_equal(asy_graph *g, const asy_val in[]) { return asy_equal(g, in[0], in[1]); }
static asy_val build_maximum(asy_graph *g, const asy_val in[]) { return asy_maximum(g, in[0], in[1]); }
static asy_val build_minimum(asy_graph *g, const asy_val in[]) { return asy_minimum(g, in[0], in[1]); }

#define PAIR(name_, a, b, f, ...) {.name = name_, .n_in = 2, .in = {a, b}, .build = f, __VA_ARGS__}
#define SECOND(f, ...)                                                                                \
    PAIR("equal", ROW_IN(-1, 1, 3, 5), ROW_IN(-1, 1, 3, 5), f, __VA_ARGS__),                          \
    PAIR("suffix", ROW_IN(-1, 1, 4, 3), BATCH_IN(-1, 1, 3), f, __VA_ARGS__),                          \
    PAIR("scalar", ROW_IN(-1, 1, 17), ROW_SCALAR(-1, 1), f, __VA_ARGS__),                             \
    PAIR("batch first", BATCH_IN(-1, 1, 6), ROW_IN(-1, 1, 6), f, __VA_ARGS__),                        \
    PAIR("batch", BATCH_IN(-1, 1, 2, 3), BATCH_IN(-1, 1, 3), f, __VA_ARGS__)
#define SECOND_KNOWN(f, out_)                                                                                \
    {.name = "known", .n_in = 2, .in = {ROW_IN(-1, 1, 6), ROW_IN(-1, 1, 6)}, .build = f, .nodiff = true,     \
     KNOWN(pairs, out_)}

static const double pairs[] = {1, 3, 2, (double)NAN, 5, (double)INFINITY,
                               2, 1, 2, 4, (double)NAN, -(double)INFINITY};
static const double less_out[] = {1, 0, 0, 0, 0, 0}, equal_out[] = {0, 0, 1, 0, 0, 0};
static const double maximum_out[] = {2, 3, 2, (double)NAN, (double)NAN, (double)INFINITY};
static const double minimum_out[] = {1, 1, 2, (double)NAN, (double)NAN, -(double)INFINITY};

static const asy_op_case less_cases[] = {
    SECOND(build_less, .nodiff = true), SECOND_KNOWN(build_less, less_out), {.name = NULL}};
static const asy_op_case equal_cases[] = {
    SECOND(build_equal, .nodiff = true), SECOND_KNOWN(build_equal, equal_out), {.name = NULL}};
static const asy_op_case maximum_cases[] = {
    SECOND(build_maximum, .kink = 1e-3), SECOND_KNOWN(build_maximum, maximum_out), {.name = NULL}};
static const asy_op_case minimum_cases[] = {
    SECOND(build_minimum, .kink = 1e-3), SECOND_KNOWN(build_minimum, minimum_out), {.name = NULL}};

enum { EVERYWHERE = ASY_OP_ROW | ASY_OP_BATCH | ASY_OP_INPLACE0 | ASY_OP_EACH };
const asy_op asy_op_less = {.name = "less", .flags = EVERYWHERE | ASY_OP_NODIFF | ASY_OP_PLUS0, .n_out = 1,
                            .type = asy__type_second, .eval = eval_less, .fold = fold_less,
                            .cases = less_cases};
const asy_op asy_op_equal = {.name = "equal", .flags = EVERYWHERE | ASY_OP_NODIFF | ASY_OP_PLUS0, .n_out = 1,
                             .type = asy__type_second, .eval = eval_equal, .cases = equal_cases};
const asy_op asy_op_maximum = {.name = "maximum", .flags = EVERYWHERE, .n_out = 1, .type = asy__type_second,
                               .eval = eval_maximum, .vjp = vjp_maximum, .fold = fold_extreme,
                               .cases = maximum_cases};
const asy_op asy_op_minimum = {.name = "minimum", .flags = EVERYWHERE, .n_out = 1, .type = asy__type_second,
                               .eval = eval_minimum, .vjp = vjp_minimum, .fold = fold_extreme,
                               .cases = minimum_cases};

asy_val asy_less(asy_graph *g, asy_val a, asy_val b) { return asy__second(g, &asy_op_less, a, b); }
asy_val asy_equal(asy_graph *g, asy_val a, asy_val b) { return asy__second(g, &asy_op_equal, a, b); }
asy_val asy_maximum(asy_graph *g, asy_val a, asy_val b) { return asy__second(g, &asy_op_maximum, a, b); }
asy_val asy_minimum(asy_graph *g, asy_val a, asy_val b) { return asy__second(g, &asy_op_minimum, a, b); }
