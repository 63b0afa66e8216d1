// SPDX-License-Identifier: GPL-3.0-or-later
/* reshape transpose from_chw to_chw expand_lead expand_last. */
#include "_common.h"
#include <string.h>

static void eval_reshape(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    if (out[0].data != in[0].data) memmove(out[0].data, in[0].data, asy_tensor_bytes(&out[0]));
}

/* Walks the result in storage order with an odometer; step[i] is a step along its axis i, in x. */
static void permute(const asy_perm_attr *p, const int64_t d[], const double *x, double *y)
{
    int64_t size[ASY_MAXDIM], step[ASY_MAXDIM], at[ASY_MAXDIM] = {0}, count = 1, from = 0;
    int rank = (int)p->n;
    for (int i = 0; i < rank; i++) {
        int64_t s = 1;
        for (int j = (int)p->perm[i] + 1; j < rank; j++) s *= d[j];
        step[i] = s;
        size[i] = d[p->perm[i]];
        count *= size[i];
    }
    for (int64_t o = 0; o < count; o++) {
        y[o] = x[from];
        for (int i = rank - 1; i >= 0; i--) {
            from += step[i];
            if (++at[i] < size[i]) break;
            from -= step[i] * size[i];
            at[i] = 0;
        }
    }
}

static void eval_transpose(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    bool row = n->in_type[0].cls == ASY_ROW;
    int64_t rows = row ? w->rows : 1, count = asy__count(&in[0]);
    if (rows < 1 || count < 1) return;
    for (int64_t r = 0; r < rows; r++)
        permute(n->attr, in[0].s.d + row, (const double *)in[0].data + r * (count / rows),
                (double *)out[0].data + r * (count / rows));
}

static void eval_expand_lead(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    int64_t rows = n->in_type[0].cls == ASY_ROW ? w->rows : 1;
    if (rows < 1) return;
    int64_t from = asy__count(&in[0]) / rows, to = asy__count(&out[0]) / rows;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t i = 0; i < to; i += from)
            memcpy((double *)out[0].data + r * to + i, (const double *)in[0].data + r * from,
                   (size_t)from * sizeof(double));
}

static void eval_expand_last(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n, (void)w;
    int64_t count = asy__count(&in[0]), times = asy__last(&out[0]);
    const double *x = in[0].data;
    double *y = out[0].data;
    for (int64_t i = 0; i < count; i++)
        for (int64_t j = 0; j < times; j++) y[i * times + j] = x[i];
}

/* Elements, an axis of rows counting as 1, and how many such axes there are; −1 when too many. */
static int64_t symbolic_count(const asy_shape *s, int *row_axes)
{
    asy_shape t = *s;
    *row_axes = 0;
    for (int i = 0; i < t.n; i++)
        if (t.d[i] == -1) t.d[i] = 1, ++*row_axes;
    return asy_shape_count(&t);
}

static asy_status result(const asy_node *n, const asy_type in[], const asy_shape *s, asy_type out[])
{
    int row_axes;
    if (s->n < 0 || s->n > ASY_MAXDIM || symbolic_count(s, &row_axes) < 0 ||
        (row_axes > 0 && in[0].cls == ASY_ROW))
        return asy__refuse(n, in, "the shape asked for is not valid");
    out[0] = in[0];
    out[0].shape = *s;
    return ASY_OK;
}

static asy_status type_reshape(const asy_node *n, const asy_type in[], asy_type out[])
{
    asy_shape to = asy__shape(n->attr);
    int rows0, rows1;
    ASY_TRY(result(n, in, &to, out));
    if (symbolic_count(&in[0].shape, &rows0) != symbolic_count(&to, &rows1) || rows0 != rows1) {
        char text[96];
        asy_shape_text(&to, text, sizeof text);
        ASY_FAIL(ASY_ESHAPE, "reshape to %s: the number of elements is another one", text);
    }
    return ASY_OK;
}

