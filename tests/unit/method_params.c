// SPDX-License-Identifier: GPL-3.0-or-later
/* The binder: values, defaults, shared keys, and the exact sentence of each complaint. */
#include "assay.h"
#include "spec/spec.h"
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

Suite *asy_suite_method_params(void);

static asy_arena *arena;
static asy_diag *diag;

static void setup(void)
{
    arena = asy_arena_new(0);
    diag = asy_diag_new(arena);
    ck_assert_ptr_nonnull(diag);
}

static void teardown(void)
{
    asy_arena_free(arena);
}

/* ---- a block of every type */
typedef struct { double floor, gap; } inner;
typedef struct {
    double rate, share, twice;
    int64_t count, rows, mode;
    bool flag;
    const char *text, *path;
    asy_f64s list;
    asy_strs words;
    const inner *block;
    asy_members map;
    const asy_tree *custom;
    const asy_bound *opt;
} par;

static double twice(const void *vp, const void *shared)
{
    (void)shared;
    return 2 * ((const par *)vp)->rate;
}

static const char *const modes[] = { "cross-entropy", "margin", "dlr", NULL };
static const char *const all[] = { "all", NULL };
static const char *const rate_words[] = { "learning_rate", "speed", NULL };
static const asy_param inner_rows[] = {
    { .key = "floor", .type = ASY_P_F64, .off = offsetof(inner, floor), .def = "0.25", .help = "h" },
    { .key = "gap", .type = ASY_P_F64, .off = offsetof(inner, gap), .flags = ASY_REQUIRED,
      .help = "width of the gap" },
    ASY_PARAM_END
};
static const asy_param map_row[] = {
    { .key = "*", .type = ASY_P_F64, .lo = 0, .hi = 1, .help = "h" },
    ASY_PARAM_END
};
static const asy_param rows[] = {
    ASY_PARAM_F64(rate, "0.5", 0, INFINITY, "h", .synonyms = rate_words),
    ASY_PARAM_F64(share, "0", 0, 1, "h", .flags = ASY_HI_OPEN),
    ASY_PARAM_DERIVED(twice, "2*rate", twice, 0, 100, "h"),
    ASY_PARAM_I64(count, "7", 1, 100000, "h", .excludes = "share"),
    ASY_PARAM_I64(rows, "all", 1, 1e6, "h", .choices = all),
    ASY_PARAM_ENUM(mode, "cross-entropy", modes, "h", .words = "cw=margin ce=cross-entropy"),
    ASY_PARAM_BOOL(flag, "false", "h"),
    ASY_PARAM_STR(text, NULL, "h"),
    ASY_PARAM_PATH(path, NULL, "h", .flags = ASY_NOHASH),
    ASY_PARAM_F64S(list, "[1, 2]", 0, 10, "h", .flags = ASY_SCALAR_OK),
    ASY_PARAM_STRS(words, NULL, "h"),
    ASY_PARAM_BLOCK(block, inner_rows, inner, "h", .flags = ASY_NULL_OK),
    ASY_PARAM_MAP(map, map_row, "h"),
    ASY_PARAM_CUSTOM(custom, "h"),
    ASY_PARAM_METHOD(opt, NULL, asy_spot_optimizer, "h", .flags = ASY_NULL_OK),
    ASY_PARAM_END
};

static asy_rtree *bind(const char *yaml, par *out)
{
    asy_binder b = { .arena = arena, .diag = diag };
    asy_tree *t = asy_yaml_text(arena, diag, "d/t.yaml", yaml, strlen(yaml));
    ck_assert_ptr_nonnull(t);
    asy_rtree *r = asy_bind_block(&b, "box", t, rows, out);
    ck_assert_ptr_nonnull(r);
    return r;
}

static const asy_rtree *child(const asy_rtree *r, const char *key)
{
    for (const asy_rtree *c = r->child; c; c = c->next)
        if (c->key && strcmp(c->key, key) == 0) return c;
    ck_abort_msg("no `%s`", key);
    return NULL;
}

static void expect_text(const char *want)
{
    asy_buf out;
    asy_buf_init(&out, 1 << 20);
    asy_diag_render(diag, &out, false);
    ck_assert_str_eq(asy_buf_text(&out), want);
    asy_buf_free(&out);
}

