// SPDX-License-Identifier: GPL-3.0-or-later
/* Clipped sums in one pass. asy_grad_per_sample says what each row's gradient is: a value of the graph that
 * nobody runs. Here its terms are read off: a product dyᵀ x of a linear layer, a convolution's, an
 * embedding's. Their norms need no gradient, and their clipped sum is the plain weight gradient of (c dy, x):
 * book-keeping (Bu et al. 2023, arXiv:2210.00038). What is none of these (biases, scales of norms, normalised
 * weights) is made, row by row, in the scratch of the chunk.
 * Factors of 0 are mul_safe's: a row that is left out leaves nothing, whatever its values are. */
#include "clip.h"
#include "impl.h"
#include "ops.h"
#include <math.h>
#include <string.h>

/* terms: most of one weight that are taken apart; visits: nodes that are looked at, as a sum of sums may have
 * exponentially many */
enum { MOST_TERMS = 64, MOST_VISITS = 4096 };
extern const asy_op asy_op_add, asy_op_sub, asy_op_neg, asy_op_mul, asy_op_div, asy_op_div_safe, asy_op_reshape,
    asy_op_transpose, asy_op_broadcast, asy_op_sum, asy_op_sum_last, asy_op_sum_lead, asy_op_expand_last,
    asy_op_expand_lead, asy_op_slice, asy_op_flip, asy_op_relu_grad, asy_op_clamp_grad, asy_op_place,
    asy_op_affine, asy_op_pad;
/* Linear in the first input; mul and matmul in either. */
static const asy_op *const linear_ops[] = {
    &asy_op_neg,         &asy_op_mul,         &asy_op_div,        &asy_op_div_safe,  &asy_op_reshape,
    &asy_op_transpose,   &asy_op_sum,         &asy_op_sum_last,   &asy_op_sum_lead,  &asy_op_expand_last,
    &asy_op_expand_lead, &asy_op_slice,       &asy_op_flip,       &asy_op_relu_grad, &asy_op_clamp_grad,
    &asy_op_place,       &asy_op_scatter_add, &asy_op_gather,     &asy_op_matmul,
};

typedef struct {
    asy_graph *g;
    bool materialise;
    int visits;
    asy_val factor, keep;           /* row []: c; 1 where c is not 0 */
} clipper;

/* ---- what a node is */
static bool is_row(const asy_type *t) { return t->cls == ASY_ROW; }

static bool is_product(const asy_node *n)
{
    const asy_matmul_attr *a = n->attr;
    return n->op == &asy_op_matmul && a->ta && !a->tb && n->out_type[0].shape.n == 2 && is_row(n->in_type) &&
           is_row(n->in_type + 1);
}

static bool is_table(const asy_node *n)
{
    return n->op == &asy_op_scatter_add && ((const asy_gather_attr *)n->attr)->axis == 0 && is_row(n->in_type) &&
           is_row(n->in_type + 1);
}

static int64_t lines(const asy_node *n) { return ((const asy_gather_attr *)n->attr)->n; }

static bool is_sum(const asy_node *n)
{
    return (n->op == &asy_op_add || n->op == &asy_op_sub) && is_row(n->in_type) && is_row(n->in_type + 1) &&
           asy_shape_equal(&n->in_type[0].shape, &n->in_type[1].shape);
}

static bool is_zero(const asy_node *n)
{
    return n->op == &asy_op_fill && ((const asy__fill_attr *)n->attr)->value == 0;
}

static bool moves_only(const asy_node *n)
{
    return n->op == &asy_op_reshape || n->op == &asy_op_transpose || n->op == &asy_op_neg;
}

/* ---- norms */
/* The terms of a sum; false where there are too many. */
static bool terms_of(clipper *c, asy_val v, int *n, const asy_node *term[])
{
    const asy_node *node = asy__node_of(c->g, v);
    if (--c->visits < 0) return false;
    if (node->op == &asy_op_add && is_sum(node))
        return terms_of(c, node->in[0], n, term) && terms_of(c, node->in[1], n, term);
    if (*n == MOST_TERMS) return false;
    term[(*n)++] = node;
    return true;
}