static asy_status type_transpose(const asy_node *n, const asy_type in[], asy_type out[])
{
    const asy_perm_attr *p = n->attr;
    unsigned seen = 0;
    ASY_TRY(asy__real(n, in, 1));
    for (int i = 0; i < p->n; i++)
        if (p->perm[i] >= 0 && p->perm[i] < p->n) seen |= 1u << p->perm[i];
    if (p->n != in[0].shape.n || seen != (1u << p->n) - 1)
        return asy__refuse(n, in, "the axes given are not a permutation of its axes");
    out[0] = in[0];
    for (int i = 0; i < p->n; i++) out[0].shape.d[i] = in[0].shape.d[p->perm[i]];
    return ASY_OK;
}

static asy_status type_expand_lead(const asy_node *n, const asy_type in[], asy_type out[])
{
    asy_shape to = asy__shape(n->attr);
    ASY_TRY(asy__real(n, in, 1));
    ASY_TRY(result(n, in, &to, out));
    if (!asy__suffix(&in[0].shape, &to))
        return asy__refuse(n, in, "its shape must be the end of the one asked for");
    return ASY_OK;
}

static asy_status type_expand_last(const asy_node *n, const asy_type in[], asy_type out[])
{
    asy_shape to = in[0].shape;
    ASY_TRY(asy__real(n, in, 1));
    if (to.n >= ASY_MAXDIM) return asy__refuse(n, in, "there is no room for one more axis");
    to.d[to.n++] = ((const asy_axis_attr *)n->attr)->n;
    return result(n, in, &to, out);
}

static asy_val vjp_reshape(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    return asy_reshape(g, dout[0], n->in_type[0].shape);
}

static asy_val vjp_transpose(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    const asy_perm_attr *p = n->attr;
    int back[ASY_MAXDIM] = {0};
    for (int i = 0; i < p->n; i++) back[p->perm[i]] = i;
    return asy_transpose(g, dout[0], back);
}

static asy_val vjp_expand_lead(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)arg;
    return asy__reduce_to(g, dout[0], &n->in_type[0]);
}

static asy_val vjp_expand_last(asy_graph *g, const asy_node *n, const asy_val dout[], int arg)
{
    (void)n, (void)arg;
    return asy_sum_last(g, dout[0]);
}

static asy_val fold_reshape(asy_graph *g, const asy_node *n)
{
    const asy_node *x = asy_val_node(g, n->in[0], NULL);
    return x->op == n->op ? asy_reshape(g, x->in[0], n->out_type[0].shape) : asy__fold_uniform(g, n);
}

/* A permutation that keeps the order of all axes longer than 1 moves nothing; two are one. */
static asy_val fold_transpose(asy_graph *g, const asy_node *n)
{
    const asy_perm_attr *p = n->attr;
    const asy_node *x = asy_val_node(g, n->in[0], NULL);
    int64_t last = -1;
    bool moves = false;
    for (int i = 0; i < p->n; i++) {
        if (n->out_type[0].shape.d[i] == 1) continue;
        moves = moves || p->perm[i] < last;
        last = p->perm[i];
    }
    if (!moves) return asy_reshape(g, n->in[0], n->out_type[0].shape);
    if (x->op != n->op) return asy__fold_uniform(g, n);
    int both[ASY_MAXDIM] = { 0 };
    for (int i = 0; i < p->n; i++) both[i] = (int)((const asy_perm_attr *)x->attr)->perm[p->perm[i]];
    return asy_transpose(g, x->in[0], both);
}