START_TEST(defaults)
{
    par p;
    asy_rtree *r = bind("x-note: nothing of this is read", &p);
    ck_assert_int_eq(asy_diag_errors(diag), 0);
    ck_assert(p.rate == 0.5 && p.share == 0 && p.twice == 1);
    ck_assert(p.count == 7 && p.rows == 0 && p.mode == 0 && !p.flag);
    ck_assert(p.list.n == 2 && p.list.v[0] == 1 && p.list.v[1] == 2 && p.words.n == 0);
    ck_assert(!p.text && !p.path && !p.block && !p.custom && !p.opt && p.map.n == 0);
    ck_assert_int_eq(child(r, "rate")->origin, ASY_FROM_DEFAULT);
    ck_assert_str_eq(child(r, "twice")->formula, "2*rate");
}
END_TEST

START_TEST(values)
{
    par p;
    asy_rtree *r = bind("rate: 8/255\ncount: 6_000\nrows: 1e4\nmode: margin\nflag: true\ntext: no\n"
                        "path: a/b.txt\nlist: 3\nwords: [1.10, no]\nblock: {gap: inf}\nmap: {a: 0.5, b-2: 1, x-y: 7}\n"
                        "custom: {train: 10}\nopt: {method: sgd, lr: 0.3}\ntwice: auto", &p);
    ck_assert_int_eq(asy_diag_errors(diag), 0);
    ck_assert(p.rate == 8.0 / 255.0 && p.twice == 2 * (8.0 / 255.0));
    ck_assert(p.count == 6000 && p.rows == 10000 && p.mode == 1 && p.flag);
    ck_assert_str_eq(p.text, "no");
    ck_assert_str_eq(p.path, "d/a/b.txt");
    ck_assert(p.list.n == 1 && p.list.v[0] == 3 && p.words.n == 2);
    ck_assert_str_eq(p.words.v[0], "1.10");
    ck_assert(p.block && p.block->floor == 0.25 && isinf(p.block->gap));
    ck_assert_int_eq(p.map.n, 2);
    ck_assert_str_eq(p.map.name[1], "b-2");
    ck_assert(*(const double *)p.map.value[0] == 0.5 && *(const double *)p.map.value[1] == 1);
    ck_assert_ptr_nonnull(asy_tree_get(p.custom, "train"));
    ck_assert(p.opt && p.opt->m == asy_method_find("sgd", &asy_spot_optimizer, NULL, NULL));
    ck_assert_str_eq(child(r, "twice")->formula, "2*rate");
    ck_assert_int_eq(child(r, "count")->loc.line, 2);
    ck_assert_int_eq(child(r, "count")->origin, ASY_FROM_FILE);
}
END_TEST

START_TEST(written_values_stay)
{
    par p;
    asy_rtree *r = bind("{twice: 3, block: none, opt: none, custom: ~, rate: ~}", &p);
    ck_assert_int_eq(asy_diag_errors(diag), 0);
    ck_assert(p.twice == 3 && p.rate == 0.5 && !p.block && !p.opt && !p.custom);
    ck_assert_ptr_null(child(r, "twice")->formula);
}
END_TEST

/* Key order and other spellings of a number do not show; paths that hash nothing are left out. */
START_TEST(canonical_is_canonical)
{
    par p;
    asy_buf a, b;
    asy_buf_init(&a, 1 << 16);
    asy_buf_init(&b, 1 << 16);
    const char *one = "{count: 1_000, rate: 1/8, path: p, custom: {n: 1e2, a: [x, 1]}, block: {gap: 1}}";
    const char *two = "{custom: {a: [x, 1], n: 100}, block: {floor: 0.25, gap: 1.0}, path: q, rate: 0.125,\n"
                      " count: 1e3}";
    asy_rtree_canonical(bind(one, &p), &a);
    asy_rtree_canonical(bind(two, &p), &b);
    ck_assert_int_eq(asy_diag_errors(diag), 0);
    ck_assert_str_eq(asy_buf_text(&a), asy_buf_text(&b));
    ck_assert_str_eq(asy_buf_text(&a),
                     "{\"block\":{\"floor\":0.25,\"gap\":1},\"count\":1000,"
                     "\"custom\":{\"a\":[\"x\",1],\"n\":100},\"flag\":false,\"list\":[1,2],"
                     "\"mode\":\"cross-entropy\",\"rate\":0.125,\"rows\":0,\"share\":0,\"twice\":0.25}");
    asy_buf_free(&a);
    asy_buf_free(&b);
}
END_TEST

