// SPDX-License-Identifier: GPL-3.0-or-later
/* Shapes, their counts and texts, and tensors as views. */
#include <check.h>
#include <string.h>
#include "tensor/tensor.h"

START_TEST(counts)
{
    asy_shape scalar = ASY_SCALAR, s = ASY_SHAPE(16, 28, 28), none = ASY_SHAPE(3, 0, 5);
    asy_shape wide = ASY_SHAPE((int64_t)1 << 32, (int64_t)1 << 31),
              brim = ASY_SHAPE((int64_t)1 << 32, (int64_t)1 << 30);
    asy_shape minus = ASY_SHAPE(4, -1), both = ASY_SHAPE(0, -1);
    ck_assert_int_eq(asy_shape_count(&scalar), 1);
    ck_assert_int_eq(asy_shape_count(&s), 16 * 28 * 28);
    ck_assert_int_eq(asy_shape_count(&none), 0);
    ck_assert_int_eq(asy_shape_count(&wide), -1);
    ck_assert_int_eq(asy_shape_count(&brim), (int64_t)1 << 62);
    ck_assert_int_eq(asy_shape_count(&minus), -1);
    ck_assert_int_eq(asy_shape_count(&both), -1);
    asy_shape too_many = ASY_SHAPE(1, 1, 1, 1, 1, 1, 1);
    ck_assert_int_eq(asy_shape_count(&too_many), -1);
}
END_TEST

START_TEST(equal)
{
    asy_shape a = ASY_SHAPE(2, 3), b = ASY_SHAPE(2, 3), c = ASY_SHAPE(3, 2), d = ASY_SHAPE(2, 3, 1);
    ck_assert(asy_shape_equal(&a, &b) && !asy_shape_equal(&a, &c) && !asy_shape_equal(&a, &d));
}
END_TEST

START_TEST(texts)
{
    char text[32];
    asy_shape scalar = ASY_SCALAR, s = ASY_SHAPE(16, 28, 28);
    ck_assert_int_eq(asy_shape_text(&s, text, sizeof text), 10);
    ck_assert_str_eq(text, "[16,28,28]");
    asy_shape_text(&scalar, text, sizeof text);
    ck_assert_str_eq(text, "[]");
    ck_assert_int_eq(asy_shape_text(&s, text, 4), 10); /* cut as snprintf cuts */
    ck_assert_str_eq(text, "[16");
    asy_shape brim = { .n = ASY_MAXDIM };
    for (int i = 0; i < ASY_MAXDIM; i++) brim.d[i] = INT64_MIN;
    ck_assert_int_eq(asy_shape_text(&brim, text, sizeof text), ASY_MAXDIM * 21 + 1);
}
END_TEST

START_TEST(views)
{
    asy_arena *a = asy_arena_new(0);
    asy_tensor t = asy_tensor_new(a, ASY_I32, ASY_SHAPE(5, 2, 3));
    int32_t *x = t.data;
    ck_assert_ptr_nonnull(x);
    ck_assert_uint_eq(asy_tensor_bytes(&t), 120);
    for (int i = 0; i < 30; i++) {
        ck_assert_int_eq(x[i], 0);
        x[i] = i;
    }
    asy_tensor rows = asy_tensor_rows(&t, 2, 3);
    asy_shape want = ASY_SHAPE(3, 2, 3);
    ck_assert(asy_shape_equal(&rows.s, &want) && rows.type == ASY_I32);
    ck_assert_int_eq(((int32_t *)rows.data)[0], 12);
    ck_assert_uint_eq(asy_tensor_bytes(&rows), 72);
    asy_arena_free(a);
}
END_TEST

START_TEST(too_large)
{
    asy_shape shapes[] = { ASY_SHAPE((int64_t)1 << 40, (int64_t)1 << 40), ASY_SHAPE(-1),
                           ASY_SHAPE((int64_t)1 << 62) };
    for (int i = 0; i < 3; i++) {
        asy_arena *a = asy_arena_new(0);
        ck_assert_ptr_null(asy_tensor_new(a, ASY_F64, shapes[i]).data);
        ck_assert_int_eq(asy_arena_status(a), ASY_ENOMEM);
        asy_arena_free(a);
    }
}
END_TEST

START_TEST(types)
{
    static const struct {
        asy_dtype type;
        const char *name;
        size_t size;
    } v[] = { { ASY_F32, "f32", 4 }, { ASY_F64, "f64", 8 }, { ASY_I32, "i32", 4 }, { ASY_U8, "u8", 1 } };
    for (int i = 0; i < 4; i++) {
        ck_assert_str_eq(asy_dtype_name(v[i].type), v[i].name);
        ck_assert_uint_eq(asy_dtype_size(v[i].type), v[i].size);
    }
}
END_TEST

Suite *asy_suite_tensor_tensor(void);
Suite *asy_suite_tensor_tensor(void)
{
    Suite *s = suite_create("tensor_tensor");
    TCase *t = tcase_create("tensor");
    tcase_add_test(t, counts);
    tcase_add_test(t, equal);
    tcase_add_test(t, texts);
    tcase_add_test(t, views);
    tcase_add_test(t, too_large);
    tcase_add_test(t, types);
    suite_add_tcase(s, t);
    return s;
}
