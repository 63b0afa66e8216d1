// SPDX-License-Identifier: GPL-3.0-or-later
/* Same bits: every backend against plain C on random shapes, and every row against itself elsewhere. */
#include "kernels/kernels.h"
#include <check.h>

START_TEST(same_bits)
{
    const asy_backend *b = asy_backend_cpu((asy_isa)(_i / 4));
    if (b == NULL) return;
    asy_status s = asy_kernels_check(b, (uint64_t)(_i % 4));
    ck_assert_msg(s == ASY_OK, "%s", asy_error_text());
}
END_TEST

/* A backend that rounds differently in one kernel is found. */
static void wrong_add(const asy_node *n, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    (void)n;
    (void)w;
    for (int64_t i = 0; i < asy_shape_count(&out[0].s); i++)
        ((float *)out[0].data)[i] = ((const float *)in[0].data)[i];
}

START_TEST(notices)
{
    static const asy_kernel_entry wrong[] = { { .op = "sqrt", .fn = wrong_add, .pack_arg = -1 },
                                              { .op = NULL } };
    ck_assert_int_ne(asy_kernels_check(&(asy_backend){ .name = "wrong", .kernels = wrong }, 0), ASY_OK);
}
END_TEST

Suite *asy_suite_kernels(void);
Suite *asy_suite_kernels(void)
{
    Suite *s = suite_create("kernels");
    TCase *t = tcase_create("bits");
    tcase_set_timeout(t, 240);
    tcase_add_loop_test(t, same_bits, 0, 12);
    tcase_add_test(t, notices);
    suite_add_tcase(s, t);
    return s;
}
