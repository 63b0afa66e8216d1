// SPDX-License-Identifier: GPL-3.0-or-later
/* All suites in one runner, or those named as arguments. Check's own variables work: CK_FORK, CK_RUN_CASE,
 * CK_VERBOSITY … The table is made by tools/registry.sh. */
#include <check.h>
#include <stdio.h>

extern Suite *(*const asy_suites[])(void);
extern const int asy_n_suites;

int main(int argc, char **argv)
{
    SRunner *r = srunner_create(asy_n_suites > 0 ? asy_suites[0]() : NULL);
    int failed, before = 0, unknown = 0;

    for (int i = 1; i < asy_n_suites; i++)
        srunner_add_suite(r, asy_suites[i]());
    if (argc < 2)
        srunner_run_all(r, CK_NORMAL);
    for (int i = 1; i < argc; i++) {
        srunner_run(r, argv[i], NULL, CK_NORMAL);
        if (srunner_ntests_run(r) == before) {
            (void)fprintf(stderr, "no suite is called `%s`\n", argv[i]);
            unknown++;
        }
        before = srunner_ntests_run(r);
    }
    failed = srunner_ntests_failed(r);
    if (srunner_ntests_run(r) == 0)
        (void)fprintf(stderr, "no test ran\n");
    failed += unknown + (srunner_ntests_run(r) == 0);
    srunner_free(r);
    return failed ? 1 : 0;
}
