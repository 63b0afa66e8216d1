// SPDX-License-Identifier: GPL-3.0-or-later
/* Models: slots, initial weights, normalisation, refusals. */
#include <check.h>
#include <string.h>
#include "../known/lib/model/_world.h"

static asy_arena *a;

static void begin(void) { a = asy_arena_new(0); }
static void end(void)   { asy_arena_free(a); }

static asy_model *model(const char *arch, const char *const pairs[][2], asy_shape sample, int64_t classes)
{
    asy_model *m;

    ck_assert_msg(asy_world_model(&m, a, arch, pairs, sample, classes) == ASY_OK, "%s", asy_error_text());
    return m;
}

START_TEST(slots_are_aligned_and_named)
{
    asy_model *m = model("cnn-small", NULL, ASY_SHAPE(3, 8, 8), 7);
    static const char *const names[] = { "conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias",
                                         "fc1.weight",   "fc1.bias",   "fc2.weight",   "fc2.bias" };

    ck_assert_int_eq(m->n_slots, 8);
    for (int i = 0; i < 8; i++) {
        ck_assert_str_eq(m->slot[i].name, names[i]);
        ck_assert_int_eq(m->slot[i].first % 16, 0);
        ck_assert_int_eq(m->slot[i].decays, i % 2 == 0);
    }
    ck_assert_int_eq(m->slot[0].shape.d[1], 3);
    ck_assert_int_eq(m->slot[4].shape.d[1], 32 * 2 * 2);
    ck_assert_int_eq(m->slot[1].fan_in, 27);
    ck_assert_int_eq(m->n % 16, 0);
}
END_TEST

/* From SHA-256 and Philox written down independently of the library: stream 7/init/NAME, uniform in ±1/√2. */
START_TEST(initial_weights_are_frozen)
{
    static const float w[] = { -0x1.8569a6p-2f, 0x1.f4a19ap-3f, 0x1.07e67cp-1f, -0x1.12be02p-4f },
                       b[] = { -0x1.c6e892p-3f, 0x1.a86158p-2f };
    asy_model *m = model("linear", NULL, ASY_SHAPE(2), 2);
    asy_rng r = asy_rng_part(asy_rng_seed(7), "init");
    uint64_t version = m->version;

    asy_model_init(m, &r);
    ck_assert_mem_eq(asy_world_slot(m, "fc1.weight"), w, sizeof w);
    ck_assert_mem_eq(asy_world_slot(m, "fc1.bias"), b, sizeof b);
    ck_assert_uint_ne(m->version, version);
    for (int64_t i = 4; i < 16; i++)
        ck_assert_float_eq(m->w[i], 0);
}
END_TEST

/* Keyed by name: another arch with the same tensor starts with the same values; another seed does not. */
START_TEST(initial_weights_follow_the_name)
{
    const char *const two[][2] = { { "hidden", "2" }, { NULL, NULL } };
    asy_model *l = model("linear", NULL, ASY_SHAPE(2), 2), *m = model("mlp", two, ASY_SHAPE(2), 2);
    asy_rng r0 = asy_rng_part(asy_rng_seed(0), "init"), r1 = asy_rng_part(asy_rng_seed(1), "init");

    asy_model_init(l, &r0);
    asy_model_init(m, &r0);
    ck_assert_mem_eq(asy_world_slot(l, "fc1.weight"), asy_world_slot(m, "fc1.weight"), 4 * sizeof(float));
    ck_assert_mem_ne(asy_world_slot(m, "fc1.weight"), asy_world_slot(m, "fc2.weight"), 4 * sizeof(float));
    asy_model_init(m, &r1);
    ck_assert_mem_ne(asy_world_slot(l, "fc1.weight"), asy_world_slot(m, "fc1.weight"), 4 * sizeof(float));
}
END_TEST

/* The scores of x under mean and deviation are those of (x − mean)/deviation without; [2,1,2]: two channels
 * of two pixels. All dyadic. */
static void check_normalised(asy_shape sample, int channels, const int channel[4])
{
    static const float x[] = { 0.5f, 0.25f, 1.0f, 0.75f };
    static const double mean[] = { 0.5, 0.25, 0.125, 1 }, std[] = { 0.5, 0.25, 2, 0.125 };
    asy_model *m = model("linear", NULL, sample, 2);
    float by_hand[4], want[2], got[2];

    for (int i = 0; i < 8; i++)
        asy_world_slot(m, "fc1.weight")[i] = (float)(i - 3);
    for (int i = 0; i < 4; i++)
        by_hand[i] = (x[i] - (float)mean[channel[i]]) / (float)std[channel[i]];
    ck_assert_int_eq(asy_world_scores(a, m, 1, by_hand, want), ASY_OK);
    m->channels = channels;
    memcpy(m->mean, mean, sizeof mean);
    memcpy(m->std, std, sizeof std);
    ck_assert_msg(asy_world_scores(a, m, 1, x, got) == ASY_OK, "%s", asy_error_text());
    ck_assert_mem_eq(got, want, sizeof want);
}

START_TEST(one_channel_is_normalised)
{
    check_normalised(ASY_SHAPE(1, 2, 2), 1, (const int[]){ 0, 0, 0, 0 });
}
END_TEST
START_TEST(channels_are_normalised) { check_normalised(ASY_SHAPE(2, 1, 2), 2, (const int[]){ 0, 0, 1, 1 }); }
END_TEST
START_TEST(columns_are_normalised) { check_normalised(ASY_SHAPE(4), 4, (const int[]){ 0, 1, 2, 3 }); }
END_TEST

