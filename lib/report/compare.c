// SPDX-License-Identifier: GPL-3.0-or-later
/* Two studies beside each other: value for value, and, where they differ, paired by seed. */
#include "impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *arm, *eval, *metric;
    bool has_x;
    double x;
    asy__cell a, b;
    int pairs, same;        /* seeds that both have; of them with the very same value */
    double mean, lo, hi, p; /* of B − A; NaN below two pairs */
} row;

static const asy__run *run_of(const asy__study *s, const char *arm, uint64_t seed)
{
    for (int i = 0; i < s->n_runs; i++)
        if (s->run[i].seed == seed && strcmp(s->run[i].arm, arm) == 0) return &s->run[i];
    return NULL;
}

static bool same_bits(double a, double b) { return memcmp(&a, &b, sizeof a) == 0; }

static void measure(const asy__study *a, const asy__study *b, row *r)
{
    double *d = ASY_NEWN(a->arena, a->n_runs + 1, double);
    r->a = asy__cell_get(a, r->arm, r->eval, r->metric, r->has_x, r->x);
    r->b = asy__cell_get(b, r->arm, r->eval, r->metric, r->has_x, r->x);
    r->mean = r->lo = r->hi = r->p = (double)NAN;
    for (int i = 0; d != NULL && i < a->n_runs; i++) {
        const asy__run *p = &a->run[i], *q = strcmp(p->arm, r->arm) == 0 ? run_of(b, r->arm, p->seed) : NULL;
        const asy__value *x = q != NULL ? asy__value_find(p, r->eval, r->metric, r->has_x, r->x) : NULL,
                         *y = q != NULL ? asy__value_find(q, r->eval, r->metric, r->has_x, r->x) : NULL;
        if (x == NULL || y == NULL) continue;
        r->same += same_bits(x->value, y->value);
        d[r->pairs++] = y->value - x->value;
    }
    if (r->pairs > 0) r->mean = asy_mean(r->pairs, d);
    if (r->pairs < 2) return;
    asy_interval t = asy_t_interval(r->pairs, d, 0.95);
    r->lo = t.lo;
    r->hi = t.hi;
    r->p = asy_paired_t(r->pairs, d);
}

static bool known(const row *all, int n, const char *arm, const asy__value *v)
{
    for (int i = 0; i < n; i++)
        if (strcmp(all[i].arm, arm) == 0 && strcmp(all[i].eval, v->eval) == 0 &&
            strcmp(all[i].metric, v->metric) == 0 && all[i].has_x == v->has_x &&
            (!v->has_x || all[i].x == v->x))
            return true;
    return false;
}

/* Every value of A that B has too, by arm, in the order of A's plan. */
static int rows_of(const asy__study *a, const asy__study *b, const char *metric, row **out)
{
    int most = 0, n = 0;
    for (int i = 0; i < a->n_runs; i++) most += a->run[i].n;
    *out = ASY_NEWN(a->arena, most + 1, row);
    for (int i = 0; *out != NULL && i < a->n_runs; i++)
        for (int k = 0; k < a->run[i].n; k++) {
            const asy__value *v = &a->run[i].v[k];
            if ((metric != NULL && strcmp(metric, v->metric) != 0) || known(*out, n, a->run[i].arm, v))
                continue;
            row r = {
                .arm = a->run[i].arm, .eval = v->eval, .metric = v->metric, .has_x = v->has_x, .x = v->x
            };
            measure(a, b, &r);
            if (r.pairs > 0) (*out)[n++] = r;
        }
    return n;
}

/* Holm's correction over the rows that have a p: the i-th smallest times what is left, never falling. */
static void holm(int n, row r[])
{
    double before = 0;
    int family = 0, rank = 0;
    for (int i = 0; i < n; i++) family += !isnan(r[i].p);
    for (; rank < family; rank++) {
        int best = -1;
        for (int i = 0; i < n; i++)
            if (!isnan(r[i].p) && r[i].p < 2 && (best < 0 || r[i].p < r[best].p)) best = i;
        before = fmax(before, fmin(1, r[best].p * (family - rank)));
        r[best].p = 2 + before; /* marked; taken back below */
    }
    for (int i = 0; i < n; i++)
        if (!isnan(r[i].p)) r[i].p -= 2;
}

