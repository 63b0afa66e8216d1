// SPDX-License-Identifier: GPL-3.0-or-later
/* `data.augment` and `data.corrupt.shift` in a spec: forms, keys of stages, what is refused. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "method/params.h"
#include "method/view.h"
#include "spec/spec.h"

static asy_arena *a;
static asy_diag *d;

static void begin(void)
{
    a = asy_arena_new(0);
    d = asy_diag_new(a);
}
static void end(void) { asy_arena_free(a); }

static asy_study *read_text(const char *text)
{
    char path[] = "/tmp/assay-spec-XXXXXX";
    int fd = mkstemp(path);
    asy_spec_options o = { 0 };
    asy_study *s = NULL;
    ck_assert_int_eq(write(fd, text, strlen(text)), (long)strlen(text));
    close(fd);
    ck_assert_int_eq(asy_study_read(&s, a, path, &o, d), ASY_OK);
    unlink(path);
    return s;
}

/* A spec with more keys of data and train, and further lines. */
static asy_study *read_spec(const char *data, const char *train, const char *lines)
{
    const char *text =
        asy_sprintf(a,
                    "assay: 1\nname: s\n"
                    "data: {dataset: synth-digits%s%s}\nmodel: {arch: linear}\n"
                    "train: {epochs: 2%s%s}\n%s\n",
                                   *data ? ", " : "", data, *train ? ", " : "", train, lines);
    return read_text(text);
}

static const char *said(void)
{
    asy_buf b;
    asy_buf_init(&b, 1 << 20);
    asy_diag_render(d, &b, false);
    const char *text = asy_strdup(a, asy_buf_text(&b));
    asy_buf_free(&b);
    return text;
}

static asy_study *good(const char *data)
{
    asy_study *s = read_spec(data, "", "");
    ck_assert_msg(asy_diag_errors(d) == 0, "%s", said());
    return s;
}

START_TEST(forms_agree)
{
    static const char *const forms[] = {
        "augment: {flip: {}, shift: {max: 0.25}}",
        "augment: {flip: , shift: {max: 0.25}}",
        "augment: [flip, {method: shift, max: 0.25}]",
        "augment: [{method: flip}, {method: shift, max: 1/4}]",
        "augment: [flip@1, {method: shift@1, max: 0.25}]",
        "augment: [flip: , shift: {max: 0.25}]",
        "augment: [{flip: {}}, {method: shift, max: 0.25}]",
    };
    const char *key = good(forms[0])->runs[0].train->key;
    for (size_t i = 1; i < sizeof forms / sizeof *forms; i++)
        ck_assert_str_eq(good(forms[i])->runs[0].train->key, key);
    ck_assert_str_eq(good("augment: flip")->runs[0].train->key, good("augment: {flip}")->runs[0].train->key);
    ck_assert_str_eq(good("augment: {method: flip}")->runs[0].train->key,
                     good("augment: flip")->runs[0].train->key);
    const asy_bounds *list = &good("augment: {shift: , flip: }")->runs[0].root.data->augment;
    ck_assert_int_eq(list->n, 2);
    ck_assert_str_eq(list->v[0]->m->name, "shift");
    ck_assert_int_eq(good("augment: none")->runs[0].root.data->augment.n, 0);
    ck_assert_int_eq(good("augment: []")->runs[0].root.data->augment.n, 0);
}
END_TEST

/* Of the training's key alone: the data stage and its split are the same. */
START_TEST(keys)
{
    asy_study *plain = good(""), *none = good("augment: none"), *flip = good("augment: flip"),
              *more = good("augment: {flip: {p: 0.4}}"), *two = good("augment: {flip, shift}"),
              *turned = good("augment: {shift, flip}"), *fog = good("corrupt: {shift: fog}");
    ck_assert_str_eq(plain->runs[0].train->key, none->runs[0].train->key);
    ck_assert_str_eq(plain->runs[0].data->key, two->runs[0].data->key);
    ck_assert_str_ne(plain->runs[0].train->key, flip->runs[0].train->key);
    ck_assert_str_ne(flip->runs[0].train->key, more->runs[0].train->key);
    ck_assert_str_ne(two->runs[0].train->key, turned->runs[0].train->key);
    ck_assert_str_ne(plain->runs[0].eval[0]->key, flip->runs[0].eval[0]->key);
    ck_assert_str_ne(plain->runs[0].data->key, fog->runs[0].data->key);
}
END_TEST