static const struct { const char *yaml, *text; } complaints[] = {
    { "block: {floor: 1}",
      "error[E0201]: `block` needs `gap`\n"
      "  --> d/t.yaml:1:1\n"
      " 1 | block: {floor: 1}\n"
      "   | ^^^^^\n"
      "   = note: `gap`: width of the gap; it takes a number\n" },
    { "rate: fast",
      "error[E0202]: `rate` takes a number, not `fast`\n"
      "  --> d/t.yaml:1:7\n"
      " 1 | rate: fast\n"
      "   |       ^^^^ a number from 0 up\n" },
    { "share: high",
      "error[E0202]: `share` takes a number, not `high`\n"
      "  --> d/t.yaml:1:8\n"
      " 1 | share: high\n"
      "   |        ^^^^ a number from 0 up to, not including, 1\n" },
    { "count: 1.5",
      "error[E0202]: `count` takes an integer, not `1.5`\n"
      "  --> d/t.yaml:1:8\n"
      " 1 | count: 1.5\n"
      "   |        ^^^ an integer from 1 to 100000\n" },
    { "flag: True",
      "error[E0202]: `flag` takes true or false, not `True`\n"
      "  --> d/t.yaml:1:7\n"
      " 1 | flag: True\n"
      "   |       ^^^^\n"
      "   = help: did you mean `true`?\n" },
    { "mode: [1]",
      "error[E0202]: `mode` takes one of cross-entropy, margin, dlr, not a list\n"
      "  --> d/t.yaml:1:7\n"
      " 1 | mode: [1]\n"
      "   |       ^^^\n" },
    { "block: 3",
      "error[E0202]: `block` takes a block of keys, not `3`\n"
      "  --> d/t.yaml:1:8\n"
      " 1 | block: 3\n"
      "   |        ^\n" },
    { "count: 0",
      "error[E0205]: `count` is 0, outside its range\n"
      "  --> d/t.yaml:1:8\n"
      " 1 | count: 0\n"
      "   |        ^ an integer from 1 to 100000\n"
      "   = note: `count`: h\n" },
    { "share: 1",
      "error[E0205]: `share` is 1, outside its range\n"
      "  --> d/t.yaml:1:8\n"
      " 1 | share: 1\n"
      "   |        ^ a number from 0 up to, not including, 1\n"
      "   = note: `share`: h\n" },
    { "list: [1, 11]",
      "error[E0205]: `list` is 11, outside its range\n"
      "  --> d/t.yaml:1:11\n"
      " 1 | list: [1, 11]\n"
      "   |           ^^ a number from 0 to 10\n"
      "   = note: `list`: h\n" },
    { "mode: cw",
      "error[E0206]: `mode` cannot be `cw`\n"
      "  --> d/t.yaml:1:7\n"
      " 1 | mode: cw\n"
      "   |       ^^ one of cross-entropy, margin, dlr\n"
      "   = help: did you mean `margin`?\n" },
    { "mode: Margin",
      "error[E0206]: `mode` cannot be `Margin`\n"
      "  --> d/t.yaml:1:7\n"
      " 1 | mode: Margin\n"
      "   |       ^^^^^^ one of cross-entropy, margin, dlr\n"
      "   = help: did you mean `margin`?\n" },
    { "{count: 1, share: 0}",
      "error[E0207]: `share` and `count` exclude each other\n"
      "  --> d/t.yaml:1:12\n"
      " 1 | {count: 1, share: 0}\n"
      "   |            ^^^^^\n"
      "   |  ----- the other one\n"
      "   = help: keep one of the two\n" },
    { "opt: {lr: 1}",
      "error[E0201]: `box.opt` needs `method`\n"
      "  --> d/t.yaml:1:1\n"
      " 1 | opt: {lr: 1}\n"
      "   | ^^^\n"
      "   = note: `method` names the optimizer\n" },
    { "opt: sgd@7",
      "error[E0209]: `sgd@7` is not in this Assay, which has `sgd@1`\n"
      "  --> d/t.yaml:1:6\n"
      " 1 | opt: sgd@7\n"
      "   |      ^^^^^\n"
      "   = help: write `sgd@1`, or `sgd` for whatever revision is there\n" },
    { "opt: {method: sgd, momentun: 0.9}",
      "error[E0203]: `sgd` has no parameter `momentun`\n"
      "  --> d/t.yaml:1:20\n"
      " 1 | opt: {method: sgd, momentun: 0.9}\n"
      "   |                    ^^^^^^^^\n"
      "   = help: did you mean `momentum`?\n"
      "   = note: `sgd` takes decay, lr, momentum, nesterov, schedule, weight_decay; every optimizer takes "
      "clip\n" },
    { "opt: sdg",
      "error[E0204]: no optimizer is called `sdg`\n"
      "  --> d/t.yaml:1:6\n"
      " 1 | opt: sdg\n"
      "   |      ^^^\n"
      "   = help: did you mean `sgd`?   (all optimizers: assay list optimizers)\n" },
    { "map: {A B: 1}",
      "error[E0202]: `A B` cannot be a name\n"
      "  --> d/t.yaml:1:7\n"
      " 1 | map: {A B: 1}\n"
      "   |       ^^^ lower-case letters, digits and hyphens, at most 64\n" },
};

