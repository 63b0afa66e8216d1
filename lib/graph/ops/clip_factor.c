// SPDX-License-Identifier: GPL-3.0-or-later
/* clip_factor: from a row's norm to the factor of its gradient; the table is in clip.h. total: the norm over
 * all groups, by which a row whose gradient is not finite is left out of every group. */
#include "_common.h"
#include "../clip.h"
#include <math.h>

static const double SLACK = 1 + 1e-6, MOST = 0x1p64;

/* C / d; nothing in it overflows a product with a gradient of moderate size */
static double ratio(double bound, double d)
{
    double c = bound / d;
    return c > MOST ? MOST : c;
}

static double factor(const asy_clip_attr *a, double n, double total, double bound)
{
    if (!isfinite(total) || !isfinite(n) || !(bound >= 0)) return 0;
    double s = n * SLACK;
    if (a->rule == ASY_CLIP_FLAT) return n == 0 || bound >= s ? 1 : ratio(bound, s);
    if (bound == 0) return 0;
    if (a->rule == ASY_CLIP_NORMALISED) return ratio(bound, s);
    if (a->rule == ASY_CLIP_AUTOMATIC) return ratio(bound, s + a->gamma);
    if (a->rule == ASY_CLIP_PSAC) return ratio(bound, s + a->gamma / (n + a->gamma));
    return n <= a->gamma ? ratio(bound, a->gamma * SLACK) : 0;
}

static void eval_clip_factor(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    const double *n = in[0].data, *total = in[1].data, *bound = in[2].data;
    for (int64_t r = 0; r < w->rows; r++)
        ((double *)out[0].data)[r] = factor(node->attr, n[r], total[r], *bound);
}

static asy_status type_clip_factor(const asy_node *node, const asy_type in[], asy_type out[])
{
    const asy_clip_attr *a = node->attr;
    ASY_TRY(asy__real(node, in, 3));
    if (a->rule < ASY_CLIP_FLAT || a->rule > ASY_CLIP_GLOBAL)
        return asy__refuse(node, in, "there is no such rule");
    if (a->rule >= ASY_CLIP_AUTOMATIC && !(a->gamma > 0 && isfinite(a->gamma)))
        return asy__refuse(node, in, "this rule needs a γ above 0");
    if (in[0].cls != ASY_ROW || in[1].cls != ASY_ROW || in[2].cls != ASY_BATCH || in[0].shape.n ||
        in[1].shape.n || in[2].shape.n)
        return asy__refuse(node, in, "needs two row values [] and a batch value []");
    out[0] = in[0];
    return ASY_OK;
}

static asy_val build(asy_graph *g, const asy_val in[], asy_clip_rule rule)
{
    asy_clip_attr a = {rule, 0.5};
    return asy__node(g, &asy_op_clip_factor, 3, in, &a, sizeof a);
}
static asy_val build_flat(asy_graph *g, const asy_val in[]) { return build(g, in, ASY_CLIP_FLAT); }
static asy_val build_normalised(asy_graph *g, const asy_val in[]) { return build(g, in, ASY_CLIP_NORMALISED); }
static asy_val build_automatic(asy_graph *g, const asy_val in[]) { return build(g, in, ASY_CLIP_AUTOMATIC); }
static asy_val build_psac(asy_graph *g, const asy_val in[]) { return build(g, in, ASY_CLIP_PSAC); }
static asy_val build_global(asy_graph *g, const asy_val in[]) { return build(g, in, ASY_CLIP_GLOBAL); }

#define CASE(name_, f) \
    {.name = name_, .n_in = 3, .in = {ROW_SCALAR(0, 4), ROW_SCALAR(0, 4), BATCH_SCALAR(0.5, 2)}, \
     .build = f, .nodiff = true}
#define KNOWN_CASE(name_, f, in_, out_) \
    {.name = name_, .n_in = 3, .in = {ROW_SCALAR(0, 4), ROW_SCALAR(0, 4), BATCH_SCALAR(0.5, 2)}, \
     .build = f, .nodiff = true, KNOWN(in_, out_)}
static const double inside[] = {0.5, 3, 1}, outside[] = {4, 4, 1}, none[] = {0, 0, 1}, no_bound[] = {2, 2, 0},
    bad[] = {2, (double)NAN, 1}, far[] = {2, (double)INFINITY, 1}, free_of[] = {2, 3, (double)INFINITY},
    negative[] = {2, 2, -1}, one[] = {1}, zero[] = {0}, quarter[] = {0.25 / (1 + 1e-6)},
    half_up[] = {1 / (4 * (1 + 1e-6) + 0.5)}, psac[] = {1 / (4 * (1 + 1e-6) + 0.5 / 4.5)},
    two[] = {2 / (1 + 1e-6)}, most[] = {0x1p64};
static const asy_op_case cases[] = {
    CASE("flat", build_flat), CASE("normalised", build_normalised), CASE("automatic", build_automatic),
    CASE("psac", build_psac), CASE("global", build_global),
    KNOWN_CASE("inside", build_flat, inside, one),
    KNOWN_CASE("outside", build_flat, outside, quarter),
    KNOWN_CASE("no gradient", build_flat, none, one),
    KNOWN_CASE("bound 0", build_flat, no_bound, zero),
    KNOWN_CASE("not finite elsewhere", build_flat, bad, zero),
    KNOWN_CASE("infinite", build_normalised, far, zero),
    KNOWN_CASE("no bound", build_flat, free_of, one),
    KNOWN_CASE("negative bound", build_flat, negative, zero),
    KNOWN_CASE("known normalised", build_normalised, outside, quarter),
    KNOWN_CASE("normalised, no gradient", build_normalised, none, most),
    KNOWN_CASE("known automatic", build_automatic, outside, half_up),
    KNOWN_CASE("known psac", build_psac, outside, psac),
    KNOWN_CASE("known global", build_global, inside, two),
    KNOWN_CASE("global, above", build_global, outside, zero),
    {.name = NULL},
};

const asy_op asy_op_clip_factor = {.name = "clip_factor", .flags = ASY_OP_ROW, .n_out = 1,
                                   .type = type_clip_factor, .eval = eval_clip_factor,
                                   .vjp = asy__no_derivative, .cases = cases};