static asy_val joined(asy_graph *g, int n, asy_val v[])
{
    while (n > 1) {
        int parts = 0;
        for (int i = 0; i < n; i += ASY_NODE_IN) {
            int some = n - i < ASY_NODE_IN ? n - i : ASY_NODE_IN;
            v[parts++] = some > 1 ? asy_concat(g, some, v + i, 0) : v[i];
        }
        n = parts;
    }
    return v[0];
}

/* An embedding's table is the product of one-hot lines and dy. */
static void factors_of(asy_graph *g, const asy_node *n, asy_val *dy, asy_val *x)
{
    *dy = n->in[0];
    *x = n->in[1];
    if (is_product(n)) return;
    int64_t tokens = asy_shape_count(&n->in_type[1].shape);
    *dy = asy_reshape(g, asy_onehot(g, n->in[1], lines(n)), ASY_SHAPE(tokens, lines(n)));
    *x = asy_reshape(g, n->in[0], ASY_SHAPE(tokens, n->out_type[0].shape.d[1]));
}

/* A weight that is used several times: its products' tokens, one after the other. */
static asy_val norm_of_products(asy_graph *g, int n, const asy_node *const term[])
{
    asy_val dy[MOST_TERMS], x[MOST_TERMS];
    for (int i = 0; i < n; i++) factors_of(g, term[i], &dy[i], &x[i]);
    return asy_linear_w_norm(g, joined(g, n, dy), joined(g, n, x));
}

static asy_val norm_of(clipper *c, asy_val v)
{
    const asy_node *term[MOST_TERMS], *node = asy__node_of(c->g, v);
    int n = 0;
    while (!c->materialise && moves_only(node) && --c->visits >= 0) {
        v = node->in[0];
        node = asy__node_of(c->g, v);
    }
    if (c->materialise || !terms_of(c, v, &n, term)) return asy_length(c->g, v);
    if (n == 1 && node->op == &asy_op_conv2d_w_row)
        return asy_conv2d_w_norm(c->g, node->in[0], node->in[1], node->attr);
    if (n == 1 && is_table(node)) return asy_embedding_w_norm(c->g, node->in[0], node->in[1], lines(node));
    for (int i = 0; i < n; i++)
        if (!is_product(term[i]) && !(is_table(term[i]) && term[i]->out_type[0].shape.n == 2))
            return asy_length(c->g, v);
    return norm_of_products(c->g, n, term);
}

/* ---- sums: linear in the row's gradient, so they go through what is linear and the same for all rows */
static asy_val clipped(clipper *c, asy_val x) { return asy_mul_safe(c->g, x, c->factor); }
static asy_val kept(clipper *c, asy_val x) { return asy_mul_safe(c->g, x, c->keep); }

/* Which input of a node alone differs from row to row, if the node is linear in it, else −1; the others as
 * batch values. */
static int varies_in(const asy_graph *g, const asy_node *n, asy_val in[])
{
    int at = -1;
    bool linear = (n->op == &asy_op_affine && ((const asy_affine_attr *)n->attr)->shift == 0) ||
                  (n->op == &asy_op_pad && ((const asy_part_attr *)n->attr)->value == 0);
    for (size_t i = 0; i < sizeof linear_ops / sizeof *linear_ops; i++) linear = linear || n->op == linear_ops[i];
    for (int k = 0; k < n->n_in && linear; k++) {
        const asy_node *from = asy__node_of(g, n->in[k]);
        in[k] = from->op == &asy_op_broadcast ? from->in[0] : n->in[k];
        if (!is_row(asy__type_of(g, in[k]))) continue;
        linear = at < 0 && (k == 0 || n->op == &asy_op_mul || n->op == &asy_op_matmul);
        at = k;
    }
    return linear ? at : -1;
}

static bool is_leaf(const asy_node *n)
{
    return is_product(n) || is_table(n) || n->op == &asy_op_conv2d_w_row;
}

