// SPDX-License-Identifier: GPL-3.0-or-later
/* Cost grows as the work does, and memory does not: watched through counters, never clocks. */
#include <check.h>
#include <stdio.h>
#include "../support/training.h"
#include "base/sys.h"

#if defined __has_feature
#define ASY_ADDRESS_CLANG __has_feature(address_sanitizer)
#else
#define ASY_ADDRESS_CLANG 0
#endif

static asy_status drop_line(asy_sink *s, const char *line)
{
    (void)s, (void)line;
    return ASY_OK;
}

typedef struct {
    long allocations;
    size_t bytes;
} cost;

/* A training of so many epochs of 6 steps, in an arena of its own. */
static cost train(int epochs)
{
    asy_training t;
    char text[16];
    const asy_pair pairs[] = { { "epochs", text }, { "batch", "16" }, { NULL, NULL } };
    asy_memory_sink k;
    cost c;

    (void)snprintf(text, sizeof text, "%d", epochs);
    asy_training_begin(&t);
    asy_memory_sink_init(&k, NULL);
    k.sink.line = drop_line;
    (void)asy_arena_fail_at(0);
    ck_assert_msg(asy_training_run(&t, asy_training_bind(&t, pairs), asy_training_model(&t, 5), &k, NULL) ==
                      ASY_OK,
                  "%s", asy_error_text());
    c = (cost){ asy_arena_fail_at(0), asy_arena_bytes(t.arena) };
    ck_assert_double_eq(asy_memory_sink_value(&k, "steps"), 6.0 * epochs);
    asy_memory_sink_free(&k);
    asy_training_end(&t);
    return c;
}

/* What a training keeps does not depend on its length; what it asks for grows by the same for each epoch. */
START_TEST(memory_is_flat_over_steps)
{
    cost a = train(10), b = train(20), c = train(40);

    ck_assert_uint_eq(a.bytes, b.bytes);
    ck_assert_uint_eq(a.bytes, c.bytes);
    ck_assert_int_eq(c.allocations - b.allocations, 2 * (b.allocations - a.allocations));
    ck_assert_int_le(b.allocations - a.allocations, 10 * 16);
}
END_TEST

/* Nothing outside arenas grows either: the process as a whole. */
START_TEST(the_process_does_not_grow)
{
    enum { MIB = 1 << 20 };
    uint64_t before;

    for (int i = 0; i < 3; i++) train(20);
    before = asy_peak_rss();
    for (int i = 0; i < 40; i++) train(20);
    train(2000);
    ck_assert_uint_le(asy_peak_rss(), before + MIB);
}
END_TEST

/* The arithmetic of a step: of twice the rows twice that of the rows. */
START_TEST(work_is_linear_in_samples)
{
    asy_arena *a = asy_arena_new(0);
    asy_graph *g = asy_graph_new(a, ASY_F32);
    asy_val x = asy_input(g, "x", ASY_ROW, ASY_F32, ASY_SHAPE(12, 12, 3)),
            w = asy_input(g, "w", ASY_BATCH, ASY_F32, ASY_SHAPE(8, 3, 3, 3)),
            y = asy_batch_sum(g, asy_sum(g, asy_relu(g, asy_conv2d(g, x, w, (asy_val){ 0 },
                                                                   &(asy_conv){ .stride = { 1, 1 } })))),
            out[2] = { y };
    asy_plan *p;
    double once, more;

    asy_grad(g, y, 1, &w, out + 1);
    ck_assert_int_eq(asy_plan_new(&p, g, 2, out, 64, NULL), ASY_OK);
    once = asy_plan_flops(p, 16);
    more = asy_plan_flops(p, 32) - once;
    ck_assert_double_gt(once, 16 * 2.0 * 100 * 27 * 8);
    ck_assert_double_eq(asy_plan_flops(p, 64) - asy_plan_flops(p, 32), 2 * more);
    ck_assert_double_eq_tol(more, once, 0.01 * once);
    asy_plan_free(p);
    asy_arena_free(a);
}
END_TEST

Suite *asy_suite_train_flat(void);
Suite *asy_suite_train_flat(void)
{
    Suite *s = suite_create("train_flat");
    TCase *c = tcase_create("all");

    tcase_add_test(c, memory_is_flat_over_steps);
#if !defined __SANITIZE_ADDRESS__ && !ASY_ADDRESS_CLANG /* its quarantine keeps what was freed */
    tcase_add_test(c, the_process_does_not_grow);
#else
    printf("skipped: train_flat: 1 test; the address sanitizer keeps what was freed\n");
    (void)the_process_does_not_grow;
#endif
    tcase_add_test(c, work_is_linear_in_samples);
    tcase_set_timeout(c, 60);
    suite_add_tcase(s, c);
    return s;
}
