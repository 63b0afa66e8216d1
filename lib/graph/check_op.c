// SPDX-License-Identifier: GPL-3.0-or-later
/* The conformance loop of an operator: each of its cases, in float64 and with a backend in float32. */
#include "impl.h"
#include <math.h>
#include <string.h>

static const int64_t ROWS[] = {1, 3, 8, 17};
enum { N_ROWS = 4 };
static const double TOLERANCE = 1e-6, KNOWN_TOLERANCE = 1e-12;

/* One case for a number of rows, built in one real type. Inputs are drawn once, rounded to f32, so that both
 * types see the same numbers. */
typedef struct {
    const asy_op *op;
    const asy_op_case *c;
    asy_arena *arena;
    asy_graph *g;
    asy_val in[ASY_CASE_IN], y;
    asy_bind bind[ASY_CASE_IN];
    int64_t rows, count[ASY_CASE_IN], row_count[ASY_CASE_IN];   /* elements; of one row, 0 for batch inputs */
    asy_plan *plan;
    asy_exec *exec;
} trial;

/* Puts op, case and rows before the text of a failure. */
static asy_status fail_case(const trial *t, asy_status s)
{
    asy_error e;
    asy_error_get(&e);
    ASY_FAIL(s, "%s, case '%s', %lld rows: %.300s", t->op->name, t->c->name, (long long)t->rows, e.text);
}

static size_t size_of(const trial *t, int i)
{
    return t->c->in[i].dtype == ASY_I32 ? sizeof(int32_t) : asy_dtype_size(asy_graph_real(t->g));
}

static void put(const trial *t, int i, int64_t k, double x)
{
    char *p = (char *)(uintptr_t)t->bind[i].data + (size_t)k * size_of(t, i);
    if (t->c->in[i].dtype == ASY_I32) memcpy(p, &(int32_t){(int32_t)x}, sizeof(int32_t));
    else if (asy_graph_real(t->g) == ASY_F32) memcpy(p, &(float){(float)x}, sizeof(float));
    else memcpy(p, &x, sizeof x);
}

static double get(const asy_tensor *t, int64_t k)
{
    return t->type == ASY_F32   ? (double)((const float *)t->data)[k]
           : t->type == ASY_F64 ? ((const double *)t->data)[k]
                                : (double)((const int32_t *)t->data)[k];
}

static void fill_inputs(const trial *t, const asy_rng *r)
{
    for (int i = 0; i < t->c->n_in; i++) {
        double lo = t->c->in[i].lo, hi = t->c->in[i].hi;
        for (int64_t k = 0; k < t->count[i]; k++) {
            double u = asy_rng_uniform64(r, (uint64_t)i, (uint64_t)k);
            put(t, i, k,
                t->c->in[i].dtype == ASY_I32 ? floor(lo + u * (hi - lo + 1))
                                             : (double)(float)(lo + u * (hi - lo)));
        }
    }
}

static asy_status build(trial *t, asy_dtype real)
{
    t->g = asy_graph_new(t->arena, real);
    for (int i = 0; i < t->c->n_in; i++) {
        asy_dtype d = t->c->in[i].dtype == ASY_F32 ? real : t->c->in[i].dtype;
        asy_type type = {t->c->in[i].cls, d, t->c->in[i].shape};
        t->in[i] = asy_input(t->g, "in", type.cls, type.dtype, type.shape);
        int64_t n = asy__elements(&type, t->rows);
        t->row_count[i] = type.cls == ASY_ROW ? n : 0;
        t->count[i] = type.cls == ASY_ROW ? n * t->rows : n;
        t->bind[i] = (asy_bind){t->in[i], asy_alloc(t->arena, (size_t)t->count[i], sizeof(double)), 0};
    }
    t->y = t->c->build(t->g, t->in);
    ASY_TRY(asy_graph_status(t->g));
    ASY_TRY(asy_arena_status(t->arena));
    return ASY_OK;
}

static bool uses(const asy_graph *g, const asy_op *op)
{
    for (uint32_t i = 0; i < g->n_nodes; i++)
        if (g->node[i]->op == op) return true;
    return false;
}

static asy_status open(trial *t, const asy_op *op, const asy_op_case *c, int64_t rows, asy_dtype real,
                       const asy_backend *b)
{
    *t = (trial){.op = op, .c = c, .rows = rows, .arena = asy_arena_new(0)};
    ASY_TRY(build(t, real));
    ASY_TRY(asy_plan_new(&t->plan, t->g, 1, &t->y, rows, b));
    return asy_exec_new(&t->exec, t->plan, NULL);
}

