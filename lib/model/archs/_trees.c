// SPDX-License-Identifier: GPL-3.0-or-later
#include "_trees.h"
#include <math.h>
#include <string.h>

enum { FIRST, FEATURE, THRESHOLD, RIGHT, COUNT, N_TENSORS };
static const struct { const char *name; asy_dtype type; int axes; } tensors[N_TENSORS] = {
    [FIRST] = { "first", ASY_I32, 1 },         [FEATURE] = { "feature", ASY_I32, 1 },
    [THRESHOLD] = { "threshold", ASY_F32, 1 }, [RIGHT] = { "right", ASY_I32, 1 },
    [COUNT] = { "count", ASY_I32, 2 },
};

asy_status asy__trees_state(asy_arena *a, int64_t classes, int64_t n, const asy__grown grown[], asy_state *out)
{
    int64_t nodes = 0, leaves = 0;
    for (int64_t i = 0; i < n; i++) nodes += grown[i].nodes, leaves += grown[i].leaves;
    if (nodes > INT32_MAX) ASY_FAIL(ASY_EINVAL, "the trees have %lld nodes, too many", (long long)nodes);
    const asy_shape shape[N_TENSORS] = { ASY_SHAPE(n + 1), ASY_SHAPE(nodes), ASY_SHAPE(nodes),
                                         ASY_SHAPE(nodes), ASY_SHAPE(leaves, classes) };
    *out = (asy_state){ N_TENSORS, ASY_NEWN(a, N_TENSORS, asy_named) };
    for (int i = 0; out->t && i < N_TENSORS; i++)
        out->t[i] = (asy_named){ tensors[i].name, asy_tensor_new(a, tensors[i].type, shape[i]) };
    ASY_TRY(asy_arena_status(a));
    int32_t *first = out->t[FIRST].t.data, *feature = out->t[FEATURE].t.data, *right = out->t[RIGHT].t.data,
            *count = out->t[COUNT].t.data;
    float *threshold = out->t[THRESHOLD].t.data;
    for (int64_t i = 0, at = 0; i < n; at += grown[i++].nodes) {
        const asy__grown *t = &grown[i];
        size_t bytes = (size_t)t->nodes * sizeof(int32_t), rows = (size_t)(t->leaves * classes);
        first[i + 1] = (int32_t)(at + t->nodes);
        memcpy(feature + at, t->feature, bytes);
        memcpy(threshold + at, t->threshold, bytes);
        for (int64_t k = 0; k < t->nodes; k++)
            right[at + k] = t->right[k] > 0 ? t->right[k] + (int32_t)at : 0;
        memcpy(count, t->count, rows * sizeof *count);
        count += rows;
    }
    return ASY_OK;
}

/* ---- opening: nothing in a state is believed */

/* The tensors by name, each of its type and number of axes, and no other. */
static asy_status find(const asy_state *s, asy_tensor t[N_TENSORS])
{
    if (s->n != N_TENSORS) ASY_FAIL(ASY_EMODEL, "it has %d tensors; trees have %d", s->n, (int)N_TENSORS);
    for (int i = 0; i < N_TENSORS; i++) {
        t[i].data = NULL;
        for (int k = 0; k < s->n; k++)
            if (strcmp(s->t[k].name, tensors[i].name) == 0) t[i] = s->t[k].t;
        if (!t[i].data || t[i].type != tensors[i].type || t[i].s.n != tensors[i].axes)
            ASY_FAIL(ASY_EMODEL, "there is no tensor `%s` of type %s with %d axes", tensors[i].name,
                     asy_dtype_name(tensors[i].type), tensors[i].axes);
    }
    return ASY_OK;
}

/* Preorder decides where a left child stands; `right` must agree, so that each node is the child of one and
 * no walk goes back. Numbers the leaves. */
static asy_status check_tree(const asy__trees *t, int64_t from, int64_t to, int32_t *stack, int32_t *leaf,
                             int32_t *leaves)
{
    int64_t n_stack = 0;
    for (int64_t i = from; i < to; i++) {
        int32_t f = t->feature[i], right = t->right[i];
        if (f >= t->dim || f < -1)
            ASY_FAIL(ASY_EMODEL, "node %lld asks for feature %d of %lld", (long long)i, (int)f,
                     (long long)t->dim);
        if (f >= 0) {
            if (!isfinite(t->threshold[i]))
                ASY_FAIL(ASY_EMODEL, "node %lld has a threshold that is not finite", (long long)i);
            stack[n_stack++] = right;
            continue;
        }
        leaf[i] = (*leaves)++;
        if (n_stack == 0 ? i + 1 != to : stack[--n_stack] != i + 1)
            ASY_FAIL(ASY_EMODEL, "the nodes from %lld to %lld are no tree", (long long)from, (long long)to);
    }
    if (n_stack > 0)
        ASY_FAIL(ASY_EMODEL, "the tree of node %lld ends without a leaf", (long long)from);
    return ASY_OK;
}

