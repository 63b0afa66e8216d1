// SPDX-License-Identifier: GPL-3.0-or-later
#include "expect.h"

#include <math.h>
#include <string.h>

typedef struct {
    const char *arm; /* "*", "ARM", "ARM[PATH=VALUE,…]" */
    const char *eval, *metric;
    bool has_x;
    double x;
} name;

static const char *text(const asy_json *j, const char *key)
{
    const asy_json *v = asy_json_get(j, key);
    return v != NULL && v->kind == ASY_J_TEXT ? v->text : "";
}

static double number(const asy_json *j, const char *key)
{
    return asy_json_num(asy_json_get(j, key), (double)NAN);
}

/* "ARM/EVAL.METRIC@X" in its parts. */
static bool split(asy_arena *a, const char *s, name *out)
{
    const char *bracket = strchr(s, '['), *slash = strchr(s, '/');
    if (bracket != NULL && slash != NULL && bracket < slash) {
        const char *close = strchr(bracket, ']');
        slash = close != NULL && close[1] == '/' ? close + 1 : NULL;
    }
    const char *dot = slash != NULL ? strchr(slash, '.') : NULL, *at = dot != NULL ? strrchr(dot, '@') : NULL;
    if (dot == NULL) return false;
    *out = (name){ .arm = asy_strndup(a, s, (size_t)(slash - s)),
                   .eval = asy_strndup(a, slash + 1, (size_t)(dot - slash) - 1) };
    out->has_x = at != NULL && asy_json_to_num(at + 1, &out->x);
    out->metric = out->has_x ? asy_strndup(a, dot + 1, (size_t)(at - dot) - 1) : asy_strdup(a, dot + 1);
    return out->arm != NULL && out->eval != NULL && out->metric != NULL;
}

/* An arm of the report, "ARM[PATH=VALUE,…]", is what a claim names: that very text, the arm under any axis
 * values, or with all the values that the claim picks. */
static bool names(asy_arena *a, const char *claim, const char *arm)
{
    size_t n = strcspn(claim, "[");
    if (strcmp(claim, "*") == 0 || strcmp(claim, arm) == 0) return true;
    if (n != strcspn(arm, "[") || strncmp(claim, arm, n) != 0) return false;
    if (claim[n] == 0) return true;
    for (const char *p = claim + n + 1; *p != 0 && *p != ']';
         p += strcspn(p, ",]") + (p[strcspn(p, ",]")] == ',')) {
        size_t m = strcspn(p, ",]");
        const char *want = asy_strndup(a, p, m), *at = arm + n;
        for (; want != NULL && (at = strstr(at, want)) != NULL; at++)
            if ((at[-1] == '[' || at[-1] == ',') && (at[m] == ',' || at[m] == ']')) break;
        if (at == NULL || want == NULL) return false;
    }
    return true;
}

/* The arm of the right side: its own where the claim says *, else the one named under the same axis values.
 */
static const char *right_arm(const asy__study *s, const char *claim, const char *arm)
{
    const char *axes = strchr(arm, '[');
    if (strcmp(claim, "*") == 0) return arm;
    if (strchr(claim, '[') != NULL || axes == NULL) return claim;
    return asy_sprintf(s->arena, "%s%s", claim, axes);
}

