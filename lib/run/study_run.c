// SPDX-License-Identifier: GPL-3.0-or-later
/* Doing a whole study; opening one that a folder holds. */
#include "../base/sys.h"
#include "../kernels/kernels.h"
#include "impl.h"

#include <stdlib.h>
#include <string.h>

static int thread_count(const asy_study *s, const asy_run_options *o)
{
    const char *env = getenv("ASSAY_THREADS");
    long n = o->threads;
    if (n < 1 && env != NULL) n = strtol(env, NULL, 10);
    if (n < 1) n = s->threads;
    if (n < 1) n = asy_cpu_get()->cores;
    return n > 1024 ? 1024 : (int)n;
}

static asy_status finish(const asy__worker *w, asy_status done, asy_run_counts *c)
{
    asy_error e;
    asy_error_get(&e);
    asy_status s = asy__folder_runs(w->study, w->dir, c);
    const char *state = c->done == c->runs               ? "done"
                        : done == ASY_ESTOP              ? "interrupted"
                        : c->done + c->failed == c->runs ? "failed"
                                                         : "incomplete";
    if (s == ASY_OK) s = asy__folder_study(w->study, w->dir, state, c);
    if (done == ASY_OK) return s;
    asy_error_set(&e); /* what stopped the work matters more than what followed from it */
    return done;
}

asy_status asy_study_run(asy_study *study, const asy_run_options *opt, asy_run_counts *counts)
{
    asy_arena *a = asy_arena_new(0);
    asy__worker w = { .study = study,
                      .opt = opt,
                      .dir = opt->out_dir != NULL ? opt->out_dir
                                                  : asy_sprintf(a, "results/%s%s", study->name,
                                                                study->smoke ? ".smoke" : "") };
    *counts = (asy_run_counts){ .runs = study->n_runs };
    asy_status s = w.dir != NULL ? asy_backend_choose(&w.backend)
                                 : asy_fail_(ASY_ENOMEM, __FILE__, __LINE__, "no memory for a path");
    if (s == ASY_OK) s = asy_pool_new(&w.pool, thread_count(study, opt));
    if (s == ASY_OK) s = asy__folder_open(study, opt, w.dir);
    if (s == ASY_OK) {
        asy__talk_begin(&w.talk, study, opt);
        s = asy__work(&w, counts);
        asy__talk_end(&w.talk);
        s = finish(&w, s, counts);
    }
    asy__data_drop(&w);
    asy_pool_free(w.pool);
    asy_arena_free(a);
    return s;
}

static const char *const *texts(asy_arena *a, const asy_json *list, int *n)
{
    *n = 0;
    for (const asy_json *c = list != NULL ? list->child : NULL; c != NULL; c = c->next) ++*n;
    const char **v = ASY_NEWN(a, *n + 1, const char *);
    int i = 0;
    for (const asy_json *c = list != NULL ? list->child : NULL; v != NULL && c != NULL; c = c->next)
        v[i++] = c->kind == ASY_J_TEXT ? c->text : "";
    return v;
}

static const char *text_of(const asy_json *j, const char *key)
{
    const asy_json *v = asy_json_get(j, key);
    return v != NULL && v->kind == ASY_J_TEXT ? v->text : NULL;
}

asy_status asy_study_reopen(asy_study **study, asy_arena *a, const char *dir, asy_spec_options *opt,
                            asy_diag *diag)
{
    char *path = asy_sprintf(a, "%s/spec/options.json", dir),
         *source = asy_sprintf(a, "%s/spec/source.yaml", dir),
         *study_json = asy_sprintf(a, "%s/study.json", dir), *data;
    size_t n;
    asy_json *j;
    if (path == NULL || source == NULL) return asy_arena_status(a);
    if (study_json == NULL) return asy_arena_status(a);
    if (!asy_io_exists(path) && asy_io_exists(study_json))
        ASY_FAIL(ASY_EINVAL, "`%s` was stopped before its spec was kept; start it again with assay run", dir);
    if (!asy_io_exists(path)) ASY_FAIL(ASY_EINVAL, "`%s` is not a study: it has no spec/options.json", dir);
    ASY_TRY(asy_io_read(a, path, 4 << 20, &data, &n));
    ASY_TRY(asy_json_read(a, data, n, path, &j));
    const asy_json *smoke = asy_json_get(j, "smoke");
    *opt = (asy_spec_options){ .smoke = smoke != NULL && smoke->b,
                               .dir = text_of(j, "folder"),
                               .cwd = text_of(j, "directory") };
    const asy_json *zip = asy_json_get(j, "zip"), *includes = asy_json_get(j, "includes");
    opt->zip = zip != NULL && zip->b;
    opt->axes = texts(a, asy_json_get(j, "axes"), &opt->n_axes);
    opt->n_frozen =
        includes != NULL && includes->kind == ASY_J_INT && includes->i >= 0 && includes->i <= ASY_INCLUDES
            ? (int)includes->i
            : 0;
    const char **frozen = ASY_NEWN(a, opt->n_frozen + 1, const char *);
    for (int i = 0; frozen != NULL && i < opt->n_frozen; i++)
        frozen[i] = asy_sprintf(a, "%s/spec/includes/%d.yaml", dir, i);
    opt->frozen = frozen;
    opt->set = texts(a, asy_json_get(j, "set"), &opt->n_set);
    opt->arms = texts(a, asy_json_get(j, "arms"), &opt->n_arms);
    opt->seeds = texts(a, asy_json_get(j, "seeds"), &opt->n_seeds);
    return asy_study_read(study, a, source, opt, diag);
}

asy_status asy_study_cached(const asy_study *s, const char *dir, bool cached[])
{
    for (int i = 0; i < s->n_stages; i++) cached[i] = asy__stage_done(dir, s->stages[i]);
    return ASY_OK;
}
