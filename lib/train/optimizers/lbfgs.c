// SPDX-License-Identifier: GPL-3.0-or-later
/* L-BFGS with a line search for the strong Wolfe conditions, on the full data and in float64. */
#include "assay.h"

#include <math.h>
#include <string.h>

enum { DECAY_ALL, DECAY_WEIGHTS };
/* Scalars: pairs stored since the last reset; gradient norms; loss + penalty; rows of the lot. */
enum { PAIRS, FIRST, NORM, STATE, OBJECTIVE, ROWS };
enum { RUNNING, CONVERGED, STALLED };
enum { TRIES = 60 };
static const char *const decays[] = { "all", "weights", NULL };
static const double C1 = 1e-4, C2 = 0.9, LEVEL = 1e-12;

typedef struct {
    int64_t memory;
    double tolerance, weight_decay;
    int64_t decay;
} par;

static const asy_param params[] = {
    ASY_PARAM_I64(memory, "10", 1, 1000, "pairs of steps and gradient changes that are kept"),
    ASY_PARAM_F64(tolerance, "1e-8", 0, 1,
                  "training ends when the gradient's norm is this share of the first",
                  .flags = ASY_LO_OPEN | ASY_LOG),
    ASY_PARAM_F64(weight_decay, "0", 0, 1e6, "coefficient of half the square penalty", .flags = ASY_LOG),
    ASY_PARAM_ENUM(decay, "all", decays,
                   "which tensors decay: all, or products' weights only, without biases"),
    ASY_PARAM_END
};

/* A step at work: its place in memory, and the point tried last. */
typedef struct {
    const par *p;
    asy_optim *o;
    const asy_whole *w;
    asy_closure closure;
    void *ctx;
    size_t n;
    double *s, *y;                          /* rings of p->memory vectors */
    double *d, *g, *x, *gx;                 /* direction; gradient at w; trial and its gradient */
    double f, slope, fx, slope_x;
} search;

/* Beside the rings: d, g, x, gx. */
static int64_t vectors(const void *vp) { return 2 * ((const par *)vp)->memory + 4; }

/* Adds λ/2 ‖x‖² and its gradient. */
static double penalise(const search *q, const double *x, double *g)
{
    double sum = 0, lambda = q->p->weight_decay;

    for (int k = 0; lambda > 0 && k < q->w->n_tensors; k++) {
        const double *xk = x + q->w->first[k];

        if (q->p->decay == DECAY_WEIGHTS && !q->w->decays[k])
            continue;
        sum += asy_dot_f64((size_t)q->w->count[k], xk, xk);
        for (int64_t i = 0; i < q->w->count[k]; i++)
            g[q->w->first[k] + i] += lambda * xk[i];
    }
    return lambda / 2 * sum;
}

static asy_status try_step(search *q, double a)
{
    for (size_t i = 0; i < q->n; i++)
        q->x[i] = q->w->w[i] + a * q->d[i];
    ASY_TRY(q->closure(q->ctx, q->x, &q->fx, q->gx));
    q->fx += penalise(q, q->x, q->gx);
    q->slope_x = asy_dot_f64(q->n, q->gx, q->d);
    return ASY_OK;
}

/* Nocedal, Wright 2006, algorithm 7.4: d = −H g by the pairs, newest first and back. */
static void find_direction(search *q)
{
    int64_t m = q->p->memory, last = (int64_t)q->o->scalar[PAIRS], have = last < m ? last : m;
    double alpha[1000], scale = 1 / fmax(1, sqrt(asy_dot_f64(q->n, q->g, q->g)));

    for (size_t i = 0; i < q->n; i++)
        q->d[i] = -q->g[i];
    for (int64_t k = last - 1; k >= last - have; k--) {
        const double *s = q->s + (size_t)(k % m) * q->n, *y = q->y + (size_t)(k % m) * q->n;

        alpha[k % m] = asy_dot_f64(q->n, s, q->d) / asy_dot_f64(q->n, s, y);
        for (size_t i = 0; i < q->n; i++)
            q->d[i] -= alpha[k % m] * y[i];
        if (k == last - 1)
            scale = asy_dot_f64(q->n, s, y) / asy_dot_f64(q->n, y, y);
    }
    for (size_t i = 0; i < q->n; i++)
        q->d[i] *= scale;
    for (int64_t k = last - have; k < last; k++) {
        const double *s = q->s + (size_t)(k % m) * q->n, *y = q->y + (size_t)(k % m) * q->n;
        double beta = asy_dot_f64(q->n, y, q->d) / asy_dot_f64(q->n, s, y);

        for (size_t i = 0; i < q->n; i++)
            q->d[i] += (alpha[k % m] - beta) * s[i];
    }
    q->slope = asy_dot_f64(q->n, q->g, q->d);
}

/* Enough of a fall; where losses differ by rounding alone, the slopes decide (Hager, Zhang 2005, (T2)). */
static bool fell(const search *q, double a)
{
    if (q->fx <= q->f + C1 * a * q->slope)
        return true;
    return fabs(q->fx - q->f) <= LEVEL * fabs(q->f) && q->slope_x <= (2 * C1 - 1) * q->slope;
}

/* The least of the cubic through values and slopes at a and b, kept a tenth of the way from both ends. */
static double between(double a, double fa, double sa, double b, double fb, double sb)
{
    double u = sa + sb - 3 * (fb - fa) / (b - a), v = u * u - sa * sb, t = 0.5;

    if (isfinite(v) && v >= 0) {
        double r = b > a ? sqrt(v) : -sqrt(v), c = 1 - (sb + r - u) / (sb - sa + 2 * r);

        if (isfinite(c))
            t = fmin(fmax(c, 0.1), 0.9);
    }
    return a + t * (b - a);
}

