// SPDX-License-Identifier: GPL-3.0-or-later
/* The test runner. With no argument all suites; else those whose names contain one of the arguments: build/tests base_ params. */
#include "support/suites.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int chosen(const char *name, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strstr(name, argv[i])) return 1;
    return argc <= 1;
}

int main(int argc, char **argv)
{
    SRunner *runner = srunner_create(NULL);
    int n = 0;
    for (const asy_suite *s = asy_suites; s->name; s++)
        if (chosen(s->name, argc, argv)) srunner_add_suite(runner, s->make()), n++;
    if (n == 0) {
        fprintf(stderr, "tests: no suite has such a name; there are:\n");
        for (const asy_suite *s = asy_suites; s->name; s++) fprintf(stderr, "  %s\n", s->name);
        srunner_free(runner);
        return 2;
    }
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
