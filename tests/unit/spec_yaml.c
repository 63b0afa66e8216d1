// SPDX-License-Identifier: GPL-3.0-or-later
/* YAML to located trees: places, merges, and every E01. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "spec/spec.h"

static asy_arena *a;
static asy_diag *d;

static void begin(void)
{
    a = asy_arena_new(0);
    d = asy_diag_new(a);
}

static void end(void) { asy_arena_free(a); }

static const asy_tree *read(const char *text) { return asy_yaml_text(a, d, "x.yaml", text, strlen(text)); }

/* The rendered complaints about a text; it must have some. */
static const char *complaint(const char *text)
{
    asy_buf b;
    begin();
    ck_assert_ptr_null(read(text));
    ck_assert_int_ge(asy_diag_errors(d), 1);
    asy_buf_init(&b, 1 << 20);
    asy_diag_render(d, &b, false);
    const char *out = asy_strdup(a, asy_buf_text(&b));
    asy_buf_free(&b);
    return out;
}

static void expect(const char *text, const char *code, const char *place, const char *words)
{
    const char *said = complaint(text);
    ck_assert_msg(strstr(said, code) != NULL, "%s\nis not %s", said, code);
    ck_assert_msg(strstr(said, place) != NULL, "%s\nis not at %s", said, place);
    ck_assert_msg(strstr(said, words) != NULL, "%s\ndoes not say %s", said, words);
    end();
}

START_TEST(places)
{
    begin();
    const asy_tree *t = read("a: 1\nb:\n  c: [x, 'y z']\n  é: 2\n");
    ck_assert_ptr_nonnull(t);
    const asy_tree *c = asy_tree_get(asy_tree_get(t, "b"), "c");
    ck_assert_int_eq(c->key_loc.line, 3);
    ck_assert_int_eq(c->key_loc.col, 3);
    ck_assert_int_eq(c->child->next->loc.col, 10);
    ck_assert_int_eq(c->child->next->loc.end_col, 15);
    ck_assert(c->child->next->quoted);
    const asy_tree *e = asy_tree_get(asy_tree_get(t, "b"), "é");
    ck_assert_int_eq(e->loc.col, 6); /* characters, not bytes */
    end();
}
END_TEST

START_TEST(merges)
{
    begin();
    const asy_tree *t = read("base: &b {n: 1, m: 2}\nx: {<<: *b, m: 3, k: 4}\ny: *b\n");
    ck_assert_ptr_nonnull(t);
    const asy_tree *x = asy_tree_get(t, "x");
    ck_assert_int_eq(asy_tree_count(x), 3);
    ck_assert_str_eq(asy_tree_get(x, "m")->text, "3");
    ck_assert_str_eq(asy_tree_get(x, "n")->text, "1");
    ck_assert_int_eq(asy_tree_count(asy_tree_get(t, "y")), 2);
    end();
}
END_TEST

START_TEST(text_stays_text)
{
    begin();
    const asy_tree *t = read("a: no\nb: 1.10\nc: 2024-01-01\nd: ~\ne:\n");
    ck_assert_str_eq(asy_tree_get(t, "a")->text, "no");
    ck_assert_str_eq(asy_tree_get(t, "b")->text, "1.10");
    ck_assert_str_eq(asy_tree_get(t, "c")->text, "2024-01-01");
    ck_assert_int_eq(asy_tree_get(t, "d")->kind, ASY_TREE_NULL);
    ck_assert_int_eq(asy_tree_get(t, "e")->kind, ASY_TREE_NULL);
    end();
}
END_TEST

START_TEST(complaints)
{
    expect("a: [1, 2\nb: 3\n", "E0101", "x.yaml:1:4", "never closed");
    expect("a: {b: 1\nc: 3\n", "E0101", "x.yaml:1:4", "never closed");
    expect("a: 1\na: 2\n", "E0102", "x.yaml:2:1", "second time");
    expect("a:\n\tb: 1\n", "E0103", "x.yaml:2:1", "tab");
    expect("a: *nobody\n", "E0104", "x.yaml:1:4", "&nobody");
    expect("a: !x 1\n", "E0105", "x.yaml:1:4", "tags");
    expect("a: !!python/object {}\n", "E0105", "x.yaml:1:4", "tags");
    expect("a: 1\n---\nb: 2\n", "E0101", "x.yaml:2:1", "second document");
    expect("<<<<<<< mine\na: 1\n", "E0101", "x.yaml:1:1", "merge");
    expect("a: \xff\n", "E0108", "x.yaml:1:4", "UTF-8");
    expect("a: 'x\n", "E0101", "x.yaml", "never closed");
    expect("", "E0101", "x.yaml:1:1", "empty");
    expect("a: &a [*a]\n", "E0104", "x.yaml:1:8", "&a");
    expect("? [a, b]\n: 1\n", "E0101", "x.yaml:1:3", "plain word");
}
END_TEST

START_TEST(deep)
{
    char text[400];
    size_t n = 0;
    for (int i = 0; i < 80; i++) text[n++] = '[';
    for (int i = 0; i < 80; i++) text[n++] = ']';
    text[n] = 0;
    expect(text, "E0109", "x.yaml:1:65", "64 deep");
}
END_TEST

/* Ten levels of ten aliases each would be 10^10 values. */
START_TEST(laughs)
{
    asy_buf b;
    asy_buf_init(&b, 1 << 16);
    asy_buf_puts(&b, "l0: &l0 [1,1,1,1,1,1,1,1,1,1]\n");
    for (int i = 1; i < 10; i++) {
        asy_buf_printf(&b, "l%d: &l%d [", i, i);
        for (int k = 0; k < 10; k++) asy_buf_printf(&b, "%s*l%d", k > 0 ? "," : "", i - 1);
        asy_buf_puts(&b, "]\n");
    }
    expect(asy_buf_text(&b), "E0109", "x.yaml", "100 000");
    asy_buf_free(&b);
}
END_TEST

/* Every prefix and every one-byte change of a spec is read or refused, never worse (sanitizers watch). */
START_TEST(mangled)
{
    static const char text[] =
        "a: &x {b: [1, 'two', \"3\"], c: *x }\nd:\n  - e: 5\n    f: |\n      g\n  - <<: *x\n";
    char copy[sizeof text];
    for (size_t n = 0; n < sizeof text; n++) {
        asy_arena *own = asy_arena_new(0);
        asy_yaml_text(own, asy_diag_new(own), "x", text, n);
        asy_arena_free(own);
    }
    for (size_t i = 0; i + 1 < sizeof text; i++)
        for (int k = 0; k < 12; k++) {
            asy_arena *own = asy_arena_new(0);
            memcpy(copy, text, sizeof text);
            copy[i] = "\0\t\n{}[]:&*!\x80"[k];
            asy_yaml_text(own, asy_diag_new(own), "x", copy, sizeof text - 1);
            asy_arena_free(own);
        }
}
END_TEST

Suite *asy_suite_spec_yaml(void);
Suite *asy_suite_spec_yaml(void)
{
    Suite *s = suite_create("spec_yaml");
    TCase *t = tcase_create("yaml");
    tcase_add_test(t, places);
    tcase_add_test(t, merges);
    tcase_add_test(t, text_stays_text);
    tcase_add_test(t, complaints);
    tcase_add_test(t, deep);
    tcase_add_test(t, laughs);
    tcase_add_test(t, mangled);
    suite_add_tcase(s, t);
    return s;
}
