// SPDX-License-Identifier: GPL-3.0-or-later
/* The scripts of tests/cli, one test each, run with sh from the root of the tree. ASSAY_BUILD: the build
 * folder, where it is not the runner's own. */
#include "../support/child.h"
#include "base/io.h"
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

Suite *asy_suite_cli_scripts(void);

enum { MOST = 64 };
static char scripts[MOST][64];
static int n_scripts;

static void find_scripts(void)
{
    asy_arena *a = asy_arena_new(0);
    char **names;
    int n;
    if (a && asy_io_list(a, "tests/cli", &n, &names) == ASY_OK)
        for (int i = 0; i < n && n_scripts < MOST; i++) {
            size_t len = strlen(names[i]);
            if (len < 4 || len > 60 || names[i][0] == '_' || strcmp(names[i] + len - 3, ".sh") != 0) continue;
            (void)snprintf(scripts[n_scripts++], sizeof scripts[0], "%s", names[i]);
        }
    asy_arena_free(a);
}

START_TEST(script)
{
    char build[512], folder[] = "/tmp/assay-cli-XXXXXX", command[2048];
    asy_build_folder(build);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(command, sizeof command,
                   "BUILD='%s' ASSAY='%s/assay' TMP='%s' sh tests/cli/%s >'%s/log' 2>&1", build, build,
                   folder, scripts[_i], folder);
    int status = system(command), code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    char log[4096] = "", path[600];
    (void)snprintf(path, sizeof path, "%s/log", folder);
    FILE *f = fopen(path, "r");
    if (f) log[fread(log, 1, sizeof log - 1, f)] = '\0', (void)fclose(f);
    asy_status removed = asy_io_remove_tree(folder);
    if (code == 77) printf("skipped: tests/cli/%s: %s", scripts[_i], log);
    ck_assert_msg(code == 0 || code == 77, "tests/cli/%s: exit code %d\n%s", scripts[_i], code, log);
    ck_assert_int_eq(removed, ASY_OK);
}
END_TEST

START_TEST(there_are_scripts)
{
    ck_assert_int_gt(n_scripts, 0);
}
END_TEST

Suite *asy_suite_cli_scripts(void)
{
    Suite *s = suite_create("cli_scripts");
    TCase *t = tcase_create("scripts");
    find_scripts();
    tcase_set_timeout(t, 300);
    tcase_add_test(t, there_are_scripts);
    tcase_add_loop_test(t, script, 0, n_scripts);
    suite_add_tcase(s, t);
    return s;
}
