// SPDX-License-Identifier: GPL-3.0-or-later
/* The completion of bash, in bash: commands, options, words of options, names of methods. */
#include "../support/child.h"
#include <check.h>

Suite *asy_suite_cli_completions(void);

static const struct {
    const char *words, *expected;
} line[] = {
    { "des", "describe" },           { "describe pgd", "pgd" },
    { "describe att", "attacks" }, { "run --progress pl", "plain" },
    { "run --color al", "always" },  { "sweep --z", "--zip" },
    { "plan --li", "--list" },       { "help compl", "completions" },
    { "completions fi", "fish" },
};
enum { LINES = sizeof line / sizeof *line };

START_TEST(bash_completes)
{
    asy_child_must(0, line[_i].expected,
                   "\"$ASSAY\" completions bash >$T/c && cat >$T/t <<'E'\n"
                   ". $T/c; COMP_WORDS=(assay %s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _assay; echo "
                   "${COMPREPLY[@]}\nE\n"
                   "exec bash $T/t",
                   line[_i].words);
}
END_TEST

START_TEST(other_shells)
{
    asy_child_must(0, "#compdef assay", "exec \"$ASSAY\" completions zsh");
    asy_child_must(0, "-a 'auto bar plain none'", "exec \"$ASSAY\" completions fish");
    asy_child_must(2, "did you mean `fish`?", "exec \"$ASSAY\" completions fis");
}
END_TEST

Suite *asy_suite_cli_completions(void)
{
    Suite *s = suite_create("cli_completions");
    TCase *t = tcase_create("all");
    tcase_add_unchecked_fixture(t, asy_child_setup, asy_child_teardown);
    tcase_add_loop_test(t, bash_completes, 0, LINES);
    tcase_add_test(t, other_shells);
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    return s;
}