START_TEST(complaint)
{
    par p;
    (void)bind(complaints[_i].yaml, &p);
    ck_assert_int_eq(asy_diag_errors(diag), 1);
    expect_text(complaints[_i].text);
}
END_TEST

/* An unknown key: near word, the other sign, a word of another tool, a block that takes it, nothing. */
static const struct { const char *yaml, *help; } strangers[] = {
    { "rat: 1", "did you mean `rate`?" },
    { "Rate: 1", "did you mean `rate`?" },
    { "learning-rate: 1", "did you mean `rate`?" },
    { "speed: 1", "did you mean `rate`?" },
    { "gap: 1", "did you mean `map`?" },
    { "floor: 1", "this key belongs under `box.block`" },
    { "{opt: sgd, momentum: 1}", "this key belongs under `box.opt`" },
    { "{opt: {method: sgd, mode: dlr}}", "this key belongs under `box`" },
    { "zzzzzz: 1", NULL },
};

START_TEST(stranger)
{
    par p;
    asy_buf out;
    asy_buf_init(&out, 1 << 16);
    (void)bind(strangers[_i].yaml, &p);
    ck_assert_int_eq(asy_diag_errors(diag), 1);
    asy_diag_render(diag, &out, false);
    ck_assert_ptr_nonnull(strstr(asy_buf_text(&out), "error[E0203]: "));
    const char *help = strangers[_i].help, *text = asy_buf_text(&out);
    ck_assert_msg(help ? strstr(text, help) != NULL : strstr(text, "= help") == NULL, "%s", text);
    asy_buf_free(&out);
}
END_TEST

START_TEST(collects_everything)
{
    par p;
    (void)bind("rate: a\ncount: 0\nflag: 3\nmode: x\nlist: [a, 1, b]\nmap: {a: 2, b: c}\nnonsense: 1\n"
               "opt: {method: sgd, lr: -1, momentum: 2}", &p);
    ck_assert_int_eq(asy_diag_errors(diag), 11);
}
END_TEST

/* ---- the reader of numbers */
static const struct { const char *text; bool good; double v; } numbers[] = {
    { "0.1", true, 0.1 }, { "1e-3", true, 1e-3 }, { ".5", true, 0.5 }, { "1_000", true, 1000 },
    { "inf", true, INFINITY }, { "-inf", true, -INFINITY },
    { "8/255", true, 8.0 / 255.0 }, { "-3", true, -3 }, { "+3", true, 3 },
    { "1_0.2_5", true, 10.25 }, { "1e400", false, 0 }, { "nan", false, 0 },
    { "", false, 0 }, { "_1", false, 0 }, { "1_", false, 0 }, { "1__0", false, 0 },
    { "1/0", false, 0 }, { "1/2/3", false, 0 }, { "0x10", false, 0 },
    { "1 ", false, 0 }, { "1,5", false, 0 }, { "inf/2", false, 0 }, { "high", false, 0 }, { "/", false, 0 },
};
START_TEST(number)
{
    double v = -7;
    ck_assert_int_eq(asy_read_number(numbers[_i].text, &v), numbers[_i].good);
    if (numbers[_i].good) ck_assert_msg(v == numbers[_i].v, "%s", numbers[_i].text);
}
END_TEST

