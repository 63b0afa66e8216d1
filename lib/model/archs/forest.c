// SPDX-License-Identifier: GPL-3.0-or-later
/* A random forest. */
#include "_trees.h"
#include <stdatomic.h>
#include <string.h>

typedef struct { int64_t trees; bool bootstrap; asy__cart_par cart; } par;

static const char *const trees_words[] = { "n_estimators", "n_trees", "num_trees", "estimators", NULL };
static const asy_param params[] = {
    ASY_PARAM_I64(trees, "100", 1, 100000, "how many trees", .synonyms = trees_words),
    ASY_PARAM_BOOL(bootstrap, "true", "each tree sees as many rows as there are, drawn with replacement"),
    ASY__CART_ROWS("sqrt"),
    ASY_PARAM_END
};

typedef struct {
    const par *p;
    const asy_arch_fit *in;
    asy__table table;
    asy__grown *grown;          /* [trees] */
    asy_arena **arena;          /* [trees]: each tree's own */
    uint8_t *drawn;             /* [trees, n]: whether a tree saw a row; NULL without bootstrap */
    const asy__trees *opened;
    int8_t *verdict;            /* [n]: of the trees that did not see a row: 1 right, 0 wrong, −1 there are none */
    int caller;
    _Atomic int64_t done;
} forest;

/* How often each row is drawn for a tree. */
static void draw(const forest *f, int64_t tree, uint32_t *copies)
{
    asy_rng r = asy_rng_part(f->in->seed, "bootstrap");
    uint64_t n = (uint64_t)f->in->n;
    for (uint64_t i = 0; i < n; i++) copies[asy_rng_below(&r, (uint64_t)tree, i, n)]++;
    for (uint64_t i = 0; i < n; i++) f->drawn[(uint64_t)tree * n + i] = copies[i] > 0;
}

static asy_status grow(void *ctx, int64_t tree, int thread)
{
    forest *f = ctx;
    asy_sink *sink = f->in->sink;
    if (sink && sink->stop && sink->stop(sink)) ASY_FAIL(ASY_ESTOP, "asked to stop");
    asy_arena *tmp = asy_arena_new(0);
    uint32_t *copies = f->p->bootstrap ? ASY_NEWN(tmp, f->in->n, uint32_t) : NULL;
    asy_rng features = asy_rng_split(asy_rng_part(f->in->seed, "features"), "tree", (uint64_t)tree);
    asy_status s = asy_arena_status(tmp);
    f->arena[tree] = asy_arena_new(0);
    if (s == ASY_OK && copies) draw(f, tree, copies);
    if (s == ASY_OK)
        s = asy__cart_grow(&f->grown[tree], f->arena[tree], &f->table, &f->p->cart, copies, features, NULL);
    asy_arena_free(tmp);
    int64_t done = atomic_fetch_add(&f->done, 1) + 1;
    if (sink && sink->progress && thread == f->caller)
        sink->progress(sink, (double)done / (double)f->p->trees, "tree %lld/%lld", (long long)done,
                       (long long)f->p->trees);
    return s;
}

enum { ROWS = 256 };

/* What the trees that did not see a row say of it. */
static asy_status judge(void *ctx, int64_t task, int thread)
{
    const forest *f = ctx;
    const asy__trees *t = f->opened;
    int64_t first = task * ROWS, last = first + ROWS < f->in->n ? first + ROWS : f->in->n;
    (void)thread;
    asy_arena *tmp = asy_arena_new(0);
    double *p = ASY_NEWN(tmp, t->classes, double);
    for (int64_t i = first; p && i < last; i++) {
        int64_t votes = 0, best = 0;
        memset(p, 0, (size_t)t->classes * sizeof *p);
        for (int64_t k = 0; k < t->n; k++) {
            if (f->drawn[k * f->in->n + i]) continue;
            const double *share = asy__trees_walk(t, k, f->in->x + i * t->dim);
            for (int64_t c = 0; c < t->classes; c++) p[c] += share[c];
            votes++;
        }
        for (int64_t c = 1; c < t->classes; c++)
            if (p[c] > p[best]) best = c;
        f->verdict[i] = votes == 0 ? -1 : best == f->in->y[i];
    }
    asy_status s = asy_arena_status(tmp);
    asy_arena_free(tmp);
    return s;
}

static asy_status put_facts(forest *f, asy_arena *tmp, const asy_state *state)
{
    int64_t nodes = 0, leaves = 0, right = 0, n = 0;
    const void *opened;
    for (int64_t i = 0; i < f->p->trees; i++) nodes += f->grown[i].nodes, leaves += f->grown[i].leaves;
    ASY_TRY(asy_put(f->in->sink, "nodes", (double)nodes));
    ASY_TRY(asy_put(f->in->sink, "leaves", (double)leaves));
    if (!f->drawn) return ASY_OK;
    ASY_TRY(asy__trees_open(f->p, f->in->io, state, tmp, &opened));
    f->opened = opened;
    f->verdict = ASY_NEWN(tmp, f->in->n, int8_t);
    ASY_TRY(asy_arena_status(tmp));
    ASY_TRY(asy_pool_run(f->in->pool, (f->in->n + ROWS - 1) / ROWS, judge, f));
    for (int64_t i = 0; i < f->in->n; i++) right += f->verdict[i] == 1, n += f->verdict[i] >= 0;
    return n > 0 ? asy_put_rate(f->in->sink, "oob_accuracy", right, n) : ASY_OK;
}

static asy_status fit_in(forest *f, asy_arena *tmp, asy_state *out)
{
    ASY_TRY(asy__table_new(&f->table, tmp, f->in, f->p->cart.criterion));
    f->grown = ASY_NEWN(tmp, f->p->trees, asy__grown);
    f->arena = ASY_NEWN(tmp, f->p->trees, asy_arena *);
    if (f->p->bootstrap) f->drawn = asy_alloc(tmp, (size_t)f->p->trees, (size_t)f->in->n);
    ASY_TRY(asy_arena_status(tmp));
    asy_status s = asy_pool_run(f->in->pool, f->p->trees, grow, f);
    if (s == ASY_OK) s = asy__trees_state(f->in->arena, f->in->io->classes, f->p->trees, f->grown, out);
    for (int64_t i = 0; i < f->p->trees; i++) asy_arena_free(f->arena[i]);
    return s == ASY_OK && f->in->sink ? put_facts(f, tmp, out) : s;
}

static asy_status fit(const void *vp, const asy_arch_fit *in, asy_state *out)
{
    forest f = { .p = vp, .in = in, .caller = asy_pool_thread() };
    asy_arena *tmp = asy_arena_new(0);
    asy_status s = fit_in(&f, tmp, out);
    asy_arena_free(tmp);
    return s;
}

const asy_arch asy_arch_forest = {
    .m = { .name = "forest",
           .summary = "a random forest: trees on bootstrap samples and random features",
           .revision = 1,
           .cite = "Breiman 2001, Machine Learning 45(1)",
           .doc = "The mean of the class shares that the trees give; each is grown as `tree` is, on rows drawn "
                  "with replacement (stream SEED/bootstrap), a node on features drawn at random "
                  "(SEED/features/tree/i; further ones are drawn while none of them has a split). "
                  "oob_accuracy is that of the trees that did not see a row. Without a graph: `train` takes "
                  "nothing.",
           .pitfalls = "There are no gradients: attacks that need them are refused.",
           .example = "model: {arch: forest, trees: 200}",
           ASY_PARAMS(params) },
    .fit = fit, .open = asy__trees_open, .predict = asy__trees_predict, .procedure = "at-once",
};
