// SPDX-License-Identifier: GPL-3.0-or-later
#include "../../model/_world.h"

enum { N = 6, MEMORY = 10 };
typedef asy_status (*function)(void *, const double *, double *, double *);

/* Runs `steps` steps from w, as a training would. */
static asy_status minimise(asy_known_env *e, function f, const char *const pairs[][2], int64_t n, double *w,
                           int steps, asy_optim *o)
{
    static const int64_t first[] = { 0 };
    static const bool decays[] = { true };
    const int64_t count[] = { n };
    const asy_bound *b;
    const asy_optimizer *opt;
    double *g = ASY_NEWN(e->arena, n, double), *memory;

    ASY_TRY(asy_bind_text(e->arena, &asy_spot_optimizer, "lbfgs", pairs, &b));
    opt = (const asy_optimizer *)b->m;
    memory = ASY_NEWN(e->arena, opt->vectors(b->params) * n, double);
    ASY_TRY(asy_arena_status(e->arena));
    *o = (asy_optim){ .lr = 1 };
    for (; o->step < steps && !opt->done(b->params, o); o->step++) {
        asy_whole all = { .n = n, .w = w, .g = g, .memory = memory, .n_tensors = 1, .first = first,
                          .count = count, .decays = decays };

        ASY_TRY(f(NULL, w, &all.loss, g));
        ASY_TRY(opt->step(b->params, o, &all, f, NULL));
    }
    return ASY_OK;
}

/* Σ aᵢ (wᵢ − i)²/2, aᵢ = 1, 10, 100 …: the optimum is w = (0, 1, 2 …). */
static asy_status bowl(void *ctx, const double *w, double *loss, double *g)
{
    double a = 1;

    (void)ctx;
    *loss = 0;
    for (int i = 0; i < N; i++, a *= 10) {
        g[i] = a * (w[i] - i);
        *loss += g[i] * (w[i] - i) / 2;
    }
    return ASY_OK;
}

/* (1 − x)² + 100 (y − x²)² */
static asy_status banana(void *ctx, const double *w, double *loss, double *g)
{
    double a = 1 - w[0], b = w[1] - w[0] * w[0];

    (void)ctx;
    *loss = a * a + 100 * (b * b);
    g[0] = -2 * a - 400 * (b * w[0]);
    g[1] = 200 * b;
    return ASY_OK;
}

/* No least value. */
static asy_status slide(void *ctx, const double *w, double *loss, double *g)
{
    (void)ctx;
    *loss = -w[0];
    g[0] = -1;
    return ASY_OK;
}

static asy_status far_off(asy_known_env *e, double *found)
{
    double w[N] = { 5, 5, 5, 5, 5, 5 };
    asy_optim o;

    ASY_TRY(minimise(e, bowl, NULL, N, w, 500, &o));
    *found = 0;
    for (int i = 0; i < N; i++)
        *found += (w[i] - i) * (w[i] - i);
    return ASY_OK;
}

static asy_status valley(asy_known_env *e, double *found)
{
    double w[2] = { -1.2, 1 };
    asy_optim o;

    ASY_TRY(minimise(e, banana, NULL, 2, w, 200, &o));
    *found = w[0] + w[1];
    return ASY_OK;
}

static asy_status ridge(asy_known_env *e, double *found)
{
    const char *const pairs[][2] = { { "weight_decay", "1" }, { NULL, NULL } };
    double w[N] = { 0 };
    asy_optim o;

    ASY_TRY(minimise(e, bowl, pairs, N, w, 500, &o));
    *found = w[1];
    return ASY_OK;
}

static asy_status endless(asy_known_env *e, double *found)
{
    double w[1] = { 0 };
    asy_optim o;

    ASY_TRY(minimise(e, slide, NULL, 1, w, 50, &o));
    *found = (double)o.step;
    return ASY_OK;
}

const asy_known asy_known_optimizer_lbfgs[] = {
    { "quadratic of condition 1e5: square distance", 0, 1e-5,
      "closed form: the optimum is (0, 1, 2 ...)", far_off },
    { "Rosenbrock's function", 2, 1e-7, "closed form: the optimum is (1, 1)", valley },
    { "penalty 1 on 10 (w - 1)^2 / 2", 10.0 / 11, 1e-4, "closed form: 10/(10 + 1)", ridge },
    { "a slope without an end stalls at once", 1, 0,
      "closed form: no step meets the curvature condition", endless },
    { .name = NULL }
};
