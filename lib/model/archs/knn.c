// SPDX-License-Identifier: GPL-3.0-or-later
/* Nearest neighbours, by looking at every training row. */
#include "assay.h"
#include <math.h>
#include <string.h>

enum { L2, L1, LINF };
enum { UNIFORM, DISTANCE };
static const char *const metrics[] = { "l2", "l1", "linf", NULL };
static const char *const weights[] = { "uniform", "distance", NULL };
static const char *const k_words[] = { "n_neighbors", "neighbors", "neighbours", NULL };

typedef struct { int64_t k, metric, weights; } par;

static const asy_param params[] = {
    ASY_PARAM_I64(k, "5", 1, 1e6, "neighbours that vote", .synonyms = k_words),
    ASY_PARAM_ENUM(metric, "l2", metrics, "how far two rows are from each other"),
    ASY_PARAM_ENUM(weights, "uniform", weights, "a neighbour's vote: 1, or 1 / its distance"),
    ASY_PARAM_END
};

typedef struct { int64_t n, dim, wide, classes; const float *x; const int32_t *y; } neighbours;
typedef struct { double far; int64_t row; } neighbour;

/* ---- distances: 16 lanes, element i in lane i mod 16, then the tree 8, 4, 2, 1 */

enum { LANES = 16 };

static double l2(int64_t n, const double *a, const double *b)
{
    double lane[LANES] = { 0 };
    for (int64_t i = 0; i < n; i += LANES)
        for (int k = 0; k < LANES; k++) lane[k] += (a[i + k] - b[i + k]) * (a[i + k] - b[i + k]);
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int k = 0; k < half; k++) lane[k] += lane[k + half];
    return lane[0];
}

static double l1(int64_t n, const double *a, const double *b)
{
    double lane[LANES] = { 0 };
    for (int64_t i = 0; i < n; i += LANES)
        for (int k = 0; k < LANES; k++) lane[k] += asy_abs_f64(a[i + k] - b[i + k]);
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int k = 0; k < half; k++) lane[k] += lane[k + half];
    return lane[0];
}

static double linf(int64_t n, const double *a, const double *b)
{
    double most = 0;
    for (int64_t i = 0; i < n; i++) {
        double d = asy_abs_f64(a[i] - b[i]);
        most = d > most ? d : most;
    }
    return most;
}

/* ---- the k nearest so far: a heap with the farthest on top; of equal distances the later row is farther */

static bool farther(const neighbour *a, const neighbour *b)
{
    return a->far > b->far || (a->far == b->far && a->row > b->row);
}

static void sink_down(neighbour *h, int64_t k)
{
    for (int64_t i = 0, child; (child = 2 * i + 1) < k; i = child) {
        if (child + 1 < k && farther(&h[child + 1], &h[child])) child++;
        if (!farther(&h[child], &h[i])) return;
        neighbour swap = h[i];
        h[i] = h[child];
        h[child] = swap;
    }
}

/* Takes the neighbours off, farthest first, into their places: afterwards they stand nearest first. */
static void heap_sort(neighbour *h, int64_t k)
{
    while (k > 1) {
        neighbour top = h[0];
        h[0] = h[--k];
        h[k] = top;
        sink_down(h, k);
    }
}

/* Votes in the order of the neighbours. Where some lie at distance 0 and votes go by distance, only they
 * count. */
static void vote(const par *p, const neighbours *s, int64_t k, const neighbour *near, double *share)
{
    double sum = 0;
    bool exact = p->weights == DISTANCE && near[0].far == 0;
    memset(share, 0, (size_t)s->classes * sizeof *share);
    for (int64_t i = 0; i < k; i++) {
        double w = 1;
        if (p->weights == DISTANCE && !exact) w = 1 / (p->metric == L2 ? sqrt(near[i].far) : near[i].far);
        if (exact && near[i].far > 0) break;
        share[s->y[near[i].row]] += w;
        sum += w;
    }
    for (int64_t c = 0; c < s->classes; c++) share[c] /= sum;
}

static void widen(int64_t n, const float *x, double *out)
{
    for (int64_t i = 0; i < n; i++) out[i] = (double)x[i];
}

