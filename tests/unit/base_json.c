// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json.h"
#include <check.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* RFC 8785, appendix B (bits, text), and a few of our own at the ends of ECMA-262's cases. */
static const struct { uint64_t bits; const char *text; } numbers[] = {
    { 0x0000000000000000, "0" },
    { 0x8000000000000000, "0" },
    { 0x0000000000000001, "5e-324" },
    { 0x8000000000000001, "-5e-324" },
    { 0x7fefffffffffffff, "1.7976931348623157e+308" },
    { 0xffefffffffffffff, "-1.7976931348623157e+308" },
    { 0x4340000000000000, "9007199254740992" },
    { 0xc340000000000000, "-9007199254740992" },
    { 0x4430000000000000, "295147905179352830000" },
    { 0x44b52d02c7e14af5, "9.999999999999997e+22" },
    { 0x44b52d02c7e14af6, "1e+23" },
    { 0x44b52d02c7e14af7, "1.0000000000000001e+23" },
    { 0x444b1ae4d6e2ef4e, "999999999999999700000" },
    { 0x444b1ae4d6e2ef4f, "999999999999999900000" },
    { 0x444b1ae4d6e2ef50, "1e+21" },
    { 0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7" },
    { 0x3eb0c6f7a0b5ed8d, "0.000001" },
    { 0x41b3de4355555553, "333333333.3333332" },
    { 0x41b3de4355555554, "333333333.33333325" },
    { 0x41b3de4355555555, "333333333.3333333" },
    { 0x41b3de4355555556, "333333333.3333334" },
    { 0x41b3de4355555557, "333333333.33333343" },
    { 0xbecbf647612f3696, "-0.0000033333333333333333" },
    { 0x43143ff3c1cb0959, "1424953923781206.2" },
    { 0x3fb999999999999a, "0.1" },
    { 0x3e7ad7f29abcaf48, "1e-7" },
    { 0x3ff0000000000000, "1" },
    { 0x3fd5555555555555, "0.3333333333333333" },
    { 0x0010000000000000, "2.2250738585072014e-308" },
    { 0x3d30000000000000, "5.684341886080802e-14" }, /* 2^-44: the shortest is not the nearest 16 digits */
};

static double from_bits(uint64_t bits)
{
    double v;

    memcpy(&v, &bits, sizeof v);
    return v;
}

START_TEST(numbers_as_rfc_8785)
{
    char text[32];
    double back;

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        double v = from_bits(numbers[i].bits);

        ck_assert_int_eq(asy_json_number(v, text), (int)strlen(numbers[i].text));
        ck_assert_str_eq(text, numbers[i].text);
        ck_assert(asy_json_to_num(text, &back));
        ck_assert(back == v);
    }
}
END_TEST

/* Any bits: what is written reads back, and with one digit less nothing would. */
START_TEST(numbers_read_back)
{
    uint64_t x = 1;
    char text[32], shorter[32];
    double back;

    for (int i = 0; i < 20000; i++) {
        double v;
        int digits = 0;

        x = x * 6364136223846793005u + 1442695040888963407u;
        v = from_bits(i % 2 ? x : x & 0xfff0000000000000u);
        if (!isfinite(v))
            continue;
        ck_assert_int_le(asy_json_number(v, text), 25);
        ck_assert(asy_json_to_num(text, &back));
        ck_assert_msg(back == v || v == 0, "%s", text);
        for (const char *s = text; *s && *s != 'e'; s++)
            digits += *s >= '0' && *s <= '9';
        if (v != 0 && strchr(text, 'e') && digits > 1) {
            (void)snprintf(shorter, sizeof shorter, "%.*e", digits - 2, v);
            ck_assert_msg(strtod(shorter, NULL) != v, "%s and %s", text, shorter);
        }
    }
}
END_TEST

START_TEST(numbers_in_any_locale)
{
    static const char *const names[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "ps_AF.UTF-8", "C.UTF-8" };
    char text[32];
    double v;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!setlocale(LC_ALL, names[i]))
            continue;
        (void)asy_json_number(0.1, text);
        ck_assert_str_eq(text, "0.1");
        ck_assert(asy_json_to_num("1.5", &v) && v == 1.5);
        ck_assert(!asy_json_to_num("1,5", &v));
    }
    (void)setlocale(LC_ALL, "C");
}
END_TEST

