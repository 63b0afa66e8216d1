// SPDX-License-Identifier: GPL-3.0-or-later
/* Derivatives against central differences. Directions, cotangents and the vectors of second derivatives are
 * drawn anew each time. */
#include "../tensor/reduce.h"
#include "impl.h"
#include <math.h>
#include <string.h>

enum { DIRECTIONS = ASY_CHECK_DIRECTIONS, SPARSE = 12 };
static const double STEP = 1e-5;

typedef struct {
    asy_plan *plan;
    asy_exec *exec;
    asy_arena *arena;
    int64_t rows;
    int n, m;                       /* binds of the caller; real inputs among them */
    asy_bind *bind;                 /* the caller's, then c, then the m vectors v */
    int *which;                     /* the real ones' places in bind */
    double **x, **moved, **d;       /* by real input: point, shifted point, direction */
    int64_t *count;
    double *c, **v;
    int64_t n_c;
} checker;

/* What one point gives: ⟨c, y⟩, its slope along d, ⟨gradient, v⟩, the slope of that. */
typedef struct { double value, slope, inner, second; } point;

static double total(const asy_tensor *t)
{
    return asy_sum_f64((size_t)asy_shape_count(&t->s), t->data);
}

static asy_status at(checker *k, double shift, point *p)
{
    for (int i = 0; i < k->m; i++)
        for (int64_t j = 0; j < k->count[i]; j++) k->moved[i][j] = k->x[i][j] + shift * k->d[i][j];
    ASY_TRY(asy_exec_run(k->exec, k->rows, k->n + 1 + k->m, k->bind));
    asy_tensor s = asy_exec_out(k->exec, 0), inner = asy_exec_out(k->exec, 1);
    *p = (point){total(&s), 0, total(&inner), 0};
    for (int i = 0; i < k->m; i++) {
        asy_tensor g = asy_exec_out(k->exec, 2 + i), h = asy_exec_out(k->exec, 2 + k->m + i);
        p->slope += asy_dot_f64((size_t)k->count[i], g.data, k->d[i]);
        p->second += asy_dot_f64((size_t)k->count[i], h.data, k->d[i]);
    }
    return ASY_OK;
}

static double relative(double a, double d)
{
    double scale = fmax(1, fmax(fabs(a), fabs(d)));
    return isfinite(a) && isfinite(d) ? fabs(a - d) / scale : INFINITY;
}

static void draw(const asy_rng *r, uint64_t entity, int64_t n, double x[])
{
    for (int64_t i = 0; i < n; i++) x[i] = 2 * asy_rng_uniform64(r, entity, (uint64_t)i) - 1;
}

/* With kinks about, few elements move, so that a direction rarely crosses one. */
static void draw_direction(checker *k, const asy_rng *r, bool sparse)
{
    for (int i = 0; i < k->m; i++) {
        uint64_t entity = 2 * (uint64_t)i + 2, n = (uint64_t)k->count[i];
        draw(r, entity, k->count[i], k->d[i]);
        draw(r, entity + 1, k->count[i], k->v[i]);
        if (!sparse || n <= SPARSE) continue;
        for (uint64_t j = 0; j < n; j++)
            if (asy_rng_below(r, entity, n + j, n) >= SPARSE) k->d[i][j] = 0;
    }
    draw(r, 0, k->n_c, k->c);
}

/* How far slope, inner and second at ± a distance lie from a line through their middle. */
static asy_status bend(checker *k, double distance, const point *zero, double out[3])
{
    point plus, minus;
    ASY_TRY(at(k, distance, &plus));
    ASY_TRY(at(k, -distance, &minus));
    out[0] = fabs(plus.slope - 2 * zero->slope + minus.slope) / fmax(1, fabs(zero->slope));
    out[1] = fabs(plus.inner - 2 * zero->inner + minus.inner) / fmax(1, fabs(zero->inner));
    out[2] = fabs(plus.second - 2 * zero->second + minus.second) / fmax(1, fabs(zero->second));
    return ASY_OK;
}

/* A smooth function bends by the square of the distance; one that changes regime jumps. Over a small distance
 * a small jump already spoils the differences; a steep function may bend as much, but then a quarter as much
 * at half the distance. */
static asy_status changes_regime(checker *k, double kink, const point *zero, bool *out)
{
    double limit = fmin(1e-4, 4 * kink * kink), wide[3], half[3] = {0};
    bool steep = false;
    ASY_TRY(bend(k, kink / 2, zero, wide));
    for (int i = 0; i < 3; i++) steep = steep || !(wide[i] <= limit);
    if (steep) ASY_TRY(bend(k, kink / 4, zero, half));
    *out = false;
    for (int i = 0; i < 3; i++)
        *out = *out || !(wide[i] <= limit
                         || (wide[i] <= 1e-4 && half[i] >= 0.2 * wide[i] && half[i] <= 0.3 * wide[i]));
    return ASY_OK;
}

