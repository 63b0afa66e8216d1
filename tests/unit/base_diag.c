// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/diag.h"
#include <check.h>
#include <stdio.h>
#include <string.h>

static asy_loc place(const char *file, const char *text, int line, int col, int width)
{
    return (asy_loc){ file, text, line, col, line, col + width };
}

static void shows(const asy_diag *d, const char *expected)
{
    asy_buf b;

    asy_buf_init(&b, 1 << 20);
    asy_diag_render(d, &b, false);
    ck_assert_str_eq(asy_buf_text(&b), expected);
    asy_buf_free(&b);
}

START_TEST(span_with_help_and_note)
{
    static const char text[] = "a: 1\n\n\n\n\n\n\n\n\n  adversary: {method: pgd, step_sise: 0.025}\nb: 2\n";
    asy_arena *a = asy_arena_new(0);
    asy_diag *d = asy_diag_new(a);
    asy_loc l = place("at.yaml", text, 10, 28, 9);

    asy_diag_add(d, "E0203", &l, "`%s` has no parameter `%s`", "pgd", "step_sise");
    asy_diag_help(d, "did you mean `step_size`?");
    asy_diag_note(d, "`pgd` takes loss, steps");
    shows(d, "error[E0203]: `pgd` has no parameter `step_sise`\n"
             "  --> at.yaml:10:28\n"
             "10 |   adversary: {method: pgd, step_sise: 0.025}\n"
             "   |                            ^^^^^^^^^\n"
             "   = help: did you mean `step_size`?\n"
             "   = note: `pgd` takes loss, steps\n");
    ck_assert_int_eq(asy_diag_errors(d), 1);
    ck_assert_int_eq(asy_diag_status(d), ASY_ESPEC);
    ck_assert_str_eq(asy_error_text(), "E0203: `pgd` has no parameter `step_sise`");
    asy_arena_free(a);
}
END_TEST

START_TEST(label_and_second_place)
{
    static const char text[] = "1\n2\n3\n4\n5\n6\nmodel: {norm: batch}\n8\n9\n10\n11\n12\n  privacy:\n";
    asy_arena *a = asy_arena_new(0);
    asy_diag *d = asy_diag_new(a);
    asy_loc l = place("d.yaml", text, 7, 15, 5), second = place("d.yaml", text, 13, 3, 7);

    asy_diag_add(d, "E0301", &l, "`dp-sgd` cannot train a model with batch normalization");
    asy_diag_label(d, "mixes examples");
    asy_diag_second(d, &second, "required by this block");
    shows(d, "error[E0301]: `dp-sgd` cannot train a model with batch normalization\n"
             "  --> d.yaml:7:15\n"
             " 7 | model: {norm: batch}\n"
             "   |               ^^^^^ mixes examples\n"
             "13 |   privacy:\n"
             "   |   ------- required by this block\n");
    asy_arena_free(a);
}
END_TEST

START_TEST(two_points_and_two_files)
{
    static const char text[] = "list: [0.5, 1\nclip: [0.1]\n", base[] = "eps: 8\n";
    asy_arena *a = asy_arena_new(0);
    asy_diag *d = asy_diag_new(a);
    asy_loc l = place("m.yaml", text, 1, 7, 1), next = place("m.yaml", text, 2, 5, 1);
    asy_loc merged = place("base.yaml", base, 1, 6, 1), same = place("m.yaml", text, 2, 1, 4);

    asy_diag_add(d, "E0101", &l, "this list is never closed");
    asy_diag_label(d, "opened here");
    asy_diag_second(d, &next, "a `,` or `]` must come before this");
    asy_diag_add(d, "E0205", &next, "one");
    asy_diag_second(d, &merged, "first set here");
    asy_diag_add(d, "E0102", &next, "two");
    asy_diag_second(d, &same, "first here");
    shows(d, "error[E0101]: this list is never closed\n"
             "  --> m.yaml:1:7\n"
             " 1 | list: [0.5, 1\n"
             "   |       ^ opened here\n"
             " 2 | clip: [0.1]\n"
             "   |     ^ a `,` or `]` must come before this\n"
             "\n"
             "error[E0205]: one\n"
             "  --> m.yaml:2:5\n"
             " 2 | clip: [0.1]\n"
             "   |     ^\n"
             "  --> base.yaml:1:6\n"
             " 1 | eps: 8\n"
             "   |      ^ first set here\n"
             "\n"
             "error[E0102]: two\n"
             "  --> m.yaml:2:5\n"
             " 2 | clip: [0.1]\n"
             "   |     ^\n"
             "   | ---- first here\n");
    asy_arena_free(a);
}
END_TEST

