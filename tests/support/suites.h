// SPDX-License-Identifier: GPL-3.0-or-later
/* Every suite of tests/unit and tests/conform, found by tools/registry.sh; sorted by name, NULL at the end. */
#ifndef ASY_TESTS_SUPPORT_SUITES_H
#define ASY_TESTS_SUPPORT_SUITES_H
#include <check.h>

typedef struct { const char *name; Suite *(*make)(void); } asy_suite;
extern const asy_suite asy_suites[];
#endif
