// SPDX-License-Identifier: GPL-3.0-or-later
/* The corpora of the fuzz targets again, and each of their files cut short and damaged. */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include "../support/fuzz_reader.h"
#include "base/io.h"

enum { LIMIT = 1 << 20, CUTS = 64, FLIPS = 64 };

START_TEST(corpus)
{
    const char *reader = asy_fuzz_readers[_i];
    asy_arena *a = asy_arena_new(0);
    char **names;
    int n;
    const char *dir = asy_sprintf(a, "tests/fuzz/corpus/%s", reader);
    ck_assert_int_eq(asy_io_list(a, dir, &n, &names), ASY_OK);
    ck_assert_msg(n > 0, "%s is empty", dir);
    for (int i = 0; i < n; i++) {
        char *data;
        size_t size;
        ck_assert_int_eq(asy_io_read(a, asy_path_join(a, dir, names[i]), LIMIT, &data, &size), ASY_OK);
        (void)asy_fuzz_reader(reader, (const uint8_t *)data, size);
        for (size_t k = 0; k < CUTS && size > 0; k++)
            (void)asy_fuzz_reader(reader, (const uint8_t *)data, k * size / CUTS);
        for (size_t k = 0; k < FLIPS && size > 0; k++) {
            char *byte = data + (k * 2654435761u) % size, was = *byte;
            *byte = (char)(was ^ (1 << k % 8));
            (void)asy_fuzz_reader(reader, (const uint8_t *)data, size);
            *byte = was;
        }
    }
    asy_arena_free(a);
}
END_TEST

Suite *asy_suite_data_fuzz(void);
Suite *asy_suite_data_fuzz(void)
{
    Suite *s = suite_create("data_fuzz");
    TCase *c = tcase_create("corpus");
    int n = 0;
    while (asy_fuzz_readers[n] != NULL) n++;
    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, corpus, 0, n);
    suite_add_tcase(s, c);
    return s;
}
