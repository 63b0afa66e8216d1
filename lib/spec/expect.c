// SPDX-License-Identifier: GPL-3.0-or-later
/* `expect`: claims about results (user-experience §3.5). Their form, arms and evaluations are checked here;
 * what they come to is the report's part, which reads them from spec/expect.json. */
#include "../base/json.h"
#include "overlay.h"

#include <math.h>
#include <string.h>

typedef struct {
    double value;
    const char *source;
} reference_par;
typedef struct {
    const char *metric, *at_least, *at_most, *more_than, *less_than, *equals;
    asy_f64s between;
    double within;
    int64_t judge;
    const reference_par *reference;
} claim_par;

static const char *const judges[] = { "mean", "ci", NULL };

#define par reference_par
static const asy_param reference_rows[] = {
    ASY_PARAM_F64(value, NULL, NAN, NAN, "the published value", .flags = ASY_REQUIRED),
    ASY_PARAM_STR(source, NULL, "where it was published", .flags = ASY_REQUIRED), ASY_PARAM_END
};
#undef par

/* What compares, in the order of the table; each with its member. */
static const struct {
    const char *word;
    size_t off;
} comparators[] = {
    { "at_least", offsetof(claim_par, at_least) },   { "at_most", offsetof(claim_par, at_most) },
    { "more_than", offsetof(claim_par, more_than) }, { "less_than", offsetof(claim_par, less_than) },
    { "equals", offsetof(claim_par, equals) },
};
enum { COMPARATORS = sizeof comparators / sizeof *comparators };

static const char *right_side(const claim_par *c, int i)
{
    const char *text;
    memcpy(&text, (const char *)c + comparators[i].off, sizeof text);
    return text;
}

static void check_claim(const void *vp, const void *shared, asy_site *site)
{
    const claim_par *c = vp;
    asy_diag *d = asy_site_diag(site);
    int n = c->between.v != NULL;
    (void)shared;
    for (int i = 0; i < COMPARATORS; i++) n += right_side(c, i) != NULL;
    if (n + (c->reference != NULL) == 0)
        asy_diag_add(
            d, "E0201", asy_site_loc(site, "metric"),
            "a claim compares: at_least, at_most, more_than, less_than, between, equals or reference");
    if (n > 1)
        asy_diag_add(d, "E0207", asy_site_loc(site, "metric"),
                     "a claim compares once; write a second one beside it");
    if (c->between.v != NULL && (c->between.n != 2 || !(c->between.v[0] <= c->between.v[1])))
        asy_diag_add(d, "E0205", asy_site_loc(site, "between"), "`between` takes [LOW, HIGH]");
    if (c->equals != NULL && isinf(c->within))
        asy_diag_add(d, "E0201", asy_site_loc(site, "equals"),
                     "`equals` needs `within`: 0 for the very number");
}

#define par claim_par
static const asy_param claim_rows[] = {
    ASY_PARAM_STR(metric, NULL, "ARM/EVALUATION.METRIC; * for each arm", .flags = ASY_REQUIRED),
    ASY_PARAM_STR(at_least, NULL, "a number, another metric, or =PATH of the resolved spec"),
    ASY_PARAM_STR(at_most, NULL, "likewise"),
    ASY_PARAM_STR(more_than, NULL, "likewise"),
    ASY_PARAM_STR(less_than, NULL, "likewise"),
    ASY_PARAM_STR(equals, NULL, "likewise, with `within`"),
    ASY_PARAM_F64S(between, NULL, NAN, NAN, "[LOW, HIGH], both allowed"),
    ASY_PARAM_F64(within, "inf", 0, NAN, "distance that `equals` and `reference` allow"),
    ASY_PARAM_ENUM(judge, "mean", judges, "the mean over seeds, or its whole interval"),
    ASY_PARAM_BLOCK(reference, reference_rows, reference_par, "a published value"),
    ASY_PARAM_END
};
#undef par

const asy_param asy__expect_row[] = { { .key = "*",
                                        .type = ASY_P_BLOCK,
                                        .block = claim_rows,
                                        .block_size = sizeof(claim_par),
                                        .check = check_claim,
                                        .help = "one claim" },
                                      ASY_PARAM_END };

/* ---- what names a result */

/* "ARM/EVAL.METRIC" with ARM alone, ARM[PATH=VALUE,…] or *. */
typedef struct {
    const char *arm, *eval;
} named;

static bool split(asy_arena *a, const char *text, named *out)
{
    const char *bracket = strchr(text, '['), *slash = strchr(text, '/');
    if (bracket != NULL && slash != NULL && bracket < slash) {
        const char *close = strchr(bracket, ']');
        slash = close != NULL && close[1] == '/' ? close + 1 : NULL;
    }
    const char *dot = slash != NULL ? strchr(slash, '.') : NULL;
    if (slash == NULL || dot == NULL || slash == text || dot == slash + 1 || dot[1] == 0) return false;
    out->arm = asy_strndup(a, text, strcspn(text, "[/"));
    out->eval = asy_strndup(a, slash + 1, (size_t)(dot - slash) - 1);
    return out->arm != NULL && out->eval != NULL;
}

typedef struct {
    asy_arena *arena;
    asy_diag *diag;
    const asy_study *study;
    const asy_loc *loc;
} checker;

static void unknown(const checker *c, const char *what, const char *word, int n, const char *const names[])
{
    asy_diag_add(c->diag, "E0204", c->loc, "no %s is called `%s`", what, word);
    const char *near = asy_near(word, n, names, NULL);
    if (near != NULL) asy_diag_help(c->diag, "did you mean `%s`?", near);
}

