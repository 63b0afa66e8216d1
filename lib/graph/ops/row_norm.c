// SPDX-License-Identifier: GPL-3.0-or-later
/* length linear_w_norm embedding_w_norm: Euclidean norms of a row's value, and of the weight gradients that a
 * row makes, without making them (Goodfellow 2015, arXiv:1510.01799; Li et al. 2022, arXiv:2110.05679).
 * With D = dy [T,N] and A = x [T,K] the row's gradient is Dᵀ A and its square ⟨D Dᵀ, A Aᵀ⟩.
 * Squares are summed in double also in float32 plans: exact squares, no overflow below the norm's own. In
 * float64 a norm above 1e154 (Gram: where ‖A‖², ‖D‖² or their product leave the range) is infinite. */
#include "_common.h"
#include <math.h>

/* Sixteen lanes, then the tree. */
double asy__lanes(const double lane[16])
{
    double t[16];
    for (int i = 0; i < 16; i++) t[i] = lane[i];
    for (int s = 8; s > 0; s /= 2)
        for (int i = 0; i < s; i++) t[i] += t[i + s];
    return t[0];
}

static void eval_length(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    int64_t rows = node->in_type[0].cls == ASY_ROW ? w->rows : 1, n = rows > 0 ? asy__count(&in[0]) / rows : 0;
    for (int64_t r = 0; r < rows; r++) {
        const double *x = (const double *)in[0].data + r * n;
        double lane[16] = {0};
        for (int64_t i = 0; i < n; i++) lane[i % 16] += x[i] * x[i];
        ((double *)out[0].data)[r] = sqrt(asy__lanes(lane));
    }
}

static asy_status type_length(const asy_node *node, const asy_type in[], asy_type out[])
{
    ASY_TRY(asy__real(node, in, 1));
    out[0] = (asy_type){in[0].cls, in[0].dtype, ASY_SCALAR};
    return ASY_OK;
}

/* x / |x|, 0 at 0 */
static asy_val vjp_length(asy_graph *g, const asy_node *node, const asy_val dout[], int arg)
{
    (void)arg;
    asy_shape s = node->in_type[0].shape;
    asy_val along = asy_div_safe(g, dout[0], node->out);
    return asy_mul(g, s.n ? asy_expand_lead(g, along, s) : along, node->in[0]);
}

/* ---- linear_w_norm */
static double dot(int64_t n, const double *a, const double *b)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum = fma(a[i], b[i], sum);
    return sum;
}

static double linear_gram(const asy_linear_norm_attr *a, const double *dy, const double *x)
{
    double sum = 0;
    for (int64_t t = 0; t < a->tokens; t++)
        for (int64_t s = 0; s <= t; s++) {
            double both = dot(a->k, x + t * a->k, x + s * a->k) * dot(a->n, dy + t * a->n, dy + s * a->n);
            sum += s < t ? 2 * both : both;
        }
    return sum < 0 ? 0 : sum;
}

static double linear_made(const asy_linear_norm_attr *a, const double *dy, const double *x)
{
    double lane[16] = {0};
    for (int64_t i = 0; i < a->n * a->k; i++) {
        double sum = 0;
        for (int64_t t = 0; t < a->tokens; t++) sum = fma(dy[t * a->n + i / a->k], x[t * a->k + i % a->k], sum);
        lane[i % 16] += sum * sum;
    }
    return asy__lanes(lane);
}

static void eval_linear_w_norm(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    const asy_linear_norm_attr *a = node->attr;
    for (int64_t r = 0; r < w->rows; r++) {
        const double *dy = (const double *)in[0].data + r * a->tokens * a->n;
        const double *x = (const double *)in[1].data + r * a->tokens * a->k;
        ((double *)out[0].data)[r] = sqrt(a->gram ? linear_gram(a, dy, x) : linear_made(a, dy, x));
    }
}

