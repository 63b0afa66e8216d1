// SPDX-License-Identifier: GPL-3.0-or-later
/* Adversarial training and selection under attack: the same bytes for any threads, instruction set and
 * interruption, and it helps. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../known/lib/model/_world.h"
#include "../support/memory_sink.h"
#include "base/io.h"
#include "kernels/kernels.h"

enum { TRAIN = 96, VALID = 48, N = TRAIN + VALID, D = 41 };

static asy_arena *a;
static char folder[64], place[80];
static asy_dataset_view *data;
static asy_pool *pool;
static const asy_backend *backend;

/* Two classes that a wide margin along the first axis tells apart and, together, narrow ones along forty
 * others: what training leans on when nobody attacks, and what an attack of eps 0.1 turns round. */
static void begin(void)
{
    asy_rng r = asy_rng_seed(4);
    float *x, z[D];
    int32_t *y;

    a = asy_arena_new(0);
    (void)snprintf(folder, sizeof folder, "/tmp/assay-adversary-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(place, sizeof place, "%s/checkpoint", folder);
    x = ASY_NEWN(a, D * N, float);
    y = ASY_NEWN(a, N, int32_t);
    data = ASY_NEW(a, asy_dataset_view);
    for (int i = 0; i < N; i++) {
        float side = i % 2 ? 1.0f : -1.0f;

        y[i] = i % 2;
        asy_rng_normal(&r, (uint64_t)i, 0, D, 0, 1, z);
        x[D * i] = 0.5f + side * 0.2f + 0.06f * z[0];
        for (int k = 1; k < D; k++)
            x[D * i + k] = 0.5f + side * 0.05f + 0.05f * z[k];
    }
    asy_world_data(data, a, ASY_SHAPE(D), 2, N, x, y);
    asy_world_cut(data, a, "val", TRAIN);
    pool = NULL;
    backend = NULL;
}

static void end(void)
{
    ck_assert_int_eq(asy_io_remove_tree(folder), ASY_OK);
    asy_pool_free(pool);
    asy_arena_free(a);
}

typedef const char *pair[2];
typedef struct {
    float *w;
    int64_t n;
    char *lines;
    double selected, valid, attacked;
} outcome; /* attacked: after the last epoch */

static double last_value(const char *lines, const char *key)
{
    double v = -1;

    for (const char *at = lines; (at = strstr(at, key)) != NULL; at += strlen(key))
        v = strtod(at + strlen(key), NULL);
    return v;
}


/* adversary NULL: none. stop_at 0: never. */
static void train(outcome *o, const char *adversary, const char *select, long stop_at)
{
    const pair pairs[] = { { "epochs", "25" },
                           { "batch", "24" },
                           { "optimizer", "{method: adam, lr: 0.02}" },
                           { "select", select },
                           { "adversary", adversary ? adversary : "none" },
                           { NULL, NULL } };
    asy_memory_sink k;
    asy_status s = ASY_ESTOP;
    const asy_bound *b, *arch;
    asy_model *m = NULL;
    asy_rng init = asy_rng_part(asy_rng_seed(2), "init");

    ck_assert_msg(asy_bind_text(a, &asy_spot_train, "supervised", pairs, &b) == ASY_OK, "%s",
                  asy_error_text());
    ck_assert_int_eq(asy_bind_text(a, &asy_spot_model, "mlp",
                                   (const pair[]){ { "hidden", "[8]" }, { NULL, NULL } }, &arch),
                     ASY_OK);
    ck_assert_int_eq(asy_io_remove_tree(place), ASY_OK);
    asy_memory_sink_init(&k, NULL);
    for (k.stop_at = stop_at; s == ASY_ESTOP; k.asked = 0) {
        asy_train_ctx c = { .arena = a,
                            .data = data,
                            .seed = asy_rng_seed(2),
                            .backend = backend,
                            .pool = pool,
                            .sink = &k.sink,
                            .checkpoint = place };

        ck_assert_int_eq(asy_model_new(&m, a, arch, data, NULL), ASY_OK);
        asy_model_init(m, &init);
        c.model = m;
        s = ((const asy_procedure *)b->m)->run(b, &c);
    }
    ck_assert_msg(s == ASY_OK, "%s", asy_error_text());
    *o = (outcome){ m->w,
                    m->n,
                    asy_strdup(a, asy_buf_text(&k.lines)),
                    asy_memory_sink_value(&k, "selected_accuracy"),
                    asy_memory_sink_value(&k, "val_accuracy"),
                    0 };
    o->attacked = last_value(o->lines, "\"val.attack_accuracy\":");
    asy_memory_sink_free(&k);
}

static void same(const outcome *x, const outcome *y)
{
    ck_assert_str_eq(x->lines, y->lines);
    ck_assert_mem_eq(x->w, y->w, (size_t)x->n * sizeof(float));
    ck_assert_double_eq(x->selected, y->selected);
}

static const char inner[] = "{method: pgd, norm: linf, eps: 0.1, steps: 3}",
                  half[] = "{method: pgd, norm: linf, eps: 0.1, steps: 3, mix: 0.5}";
static const char attacked[] = "{attack: {method: pgd, norm: linf, eps: 0.1, steps: 10}}";

START_TEST(it_helps_under_attack)
{
    outcome plain, robust;

    train(&plain, NULL, attacked, 0);
    train(&robust, inner, attacked, 0);
    ck_assert_double_ge(plain.valid, 0.9);
    ck_assert_double_lt(plain.attacked, 0.5);
    ck_assert_double_gt(robust.attacked, 0.8);
    ck_assert_double_ge(plain.selected, plain.attacked);
}
END_TEST

START_TEST(mix_0_and_eps_0_are_no_adversary)
{
    outcome none, other;

    train(&none, NULL, "{}", 0);
    train(&other, "{method: pgd, norm: linf, eps: 0.1, mix: 0}", "{}", 0);
    same(&none, &other);
    train(&other, "{method: pgd, norm: linf, eps: 0}", "{}", 0);
    same(&none, &other);
    train(&other, half, "{}", 0);
    ck_assert_mem_ne(none.w, other.w, (size_t)none.n * sizeof(float));
}
END_TEST

START_TEST(threads_do_not_show)
{
    outcome one, more;

    train(&one, half, attacked, 0);
    ck_assert_int_eq(asy_pool_new(&pool, _i), ASY_OK);
    train(&more, half, attacked, 0);
    same(&one, &more);
}
END_TEST

START_TEST(instruction_sets_do_not_show)
{
    outcome plain, other;

    backend = asy_backend_cpu(ASY_ISA_PLAIN);
    train(&plain, inner, attacked, 0);
    backend = asy_backend_cpu((asy_isa)_i);
    if (!backend)
        return;
    train(&other, inner, attacked, 0);
    same(&plain, &other);
}
END_TEST

START_TEST(stops_do_not_show)
{
    outcome one, other;

    train(&one, half, attacked, 0);
    for (long each = 1; each <= 5; each += 2) {
        train(&other, half, attacked, each);
        same(&one, &other);
    }
}
END_TEST

Suite *asy_suite_train_adversary(void);
Suite *asy_suite_train_adversary(void)
{
    Suite *s = suite_create("train_adversary");
    TCase *t = tcase_create("adversary");

    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, it_helps_under_attack);
    tcase_add_test(t, mix_0_and_eps_0_are_no_adversary);
    tcase_add_loop_test(t, threads_do_not_show, 1, 4);
    tcase_add_loop_test(t, instruction_sets_do_not_show, ASY_ISA_PLAIN, ASY_ISA_AVX512 + 1);
    tcase_add_test(t, stops_do_not_show);
    suite_add_tcase(s, t);
    return s;
}
