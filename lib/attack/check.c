// SPDX-License-Identifier: GPL-3.0-or-later
#include "check.h"
#include "adversary.h"
#include "toy.h"
#include "../method/params.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { ROWS = 23, DIM = 12, CLASSES = 4, WRONG = 7 /* every 7th row has a wrong label */ };

typedef struct {
    const asy_attack *attack;
    const asy_backend *backend;
    asy_arena *arena;
    const char *norm, *eps, *wide; /* wide: the diameter of the box */
    const char *flip[2];           /* a switch of the attack's and its other value; NULL: defaults */
    double radius, diameter;       /* the numbers of eps and wide */
    asy_toy *toy;                  /* an MLP over ROWS rows of [0, 1] */
    asy_attack_result base;
    float x[ROWS * DIM];
    int32_t y[ROWS];
} check;

#define BROKEN(k, ...) return broken(k, __FILE__, __LINE__, __VA_ARGS__)
static asy_status ASY_PRINTF(4, 5) broken(const check *k, const char *file, int line, const char *fmt, ...)
{
    char text[200];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return asy_fail_(ASY_EBUG, file, line, "`%s`, %s: %s", k->attack->m.name, k->norm, text);
}

/* One run of the attack on a toy; `extra` replaces or adds keys. */
static asy_status run(const check *k, asy_toy *t, const char *eps, const char *const extra[][2],
                      asy_attack_result *r)
{
    const char *pairs[8][2] = { { "norm", k->norm }, { "eps", eps } };
    int n = 2;
    if (k->flip[0]) memcpy(pairs[n++], k->flip, sizeof pairs[0]);
    for (int i = 0; extra && extra[i][0]; i++) memcpy(pairs[n++], extra[i], sizeof pairs[0]);
    t->ctx.backend = k->backend;
    return asy_toy_attack(t, k->attack->m.name, (const char *const(*)[2])pairs, r);
}

/* Independently of the evaluator: finite, in [lo, hi], and no farther than eps. */
static asy_status feasible(const check *k, const asy_toy *t, double eps, const asy_attack_result *r,
                           const char *where)
{
    if (r->violations) BROKEN(k, "%lld rows leave ball or box (%s)", (long long)r->violations, where);
    for (int64_t i = 0; i < r->n; i++) {
        double sum = 0, most = 0;
        for (int64_t c = 0; c < DIM; c++) {
            double a = (double)r->adv[i * DIM + c], d = fabs(a - (double)r->x[i * DIM + c]);
            if (!(a >= t->data.lo && a <= t->data.hi))
                BROKEN(k, "row %lld has the value %g (%s)", (long long)i, a, where);
            sum += d * d;
            most = d > most ? d : most;
        }
        double far = strcmp(k->norm, "l2") == 0 ? sqrt(sum) : most;
        if (!(far <= eps * (1 + 1e-6) + 1e-6))
            BROKEN(k, "row %lld moved by %.9g (%s)", (long long)i, far, where);
    }
    return ASY_OK;
}

/* Equal bytes, row by row of the same id. */
static asy_status same(const check *k, const asy_attack_result *r, const char *what)
{
    const asy_attack_result *b = &k->base;
    for (int64_t i = 0; i < r->n; i++) {
        int64_t j = (int64_t)r->id[i];
        if (memcmp(r->adv + i * DIM, b->adv + j * DIM, DIM * sizeof(float)) != 0 ||
            r->pred_adv[i] != b->pred_adv[j] || r->count[i] != b->count[j])
            BROKEN(k, "another result for sample %lld with %s", (long long)j, what);
    }
    return ASY_OK;
}

static asy_status untouched(const check *k)
{
    const asy_attack_result *r = &k->base;
    int64_t wrong = 0;
    for (int64_t i = 0; i < r->n; i++) {
        if (r->pred_clean[i] == r->label[i]) {
            if (r->count[i] < 1) BROKEN(k, "sample %lld was not attacked", (long long)i);
            continue;
        }
        wrong++;
        if (memcmp(r->adv + i * DIM, r->x + i * DIM, DIM * sizeof(float)) != 0 || r->count[i] != 0 ||
            r->distance[i] != 0)
            BROKEN(k, "sample %lld was wrong when clean and is touched", (long long)i);
    }
    if (wrong == 0 || wrong == ROWS) BROKEN(k, "the check itself has %lld wrong rows", (long long)wrong);
    if (r->attacked != ROWS - wrong || r->robust_correct + r->successes != r->clean_correct)
        BROKEN(k, "counts do not add up");
    return ASY_OK;
}