START_TEST(texts_to_numbers)
{
    static const struct { const char *text; double value; } good[] = {
        { "0", 0 }, { "-1", -1 }, { "+2", 2 }, { ".5", 0.5 }, { "1.", 1 }, { "1e3", 1000 }, { "1E-3", 0.001 },
        { "1.25e+2", 125 }, { "9007199254740993", 9007199254740992.0 }, { "0.1", 0.1 }, { "1e-400", 0 },
        { "0.0000000000000000000000000000000000000001e40", 1 }, { "inf", INFINITY }, { "-inf", -INFINITY }
    };
    static const char *const bad[] = { "",    "-",     ".",     "e5",   "1e",      "1e+",
                                       "1 ",  " 1",    "0x10",  "1..2", "--1",     "infinity",
                                       "NaN", "1e400", "1_000", "1e5x", "\xd9\xa1" };
    char *digits = malloc(100001);
    double v;

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        ck_assert_msg(asy_json_to_num(good[i].text, &v), "%s", good[i].text);
        ck_assert_msg(v == good[i].value, "%s", good[i].text);
    }
    ck_assert(asy_json_to_num("nan", &v) && isnan(v));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(!asy_json_to_num(bad[i], &v), "%s", bad[i]);
    memset(digits, '1', 100000);
    digits[100000] = '\0';
    ck_assert(!asy_json_to_num(digits, &v));
    ck_assert(!asy_json_to_num("1e99999999999999999999", &v));
    ck_assert(asy_json_to_num("1e-99999999999999999999", &v) && v == 0);
    free(digits);
}
END_TEST

static void write_example(asy_jw *w)
{
    asy_jw_object(w);
    asy_jw_key(w, "a\"b");
    asy_jw_list(w);
    asy_jw_int(w, INT64_MIN);
    asy_jw_num(w, 0.5);
    asy_jw_num(w, -INFINITY);
    asy_jw_num(w, NAN);
    asy_jw_bool(w, true);
    asy_jw_null(w);
    asy_jw_list_end(w);
    asy_jw_key(w, "empty");
    asy_jw_object(w);
    asy_jw_object_end(w);
    asy_jw_key(w, "t");
    asy_jw_text(w, "\x01\b\t\n\f\r\"\\/\x7f\xc3\xa9\xff");
    asy_jw_key(w, "n");
    asy_jw_text(w, NULL);
    asy_jw_key(w, "r");
    asy_jw_raw(w, "[1]");
    asy_jw_object_end(w);
}

START_TEST(writer)
{
    asy_buf b;
    asy_jw w;

    asy_buf_init(&b, 1 << 16);
    asy_jw_init(&w, &b, 0);
    write_example(&w);
    ck_assert_str_eq(
        asy_buf_text(&b),
        "{\"a\\\"b\":[-9223372036854775808,0.5,\"-inf\",\"nan\",true,null],\"empty\":{},"
        "\"t\":\"\\u0001\\b\\t\\n\\f\\r\\\"\\\\/\x7f\xc3\xa9\xef\xbf\xbd\",\"n\":null,\"r\":[1]}");
    asy_buf_reset(&b);
    asy_jw_init(&w, &b, 2);
    write_example(&w);
    ck_assert_int_eq(
        strncmp(asy_buf_text(&b), "{\n  \"a\\\"b\": [\n    -9223372036854775808,\n    0.5,\n", 48), 0);
    ck_assert_ptr_nonnull(strstr(asy_buf_text(&b), "  \"empty\": {},\n"));
    ck_assert_int_eq(asy_buf_status(&b), ASY_OK);
    asy_buf_reset(&b);
    asy_jw_init(&w, &b, 0);
    for (int i = 0; i < 100; i++)
        asy_jw_list(&w);
    ck_assert_int_eq(asy_buf_status(&b), ASY_ENOMEM);   /* too deep for the writer: said, not written over */
    asy_buf_reset(&b);
    asy_jw_init(&w, &b, 0);
    asy_jw_list_end(&w);
    ck_assert_int_ne(asy_buf_status(&b), ASY_OK);
    asy_buf_free(&b);
}
END_TEST

START_TEST(reader)
{
    static const char text[] = "{\"b\": [1, -2.5, true, null, \"inf\"], \"a\": {\"x\": \"\\u00e9\"}, "
                               "\"big\": 9223372036854775807, \"huge\": 295147905179352830000}";
    asy_arena *a = asy_arena_new(0);
    asy_json *j;
    const asy_json *e;

    ck_assert_int_eq(asy_json_read(a, text, strlen(text), "t.json", &j), ASY_OK);
    ck_assert_int_eq(j->kind, ASY_J_OBJECT);
    ck_assert_str_eq(j->child->key, "b");   /* in file order */
    e = j->child->child;
    ck_assert_int_eq(e->kind, ASY_J_INT);
    ck_assert(e->i == 1 && e->num == 1);
    e = e->next;
    ck_assert(e->kind == ASY_J_NUM && e->num == -2.5);
    e = e->next;
    ck_assert(e->kind == ASY_J_BOOL && e->b);
    e = e->next;
    ck_assert_int_eq(e->kind, ASY_J_NULL);
    ck_assert(asy_json_num(e, 4) == 4);
    e = e->next;
    ck_assert(e->kind == ASY_J_TEXT && asy_json_num(e, 4) == INFINITY);
    ck_assert_ptr_null(e->next);
    ck_assert_str_eq(asy_json_get(asy_json_get(j, "a"), "x")->text, "\xc3\xa9");
    ck_assert_ptr_null(asy_json_get(asy_json_get(j, "none"), "x"));
    ck_assert(asy_json_num(asy_json_get(j, "huge"), 0) == 0x1p68);  /* what our own writer wrote */
    ck_assert_int_eq(asy_json_get(j, "huge")->kind, ASY_J_NUM);
    asy_arena_free(a);
}
END_TEST