START_TEST(override_and_no_place)
{
    asy_arena *a = asy_arena_new(0);
    asy_diag *d = asy_diag_new(a);
    asy_loc l = place("command line, argument 2", "train.optimiser.lr=0.1", 1, 7, 9);

    asy_diag_add(d, "E0401", NULL, "dataset `%s` is not on this machine", "fashion-mnist");
    asy_diag_note(d, "looked in /usr/share/datasets");
    asy_diag_add(d, "E0210", &l, "there is no `train.optimiser.lr`");
    asy_diag_label(d, "did you mean `train.optimizer.lr`?");
    shows(d, "error[E0210]: there is no `train.optimiser.lr`\n"
             "  --> command line, argument 2\n"
             "   | train.optimiser.lr=0.1\n"
             "   |       ^^^^^^^^^ did you mean `train.optimizer.lr`?\n"
             "\n"
             "error[E0401]: dataset `fashion-mnist` is not on this machine\n"
             "   = note: looked in /usr/share/datasets\n");
    asy_arena_free(a);
}
END_TEST

START_TEST(columns_are_characters)
{
    static const char text[] = "\tt\xc3\xaft\xc3\xaf: \xe2\x82\xac\xe2\x82\xac x\r\nq: \xff\x01\xc2\x85z";
    asy_arena *a = asy_arena_new(0);
    asy_diag *d = asy_diag_new(a);
    asy_loc l = place("u.yaml", text, 1, 8, 2), m = place("u.yaml", text, 2, 7, 1);

    asy_diag_add(d, "E0202", &l, "a");
    asy_diag_add(d, "W0202", &m, "b \x1b[31m\nc");
    shows(d, "error[E0202]: a\n"
             "  --> u.yaml:1:8\n"
             " 1 | \tt\xc3\xaft\xc3\xaf: \xe2\x82\xac\xe2\x82\xac x\n"
             "   | \t      ^^\n"
             "\n"
             "warning[W0202]: b ?[31m c\n"
             "  --> u.yaml:2:7\n"
             " 2 | q: ???z\n"
             "   |       ^\n");
    asy_arena_free(a);
}
END_TEST

START_TEST(places_that_lie)
{
    static const char text[] = "abc\n";
    static const asy_loc odd[] = {
        { "f", text, 1, 3, 9, 1 },
        { "f", text, 1, 0, 0, 0 },
        { "f", text, 1, 500, 1, 900 },
        { "f", text, 77, 1, 77, 2 },
        { "f", NULL, 5, 1, 5, 2 },
        { "f", text, 1, 2, 1, 1 },
        { "f", text, 0, 0, 0, 0 },
        { "f", "", 1, 1, 1, 1 }
    };
    asy_arena *a = asy_arena_new(0);
    asy_diag *d = asy_diag_new(a);

    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        asy_diag_add(d, "E0101", &odd[i], "%zu", i);
    shows(d, "error[E0101]: 6\n  --> f\n\n"
             "error[E0101]: 1\n  --> f:1:0\n 1 | abc\n   | ^\n\n"
             "error[E0101]: 7\n  --> f:1:1\n 1 | \n   | ^\n\n"
             "error[E0101]: 5\n  --> f:1:2\n 1 | abc\n   |  ^\n\n"
             "error[E0101]: 0\n  --> f:1:3\n 1 | abc\n   |   ^\n\n"
             "error[E0101]: 2\n  --> f:1:500\n 1 | abc\n   |    ^\n\n"
             "error[E0101]: 4\n  --> f:5:1\n\n"
             "error[E0101]: 3\n  --> f:77:1\n");
    asy_arena_free(a);
}
END_TEST

