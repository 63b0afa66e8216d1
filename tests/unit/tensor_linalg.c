// SPDX-License-Identifier: GPL-3.0-or-later
/* Linear algebra: closed forms, residuals, refusals. */
#include <check.h>
#include <math.h>
#include <string.h>
#include "base/rng.h"
#include "tensor/linalg.h"

static void draw(int64_t n, const char *part, double x[])
{
    asy_rng r = asy_rng_part(asy_rng_seed(4), part);
    float f[4096];

    ck_assert_int_le(n, 4096);
    asy_rng_normal(&r, 0, 0, (size_t)n, 0, 1, f);
    for (int64_t i = 0; i < n; i++) x[i] = (double)f[i];
}

static double entry(const double *a, bool t, int64_t cols, int64_t i, int64_t j)
{
    return t ? a[j * cols + i] : a[i * cols + j];
}

START_TEST(products_as_a_triple_loop)
{
    const int64_t m = 5, n = 3, k = 4;
    double a[20], b[12], c[15];

    draw(20, "a", a);
    draw(12, "b", b);
    for (int way = 0; way < 4; way++) {
        bool ta = way & 1, tb = way & 2;

        ck_assert_msg(asy_matmul_f64(m, n, k, a, ta, b, tb, c) == ASY_OK, "%s", asy_error_text());
        for (int64_t i = 0; i < m; i++)
            for (int64_t j = 0; j < n; j++) {
                double s = 0;
                for (int64_t l = 0; l < k; l++)
                    s += entry(a, ta, ta ? m : k, i, l) * entry(b, tb, tb ? k : n, l, j);
                ck_assert_double_eq_tol(c[i * n + j], s, 1e-14);
            }
    }
    ck_assert_int_eq(asy_matmul_f64(2, 2, 0, a, false, b, false, c), ASY_OK);
    ck_assert(c[0] == 0 && c[3] == 0);
}
END_TEST

/* The inverse of the 5×5 Hilbert matrix has whole numbers, its first row 25, −300, 1050, −1400, 630. */
START_TEST(hilbert)
{
    static const double row[] = { 25, -300, 1050, -1400, 630 };
    double a[25], l[25], b[10] = { 1, 0 }, c[10] = { 1, 0 };

    for (int i = 0; i < 5; i++)
        for (int j = 0; j < 5; j++) a[5 * i + j] = 1.0 / (i + j + 1);
    memcpy(l, a, sizeof l);
    b[1] = 2; /* two right-hand sides: e1, 2 e1 */
    memcpy(c, b, sizeof c);
    ck_assert_int_eq(asy_cholesky(5, l), ASY_OK);
    ck_assert(l[1] == 0 && l[9] == 0 && l[0] == 1);
    ck_assert_int_eq(asy_cholesky_solve(5, l, 2, b), ASY_OK);
    ck_assert_int_eq(asy_solve(5, a, 2, c), ASY_OK);
    for (int i = 0; i < 5; i++) {
        ck_assert_double_eq_tol(b[2 * i], row[i], 1e-7);
        ck_assert_double_eq_tol(b[2 * i + 1], 2 * row[i], 1e-7);
        ck_assert_double_eq_tol(c[2 * i], row[i], 1e-7);
        ck_assert_double_eq_tol(c[2 * i + 1], 2 * row[i], 1e-7);
    }
}
END_TEST

/* A matrix that is not symmetric tells rows from columns: [[2, 1], [0, 3]] x = (4, 6) → (1, 2). */
START_TEST(solve_knows_rows_from_columns)
{
    double a[] = { 2, 1, 0, 3 }, b[] = { 4, 6 };

    ck_assert_int_eq(asy_solve(2, a, 1, b), ASY_OK);
    ck_assert_double_eq_tol(b[0], 1, 1e-15);
    ck_assert_double_eq_tol(b[1], 2, 1e-15);
}
END_TEST

/* The second difference of n points: λ_k = 2 − 2 cos(kπ/(n+1)), v_k(i) = sin(ikπ/(n+1)). */
START_TEST(eigenvalues_of_the_second_difference)
{
    enum { N = 9 };
    double a[N * N] = { 0 }, w[N];

    for (int i = 0; i < N; i++) {
        a[N * i + i] = 2;
        if (i > 0) a[N * i + i - 1] = -1;
        if (i < N - 1) a[N * i + i + 1] = 1e300; /* the upper triangle is not read */
    }
    ck_assert_msg(asy_eigen_symmetric(N, a, w) == ASY_OK, "%s", asy_error_text());
    for (int k = 0; k < N; k++) {
        double top = 0, ratio;
        ck_assert_double_eq_tol(w[k], 2 - 2 * cos((k + 1) * M_PI / (N + 1)), 1e-14);
        ratio = a[N * k] / sin((k + 1) * M_PI / (N + 1));
        for (int i = 0; i < N; i++) {
            ck_assert_double_eq_tol(a[N * k + i], ratio * sin((i + 1) * (k + 1) * M_PI / (N + 1)), 1e-13);
            if (fabs(a[N * k + i]) > fabs(top) + 1e-12) top = a[N * k + i];
        }
        ck_assert_double_gt(top, 0);
    }
}
END_TEST