static void check_refused(const char *arch, asy_shape sample, int64_t classes, const char *text)
{
    asy_model *m;

    ck_assert_int_eq(asy_world_model(&m, a, arch, NULL, sample, classes), ASY_ESHAPE);
    ck_assert_msg(strstr(asy_error_text(), text) != NULL, "%s", asy_error_text());
}

START_TEST(data_that_do_not_fit_are_refused)
{
    check_refused("cnn-small", ASY_SHAPE(784), 10, "[C,H,W]");
    check_refused("cnn-small", ASY_SHAPE(1, 3, 28), 10, "4×4");
    check_refused("mnist-cnn", ASY_SHAPE(784), 10, "[C,H,W]");
    check_refused("mnist-cnn", ASY_SHAPE(1, 5, 5), 10, "6×6");
    check_refused("linear", ASY_SHAPE(4), 1, "2 classes");
}
END_TEST

static bool complains(const char *arch, const char *key, const char *value)
{
    const char *const pairs[][2] = { { key, value }, { NULL, NULL } };
    const asy_bound *b;

    return asy_bind_text(a, &asy_spot_model, arch, pairs, &b) != ASY_OK;
}

START_TEST(parameters_out_of_range_are_refused)
{
    ck_assert(complains("mlp", "hidden", "2.5"));
    ck_assert(complains("mlp", "hidden", "0"));
    ck_assert(complains("mlp", "activation", "gulu"));
    ck_assert(complains("cnn-small", "width", "0"));
    ck_assert(!complains("cnn-small", "width", "1"));
}
END_TEST

/* Two classes with a loss that needs one output only: the scores are [0, z], z the output. */
START_TEST(two_classes_may_have_one_output)
{
    const asy_bound *arch, *loss;
    asy_dataset_view *v = ASY_NEW(a, asy_dataset_view);
    asy_model *m;
    float got[4];

    asy_world_data(v, a, ASY_SHAPE(2), 2, 0, NULL, NULL);
    ck_assert_int_eq(asy_bind_text(a, &asy_spot_model, "linear", NULL, &arch), ASY_OK);
    ck_assert_int_eq(asy_bind_text(a, &asy_spot_loss, "bce", NULL, &loss), ASY_OK);
    ck_assert_int_eq(asy_model_new(&m, a, arch, v, loss), ASY_OK);
    ck_assert_int_eq(asy_world_count(m), 3);
    memcpy(asy_world_slot(m, "fc1.weight"), (const float[]){ 2, -1 }, 2 * sizeof(float));
    asy_world_slot(m, "fc1.bias")[0] = 0.5f;
    ck_assert_int_eq(asy_world_scores(a, m, 2, (const float[]){ 1, 4, 3, 0 }, got), ASY_OK);
    ck_assert_mem_eq(got, ((const float[]){ 0, -1.5f, 0, 6.5f }), sizeof got);

    ck_assert_int_eq(asy_bind_text(a, &asy_spot_loss, "cross-entropy", NULL, &loss), ASY_OK);
    ck_assert_int_eq(asy_model_new(&m, a, arch, v, loss), ASY_OK);
    ck_assert_int_eq(asy_world_count(m), 6);
    v->data.classes = 3;
    ck_assert_int_eq(asy_bind_text(a, &asy_spot_loss, "bce", NULL, &loss), ASY_OK);
    ck_assert_int_eq(asy_model_new(&m, a, arch, v, loss), ASY_OK);
    ck_assert_int_eq(asy_world_count(m), 9);
}
END_TEST

START_TEST(memory_that_fails_is_reported)
{
    const asy_bound *b;
    asy_dataset_view *v = ASY_NEW(a, asy_dataset_view);
    asy_status s = ASY_ENOMEM;
    long n = 1;

    ck_assert_int_eq(asy_bind_text(a, &asy_spot_model, "mlp", NULL, &b), ASY_OK);
    asy_world_data(v, a, ASY_SHAPE(4), 3, 0, NULL, NULL);
    for (; n < 10000 && s != ASY_OK; n++) {
        asy_arena *small = asy_arena_new(0);
        asy_model *m;

        asy_arena_fail_at(n);
        s = asy_model_new(&m, small, b, v, NULL);
        asy_arena_fail_at(0);
        ck_assert_msg(s == ASY_OK || s == ASY_ENOMEM, "allocation %ld: %s", n, asy_error_text());
        asy_arena_free(small);
    }
    ck_assert_int_eq(s, ASY_OK);
    ck_assert_int_gt(n, 10);
}
END_TEST

Suite *asy_suite_model_model(void);
Suite *asy_suite_model_model(void)
{
    Suite *s = suite_create("model_model");
    TCase *t = tcase_create("model");

    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, slots_are_aligned_and_named);
    tcase_add_test(t, initial_weights_are_frozen);
    tcase_add_test(t, initial_weights_follow_the_name);
    tcase_add_test(t, one_channel_is_normalised);
    tcase_add_test(t, channels_are_normalised);
    tcase_add_test(t, columns_are_normalised);
    tcase_add_test(t, data_that_do_not_fit_are_refused);
    tcase_add_test(t, parameters_out_of_range_are_refused);
    tcase_add_test(t, two_classes_may_have_one_output);
    tcase_add_test(t, memory_that_fails_is_reported);
    suite_add_tcase(s, t);
    return s;
}