/* Going through pays where a weight gradient is at the end; else it may sum activations over the rows. */
static bool pays(clipper *c, asy_val v)
{
    asy_val in[ASY_NODE_IN];
    const asy_node *n = asy__node_of(c->g, v);
    if (--c->visits < 0) return false;
    if (is_sum(n)) return pays(c, n->in[0]) && pays(c, n->in[1]);
    int at = varies_in(c->g, n, in);
    return at >= 0 ? pays(c, in[at]) : is_leaf(n);
}

static asy_val sum_of(clipper *c, asy_val v);

static asy_val sum_of_terms(clipper *c, const asy_node *n)
{
    asy_val a = sum_of(c, n->in[0]), b = sum_of(c, n->in[1]);
    return n->op == &asy_op_add ? asy_add(c->g, a, b) : asy_sub(c->g, a, b);
}

static asy_val sum_of(clipper *c, asy_val v)
{
    asy_graph *g = c->g;
    const asy_node *n = asy__node_of(g, v);
    if (g->failed) return (asy_val){0};
    if (is_zero(n)) return asy_fill(g, ASY_BATCH, n->out_type[0].shape, 0);
    if (c->materialise || --c->visits < 0) return asy_batch_sum(g, clipped(c, v));
    if (is_sum(n)) return sum_of_terms(c, n);
    asy_val in[ASY_NODE_IN], out;
    int at = varies_in(g, n, in);
    if (at >= 0 && pays(c, in[at])) {
        in[at] = sum_of(c, in[at]);
        asy_node_add(g, n->op, n->n_in, in, n->attr, n->attr_size, &out);
        return out;
    }
    if (is_product(n)) return asy_linear_w(g, clipped(c, n->in[0]), kept(c, n->in[1]));
    if (is_table(n)) return asy_embedding_w(g, clipped(c, n->in[0]), n->in[1], lines(n));
    if (n->op == &asy_op_conv2d_w_row) {
        const asy_conv_attr *a = n->attr;
        return asy_conv2d_w_of(g, clipped(c, n->in[0]), kept(c, n->in[1]), a);
    }
    return asy_batch_sum(g, clipped(c, v));
}

/* ---- groups */
typedef struct {
    asy_graph *g;
    int n, n_group;
    const asy_clip *clip;
    asy_val bound, *norm;           /* batch []; by wrt: row [] */
} layout;

static double share(const layout *l, int group)
{
    if (l->clip->n_group == 0) return 1;
    return l->clip->share ? l->clip->share[group] : 1 / sqrt((double)l->n_group);
}

static int group_of(const layout *l, int i) { return l->clip->n_group ? l->clip->group[i] : 0; }

/* |(n₀, n₁, …)| of those that are in the group; −1: of all */
static asy_val norm_of_group(const layout *l, int group, asy_val part[])
{
    int n = 0;
    for (int i = 0; i < l->n; i++)
        if (group < 0 || group_of(l, i) == group) part[n++] = asy_reshape(l->g, l->norm[i], ASY_SHAPE(1));
    if (n == 0) return asy_fill(l->g, ASY_ROW, ASY_SCALAR, 0);
    if (n == 1) return asy_reshape(l->g, part[0], ASY_SCALAR);
    return asy_length(l->g, joined(l->g, n, part));
}

static void factors(const layout *l, asy_val part[], asy_val factor[], asy_clipped *out)
{
    asy_clip_attr a = {l->clip->rule, l->clip->rule >= ASY_CLIP_AUTOMATIC ? l->clip->gamma : 0};
    double square = 0;
    out->norm = norm_of_group(l, -1, part);
    for (int i = 0; i < l->n_group; i++) {
        asy_val bound = l->clip->n_group ? asy_affine(l->g, l->bound, share(l, i), 0) : l->bound;
        asy_val in[] = {norm_of_group(l, i, part), out->norm, bound};
        asy_node_add(l->g, &asy_op_clip_factor, 3, in, &a, sizeof a, &factor[i]);
        square += share(l, i) * share(l, i);
    }
    for (int i = 0; i < l->n_group; i++) part[i] = asy_reshape(l->g, factor[i], ASY_SHAPE(1));
    out->factor = joined(l->g, l->n_group, part);
    out->sensitivity = l->clip->n_group ? asy_affine(l->g, l->bound, sqrt(square), 0) : l->bound;
}