static const struct { const char *text; bool good; int64_t v; } integers[] = {
    { "0", true, 0 }, { "60_000", true, 60000 }, { "1e4", true, 10000 }, { "2.5e3", true, 2500 },
    { "-12", true, -12 },
    { "9223372036854775807", true, INT64_MAX }, { "9223372036854775808", false, 0 },
    { "1.0", false, 0 }, { "1e-1", false, 0 }, { "1e16", false, 0 },
    { "8/4", false, 0 }, { "-", false, 0 }, { "", false, 0 }, { "1e", false, 0 },
    { "inf", false, 0 }, { "0x1", false, 0 },
};
START_TEST(integer)
{
    int64_t v = -7;
    ck_assert_int_eq(asy_read_integer(integers[_i].text, &v), integers[_i].good);
    if (integers[_i].good) ck_assert_int_eq(v, integers[_i].v);
}
END_TEST

START_TEST(bound_by_text)
{
    static const char *const good[][2] = {
        { "lr", "1/4" }, { "schedule", "{method: one-cycle, peak: 0.5}" }, { NULL, NULL },
    };
    static const char *const low[][2] = { { "lr", "-1" }, { NULL, NULL } };
    static const char *const open[][2] = { { "lr", "[1" }, { NULL, NULL } };
    const asy_bound *b;
    ck_assert_int_eq(asy_bind_text(arena, &asy_spot_optimizer, "sgd", good, &b), ASY_OK);
    ck_assert_str_eq(b->name, "sgd");
    ck_assert(((const asy_optimizer *)b->m)->lr(b->params) == 0.25);
    ck_assert_str_eq(((const asy_optimizer *)b->m)->schedule(b->params)->name, "one-cycle");
    ck_assert_int_eq(asy_bind_text(arena, &asy_spot_optimizer, "sgd", low, &b), ASY_EINVAL);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "E0205"));
    ck_assert_ptr_null(b);
    ck_assert_int_eq(asy_bind_text(arena, &asy_spot_optimizer, "sgd", open, &b), ASY_EINVAL);
}
END_TEST

/* A block that cannot get memory says so through the arena and does nothing else. */
START_TEST(out_of_memory)
{
    const char *yaml = "rate: 1\nlist: [1, 2]\nmap: {a: 1}\nblock: {gap: 1}\n"
                       "opt: {method: sgd, schedule: one-cycle, nope: 1}";
    for (long n = 1; ; n++) {
        asy_arena *a = asy_arena_new(0);
        asy_diag *d = asy_diag_new(a);
        asy_tree *t = asy_yaml_text(a, d, "t", yaml, strlen(yaml));
        asy_binder b = { .arena = a, .diag = d };
        par p;
        ck_assert_ptr_nonnull(t);
        (void)asy_arena_fail_at(n);
        (void)asy_bind_block(&b, "box", t, rows, &p);
        (void)asy_arena_fail_at(0);
        asy_status s = asy_arena_status(a);
        int errors = asy_diag_errors(d);
        asy_arena_free(a);
        if (s == ASY_OK) { ck_assert_int_eq(errors, 1); ck_assert_int_gt(n, 20); return; }
        ck_assert_int_eq(s, ASY_ENOMEM);
    }
}
END_TEST

Suite *asy_suite_method_params(void)
{
    Suite *s = suite_create("method_params");
    TCase *t = tcase_create("bind");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, defaults);
    tcase_add_test(t, values);
    tcase_add_test(t, written_values_stay);
    tcase_add_test(t, canonical_is_canonical);
    tcase_add_loop_test(t, complaint, 0, sizeof complaints / sizeof *complaints);
    tcase_add_loop_test(t, stranger, 0, sizeof strangers / sizeof *strangers);
    tcase_add_test(t, collects_everything);
    tcase_add_loop_test(t, number, 0, sizeof numbers / sizeof *numbers);
    tcase_add_loop_test(t, integer, 0, sizeof integers / sizeof *integers);
    tcase_add_test(t, bound_by_text);
    tcase_add_test(t, out_of_memory);
    suite_add_tcase(s, t);
    return s;
}