static asy_status predict(const void *vp, const void *fitted, int64_t rows, const float *x, double *share,
                          asy_arena *tmp)
{
    static double (*const far[])(int64_t, const double *, const double *) = { l2, l1, linf };
    const par *p = vp;
    const neighbours *s = fitted;
    int64_t k = p->k, wide = s->wide;
    double *query = ASY_NEWN(tmp, rows * wide, double), *row = ASY_NEWN(tmp, wide, double);
    neighbour *heap = ASY_NEWN(tmp, rows * k, neighbour);
    ASY_TRY(asy_arena_status(tmp));
    for (int64_t q = 0; q < rows; q++) widen(s->dim, x + q * s->dim, query + q * wide);
    for (int64_t i = 0; i < rows * k; i++) heap[i] = (neighbour){ INFINITY, INT64_MAX };
    for (int64_t i = 0; i < s->n; i++) {
        widen(s->dim, s->x + i * s->dim, row);
        for (int64_t q = 0; q < rows; q++) {
            double d = far[p->metric](wide, query + q * wide, row);
            neighbour now = { d <= INFINITY ? d : INFINITY, i }, *top = heap + q * k;  /* a query may hold NaN */
            if (!farther(top, &now)) continue;
            *top = now;
            sink_down(top, k);
        }
    }
    for (int64_t q = 0; q < rows; q++, share += s->classes) {
        heap_sort(heap + q * k, k);
        vote(p, s, k, heap + q * k, share);
    }
    return ASY_OK;
}

static asy_status fit(const void *vp, const asy_arch_fit *in, asy_state *out)
{
    const par *p = vp;
    int64_t dim = asy_shape_count(&in->io->in);
    if (in->n < p->k)
        ASY_FAIL(ASY_EDATA, "`k` is %lld, but there are %lld rows to learn from", (long long)p->k,
                 (long long)in->n);
    *out = (asy_state){ 2, ASY_NEWN(in->arena, 2, asy_named) };
    if (!out->t) return asy_arena_status(in->arena);
    out->t[0] = (asy_named){ "x", asy_tensor_new(in->arena, ASY_F32, ASY_SHAPE(in->n, dim)) };
    out->t[1] = (asy_named){ "y", asy_tensor_new(in->arena, ASY_I32, ASY_SHAPE(in->n)) };
    ASY_TRY(asy_arena_status(in->arena));
    memcpy(out->t[0].t.data, in->x, (size_t)(in->n * dim) * sizeof(float));
    memcpy(out->t[1].t.data, in->y, (size_t)in->n * sizeof(int32_t));
    return ASY_OK;
}

static const asy_tensor *named(const asy_state *s, const char *name, asy_dtype type, int axes)
{
    for (int i = 0; i < s->n; i++)
        if (strcmp(s->t[i].name, name) == 0 && s->t[i].t.type == type && s->t[i].t.s.n == axes)
            return &s->t[i].t;
    return NULL;
}

static asy_status open(const void *vp, const asy_arch_io *io, const asy_state *state, asy_arena *a,
                       const void **out)
{
    const par *p = vp;
    const asy_tensor *x = named(state, "x", ASY_F32, 2), *y = named(state, "y", ASY_I32, 1);
    int64_t dim = asy_shape_count(&io->in);
    if (state->n != 2 || !x || !y)
        ASY_FAIL(ASY_EMODEL, "it must have the tensors `x` f32 [n,%lld] and `y` i32 [n] and no other",
                 (long long)dim);
    if (x->s.d[0] != y->s.d[0] || x->s.d[1] != dim || y->s.d[0] < p->k)
        ASY_FAIL(ASY_EMODEL, "`x` and `y` are not %lld or more rows of %lld values with a label each",
                 (long long)p->k, (long long)dim);
    neighbours *s = ASY_NEW(a, neighbours);
    if (!s) return asy_arena_status(a);
    *s = (neighbours){ y->s.d[0], dim, (dim + LANES - 1) / LANES * LANES, io->classes, x->data, y->data };
    for (int64_t i = 0; i < s->n; i++) {
        if (s->y[i] < 0 || s->y[i] >= s->classes)
            ASY_FAIL(ASY_EMODEL, "row %lld has label %d; the model has %lld classes", (long long)i,
                     (int)s->y[i], (long long)s->classes);
        for (int64_t d = 0; d < dim; d++)
            if (!isfinite(s->x[i * dim + d]))
                ASY_FAIL(ASY_EMODEL, "row %lld holds a value that is not finite", (long long)i);
    }
    *out = s;
    return ASY_OK;
}

const asy_arch asy_arch_knn = {
    .m = { .name = "knn",
           .summary = "nearest neighbours by brute force",
           .revision = 1,
           .cite = "Cover, Hart 1967, IEEE Trans. Inf. Theory 13(1)",
           .doc = "The shares of the classes among the k training rows nearest to a row; of equally far ones "
                  "the lower sample id counts as nearer. Distances are sums in float64. With `weights: "
                  "distance` a vote is 1 / distance; rows at distance 0, if there are any, vote alone. Without "
                  "a graph: `train` takes nothing.",
           .pitfalls = "The model file holds the training rows as they are. Distances are those of the "
                       "normalised inputs: `data.normalize` and `encode.numeric` decide what is near. A class "
                       "without a neighbour has share 0, which counts as logarithm -87.3. There are no gradients.",
           .example = "model: {arch: knn, k: 3, metric: l1}",
           ASY_PARAMS(params) },
    .fit = fit, .open = open, .predict = predict, .procedure = "at-once",
};
