// SPDX-License-Identifier: GPL-3.0-or-later
/* report.html: sections in the order of user-experience §9; those without content are left out. */
#include "content.h"
#include "expect.h"

#include <math.h>
#include <string.h>

static void section(asy_buf *b, const char *id, const char *title)
{
    asy_buf_printf(b, "<section aria-labelledby=\"%s\"><h2 id=\"%s\">%s</h2>\n", id, id, title);
}
static void end_section(asy_buf *b) { asy_buf_puts(b, "</section>\n"); }

static int seeds_of(const asy__study *s)
{
    int n = 0;
    for (int i = 0; i < s->n_runs; i++) n += strcmp(s->run[i].arm, s->arm[0]) == 0;
    return n;
}

static void answer(const asy__study *s, asy_buf *b, int n_claims, const asy__claim claim[])
{
    int done = 0, failed = 0;
    asy__table t;
    for (int i = 0; i < s->n_runs; i++) {
        done += strcmp(s->run[i].state, "done") == 0;
        failed += strcmp(s->run[i].state, "failed") == 0 || strcmp(s->run[i].state, "diverged") == 0;
    }
    section(b, "answer", "Answer");
    if (s->notes[0] != 0) asy_buf_puts(b, "<p>"), asy__html(b, s->notes), asy_buf_puts(b, "</p>\n");
    asy_buf_printf(b, "<p>%d of %d runs are complete", done, s->n_runs);
    if (failed > 0) asy_buf_printf(b, ", <span class=bad>%d failed or diverged</span>", failed);
    asy_buf_puts(b, ".</p>\n");
    asy__claims_html(b, n_claims, claim);
    if (asy__metric_table(s, "accuracy", "main", "", &t) == ASY_OK && t.n_cols > 0) {
        asy_buf_puts(b, "<ul>\n");
        for (int r = 0; r < t.n_rows; r++) {
            const asy__cell *worst = NULL, *best = NULL;
            int at = 0;
            for (int c = 0; c < t.n_cols; c++) {
                const asy__cell *q = &t.cell[r * t.n_cols + c];
                if (q->n > 0 && (worst == NULL || q->mean < worst->mean)) worst = q, at = c;
                if (q->n > 0 && (best == NULL || q->mean > best->mean)) best = q;
            }
            if (worst == NULL) continue;
            asy_buf_puts(b, "<li><b>");
            asy__html(b, t.row[r]);
            asy_buf_puts(b, "</b>: the lowest accuracy found is ");
            asy__number(b, worst->mean, true);
            asy_buf_puts(b, " % (");
            asy__html(b, t.col[at]);
            asy_buf_printf(b, ", mean of %d seed%s), the highest ", worst->n, worst->n == 1 ? "" : "s");
            asy__number(b, best->mean, true);
            asy_buf_puts(b, " %.</li>\n");
        }
        asy_buf_puts(b, "</ul>\n");
    }
    end_section(b);
}

static const char *value_at(const asy_json *arm, const char *path, const char *what)
{
    const asy_json *v = arm != NULL ? asy_json_get(arm, path) : NULL,
                   *t = v != NULL ? asy_json_get(v, what) : NULL;
    return t != NULL && t->kind == ASY_J_TEXT ? t->text : "";
}

static void difference(asy_buf *b, const char *arm, const char *path, const char *was, const char *is)
{
    asy_buf_puts(b, "<tr><th scope=row>");
    asy__html(b, arm);
    asy_buf_puts(b, "</th><td class=text><code>");
    asy__html(b, path);
    asy_buf_puts(b, "</code></td><td class=text>");
    asy__html(b, was[0] != 0 ? was : "–");
    asy_buf_puts(b, "</td><td class=text>");
    asy__html(b, is[0] != 0 ? is : "–");
    asy_buf_puts(b, "</td></tr>\n");
}

/* The arms as differences from the baseline; defaults of a block that an arm adds are left to the resolved
 * spec. */
