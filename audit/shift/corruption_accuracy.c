// SPDX-License-Identifier: GPL-3.0-or-later
/* Accuracy under every corruption at every severity. */
#include "assay.h"

#include <math.h>
#include <string.h>

typedef struct {
    asy_strs kinds;
    asy_f64s severities;
    bool published;
} par;

static const asy_param params[] = {
    ASY_PARAM_STRS(kinds, "all", "corruptions by name; all: every one (assay list corruptions)",
                   .flags = ASY_SCALAR_OK),
    ASY_PARAM_F64S(severities, "[1, 2, 3, 4, 5]", 1, ASY_SEVERITIES, "whole numbers", .flags = ASY_SCALAR_OK),
    ASY_PARAM_BOOL(published, "false", "one severity a kind, that of MNIST-C", .excludes = "severities"),
    ASY_PARAM_END
};

static const asy_corruption *find(const char *name, int *n, const char **names)
{
    const asy_method *const *all = asy_kind_corruption.methods(n);
    const asy_corruption *found = NULL;
    for (int i = 0; i < *n; i++) {
        if (names != NULL) names[i] = all[i]->name;
        if (strcmp(all[i]->name, name) == 0) found = (const asy_corruption *)all[i];
    }
    return found;
}

static bool is_all(const par *p)
{
    return p->kinds.n == 1 && strcmp(p->kinds.v[0], "all") == 0;
}

static void check_kinds(const par *p, asy_diag *d, const asy_loc *loc)
{
    enum { SHOWN = 256 };
    const char *names[SHOWN], *near;
    int n;
    asy_kind_corruption.methods(&n);
    if (p->kinds.n > n || n > SHOWN)
        asy_diag_add(d, "E0205", loc, "there are %d corruptions; the list has %d", n, p->kinds.n);
    for (int i = 0; i < p->kinds.n && p->kinds.n <= n; i++) {
        for (int k = 0; k < i; k++)
            if (strcmp(p->kinds.v[k], p->kinds.v[i]) == 0)
                asy_diag_add(d, "E0205", loc, "`%s` stands twice", p->kinds.v[i]);
        if (find(p->kinds.v[i], &n, names) != NULL) continue;
        near = asy_near(p->kinds.v[i], n, names, NULL);
        asy_diag_add(d, "E0204", loc, "no corruption is called `%s`", p->kinds.v[i]);
        if (near != NULL)
            asy_diag_help(d, "did you mean `%s`?   (all corruptions: assay list corruptions)", near);
        else asy_diag_help(d, "all corruptions: assay list corruptions");
    }
}

static void check(const void *vp, const void *shared, asy_site *site)
{
    const par *p = vp;
    asy_diag *d = asy_site_diag(site);
    const asy_loc *loc = asy_site_loc(site, "severities");
    bool seen[ASY_SEVERITIES + 1] = { false };
    (void)shared;
    if (!is_all(p)) check_kinds(p, d, asy_site_loc(site, "kinds"));
    for (int i = 0; i < p->severities.n && i <= ASY_SEVERITIES; i++) {
        double v = p->severities.v[i];
        if (v > floor(v)) asy_diag_add(d, "E0205", loc, "a severity is 1, 2, 3, 4 or 5, not %g", v);
        else if (seen[(int)v]) asy_diag_add(d, "E0205", loc, "severity %g stands twice", v);
        seen[(int)v] = true;
    }
    if (p->kinds.n == 0 || p->severities.n == 0)
        asy_diag_add(d, "E0205", p->kinds.n == 0 ? asy_site_loc(site, "kinds") : loc,
                     "there is nothing to measure");
}

typedef struct {
    asy_eval_ctx *ctx;
    asy_scorer *scorer;
    int64_t batch, k;
    float *x, *logits;
    int32_t *y;
    uint64_t *id;
} work;

