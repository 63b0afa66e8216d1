// SPDX-License-Identifier: GPL-3.0-or-later
/* asy_grad_per_sample of every operator's cases: each row's gradient is the plain gradient of that row alone,
 * for row inputs and for batch inputs whatever batch operators they go through; where rows meet, a refusal. */
#include "base/rng.h"
#include "graph/plan.h"
#include <check.h>
#include <math.h>
#include <string.h>

enum { ROWS = 5, MOST_IN = ASY_CASE_IN + 1 };
typedef struct {
    asy_arena *arena;
    asy_graph *g;
    int n;
    asy_val in[MOST_IN], loss;
    asy_bind bind[MOST_IN];
    size_t row_bytes[MOST_IN]; /* 0: batch */
} trial;

static void add_input(trial *t, asy_class cls, asy_dtype type, asy_shape s, double lo, double hi)
{
    int i = t->n++;
    asy_rng r = asy_rng_seed((uint64_t)i);
    int64_t row = asy_shape_count(&s), count = cls == ASY_ROW ? row * ROWS : row;
    char *data = asy_alloc(t->arena, (size_t)count, sizeof(double));
    for (int64_t k = 0; k < count; k++) {
        double u = asy_rng_uniform64(&r, 0, (uint64_t)k);
        if (type == ASY_I32) ((int32_t *)(void *)data)[k] = (int32_t)floor(lo + u * (hi - lo + 1));
        else ((double *)(void *)data)[k] = lo + u * (hi - lo);
    }
    t->in[i] = asy_input(t->g, "in", cls, type, s);
    t->bind[i] = (asy_bind){t->in[i], data, 0};
    t->row_bytes[i] = cls == ASY_ROW ? (size_t)row * asy_dtype_size(type) : 0;
}

static bool counts_rows(const asy_type *t)
{
    for (int i = 0; i < t->shape.n; i++)
        if (t->shape.d[i] < 0) return true;
    return false;
}

/* Some value that the loss is made of is of the batch and made of rows, or of their number. */
static bool mixes(const trial *t)
{
    bool used[4096] = {false};
    ck_assert_uint_lt(t->loss.id, 4096);
    used[t->loss.id] = true;
    for (uint32_t id = t->loss.id; id > 0; id--) {
        const asy_node *n = asy_val_node(t->g, (asy_val){id}, NULL);
        if (!used[id]) continue;
        if (strcmp(n->op->name, "rows") == 0 || counts_rows(&n->out_type[id - n->out.id])) return true;
        for (int k = 0; k < n->n_in; k++) {
            used[n->in[k].id] = true;
            if (n->in_type[k].cls == ASY_ROW && n->out_type[0].cls == ASY_BATCH) return true;
        }
    }
    return false;
}

/* Σ y r; false where the result has no place in a row */
static bool make(trial *t, const asy_op_case *c)
{
    *t = (trial){.arena = asy_arena_new(0)};
    t->g = asy_graph_new(t->arena, ASY_F64);
    for (int i = 0; i < c->n_in; i++)
        add_input(t, c->in[i].cls, c->in[i].dtype == ASY_F32 ? ASY_F64 : c->in[i].dtype, c->in[i].shape,
                  c->in[i].lo, c->in[i].hi);
    asy_val y = c->build(t->g, t->in);
    asy_type type = asy_val_type(t->g, y);
    ck_assert_msg(y.id != 0, "%s: %s", c->name, (asy_graph_status(t->g) != ASY_OK) ? asy_error_text() : "");
    if (type.dtype == ASY_I32 || counts_rows(&type) || type.shape.n >= ASY_MAXDIM) return false;
    add_input(t, ASY_ROW, ASY_F64, type.shape, -1, 1);
    t->loss = asy_sum(t->g, asy_mul(t->g, t->in[t->n - 1], y));
    return true;
}