/* ---- arguments */
static bool check_groups(asy_graph *g, const asy_clip *c, int n)
{
    if (c->n_group < 0 || (c->n_group > 0 && !c->group)) return asy_graph_fail(g, "clipping: no groups").id;
    for (int i = 0; c->n_group && i < n; i++)
        if (c->group[i] < 0 || c->group[i] >= c->n_group)
            return asy_graph_fail(g, "clipping: value %d is in group %d of %d", i, c->group[i], c->n_group).id;
    for (int i = 0; c->n_group && c->share && i < c->n_group; i++)
        if (!(c->share[i] >= 0 && isfinite(c->share[i])))
            return asy_graph_fail(g, "clipping: the share of group %d is %g", i, c->share[i]).id;
    return true;
}

static bool check_clip(asy_graph *g, const asy_clip *c, int n, const asy_val wrt[])
{
    if (c->engine != ASY_CLIP_ONE_PASS && c->engine != ASY_CLIP_MATERIALISED)
        return asy_graph_fail(g, "clipping: there is no such engine").id;
    if (n < 1) return asy_graph_fail(g, "clipping: no weights").id;
    if (!c->bound_val.id && !(c->bound >= 0))
        return asy_graph_fail(g, "clipping: the bound is %g; the least is 0", c->bound).id;
    if (!c->bound_val.id && c->rule != ASY_CLIP_FLAT && !isfinite(c->bound))
        return asy_graph_fail(g, "clipping: only the flat rule can do without a bound").id;
    for (int i = 0; i < n; i++)
        if (wrt[i].id && asy_val_type(g, wrt[i]).cls == ASY_ROW)
            return asy_graph_fail(g, "clipping: value %d is a row value; only what all rows share is summed", i)
                .id;
    return check_groups(g, c, n);
}

static void clip_all(layout *l, const asy_val grad[], asy_val out[], asy_clipped *result, asy_arena *work)
{
    int most = l->n > l->n_group ? l->n : l->n_group;
    asy_val *part = ASY_NEWN(work, most, asy_val), *factor = ASY_NEWN(work, l->n_group, asy_val);
    l->norm = ASY_NEWN(work, l->n, asy_val);
    if (!part || !factor || !l->norm) {
        (void)asy_graph_fail(l->g, "clipping: no memory for %d weights", l->n);
        return;
    }
    bool made = l->clip->engine == ASY_CLIP_MATERIALISED;
    for (int i = 0; i < l->n && !l->g->failed; i++)
        l->norm[i] = norm_of(&(clipper){l->g, made, MOST_VISITS, {0}, {0}}, grad[i]);
    if (l->g->failed) return;
    factors(l, part, factor, result);
    for (int i = 0; i < l->n && !l->g->failed; i++) {
        asy_val c = factor[group_of(l, i)];
        out[i] = sum_of(&(clipper){l->g, made, MOST_VISITS, c, asy_sign(l->g, c)}, grad[i]);
    }
}

void asy_grad_clipped(asy_graph *g, asy_val rows, int n, const asy_val wrt[], const asy_clip *clip,
                      asy_val out[], asy_clipped *result)
{
    asy_arena *work = asy_arena_new(0);
    asy_val *grad = ASY_NEWN(work, n > 0 ? n : 1, asy_val);
    *result = (asy_clipped){{0}, {0}, {0}};
    for (int i = 0; i < n; i++) out[i].id = 0;
    if (g && !g->failed && check_clip(g, clip, n, wrt)) {
        layout l = {g, n, clip->n_group ? clip->n_group : 1, clip, clip->bound_val, NULL};
        if (!l.bound.id) l.bound = asy_fill(g, ASY_BATCH, ASY_SCALAR, clip->bound);
        if (grad) asy_grad_per_sample(g, rows, n, wrt, grad);
        else (void)asy_graph_fail(g, "clipping: no memory for %d weights", n);
        if (!g->failed) clip_all(&l, grad, out, result, work);
    }
    asy_arena_free(work);
    if (!g || !g->failed) return;
    *result = (asy_clipped){{0}, {0}, {0}};
    for (int i = 0; i < n; i++) out[i].id = 0;
}
