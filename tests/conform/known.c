// SPDX-License-Identifier: GPL-3.0-or-later
/* The known answers of every method, the same tables that `assay verify` runs; and what each table must have.
 */
#include <check.h>
#include <math.h>
#include <string.h>
#include "method/registry.h"

static int n_tables(void)
{
    int n = 0;
    while (asy_known_tables[n].kind != NULL) n++;
    return n;
}

START_TEST(answers)
{
    const asy_known_table *t = &asy_known_tables[_i];
    asy_pool *pool;
    ck_assert_int_eq(asy_pool_new(&pool, 2), ASY_OK);
    ck_assert_msg(t->answers->name != NULL, "%s has a table without answers", t->method);
    for (const asy_known *k = t->answers; k->name != NULL; k++) {
        asy_known_env env = { asy_arena_new(0), pool };
        double found = NAN;
        ck_assert_msg(k->source != NULL && k->source[0] != 0, "%s, %s: no source", t->method, k->name);
        ck_assert_msg(k->tolerance >= 0 && isfinite(k->tolerance), "%s, %s: no tolerance", t->method,
                      k->name);
        asy_status s = k->found(&env, &found);
        ck_assert_msg(s == ASY_OK, "%s, %s: %s", t->method, k->name, asy_error_text());
        bool hit = found == k->expected || fabs(found - k->expected) <= k->tolerance;
        ck_assert_msg(hit, "%s, %s: %.17g, not %.17g within %g (%s)", t->method, k->name, found, k->expected,
                      k->tolerance, k->source);
        asy_arena_free(env.arena);
    }
    asy_pool_free(pool);
}
END_TEST

/* Every attack, loss, optimiser, schedule, sampler, estimator, arch, evaluation and procedure has known
 * answers; datasets and readers have tests of their own, since theirs are files. */
START_TEST(none_is_without)
{
    for (int k = 0; asy_kinds[k] != NULL; k++) {
        int n;
        const asy_method *const *m = asy_kinds[k]->methods(&n);
        if (strcmp(asy_kinds[k]->name, "dataset") == 0 || strcmp(asy_kinds[k]->name, "reader") == 0) continue;
        for (int i = 0; i < n; i++) {
            const asy_known_table *t = asy_known_tables;
            while (t->kind != NULL &&
                   (strcmp(t->kind, asy_kinds[k]->name) != 0 || strcmp(t->method, m[i]->name) != 0))
                t++;
            ck_assert_msg(t->kind != NULL, "%s `%s` has no known answers", asy_kinds[k]->name, m[i]->name);
        }
    }
}
END_TEST

Suite *asy_suite_known(void);
Suite *asy_suite_known(void)
{
    Suite *s = suite_create("known");
    TCase *t = tcase_create("answers");
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, answers, 0, n_tables());
    tcase_add_test(t, none_is_without);
    suite_add_tcase(s, t);
    return s;
}