static bool among(const char *word, int n, const char *const names[])
{
    for (int i = 0; i < n; i++)
        if (strcmp(word, names[i]) == 0) return true;
    return false;
}

static void check_metric(const checker *c, const char *text)
{
    const asy_study *s = c->study;
    named m;
    if (!split(c->arena, text, &m)) {
        asy_diag_add(c->diag, "E0205", c->loc,
                     "a metric is ARM/EVALUATION.METRIC, such as */clean.accuracy, not `%s`", text);
        return;
    }
    bool all = true;
    for (int i = 0; i < s->n_runs; i++) {
        const asy_members *e = &s->runs[i].root.evaluate;
        bool mine = strcmp(m.arm, "*") == 0 || strcmp(m.arm, s->runs[i].arm) == 0;
        if (mine && !among(m.eval, e->n, e->name)) all = false;
    }
    if (strcmp(m.arm, "*") != 0 && !among(m.arm, s->n_arms, s->arms))
        unknown(c, "arm", m.arm, s->n_arms, s->arms);
    else if (!all && s->n_runs > 0)
        unknown(c, "evaluation", m.eval, s->runs[0].root.evaluate.n, s->runs[0].root.evaluate.name);
}

/* A resolved number by its path; NaN: there is none. */
static double resolved(const asy_rtree *t, const char *path)
{
    for (const asy_rtree *c = t->child; c != NULL; c = c->next) {
        size_t n = c->key != NULL ? strlen(c->key) : 0;
        if (n == 0 || strncmp(c->key, path, n) != 0) continue;
        if (path[n] == '.') return resolved(c, path + n + 1);
        if (path[n] != 0) continue;
        return c->type == ASY_P_F64 ? c->num : c->type == ASY_P_I64 ? (double)c->i : (double)NAN;
    }
    return (double)NAN;
}

static void check_right(const checker *c, const char *text)
{
    double v;
    if (text == NULL || asy_read_number(text, &v)) return;
    if (text[0] != '=') {
        check_metric(c, text);
        return;
    }
    for (int i = 0; i < c->study->n_runs; i++)
        if (isnan(resolved(c->study->runs[i].resolved, text + 1))) {
            asy_diag_add(c->diag, "E0210", c->loc, "there is no number at `%s` in the arm `%s`", text + 1,
                         c->study->runs[i].config);
            return;
        }
}

void asy__expect_check(asy_arena *a, asy_diag *d, const asy_study *s)
{
    const asy_members *all = s->n_runs > 0 ? &s->runs[0].root.expect : NULL;
    for (int i = 0; all != NULL && i < all->n; i++) {
        const claim_par *c = *(const claim_par *const *)all->value[i];
        checker k = { a, d, s, &all->tree[i]->loc };
        if (c == NULL || c->metric == NULL) continue;
        check_metric(&k, c->metric);
        for (int q = 0; q < COMPARATORS; q++) check_right(&k, right_side(c, q));
    }
}

/* ---- spec/expect.json */

static void put_number(asy_jw *w, const char *key, double v) { asy_jw_key(w, key), asy_jw_num(w, v); }
static void put_text(asy_jw *w, const char *key, const char *v) { asy_jw_key(w, key), asy_jw_text(w, v); }

/* =PATH as what it is in each configuration. */
static void put_values(asy_jw *w, const asy_study *s, const char *path)
{
    asy_jw_key(w, "values"), asy_jw_object(w);
    for (int i = 0; i < s->n_runs; i++)
        if (i == 0 || strcmp(s->runs[i].config, s->runs[i - 1].config) != 0)
            put_number(w, s->runs[i].config, resolved(s->runs[i].resolved, path));
    asy_jw_object_end(w);
}

static void put_claim(asy_jw *w, const asy_study *s, const char *name, const claim_par *c)
{
    const char *word = c->between.v != NULL ? "between" : "", *right = NULL;
    double v = (double)NAN;
    for (int i = 0; i < COMPARATORS; i++)
        if (right_side(c, i) != NULL) word = comparators[i].word, right = right_side(c, i);
    asy_jw_object(w);
    put_text(w, "compare", word);
    if (c->between.v != NULL) put_number(w, "high", c->between.v[1]);
    put_text(w, "judge", judges[c->judge]);
    if (c->between.v != NULL) put_number(w, "low", c->between.v[0]);
    put_text(w, "metric", c->metric);
    put_text(w, "name", name);
    if (right != NULL && asy_read_number(right, &v)) put_number(w, "number", v);
    if (c->reference != NULL) put_number(w, "reference", c->reference->value);
    if (right != NULL && isnan(v) && right[0] != '=') put_text(w, "right", right);
    if (c->reference != NULL) put_text(w, "source", c->reference->source);
    if (right != NULL) put_text(w, "text", right);
    if (right != NULL && right[0] == '=') put_values(w, s, right + 1);
    if (!isinf(c->within)) put_number(w, "within", c->within);
    asy_jw_object_end(w);
}

void asy_study_expect(const asy_study *s, asy_buf *b)
{
    const asy_members *all = s->n_runs > 0 ? &s->runs[0].root.expect : NULL;
    asy_jw w;
    asy_jw_init(&w, b, 1);
    asy_jw_object(&w);
    asy_jw_key(&w, "claims"), asy_jw_list(&w);
    for (int i = 0; all != NULL && i < all->n; i++)
        put_claim(&w, s, all->name[i], *(const claim_par *const *)all->value[i]);
    asy_jw_list_end(&w);
    put_text(&w, "format", "assay.expect/1");
    asy_jw_object_end(&w);
    asy_buf_putc(b, '\n');
}