static void arm_table(const asy__study *s, asy_buf *b)
{
    const asy_json *first = s->origins != NULL ? asy_json_get(s->origins, s->arm[0]) : NULL;
    if (first == NULL || s->n_arms < 2) return;
    asy_buf_puts(b, "<div class=wide><table><caption>What the arms change</caption>\n<thead><tr><th "
                    "scope=col>arm</th><th scope=col class=text>value</th><th scope=col class=text>");
    asy__html(b, s->baseline);
    asy_buf_puts(b, "</th><th scope=col class=text>arm</th></tr></thead><tbody>\n");
    for (int a = 0; a < s->n_arms; a++) {
        const asy_json *arm = asy_json_get(s->origins, s->arm[a]),
                       *base = asy_json_get(s->origins, asy__base_of(s, s->arm[a]));
        if (base == NULL) base = first;
        for (const asy_json *c = arm != NULL ? arm->child : NULL; c != NULL; c = c->next)
            if (strncmp(value_at(arm, c->key, "origin"), "default", 7) != 0 &&
                strcmp(value_at(base, c->key, "value"), value_at(arm, c->key, "value")) != 0)
                difference(b, s->arm[a], c->key, value_at(base, c->key, "value"),
                           value_at(arm, c->key, "value"));
        for (const asy_json *c = base->child; arm != NULL && c != NULL; c = c->next)
            if (asy_json_get(arm, c->key) == NULL)
                difference(b, s->arm[a], c->key, value_at(base, c->key, "value"), "");
    }
    asy_buf_puts(b, "</tbody></table></div>\n");
}

static void setup(const asy__study *s, asy_buf *b)
{
    section(b, "setup", "Setup");
    asy_buf_printf(b, "<p>%d arm%s, %d seed%s an arm. Baseline: <code>", s->n_arms, s->n_arms == 1 ? "" : "s",
                   seeds_of(s), seeds_of(s) == 1 ? "" : "s");
    asy__html(b, s->baseline);
    asy_buf_puts(b, "</code>.</p>\n");
    arm_table(s, b);
    asy_buf_puts(b,
                 "<details><summary>the first arm's spec, every default filled in</summary><pre tabindex=0>");
    asy__html(b, s->resolved);
    asy_buf_puts(b, "</pre></details>\n");
    end_section(b);
}

static const char *how(const asy__study *s)
{
    int n = seeds_of(s);
    if (n == 1)
        return asy_strdup(s->arena, "one seed: the interval is the Wilson 95 % interval of the run's own "
                                    "test rows, and says nothing about other seeds");
    return asy_sprintf(s->arena,
                       "mean of %d seeds with the 95 %% Student t interval over seeds; the single values "
                       "show on hover and in the per-run table",
                       n);
}

static asy_status tables(const asy__study *s, asy_buf *b)
{
    static const struct {
        const char *metric, *name, *caption;
    } more[] = {
        { "success_rate", "success-rate",
          "Success rate (%) among the rows that were right before the attack" },
        { "distance_linf", "distance-linf", "Mean linf distance of the successes, in units of data.range" },
        { "distance_l2", "distance-l2", "Mean l2 distance of the successes, in units of data.range" },
    };
    asy__table t;
    section(b, "tables", "Tables");
    ASY_TRY(asy__metric_table(s, "accuracy", "main", asy_sprintf(s->arena, "Accuracy (%%): %s", how(s)), &t));
    if (t.n_cols > 0) {
        asy__table_html(b, &t);
        ASY_TRY(asy__table_write(s, &t));
        asy_buf_puts(b, "<p class=note>Rows: ");
        for (int c = 0; c < t.n_cols; c++)
            asy_buf_printf(b, "%s%s n = %lld", c > 0 ? ", " : "", t.col[c], (long long)t.cell[c].rows);
        asy_buf_puts(
            b, ". Accuracy under an attack counts rows that the model had wrong before it as broken.</p>\n");
    }
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        ASY_TRY(asy__metric_table(s, more[i].metric, more[i].name, more[i].caption, &t));
        if (t.n_cols == 0) continue;
        asy__table_html(b, &t);
        ASY_TRY(asy__table_write(s, &t));
    }
    end_section(b);
    return ASY_OK;
}

static asy_status figure_file(const asy__study *s, const char *name, const asy__line_figure *f)
{
    asy_buf b;
    asy_buf_init(&b, 16 << 20);
    asy__line_svg(&b, f);
    /* The file stands alone: the page's style goes into it, behind its opening tag. */
    const char *svg = asy_buf_text(&b), *after = strchr(svg, '\n');
    asy_buf whole;
    asy_buf_init(&whole, 32 << 20);
    asy_buf_put(&whole, svg, after != NULL ? (size_t)(after + 1 - svg) : 0);
    asy_buf_printf(&whole, "<style>%s</style>\n%s", asy__css, after != NULL ? after + 1 : "");
    asy_status st = asy__put(s, name, &whole);
    asy_buf_free(&whole);
    asy_buf_free(&b);
    return st;
}