/* An arm adds to the root's list by names, and may take one away. */
START_TEST(arms)
{
    asy_study *s =
        read_spec("augment: {flip: {}}", "",
                  "arms: {root: {}, more: {data: {augment: {shift}}}, other: {data: {augment: [crop]}}, "
                  "less: {data: {augment: {flip: ~, crop: {}}}}}");
    static const char *const first[] = { "flip", "flip", "crop", "crop" };
    static const int n[] = { 1, 2, 1, 1 };
    ck_assert_msg(asy_diag_errors(d) == 0, "%s", said());
    for (int i = 0; i < 4; i++) {
        const asy_bounds *list = &s->runs[i].root.data->augment;
        ck_assert_int_eq(list->n, n[i]);
        ck_assert_str_eq(list->v[0]->m->name, first[i]);
    }
}
END_TEST

/* What `show` prints reads back as the same. */
START_TEST(shown_and_read_again)
{
    asy_study *s = good("augment: {flip: , shift: {max: 0.25}, mixup: }");
    asy_buf b;
    asy_buf_init(&b, 1 << 20);
    asy_study_show(s, NULL, false, &b);
    const char *line = strstr(asy_buf_text(&b), "augment: [");
    ck_assert_ptr_nonnull(line);
    const char *again = asy_strndup(a, line, strcspn(line, "\n"));
    asy_buf_free(&b);
    ck_assert_str_eq(good(again)->runs[0].train->key, s->runs[0].train->key);
}
END_TEST

static const struct { const char *data, *train, *code, *text; } bad[] = {
    { "augment: {flp: }", "", "E0204", "did you mean `flip`?" },
    { "augment: [flip, shfit]", "", "E0204", "did you mean `shift`?" },
    { "augment: {flip: {q: 1}}", "", "E0203", "`q`" },
    { "augment: {shift: {max: 2}}", "", "E0205", "from 0 to 1" },
    { "augment: {shift: 0.125}", "", "E0202", "`shift` takes" },
    { "augment: [[flip]]", "", "E0202", "takes" },
    { "augment: [{max: 0.1}]", "", "E0201", "needs `method`" },
    { "augment: {cutout: {size: 3}}", "", "E0203", "did you mean `side`?" },
    { "augment: {mixup, cutmix}", "", "E0310", "both mix samples" },
    { "augment: {mixup}", "adversary: {method: fgsm, eps: 0.1}", "E0310", "the adversary `fgsm`" },
    { "augment: {flip}", "batch: all, optimizer: lbfgs", "E0310", "`lbfgs` needs the same samples" },
    { "corrupt: {shift: fgo}", "", "E0204", "did you mean `fog`?" },
    { "corrupt: {shift: {method: fog, severity: 6}}", "", "E0205", "from 0 to 5" },
    { "corrupt: {shift: {method: fog, level: 3}}", "", "E0203", "`level`" },
};

static void one_complaint(const char *code, const char *text)
{
    ck_assert_msg(asy_diag_errors(d) == 1 && strstr(said(), code) != NULL && strstr(said(), text) != NULL,
                  "not %s with %s:\n%s", code, text, said());
}

START_TEST(refused)
{
    (void)read_spec(bad[_i].data, bad[_i].train, "");
    one_complaint(bad[_i].code, bad[_i].text);
}
END_TEST

/* Keys of the evaluation corruption-accuracy. */
static const struct { const char *keys, *code, *text; } bad_measure[] = {
    { "kinds: [rotate, fgo]", "E0204", "did you mean `fog`?" },
    { "kinds: [fog, fog]", "E0205", "`fog` stands twice" },
    { "severities: [1, 2, 2]", "E0205", "severity 2 stands twice" },
    { "severities: [1, 2.5]", "E0205", "not 2.5" },
    { "severities: 0", "E0205", "from 1 to 5" },
    { "kinds: []", "E0205", "nothing to measure" },
    { "severities: 3, published: true", "E0207", "exclude each other" },
};

/* A graph's net reads all nodes at once; trees are fitted to the rows as they are. */
START_TEST(refused_by_the_model)
{
    static const struct { const char *model, *train, *text; } cases[] = {
        { "gcn", "{epochs: 2}", "`gcn` sees the data as one whole" },
        { "tree", "at-once", "`at-once` trains on the data as they are" },
    };
    const char *text = asy_sprintf(a, "assay: 1\nname: s\ndata: {dataset: blobs, augment: gaussian-noise}\n"
                                      "model: {arch: %s}\ntrain: %s\n", cases[_i].model, cases[_i].train);
    (void)read_text(text);
    one_complaint("E0310", cases[_i].text);
}
END_TEST

