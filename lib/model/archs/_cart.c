// SPDX-License-Identifier: GPL-3.0-or-later
#include "_cart.h"
#include <math.h>
#include <string.h>

const char *const asy__criteria[] = { "gini", "entropy", NULL };
const char *const asy__no_limit[] = { "none", NULL };
const char *const asy__feature_words[] = { "all", "sqrt", "log2", NULL };

/* ---- the coded table */

enum { DIGIT = 11, BUCKETS = 1 << DIGIT };

/* Sorts by the upper 32 bits, of which `bits` are in use; stable. */
static uint64_t *sort(int64_t n, uint64_t *v, uint64_t *tmp, int bits)
{
    for (int shift = 32; shift < 32 + bits; shift += DIGIT) {
        int64_t first[BUCKETS + 1] = { 0 };
        uint64_t *swap = v;
        for (int64_t i = 0; i < n; i++) first[(v[i] >> shift & (BUCKETS - 1)) + 1]++;
        for (int b = 0; b < BUCKETS; b++) first[b + 1] += first[b];
        for (int64_t i = 0; i < n; i++) tmp[first[v[i] >> shift & (BUCKETS - 1)]++] = v[i];
        v = tmp;
        tmp = swap;
    }
    return v;
}

/* Order of finite floats as that of unsigned numbers; −0 is 0. */
static uint32_t ordered(float x)
{
    uint32_t u = asy_f32_bits(x + 0.0f);
    return u & 0x80000000u ? ~u : u | 0x80000000u;
}

typedef struct {
    asy__table *t;
    const asy_arch_fit *in;
    uint64_t *room;         /* [threads, 2 n] */
    float *values;          /* [threads, n] */
    asy_arena **arena;      /* [threads]: where values are kept */
} coder;

static asy_status code_feature(void *ctx, int64_t f, int thread)
{
    const coder *c = ctx;
    asy__table *t = c->t;
    uint64_t *v = c->room + 2 * thread * t->n;
    float *value = c->values + thread * t->n;
    for (int64_t i = 0; i < t->n; i++) v[i] = (uint64_t)ordered(c->in->x[i * t->dim + f]) << 32 | (uint64_t)i;
    v = sort(t->n, v, v + t->n, 32);
    uint32_t k = 0;
    for (int64_t i = 0; i < t->n; i++) {
        uint32_t row = (uint32_t)v[i];
        if (i > 0 && v[i] >> 32 != v[i - 1] >> 32) k++;
        value[k] = c->in->x[row * t->dim + f] + 0.0f;
        t->code[f * t->n + row] = k;
    }
    t->distinct[f] = k + 1;
    t->value[f] = ASY_NEWN(c->arena[thread], k + 1, float);
    ASY_TRY(asy_arena_status(c->arena[thread]));
    memcpy(t->value[f], value, (size_t)(k + 1) * sizeof *value);
    return ASY_OK;
}

static asy_status code_all(asy__table *t, asy_arena *a, const asy_arch_fit *in, asy_arena *tmp)
{
    int threads = asy_pool_threads(in->pool);
    coder c = { t, in, ASY_NEWN(tmp, 2 * threads * t->n, uint64_t), ASY_NEWN(tmp, threads * t->n, float),
                ASY_NEWN(tmp, threads, asy_arena *) };
    ASY_TRY(asy_arena_status(tmp));
    for (int i = 0; i < threads; i++) c.arena[i] = asy_arena_new(0);
    asy_status s = asy_pool_run(in->pool, t->dim, code_feature, &c);
    for (int64_t f = 0; s == ASY_OK && f < t->dim; f++) {
        float *kept = ASY_NEWN(a, t->distinct[f], float);
        if (!kept) break;
        memcpy(kept, t->value[f], t->distinct[f] * sizeof *kept);
        t->value[f] = kept;
        if (t->distinct[f] > t->most) t->most = t->distinct[f];
    }
    for (int i = 0; i < threads; i++) asy_arena_free(c.arena[i]);
    return s;
}