START_TEST(a_very_long_line_is_cut)
{
    asy_arena *a = asy_arena_new(0);
    asy_diag *d = asy_diag_new(a);
    char *text = asy_alloc(a, 100001, 1);
    asy_loc l;
    asy_buf b;
    const char *marks;

    memset(text, 'x', 100000);
    memcpy(text + 50000, "HERE", 4);
    l = place("f", text, 1, 50001, 4);
    asy_diag_add(d, "E0101", &l, "m");
    asy_buf_init(&b, 4096);
    asy_diag_render(d, &b, false);
    ck_assert_int_eq(asy_buf_status(&b), ASY_OK);
    ck_assert_uint_lt(b.n, 500);
    marks = strstr(asy_buf_text(&b), "   | ");
    ck_assert_ptr_nonnull(strstr(asy_buf_text(&b), "xHEREx"));
    /* "…" is one character of three bytes */
    ck_assert_uint_eq(strcspn(marks, "^"), strcspn(strstr(asy_buf_text(&b), " 1 | "), "H") - 2);
    asy_buf_free(&b);
    asy_arena_free(a);
}
END_TEST

START_TEST(twenty_in_file_order_once_each)
{
    asy_arena *a = asy_arena_new(0);
    asy_diag *d = asy_diag_new(a);
    asy_buf b;
    const char *at;
    char line[32];
    int shown = 0;

    for (int pass = 0; pass < 2; pass++) {
        for (int i = 25; i > 0; i--) {
            asy_loc l = place("f.yaml", NULL, i, 1, 1);

            asy_diag_add(d, "E0202", &l, "same words");
            asy_diag_help(d, "in pass %d", pass);
        }
    }
    ck_assert_int_eq(asy_diag_errors(d), 25);
    asy_buf_init(&b, 1 << 16);
    asy_diag_render(d, &b, false);
    at = asy_buf_text(&b);
    for (int i = 1; i <= 20; i++) {
        (void)snprintf(line, sizeof line, "f.yaml:%d:1\n", i);
        at = strstr(at, line);
        ck_assert_ptr_nonnull(at);
        shown++;
    }
    ck_assert_int_eq(shown, 20);
    ck_assert_ptr_null(strstr(at, "f.yaml:21"));
    ck_assert_ptr_null(strstr(asy_buf_text(&b), "pass 1"));
    ck_assert_str_eq(strstr(at, "\n\xe2\x80\xa6"), "\n\xe2\x80\xa6 and 5 more\n");
    asy_buf_free(&b);
    asy_arena_free(a);
}
END_TEST

START_TEST(status_by_family)
{
    static const struct { const char *code; asy_status status; } cases[] = {
        { "W0501", ASY_OK }, { "E0501", ASY_EMODEL }, { "E0401", ASY_EDATA }, { "E0301", ASY_ESPEC }
    };
    asy_arena *a = asy_arena_new(0);
    asy_diag *d = asy_diag_new(a);

    ck_assert_int_eq(asy_diag_status(d), ASY_OK);
    shows(d, "");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        asy_diag_add(d, cases[i].code, NULL, "x");
        ck_assert_int_eq(asy_diag_status(d), cases[i].status);
    }
    ck_assert_int_eq(asy_diag_errors(d), 3);
    ck_assert_int_eq(asy_diag_warnings(d), 1);
    asy_diag_add(NULL, "E0101", NULL, "x");
    ck_assert_int_eq(asy_diag_status(NULL), ASY_ENOMEM);
    asy_arena_free(a);
}
END_TEST