static void close_trial(trial *t)
{
    asy_exec_free(t->exec);
    asy_plan_free(t->plan);
    asy_arena_free(t->arena);
}

static asy_status run(trial *t, asy_tensor *y)
{
    ASY_TRY(asy_exec_run(t->exec, t->rows, t->c->n_in, t->bind));
    *y = asy_exec_out(t->exec, 0);
    return ASY_OK;
}

static bool same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* ---- what is checked */
static asy_status check_known(trial *t)
{
    asy_tensor y;
    int at = 0;
    for (int i = 0; i < t->c->n_in; i++)
        for (int64_t k = 0; k < t->count[i]; k++) put(t, i, k, t->c->known_in[at++]);
    ASY_TRY(run(t, &y));
    if (asy_shape_count(&y.s) != t->c->n_known)
        ASY_FAIL(ASY_EBUG, "%lld results, %d known ones", (long long)asy_shape_count(&y.s), t->c->n_known);
    for (int k = 0; k < t->c->n_known; k++) {
        double a = get(&y, k), e = t->c->known_out[k];
        double far = asy_graph_real(t->g) == ASY_F64 ? KNOWN_TOLERANCE : 0x1p-20;
        if (!same(a, e) && !(fabs(a - e) <= far * fmax(1, fabs(e))))
            ASY_FAIL(ASY_EBUG, "result %d is %.17g, not %.17g", k, a, e);
    }
    return ASY_OK;
}

static asy_status check_derivatives(trial *t, asy_rng r)
{
    asy_check_result e;
    ASY_TRY(asy_check_grad(t->g, t->y, t->rows, t->c->n_in, t->bind, t->c->kink, r, &e));
    if (!(e.first <= TOLERANCE)) ASY_FAIL(ASY_EBUG, "the derivative is off by %.3g", e.first);
    if (!(e.second <= TOLERANCE)) ASY_FAIL(ASY_EBUG, "the second derivative is off by %.3g", e.second);
    return ASY_OK;
}

static bool mixes_rows(const asy_graph *g)
{
    for (uint32_t i = 0; i < g->n_nodes; i++)
        for (int k = 0; k < g->node[i]->n_in; k++)
            if (g->node[i]->in_type[k].cls == ASY_ROW && g->node[i]->out_type[0].cls == ASY_BATCH)
                return true;
    return false;
}

/* A row alone has the bits that it has among others. */
static asy_status check_invariance(trial *t)
{
    asy_tensor y;
    asy_bind one[ASY_CASE_IN];
    if (asy_val_type(t->g, t->y).cls != ASY_ROW || mixes_rows(t->g)) return ASY_OK;
    ASY_TRY(run(t, &y));
    size_t bytes = asy_tensor_bytes(&y), row = bytes / (size_t)t->rows;
    char *all = asy_alloc(t->arena, 1, bytes);
    if (!all) return asy_arena_status(t->arena);
    memcpy(all, y.data, bytes);
    for (int64_t r = 0; r < t->rows; r++) {
        for (int i = 0; i < t->c->n_in; i++) {
            one[i] = t->bind[i];
            one[i].data = (const char *)t->bind[i].data + (size_t)(r * t->row_count[i]) * size_of(t, i);
        }
        ASY_TRY(asy_exec_run(t->exec, 1, t->c->n_in, one));
        y = asy_exec_out(t->exec, 0);
        if (memcmp(y.data, all + (size_t)r * row, row) != 0)
            ASY_FAIL(ASY_EBUG, "row %lld has other bits alone", (long long)r);
    }
    return ASY_OK;
}

/* A comparison with NaN is false like any other: what it chooses need not be NaN. */
static bool compares(const asy_graph *g)
{
    for (uint32_t i = 0; i < g->n_nodes; i++)
        if ((g->node[i]->op->flags & ASY_OP_NODIFF) && g->node[i]->n_in > 0 && !asy__is_view(g->node[i]))
            return true;
    return false;
}

/* Inputs that y depends on at this point (some derivative is not zero), filled with NaN, make some of y NaN.
 */