static asy_status type_linear_w_norm(const asy_node *node, const asy_type in[], asy_type out[])
{
    ASY_TRY(asy__real(node, in, 2));
    const asy_shape *d = &in[0].shape, *x = &in[1].shape;
    if (in[0].cls != ASY_ROW || in[1].cls != ASY_ROW || d->n != 2 || x->n != 2 || d->d[0] != x->d[0])
        return asy__refuse(node, in, "needs row values [T,N] and [T,K]");
    out[0] = (asy_type){ASY_ROW, in[0].dtype, ASY_SCALAR};
    return ASY_OK;
}

bool asy_gram_is_less(int64_t places, int64_t n, int64_t k)
{
    return places == 1 || (double)places * (double)(n + k) < (double)n * (double)k;
}

static double flops_linear_w_norm(const asy_node *node)
{
    const asy_linear_norm_attr *a = node->attr;
    double t = (double)a->tokens, n = (double)a->n, k = (double)a->k;
    return a->gram ? t * (t + 1) * (n + k) : 2 * t * n * k;
}

asy_val asy__no_derivative(asy_graph *g, const asy_node *node, const asy_val dout[], int arg)
{
    (void)dout, (void)arg;
    return asy_graph_fail(g, "%s has no derivative; detach what depends on it", node->op->name);
}

/* ---- embedding_w_norm: dy [I,C], index [I] → the norm of the table [n,C] that they add up to */
static void eval_embedding_w_norm(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    enum { BLOCK = 16 };
    int64_t n = ((const asy_gather_attr *)node->attr)->n;
    int64_t tokens = asy_shape_count(&node->in_type[1].shape), all = asy_shape_count(&node->in_type[0].shape);
    int64_t inner = tokens > 0 ? all / tokens : 0;
    for (int64_t r = 0; r < w->rows; r++) {
        const int32_t *index = (const int32_t *)in[1].data + r * tokens;
        const double *dy = (const double *)in[0].data + r * all;
        double lane[BLOCK] = {0};
        for (int64_t t = 0; t < tokens; t++) {
            bool fresh = index[t] >= 0 && index[t] < n;
            for (int64_t s = 0; s < t && fresh; s++) fresh = index[s] != index[t];
            for (int64_t j = 0; fresh && j < inner; j += BLOCK) {
                double sum[BLOCK] = {0};
                for (int64_t s = t; s < tokens; s++)
                    for (int64_t i = j; index[s] == index[t] && i < inner && i < j + BLOCK; i++)
                        sum[i - j] += dy[s * inner + i];
                for (int i = 0; i < BLOCK; i++) lane[i] += sum[i] * sum[i];
            }
        }
        ((double *)out[0].data)[r] = sqrt(asy__lanes(lane));
    }
}

static asy_status type_embedding_w_norm(const asy_node *node, const asy_type in[], asy_type out[])
{
    ASY_TRY(asy_op_embedding_w.type(node, in, out));
    out[0] = (asy_type){ASY_ROW, in[0].dtype, ASY_SCALAR};
    return ASY_OK;
}

/* ---- cases */
static asy_val build_length(asy_graph *g, const asy_val in[]) { return asy_length(g, in[0]); }
static asy_val build_made(asy_graph *g, const asy_val in[]) { return asy_linear_w_norm(g, in[0], in[1]); }
static asy_val build_table(asy_graph *g, const asy_val in[])
{
    return asy_embedding_w_norm(g, in[0], in[1], 4);
}

