// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to lib/report: a study as its folder tells it, and the pieces of the report. */
#ifndef ASY_REPORT_IMPL_H
#define ASY_REPORT_IMPL_H
#include "../base/buf.h"
#include "../base/io.h"
#include "../base/json.h"
#include "../base/stat.h"
#include "report.h"

/* One value of a run's results.json. */
typedef struct {
    const char *eval, *metric; /* "curve", "accuracy": without @x */
    bool has_x;
    double x;
    double value, lo, hi;
    int64_t n;
    const char *ci_kind;
} asy__value;
typedef struct {
    const char *label, *key;
    double seconds, cpu, memory;
    bool known;
} asy__stage_facts; /* known: it is published and has a manifest */
typedef struct {
    const char *arm;                       /* what tables call it: "ARM", or "ARM[PATH=VALUE,…]" */
    const char *axes, *id, *state, *error; /* axes: "PATH=VALUE;PATH=VALUE" */
    uint64_t seed;
    int n;
    asy__value *v;
    int n_stages;
    asy__stage_facts *stage;
} asy__run;
typedef struct {
    asy_arena *arena;
    const char *dir, *name, *title, *notes, *baseline, *spec_id, *version, *state, *resolved, *machine;
    const asy_json *origins; /* arm → path → {origin, value}; NULL: not there */
    bool smoke;
    int numerics;
    int n_arms;
    const char **arm; /* each once, in plan order */
    int n_evals;
    const char **eval; /* in the order of the plan's first run: by name */
    int n_runs;
    asy__run *run; /* in plan order: arm-major, then seed */
} asy__study;
asy_status asy__study_load(asy__study *, asy_arena *, const char *dir) ASY_CHECKED;
const asy__value *asy__value_find(const asy__run *, const char *eval, const char *metric, bool has_x,
                                  double x); /* NULL */
bool asy__is_rate(const asy__value *);
/* What an arm is compared with: the baseline under the same axis values; itself if it is one. */
const char *asy__base_of(const asy__study *, const char *arm);
bool asy__is_base(const asy__study *, const char *arm);
/* The points of METRIC@x of an evaluation, ascending, over all runs. */
int asy__points(const asy__study *, const char *eval, const char *metric, double **x);

/* A cell: one arm, one metric, over its seeds. n_missing: runs of the arm that have no value. */
typedef struct {
    int n, n_missing;
    double mean, lo, hi; /* Student t over seeds; one seed: the run's own interval */
    const char *ci_kind; /* "t", "wilson", "none" */
    const double *value; /* the single values, by seed */
    int64_t rows;        /* n of one run */
    bool rate;
} asy__cell;
asy__cell asy__cell_get(const asy__study *, const char *arm, const char *eval, const char *metric, bool has_x,
                        double x);
/* Difference to the baseline, paired by seed: t interval of the differences. n: pairs. */
asy__cell asy__cell_difference(const asy__study *, const char *arm, const char *eval, const char *metric);
double asy__paired_p(const asy__study *, const char *arm, const char *eval,
                     const char *metric); /* two-sided paired t; NaN below two pairs */

/* ---- text */
void asy__html(asy_buf *, const char *text);       /* escaped */
void asy__number(asy_buf *, double, bool percent); /* as tables show it */
void asy__cell_html(asy_buf *, const asy__cell *);
/* ---- tables: written as tables/NAME.csv .md .json and into the page */
typedef struct {
    const char *name, *caption;
    int n_rows, n_cols;
    const char **row, **col;
    const char *corner;
    asy__cell *cell;
} asy__table; /* cell[row·n_cols + col] */
asy_status asy__table_csv(const asy__study *, const char *file, const asy__table *) ASY_CHECKED;
asy_status asy__table_write(const asy__study *, const asy__table *) ASY_CHECKED;
void asy__table_html(asy_buf *, const asy__table *);
/* ---- figures: figures/NAME.svg, NAME.csv */
typedef struct {
    const char *name;
    int n;
    const double *x, *y, *lo, *hi;
    const double *const *single;
    const int *n_single;
} asy__series;
typedef struct {
    const char *name, *title, *x_label, *y_label, *desc;
    int n;
    const asy__series *series;
} asy__line_figure;
void asy__line_svg(asy_buf *, const asy__line_figure *);
/* A grid of clean and adversarial images from adv.npz of the first seed's runs, as one inline SVG with PNG
 * pictures; *any false: there is none that can be shown. */
asy_status asy__grid_svg(const asy__study *, asy_buf *, bool *any) ASY_CHECKED;
asy_status asy__png_base64(asy_buf *, int width, int height, int channels, const uint8_t *pixels) ASY_CHECKED;
/* ---- the page */
asy_status asy__page(const asy__study *, asy_buf *) ASY_CHECKED;
asy_status asy__results_csv(const asy__study *, asy_buf *) ASY_CHECKED;
asy_status asy__put(const asy__study *, const char *name, const asy_buf *)
    ASY_CHECKED; /* a file of the folder, whole or not at all; its folder is made */
asy_status asy__manifest_write(const asy__study *)
    ASY_CHECKED; /* MANIFEST.sha256 over every file but itself and unfinished stages */
extern const char *const asy__css;
#endif