START_TEST(color_marks_are_closed)
{
    asy_arena *a = asy_arena_new(0);
    asy_diag *d = asy_diag_new(a);
    asy_loc l = place("f", "abc", 1, 1, 3);
    asy_buf b;

    asy_diag_add(d, "W0501", &l, "m");
    asy_buf_init(&b, 1 << 16);
    asy_diag_render(d, &b, true);
    ck_assert_str_eq(asy_buf_text(&b), "\033[1;33mwarning[W0501]\033[0m: m\n"
                     "  \033[34m-->\033[0m f:1:1\n"
                     "\033[34m 1 |\033[0m abc\n"
                     "\033[34m   |\033[0m \033[1;33m^^^\033[0m\n");
    asy_buf_free(&b);
    asy_arena_free(a);
}
END_TEST

START_TEST(json_lines)
{
    asy_arena *a = asy_arena_new(0);
    asy_diag *d = asy_diag_new(a);
    asy_loc l = place("f.yaml", "abc", 1, 2, 1);
    asy_buf b;

    asy_diag_add(d, "E0203", &l, "say \"%s\"", "it");
    asy_diag_path(d, "train.lr");
    asy_diag_label(d, "here");
    asy_diag_note(d, "n");
    asy_diag_help(d, "h");
    asy_diag_add(d, "W0505", NULL, "one seed");
    asy_buf_init(&b, 1 << 16);
    asy_diag_render_json(d, &b);
    ck_assert_str_eq(
        asy_buf_text(&b),
        "{\"code\":\"E0203\",\"level\":\"error\",\"message\":\"say \\\"it\\\"\",\"file\":\"f.yaml\","
        "\"line\":1,\"col\":2,\"end_line\":1,\"end_col\":3,\"path\":\"train.lr\",\"help\":\"h\","
        "\"notes\":[\"here\",\"n\"]}\n"
        "{\"code\":\"W0505\",\"level\":\"warning\",\"message\":\"one seed\",\"file\":null,\"line\":null,"
        "\"col\":null,\"end_line\":null,\"end_col\":null,\"path\":null,\"help\":null,\"notes\":[]}\n");
    asy_buf_free(&b);
    asy_arena_free(a);
}
END_TEST

/* A lost diagnostic must not look like none. */
START_TEST(no_memory_is_not_success)
{
    asy_status s = ASY_ENOMEM;
    long n = 0;

    while (s != ASY_ESPEC) {
        asy_arena *a;
        asy_diag *d;
        asy_buf b;
        asy_loc l = place("f", "abc", 1, 1, 1);

        (void)asy_arena_fail_at(++n);
        a = asy_arena_new(0);
        d = asy_diag_new(a);
        asy_diag_add(d, "E0101", &l, "m");
        asy_diag_label(d, "l");
        asy_diag_second(d, &l, "s");
        asy_diag_help(d, "h");
        asy_diag_path(d, "p");
        asy_buf_init(&b, 1000);
        asy_diag_render(d, &b, false);
        asy_diag_render_json(d, &b);
        s = asy_diag_status(d);
        ck_assert(s == ASY_ENOMEM || s == ASY_ESPEC);
        asy_buf_free(&b);
        asy_arena_free(a);
    }
    (void)asy_arena_fail_at(0);
    ck_assert_int_gt(n, 8);
}
END_TEST

START_TEST(tree_lookup)
{
    asy_tree c = { .kind = ASY_TREE_SCALAR, .key = "c", .text = "2" };
    asy_tree b = { .kind = ASY_TREE_SCALAR, .key = "b", .text = "1", .next = &c };
    asy_tree map = { .kind = ASY_TREE_MAP, .child = &b }, list = { .kind = ASY_TREE_LIST, .child = &b };

    ck_assert_ptr_eq(asy_tree_get(&map, "c"), &c);
    ck_assert_ptr_null(asy_tree_get(&map, "d"));
    ck_assert_ptr_null(asy_tree_get(&list, "b"));
    ck_assert_ptr_null(asy_tree_get(NULL, "b"));
    ck_assert_int_eq(asy_tree_count(&list), 2);
    ck_assert_int_eq(asy_tree_count(&c), 0);
    ck_assert_int_eq(asy_tree_count(NULL), 0);
}
END_TEST

