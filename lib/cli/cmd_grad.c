// SPDX-License-Identifier: GPL-3.0-or-later
/* grad MODEL | SPEC: first and second derivatives of model and loss against central differences, in float64.
 */
#include "../method/loss.h"
#include "../method/registry.h"
#include "../train/check_model.h"
#include "study_args.h"


#include <math.h>
#include <string.h>

enum { ROWS = 3 };
/* kink: just wider than the differences' own step, so that few directions are lost. */
static const double tolerance = 1e-4, kink = 2.5e-5;

static const asy_option options[] = { { .name = "json", .help = "one JSON object a line" },
                                      { .name = NULL } };

static int say(const asy_cli *c, const char *name, const asy_check_result *r, int checked)
{
    bool good = r->first <= tolerance && r->second <= tolerance && checked > 0;
    const char *verdict = good ? "good" : checked == 0 ? "NOTHING WAS CHECKED" : "DIFFERS";
    if (c->json)
        printf("{\"checked\":%d,\"first\":%.9g,\"name\":\"%s\",\"second\":%.9g,\"skipped\":%d,\"verdict\":\"%"
               "s\"}\n",
               checked, r->first, name, r->second, r->skipped, verdict);
    else
        printf("%-20s first %.1e   second %.1e   %d directions, %d at a kink left out   %s\n", name, r->first,
               r->second, checked, r->skipped, verdict);
    return good ? ASY_EXIT_OK : ASY_EXIT_FINDINGS;
}

/* The loss that a run trains with; cross-entropy with `train: none`. */
static asy_status loss_of(asy_cli *c, const asy_run_plan *run, const asy_bound **loss)
{
    *loss = run != NULL ? asy_run_loss(run) : NULL;
    return *loss != NULL ? ASY_OK : asy_bind_text(c->arena, &asy_spot_loss, "cross-entropy", NULL, loss);
}

static asy_status check(asy_cli *c, const asy_bound *arch, const asy_run_plan *run, const asy_dataset_view *d,
                        const float *x, const int32_t *y, const uint64_t *id, asy_check_result *r,
                        int *checked)
{
    asy_model *m;
    const asy_bound *loss;
    asy_rng seed = asy_rng_seed_fixed(run != NULL ? run->seed : 0, run != NULL ? run->fixed : NULL), init = asy_rng_part(seed, "init");
    ASY_TRY(loss_of(c, run, &loss));
    ASY_TRY(asy_model_new(&m, c->arena, arch, d, loss));
    asy_model_init(m, &init);
    return asy_model_check(m, loss, ROWS, x, y, id, kink, asy_rng_part(seed, "grad"), r, checked);
}

/* An architecture on random images [1,28,28] with ten classes, or on rows of 12 of 10 symbols. */
static asy_status check_arch(asy_cli *c, const char *name, asy_check_result *r, int *checked)
{
    asy_dataset_view d = { .hi = 1, .shape = ASY_SHAPE(1, 28, 28), .channels = 1, .std = { 1 } };
    const asy_bound *arch;
    float x[ROWS * 784];
    int32_t y[ROWS] = { 3, 0, 9 };
    uint64_t id[ROWS] = { 0, 1, 2 };
    asy_rng rng = asy_rng_part(asy_rng_seed(0), "image");
    d.data.classes = 10;
    asy_rng_uniform(&rng, 0, 0, ROWS * 784, 0, 1, x);
    ASY_TRY(asy_bind_text(c->arena, &asy_spot_model, name, NULL, &arch));
    if (((const asy_arch *)arch->m)->takes_symbols) {
        d.shape = ASY_SHAPE(12);
        d.data.symbols = 10;
        d.data.top = 9;
        for (int i = 0; i < ROWS * 12; i++) x[i] = floorf(x[i] * 10) / 9;
    }
    return check(c, arch, NULL, &d, x, y, id, r, checked);
}

static asy_status check_run(asy_cli *c, const asy_run_plan *run, asy_diag *diag, asy_check_result *r,
                            int *checked)
{
    asy_dataset_view d;
    asy_data_in in = { .arena = c->arena, .diag = diag };
    ASY_TRY(asy_dataset_open(run->root.data, &in, asy_rng_seed_fixed(run->seed, run->fixed), &d));
    const asy_view *v = &d.views[0].view;
    if (v->n < ROWS) ASY_FAIL(ASY_EDATA, "part `%s` has fewer than %d rows", d.views[0].name, (int)ROWS);
    float *x = asy_alloc(c->arena, ROWS * sizeof(float), (size_t)asy_shape_count(&d.shape));
    int32_t *y = asy_alloc(c->arena, ROWS * sizeof(int32_t), (size_t)asy_view_labels(v));
    uint64_t id[ROWS];
    if (x == NULL || y == NULL) return asy_arena_status(c->arena);
    asy_view_load(v, ROWS, 0, NULL, x, y, id);
    return check(c, run->root.model, run, &d, x, y, id, r, checked);
}

static int one_arch(asy_cli *c, const char *name)
{
    asy_check_result r;
    int checked;
    asy_status s = check_arch(c, name, &r, &checked);
    return s != ASY_OK ? asy_cli_status(c, s) : say(c, name, &r, checked);
}

static int run(asy_cli *c)
{
    asy_spec_options o;
    int code, worst = 0, checked;
    const asy_kind *kind = NULL;
    if (c->n_args == 1 && asy_method_find(c->args[0], &asy_spot_model, &kind, NULL) != NULL)
        return one_arch(c, c->args[0]);
    asy_study *s = asy__cli_study(c, &o, &code);
    if (s == NULL) return code;
    for (int i = 0; i < s->n_runs; i++) {
        asy_check_result r;
        asy_diag *diag = asy_diag_new(c->arena);
        if (i > 0 && strcmp(s->runs[i].arm, s->runs[i - 1].arm) == 0) continue;
        asy_status st =
            diag != NULL ? check_run(c, &s->runs[i], diag, &r, &checked) : asy_arena_status(c->arena);
        if (diag != NULL && asy_diag_errors(diag) > 0) return asy_cli_diag(c, diag);
        if (st != ASY_OK) return asy_cli_status(c, st);
        code = say(c, s->runs[i].arm, &r, checked);
        if (code > worst) worst = code;
    }
    return worst;
}

const asy_command asy_command_grad = {
    .name = "grad",
    .summary = "derivatives of a model and its loss against differences, in float64",
    .usage = "MODEL | SPEC [PATH=VALUE…]",
    .min_args = 1,
    .max_args = -1,
    .options = options,
    .rank = 48,
    .doc = "Checks the first and second derivative of the mean loss of three rows by all weights and by the "
           "input, for each arm.",
    .run = run,
};