static asy_status figures(const asy__study *s, asy_buf *b)
{
    bool any;
    asy_buf grid;
    section(b, "figures", "Figures");
    for (int e = 0; e < s->n_evals; e++) {
        asy__table t;
        asy__line_figure f;
        double *x;
        ASY_TRY(asy__curve_table(s, s->eval[e], &t, &x));
        if (t.n_cols < 2) continue;
        ASY_TRY(asy__table_write(s, &t));
        ASY_TRY(asy__curve_figure(s, s->eval[e], &t, x, &f));
        asy_buf_puts(b, "<figure>");
        asy__line_svg(b, &f);
        asy_buf_puts(b, "<figcaption class=note>");
        asy__html(b, f.title);
        asy_buf_puts(b, ". Lines: means over seeds; bands: 95 % intervals; dots: single "
                        "seeds.</figcaption>\n<details><summary>the figure's data</summary>");
        asy__table_html(b, &t);
        asy_buf_puts(b, "</details></figure>\n");
        ASY_TRY(figure_file(s, asy_sprintf(s->arena, "figures/%s.svg", s->eval[e]), &f));
        ASY_TRY(asy__table_csv(s, asy_sprintf(s->arena, "figures/%s.csv", s->eval[e]), &t));
    }
    asy_buf_init(&grid, 32 << 20);
    asy_status st = asy__grid_svg(s, &grid, &any);
    if (st == ASY_OK && any)
        asy_buf_printf(b, "<figure><div class=wide>%s</div></figure>\n", asy_buf_text(&grid));
    asy_buf_free(&grid);
    end_section(b);
    return st;
}

static void one_comparison(const asy__study *s, asy_buf *b, const char *arm, const char *eval, int family)
{
    asy__cell d = asy__cell_difference(s, arm, eval, "accuracy");
    double p = asy__paired_p(s, arm, eval, "accuracy");
    if (d.n == 0) return;
    asy_buf_puts(b, "<tr><th scope=row>");
    asy__html(b, arm);
    asy_buf_puts(b, "</th><td class=text>");
    asy__html(b, eval);
    asy_buf_puts(b, "</td>");
    asy__cell_html(b, &d);
    asy_buf_printf(b, "<td>%d</td><td>", d.n);
    if (isnan(p)) asy_buf_puts(b, "–");
    else asy_buf_printf(b, "%.3g", fmin(1, p * family));
    asy_buf_puts(b, "</td></tr>\n");
}

static void comparisons(const asy__study *s, asy_buf *b)
{
    asy__table t;
    if (s->n_arms < 2 || asy__metric_table(s, "accuracy", "main", "", &t) != ASY_OK || t.n_cols == 0) return;
    int family = 0;
    for (int r = 0; r < s->n_arms; r++) family += asy__is_base(s, s->arm[r]) ? 0 : t.n_cols;
    if (family == 0) return;
    section(b, "comparisons", "Comparisons");
    asy_buf_puts(b, "<div class=wide><table><caption>Difference of accuracy to the baseline in points, "
                    "paired by seed, with its 95 % paired t interval; p of the paired t test times ");
    asy_buf_printf(
        b,
        "%d (Bonferroni over this table)</caption>\n<thead><tr><th scope=col>arm</th><th "
        "scope=col class=text>evaluation</th><th scope=col>difference</th><th scope=col>pairs</th><th "
        "scope=col>p</th></tr></thead><tbody>\n",
        family);
    for (int r = 0; r < s->n_arms; r++)
        for (int c = 0; !asy__is_base(s, s->arm[r]) && c < t.n_cols; c++)
            one_comparison(s, b, s->arm[r], t.col[c], family);
    asy_buf_puts(b, "</tbody></table></div>\n");
    end_section(b);
}