START_TEST(refused_by_the_evaluation)
{
    (void)read_spec("", "", asy_sprintf(a, "evaluate: {c: {method: corruption-accuracy, %s}}",
                                        bad_measure[_i].keys));
    one_complaint(bad_measure[_i].code, bad_measure[_i].text);
}
END_TEST

/* ---- what needs the data */

static asy_status opened(const char *dataset, const char *data, asy_dataset_view *v)
{
    asy_binder b = { .arena = a, .diag = d };
    asy_data_par *p = ASY_NEW(a, asy_data_par);
    asy_data_in in = { .arena = a, .diag = d };
    const char *text = asy_sprintf(a, "{dataset: %s, %s}", dataset, data);
    (void)asy_bind_block(&b, "data", asy_yaml_text(a, d, "s", text, strlen(text)), asy_data_rows, p);
    ck_assert_msg(asy_diag_errors(d) == 0, "%s", said());
    return asy_dataset_open(p, &in, asy_rng_seed(0), v);
}

START_TEST(refused_by_the_data)
{
    static const struct { const char *set, *data, *code, *text;
    } cases[] = {
        { "blobs", "augment: {gaussian-noise: , rotate: }", "E0411", "`rotate` works on images" },
        { "blobs", "corrupt: {shift: fog}", "E0411", "`fog` corrupts images" },
        { "{method: synth-digits, n: 100, n_test: 20}", "corrupt: {shift: {method: fog, on: [tset]}}",
          "E0405", "the part `tset`" },
    };
    asy_dataset_view v;
    ck_assert_int_eq(opened(cases[_i].set, cases[_i].data, &v), ASY_EDATA);
    ck_assert_msg(strstr(said(), cases[_i].code) && strstr(said(), cases[_i].text), "%s", said());
}
END_TEST

/* Part test is corrupted and no other; the same for each seed; severity 0 is nothing. */
START_TEST(shift_touches_its_parts)
{
    static const char *const set = "{method: synth-digits, n: 100, n_test: 20}";
    enum { EACH = 28 * 28 };
    asy_dataset_view plain, shifted, zero;
    float x[20 * EACH], y[20 * EACH];
    ck_assert_int_eq(opened(set, "range: [-1, 1]", &plain), ASY_OK);
    ck_assert_int_eq(opened(set, "range: [-1, 1], corrupt: {shift: {method: stripe, severity: 3}}", &shifted),
                     ASY_OK);
    ck_assert_int_eq(opened(set, "range: [-1, 1], corrupt: {shift: {method: stripe, severity: 0}}", &zero),
                     ASY_OK);
    asy_view_load(asy_dataset_part(&plain, "train"), 20, 0, NULL, x, NULL, NULL);
    asy_view_load(asy_dataset_part(&shifted, "train"), 20, 0, NULL, y, NULL, NULL);
    ck_assert_mem_eq(x, y, sizeof x);
    asy_view_load(asy_dataset_part(&plain, "test"), 20, 0, NULL, x, NULL, NULL);
    asy_view_load(asy_dataset_part(&zero, "test"), 20, 0, NULL, y, NULL, NULL);
    ck_assert_mem_eq(x, y, sizeof x);
    asy_view_load(asy_dataset_part(&shifted, "test"), 20, 0, NULL, y, NULL, NULL);
    for (int i = 0; i < 20 * EACH; i++) {
        bool edge = i % 28 < 7 || i % 28 >= 21;
        ck_assert_float_eq_tol(y[i], edge ? -x[i] : x[i], 1e-6f);
    }
    /* the same images as asy_corruption_load gives */
    asy_view sub;
    ck_assert_int_eq(asy_view_subset(a, asy_dataset_part(&shifted, "test"), 7, &sub), ASY_OK);
    ck_assert_ptr_eq(sub.input, asy_dataset_part(&shifted, "test")->input);
}
END_TEST

Suite *asy_suite_spec_augment(void);
Suite *asy_suite_spec_augment(void)
{
    Suite *s = suite_create("spec_augment");
    TCase *c = tcase_create("spec");
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, begin, end);
    tcase_add_test(c, forms_agree);
    tcase_add_test(c, keys);
    tcase_add_test(c, arms);
    tcase_add_test(c, shown_and_read_again);
    tcase_add_loop_test(c, refused, 0, (int)(sizeof bad / sizeof *bad));
    tcase_add_loop_test(c, refused_by_the_model, 0, 2);
    tcase_add_loop_test(c, refused_by_the_evaluation, 0, (int)(sizeof bad_measure / sizeof *bad_measure));
    tcase_add_loop_test(c, refused_by_the_data, 0, 3);
    tcase_add_test(c, shift_touches_its_parts);
    suite_add_tcase(s, c);
    return s;
}
