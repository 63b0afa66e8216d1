// SPDX-License-Identifier: GPL-3.0-or-later
/* Which tables and curves a study gives: chosen by what its results hold, not by the names of methods. */
#include "content.h"

#include <math.h>
#include <string.h>

static bool has(const asy__study *s, const char *eval, const char *metric)
{
    for (int i = 0; i < s->n_runs; i++)
        if (asy__value_find(&s->run[i], eval, metric, false, 0) != NULL) return true;
    return false;
}

/* A table arms × evaluations of one metric, of the evaluations that have it; n_cols 0: none has. */
asy_status asy__metric_table(const asy__study *s, const char *metric, const char *name, const char *caption,
                             asy__table *t)
{
    *t =
        (asy__table){ .name = name, .caption = caption, .corner = "arm", .n_rows = s->n_arms, .row = s->arm };
    t->col = ASY_NEWN(s->arena, s->n_evals + 1, const char *);
    t->cell = ASY_NEWN(s->arena, s->n_arms * (s->n_evals + 1), asy__cell);
    if (t->col == NULL || t->cell == NULL) return asy_arena_status(s->arena);
    for (int e = 0; e < s->n_evals; e++)
        if (has(s, s->eval[e], metric)) t->col[t->n_cols++] = s->eval[e];
    for (int r = 0; r < t->n_rows; r++)
        for (int c = 0; c < t->n_cols; c++)
            t->cell[r * t->n_cols + c] = asy__cell_get(s, t->row[r], t->col[c], metric, false, 0);
    return asy_arena_status(s->arena);
}

asy_status asy__curve_table(const asy__study *s, const char *eval, asy__table *t, double **x)
{
    int n = asy__points(s, eval, "accuracy", x);
    *t = (asy__table){ .name = eval, .corner = "arm", .n_rows = s->n_arms, .n_cols = n, .row = s->arm };
    t->caption = asy_sprintf(s->arena, "Accuracy (%%) over the radius: %s", eval);
    t->col = ASY_NEWN(s->arena, n + 1, const char *);
    t->cell = ASY_NEWN(s->arena, s->n_arms * n + 1, asy__cell);
    if (t->col == NULL || t->cell == NULL || t->caption == NULL) return asy_arena_status(s->arena);
    for (int c = 0; c < n; c++) {
        char text[32];
        asy_json_number((*x)[c], text);
        t->col[c] = asy_strdup(s->arena, text);
        for (int r = 0; r < s->n_arms; r++)
            t->cell[r * n + c] = asy__cell_get(s, s->arm[r], eval, "accuracy", true, (*x)[c]);
    }
    return asy_arena_status(s->arena);
}

/* The curve of a table: one series an arm. */
asy_status asy__curve_figure(const asy__study *s, const char *eval, const asy__table *t, const double *x,
                             asy__line_figure *f)
{
    asy_arena *a = s->arena;
    asy__series *series = ASY_NEWN(a, t->n_rows + 1, asy__series);
    if (series == NULL) return asy_arena_status(a);
    for (int r = 0; r < t->n_rows; r++) {
        double *v = ASY_NEWN(a, 3 * t->n_cols + 1, double);
        const double **single = ASY_NEWN(a, t->n_cols + 1, const double *);
        int *many = ASY_NEWN(a, t->n_cols + 1, int);
        if (v == NULL || single == NULL || many == NULL) return asy_arena_status(a);
        for (int c = 0; c < t->n_cols; c++) {
            const asy__cell *q = &t->cell[r * t->n_cols + c];
            v[c] = q->mean;
            v[t->n_cols + c] = q->lo;
            v[2 * t->n_cols + c] = q->hi;
            single[c] = q->value;
            many[c] = q->n;
        }
        series[r] =
            (asy__series){ t->row[r], t->n_cols, x, v, v + t->n_cols, v + 2 * t->n_cols, single, many };
    }
    char first[32], last[32];
    asy_json_number(x[0], first);
    asy_json_number(x[t->n_cols - 1], last);
    asy_buf d;
    asy_buf_init(&d, 1 << 16);
    for (int r = 0; r < t->n_rows; r++) {
        asy_buf_printf(&d, "%s%s falls from ", r > 0 ? "; " : "", t->row[r]);
        asy__number(&d, t->cell[r * t->n_cols].mean, true);
        asy_buf_printf(&d, " %% at %s to ", first);
        asy__number(&d, t->cell[r * t->n_cols + t->n_cols - 1].mean, true);
        asy_buf_printf(&d, " %% at %s", last);
    }
    *f = (asy__line_figure){ .name = eval,
                             .title = asy_sprintf(a, "Accuracy over the radius (%s)", eval),
                             .x_label = "radius eps, in units of data.range",
                             .y_label = "accuracy, %",
                             .desc = asy_strdup(a, asy_buf_text(&d)),
                             .n = t->n_rows,
                             .series = series };
    asy_buf_free(&d);
    return asy_arena_status(a);
}