static const struct {
    const char *metric, *say;
} flags[] = {
    { "violations", "points outside the ball or the box, counted as failures of the attack" },
    { "zero_gradients", "rows whose gradient was zero (W0601: a model may hide its gradient)" },
    { "nonfinite", "gradients that were not finite" },
    { "w0605", "W0605: accuracy does not fall with eps" },
    { "w0606", "W0606: an attack as wide as the range leaves accuracy above chance" },
};

static void validity(const asy__study *s, asy_buf *b)
{
    int raised = 0;
    section(b, "validity", "Validity");
    asy_buf_puts(b, "<ul>\n");
    for (int i = 0; i < s->n_runs; i++) {
        const asy__run *r = &s->run[i];
        for (int e = 0; e < s->n_evals; e++)
            for (size_t f = 0; f < sizeof flags / sizeof *flags; f++) {
                const asy__value *v = asy__value_find(r, s->eval[e], flags[f].metric, false, 0);
                if (v == NULL || !(v->value > 0)) continue;
                asy_buf_printf(b, "<li>%s, seed %llu, %s: %g %s</li>\n", r->arm, (unsigned long long)r->seed,
                               s->eval[e], v->value, flags[f].say);
                raised++;
            }
        if (strcmp(r->state, "done") == 0) continue;
        asy_buf_printf(b, "<li class=bad>%s, seed %llu: %s", r->arm, (unsigned long long)r->seed, r->state);
        if (r->error[0] != 0) asy_buf_puts(b, " – "), asy__html(b, r->error);
        asy_buf_puts(b, "</li>\n");
        raised++;
    }
    if (raised == 0)
        asy_buf_puts(b, "<li>No flag was raised: no point left its ball, no gradient was zero or not finite, "
                        "no run is missing.</li>\n");
    asy_buf_puts(b, "</ul>\n<p class=note>An attack that fails shows only that this attack failed. Tried "
                    "were the evaluations of the tables above with the budgets of the spec; other norms, "
                    "larger budgets, black-box and "
                    "adaptive attacks that the spec does not name were not tried.</p>\n");
    end_section(b);
}

static void per_run(const asy__study *s, asy_buf *b)
{
    section(b, "runs", "Per-run values");
    asy_buf_puts(
        b, "<details><summary>every value of every run</summary><div class=wide><table><caption>n and 95 % "
           "interval of one run (Wilson for rates)</caption>\n<thead><tr><th scope=col>arm</th><th "
           "scope=col>seed</th>"
           "<th scope=col class=text>metric</th><th scope=col>value</th><th "
           "scope=col>n</th></tr></thead><tbody>\n");
    for (int i = 0; i < s->n_runs; i++)
        for (int k = 0; k < s->run[i].n; k++) {
            const asy__value *v = &s->run[i].v[k];
            asy_buf_printf(b, "<tr><th scope=row>%s</th><td>%llu</td><td class=text>%s.%s", s->run[i].arm,
                           (unsigned long long)s->run[i].seed, v->eval, v->metric);
            if (v->has_x) asy_buf_printf(b, "@%g", v->x);
            asy_buf_puts(b, "</td><td><b>");
            asy__number(b, v->value, asy__is_rate(v));
            asy_buf_puts(b, "</b>");
            if (!isnan(v->lo))
                asy_buf_puts(b, " <span class=ci>["), asy__number(b, v->lo, asy__is_rate(v)),
                    asy_buf_puts(b, ", "), asy__number(b, v->hi, asy__is_rate(v)),
                    asy_buf_puts(b, "]</span>");
            if (v->n > 0) asy_buf_printf(b, "</td><td>%lld</td></tr>\n", (long long)v->n);
            else asy_buf_puts(b, "</td><td class=none>–</td></tr>\n");
        }
    asy_buf_puts(b, "</tbody></table></div></details>\n");
    end_section(b);
}

/* Seconds of a stage by label and arm, added over seeds; a stage that several runs share counts for the
 * first. */