/* Shrinks a bracket: at `low` the loss fell and goes on falling steeply, at `high` it does not. Somewhere
 * between them the strong Wolfe conditions hold. */
static asy_status search_line(search *q, bool *found)
{
    double low = 0, f_low = q->f, s_low = q->slope, high = INFINITY, f_high = 0, s_high = 0, a = 1;

    *found = false;
    for (int i = 0; i < TRIES && a > 0 && isfinite(a); i++) {
        ASY_TRY(try_step(q, a));
        bool down = isfinite(q->fx) && isfinite(q->slope_x) && fell(q, a);
        *found = down && fabs(q->slope_x) <= -C2 * q->slope;
        if (*found)
            return ASY_OK;
        if (down && q->slope_x < 0)
            low = a, f_low = q->fx, s_low = q->slope_x;
        else
            high = a, f_high = q->fx, s_high = q->slope_x;
        a = isfinite(high) ? between(low, f_low, s_low, high, f_high, s_high) : 2 * a;
    }
    return ASY_OK;
}

static void accept(search *q)
{
    int64_t k = (int64_t)q->o->scalar[PAIRS] % q->p->memory;
    double *s = q->s + (size_t)k * q->n, *y = q->y + (size_t)k * q->n;

    for (size_t i = 0; i < q->n; i++) {
        s[i] = q->x[i] - q->w->w[i];
        y[i] = q->gx[i] - q->g[i];
    }
    if (asy_dot_f64(q->n, s, y) > 0)
        q->o->scalar[PAIRS]++;
    memcpy(q->w->w, q->x, q->n * sizeof *q->x);
    q->o->scalar[OBJECTIVE] = q->fx;
    q->o->scalar[NORM] = sqrt(asy_dot_f64(q->n, q->gx, q->gx));
    if (q->o->scalar[NORM] <= q->p->tolerance * q->o->scalar[FIRST])
        q->o->scalar[STATE] = CONVERGED;
}

static asy_status descend(search *q)
{
    bool found = false;

    for (int round = 0; round < 2 && !found; round++) {
        find_direction(q);
        if (q->slope < 0)
            ASY_TRY(search_line(q, &found));
        if (!found && q->o->scalar[PAIRS] == 0)
            break;
        if (!found)
            q->o->scalar[PAIRS] = 0;        /* once more along the gradient */
    }
    if (found)
        accept(q);
    else
        q->o->scalar[STATE] = STALLED;
    return ASY_OK;
}

static asy_status step(const void *vp, asy_optim *o, const asy_whole *w, asy_closure closure, void *ctx)
{
    const par *p = vp;
    size_t n = (size_t)w->n, m = (size_t)p->memory;
    double *at = w->memory + 2 * m * n;
    search q = { .p = p, .o = o, .w = w, .closure = closure, .ctx = ctx, .n = n, .s = w->memory,
                 .y = w->memory + m * n, .d = at, .g = at + n, .x = at + 2 * n, .gx = at + 3 * n };

    memcpy(q.g, w->g, n * sizeof *q.g);
    q.f = w->loss + penalise(&q, w->w, q.g);
    o->scalar[OBJECTIVE] = q.f;
    o->scalar[ROWS] = (double)w->rows;
    o->scalar[NORM] = sqrt(asy_dot_f64(n, q.g, q.g));
    if (o->step == 0)
        o->scalar[FIRST] = o->scalar[NORM];
    if (o->scalar[NORM] <= p->tolerance * o->scalar[FIRST] && (o->step > 0 || o->scalar[NORM] == 0)) {
        o->scalar[STATE] = CONVERGED;
        return ASY_OK;
    }
    return descend(&q);
}

static bool done(const void *vp, const asy_optim *o)
{
    (void)vp;
    return o->scalar[STATE] != RUNNING;
}

static asy_status report(const void *vp, const asy_optim *o, asy_sink *k)
{
    (void)vp;
    ASY_TRY(asy_put(k, "converged", o->scalar[STATE] == CONVERGED));
    ASY_TRY(asy_put(k, "objective", o->scalar[OBJECTIVE]));
    ASY_TRY(asy_put(k, "objective_sum", o->scalar[OBJECTIVE] * o->scalar[ROWS]));
    ASY_TRY(asy_put(k, "gradient_norm", o->scalar[NORM]));
    return asy_put(k, "gradient_norm_first", o->scalar[FIRST]);
}

const asy_optimizer asy_optimizer_lbfgs = {
    .m = { .name = "lbfgs",
           .summary = "L-BFGS on the full data, to the optimum",
           .revision = 1,
           .cite = "Liu, Nocedal 1989, Math. Program. 45",
           .doc = "One step is one direction and a line search for the strong Wolfe conditions (1e-4, 0.9). "
                  "Loss, gradient and weights are float64; the model gets the weights rounded. Training "
                  "ends when the gradient's norm is `tolerance` of the first (`converged` 1) or no step goes "
                  "down (0). `objective` is mean loss + penalty there, `objective_sum` that times the rows: "
                  "the sum of the losses + ½‖w‖² has weight_decay 1/rows. Needs `batch: all`.",
           .pitfalls = "Separable data without weight_decay have no optimum: the weights grow until the "
                       "loss is flat.",
           .example = "optimizer: {method: lbfgs, weight_decay: 1e-4}",
           ASY_PARAMS(params) },
    .step = step,
    .real = ASY_F64,
    .full = true,
    .vectors = vectors,
    .done = done,
    .report = report,
};