START_TEST(singular_values)
{
    const int64_t size[][2] = { { 7, 4 }, { 4, 7 }, { 5, 5 }, { 1, 3 } };

    for (int c = 0; c < 4; c++) {
        int64_t m = size[c][0], n = size[c][1], r = m < n ? m : n;
        double a[64], b[64], u[64], s[8], vt[64];

        draw(m * n, "svd", a);
        memcpy(b, a, sizeof b);
        ck_assert_msg(asy_svd(m, n, b, u, s, vt) == ASY_OK, "%s", asy_error_text());
        for (int64_t i = 0; i < m; i++)
            for (int64_t j = 0; j < n; j++) {
                double x = 0;
                for (int64_t k = 0; k < r; k++) x += u[i * r + k] * s[k] * vt[k * n + j];
                ck_assert_double_eq_tol(x, a[i * n + j], 1e-13);
            }
        for (int64_t k = 0; k + 1 < r; k++) ck_assert_double_ge(s[k], s[k + 1]);
        for (int64_t k = 0; k < r; k++)
            for (int64_t l = 0; l < r; l++) {
                double uu = 0, vv = 0;
                for (int64_t i = 0; i < m; i++) uu += u[i * r + k] * u[i * r + l];
                for (int64_t j = 0; j < n; j++) vv += vt[k * n + j] * vt[l * n + j];
                ck_assert_double_eq_tol(uu, k == l, 1e-13);
                ck_assert_double_eq_tol(vv, k == l, 1e-13);
            }
    }
}
END_TEST

/* A line through points; equal columns: the least norm shares the weight equally. */
START_TEST(least_squares)
{
    double line[] = { 1, 0, 1, 1, 1, 2, 1, 3 }, y[] = { 1, 3, 5, 7.4 }, twin[] = { 1, 1, 2, 2, 3, 3 },
           z[] = { 2, 4, 6 }, x[2];
    int64_t rank;

    ck_assert_int_eq(asy_least_squares(4, 2, line, y, 1e-12, x, &rank), ASY_OK);
    ck_assert_int_eq(rank, 2);
    ck_assert_double_eq_tol(x[1], 2.12, 1e-13); /* Σ(t − 1.5)(y − 4.1) / Σ(t − 1.5)² = 10.6/5 */
    ck_assert_double_eq_tol(x[0], 0.92, 1e-13);
    ck_assert_int_eq(asy_least_squares(3, 2, twin, z, 1e-12, x, &rank), ASY_OK);
    ck_assert_int_eq(rank, 1);
    ck_assert_double_eq_tol(x[0], 1, 1e-13);
    ck_assert_double_eq_tol(x[1], 1, 1e-13);
}
END_TEST

START_TEST(refusals)
{
    double a[] = { 1, 2, 2, 1 }, b[] = { 1, 1 }, singular[] = { 1, 2, 2, 4 },
           nan[] = { 1, 0, (double)NAN, 1 };
    double w[2];

    ck_assert_int_eq(asy_cholesky(2, a), ASY_EINVAL);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "pivot 2 of 2"));
    ck_assert_int_eq(asy_solve(2, singular, 1, b), ASY_EINVAL);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "singular"));
    ck_assert_int_eq(asy_eigen_symmetric(2, nan, w), ASY_EFINITE);
    ck_assert_int_eq(asy_cholesky(-1, a), ASY_ESHAPE);
    ck_assert_int_eq(asy_cholesky((int64_t)1 << 40, a), ASY_ESHAPE);
    ck_assert_int_eq(asy_least_squares(0, 2, a, b, 0, w, NULL), ASY_ESHAPE);
    ck_assert_int_eq(asy_least_squares(2, 1, a, b, 1, w, NULL), ASY_EINVAL);
}
END_TEST

Suite *asy_suite_tensor_linalg(void);

Suite *asy_suite_tensor_linalg(void)
{
    Suite *s = suite_create("tensor_linalg");
    TCase *t = tcase_create("linalg");

    tcase_add_test(t, products_as_a_triple_loop);
    tcase_add_test(t, hilbert);
    tcase_add_test(t, solve_knows_rows_from_columns);
    tcase_add_test(t, eigenvalues_of_the_second_difference);
    tcase_add_test(t, singular_values);
    tcase_add_test(t, least_squares);
    tcase_add_test(t, refusals);
    tcase_set_timeout(t, 30);
    suite_add_tcase(s, t);
    return s;
}