asy_status asy__table_new(asy__table *t, asy_arena *a, const asy_arch_fit *in, int64_t criterion)
{
    int64_t dim = asy_shape_count(&in->io->in);
    if (in->n > ASY__CART_ROWS)
        ASY_FAIL(ASY_EDATA, "a tree is grown on at most %d rows, not on %lld", (int)ASY__CART_ROWS,
                 (long long)in->n);
    *t = (asy__table){ .n = in->n, .dim = dim, .classes = in->io->classes, .y = in->y };
    t->code = asy_alloc(a, (size_t)dim, (size_t)in->n * sizeof *t->code);
    t->distinct = ASY_NEWN(a, dim, uint32_t);
    t->value = ASY_NEWN(a, dim, float *);
    if (criterion == ASY__ENTROPY) t->xlogx = ASY_NEWN(a, in->n + 1, double);
    ASY_TRY(asy_arena_status(a));
    for (int64_t i = 1; t->xlogx && i <= in->n; i++) t->xlogx[i] = (double)i * asy_log_f64((double)i);
    asy_arena *tmp = asy_arena_new(0);
    asy_status s = code_all(t, a, in, tmp);
    asy_arena_free(tmp);
    ASY_TRY(s);
    return asy_arena_status(a);
}

/* ---- cuts and how good they are */

int asy__fraction_compare(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    /* Integer parts first; where they agree, what is left over turned upside down: Euclid's algorithm on
     * both. */
    for (int sign = 1;; sign = -sign) {
        uint64_t p = a / b, q = c / d, r = a % b, s = c % d;
        if (p != q) return p < q ? -sign : sign;
        if (r == 0 || s == 0) return r == s ? 0 : r == 0 ? -sign : sign;
        a = b, b = r, c = d, d = s;
    }
}

/* A cut between two values of a feature. value: Gini Σ l²/L + Σ r²/R, entropy Σ l log l − L log L + Σ r log r
 * − R log R; what a cut gains is its value less that of the whole node. */
typedef struct {
    bool found;
    int64_t feature;
    uint32_t below, above;              /* codes of the two values */
    double value;
    uint64_t left, right, squares[2];   /* L, R, Σ l², Σ r² */
} cut;

typedef struct {
    uint32_t *count;        /* [codes, classes + 1]: how often a code has each class, and in all; zero */
    uint64_t *room;         /* [2 rows] */
    int64_t *left, *right;  /* [classes] */
} scratch;

typedef struct {
    int64_t first, n;       /* place in `index` */
    int64_t node, depth, weight;
    cut best;
} open_node;

typedef struct {
    const asy__table *t;
    const asy__cart_par *p;
    const uint32_t *copies;
    asy_rng features;
    asy_pool *pool;
    scratch *scratch;                   /* [threads] */
    uint32_t *index, *moved;            /* rows, those of a node side by side and ascending */
    int64_t rows;
    uint32_t *order;                    /* features in the order of the draws so far */
    cut *found;                         /* [dim]: of the node in hand */
    int64_t *total;                     /* [classes]: likewise */
    int64_t at, weight;                 /* its first row, its rows by copies */
    int64_t span;                       /* … and by places */
    int64_t looked;                     /* features handed out for it */
    int64_t nodes, deepest;
    int32_t *feature, *child[2];        /* [2 rows], like these: */
    float *threshold;
    uint32_t (*rows_of)[2];             /* first and number, in `index` */
    int64_t n_open;
    open_node *open;
} grower;

static uint64_t numerator(const cut *c)
{
    return c->squares[0] * c->right + c->squares[1] * c->left;
}

/* −1, 0, 1: a is worse, as good, better. Gini values closer than rounding could bring them are compared as
 * fractions; entropies that close count as equal. */
static int compare(const grower *g, const cut *a, const cut *b)
{
    double n = (double)g->weight, d = a->value - b->value;
    double near = g->t->xlogx ? 1e-12 * (g->t->xlogx[g->weight] + 1) : n * 0x1p-48;
    if (d > near) return 1;
    if (d < -near) return -1;
    if (g->t->xlogx) return 0;
    return asy__fraction_compare(numerator(a), a->left * a->right, numerator(b), b->left * b->right);
}

