// SPDX-License-Identifier: GPL-3.0-or-later
#include <check.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include "base/pool.h"

enum { TASKS = 1000 };
typedef struct {
    atomic_int done[TASKS], thread_bad;
    int threads;
    asy_pool *pool;
    int64_t fails_at;
} job;

static asy_status count(void *ctx, int64_t i, int thread)
{
    job *j = ctx;
    if (thread < 0 || thread >= j->threads || thread != asy_pool_thread())
        atomic_fetch_add(&j->thread_bad, 1);
    atomic_fetch_add(&j->done[i], 1);
    return ASY_OK;
}

START_TEST(each_once)
{
    for (int threads = 1; threads <= 5; threads++) {
        static job j;
        memset(&j, 0, sizeof j);
        j.threads = threads;
        asy_pool *p;
        ck_assert_int_eq(asy_pool_new(&p, threads), ASY_OK);
        ck_assert_int_eq(asy_pool_threads(p), threads);
        for (int round = 1; round <= 20; round++) {
            ck_assert_int_eq(asy_pool_run(p, TASKS, count, &j), ASY_OK);
            for (int i = 0; i < TASKS; i++) ck_assert_int_eq(atomic_load(&j.done[i]), round);
        }
        ck_assert_int_eq(asy_pool_run(p, 0, count, &j), ASY_OK);
        ck_assert_int_eq(atomic_load(&j.thread_bad), 0);
        asy_pool_free(p);
    }
}
END_TEST

START_TEST(without_a_pool)
{
    static job j;
    j.threads = 1;
    ck_assert_int_eq(asy_pool_threads(NULL), 1);
    ck_assert_int_eq(asy_pool_run(NULL, 10, count, &j), ASY_OK);
    ck_assert_int_eq(atomic_load(&j.done[9]), 1);
}
END_TEST

static asy_status break_down(void *ctx, int64_t i, int thread)
{
    job *j = ctx;
    (void)thread;
    if (i >= j->fails_at) ASY_FAIL(ASY_EIO, "task %d", (int)i);
    atomic_fetch_add(&j->done[i], 1);
    return ASY_OK;
}

/* The lowest failing task's error comes out, with its text in the caller's thread; every task before it ran.
 */
START_TEST(lowest_error)
{
    for (int round = 0; round < 200; round++) {
        static job j;
        memset(&j, 0, sizeof j);
        j.fails_at = round % 37;
        asy_pool *p;
        ck_assert_int_eq(asy_pool_new(&p, 3), ASY_OK);
        asy_error_clear();
        ck_assert_int_eq(asy_pool_run(p, 60, break_down, &j), ASY_EIO);
        char want[32];
        snprintf(want, sizeof want, "task %d", round % 37);
        ck_assert_str_eq(asy_error_text(), want);
        for (int i = 0; i < j.fails_at; i++) ck_assert_int_eq(atomic_load(&j.done[i]), 1);
        asy_pool_free(p);
    }
}
END_TEST

static asy_status nest(void *ctx, int64_t i, int thread)
{
    job *j = ctx;
    (void)i;
    (void)thread;
    return asy_pool_run(j->pool, 10, count, j);
}

START_TEST(nested)
{
    static job j;
    j.threads = 3;
    ck_assert_int_eq(asy_pool_new(&j.pool, 3), ASY_OK);
    ck_assert_int_eq(asy_pool_run(j.pool, 50, nest, &j), ASY_OK);
    for (int i = 0; i < 10; i++) ck_assert_int_eq(atomic_load(&j.done[i]), 50);
    ck_assert_int_eq(atomic_load(&j.thread_bad), 0);
    asy_pool_free(j.pool);
}
END_TEST

/* The places that the failure passed through come along, and the pool goes on working. */
START_TEST(error_frames)
{
    static job j;
    asy_pool *p;
    asy_error e;
    j.threads = 3;
    j.fails_at = 5;
    ck_assert_int_eq(asy_pool_new(&p, 3), ASY_OK);
    ck_assert_int_eq(asy_pool_run(p, 60, break_down, &j), ASY_EIO);
    asy_error_get(&e);
    ck_assert_int_eq(e.status, ASY_EIO);
    ck_assert_int_ge(e.n_frames, 1);
    ck_assert_ptr_nonnull(strstr(e.frames[0].file, "base_pool.c"));
    memset(j.done, 0, sizeof j.done);
    ck_assert_int_eq(asy_pool_run(p, TASKS, count, &j), ASY_OK);
    for (int i = 0; i < TASKS; i++) ck_assert_int_eq(atomic_load(&j.done[i]), 1);
    asy_pool_free(p);
}
END_TEST

START_TEST(wrong_numbers)
{
    asy_pool *p = NULL;
    ck_assert_int_eq(asy_pool_new(&p, 0), ASY_EINVAL);
    ck_assert_ptr_null(p);
    ck_assert_int_eq(asy_pool_new(&p, -3), ASY_EINVAL);
    ck_assert_int_eq(asy_pool_new(&p, 1 << 20), ASY_EINVAL);
    asy_pool_free(NULL);
    ck_assert_int_eq(asy_pool_thread(), 0);
}
END_TEST

Suite *asy_suite_base_pool(void);
Suite *asy_suite_base_pool(void)
{
    Suite *s = suite_create("base_pool");
    TCase *t = tcase_create("pool");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, each_once);
    tcase_add_test(t, without_a_pool);
    tcase_add_test(t, lowest_error);
    tcase_add_test(t, nested);
    tcase_add_test(t, error_frames);
    tcase_add_test(t, wrong_numbers);
    suite_add_tcase(s, t);
    return s;
}