START_TEST(near_names)
{
    static const char *const names[] = { "step_size",    "steps", "restarts", "loss",
                                         "random_start", "eps",   "pgd",      "bim" };
    enum { N = sizeof names / sizeof *names };
    static const struct { const char *word, *near; } cases[] = {
        { "step_sise", "step_size" }, { "stpes", "steps" }, { "setps", "steps" }, { "step", "steps" },
        { "randomstart", "random_start" }, { "losss", "loss" }, { "PGD", "pgd" }, { "pdg", "pgd" },
        { "ep", "eps" }, { "momentum", NULL }, { "", NULL }, { "xyz", NULL }, { "lr", NULL }, { "b", NULL }
    };
    static const char *const tied[] = { "test", "rest", "west", "rest" };
    const char *second = "unset";
    char long_word[1000];

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *got = asy_near(cases[i].word, N, names, &second);

        if (cases[i].near)
            ck_assert_msg(got && strcmp(got, cases[i].near) == 0, "%s", cases[i].word);
        else
            ck_assert_msg(!got, "%s gave %s", cases[i].word, got);
        ck_assert_ptr_null(second);
    }
    ck_assert_str_eq(asy_near("best", 4, tied, &second), "test");
    ck_assert_str_eq(second, "rest");
    ck_assert_str_eq(asy_near("rest", 4, tied, &second), "rest");   /* a nearer one beats the tie */
    ck_assert_ptr_null(second);
    ck_assert_str_eq(asy_near("best", 4, tied, NULL), "test");
    memset(long_word, 's', sizeof long_word - 1);
    long_word[sizeof long_word - 1] = '\0';
    ck_assert_ptr_null(asy_near(long_word, N, names, NULL));
    ck_assert_ptr_null(asy_near("steps", 0, names, NULL));
}
END_TEST

/* Every one-character slip in a name of five and more letters leads back to it. */
START_TEST(slips_lead_back)
{
    static const char *const names[] = { "learning_rate", "momentum", "schedule", "batch", "epochs" };
    char word[64];

    for (int k = 0; k < 5; k++) {
        size_t len = strlen(names[k]);

        for (size_t i = 0; i < len; i++) {
            (void)snprintf(word, sizeof word, "%.*s%s", (int)i, names[k], names[k] + i + 1);
            ck_assert_str_eq(asy_near(word, 5, names, NULL), names[k]);
            (void)snprintf(word, sizeof word, "%.*sq%s", (int)i, names[k], names[k] + i);
            ck_assert_str_eq(asy_near(word, 5, names, NULL), names[k]);
            (void)snprintf(word, sizeof word, "%s", names[k]);
            word[i] = 'q';
            ck_assert_str_eq(asy_near(word, 5, names, NULL), names[k]);
            if (i + 1 < len) {
                word[i] = names[k][i + 1];
                word[i + 1] = names[k][i];
                ck_assert_str_eq(asy_near(word, 5, names, NULL), names[k]);
            }
        }
    }
}
END_TEST

Suite *asy_suite_base_diag(void);

Suite *asy_suite_base_diag(void)
{
    Suite *s = suite_create("base_diag");
    TCase *t = tcase_create("diag");

    tcase_add_test(t, span_with_help_and_note);
    tcase_add_test(t, label_and_second_place);
    tcase_add_test(t, two_points_and_two_files);
    tcase_add_test(t, override_and_no_place);
    tcase_add_test(t, columns_are_characters);
    tcase_add_test(t, places_that_lie);
    tcase_add_test(t, a_very_long_line_is_cut);
    tcase_add_test(t, twenty_in_file_order_once_each);
    tcase_add_test(t, status_by_family);
    tcase_add_test(t, color_marks_are_closed);
    tcase_add_test(t, json_lines);
    tcase_add_test(t, no_memory_is_not_success);
    tcase_add_test(t, tree_lookup);
    tcase_add_test(t, near_names);
    tcase_add_test(t, slips_lead_back);
    suite_add_tcase(s, t);
    return s;
}