static asy_status take_shares(const asy_tensor *count, int64_t k, double *p)
{
    const int32_t *c = count->data;
    for (int64_t i = 0; i < count->s.d[0]; i++, c += k, p += k) {
        int64_t sum = 0;
        for (int64_t j = 0; j < k; j++) {
            if (c[j] < 0) ASY_FAIL(ASY_EMODEL, "leaf %lld counts %d rows of a class", (long long)i, (int)c[j]);
            sum += c[j];
        }
        if (sum == 0) ASY_FAIL(ASY_EMODEL, "leaf %lld has no rows", (long long)i);
        for (int64_t j = 0; j < k; j++) p[j] = (double)c[j] / (double)sum;
    }
    return ASY_OK;
}

asy_status asy__trees_open(const void *params, const asy_arch_io *io, const asy_state *s, asy_arena *a,
                           const void **out)
{
    asy_tensor t[N_TENSORS];
    (void)params;
    ASY_TRY(find(s, t));
    int64_t n = t[FIRST].s.d[0] - 1, nodes = t[FEATURE].s.d[0], leaves = t[COUNT].s.d[0];
    if (n < 1 || t[THRESHOLD].s.d[0] != nodes || t[RIGHT].s.d[0] != nodes || t[COUNT].s.d[1] != io->classes)
        ASY_FAIL(ASY_EMODEL, "its tensors are not those of trees with %lld classes", (long long)io->classes);
    asy__trees *g = ASY_NEW(a, asy__trees);
    int32_t *leaf = ASY_NEWN(a, nodes, int32_t), *stack = ASY_NEWN(a, nodes, int32_t), found = 0;
    double *p = asy_alloc(a, (size_t)leaves, (size_t)io->classes * sizeof *p);
    ASY_TRY(asy_arena_status(a));
    *g = (asy__trees){ n, io->classes, asy_shape_count(&io->in), t[FIRST].data, t[FEATURE].data,
                       t[RIGHT].data, t[THRESHOLD].data, leaf, p };
    if (g->first[0] != 0 || g->first[n] != nodes)
        ASY_FAIL(ASY_EMODEL, "`first` does not lead from 0 to %lld", (long long)nodes);
    for (int64_t i = 0; i < n; i++)
        if (g->first[i] >= g->first[i + 1])
            ASY_FAIL(ASY_EMODEL, "`first` does not grow from tree %lld on", (long long)i);
    for (int64_t i = 0; i < n; i++)
        ASY_TRY(check_tree(g, g->first[i], g->first[i + 1], stack, leaf, &found));
    if (found != leaves)
        ASY_FAIL(ASY_EMODEL, "%d leaves with counts of %lld", (int)found, (long long)leaves);
    ASY_TRY(take_shares(&t[COUNT], io->classes, p));
    *out = g;
    return ASY_OK;
}

const double *asy__trees_walk(const asy__trees *g, int64_t t, const float *x)
{
    int64_t i = g->first[t];
    while (g->feature[i] >= 0) i = x[g->feature[i]] <= g->threshold[i] ? i + 1 : g->right[i];
    return g->p + g->leaf[i] * g->classes;
}

asy_status asy__trees_predict(const void *params, const void *trees, int64_t rows, const float *x, double *p,
                              asy_arena *tmp)
{
    const asy__trees *g = trees;
    (void)params, (void)tmp;
    for (int64_t i = 0; i < rows; i++, x += g->dim, p += g->classes) {
        memset(p, 0, (size_t)g->classes * sizeof *p);
        for (int64_t t = 0; t < g->n; t++) {
            const double *share = asy__trees_walk(g, t, x);
            for (int64_t k = 0; k < g->classes; k++) p[k] += share[k];
        }
        for (int64_t k = 0; k < g->classes; k++) p[k] /= (double)g->n;
    }
    return ASY_OK;
}
