// SPDX-License-Identifier: GPL-3.0-or-later
/* The JSON Schema of the language, by an independent validator: it takes every shipped spec and refuses what
 * `check` refuses for its form. */
#include "../support/child.h"
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

Suite *asy_suite_cli_schema(void);

static void setup(void)
{
    asy_child_setup();
    asy_child_must(0, NULL, "exec \"$ASSAY\" schema >$T/schema.json");
}

START_TEST(shipped_specs_are_accepted)
{
    asy_child_must(
        0, " 0 wrong",
        "exec python3 tests/cli/schema.py $T/schema.json good experiments/*.yaml experiments/*/*.yaml "
        "tests/cli/_small.yaml");
}
END_TEST

#define DATA "data: {dataset: {method: blobs, n: 100}, split: {train: 80, test: 20}}\n"
#define TRAIN "train: {epochs: 2, batch: 10, optimizer: {method: sgd, lr: 0.1}}\n"
#define HEAD "assay: 1\nname: s\n" DATA "model: {arch: linear}\n"
static const char *const bad[] = {
    "name: s\nmodel: linear\n",
    HEAD TRAIN "evaluat: {clean: accuracy}\n",
    HEAD TRAIN "evaluate: {f: {method: fgsm, epsilon: 0.1}}\n",
    HEAD TRAIN "evaluate: {f: {method: fgsm}}\n",
    HEAD TRAIN "evaluate: {f: {method: fgms, eps: 0.1}}\n",
    HEAD TRAIN "evaluate: {f: fgms}\n",
    HEAD TRAIN "evaluate: {f: {eps: 0.1}}\n",
    HEAD TRAIN "evaluate: {f: {method: fgsm, eps: 0.1, norm: l9}}\n",
    HEAD TRAIN "evaluate: {f: {method: fgsm, eps: -0.1}}\n",
    HEAD TRAIN "evaluate: {f: {method: pgd, eps: 0.1, steps: 0}}\n",
    HEAD TRAIN "evaluate: {f: {method: pgd, eps: [1], steps: 2}}\n",
    HEAD TRAIN "evaluate: {f: {method: pgd, eps: 0.1, random_start: yes}}\n",
    HEAD TRAIN "evaluate: {f: {method: pgd, eps: 0.1, steps: many}}\n",
    HEAD TRAIN "arms: {a: {train: {epoch: 1}}}\n",
    HEAD TRAIN "arms: {a: {train: {epochs: -1}}}\n",
    HEAD TRAIN "arms: {a: {train: {optimizer: {method: sdg}}}}\n",
    HEAD TRAIN "smoke: {evaluate: {f: {method: pgd, step: 2}}}\n",
    HEAD TRAIN "expect: {a: {metric: x, at_leat: 1}}\n",
    HEAD TRAIN "expect: {a: {at_least: 1}}\n",
    HEAD "train: {epochs: 2.5, optimizer: {method: sgd, lr: 0.1}}\n",
    HEAD "train: {epochs: 2, optimizer: {lr: 0.1}}\n",
    HEAD "train: {epochs: 2, optimizer: {method: sgd, lr: fast}}\n",
    HEAD,
    "assay: 1\nname: s\n" DATA TRAIN "model: {arch: liner}\n",
    "assay: 1\nname: s\n" DATA TRAIN "model: {arch: linear, width: 3}\n",
};
static const char *const good[] = {
    HEAD TRAIN,
    HEAD TRAIN
    "vars: {e: 8/255}\nevaluate: {f: {method: fgsm, eps: $e}, g: {method: pgd, eps: 1_0e-2, steps: 1e1}}\n",
    HEAD TRAIN
    "x-note: {any: thing}\nevaluate: {f: {method: fgsm, eps: 8/255, x-why: because}, a: accuracy}\n",
    HEAD TRAIN "arms: {a: ~, b: {train: {adversary: {method: pgd, eps: 0.1}}}, c: {evaluate: {clean: ~}}}\n",
    HEAD TRAIN "sweep: {axes: {train.epochs: [1, 2]}}\nseeds: {count: 3, fixed: [split]}\n",
    HEAD
    "train: none\nevaluate: {f: {method: security-curve, attack: {method: pgd, steps: 2}, eps: [0, 0.1]}}\n",
    "include: [base.yaml]\nname: s\n",
};
enum { BAD = sizeof bad / sizeof *bad, GOOD = sizeof good / sizeof *good };

/* Both say no. */
START_TEST(bad_forms_are_refused)
{
    asy_child_must(0, NULL, "cat >$T/b.yaml <<'E'\n%sE", bad[_i]);
    asy_child_must(2, "error[E02", "exec \"$ASSAY\" check $T/b.yaml");
    asy_child_must(0, " 0 wrong", "exec python3 tests/cli/schema.py $T/schema.json bad $T/b.yaml");
}
END_TEST

START_TEST(good_forms_are_accepted)
{
    asy_child_must(0, NULL, "cat >$T/g.yaml <<'E'\n%sE", good[_i]);
    asy_child_must(0, " 0 wrong", "exec python3 tests/cli/schema.py $T/schema.json good $T/g.yaml");
}
END_TEST

START_TEST(editors)
{
    asy_child_must(0, "assay-1.schema.json", "exec \"$ASSAY\" schema --install nvim");
    asy_child_must(2, "nvim", "exec \"$ASSAY\" schema --install emacs");
}
END_TEST

Suite *asy_suite_cli_schema(void)
{
    Suite *s = suite_create("cli_schema");
    TCase *t = tcase_create("all");
    tcase_add_unchecked_fixture(t, setup, asy_child_teardown);
    tcase_add_test(t, editors);
    if (system("python3 -c 'import jsonschema, yaml' 2>/dev/null") == 0) {
        tcase_add_test(t, shipped_specs_are_accepted);
        tcase_add_loop_test(t, bad_forms_are_refused, 0, BAD);
        tcase_add_loop_test(t, good_forms_are_accepted, 0, GOOD);
    } else {
        printf("skipped: cli_schema: %d tests; python3-jsonschema or python3-yaml is not here\n",
               1 + BAD + GOOD);
    }
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    return s;
}