static void cost(const asy__study *s, asy_buf *b)
{
    double memory = 0;
    section(b, "cost", "Cost");
    asy_buf_puts(b, "<div class=wide><table><caption>Seconds by stage, summed over "
                    "seeds</caption>\n<thead><tr><th scope=col>arm</th>");
    const asy__run *first = s->n_runs > 0 ? &s->run[0] : NULL;
    for (int k = 0; first != NULL && k < first->n_stages; k++)
        asy_buf_puts(b, "<th scope=col>"), asy__html(b, first->stage[k].label), asy_buf_puts(b, "</th>");
    asy_buf_puts(b, "</tr></thead><tbody>\n");
    for (int a = 0; a < s->n_arms; a++) {
        asy_buf_puts(b, "<tr><th scope=row>");
        asy__html(b, s->arm[a]);
        asy_buf_puts(b, "</th>");
        for (int k = 0; first != NULL && k < first->n_stages; k++) {
            double sum = 0;
            int known = 0;
            for (int i = 0; i < s->n_runs; i++) {
                if (strcmp(s->run[i].arm, s->arm[a]) != 0 || k >= s->run[i].n_stages ||
                    !s->run[i].stage[k].known)
                    continue;
                sum += s->run[i].stage[k].seconds;
                memory = fmax(memory, s->run[i].stage[k].memory);
                known++;
            }
            if (known > 0) asy_buf_printf(b, "<td>%.1f</td>", sum);
            else asy_buf_puts(b, "<td class=none>–</td>");
        }
        asy_buf_puts(b, "</tr>\n");
    }
    asy_buf_printf(b,
                   "</tbody></table></div>\n<p class=note>Peak memory of the process: %.0f MiB. Arms share "
                   "stages that do not differ.</p>\n",
                   memory / 1048576);
    end_section(b);
}

static void provenance(const asy__study *s, asy_buf *b)
{
    const asy_json *base =
        s->origins != NULL && s->n_arms > 0 ? asy_json_get(s->origins, asy__base_of(s, s->arm[0])) : NULL;
    section(b, "provenance", "Provenance");
    asy_buf_printf(b,
                   "<dl><dt>study</dt><dd><code>%s</code></dd><dt>plan</dt><dd><code>%s</code></dd><dt>made "
                   "by</dt><dd>Assay %s, numerics %d</dd><dt>machine</dt><dd>",
                   s->name, s->spec_id, s->version, s->numerics);
    asy__html(b, s->machine[0] != 0 ? s->machine : "not recorded");
    asy_buf_puts(
        b, "</dd><dt>run it again</dt><dd><code>assay run spec/source.yaml -o ELSEWHERE</code>: the same "
           "spec and data give the same bytes, on any number of threads and any instruction set</dd></dl>\n"
           "<details><summary>where each value comes from</summary><pre tabindex=0>");
    for (const asy_json *c = base != NULL ? base->child : NULL; c != NULL; c = c->next) {
        asy_buf_printf(b, "%-32s ", c->key);
        asy__html(b, value_at(base, c->key, "value"));
        asy_buf_puts(b, "   ");
        asy__html(b, value_at(base, c->key, "origin"));
        asy_buf_putc(b, '\n');
    }
    asy_buf_puts(b, "</pre></details>\n");
    end_section(b);
}

asy_status asy__page(const asy__study *s, asy_buf *b)
{
    asy__claim *claim;
    int n_claims, published = 0;
    ASY_TRY(asy__claims(s, &n_claims, &claim));
    for (int i = 0; i < n_claims; i++) published += claim[i].published;
    asy_buf_puts(b, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta "
                    "name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>");
    asy__html(b, s->title);
    asy_buf_printf(
        b, "</title>\n<style>\n%s</style></head>\n<body><a class=skip href=\"#content\">to the content</a>\n",
        asy__css);
    if (s->smoke)
        asy_buf_puts(b, "<p class=smoke>SMOKE: a few rows and steps, to see that everything runs. No number "
                        "here means anything.</p>\n");
    asy_buf_puts(b, "<header><h1>");
    asy__html(b, s->title);
    asy_buf_puts(b, "</h1></header>\n<main id=\"content\">\n");
    answer(s, b, n_claims, claim);
    setup(s, b);
    ASY_TRY(tables(s, b));
    ASY_TRY(figures(s, b));
    comparisons(s, b);
    if (published > 0) {
        section(b, "reproduction", "Reproduction");
        asy__reproduction_html(b, n_claims, claim);
        end_section(b);
    }
    validity(s, b);
    per_run(s, b);
    cost(s, b);
    provenance(s, b);
    asy_buf_printf(b, "</main>\n<footer><p>Assay %s</p></footer></body></html>\n", s->version);
    return asy_arena_status(s->arena);
}