static asy_status invariant(check *k)
{
    asy_attack_result r;
    asy_toy *t = k->toy;
    for (int batch = 1; batch <= 7; batch += 6) {
        t->keys.batch = batch;
        ASY_TRY(run(k, t, k->eps, NULL, &r));
        ASY_TRY(same(k, &r, batch == 1 ? "chunks of 1" : "chunks of 7"));
    }
    t->keys.batch = 0;
    for (int threads = 1; threads <= 3; threads++) {
        ASY_TRY(asy_pool_new(&t->ctx.pool, threads));
        asy_status s = run(k, t, k->eps, NULL, &r);
        asy_pool_free(t->ctx.pool);
        t->ctx.pool = NULL;
        ASY_TRY(s);
        ASY_TRY(same(k, &r, threads == 1 ? "1 thread" : threads == 2 ? "2 threads" : "3 threads"));
    }
    for (int i = 0; i < ROWS; i++) t->row[i] = (uint32_t)(i * 5 % ROWS);
    ASY_TRY(run(k, t, k->eps, NULL, &r));
    ASY_TRY(same(k, &r, "rows in another order"));
    for (int i = 0; i < ROWS; i++) t->row[i] = (uint32_t)i;
    return ASY_OK;
}

static asy_status radii(check *k)
{
    asy_attack_result r;
    ASY_TRY(run(k, k->toy, "0", NULL, &r));
    if (memcmp(r.adv, r.x, sizeof k->x) != 0) BROKEN(k, "eps 0 moves a point");
    if (r.robust_correct != r.clean_correct) BROKEN(k, "eps 0 breaks a point");
    ASY_TRY(run(k, k->toy, k->wide, NULL, &r));
    return feasible(k, k->toy, k->diameter, &r, "eps as wide as the range");
}

static asy_status goals(check *k)
{
    static const char *const goal[][2][2] = { { { "goal", "least-likely" } },
                                              { { "goal", "random-target" } },
                                              { { "target", "2" } } };
    for (int i = 0; i < 3; i++) {
        asy_attack_result r;
        ASY_TRY(run(k, k->toy, k->eps, goal[i], &r));
        ASY_TRY(feasible(k, k->toy, k->radius, &r, goal[i][0][1]));
        if (r.reached > r.successes) BROKEN(k, "more rows reach their target than leave their label");
        for (int64_t j = 0; i == 2 && j < r.n; j++)
            if (r.label[j] == 2 && r.count[j] > 0) BROKEN(k, "a row is attacked towards its own label");
    }
    return ASY_OK;
}

static asy_status refusals(check *k)
{
    static const char *const access[][2] = {
        { "access", "scores" }, { NULL, NULL }, { "access", "labels" }, { NULL, NULL }
    };
    unsigned needs = k->attack->m.needs;
    for (int i = 0; i < 2; i++) {
        asy_attack_result r;
        bool refuse = (needs & ASY_NEED_GRAD) || (i == 1 && (needs & ASY_NEED_SCORES));
        asy_status s = run(k, k->toy, k->eps, access + 2 * i, &r);
        if ((s == ASY_EUNSUP) != refuse)
            BROKEN(k, "%s access to %s is %s", refuse ? "lacking" : "given", access[2 * i][1],
                   refuse ? "not refused" : "refused");
        if (s != ASY_EUNSUP) ASY_TRY(s);
    }
    asy_error_clear();
    return ASY_OK;
}

static asy_status budget(check *k)
{
    static const char *const three[][2] = { { "queries", "3" }, { NULL, NULL } };
    asy_attack_result r;
    ASY_TRY(run(k, k->toy, k->eps, three, &r));
    ASY_TRY(feasible(k, k->toy, k->radius, &r, "a budget of 3 queries"));
    for (int64_t i = 0; i < r.n; i++)
        if (r.count[i] > 3) BROKEN(k, "%lld queries with a budget of 3", (long long)r.count[i]);
    return ASY_OK;
}

/* Draws belong to samples: chunks of 1 and 7 give what one chunk gives. Scoring has draws of its own, so that
 * luck in the attack's is not a success. */
