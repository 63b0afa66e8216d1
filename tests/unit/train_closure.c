// SPDX-License-Identifier: GPL-3.0-or-later
/* An optimiser that asks for a closure: gradient descent whose rate is halved until the loss falls enough
 * (Armijo). On the full data every step must lower the loss, whatever the first rate; the closure's gradient
 * is the loss's. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "../support/training.h"
#include "method/optimizer.h"
#include "tensor/reduce.h"

static asy_training t;
static int calls;
static double slope_error;

static double rate(const void *params)
{
    (void)params;
    return 64;
}

/* ⟨g, d⟩ against a central difference of the loss along d = −g. */
static asy_status check_slope(const asy_whole *w, asy_closure f, void *ctx, double *x, double *g)
{
    double up, down, h = 1e-2 / sqrt(asy_dot_f64((size_t)w->n, w->g, w->g));
    for (int64_t i = 0; i < w->n; i++) x[i] = w->w[i] + h * w->g[i];
    ASY_TRY(f(ctx, x, &up, g));
    for (int64_t i = 0; i < w->n; i++) x[i] = w->w[i] - h * w->g[i];
    ASY_TRY(f(ctx, x, &down, g));
    double want = asy_dot_f64((size_t)w->n, w->g, w->g), got = (up - down) / (2 * h);
    slope_error = fmax(slope_error, fabs(got - want) / want);
    return ASY_OK;
}

static asy_status descend(const void *params, asy_optim *o, const asy_whole *w, asy_closure f, void *ctx)
{
    double *x = malloc((size_t)w->n * sizeof *x), *g = malloc((size_t)w->n * sizeof *g);
    double lr = o->lr, loss = INFINITY, square = asy_dot_f64((size_t)w->n, w->g, w->g);
    (void)params;
    ck_assert(x != NULL && g != NULL && w->n_tensors == 4);
    asy_status s = o->step % 10 == 0 ? check_slope(w, f, ctx, x, g) : ASY_OK;
    while (s == ASY_OK && !(loss <= w->loss - 1e-4 * lr * square) && lr > 1e-9) {
        lr /= 2;
        for (int64_t i = 0; i < w->n; i++) x[i] = w->w[i] - lr * w->g[i];
        s = f(ctx, x, &loss, g);
        calls++;
    }
    if (s == ASY_OK) memcpy(w->w, x, (size_t)w->n * sizeof *x);
    free(x);
    free(g);
    return s;
}

static const asy_optimizer descent = {
    .m = { .name = "descent", .summary = "for this test", .cite = "Armijo 1966", .revision = 1 },
    .lr = rate,
    .step = descend,
    .real = ASY_F32,
};

START_TEST(every_step_lowers_the_loss)
{
    const asy_pair pairs[] = {
        { "steps", "40" }, { "batch", "all" }, { "optimizer", "sgd" }, { NULL, NULL }
    };
    asy_memory_sink k;
    double before = INFINITY, loss = 0;

    asy_training_begin(&t);
    asy_memory_sink_init(&k, NULL);
    const asy_bound *b = asy_training_bind(&t, pairs);
    /* The bound optimiser is replaced where it stands: the registry knows nothing of this one. */
    for (const asy_param *p = b->m->params; p->key != NULL; p++)
        if (strcmp(p->key, "optimizer") == 0) {
            const asy_bound **at = (const asy_bound **)(void *)((char *)(uintptr_t)b->params + p->off);
            asy_bound *own = ASY_NEW(t.arena, asy_bound);
            *own = **at;
            own->m = &descent.m;
            *at = own;
        }
    ck_assert_msg(asy_training_run(&t, b, asy_training_model(&t, 5), &k, NULL) == ASY_OK, "%s",
                  asy_error_text());
    for (const char *at = asy_buf_text(&k.lines); (at = strstr(at, "\"loss\":")) != NULL; at += 7) {
        loss = strtod(at + 7, NULL);
        ck_assert_double_le(loss, before);
        before = loss;
    }
    ck_assert_double_lt(loss, 0.2);
    ck_assert_int_gt(calls, 80);
    ck_assert_double_lt(slope_error, 0.02);
    asy_memory_sink_free(&k);
    asy_training_end(&t);
}
END_TEST

Suite *asy_suite_train_closure(void);
Suite *asy_suite_train_closure(void)
{
    Suite *s = suite_create("train_closure");
    TCase *c = tcase_create("closure");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, every_step_lowers_the_loss);
    suite_add_tcase(s, c);
    return s;
}