/* Left minus right, paired by seed. */
static asy__cell difference(const asy__study *s, const char *arm, const name *l, const char *other,
                            const name *r)
{
    asy__cell c = {
        .mean = (double)NAN, .lo = (double)NAN, .hi = (double)NAN, .ci_kind = "none", .rate = true
    };
    double *d = ASY_NEWN(s->arena, s->n_runs + 1, double);
    for (int i = 0; d != NULL && i < s->n_runs; i++)
        for (int k = 0; k < s->n_runs; k++) {
            const asy__run *p = &s->run[i], *q = &s->run[k];
            if (strcmp(p->arm, arm) != 0 || strcmp(q->arm, other) != 0 || p->seed != q->seed) continue;
            const asy__value *a = asy__value_find(p, l->eval, l->metric, l->has_x, l->x),
                             *b = asy__value_find(q, r->eval, r->metric, r->has_x, r->x);
            if (a == NULL || b == NULL || isnan(a->value - b->value)) c.n_missing++;
            else d[c.n++] = a->value - b->value, c.rate = c.rate && asy__is_rate(a);
        }
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

/* Does [lo, hi], or the mean alone, satisfy it? */
static asy__verdict judge(const asy__cell *c, bool whole, double low, bool low_open, double high,
                          bool high_open)
{
    if (c->n == 0) return ASY__MISSING;
    if (whole && (isnan(c->lo) || isnan(c->hi))) return ASY__UNDECIDED;
    double lo = whole ? c->lo : c->mean, hi = whole ? c->hi : c->mean;
    bool above = low_open ? lo > low : lo >= low, below = high_open ? hi < high : hi <= high;
    return (isnan(low) || above) && (isnan(high) || below) ? ASY__SATISFIED : ASY__FAILED;
}

static void judge_claim(const asy_json *j, asy__claim *c, double right)
{
    const char *how = text(j, "compare");
    bool whole = strcmp(c->judge, "ci") == 0;
    double within = number(j, "within"), none = (double)NAN;
    if (strcmp(how, "between") == 0)
        c->verdict = judge(&c->found, whole, number(j, "low"), false, number(j, "high"), false);
    else if (strcmp(how, "equals") == 0)
        c->verdict = judge(&c->found, whole, right - within, false, right + within, false);
    else if (strcmp(how, "at_least") == 0) c->verdict = judge(&c->found, whole, right, false, none, false);
    else if (strcmp(how, "more_than") == 0) c->verdict = judge(&c->found, whole, right, true, none, false);
    else if (strcmp(how, "at_most") == 0) c->verdict = judge(&c->found, whole, none, false, right, false);
    else c->verdict = judge(&c->found, whole, none, false, right, true);
}

/* Matches: within the distance allowed, or inside the interval where none is. Where an interval is wider than
 * that distance it decides nothing unless it leaves the published value out. */
static void judge_reference(const asy_json *j, asy__claim *c)
{
    double within = number(j, "within");
    bool inside = !isnan(c->found.lo) && c->found.lo <= c->reference && c->reference <= c->found.hi;
    c->difference = c->found.mean - c->reference;
    if (c->found.n == 0) c->verdict = ASY__MISSING;
    else if (isnan(within))
        c->verdict = isnan(c->found.lo) ? ASY__UNDECIDED : inside ? ASY__SATISFIED : ASY__FAILED;
    else if (fabs(c->difference) <= within) c->verdict = ASY__SATISFIED;
    else c->verdict = inside ? ASY__UNDECIDED : ASY__FAILED;
}

static const char *words_of(const asy__study *s, const asy_json *j)
{
    const char *how = text(j, "compare"), *right = text(j, "text");
    char low[32], high[32];
    asy_json_number(number(j, "low"), low);
    asy_json_number(number(j, "high"), high);
    if (strcmp(how, "between") == 0) return asy_sprintf(s->arena, "between %s and %s", low, high);
    asy_json_number(number(j, "within"), low);
    if (strcmp(how, "equals") == 0) return asy_sprintf(s->arena, "%s within %s", right, low);
    for (char *p = asy_strdup(s->arena, how), *all = p; p != NULL; p++) {
        if (*p == '_') *p = ' ';
        if (*p == 0) return asy_sprintf(s->arena, "%s %s", all, right);
    }
    return how;
}

static asy_status one_arm(const asy__study *s, const asy_json *j, const name *left, const char *arm,
                          bool published, asy__claim *c)
{
    const asy_json *values = asy_json_get(j, "values");
    name right;
    double against = number(j, "number");
    *c = (asy__claim){ .name = text(j, "name"),
                       .arm = arm,
                       .metric = strrchr(text(j, "metric"), '/') + 1,
                       .judge = text(j, "judge"),
                       .published = published,
                       .reference = number(j, "reference"),
                       .source = text(j, "source") };
    c->found = asy__cell_get(s, arm, left->eval, left->metric, left->has_x, left->x);
    if (published) {
        judge_reference(j, c);
        return ASY_OK;
    }
    c->says = words_of(s, j);
    if (values != NULL) against = number(values, arm);
    if (text(j, "right")[0] != 0) {
        if (!split(s->arena, text(j, "right"), &right)) return asy_arena_status(s->arena);
        c->found = difference(s, arm, left, right_arm(s, right.arm, arm), &right);
        against = 0;
    }
    judge_claim(j, c, against);
    return ASY_OK;
}

asy_status asy__claims(const asy__study *s, int *n, asy__claim **out)
{
    char *path = asy_path_join(s->arena, s->dir, "spec/expect.json"), *data;
    size_t size;
    int most = 0;
    asy_json *j;
    *n = 0;
    *out = NULL;
    if (path == NULL) return asy_arena_status(s->arena);
    if (!asy_io_exists(path)) return ASY_OK;
    ASY_TRY(asy_io_read(s->arena, path, 16 << 20, &data, &size));
    ASY_TRY(asy_json_read(s->arena, data, size, path, &j));
    const asy_json *list = asy_json_get(j, "claims");
    for (const asy_json *c = list != NULL ? list->child : NULL; c != NULL; c = c->next) most += 2 * s->n_arms;
    *out = ASY_NEWN(s->arena, most + 1, asy__claim);
    if (*out == NULL) return asy_arena_status(s->arena);
    for (const asy_json *c = list != NULL ? list->child : NULL; c != NULL; c = c->next) {
        name left;
        if (!split(s->arena, text(c, "metric"), &left)) continue;
        for (int a = 0; a < s->n_arms; a++) {
            if (!names(s->arena, left.arm, s->arm[a])) continue;
            if (text(c, "compare")[0] != 0) ASY_TRY(one_arm(s, c, &left, s->arm[a], false, &(*out)[(*n)++]));
            if (asy_json_get(c, "reference") != NULL)
                ASY_TRY(one_arm(s, c, &left, s->arm[a], true, &(*out)[(*n)++]));
        }
    }
    return asy_arena_status(s->arena);
}

const char *asy__verdict_word(const asy__claim *c)
{
    static const char *const claim[] = { "satisfied", "failed", "undecided", "missing" },
                             *const published[] = { "matches", "differs", "undecided", "missing" };
    return (c->published ? published : claim)[c->verdict];
}

void asy__claims_html(asy_buf *b, int n, const asy__claim c[])
{
    int claims = 0;
    for (int i = 0; i < n; i++) claims += !c[i].published;
    if (claims == 0) return;
    asy_buf_puts(
        b, "<div class=wide><table><caption>Claims of the spec; a comparison with another metric shows "
           "the difference, paired by seed</caption>\n<thead><tr><th scope=col>claim</th><th scope=col "
           "class=text>arm</th><th scope=col class=text>metric</th><th scope=col class=text>is to be</th>"
           "<th scope=col>found</th><th scope=col class=text>verdict</th></tr></thead><tbody>\n");
    for (int i = 0; i < n; i++) {
        if (c[i].published) continue;
        asy_buf_puts(b, "<tr><th scope=row>"), asy__html(b, c[i].name);
        asy_buf_puts(b, "</th><td class=text>"), asy__html(b, c[i].arm);
        asy_buf_puts(b, "</td><td class=text>"), asy__html(b, c[i].metric);
        asy_buf_puts(b, "</td><td class=text>"), asy__html(b, c[i].says);
        if (strcmp(c[i].judge, "ci") == 0) asy_buf_puts(b, " (the whole interval)");
        asy_buf_puts(b, "</td>");
        asy__cell_html(b, &c[i].found);
        asy_buf_printf(b, "<td class=\"text%s\">%s</td></tr>\n", c[i].verdict == ASY__SATISFIED ? "" : " bad",
                       asy__verdict_word(&c[i]));
    }
    asy_buf_puts(b, "</tbody></table></div>\n");
}

void asy__reproduction_html(asy_buf *b, int n, const asy__claim c[])
{
    asy_buf_puts(
        b, "<div class=wide><table><caption>Published values beside ours, with the 95 % interval of ours"
           "</caption>\n<thead><tr><th scope=col>claim</th><th scope=col class=text>arm</th><th scope=col "
           "class=text>metric</th><th scope=col>published</th><th scope=col>ours</th><th scope=col>difference"
           "</th><th scope=col class=text>verdict</th><th scope=col class=text>source</th></tr></thead>"
           "<tbody>\n");
    for (int i = 0; i < n; i++) {
        if (!c[i].published) continue;
        asy_buf_puts(b, "<tr><th scope=row>"), asy__html(b, c[i].name);
        asy_buf_puts(b, "</th><td class=text>"), asy__html(b, c[i].arm);
        asy_buf_puts(b, "</td><td class=text>"), asy__html(b, c[i].metric);
        asy_buf_puts(b, "</td><td>"), asy__number(b, c[i].reference, c[i].found.rate);
        asy_buf_puts(b, "</td>");
        asy__cell_html(b, &c[i].found);
        asy_buf_puts(b, "<td>"), asy__number(b, c[i].difference, c[i].found.rate);
        asy_buf_printf(b, "</td><td class=\"text%s\">%s</td><td class=text>",
                       c[i].verdict == ASY__SATISFIED ? "" : " bad", asy__verdict_word(&c[i]));
        asy__html(b, c[i].source);
        asy_buf_puts(b, "</td></tr>\n");
    }
    asy_buf_puts(b, "</tbody></table></div>\n");
}