static asy_status random_invariant(check *k, asy_toy *t, const asy_attack_result *whole)
{
    asy_attack_result r;
    for (int batch = 1; batch <= 7; batch += 6) {
        t->keys.batch = batch;
        ASY_TRY(run(k, t, k->eps, NULL, &r));
        if (memcmp(r.adv, whole->adv, sizeof k->x) != 0 || r.robust_correct != whole->robust_correct)
            BROKEN(k, "with a random model, chunks of %d give other points", batch);
    }
    t->keys.batch = 0;
    return ASY_OK;
}

/* Bounds, finiteness and an end, where there is nothing to gain. */
static asy_status odd_models(check *k)
{
    static const struct {
        asy_toy_arch arch;
        float scale;
        const char *name;
    } model[] = {
        { ASY_TOY_CONSTANT, 1, "a constant model" },
        { ASY_TOY_HOLE, 1, "a model with NaN scores" },
        { ASY_TOY_LINEAR, 1e4f, "a saturated model" },
        { ASY_TOY_RANDOM, 1, "a model with random scores" },
    };
    for (size_t i = 0; i < sizeof model / sizeof model[0]; i++) {
        asy_toy *t;
        asy_attack_result r;
        int32_t y[ROWS] = { 0 };
        ASY_TRY(
            asy_toy_new(&t, k->arena, &(asy_toy_spec){ model[i].arch, DIM, CLASSES, 0, 1, ROWS, k->x, y }));
        float *w = asy_toy_weight(t, "w"), *hole = asy_toy_weight(t, "hole");
        for (int j = 0; w && j < CLASSES * DIM; j++) w[j] = model[i].scale * (float)(j % 5 - 2);
        asy_toy_weight(t, "b")[0] = 1.0f;
        if (hole) hole[0] = 0.45f * DIM;
        ASY_TRY(run(k, t, k->eps, NULL, &r));
        ASY_TRY(feasible(k, t, k->radius, &r, model[i].name));
        if (model[i].arch == ASY_TOY_CONSTANT && (r.attacked != ROWS || r.successes))
            BROKEN(k, "a constant model is beaten");
        if (model[i].arch == ASY_TOY_RANDOM) ASY_TRY(random_invariant(k, t, &r));
    }
    return ASY_OK;
}

static asy_status monotone(check *k)
{
    static const char *const eps[] = { "0.1", "0.2", "0.5", "1", "2" };
    asy_toy *t;
    int64_t before = ROWS;
    int32_t y[ROWS] = { 0 };
    ASY_TRY(asy_toy_new(&t, k->arena, &(asy_toy_spec){ ASY_TOY_LINEAR, DIM, 2, -9, 9, ROWS, k->x, y }));
    float *w = asy_toy_weight(t, "w");
    for (int j = 0; j < DIM; j++) w[j] = (float)(j % 5 - 2);
    asy_toy_weight(t, "b")[0] = 2.0f;
    for (int i = 0; i < 5; i++) {
        asy_attack_result r;
        ASY_TRY(run(k, t, eps[i], NULL, &r));
        if (r.robust_correct > before) BROKEN(k, "eps %s breaks fewer rows than a smaller one", eps[i]);
        before = r.robust_correct;
    }
    return ASY_OK;
}

/* The same points from an adversary with 1 and with 3 threads, in other company; inside the ball. */
static asy_status training(check *k)
{
    const char *const pairs[][2] = {
        { "norm", k->norm }, { "eps", k->eps }, { k->flip[0], k->flip[1] }, { NULL, NULL }
    };
    const asy_bound *b;
    float first[ROWS * DIM];
    uint64_t id[ROWS];
    asy_rng step = asy_rng_split(asy_rng_part(asy_rng_seed(3), "attack"), "step", 5);
    ASY_TRY(asy_bind_text(k->arena, &asy_spot_adversary, k->attack->m.name, pairs, &b));
    for (int i = 0; i < ROWS; i++) id[i] = (uint64_t)i;
    for (int threads = 1; threads <= 3; threads += 2) {
        const asy_model *m = k->toy->model;
        asy_pool *pool;
        asy_adversary *a = NULL;
        float x[ROWS * DIM];
        int64_t skip = threads == 1 ? 0 : 4; /* the second time four rows stay away */
        memcpy(x, k->x, sizeof x);
        ASY_TRY(asy_pool_new(&pool, threads));
        asy_status s = asy_adversary_new(&a, k->arena, m, b, k->backend, pool, ROWS);
        if (s == ASY_OK)
            s = asy_adversary_run(a, m->w, m->version, ROWS - skip, x + skip * DIM, k->y + skip, id + skip,
                                  step, true);
        asy_adversary_free(a);
        asy_pool_free(pool);
        ASY_TRY(s);
        if (threads == 1) memcpy(first, x, sizeof first);
        if (memcmp(first + skip * DIM, x + skip * DIM, sizeof first - (size_t)(skip * DIM) * sizeof(float)) !=
            0)
            BROKEN(k, "in training, threads or company change a point");
        asy_attack_result r = { .n = ROWS, .x = k->x, .adv = x };
        ASY_TRY(feasible(k, k->toy, k->radius, &r, "training"));
    }
    return ASY_OK;
}