/* corruption NULL: the rows as they are. */
static asy_status count(work *w, const asy_corruption *c, int severity, int64_t *correct)
{
    const asy_view *v = w->ctx->view;
    const asy_model *m = w->ctx->model;
    *correct = 0;
    for (int64_t at = 0; at < v->n; at += w->batch) {
        int64_t rows = v->n - at < w->batch ? v->n - at : w->batch;
        if (w->ctx->sink->stop && w->ctx->sink->stop(w->ctx->sink)) ASY_FAIL(ASY_ESTOP, "asked to stop");
        asy_view_load(v, rows, at, NULL, w->x, w->y, w->id);
        if (c != NULL) ASY_TRY(asy_corruption_load(c, severity, v, at, rows, w->ctx->pool, w->x));
        ASY_TRY(asy_scorer_run(w->scorer, m->w, m->version, rows, w->x, NULL, w->id, w->logits, NULL));
        for (int64_t i = 0; i < rows; i++) *correct += asy_argmax(w->k, w->logits + i * w->k) == w->y[i];
    }
    return ASY_OK;
}

static asy_status measure(work *w, const par *p)
{
    asy_sink *sink = w->ctx->sink;
    int64_t n = w->ctx->view->n, clean, correct, sum = 0;
    int n_all, kinds, levels = p->published ? 1 : p->severities.n;
    const asy_method *const *all = asy_kind_corruption.methods(&n_all);
    kinds = is_all(p) ? n_all : p->kinds.n;
    ASY_TRY(count(w, NULL, 0, &clean));
    ASY_TRY(asy_put_rate(sink, "clean_accuracy", clean, n));
    for (int i = 0; i < kinds * levels; i++) {
        const asy_corruption *c = is_all(p) ? (const asy_corruption *)all[i / levels]
                                            : find(p->kinds.v[i / levels], &n_all, NULL);
        int severity = p->published ? c->published : (int)p->severities.v[i % levels];
        if (sink->progress)
            sink->progress(sink, (double)i / (kinds * levels), "%s, severity %d", c->m.name, severity);
        ASY_TRY(count(w, c, severity, &correct));
        ASY_TRY(asy_put_rate_at(sink, c->m.name, severity, correct, n));
        sum += correct;
    }
    double mean = (double)sum / ((double)n * kinds * levels);
    ASY_TRY(asy_put(sink, "accuracy", mean));
    ASY_TRY(asy_put(sink, "mean_corruption_error", 1 - mean));
    return asy_put(sink, "relative_corruption_error", (double)clean / (double)n - mean);
}

static asy_status run(const asy_bound *b, asy_eval_ctx *c)
{
    work w = { .ctx = c, .k = c->model->io.classes,
               .batch = c->keys->batch > 0 && c->keys->batch < c->view->n ? c->keys->batch : c->view->n };
    size_t rows = (size_t)w.batch;
    if (c->view->n < 1) ASY_FAIL(ASY_EDATA, "there are no rows to measure accuracy on");
    if (!asy_view_has_images(c->view))
        ASY_FAIL(ASY_EDATA, "corruptions work on images; these samples are none");
    w.x = asy_alloc(c->arena, rows, (size_t)asy_shape_count(&c->model->io.in) * sizeof(float));
    w.logits = asy_alloc(c->arena, rows, (size_t)w.k * sizeof(float));
    w.y = ASY_NEWN(c->arena, rows, int32_t);
    w.id = ASY_NEWN(c->arena, rows, uint64_t);
    ASY_TRY(asy_arena_status(c->arena));
    ASY_TRY(asy_scorer_new(&w.scorer, c->model, c->backend, c->pool, w.batch,
                           asy_rng_part(asy_rng_part(c->seed, "noise"), "score"), c->keys->draws));
    asy_status s = measure(&w, b->params);
    asy_scorer_free(w.scorer);
    return s;
}

const asy_evaluation asy_evaluation_corruption_accuracy = {
    .m = { .name = "corruption-accuracy",
           .summary = "accuracy under every corruption at every severity",
           .revision = 1,
           .cite = "Hendrycks, Dietterich 2019, arXiv:1903.12261",
           .doc = "Results: KIND@SEVERITY, the accuracy of the rows so corrupted, with its Wilson interval; "
                  "clean_accuracy; accuracy, the mean over all of them, mean_corruption_error, 1 minus "
                  "that, and relative_corruption_error, how far the mean lies below clean_accuracy. The "
                  "draws depend on the corruption and the sample alone, so that arms and seeds are compared "
                  "on the same images.",
           .pitfalls = "The mean is over the corruptions named here: it compares models, not data sets.",
           .example = "shifted: {method: corruption-accuracy, kinds: [fog, rotate], severities: [1, 3, 5], "
                      "n: 1000}",
           .check = check,
           ASY_PARAMS(params) },
    .run = run,
};