static const double length_in[] = {2, -3, 6}, length_out[] = {7};
/* D = (1, 2)ᵀ (3), A = (4): one token, |D| |A|; then Dᵀ A = [1·1 + 1·2, 0; 0, 2·2] = [3, 0; 0, 4] */
static const double one_in[] = {3, 4, 12, 5}, one_out[] = {65};
static const double two_in[] = {1, 0, 1, 0, 0, 2, 1, 0, 2, 0, 0, 2}, two_out[] = {5};
/* lines 1 and 3: (1 + 2, 0) and (0, 4); index 9 adds nothing */
static const double table_in[] = {1, 0, 0, 4, 2, 0, 7, 7, 1, 3, 1, 9}, table_out[] = {5};
static const asy_op_case length_cases[] = {
    {.name = "row", .n_in = 1, .in = {ROW_IN(-2, 2, 3, 11)}, .build = build_length},
    {.name = "scalar", .n_in = 1, .in = {ROW_SCALAR(1, 2)}, .build = build_length},
    {.name = "batch", .n_in = 1, .in = {BATCH_IN(-2, 2, 5, 2)}, .build = build_length},
    {.name = "known", .n_in = 1, .in = {ROW_IN(-2, 2, 3)}, .build = build_length, KNOWN(length_in, length_out)},
    {.name = NULL},
};
static const asy_op_case linear_w_norm_cases[] = {
    {.name = "one token", .n_in = 2, .in = {ROW_IN(-1, 1, 1, 5), ROW_IN(-1, 1, 1, 7)}, .build = build_made,
     .nodiff = true},
    {.name = "gram", .n_in = 2, .in = {ROW_IN(-1, 1, 3, 17), ROW_IN(-1, 1, 3, 19)}, .build = build_made,
     .nodiff = true},
    {.name = "made", .n_in = 2, .in = {ROW_IN(-1, 1, 17, 5), ROW_IN(-1, 1, 17, 3)}, .build = build_made,
     .nodiff = true},
    {.name = "known, one token", .n_in = 2, .in = {ROW_IN(-1, 1, 1, 2), ROW_IN(-1, 1, 1, 2)},
     .build = build_made, .nodiff = true, KNOWN(one_in, one_out)},
    {.name = "known", .n_in = 2, .in = {ROW_IN(-1, 1, 3, 2), ROW_IN(-1, 1, 3, 2)}, .build = build_made,
     .nodiff = true, KNOWN(two_in, two_out)},
    {.name = NULL},
};
static const asy_op_case embedding_w_norm_cases[] = {
    {.name = "tokens", .n_in = 2, .in = {ROW_IN(-2, 2, 6, 19), ROW_INT(-1, 4, 6)}, .build = build_table,
     .nodiff = true},
    {.name = "one token", .n_in = 2, .in = {ROW_IN(-2, 2, 3), ROW_INT_SCALAR(0, 4)}, .build = build_table,
     .nodiff = true},
    {.name = "known", .n_in = 2, .in = {ROW_IN(-2, 2, 4, 2), ROW_INT(0, 4, 4)}, .build = build_table,
     .nodiff = true, KNOWN(table_in, table_out)},
    {.name = NULL},
};

const asy_op asy_op_length = {.name = "length", .flags = ASY_OP_ROW | ASY_OP_BATCH, .n_out = 1,
                              .type = type_length, .eval = eval_length, .vjp = vjp_length,
                              .cases = length_cases};
const asy_op asy_op_linear_w_norm = {.name = "linear_w_norm", .flags = ASY_OP_ROW, .n_out = 1,
                                     .type = type_linear_w_norm, .eval = eval_linear_w_norm,
                                     .vjp = asy__no_derivative, .flops = flops_linear_w_norm,
                                     .cases = linear_w_norm_cases};
const asy_op asy_op_embedding_w_norm = {.name = "embedding_w_norm", .flags = ASY_OP_ROW, .n_out = 1,
                                        .type = type_embedding_w_norm, .eval = eval_embedding_w_norm,
                                        .vjp = asy__no_derivative, .cases = embedding_w_norm_cases};

asy_val asy_length(asy_graph *g, asy_val x) { return asy__node(g, &asy_op_length, 1, &x, NULL, 0); }

asy_val asy_linear_w_norm(asy_graph *g, asy_val dy, asy_val x)
{
    asy_shape d = asy_val_type(g, dy).shape, s = asy_val_type(g, x).shape;
    asy_linear_norm_attr a = {d.n == 2 ? d.d[1] : 0, s.n == 2 ? s.d[1] : 0, d.n == 2 ? d.d[0] : 0, 0};
    a.gram = asy_gram_is_less(a.tokens, a.n, a.k);
    return asy__node(g, &asy_op_linear_w_norm, 2, (asy_val[]){dy, x}, &a, sizeof a);
}

asy_val asy_embedding_w_norm(asy_graph *g, asy_val dy, asy_val index, int64_t n)
{
    asy_gather_attr a = {.n = n};
    return asy__node(g, &asy_op_embedding_w_norm, 2, (asy_val[]){dy, index}, &a, sizeof a);
}