/* Random rows; labels are what the model says, but for every 7th. */
static asy_status begin(check *k)
{
    asy_rng r = asy_rng_part(asy_rng_seed(1), "rows");
    asy_attack_result clean;
    for (uint64_t i = 0; i < ROWS; i++) asy_rng_uniform(&r, i, 0, DIM, 0.0f, 1.0f, k->x + i * DIM);
    asy_toy_spec spec = { ASY_TOY_MLP, DIM, CLASSES, 0, 1, ROWS, k->x, k->y };
    ASY_TRY(asy_toy_new(&k->toy, k->arena, &spec));
    ASY_TRY(run(k, k->toy, "0", NULL, &clean));
    for (int i = 0; i < ROWS; i++) k->y[i] = (int32_t)((clean.pred_clean[i] + (i % WRONG == 0)) % CLASSES);
    ASY_TRY(asy_toy_new(&k->toy, k->arena, &spec));
    return run(k, k->toy, k->eps, NULL, &k->base);
}

static asy_status one_norm(check *k)
{
    asy_attack_result again;
    ASY_TRY(begin(k));
    ASY_TRY(feasible(k, k->toy, k->radius, &k->base, "first run"));
    ASY_TRY(untouched(k));
    ASY_TRY(run(k, k->toy, k->eps, NULL, &again));
    ASY_TRY(same(k, &again, "the same call"));
    ASY_TRY(invariant(k));
    ASY_TRY(radii(k));
    ASY_TRY(goals(k));
    ASY_TRY(refusals(k));
    ASY_TRY(budget(k));
    ASY_TRY(odd_models(k));
    ASY_TRY(monotone(k));
    return training(k);
}

static asy_status one_variant(const asy_attack *attack, const asy_backend *backend, int norm,
                              const asy_param *flip)
{
    static const struct {
        const char *norm, *eps, *wide;
        double radius, diameter;
    } norms[] = {
        [ASY_NORM_LINF] = { "linf", "0.1", "1", 0.1, 1 },
        [ASY_NORM_L2] = { "l2", "0.35", "3.47", 0.35, 3.47 },
    };
    asy_arena *a = asy_arena_new(0);
    check *k = ASY_NEW(a, check);
    asy_status s = ASY_ENOMEM;
    if (k) {
        k->attack = attack;
        k->backend = backend;
        k->arena = a;
        k->norm = norms[norm].norm;
        k->eps = norms[norm].eps;
        k->wide = norms[norm].wide;
        k->radius = norms[norm].radius;
        k->diameter = norms[norm].diameter;
        if (flip) k->flip[0] = flip->key, k->flip[1] = strcmp(flip->def, "true") == 0 ? "false" : "true";
        s = one_norm(k);
    }
    asy_arena_free(a);
    return s;
}

asy_status asy_attack_check(const asy_attack *attack, const asy_backend *backend)
{
    for (int norm = ASY_NORM_LINF; norm <= ASY_NORM_L2; norm++) {
        if (!(attack->norms & (norm == ASY_NORM_L2 ? ASY_L2 : ASY_LINF))) continue;
        ASY_TRY(one_variant(attack, backend, norm, NULL));
        for (const asy_param *p = attack->m.params; p && p->key; p++)
            if (p->type == ASY_P_BOOL) ASY_TRY(one_variant(attack, backend, norm, p));
    }
    return ASY_OK;
}