static void refused(const char *text, size_t n, const char *place)
{
    asy_arena *a = asy_arena_new(0);
    asy_json *j;

    ck_assert_msg(asy_json_read(a, text, n, "t.json", &j) == ASY_EPARSE, "%.40s", text);
    ck_assert_ptr_null(j);
    ck_assert_msg(strncmp(asy_error_text(), place, strlen(place)) == 0, "%s, not %s", asy_error_text(),
                  place);
    for (const char *s = asy_error_text(); *s; s++)
        ck_assert_int_ge((unsigned char)*s, 0x20);
    asy_arena_free(a);
}

START_TEST(hostile_json)
{
    static const struct { const char *text, *place; } cases[] = {
        { "", "t.json:1:0" }, { "{", "t.json:1:1" }, { "{\"a\": 1,\n \"a\": 2}", "t.json:2:4" },
        { "1 2", "t.json:1:3" }, { "[1,]", "t.json:1" }, { "{\"a\" 1}", "t.json:1" },
        { "\"\\u0000\"", "t.json:1" }, { "\"\xff\"", "t.json:1" }, { "1e999", "t.json:1" },
        { "nan", "t.json:1" }, { "[\"a\nb\"]", "t.json:1" }, { "\"abc", "t.json:1" },
        { "[1\x01]", "t.json:1" }, { "'a'", "t.json:1" }, { "01", "t.json:1" },
        { "\"\\ud800\"", "t.json:1" }, { "-99999999999999999999999999,", "t.json:1" }
    };
    char deep[2002];
    asy_arena *a = asy_arena_new(0);
    asy_json *j;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refused(cases[i].text, strlen(cases[i].text), cases[i].place);
    refused("1\0", 2, "t.json:1");
    memset(deep, '[', 1000);
    memset(deep + 1000, ']', 1000);
    refused(deep, 2000, "t.json:1:65: nested");
    refused(deep, 1000, "t.json:1:65: nested");
    ck_assert_int_eq(asy_json_read(a, deep + 1000 - 64, 128, "t.json", &j), ASY_OK);
    memset(deep, '"', 1);       /* brackets inside a string do not nest */
    deep[1001] = '"';
    memset(deep + 1, '[', 1000);
    ck_assert_int_eq(asy_json_read(a, deep, 1002, "t.json", &j), ASY_OK);
    asy_arena_free(a);
}
END_TEST

START_TEST(every_prefix_and_flip)
{
    static const char text[] =
        "{\"a\":[1,2.5e3,\"x\\u00e9\\n\"],\"b\":{\"c\":null,\"d\":99999999999999999999}}";
    char copy[sizeof text];
    asy_json *j;

    for (size_t n = 0; n < sizeof text - 1; n++) {
        asy_arena *a = asy_arena_new(0);

        ck_assert_int_eq(asy_json_read(a, text, n, "t", &j), ASY_EPARSE);
        for (int c = 0; c < 256; c++) {
            asy_status s;

            memcpy(copy, text, sizeof text);
            copy[n] = (char)c;
            s = asy_json_read(a, copy, sizeof text - 1, "t", &j);
            ck_assert(s == ASY_OK || s == ASY_EPARSE);
        }
        asy_arena_free(a);
    }
}
END_TEST

START_TEST(reader_without_memory)
{
    static const char text[] = "{\"a\":[1,2,{\"b\":\"c\"}],\"d\":123456789012345678901234}";
    asy_status s = ASY_ENOMEM;
    long n = 0;

    while (s != ASY_OK) {
        asy_arena *a;
        asy_json *j;

        (void)asy_arena_fail_at(++n);
        a = asy_arena_new(0);
        s = asy_json_read(a, text, strlen(text), "t", &j);
        asy_arena_free(a);
        ck_assert(s == ASY_OK || s == ASY_ENOMEM);
        ck_assert_int_lt(n, 100);
    }
    (void)asy_arena_fail_at(0);
    ck_assert_int_gt(n, 10);
}
END_TEST

Suite *asy_suite_base_json(void);

Suite *asy_suite_base_json(void)
{
    Suite *s = suite_create("base_json");
    TCase *t = tcase_create("json");

    tcase_add_test(t, numbers_as_rfc_8785);
    tcase_add_test(t, numbers_read_back);
    tcase_add_test(t, numbers_in_any_locale);
    tcase_add_test(t, texts_to_numbers);
    tcase_add_test(t, writer);
    tcase_add_test(t, reader);
    tcase_add_test(t, hostile_json);
    tcase_add_test(t, every_prefix_and_flip);
    tcase_add_test(t, reader_without_memory);
    suite_add_tcase(s, t);
    return s;
}