static void run(const trial *t, int n, const asy_val out[], int64_t rows, int64_t first, asy_tensor got[])
{
    asy_plan *p;
    asy_exec *e;
    asy_bind bind[MOST_IN];
    for (int i = 0; i < t->n; i++) {
        bind[i] = t->bind[i];
        bind[i].data = (const char *)t->bind[i].data + (size_t)first * t->row_bytes[i];
    }
    ck_assert_msg(asy_plan_new(&p, t->g, n, out, rows, NULL) == ASY_OK, "%s", asy_error_text());
    ck_assert_int_eq(asy_exec_new(&e, p, NULL), ASY_OK);
    ck_assert_msg(asy_exec_run(e, rows, t->n, bind) == ASY_OK, "%s", asy_error_text());
    for (int i = 0; i < n; i++) {
        got[i] = asy_exec_out(e, i);
        void *copy = asy_alloc(t->arena, 1, asy_tensor_bytes(&got[i]) + 1);
        memcpy(copy, got[i].data, asy_tensor_bytes(&got[i]));
        got[i].data = copy;
    }
    asy_exec_free(e);
    asy_plan_free(p);
}

static void compare(trial *t, const char *op, const char *name)
{
    asy_val wrt[MOST_IN], each[MOST_IN], plain[MOST_IN];
    asy_tensor all[MOST_IN], one[MOST_IN];
    int n = 0;
    for (int i = 0; i < t->n; i++)
        if (asy_val_type(t->g, t->in[i]).dtype != ASY_I32) wrt[n++] = t->in[i];
    asy_grad(t->g, t->loss, n, wrt, plain);
    asy_grad_per_sample(t->g, t->loss, n, wrt, each);
    bool fine = asy_graph_status(t->g) == ASY_OK;
    if (!fine && (strncmp(op, "spmm", 4) == 0 || strcmp(op, "sddmm") == 0)) {
        ck_assert_ptr_nonnull(strstr(asy_error_text(), "do not go through sparse products"));
        return;
    }
    ck_assert_msg(fine, "%s, %s: %s", op, name, asy_error_text());
    run(t, n, each, ROWS, 0, all);
    for (int64_t r = 0; r < ROWS; r++) {
        run(t, n, plain, 1, r, one);
        for (int i = 0; i < n; i++) {
            asy_type type = asy_val_type(t->g, each[i]), of = asy_val_type(t->g, wrt[i]);
            ck_assert(type.cls == ASY_ROW && asy_shape_equal(&type.shape, &of.shape));
            int64_t count = asy_shape_count(&type.shape);
            for (int64_t k = 0; k < count; k++) {
                double a = ((double *)all[i].data)[r * count + k], b = ((double *)one[i].data)[k];
                ck_assert_msg(fabs(a - b) <= 1e-12 * fmax(1, fabs(b)),
                              "%s, %s, row %d, input %d, element %d: %.17g, alone %.17g", op, name, (int)r, i,
                              (int)k, a, b);
            }
        }
    }
}

START_TEST(every_operator)
{
    const asy_op *op = asy_ops[_i];
    for (const asy_op_case *c = op->cases; c->name; c++) {
        trial t;
        if (!c->nodiff && make(&t, c)) {
            if (!mixes(&t)) compare(&t, op->name, c->name);
            else {
                asy_val d;
                asy_grad_per_sample(t.g, t.loss, 1, &t.in[t.n - 1], &d);
                ck_assert_uint_eq(d.id, 0);
                ck_assert_int_ne(asy_graph_status(t.g), ASY_OK);
                ck_assert_ptr_nonnull(strstr(asy_error_text(), "a per-sample gradient does not exist"));
            }
            asy_arena_free(t.arena);
        } else if (!c->nodiff) asy_arena_free(t.arena);
    }
}
END_TEST

Suite *asy_suite_per_sample(void);
Suite *asy_suite_per_sample(void)
{
    Suite *s = suite_create("per_sample");
    TCase *t = tcase_create("operators");
    int n = 0;
    while (asy_ops[n]) n++;
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, every_operator, 0, n);
    suite_add_tcase(s, t);
    return s;
}
