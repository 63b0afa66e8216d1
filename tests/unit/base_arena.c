// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/status.h"
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(aligned_and_zeroed)
{
    asy_arena *a = asy_arena_new(0);

    for (size_t n = 0; n < 300; n += 7) {
        unsigned char *p = asy_alloc(a, n, 3);

        ck_assert_ptr_nonnull(p);
        ck_assert_uint_eq((uintptr_t)p % 64, 0);
        for (size_t i = 0; i < 3 * n; i++)
            ck_assert_uint_eq(p[i], 0);
        memset(p, 0xff, 3 * n);
    }
    ck_assert_int_eq(asy_arena_status(a), ASY_OK);
    asy_arena_free(a);
    asy_arena_free(NULL);
}
END_TEST

START_TEST(marks_nest)
{
    asy_arena *a = asy_arena_new(0);
    char *kept = asy_strdup(a, "kept");
    asy_mark outer = asy_arena_mark(a), inner;
    size_t bytes = asy_arena_bytes(a), bytes_inner;
    int *x;

    x = ASY_NEWN(a, 1000, int);
    x[999] = 7;
    inner = asy_arena_mark(a);
    bytes_inner = asy_arena_bytes(a);
    for (int i = 0; i < 50; i++)
        memset(asy_alloc(a, 100000, 1), 1, 100000);
    ck_assert_uint_ge(asy_arena_bytes(a), bytes_inner + 5000000);
    asy_arena_reset(a, inner);
    ck_assert_uint_eq(asy_arena_bytes(a), bytes_inner);
    ck_assert_int_eq(x[999], 7);
    asy_arena_reset(a, outer);
    ck_assert_uint_eq(asy_arena_bytes(a), bytes);
    ck_assert_str_eq(kept, "kept");
    x = ASY_NEWN(a, 1000, int);     /* the same place, zeroed anew */
    ck_assert_int_eq(x[999], 0);
    asy_arena_free(a);
}
END_TEST

START_TEST(mark_of_an_empty_arena)
{
    asy_arena *a = asy_arena_new(0);
    asy_mark m = asy_arena_mark(a);

    memset(asy_alloc(a, 100, 1), 1, 100);
    asy_arena_reset(a, m);
    ck_assert_uint_eq(asy_arena_bytes(a), 0);
    ck_assert_ptr_nonnull(asy_alloc(a, 1, 1));
    asy_arena_free(a);
}
END_TEST

START_TEST(overflow_and_limit_are_refused)
{
    asy_arena *a = asy_arena_new(0), *b = asy_arena_new(1000);

    ck_assert_ptr_null(asy_alloc(a, SIZE_MAX / 2, 3));
    ck_assert_ptr_null(asy_alloc(a, 1, 1));     /* stays failed */
    ck_assert_int_eq(asy_arena_status(a), ASY_ENOMEM);
    ck_assert_ptr_nonnull(asy_alloc(b, 900, 1));
    ck_assert_ptr_null(asy_alloc(b, 200, 1));
    ck_assert_int_eq(asy_arena_status(b), ASY_ENOMEM);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "200 bytes"));
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "limit of 1000"));
    asy_arena_free(a);
    asy_arena_free(b);
    a = asy_arena_new(0);
    ck_assert_ptr_null(asy_alloc(a, SIZE_MAX - 64, 1));
    ck_assert_int_eq(asy_arena_status(a), ASY_ENOMEM);
    asy_arena_free(a);
    ck_assert_ptr_null(asy_alloc(NULL, 1, 1));
    ck_assert_int_eq(asy_arena_status(NULL), ASY_ENOMEM);
}
END_TEST

START_TEST(texts)
{
    asy_arena *a = asy_arena_new(0);
    char long_text[5000];

    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    ck_assert_str_eq(asy_strndup(a, "abcdef", 3), "abc");
    ck_assert_str_eq(asy_strndup(a, "ab", 3), "ab");
    ck_assert_str_eq(asy_sprintf(a, "%s=%d", "n", 42), "n=42");
    ck_assert_uint_eq(strlen(asy_sprintf(a, "<%s>", long_text)), 5001);
    asy_arena_free(a);
}
END_TEST

/* Fails each allocation of a small job in turn. */
static bool job(void)
{
    asy_arena *a = asy_arena_new(0);
    asy_map *m = asy_map_new(a);
    bool ok;

    for (int i = 0; i < 40; i++)
        (void)asy_map_put(m, asy_sprintf(a, "key%d", i) ? "key" : "none", m);
    for (int i = 0; i < 20; i++) {
        const char *key = asy_sprintf(a, "%d", i);

        if (key)
            (void)asy_map_put(m, key, m);
    }
    ok = asy_arena_status(a) == ASY_OK;
    asy_arena_free(a);
    return ok;
}

START_TEST(any_allocation_may_fail)
{
    long n = 0, made;
    bool ok = false;

    (void)asy_arena_fail_at(0);
    ck_assert(job());
    made = asy_arena_fail_at(0);
    ck_assert_int_gt(made, 60);
    while (!ok) {
        (void)asy_arena_fail_at(++n);
        ok = job();
    }
    (void)asy_arena_fail_at(0);
    ck_assert_int_eq(n, made + 1);
}
END_TEST