static double side_entropy(const grower *g, const int64_t *count, int64_t n)
{
    const double *f = g->t->xlogx;
    double sum = 0;
    for (int64_t k = 0; k < g->t->classes; k++) sum += f[count[k]];
    return sum - f[n];
}

/* A sweep over a feature's values: what has been passed lies left. */
typedef struct {
    const grower *g;
    scratch *s;
    cut now, *best;
    bool any;
} sweep;

static void sweep_begin(sweep *w, const grower *g, scratch *s, int64_t feature, cut *best)
{
    *w = (sweep){ .g = g, .s = s, .best = best, .now = { .found = true, .feature = feature } };
    *best = (cut){ .found = false };
    w->now.right = (uint64_t)g->weight;
    memset(s->left, 0, (size_t)g->t->classes * sizeof *s->left);
    memcpy(s->right, g->total, (size_t)g->t->classes * sizeof *s->right);
    for (int64_t k = 0; k < g->t->classes; k++) w->now.squares[1] += (uint64_t)(s->right[k] * s->right[k]);
}

/* The cut before `code`. */
static void sweep_cut(sweep *w, uint32_t code)
{
    const grower *g = w->g;
    uint64_t least = (uint64_t)g->p->min_samples_leaf;
    cut *c = &w->now;
    c->above = code;
    if (!w->any || c->left < least || c->right < least) return;
    c->value = g->t->xlogx ? side_entropy(g, w->s->left, (int64_t)c->left) +
                                 side_entropy(g, w->s->right, (int64_t)c->right)
                           : (double)c->squares[0] / (double)c->left +
                                 (double)c->squares[1] / (double)c->right;
    if (!w->best->found || compare(g, c, w->best) > 0) *w->best = *c;
}

/* n rows of one class go from right to left. */
static void sweep_move(sweep *w, int64_t class, int64_t n)
{
    int64_t *l = &w->s->left[class], *r = &w->s->right[class];
    w->now.squares[0] += (uint64_t)(n * (2 * *l + n));
    w->now.squares[1] -= (uint64_t)(n * (2 * *r - n));
    *l += n;
    *r -= n;
    w->now.left += (uint64_t)n;
    w->now.right -= (uint64_t)n;
}

static int64_t copies_of(const grower *g, uint32_t row)
{
    return g->copies ? (int64_t)g->copies[row] : 1;
}

/* Few values: counts a code and class. */
static void search_by_counting(const grower *g, scratch *s, int64_t f, cut *best)
{
    const uint32_t *code = g->t->code + f * g->t->n, *index = g->index + g->at;
    int64_t k = g->t->classes, wide = k + 1;
    uint32_t values = g->t->distinct[f];
    sweep w;
    for (int64_t i = 0; i < g->span; i++) {
        uint32_t *row = s->count + code[index[i]] * wide, n = (uint32_t)copies_of(g, index[i]);
        row[g->t->y[index[i]]] += n;
        row[k] += n;
    }
    sweep_begin(&w, g, s, f, best);
    for (uint32_t v = 0; v < values; v++) {
        uint32_t *row = s->count + v * wide;
        if (row[k] == 0) continue;
        sweep_cut(&w, v);
        for (int64_t c = 0; c < k; c++)
            if (row[c]) sweep_move(&w, c, (int64_t)row[c]);
        memset(row, 0, (size_t)wide * sizeof *row);
        w.now.below = v;
        w.any = true;
    }
}

static int bits_of(uint32_t n)
{
    int b = 1;
    while (n >>= 1) b++;
    return b;
}

enum { SHORT = 48 };
static void insertion_sort(int64_t n, uint64_t *v)
{
    for (int64_t i = 1; i < n; i++) {
        uint64_t x = v[i];
        int64_t j = i;
        for (; j > 0 && v[j - 1] > x; j--) v[j] = v[j - 1];
        v[j] = x;
    }
}