static void put_cell(asy_buf *b, const asy__cell *c)
{
    asy__number(b, c->mean, c->rate);
    if (!isnan(c->lo)) {
        asy_buf_puts(b, " ["), asy__number(b, c->lo, c->rate), asy_buf_puts(b, ", ");
        asy__number(b, c->hi, c->rate), asy_buf_puts(b, "]");
    }
}

static void put_row(asy_buf *b, const row *r)
{
    char x[32] = "";
    if (r->has_x) asy_json_number(r->x, x);
    asy_buf_printf(b, "%s/%s.%s%s%s   ", r->arm, r->eval, r->metric, r->has_x ? "@" : "", x);
    put_cell(b, &r->a);
    asy_buf_puts(b, " → ");
    put_cell(b, &r->b);
    asy_buf_puts(b, "   difference ");
    asy__number(b, r->mean, r->a.rate);
    if (!isnan(r->lo)) {
        asy_buf_puts(b, " ["), asy__number(b, r->lo, r->a.rate), asy_buf_puts(b, ", "),
            asy__number(b, r->hi, r->a.rate);
        asy_buf_printf(b, "], Holm p %.3g", r->p);
    }
    asy_buf_printf(b, ", %d pair%s\n", r->pairs, r->pairs == 1 ? "" : "s");
}

/* Values of the resolved specs that differ, arm by arm. */
static void put_specs(asy_buf *out, const asy__study *a, const asy__study *b)
{
    for (int i = 0; i < a->n_arms; i++) {
        const asy_json *x = a->origins != NULL ? asy_json_get(a->origins, a->arm[i]) : NULL,
                       *y = b->origins != NULL ? asy_json_get(b->origins, a->arm[i]) : NULL;
        for (const asy_json *c = x != NULL && y != NULL ? x->child : NULL; c != NULL; c = c->next) {
            const asy_json *other = asy_json_get(y, c->key), *v = asy_json_get(c, "value"),
                           *w = other != NULL ? asy_json_get(other, "value") : NULL;
            const char *was = v != NULL && v->text != NULL ? v->text : "",
                       *is = w != NULL && w->text != NULL ? w->text : "–";
            if (strcmp(was, is) != 0)
                asy_buf_printf(out, "spec: %s: %s   %s → %s\n", a->arm[i], c->key, was, is);
        }
        for (const asy_json *c = x != NULL && y != NULL ? y->child : NULL; c != NULL; c = c->next)
            if (asy_json_get(x, c->key) == NULL) {
                const asy_json *w = asy_json_get(c, "value");
                asy_buf_printf(out, "spec: %s: %s   – → %s\n", a->arm[i], c->key,
                               w != NULL && w->text != NULL ? w->text : "");
            }
    }
}

static asy_status compare(asy_arena *mem, const char *dir_a, const char *dir_b, const char *metric,
                          asy_buf *out, asy_comparison *c)
{
    asy__study a, b;
    row *r;
    ASY_TRY(asy__study_load(&a, mem, dir_a));
    ASY_TRY(asy__study_load(&b, mem, dir_b));
    int n = rows_of(&a, &b, metric, &r);
    if (r == NULL) return asy_arena_status(mem);
    holm(n, r);
    put_specs(out, &a, &b);
    for (int i = 0; i < n; i++) {
        c->values += r[i].pairs;
        c->same += r[i].same;
        if (r[i].same == r[i].pairs) continue;
        c->differ++;
        c->significant += r[i].p < 0.05;
        put_row(out, &r[i]);
    }
    return asy_buf_status(out);
}

asy_status asy_report_compare(const char *dir_a, const char *dir_b, const char *metric, asy_buf *lines,
                              asy_comparison *c)
{
    asy_arena *a = asy_arena_new(0);
    *c = (asy_comparison){ 0 };
    asy_status s = a != NULL ? compare(a, dir_a, dir_b, metric, lines, c)
                             : asy_fail_(ASY_ENOMEM, __FILE__, __LINE__, "no memory for a comparison");
    asy_arena_free(a);
    return s;
}