static asy_status check_nan(trial *t, const asy_rng *r)
{
    asy_tensor y;
    if (compares(t->g)) return ASY_OK;
    for (int i = 0; i < t->c->n_in; i++) {
        asy_val dy;
        if (t->c->in[i].dtype == ASY_I32 || t->c->nodiff) continue;
        asy_grad(t->g, asy_sum(t->g, t->y), 1, &t->in[i], &dy);
        ASY_TRY(asy_graph_status(t->g));
        asy_plan *p;
        asy_exec *e = NULL;
        bool depends = false, found = false;
        ASY_TRY(asy_plan_new(&p, t->g, 1, &dy, t->rows, t->plan->backend));
        asy_status s = asy_exec_new(&e, p, NULL);
        if (s == ASY_OK) s = asy_exec_run(e, t->rows, t->c->n_in, t->bind);
        if (s == ASY_OK) {
            y = asy_exec_out(e, 0);
            for (int64_t k = 0; k < t->count[i]; k++) depends = depends || get(&y, k) != 0;
        }
        asy_exec_free(e);
        asy_plan_free(p);
        ASY_TRY(s);
        for (int64_t k = 0; k < t->count[i]; k++) put(t, i, k, (double)NAN);
        ASY_TRY(run(t, &y));
        for (int64_t k = 0; k < asy_shape_count(&y.s); k++) found = found || isnan(get(&y, k));
        fill_inputs(t, r);
        if (depends && !found) ASY_FAIL(ASY_EBUG, "NaN in input %d does not reach the result", i);
    }
    return ASY_OK;
}

/* float32 against float64: the bound grows with the terms that one result may sum. */
static asy_status check_float32(trial *narrow, trial *wide)
{
    asy_tensor a, b;
    int64_t terms = 1;
    ASY_TRY(run(narrow, &a));
    ASY_TRY(run(wide, &b));
    bool row = asy_val_type(wide->g, wide->y).cls == ASY_ROW && !mixes_rows(wide->g);
    for (int i = 0; i < wide->c->n_in; i++) {
        int64_t n = row && wide->row_count[i] ? wide->row_count[i] : wide->count[i];
        if (n > terms) terms = n;
    }
    double limit = 16 + 4 * (double)terms;
    for (int64_t k = 0; k < asy_shape_count(&a.s); k++) {
        double x = get(&a, k), y = get(&b, k);
        if (a.type == ASY_I32 ? x != y : !same(x, y) && !(fabs(x - y) <= limit * 0x1p-24 * fmax(1, fabs(y))))
            ASY_FAIL(ASY_EBUG, "element %lld is %.9g in float32 and %.17g in float64", (long long)k, x, y);
    }
    return ASY_OK;
}

static asy_status check_f64(trial *t, asy_rng r)
{
    if (t->c->n_known > 0 && t->rows == 1) ASY_TRY(check_known(t));
    fill_inputs(t, &r);
    if (!t->c->nodiff) ASY_TRY(check_derivatives(t, r));
    ASY_TRY(check_invariance(t));
    return check_nan(t, &r);
}

static bool known_in_f32(const asy_op_case *c, const trial *t)
{
    int at = 0;
    for (int i = 0; i < c->n_in; i++)
        for (int64_t k = 0; k < t->count[i]; k++, at++)
            if (!same((double)(float)c->known_in[at], c->known_in[at])) return false;
    return true;
}

static asy_status check_f32(trial *narrow, trial *wide, asy_rng r)
{
    if (narrow->c->n_known > 0 && narrow->rows == 1 && known_in_f32(narrow->c, narrow))
        ASY_TRY(check_known(narrow));
    fill_inputs(narrow, &r);
    fill_inputs(wide, &r);
    ASY_TRY(check_float32(narrow, wide));
    ASY_TRY(check_invariance(narrow));
    return check_nan(narrow, &r);
}

static asy_status check_case(const asy_op *op, const asy_op_case *c, int64_t rows, const asy_backend *b,
                             asy_rng r, bool *used)
{
    trial wide, narrow = {0};
    asy_status s = open(&wide, op, c, rows, ASY_F64, NULL);
    if (s == ASY_OK) *used = *used || uses(wide.g, op);
    if (s == ASY_OK) s = check_f64(&wide, r);
    if (s == ASY_OK && b) s = open(&narrow, op, c, rows, ASY_F32, b);
    if (s == ASY_OK && b) s = check_f32(&narrow, &wide, r);
    if (s != ASY_OK) s = fail_case(&wide, s);
    close_trial(&wide);
    close_trial(&narrow);
    return s;
}

asy_status asy_check_op(const asy_op *op, const asy_backend *b, asy_rng rng)
{
    bool used = false;
    if (!op->cases || !op->cases[0].name) ASY_FAIL(ASY_EBUG, "%s has no cases", op->name);
    for (int i = 0; op->cases[i].name; i++)
        for (int k = 0; k < N_ROWS; k++) {
            asy_rng r = asy_rng_split(asy_rng_part(rng, op->name), op->cases[i].name, (uint64_t)ROWS[k]);
            ASY_TRY(check_case(op, &op->cases[i], ROWS[k], b, r, &used));
        }
    if (!used && op->type) ASY_FAIL(ASY_EBUG, "no case of %s uses it", op->name);
    return ASY_OK;
}