/* Few rows: sorts their codes. */
static void search_by_sorting(const grower *g, scratch *s, int64_t f, cut *best)
{
    const uint32_t *code = g->t->code + f * g->t->n, *index = g->index + g->at;
    uint64_t *v = s->room;
    sweep w;
    for (int64_t i = 0; i < g->span; i++) v[i] = (uint64_t)code[index[i]] << 32 | index[i];
    if (g->span <= SHORT) insertion_sort(g->span, v);
    else                  v = sort(g->span, v, v + g->rows, bits_of(g->t->distinct[f] - 1));
    sweep_begin(&w, g, s, f, best);
    for (int64_t i = 0; i < g->span; i++) {
        uint32_t c = (uint32_t)(v[i] >> 32), row = (uint32_t)v[i];
        if (i == 0 || c != w.now.below) sweep_cut(&w, c);
        sweep_move(&w, g->t->y[row], copies_of(g, row));
        w.now.below = c;
        w.any = true;
    }
}

/* A table of counts is worth its making up to so many cells a row of the node. */
enum { CELLS = 16 };
static int64_t cells(const asy__table *t, int64_t f)
{
    return t->distinct[f] * (t->classes + 1);
}

static asy_status search_feature(void *ctx, int64_t task, int thread)
{
    const grower *g = ctx;
    int64_t f = g->p->max_features == ASY__FEATURES_ALL ? task : g->order[g->looked + task];
    cut *best = &g->found[f];
    scratch *s = &g->scratch[thread];
    if (g->t->distinct[f] == 1) *best = (cut){ .found = false };
    else if (cells(g->t, f) <= CELLS * g->span) search_by_counting(g, s, f, best);
    else                                        search_by_sorting(g, s, f, best);
    return ASY_OK;
}

/* ---- nodes */

static int64_t features_a_node(const grower *g)
{
    int64_t d = g->t->dim, m = g->p->max_features;
    if (m == ASY__FEATURES_ALL) return d;
    if (m == ASY__FEATURES_SQRT) m = (int64_t)floor(sqrt((double)d));
    if (m == ASY__FEATURES_LOG2) m = bits_of((uint32_t)d) - 1;
    return m < 1 ? 1 : m < d ? m : d;
}

/* The next n features of this node's order: Fisher and Yates, on with the order that is there. */
static void draw_features(grower *g, int64_t node, int64_t n)
{
    for (int64_t i = g->looked; i < g->looked + n; i++) {
        int64_t j = i + (int64_t)asy_rng_below(&g->features, (uint64_t)node, (uint64_t)i,
                                               (uint64_t)(g->t->dim - i));
        uint32_t swap = g->order[i];
        g->order[i] = g->order[j];
        g->order[j] = swap;
    }
}

static void better(const grower *g, const cut *c, cut *best)
{
    int way = c->found ? best->found ? compare(g, c, best) : 1 : -1;
    if (way > 0 || (way == 0 && c->feature < best->feature)) *best = *c;
}

enum { FORK = 1 << 16 };    /* rows × features from which threads are worth their wake-up */

/* The best cut of the node in hand: over the features drawn for it, and, as long as none of them has a cut,
 * over further ones. */
static asy_status search(grower *g, open_node *o)
{
    int64_t wanted = features_a_node(g);
    o->best = (cut){ .found = false };
    for (g->looked = 0; g->looked < g->t->dim && (g->looked < wanted || !o->best.found);) {
        int64_t n = g->looked == 0 ? wanted : 1;
        if (g->p->max_features != ASY__FEATURES_ALL) draw_features(g, o->node, n);
        bool forks = g->pool && g->span * n >= FORK;
        if (forks) ASY_TRY(asy_pool_run(g->pool, n, search_feature, g));
        for (int64_t i = 0; !forks && i < n; i++) ASY_TRY(search_feature(g, i, 0));
        for (int64_t i = 0; i < n; i++)
            better(g, &g->found[g->p->max_features == ASY__FEATURES_ALL ? i : g->order[g->looked + i]],
                   &o->best);
        g->looked += n;
    }
    return ASY_OK;
}