static asy_status check_direction(checker *k, double kink, asy_check_result *r)
{
    point zero, plus, minus;
    bool skip = false;
    ASY_TRY(at(k, 0, &zero));
    if (kink > 0) ASY_TRY(changes_regime(k, kink, &zero, &skip));
    if (skip) {
        r->skipped++;
        return ASY_OK;
    }
    ASY_TRY(at(k, STEP, &plus));
    ASY_TRY(at(k, -STEP, &minus));
    r->first = fmax(r->first, relative(zero.slope, (plus.value - minus.value) / (2 * STEP)));
    r->second = fmax(r->second, relative(zero.second, (plus.inner - minus.inner) / (2 * STEP)));
    return ASY_OK;
}

/* outs: ⟨c, y⟩, ⟨gradient, v⟩, the gradients, their second derivatives. */
static asy_status build(checker *k, asy_graph *g, asy_val y, const asy_val wrt[])
{
    int m = k->m;
    asy_type ty = asy_val_type(g, y);
    asy_val *out = ASY_NEWN(k->arena, 2 + 2 * m, asy_val);
    if (!out) return asy_arena_status(k->arena);
    asy_val c = asy_input(g, "cotangent", ty.cls, ty.dtype, ty.shape),
            inner = asy_fill(g, ASY_BATCH, ASY_SCALAR, 0);
    out[0] = asy_sum(g, asy_mul(g, y, c));
    asy_grad(g, out[0], m, wrt, out + 2);
    k->bind[k->n] = (asy_bind){c, k->c, 0};
    for (int i = 0; i < m; i++) {
        asy_type t = asy_val_type(g, wrt[i]);
        asy_val v = asy_input(g, "vector", t.cls, t.dtype, t.shape),
                p = asy_sum(g, asy_mul(g, out[2 + i], v));
        k->bind[k->n + 1 + i] = (asy_bind){v, k->v[i], 0};
        inner = asy_add(g, inner, t.cls == ASY_ROW ? asy_batch_sum(g, p) : p);
    }
    out[1] = inner;
    asy_grad(g, inner, m, wrt, out + 2 + m);
    ASY_TRY(asy_graph_status(g));
    ASY_TRY(asy_plan_new(&k->plan, g, 2 + 2 * m, out, k->rows < 1 ? 1 : k->rows, NULL));
    return asy_exec_new(&k->exec, k->plan, NULL);
}

static asy_status prepare(checker *k, asy_graph *g, asy_val y, int n, const asy_bind in[])
{
    asy_val *wrt = ASY_NEWN(k->arena, n, asy_val);
    k->bind = ASY_NEWN(k->arena, 2 * n + 1, asy_bind);
    k->which = ASY_NEWN(k->arena, n, int);
    k->count = ASY_NEWN(k->arena, n, int64_t);
    k->x = ASY_NEWN(k->arena, 4 * n, double *);
    ASY_TRY(asy_arena_status(k->arena));
    k->moved = k->x + n, k->d = k->x + 2 * n, k->v = k->x + 3 * n, k->n = n;
    for (int i = 0; i < n; i++) {
        asy_type t = asy_val_type(g, in[i].input);
        int64_t count = asy__elements(&t, k->rows) * (t.cls == ASY_ROW ? k->rows : 1);
        k->bind[i] = in[i];
        if (t.dtype != ASY_F64) continue;
        int j = k->m++;
        wrt[j] = in[i].input;
        k->which[j] = i;
        k->count[j] = count;
        k->x[j] = ASY_NEWN(k->arena, count, double);
        k->moved[j] = ASY_NEWN(k->arena, count, double);
        k->d[j] = ASY_NEWN(k->arena, count, double);
        k->v[j] = ASY_NEWN(k->arena, count, double);
        ASY_TRY(asy_arena_status(k->arena));
        if (count > 0) memcpy(k->x[j], in[i].data, (size_t)count * sizeof(double));
        k->bind[i].data = k->moved[j];
        k->bind[i].version = 0;
    }
    asy_type ty = asy_val_type(g, y);
    k->n_c = asy__elements(&ty, k->rows) * (ty.cls == ASY_ROW ? k->rows : 1);
    k->c = ASY_NEWN(k->arena, k->n_c, double);
    ASY_TRY(asy_arena_status(k->arena));
    return build(k, g, y, wrt);
}

asy_status asy_check_grad(asy_graph *g, asy_val y, int64_t rows, int n, const asy_bind in[], double kink,
                          asy_rng rng, asy_check_result *r)
{
    *r = (asy_check_result){0};
    ASY_TRY(asy_graph_status(g));
    if (asy_graph_real(g) != ASY_F64) ASY_FAIL(ASY_EINVAL, "derivatives are checked in f64 graphs only");
    if (y.id == 0 || asy_val_type(g, y).dtype != ASY_F64)
        ASY_FAIL(ASY_EINVAL, "only the derivative of a real value can be checked");
    checker k = {.arena = asy_arena_new(0), .rows = rows};
    asy_status s = prepare(&k, g, y, n, in);
    for (uint64_t t = 0; s == ASY_OK && t < DIRECTIONS; t++) {
        asy_rng stream = asy_rng_split(rng, "direction", t);
        draw_direction(&k, &stream, kink > 0);
        s = check_direction(&k, kink, r);
    }
    asy_exec_free(k.exec);
    asy_plan_free(k.plan);
    asy_arena_free(k.arena);
    ASY_TRY(s);
    return ASY_OK;
}
