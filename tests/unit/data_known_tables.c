// SPDX-License-Identifier: GPL-3.0-or-later
/* Known tables, graphs and texts: rows, classes and counts as published. A set that is not on this machine is
 * skipped, by name. */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include "method/dataset.h"
#include "method/params.h"
#include "method/registry.h"

typedef struct {
    const char *name;
    int64_t rows, classes, count[16]; /* of the first classes, all parts together; 0: not published */
} published;
static const published sets[] = {
    { "cifar10", 60000, 10, { 6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000 } },
    { "adult", 48842, 2, { 24720 + 12435, 7841 + 3846 } },
    { "german-credit", 1000, 2, { 700, 300 } },
    { "compas", 7214, 10, { 0 } },
    { "law-school", 18692, 2, { 1836, 16856 } },
    { "abalone", 4177, 28, { 0 } },
    { "winequality-red", 1599, 6, { 10, 53, 681, 638, 199, 18 } },
    { "winequality-white", 4898, 7, { 20, 163, 1457, 2198, 880, 175, 5 } },
    { "car", 1728, 4, { 1210, 384, 69, 65 } },
    { "poker-hand", 25010, 10, { 12493, 10599, 1206, 513, 93, 54, 36, 6, 5, 5 } },
    { "era", 1000, 9, { 92, 142, 181, 172, 158, 118, 88, 31, 18 } },
    { "esl", 488, 9, { 2, 12, 38, 100, 116, 135, 62, 19, 4 } },
    { "lev", 1000, 5, { 93, 280, 403, 197, 27 } },
    { "swd", 1000, 4, { 32, 352, 399, 217 } },
    { "cement-strength", 998, 5, { 196, 310, 244, 152, 96 } },
    { "fireman", 40688, 16, { 0 } },
    { "housing", 506, 229, { 0 } },
    { "machine-cpu", 209, 116, { 0 } },
    { "omniglot", 32460, 1623, { 20, 20, 20 } },
    { "cora", 2708, 7, { 351, 217, 418, 818, 426, 298, 180 } },
    { "tinyshakespeare", 17428, 65, { 0 } },
    { "label-errors-mnist", 10000, 10, { 980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009 } },
    { "cifar10n", 50000, 10, { 5000, 5000 } },
};
enum { SETS = sizeof sets / sizeof *sets };
static int here[SETS], n_here;

static void load(asy_arena *a, const char *name, asy_data *data, asy_diag *d)
{
    asy_data_par par = { 0 };
    asy_data_in in = { .arena = a, .diag = d, .verify = true };
    ck_assert_int_eq(asy_bind_text(a, &asy_spot_dataset, name, NULL, &par.dataset), ASY_OK);
    ck_assert_int_eq(asy_data_load(&par, &in, data), ASY_OK);
}

START_TEST(as_published)
{
    const published *p = &sets[here[_i]];
    asy_arena *a = asy_arena_new(0);
    asy_data data;
    int64_t count[16] = { 0 };
    load(a, p->name, &data, asy_diag_new(a));
    ck_assert_int_eq(data.n, p->rows);
    ck_assert_int_eq(data.classes, p->classes);
    const asy_column *y = asy_data_column(&data, ASY_ROLE_LABEL);
    for (int64_t i = 0; i < data.n; i++)
        if (((const int32_t *)y->data.data)[i] < 16) count[((const int32_t *)y->data.data)[i]]++;
    for (int c = 0; c < 16; c++)
        if (p->count[c] > 0) ck_assert_int_eq(count[c], p->count[c]);
    asy_arena_free(a);
}
END_TEST

static int64_t with(const asy_data *d, const asy_column *c, const char *value)
{
    int64_t n = 0;
    for (int64_t i = 0; i < d->n; i++) {
        int32_t v = ((const int32_t *)c->data.data)[i];
        n += v >= 0 && strcmp(c->values[v], value) == 0;
    }
    return n;
}

/* ProPublica's counts; the graph's edges; the characters of the text. */
START_TEST(more_of_them)
{
    asy_arena *a = asy_arena_new(0);
    asy_diag *d = asy_diag_new(a);
    asy_data data;
    for (int i = 0; i < n_here; i++) {
        const char *name = sets[here[i]].name;
        if (strcmp(name, "compas") == 0) {
            load(a, name, &data, d);
            const asy_column *race = asy_data_named(&data, "race", ASY_ROLE_SENSITIVE);
            ck_assert_int_eq(with(&data, race, "African-American"), 3696);
            ck_assert_int_eq(with(&data, race, "Caucasian"), 2454);
            ck_assert_int_eq(with(&data, asy_data_named(&data, "sex", ASY_ROLE_SENSITIVE), "Female"), 1395);
        } else if (strcmp(name, "cora") == 0) {
            load(a, name, &data, d);
            ck_assert_int_eq(asy_data_column(&data, ASY_ROLE_EDGE)->data.s.d[0], 5278);
            ck_assert(data.n_parts == 4 && data.parts[0].n == 140 && data.parts[3].n == 1000);
        } else if (strcmp(name, "omniglot") == 0) {
            int64_t ink = 0;
            load(a, name, &data, d);
            const asy_column *x = asy_data_column(&data, ASY_ROLE_INPUT);
            for (int64_t j = 0; j < data.n * 11025; j++) ink += ((const uint8_t *)x->data.data)[j];
            ck_assert(ink * 10000 / (data.n * 11025) == 805); /* 8.05 % */
            ck_assert(data.parts[0].n == 19280 && data.parts[1].n == 13180);
        }
    }
    asy_arena_free(a);
}
END_TEST

static void look(void)
{
    asy_arena *a = asy_arena_new(0);
    int absent = 0;
    for (int i = 0; i < SETS; i++) {
        const asy_method *m = asy_method_find(sets[i].name, &asy_spot_dataset, NULL, NULL);
        if (m != NULL && asy_known_dir(a, m->name, ((const asy_dataset *)m)->recipe) != NULL)
            here[n_here++] = i;
        else absent++;
    }
    if (absent > 0)
        printf("skipped: data_known_tables: %d of %d sets are not on this machine\n", absent, SETS);
    asy_arena_free(a);
}

/* What can be said of a recipe without its files. */
START_TEST(every_recipe_is_whole)
{
    int n;
    const asy_method *const *m = asy_kind_dataset.methods(&n);
    for (int i = 0; i < n; i++) {
        const asy_recipe *r = ((const asy_dataset *)m[i])->recipe;
        if (r == NULL) continue;
        ck_assert_ptr_nonnull(asy__reader_named(r->reader));
        for (const asy_known_file *f = r->files; f->path != NULL; f++)
            ck_assert_msg(f->part != NULL && f->size > 0 && strlen(f->sha256) == 64, "%s", m[i]->name);
    }
}
END_TEST

Suite *asy_suite_data_known_tables(void);
Suite *asy_suite_data_known_tables(void)
{
    Suite *s = suite_create("data_known_tables");
    TCase *c = tcase_create("published");
    tcase_set_timeout(c, 120);
    n_here = 0;
    look();
    tcase_add_test(c, every_recipe_is_whole);
    if (n_here > 0) tcase_add_loop_test(c, as_published, 0, n_here);
    if (n_here > 0) tcase_add_test(c, more_of_them);
    suite_add_tcase(s, c);
    return s;
}
