// SPDX-License-Identifier: GPL-3.0-or-later
/* What an architecture costs, for other shapes, budgets and parameters; its plan as text, as a graph, as a
 * trace. */
#include "../support/child.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

Suite *asy_suite_cli_describe(void);

/* 784·10 + 10 weights; 2·784·10 operations and 10 sums forward. */
START_TEST(costs_of_a_layer)
{
    asy_child_must(0, "On [1,28,28] with 10 classes: 7850 weights.", "exec \"$ASSAY\" describe linear");
    asy_child_must(0, "On [3,4] with 5 classes: 65 weights.",
                   "exec \"$ASSAY\" describe linear --input 3x4 --classes 5");
    asy_child_must(0, "On [1,28,28] with 10 classes: 25450 weights.",
                   "exec \"$ASSAY\" describe mlp hidden=32");
    asy_child_must(0, "On [3,32,32] with 10 classes: 11173962 weights.",
                   "exec \"$ASSAY\" describe resnet-18 norm=batch --input 3x32x32");
}
END_TEST

static long most_rows(const char *memory)
{
    asy_child_must(0, "training step", "exec \"$ASSAY\" describe cnn-small --memory %s", memory);
    const char *line = strstr(asy_child_said(), "training step"), *end = strchr(line, '\n');
    while (end > line && end[-1] >= '0' && end[-1] <= '9') end--;
    return strtol(end, NULL, 10);
}

/* More memory holds more rows, in proportion; none where not even the weights fit. */
START_TEST(batches_fit_budgets)
{
    long small = most_rows("64MiB"), large = most_rows("128MiB");
    ck_assert_int_gt(small, 100);
    ck_assert_int_gt(large, 19 * small / 10);
    ck_assert_int_eq(most_rows("10KiB"), 0);
    ck_assert_int_eq(most_rows("67108864"), small);
}
END_TEST

START_TEST(plans_are_shown)
{
    asy_child_must(0, "plan f32, up to 128 rows", "exec \"$ASSAY\" describe linear --plan step");
    asy_child_must(0, "fc1.weight", "exec \"$ASSAY\" describe linear --trace forward");
    asy_child_must(0, "digraph plan {", "\"$ASSAY\" describe vit-tiny --dot step >$T/g; head -1 $T/g");
    /* each brace is closed, each edge goes between things that are there */
    asy_child_must(0, NULL,
                   "test $(grep -c '{$' $T/g) = $(grep -c '^ *}$' $T/g) && "
                   "grep -oE '^ +[svo][0-9]+ \\[' $T/g | tr -d ' [' | sort -u >$T/there && "
                   "grep -oE '[sv][0-9]+ -> [so][0-9]+' $T/g | sed 's/ -> /\\n/' | sort -u >$T/used && "
                   "test -z \"$(comm -13 $T/there $T/used)\"");
    asy_child_must(0, NULL, "if command -v dot >$T/dot; then dot -Tsvg $T/g >$T/g.svg; fi");
}
END_TEST

static const struct {
    const char *args, *says;
} refused[] = {
    { "mlp --memory lots", "--memory takes a size" },
    { "mlp --memory 0", "--memory takes a size" },
    { "mlp --input 3x", "--input takes a shape" },
    { "mlp --input 0x3", "--input takes a shape" },
    { "mlp --classes 1", "--classes takes 2 to" },
    { "mlp --plan backward", "forward" },
    { "mlp --plan step --dot step", "only one of" },
    { "mlp --plan step --memory 1GiB", "does not go with" },
    { "mlp hidden", "after NAME comes KEY=VALUE" },
    { "pgd --memory 1GiB", "has no plan of its own" },
    { "mlp --memory 1GiB --json", "is not part of --json" },
};
enum { REFUSED = sizeof refused / sizeof *refused };

START_TEST(refusals) { asy_child_must(2, refused[_i].says, "exec \"$ASSAY\" describe %s", refused[_i].args); }
END_TEST

Suite *asy_suite_cli_describe(void)
{
    Suite *s = suite_create("cli_describe");
    TCase *t = tcase_create("all");
    tcase_add_unchecked_fixture(t, asy_child_setup, asy_child_teardown);
    tcase_add_test(t, costs_of_a_layer);
    tcase_add_test(t, batches_fit_budgets);
    tcase_add_test(t, plans_are_shown);
    tcase_add_loop_test(t, refusals, 0, REFUSED);
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    return s;
}