/* Takes a node in hand and counts its classes; says whether there are two. */
static bool count_classes(grower *g, const open_node *o)
{
    bool mixed = false;
    g->at = o->first;
    g->span = o->n;
    g->weight = 0;
    memset(g->total, 0, (size_t)g->t->classes * sizeof *g->total);
    for (int64_t i = 0; i < o->n; i++) {
        uint32_t row = g->index[o->first + i];
        g->total[g->t->y[row]] += copies_of(g, row);
        g->weight += copies_of(g, row);
    }
    for (int64_t k = 0; k < g->t->classes; k++) mixed = mixed || (g->total[k] > 0 && g->total[k] < g->weight);
    return mixed;
}

/* A new node over these rows: a leaf for good, or one that may be split. Its gain takes the place of the
 * cut's value. */
static asy_status add_node(grower *g, int64_t first, int64_t n, int64_t depth, int64_t *node)
{
    open_node o = { .first = first, .n = n, .node = g->nodes++, .depth = depth };
    const asy__cart_par *p = g->p;
    *node = o.node;
    g->feature[o.node] = -1;
    g->rows_of[o.node][0] = (uint32_t)first;
    g->rows_of[o.node][1] = (uint32_t)n;
    g->deepest = depth > g->deepest ? depth : g->deepest;
    if (!count_classes(g, &o)) return ASY_OK;
    if ((p->max_depth > 0 && depth >= p->max_depth) || g->weight < p->min_samples_split) return ASY_OK;
    ASY_TRY(search(g, &o));
    if (!o.best.found) return ASY_OK;
    double whole = 0;
    if (g->t->xlogx) whole = side_entropy(g, g->total, g->weight);
    for (int64_t k = 0; !g->t->xlogx && k < g->t->classes; k++)
        whole += (double)g->total[k] * (double)g->total[k] / (double)g->weight;
    o.best.value -= whole;
    g->open[g->n_open++] = o;
    return ASY_OK;
}

/* The last one, or, where leaves are counted, the one that gains most (the first made of equals). */
static open_node take(grower *g)
{
    int64_t at = g->n_open - 1;
    if (g->p->max_leaf_nodes > 0)
        for (int64_t i = g->n_open - 1; i >= 0; i--) {
            const open_node *a = &g->open[i], *b = &g->open[at];
            if (a->best.value > b->best.value || (a->best.value == b->best.value && a->node < b->node)) at = i;
        }
    open_node o = g->open[at];
    g->open[at] = g->open[--g->n_open];
    return o;
}

/* The middle, as a float of [a, b): x ≤ it holds for a and not for b. */
static float middle(float a, float b)
{
    float m = (float)(0.5 * ((double)a + (double)b));
    return m >= a && m < b ? m : a;
}

static asy_status split(grower *g, const open_node *o)
{
    const cut *c = &o->best;
    const uint32_t *code = g->t->code + c->feature * g->t->n;
    int64_t left = 0, right = 0, node;
    uint32_t *index = g->index + o->first;
    for (int64_t i = 0; i < o->n; i++)
        if (code[index[i]] <= c->below) index[left++] = index[i];
        else                            g->moved[right++] = index[i];
    memcpy(index + left, g->moved, (size_t)right * sizeof *index);
    g->feature[o->node] = (int32_t)c->feature;
    g->threshold[o->node] = middle(g->t->value[c->feature][c->below], g->t->value[c->feature][c->above]);
    ASY_TRY(add_node(g, o->first, left, o->depth + 1, &node));
    g->child[0][o->node] = (int32_t)node;
    ASY_TRY(add_node(g, o->first + left, right, o->depth + 1, &node));
    g->child[1][o->node] = (int32_t)node;
    return ASY_OK;
}

