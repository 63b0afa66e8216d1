// SPDX-License-Identifier: GPL-3.0-or-later
/* Lists of layers: what is wrong with them, and where. */
#include <check.h>
#include <string.h>
#include "../known/lib/model/_world.h"

static asy_arena *a;

static void begin(void) { a = asy_arena_new(0); }
static void end(void) { asy_arena_free(a); }

static asy_status bind(const char *layers, const asy_bound **b)
{
    const char *const pairs[][2] = { { "layers", layers }, { NULL, NULL } };

    return asy_bind_text(a, &asy_spot_model, "sequence", pairs, b);
}

/* layers, and what the complaint says */
static const char *const wrong[][3] = {
    { "relu", "E0202", "takes a list of layers" },
    { "[]", "E0202", "takes a list of layers" },
    { "[rellu]", "E0204", "did you mean `relu`?" },
    { "[{con: 3}]", "E0204", "did you mean `conv`?" },
    { "[{conv: 3, siz: 3}]", "E0203", "did you mean `size`?" },
    { "[conv]", "E0201", "`conv`" },
    { "[{conv: 0}]", "E0205", "`conv` is 0" },
    { "[{conv: many}]", "E0202", "`conv`" },
    { "[{conv: 3, size: 1.5}]", "E0202", "one whole number, or two: [height, width]" },
    { "[{conv: 3, size: [1, 2, 3]}]", "E0202", "one whole number, or two: [height, width]" },
    { "[{conv: 3, size: 4, pad: same}]", "E0207", "odd size" },
    { "[{conv: 3, pool: 2}]", "E0207", "`conv` and `pool` are two layers" },
    { "[{relu: 3}]", "E0202", "is written as a word" },
    { "[{flatten: 3}]", "E0202", "is written as a word" },
    { "[[relu]]", "E0202", "a layer is a word or a map" },
    { "[{}]", "E0202", "a layer is a word or a map" },
    { "[{norm: bach}]", "E0206", "did you mean `batch`?" },
    { "[{dropout: 1}]", "E0205", "`dropout` is 1" },
    { "[{residual: relu}]", "E0202", "takes a list of layers" },
    { "[{residual: [relu, {conv: 3, residual: [tan]}]}]", "E0207", "two layers" },
    { "[{residual: [{residual: [tan]}]}]", "E0204", "`tan`" },
    { "[{residual: [{residual: [{residual: [{residual: [{residual: [relu]}]}]}]}]}]", "E0205",
      "more than 4 deep" },
};
enum { WRONG = sizeof wrong / sizeof *wrong };

START_TEST(complaints)
{
    const asy_bound *b;

    ck_assert_msg(bind(wrong[_i][0], &b) == ASY_EINVAL, "%s was taken", wrong[_i][0]);
    ck_assert_msg(strstr(asy_error_text(), wrong[_i][1]) && strstr(asy_error_text(), wrong[_i][2]), "%s: %s",
                  wrong[_i][0], asy_error_text());
    asy_error_clear();
}
END_TEST

START_TEST(too_many)
{
    const asy_bound *b;
    char text[8 * 300] = "[relu";

    for (int i = 1; i < 257; i++) strcat(text, ",relu");
    strcat(text, "]");
    ck_assert_int_eq(bind(text, &b), ASY_EINVAL);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "more than 256 layers"));
    asy_error_clear();
}
END_TEST

/* layers on [1,8,8] with 10 classes, and what does not fit */
static const char *const misfits[][2] = {
    { "[{linear: classes}]",
      "layer 1 (`linear`) is given [8,8,1] (height, width, channels): it takes a row" },
    { "[flatten, {conv: 3}]", "layer 2 (`conv`) is given [64]: it takes images" },
    { "[flatten, {pool: 2}]", "layer 2 (`pool`) is given [64]: it takes images" },
    { "[{conv: 3, size: 9}]",
      "layer 1 (`conv`) is given [8,8,1] (height, width, channels): the kernel is larger" },
    { "[{conv: 3, pad: 5}]", "`pad` is larger than the kernel reaches" },
    { "[{conv: 4, groups: 2}]", "must divide into `groups`" },
    { "[{pool: 2, pad: 2}]", "`pad` is not smaller than the window" },
    { "[{pool: 9}]", "the window is larger than the image" },
    { "[{conv: 4}, {norm: group}]", "layer 2 (`norm`) is given [6,6,4]" },
    { "[relu, {residual: [relu, {pool: 9}]}]", "layer 2.2 (`pool`)" },
    { "[{residual: [{conv: 2}]}]", "layer 1 (`residual`): its layers make [6,6,2] of another shape" },
    { "[{residual: [{conv: 2}], shortcut: projection}]", "no stride of the projection" },
    { "[flatten]", "the layers end with [64], not with 10 scores" },
    { "[{transposed_conv: 2, pad: 7}]", "`pad` is larger than the kernel reaches" },
};
enum { MISFITS = sizeof misfits / sizeof *misfits };

START_TEST(shapes_that_do_not_fit)
{
    const char *const pairs[][2] = { { "layers", misfits[_i][0] }, { NULL, NULL } };
    asy_model *m;

    ck_assert_msg(asy_world_model(&m, a, "sequence", pairs, ASY_SHAPE(1, 8, 8), 10) == ASY_ESHAPE, "%s: %s",
                  misfits[_i][0], asy_error_text());
    ck_assert_msg(strstr(asy_error_text(), misfits[_i][1]) != NULL, "%s: %s", misfits[_i][0],
                  asy_error_text());
    asy_error_clear();
}
END_TEST

START_TEST(tensors_are_named_by_kind)
{
    static const char *const names[] = { "conv1.weight",
                                         "conv1.bias",
                                         "norm1.weight",
                                         "norm1.bias",
                                         "residual1/conv1.weight",
                                         "residual1/conv1.bias",
                                         "residual1/shortcut.weight",
                                         "linear1.weight",
                                         "linear1.bias" };
    const char *const pairs[][2] = {
        { "layers",
          "[{conv: 2}, {norm: layer}, relu, {residual: [{conv: 4, pad: same}], shortcut: projection}, "
          "flatten, {linear: classes}]" },
        { NULL, NULL }
    };
    asy_model *m;

    ck_assert_msg(asy_world_model(&m, a, "sequence", pairs, ASY_SHAPE(1, 8, 8), 10) == ASY_OK, "%s",
                  asy_error_text());
    ck_assert_int_eq(m->n_slots, 9);
    for (int i = 0; i < 9; i++) ck_assert_str_eq(m->slot[i].name, names[i]);
}
END_TEST

Suite *asy_suite_model_sequence(void);
Suite *asy_suite_model_sequence(void)
{
    Suite *s = suite_create("model_sequence");
    TCase *c = tcase_create("all");

    tcase_add_checked_fixture(c, begin, end);
    tcase_set_timeout(c, 30);
    tcase_add_loop_test(c, complaints, 0, WRONG);
    tcase_add_test(c, too_many);
    tcase_add_loop_test(c, shapes_that_do_not_fit, 0, MISFITS);
    tcase_add_test(c, tensors_are_named_by_kind);
    suite_add_tcase(s, c);
    return s;
}
