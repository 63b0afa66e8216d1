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
    { "cifar10n-workers", 5000, 0, { 0 } },
    { "gagolewski-abalone", 4177, 8, { 448, 391, 568, 689, 634, 487, 470, 490 } },
    { "gagolewski-abalone-ord", 4177, 10, { 17, 431, 1648, 1388, 432, 125, 100, 29, 4, 3 } },
    { "gagolewski-affairs", 265, 6, { 133, 32, 15, 18, 35, 32 } },
    { "gagolewski-ailerons", 7154, 9, { 872, 964, 512, 575, 758, 863, 1030, 933, 647 } },
    { "gagolewski-auto-ord", 392, 10, { 13, 78, 73, 58, 53, 48, 37, 22, 4, 6 } },
    { "gagolewski-auto-riskness", 160, 6, { 3, 20, 48, 47, 29, 13 } },
    { "gagolewski-bostonhousing", 506, 6, { 101, 100, 103, 81, 68, 53 } },
    { "gagolewski-bostonhousing-ord", 506, 5, { 77, 239, 123, 36, 31 } },
    { "gagolewski-californiahousing", 20640, 6, { 3244, 6845, 5074, 2549, 1379, 1549 } },
    { "gagolewski-cement-strength", 998, 5, { 196, 310, 244, 152, 96 } },
    { "gagolewski-fireman-example", 40768, 16, { 2548, 2549, 2549, 2549, 2545, 2550, 2551, 2543 } },
    { "gagolewski-glass", 213, 6, { 69, 76, 17, 13, 9, 29 } },
    { "gagolewski-kinematics", 8192, 8, { 1024, 1024, 1024, 1024, 1024, 1024, 1024, 1024 } },
    { "gagolewski-machine-ord", 199, 10, { 107, 35, 21, 6, 8, 5, 3, 4, 4, 6 } },
    { "gagolewski-skill", 3337, 7, { 167, 347, 553, 811, 803, 621, 35 } },
    { "gagolewski-stock-ord", 950, 5, { 158, 227, 272, 207, 86 } },
    { "gagolewski-winequality-red", 1359, 6, { 10, 53, 577, 535, 167, 17 } },
    { "gagolewski-winequality-white", 3961, 7, { 20, 153, 1175, 1788, 689, 131, 5 } },
    { "gagolewski-wisconsin-breast-ord", 194, 5, { 67, 41, 43, 24, 19 } },
    { "orca-toy", 300, 5, { 35, 87, 79, 68, 31 } },
};
enum { SETS = sizeof sets / sizeof *sets };
static int here[SETS], n_here;
static bool people; /* the three sets of CIFAR-10 are here */

static void load_with(asy_arena *a, const char *name, const char *key, const char *value, asy_data *data,
                      asy_diag *d)
{
    asy_data_par par = { 0 };
    asy_data_in in = { .arena = a, .diag = d, .verify = true };
    const char *const pairs[][2] = { { key, value }, { NULL, NULL } };
    ck_assert_int_eq(asy_bind_text(a, &asy_spot_dataset, name, pairs, &par.dataset), ASY_OK);
    ck_assert_int_eq(asy_data_load(&par, &in, data), ASY_OK);
}
static void load(asy_arena *a, const char *name, asy_data *data, asy_diag *d)
{
    load_with(a, name, NULL, NULL, data, d);
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
    for (int64_t i = 0; y != NULL && i < data.n; i++)
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

/* Labels of people beside CIFAR-10: the published shares of wrong ones; votes whose largest agrees with the
 * label for 99.21 % of the pictures. */
START_TEST(labels_of_people)
{
    static const struct {
        const char *labels;
        double wrong;
    } table[] = { { "aggregate", 9.01 }, { "worst", 40.21 }, { "random1", 17.23 }, { "random2", 18.12 },
                  { "random3", 17.64 } };
    asy_data data;
    for (int k = 0; k < 5; k++) {
        asy_arena *a = asy_arena_new(0);
        int64_t wrong = 0;
        load_with(a, "cifar10n", "labels", table[k].labels, &data, asy_diag_new(a));
        const int32_t *y = asy_data_column(&data, ASY_ROLE_LABEL)->data.data,
                      *clean = asy_data_column(&data, ASY_ROLE_CLEAN)->data.data;
        ck_assert(data.n == 60000 && data.n_parts == 2 && data.classes == 10 && data.top == 255);
        for (int i = 0; i < 50000; i++) wrong += y[i] != clean[i];
        for (int i = 50000; i < 60000; i++) ck_assert_int_eq(y[i], clean[i]);
        ck_assert_double_eq_tol((double)wrong / 500, table[k].wrong, 0.005);
        asy_arena_free(a);
    }
    for (int k = 0; k < 2; k++) {
        asy_arena *a = asy_arena_new(0);
        int64_t same = 0;
        load_with(a, "cifar10h", "votes", k == 0 ? "shares" : "counts", &data, asy_diag_new(a));
        const int32_t *y = asy_data_column(&data, ASY_ROLE_LABEL)->data.data;
        const double *q = asy_data_column(&data, ASY_ROLE_SOFT)->data.data;
        ck_assert(data.n == 60000 && asy_data_column(&data, ASY_ROLE_CLEAN) == NULL);
        for (int i = 0; i < 50000; i++) ck_assert(q[i * 10 + y[i]] == 1);
        for (int i = 50000; i < 60000; i++) {
            int best = 0;
            for (int j = 1; j < 10; j++)
                if (q[i * 10 + j] > q[i * 10 + best]) best = j;
            same += best == y[i];
        }
        ck_assert_int_eq(same, 9921);
        asy_arena_free(a);
    }
}
END_TEST

static bool is_here(asy_arena *a, const char *name)
{
    const asy_bound *b;
    return asy_bind_text(a, &asy_spot_dataset, name, NULL, &b) == ASY_OK && asy_dataset_dir(a, b) != NULL;
}

static void look(void)
{
    asy_arena *a = asy_arena_new(0);
    int absent = 0;
    for (int i = 0; i < SETS; i++)
        if (is_here(a, sets[i].name)) here[n_here++] = i;
        else absent++;
    people = is_here(a, "cifar10") && is_here(a, "cifar10n") && is_here(a, "cifar10h");
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
        const asy_dataset *set = (const asy_dataset *)m[i];
        for (int k = 0; set->recipe != NULL && k < (set->n_recipes > 0 ? set->n_recipes : 1); k++) {
            const asy_recipe *r = &set->recipe[k];
            const asy_method *base =
                r->base != NULL ? asy_method_find(r->base, &asy_spot_dataset, NULL, NULL) : NULL;
            ck_assert_ptr_nonnull(asy__reader_named(r->reader));
            ck_assert(r->base == NULL || (base != NULL && ((const asy_dataset *)base)->recipe != NULL));
            ck_assert_int_eq(set->n_recipes > 0, set->pick != NULL);
            for (const asy_known_file *f = r->files; f->path != NULL; f++)
                ck_assert_msg(f->part != NULL && f->size > 0 && strlen(f->sha256) == 64, "%s", m[i]->name);
        }
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
    if (people) tcase_add_test(c, labels_of_people);
    suite_add_tcase(s, c);
    return s;
}