static asy_status begin(grower *g, asy_arena *a)
{
    const asy__table *t = g->t;
    int threads = asy_pool_threads(g->pool);
    g->index = ASY_NEWN(a, t->n, uint32_t);
    g->moved = ASY_NEWN(a, t->n, uint32_t);
    g->order = ASY_NEWN(a, t->dim, uint32_t);
    g->found = ASY_NEWN(a, t->dim, cut);
    g->total = ASY_NEWN(a, t->classes, int64_t);
    ASY_TRY(asy_arena_status(a));
    for (uint32_t i = 0; i < t->n; i++)
        if (!g->copies || g->copies[i] > 0) g->index[g->rows++] = i;
    for (uint32_t i = 0; i < t->dim; i++) g->order[i] = i;
    g->feature = ASY_NEWN(a, 2 * g->rows, int32_t);
    g->child[0] = ASY_NEWN(a, 2 * g->rows, int32_t);
    g->child[1] = ASY_NEWN(a, 2 * g->rows, int32_t);
    g->threshold = ASY_NEWN(a, 2 * g->rows, float);
    g->rows_of = asy_alloc(a, (size_t)(2 * g->rows), sizeof *g->rows_of);
    g->open = ASY_NEWN(a, g->rows + 1, open_node);
    g->scratch = ASY_NEWN(a, threads, scratch);
    int64_t most = t->most * (t->classes + 1);
    if (most > CELLS * g->rows) most = CELLS * g->rows;
    for (int i = 0; g->scratch && i < threads; i++)
        g->scratch[i] = (scratch){ ASY_NEWN(a, most, uint32_t), ASY_NEWN(a, 2 * g->rows, uint64_t), ASY_NEWN(a, t->classes, int64_t),
                                   ASY_NEWN(a, t->classes, int64_t) };
    return asy_arena_status(a);
}

static void count_leaf(const grower *g, int32_t node, int32_t *count)
{
    const uint32_t *row = g->index + g->rows_of[node][0];
    for (uint32_t i = 0; i < g->rows_of[node][1]; i++) count[g->t->y[row[i]]] += (int32_t)copies_of(g, row[i]);
}

/* Copies the nodes into preorder. */
static asy_status arrange(const grower *g, asy_arena *a, asy__grown *out)
{
    int64_t k = g->t->classes, at = 0, n_stack = 0, leaf = 0;
    int32_t (*stack)[2] = asy_alloc(a, (size_t)g->nodes, sizeof *stack); /* a node, whose right child it is */
    *out = (asy__grown){ .nodes = g->nodes, .leaves = (g->nodes + 1) / 2, .depth = g->deepest };
    out->feature = ASY_NEWN(a, g->nodes, int32_t);
    out->right = ASY_NEWN(a, g->nodes, int32_t);
    out->threshold = ASY_NEWN(a, g->nodes, float);
    out->count = asy_alloc(a, (size_t)out->leaves, (size_t)k * sizeof *out->count);
    ASY_TRY(asy_arena_status(a));
    for (int32_t node = 0, parent = -1;; at++) {
        int32_t f = g->feature[node];
        if (parent >= 0) out->right[parent] = (int32_t)at;
        out->feature[at] = f;
        if (f >= 0) {
            out->threshold[at] = g->threshold[node];
            stack[n_stack][0] = g->child[1][node];
            stack[n_stack++][1] = (int32_t)at;
            node = g->child[0][node];
            parent = -1;
            continue;
        }
        count_leaf(g, node, out->count + leaf++ * k);
        if (n_stack == 0) return ASY_OK;
        node = stack[--n_stack][0];
        parent = stack[n_stack][1];
    }
}

asy_status asy__cart_grow(asy__grown *out, asy_arena *a, const asy__table *t, const asy__cart_par *p,
                          const uint32_t *copies, asy_rng features, asy_pool *pool)
{
    grower g = { .t = t, .p = p, .copies = copies, .features = features, .pool = pool };
    asy_arena *tmp = asy_arena_new(0);
    int64_t root, leaves = 1;
    asy_status s = begin(&g, tmp);
    if (s == ASY_OK) s = add_node(&g, 0, g.rows, 0, &root);
    while (s == ASY_OK && g.n_open > 0 && (p->max_leaf_nodes == 0 || leaves < p->max_leaf_nodes)) {
        open_node o = take(&g);
        s = split(&g, &o);
        leaves++;
    }
    if (s == ASY_OK) s = arrange(&g, a, out);
    asy_arena_free(tmp);
    return s;
}