static asy_val build_reshape(asy_graph *g, const asy_val in[])
{
    return asy_reshape(g, asy_mul(g, in[0], in[0]), ASY_SHAPE(5, 6));
}
static asy_val build_flat(asy_graph *g, const asy_val in[])
{
    return asy_reshape(g, asy_batch_all(g, in[0]), ASY_SHAPE(-1, 6));
}
static asy_val build_swap(asy_graph *g, const asy_val in[]) { return asy_transpose(g, in[0], (int[]){1, 0}); }
static asy_val build_turn(asy_graph *g, const asy_val in[])
{
    return asy_transpose(g, in[0], (int[]){2, 0, 3, 1});
}
static asy_val build_from_chw(asy_graph *g, const asy_val in[]) { return asy_from_chw(g, in[0]); }
static asy_val build_to_chw(asy_graph *g, const asy_val in[]) { return asy_to_chw(g, in[0]); }
static asy_val build_rows_last(asy_graph *g, const asy_val in[])
{
    return asy_transpose(g, asy_batch_all(g, in[0]), (int[]){1, 0});
}
static asy_val build_lead(asy_graph *g, const asy_val in[])
{
    return asy_expand_lead(g, in[0], ASY_SHAPE(2, 3, 5));
}
static asy_val build_last(asy_graph *g, const asy_val in[]) { return asy_expand_last(g, in[0], 4); }

static const double six[] = {1, 2, 3, 4, 5, 6}, six_turned[] = {1, 4, 2, 5, 3, 6};
static const double chw[] = {1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60};
static const double hwc[] = {1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60};
static const double five[] = {1, 2, 3, 4, 5};
static const double lead_out[] = {1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5,
    1, 2, 3, 4, 5};
static const double two[] = {1, 2}, last_out[] = {1, 1, 1, 1, 2, 2, 2, 2};

static const asy_op_case reshape_cases[] = {
    {.name = "row", .n_in = 1, .in = {ROW_IN(-2, 2, 2, 3, 5)}, .build = build_reshape},
    {.name = "batch", .n_in = 1, .in = {BATCH_IN(-2, 2, 30)}, .build = build_reshape},
    {.name = "axis of rows", .n_in = 1, .in = {ROW_IN(-2, 2, 2, 3)}, .build = build_flat},
    {.name = NULL},
};
static const asy_op_case transpose_cases[] = {
    {.name = "matrix", .n_in = 1, .in = {ROW_IN(-2, 2, 3, 5)}, .build = build_swap},
    {.name = "four axes", .n_in = 1, .in = {ROW_IN(-2, 2, 2, 3, 1, 5)}, .build = build_turn},
    {.name = "batch", .n_in = 1, .in = {BATCH_IN(-2, 2, 1, 2, 4, 3)}, .build = build_turn},
    {.name = "axis of rows", .n_in = 1, .in = {ROW_IN(-2, 2, 3)}, .build = build_rows_last},
    {.name = "from chw", .n_in = 1, .in = {ROW_IN(-2, 2, 3, 4, 5)}, .build = build_from_chw},
    {.name = "to chw", .n_in = 1, .in = {ROW_IN(-2, 2, 4, 5, 3)}, .build = build_to_chw},
    {.name = "known", .n_in = 1, .in = {ROW_IN(-2, 2, 2, 3)}, .build = build_swap, KNOWN(six, six_turned)},
    {.name = "known from chw", .n_in = 1, .in = {ROW_IN(-2, 2, 2, 2, 3)},
     .build = build_from_chw, KNOWN(chw, hwc)},
    {.name = "known to chw", .n_in = 1, .in = {ROW_IN(-2, 2, 2, 3, 2)},
     .build = build_to_chw, KNOWN(hwc, chw)},
    {.name = NULL},
};
static const asy_op_case expand_lead_cases[] = {
    {.name = "vector", .n_in = 1, .in = {ROW_IN(-2, 2, 5)}, .build = build_lead},
    {.name = "matrix", .n_in = 1, .in = {BATCH_IN(-2, 2, 3, 5)}, .build = build_lead},
    {.name = "scalar", .n_in = 1, .in = {ROW_SCALAR(-2, 2)}, .build = build_lead},
    {.name = "known", .n_in = 1, .in = {ROW_IN(-2, 2, 5)}, .build = build_lead, KNOWN(five, lead_out)},
    {.name = NULL},
};
static const asy_op_case expand_last_cases[] = {
    {.name = "matrix", .n_in = 1, .in = {ROW_IN(-2, 2, 3, 5)}, .build = build_last},
    {.name = "scalar", .n_in = 1, .in = {ROW_SCALAR(-2, 2)}, .build = build_last},
    {.name = "batch", .n_in = 1, .in = {BATCH_IN(-2, 2, 7)}, .build = build_last},
    {.name = "known", .n_in = 1, .in = {ROW_IN(-2, 2, 2)}, .build = build_last, KNOWN(two, last_out)},
    {.name = NULL},
};

