// SPDX-License-Identifier: GPL-3.0-or-later
/* Every operator by its cases: known values, derivatives of both orders, row invariance, NaN; on each backend
 * that this machine has. */
#include "graph/check.h"
#include "kernels/kernels.h"
#include <check.h>
#include <stdlib.h>

static int n_ops(void)
{
    int n = 0;
    while (asy_ops[n]) n++;
    return n;
}

static void check(const asy_op *op, const asy_backend *b)
{
    asy_status s = asy_check_op(op, b, asy_rng_seed(1));
    ck_assert_msg(s == ASY_OK, "%s", asy_error_text());
}

START_TEST(reference)
{
    check(asy_ops[_i], NULL);
}
END_TEST

START_TEST(backends)
{
    for (int isa = ASY_ISA_PLAIN; isa <= ASY_ISA_AVX512; isa++) {
        const asy_backend *b = asy_backend_cpu((asy_isa)isa);
        if (b) check(asy_ops[_i], b);
    }
}
END_TEST

/* Without kernels: references behind a conversion. */
START_TEST(rounded_reference)
{
    static const asy_kernel_entry none[] = {{.op = NULL}};
    check(asy_ops[_i], &(asy_backend){.name = "none", .kernels = none});
}
END_TEST

START_TEST(names_are_sorted)
{
    for (int i = 1; i < n_ops(); i++) ck_assert_str_lt(asy_ops[i - 1]->name, asy_ops[i]->name);
}
END_TEST

Suite *asy_suite_ops(void);
Suite *asy_suite_ops(void)
{
    Suite *s = suite_create("ops");
    TCase *t = tcase_create("conformance");
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, reference, 0, n_ops());
    tcase_add_loop_test(t, rounded_reference, 0, n_ops());
    tcase_add_loop_test(t, backends, 0, n_ops());
    tcase_add_test(t, names_are_sorted);
    suite_add_tcase(s, t);
    return s;
}
