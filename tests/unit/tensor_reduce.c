// SPDX-License-Identifier: GPL-3.0-or-later
/* Sums in their written order, by a second writing of the rule. */
#include <check.h>
#include <math.h>
#include <string.h>
#include "base/rng.h"
#include "tensor/reduce.h"

static float tree16(float l[16])
{
    for (int s = 8; s > 0; s /= 2)
        for (int i = 0; i < s; i++) l[i] = l[i] + l[i + s];
    return l[0];
}

START_TEST(lanes)
{
    float x[100], y[100], l[16], m[16];
    asy_rng r = asy_rng_seed(1);
    asy_rng_uniform(&r, 0, 0, 100, -1, 1, x);
    asy_rng_uniform(&r, 1, 0, 100, -1, 1, y);
    for (size_t n = 0; n <= 100; n++) {
        memset(l, 0, sizeof l);
        memset(m, 0, sizeof m);
        for (size_t i = 0; i < n; i++) {
            l[i % 16] = l[i % 16] + x[i];
            m[i % 16] = fmaf(x[i], y[i], m[i % 16]);
        }
        float sum = asy_sum_f32(n, x), dot = asy_dot_f32(n, x, y), want_sum = tree16(l), want_dot = tree16(m);
        ck_assert_mem_eq(&sum, &want_sum, sizeof sum);
        ck_assert_mem_eq(&dot, &want_dot, sizeof dot);
    }
}
END_TEST

START_TEST(tree)
{
    for (size_t groups = 1; groups <= 20; groups++) {
        float p[60], q[60];
        for (size_t i = 0; i < 3 * groups; i++) p[i] = q[i] = 1.0f / (float)(i + 3);
        for (size_t s = 1; s < groups; s *= 2)
            for (size_t g = 0; g + s < groups; g += 2 * s)
                for (size_t k = 0; k < 3; k++) q[3 * g + k] = q[3 * g + k] + q[3 * (g + s) + k];
        asy_tree_f32(groups, 3, p);
        ck_assert_mem_eq(p, q, 3 * sizeof *p);
    }
}
END_TEST

START_TEST(norms)
{
    float x[5] = { 3, -4, 0, 12, -0.0f }, nan[2] = { 1, NAN };
    ck_assert(asy_norm2_f32(5, x) == 13 && asy_norminf_f32(5, x) == 12 && asy_norm2_f32(0, x) == 0 &&
              asy_norminf_f32(0, x) == 0);
    ck_assert(isnan(asy_norminf_f32(2, nan)) && isnan(asy_norm2_f32(2, nan)));
}
END_TEST

Suite *asy_suite_tensor_reduce(void);
Suite *asy_suite_tensor_reduce(void)
{
    Suite *s = suite_create("tensor_reduce");
    TCase *t = tcase_create("reduce");
    tcase_add_test(t, lanes);
    tcase_add_test(t, tree);
    tcase_add_test(t, norms);
    suite_add_tcase(s, t);
    return s;
}