enum { EVERYWHERE = ASY_OP_ROW | ASY_OP_BATCH };
const asy_op asy_op_reshape = { .name = "reshape",
                                .flags = EVERYWHERE | ASY_OP_VIEW,
                                .n_out = 1,
                                .type = type_reshape,
                                .eval = eval_reshape,
                                .vjp = vjp_reshape,
                                .fold = fold_reshape,
                                .cases = reshape_cases };
const asy_op asy_op_transpose = { .name = "transpose",
                                  .flags = EVERYWHERE,
                                  .n_out = 1,
                                  .type = type_transpose,
                                  .eval = eval_transpose,
                                  .vjp = vjp_transpose,
                                  .fold = fold_transpose,
                                  .cases = transpose_cases };
const asy_op asy_op_expand_lead = { .name = "expand_lead",
                                    .flags = EVERYWHERE,
                                    .n_out = 1,
                                    .type = type_expand_lead,
                                    .eval = eval_expand_lead,
                                    .vjp = vjp_expand_lead,
                                    .fold = asy__fold_uniform,
                                    .cases = expand_lead_cases };
const asy_op asy_op_expand_last = { .name = "expand_last",
                                    .flags = EVERYWHERE | ASY_OP_LAST,
                                    .n_out = 1,
                                    .type = type_expand_last,
                                    .eval = eval_expand_last,
                                    .vjp = vjp_expand_last,
                                    .fold = asy__fold_uniform,
                                    .cases = expand_last_cases };

asy_val asy_reshape(asy_graph *g, asy_val x, asy_shape to)
{
    asy_dims d = asy__dims(&to);
    if (x.id) {
        asy_shape s = asy_val_type(g, x).shape;
        if (asy_shape_equal(&s, &to)) return x;
    }
    return asy__node(g, &asy_op_reshape, 1, &x, &d, sizeof d);
}

asy_val asy_transpose(asy_graph *g, asy_val x, const int perm[])
{
    asy_perm_attr p = {.n = 0};
    if (!x.id) return (asy_val){0};
    p.n = asy_val_type(g, x).shape.n;
    for (int i = 0; i < p.n; i++) p.perm[i] = perm[i];
    return asy__node(g, &asy_op_transpose, 1, &x, &p, sizeof p);
}

static asy_val image(asy_graph *g, asy_val x, const int perm[], const char *name)
{
    if (!x.id) return (asy_val){0};
    int rank = asy_val_type(g, x).shape.n;
    if (rank != 3) return asy_graph_fail(g, "%s needs 3 axes, the value has %d", name, rank);
    return asy_transpose(g, x, perm);
}

asy_val asy_from_chw(asy_graph *g, asy_val x) { return image(g, x, (int[]){1, 2, 0}, "from_chw"); }
asy_val asy_to_chw(asy_graph *g, asy_val x) { return image(g, x, (int[]){2, 0, 1}, "to_chw"); }

asy_val asy_expand_lead(asy_graph *g, asy_val x, asy_shape to)
{
    asy_dims d = asy__dims(&to);
    if (x.id) {
        asy_shape s = asy_val_type(g, x).shape;
        if (asy_shape_equal(&s, &to)) return x;
    }
    return asy__node(g, &asy_op_expand_lead, 1, &x, &d, sizeof d);
}

asy_val asy_expand_last(asy_graph *g, asy_val x, int64_t n)
{
    asy_axis_attr a = {n};
    return asy__node(g, &asy_op_expand_last, 1, &x, &a, sizeof a);
}
