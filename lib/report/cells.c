// SPDX-License-Identifier: GPL-3.0-or-later
/* Cells: mean over seeds with its Student t interval; with one seed the run's own interval, and its kind says
 * so (user-experience §10). */
#include "impl.h"

#include <math.h>
#include <string.h>

asy__cell asy__cell_get(const asy__study *s, const char *arm, const char *eval, const char *metric,
                        bool has_x, double x)
{
    asy__cell c = { .mean = NAN, .lo = NAN, .hi = NAN, .ci_kind = "none" };
    double *v = ASY_NEWN(s->arena, s->n_runs + 1, double);
    const asy__value *one = NULL;
    for (int i = 0; v != NULL && i < s->n_runs; i++) {
        if (strcmp(s->run[i].arm, arm) != 0) continue;
        const asy__value *found = asy__value_find(&s->run[i], eval, metric, has_x, x);
        if (found == NULL || isnan(found->value)) {
            c.n_missing++;
            continue;
        }
        one = found;
        v[c.n++] = found->value;
    }
    c.value = v;
    if (one == NULL) return c;
    c.rows = one->n;
    c.rate = asy__is_rate(one);
    c.mean = asy_mean(c.n, v);
    if (c.n > 1) {
        asy_interval t = asy_t_interval(c.n, v, 0.95);
        c.lo = c.rate ? fmax(0, t.lo) : t.lo; /* a rate ends at 0 and 1 */
        c.hi = c.rate ? fmin(1, t.hi) : t.hi;
        c.ci_kind = "t";
    } else {
        c.lo = one->lo;
        c.hi = one->hi;
        c.ci_kind = one->ci_kind;
    }
    return c;
}

static int differences(const asy__study *s, const char *arm, const char *eval, const char *metric, double d[])
{
    int n = 0;
    const char *base = asy__base_of(s, arm);
    for (int i = 0; i < s->n_runs; i++)
        for (int k = 0; k < s->n_runs; k++) {
            if (strcmp(s->run[i].arm, arm) != 0 || strcmp(s->run[k].arm, base) != 0 ||
                s->run[i].seed != s->run[k].seed)
                continue;
            const asy__value *a = asy__value_find(&s->run[i], eval, metric, false, 0),
                             *b = asy__value_find(&s->run[k], eval, metric, false, 0);
            if (a != NULL && b != NULL && !isnan(a->value - b->value)) d[n++] = a->value - b->value;
        }
    return n;
}

asy__cell asy__cell_difference(const asy__study *s, const char *arm, const char *eval, const char *metric)
{
    asy__cell c = { .mean = NAN, .lo = NAN, .hi = NAN, .ci_kind = "none", .rate = true };
    double *d = ASY_NEWN(s->arena, s->n_runs + 1, double);
    if (d == NULL) return c;
    c.n = differences(s, arm, eval, metric, d);
    c.value = d;
    if (c.n > 0) c.mean = asy_mean(c.n, d);
    if (c.n > 1) {
        asy_interval t = asy_t_interval(c.n, d, 0.95);
        c.lo = t.lo;
        c.hi = t.hi;
        c.ci_kind = "paired t";
    }
    return c;
}

double asy__paired_p(const asy__study *s, const char *arm, const char *eval, const char *metric)
{
    double *d = ASY_NEWN(s->arena, s->n_runs + 1, double);
    int n = d != NULL ? differences(s, arm, eval, metric, d) : 0;
    return n > 1 ? asy_paired_t(n, d) : NAN;
}