START_TEST(map_keeps_order_and_replaces)
{
    asy_arena *a = asy_arena_new(0);
    asy_map *m = asy_map_new(a);
    char key[16];
    int values[500];

    ck_assert_ptr_null(asy_map_get(m, "0"));
    for (int i = 0; i < 500; i++) {
        (void)snprintf(key, sizeof key, "%d", i);
        ck_assert(asy_map_put(m, key, &values[i]));
    }
    ck_assert(!asy_map_put(m, "17", &values[3]));
    ck_assert_int_eq(asy_map_count(m), 500);
    for (int i = 0; i < 500; i++) {
        (void)snprintf(key, sizeof key, "%d", i);
        ck_assert_str_eq(asy_map_key(m, i), key);
        ck_assert_ptr_eq(asy_map_get(m, key), i == 17 ? &values[3] : &values[i]);
    }
    ck_assert(!asy_map_has(m, "500"));
    ck_assert(asy_map_put(m, "", NULL));
    ck_assert(asy_map_has(m, ""));
    ck_assert_ptr_null(asy_map_value(m, 500));
    asy_arena_free(a);
}
END_TEST

START_TEST(buf_has_a_maximum)
{
    asy_buf b;

    asy_buf_init(&b, 10);
    ck_assert_str_eq(asy_buf_text(&b), "");
    asy_buf_puts(&b, "12345");
    asy_buf_printf(&b, "%d", 67890);
    ck_assert_str_eq(asy_buf_text(&b), "1234567890");
    ck_assert_int_eq(asy_buf_status(&b), ASY_OK);
    asy_buf_putc(&b, 'x');
    ck_assert_str_eq(asy_buf_text(&b), "1234567890");
    ck_assert_int_eq(asy_buf_status(&b), ASY_ENOMEM);
    asy_buf_reset(&b);
    asy_buf_put(&b, "a\0b", 3);
    ck_assert_uint_eq(b.n, 3);
    ck_assert_int_eq(b.data[3], 0);
    ck_assert_int_eq(asy_buf_status(&b), ASY_OK);
    asy_buf_free(&b);
    asy_buf_free(&b);
}
END_TEST

START_TEST(buf_without_memory_keeps_what_it_had)
{
    asy_buf b;

    asy_buf_init(&b, 1 << 20);
    asy_buf_puts(&b, "kept");
    (void)asy_arena_fail_at(1);
    for (int i = 0; i < 1000; i++)
        asy_buf_puts(&b, "more");
    (void)asy_arena_fail_at(0);
    ck_assert_int_eq(strncmp(asy_buf_text(&b), "keptmore", 8), 0);
    ck_assert_int_eq(asy_buf_status(&b), ASY_ENOMEM);
    asy_buf_free(&b);
}
END_TEST

static asy_status deep(int n)
{
    if (n == 0)
        ASY_FAIL(ASY_ESHAPE, "`%s` has %d axes", "x", 3);
    ASY_TRY(deep(n - 1));
    return ASY_OK;
}

static asy_status bare(void)
{
    return ASY_EBUSY;
}

static asy_status passes_bare(void)
{
    ASY_TRY(bare());
    return ASY_OK;
}

START_TEST(errors_carry_text_and_frames)
{
    asy_error e, other = { .status = ASY_EIO, .text = "from another thread" };

    asy_error_clear();
    ck_assert_str_eq(asy_error_text(), "");
    ck_assert_int_eq(deep(2), ASY_ESHAPE);
    asy_error_get(&e);
    ck_assert_int_eq(e.status, ASY_ESHAPE);
    ck_assert_str_eq(e.text, "`x` has 3 axes");
    ck_assert_int_eq(e.n_frames, 3);
    ck_assert_int_eq(deep(100), ASY_ESHAPE);
    asy_error_get(&e);
    ck_assert_int_eq(e.n_frames, ASY_ERROR_FRAMES);
    ck_assert_int_eq(passes_bare(), ASY_EBUSY);     /* the old text must not stick to a new status */
    ck_assert_str_eq(asy_error_text(), asy_status_name(ASY_EBUSY));
    asy_error_set(&other);
    ck_assert_str_eq(asy_error_text(), "from another thread");
    for (int s = ASY_OK; s <= ASY_EBUG; s++)
        ck_assert_str_ne(asy_status_name((asy_status)s), "unknown status");
    ck_assert_str_eq(asy_status_name((asy_status)1000), "unknown status");
}
END_TEST

Suite *asy_suite_base_arena(void);

Suite *asy_suite_base_arena(void)
{
    Suite *s = suite_create("base_arena");
    TCase *t = tcase_create("memory");

    tcase_add_test(t, aligned_and_zeroed);
    tcase_add_test(t, marks_nest);
    tcase_add_test(t, mark_of_an_empty_arena);
    tcase_add_test(t, overflow_and_limit_are_refused);
    tcase_add_test(t, texts);
    tcase_add_test(t, any_allocation_may_fail);
    tcase_add_test(t, map_keeps_order_and_replaces);
    tcase_add_test(t, buf_has_a_maximum);
    tcase_add_test(t, buf_without_memory_keeps_what_it_had);
    tcase_add_test(t, errors_carry_text_and_frames);
    suite_add_tcase(s, t);
    return s;
}
