// SPDX-License-Identifier: GPL-3.0-or-later
/* Known sets where they lie: sums, shapes, class counts as published. A set that is not on this machine is
 * skipped, by name. */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include "method/dataset.h"
#include "method/params.h"
#include "method/registry.h"

typedef struct {
    const char *name;
    int64_t count[2][10]; /* of each class, train and test */
    int64_t sum;          /* of all bytes of the training images */
} published;
static const published sets[] = {
    { "mnist",
      { { 5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949 },
        { 980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009 } },
      1567298545 },
    { "fashion-mnist",
      { { 6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000 },
        { 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000 } },
      3431114169 },
};
enum { SETS = sizeof sets / sizeof *sets };
static int here[SETS], n_here;

START_TEST(as_published)
{
    const published *p = &sets[here[_i]];
    asy_arena *a = asy_arena_new(0);
    asy_diag *d = asy_diag_new(a);
    asy_data_par par = { 0 };
    asy_data_in in = { .arena = a, .diag = d, .verify = true };
    asy_data data;
    int64_t sum = 0, count[2][10] = { { 0 } };
    ck_assert_int_eq(asy_bind_text(a, &asy_spot_dataset, p->name, NULL, &par.dataset), ASY_OK);
    ck_assert_int_eq(asy_data_load(&par, &in, &data), ASY_OK);
    ck_assert_int_eq(data.n, 70000);
    const asy_column *x = asy_data_column(&data, ASY_ROLE_INPUT), *y = asy_data_column(&data, ASY_ROLE_LABEL);
    ck_assert_int_eq(x->data.s.n, 4);
    ck_assert_int_eq(x->data.s.d[2], 28);
    for (int64_t i = 0; i < (int64_t)60000 * 784; i++) sum += ((const uint8_t *)x->data.data)[i];
    for (int64_t i = 0; i < 70000; i++) count[i >= 60000][((const int32_t *)y->data.data)[i]]++;
    ck_assert_mem_eq(count, p->count, sizeof count);
    ck_assert_int_eq(sum, p->sum);
    asy_arena_free(a);
}
END_TEST

static void look(void)
{
    asy_arena *a = asy_arena_new(0);
    for (int i = 0; i < SETS; i++) {
        const asy_method *m = asy_method_find(sets[i].name, &asy_spot_dataset, NULL, NULL);
        if (m != NULL && asy_known_dir(a, m->name, ((const asy_dataset *)m)->recipe) != NULL)
            here[n_here++] = i;
        else printf("skipped: data_known: %s is not on this machine\n", sets[i].name);
    }
    asy_arena_free(a);
}

Suite *asy_suite_data_known(void);
Suite *asy_suite_data_known(void)
{
    Suite *s = suite_create("data_known");
    TCase *t = tcase_create("known");
    look();
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, as_published, 0, n_here);
    suite_add_tcase(s, t);
    return s;
}
