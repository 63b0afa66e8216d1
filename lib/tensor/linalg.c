// SPDX-License-Identifier: GPL-3.0-or-later
/* LAPACK is column-major: what is a [m,n] here is its transpose there, and the calls are chosen accordingly.
 */
#include "linalg.h"
#include "../base/arena.h"
#include <dlfcn.h>
#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* Fortran's calling convention: all by address, the lengths of texts (gfortran: size_t) at the end. */
typedef struct {
    void (*dgemm)(const char *, const char *, const int *, const int *, const int *, const double *,
                  const double *, const int *, const double *, const int *, const double *, double *,
                  const int *, size_t, size_t);
    void (*dtrsm)(const char *, const char *, const char *, const char *, const int *, const int *,
                  const double *, const double *, const int *, double *, const int *, size_t, size_t, size_t,
                  size_t);
    void (*dpotrf)(const char *, const int *, double *, const int *, int *, size_t);
    void (*dgetrf)(const int *, const int *, double *, const int *, int *, int *);
    void (*dgetrs)(const char *, const int *, const int *, const double *, const int *, const int *, double *,
                   const int *, int *, size_t);
    void (*dsyevd)(const char *, const char *, const int *, double *, const int *, double *, double *,
                   const int *, int *, const int *, int *, size_t, size_t);
    void (*dgesdd)(const char *, const int *, const int *, double *, const int *, double *, double *,
                   const int *, double *, const int *, double *, const int *, int *, int *, size_t);
    void (*dgelsd)(const int *, const int *, const int *, double *, const int *, double *, const int *,
                   double *, const double *, int *, double *, const int *, int *, int *);
    char *(*corename)(void), *(*config)(void);
    void (*set_threads)(int);
} lapack;

static lapack lib;
static bool loaded;
static char name[160];
static pthread_once_t once = PTHREAD_ONCE_INIT;
/* A serial OpenBLAS keeps its buffers in a table that threads share. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#ifndef ASY_OPENBLAS
#define ASY_OPENBLAS "libopenblas.so.0"
#endif

static bool symbol(void *so, const char *what, void *fn, size_t size)
{
    void *p = dlsym(so, what);

    memcpy(fn, &p, size);
    return p != NULL;
}
#define SYMBOL(so, member, what) symbol(so, what, &lib.member, sizeof lib.member)

static void load(void)
{
    void *so = dlopen(ASY_OPENBLAS, RTLD_NOW | RTLD_LOCAL);

    if (!so) so = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
    (void)snprintf(name, sizeof name, "none: libopenblas.so.0 is not here (Debian: libopenblas0-serial)");
    if (!so) return;
    loaded = SYMBOL(so, dgemm, "dgemm_") && SYMBOL(so, dtrsm, "dtrsm_") && SYMBOL(so, dpotrf, "dpotrf_") &&
             SYMBOL(so, dgetrf, "dgetrf_") && SYMBOL(so, dgetrs, "dgetrs_") &&
             SYMBOL(so, dsyevd, "dsyevd_") && SYMBOL(so, dgesdd, "dgesdd_") && SYMBOL(so, dgelsd, "dgelsd_");
    if (!loaded) {
        (void)snprintf(name, sizeof name, "none: libopenblas.so.0 has no LAPACK");
        return;
    }
    if (SYMBOL(so, set_threads, "openblas_set_num_threads")) lib.set_threads(1);
    if (SYMBOL(so, corename, "openblas_get_corename") && SYMBOL(so, config, "openblas_get_config")) {
        char version[32] = "";

        (void)sscanf(lib.config(), "OpenBLAS %31s", version);
        (void)snprintf(name, sizeof name, "OpenBLAS %s %.64s", version, lib.corename());
    } else {
        (void)snprintf(name, sizeof name, "LAPACK of unknown make");
    }
}

const char *asy_linalg_name(void)
{
    (void)pthread_once(&once, load);
    return name;
}

/* ---- arguments and memory */

enum { MOST_ELEMENTS = INT_MAX / 4 };

static asy_status ready(int64_t rows, int64_t cols)
{
    (void)pthread_once(&once, load);
    if (!loaded) ASY_FAIL(ASY_EUNSUP, "linear algebra needs OpenBLAS; %s", name);
    if (rows < 0 || cols < 0 || rows > INT_MAX / 8 || cols > INT_MAX / 8 ||
        (rows > 0 && cols > MOST_ELEMENTS / rows))
        ASY_FAIL(ASY_ESHAPE, "a matrix of %lld×%lld is beyond what LAPACK indexes", (long long)rows,
                 (long long)cols);
    return ASY_OK;
}

static asy_status all_finite(const char *what, int64_t n, const double *x)
{
    for (int64_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            ASY_FAIL(ASY_EFINITE, "%s: element %lld of the matrix is not finite", what, (long long)i);
    return ASY_OK;
}

/* of a symmetric matrix, the triangle that is read */
static asy_status lower_finite(const char *what, int64_t n, const double *a)
{
    for (int64_t i = 0; i < n; i++) ASY_TRY(all_finite(what, i + 1, a + i * n));
    return ASY_OK;
}

static void turn(int64_t m, int64_t n, const double *a, double *t)
{
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++) t[j * m + i] = a[i * n + j];
}

/* ---- products */

asy_status asy_matmul_f64(int64_t m, int64_t n, int64_t k, const double *a, bool ta, const double *b, bool tb,
                          double *c)
{
    const double one = 1, zero = 0;
    int im = (int)m, in = (int)n, ik = (int)k, lda = ta ? im : ik, ldb = tb ? ik : in;

    ASY_TRY(ready(m, n));
    ASY_TRY(ready(m, k));
    ASY_TRY(ready(k, n));
    if (m == 0 || n == 0) return ASY_OK;
    if (k == 0) {
        memset(c, 0, (size_t)(m * n) * sizeof *c);
        return ASY_OK;
    }
    (void)pthread_mutex_lock(&lock);
    lib.dgemm(tb ? "T" : "N", ta ? "T" : "N", &in, &im, &ik, &one, b, &ldb, a, &lda, &zero, c, &in, 1, 1);
    (void)pthread_mutex_unlock(&lock);
    return ASY_OK;
}

/* ---- systems */

asy_status asy_cholesky(int64_t n, double *a)
{
    int in = (int)n, info = 0;

    ASY_TRY(ready(n, n));
    ASY_TRY(lower_finite("cholesky", n, a));
    if (n == 0) return ASY_OK;
    (void)pthread_mutex_lock(&lock);
    lib.dpotrf("U", &in, a, &in, &info, 1);
    (void)pthread_mutex_unlock(&lock);
    if (info > 0)
        ASY_FAIL(ASY_EINVAL, "the matrix is not positive definite: pivot %d of %d is not above 0", info, in);
    for (int64_t i = 0; i < n; i++) memset(a + i * n + i + 1, 0, (size_t)(n - i - 1) * sizeof *a);
    return ASY_OK;
}

/* In LAPACK's eyes b is bᵀ [m,n] and L is U = Lᵀ: xᵀ Uᵀ U = bᵀ. */
asy_status asy_cholesky_solve(int64_t n, const double *l, int64_t m, double *b)
{
    const double one = 1;
    int in = (int)n, im = (int)m;

    ASY_TRY(ready(n, n));
    ASY_TRY(ready(n, m));
    ASY_TRY(all_finite("cholesky_solve", n * m, b));
    if (n == 0 || m == 0) return ASY_OK;
    (void)pthread_mutex_lock(&lock);
    lib.dtrsm("R", "U", "N", "N", &im, &in, &one, l, &in, b, &im, 1, 1, 1, 1);
    lib.dtrsm("R", "U", "T", "N", &im, &in, &one, l, &in, b, &im, 1, 1, 1, 1);
    (void)pthread_mutex_unlock(&lock);
    return ASY_OK;
}

static asy_status solve_in(asy_arena *t, int64_t n, double *a, int64_t m, double *b)
{
    int in = (int)n, im = (int)m, info = 0, *pivot = ASY_NEWN(t, n, int);
    double *columns = ASY_NEWN(t, n * m, double);

    ASY_TRY(asy_arena_status(t));
    turn(n, m, b, columns);
    (void)pthread_mutex_lock(&lock);
    lib.dgetrf(&in, &in, a, &in, pivot, &info);
    if (info == 0) lib.dgetrs("T", &in, &im, a, &in, pivot, columns, &in, &info, 1);
    (void)pthread_mutex_unlock(&lock);
    if (info != 0) ASY_FAIL(ASY_EINVAL, "the matrix is singular: pivot %d of %d is 0", info, in);
    turn(m, n, columns, b);
    return ASY_OK;
}

asy_status asy_solve(int64_t n, double *a, int64_t m, double *b)
{
    asy_arena *t;
    asy_status s;

    ASY_TRY(ready(n, n));
    ASY_TRY(ready(n, m));
    ASY_TRY(all_finite("solve", n * n, a));
    ASY_TRY(all_finite("solve", n * m, b));
    if (n == 0 || m == 0) return ASY_OK;
    t = asy_arena_new(0);
    s = solve_in(t, n, a, m, b);
    asy_arena_free(t);
    ASY_TRY(s);
    return ASY_OK;
}

/* ---- spectra */

/* −1 where the first component that is as large as any, but for rounding, is negative */
static double sign_of(int64_t n, const double *v)
{
    double most = 0;

    for (int64_t i = 0; i < n; i++) most = fabs(v[i]) > most ? fabs(v[i]) : most;
    for (int64_t i = 0; i < n; i++)
        if (fabs(v[i]) >= (1 - 1e-9) * most) return v[i] < 0 ? -1 : 1;
    return 1;
}

static asy_status eigen_in(asy_arena *t, int64_t n, double *a, double *w)
{
    int in = (int)n, info = 0, ask = -1, i_size = 0, size, *i_work;
    double best = 0, *work;

    lib.dsyevd("V", "U", &in, a, &in, w, &best, &ask, &i_size, &ask, &info, 1, 1);
    size = (int)best;
    work = ASY_NEWN(t, size, double);
    i_work = ASY_NEWN(t, i_size, int);
    ASY_TRY(asy_arena_status(t));
    (void)pthread_mutex_lock(&lock);
    lib.dsyevd("V", "U", &in, a, &in, w, work, &size, i_work, &i_size, &info, 1, 1);
    (void)pthread_mutex_unlock(&lock);
    if (info != 0) ASY_FAIL(ASY_EFINITE, "the eigenvalues of a %d×%d matrix did not converge", in, in);
    for (int64_t i = 0; i < n; i++) {
        double sign = sign_of(n, a + i * n);

        for (int64_t j = 0; j < n; j++) a[i * n + j] *= sign;
    }
    return ASY_OK;
}

asy_status asy_eigen_symmetric(int64_t n, double *a, double *w)
{
    asy_arena *t;
    asy_status s;

    ASY_TRY(ready(n, n));
    ASY_TRY(lower_finite("eigen_symmetric", n, a));
    if (n == 0) return ASY_OK;
    t = asy_arena_new(0);
    s = eigen_in(t, n, a, w);
    asy_arena_free(t);
    ASY_TRY(s);
    return ASY_OK;
}

/* a here is aᵀ there, [n,m] = U′ S V′: u is V′, vt is U′. */
static asy_status svd_in(asy_arena *t, int64_t m, int64_t n, double *a, double *u, double *s, double *vt)
{
    int64_t r = m < n ? m : n;
    int im = (int)m, in = (int)n, ir = (int)r, info = 0, ask = -1, size, *i_work = ASY_NEWN(t, 8 * r, int);
    double best = 0, *work;

    ASY_TRY(asy_arena_status(t));
    lib.dgesdd("S", &in, &im, a, &in, s, vt, &in, u, &ir, &best, &ask, i_work, &info, 1);
    size = (int)best;
    work = ASY_NEWN(t, size, double);
    ASY_TRY(asy_arena_status(t));
    (void)pthread_mutex_lock(&lock);
    lib.dgesdd("S", &in, &im, a, &in, s, vt, &in, u, &ir, work, &size, i_work, &info, 1);
    (void)pthread_mutex_unlock(&lock);
    if (info != 0) ASY_FAIL(ASY_EFINITE, "the singular values of a %d×%d matrix did not converge", im, in);
    for (int64_t k = 0; k < r; k++) {
        if (sign_of(n, vt + k * n) > 0) continue;
        for (int64_t j = 0; j < n; j++) vt[k * n + j] = -vt[k * n + j];
        for (int64_t i = 0; i < m; i++) u[i * r + k] = -u[i * r + k];
    }
    return ASY_OK;
}

asy_status asy_svd(int64_t m, int64_t n, double *a, double *u, double *s, double *vt)
{
    asy_arena *t;
    asy_status st;

    ASY_TRY(ready(m, n));
    ASY_TRY(all_finite("svd", m * n, a));
    if (m == 0 || n == 0) return ASY_OK;
    t = asy_arena_new(0);
    st = svd_in(t, m, n, a, u, s, vt);
    asy_arena_free(t);
    ASY_TRY(st);
    return ASY_OK;
}

static asy_status least_squares_in(asy_arena *t, int64_t m, int64_t n, const double *a, const double *b,
                                   double cut, double *x, int64_t *rank)
{
    int64_t r = m < n ? m : n, most = m < n ? n : m;
    int im = (int)m, in = (int)n, one = 1, ldb = (int)most, found = 0, info = 0, ask = -1, i_size = 0, size,
        *i_work;
    double best = 0, *work, *columns = ASY_NEWN(t, m * n, double), *y = ASY_NEWN(t, most, double),
           *s = ASY_NEWN(t, r, double);

    ASY_TRY(asy_arena_status(t));
    turn(m, n, a, columns);
    memcpy(y, b, (size_t)m * sizeof *y);
    lib.dgelsd(&im, &in, &one, columns, &im, y, &ldb, s, &cut, &found, &best, &ask, &i_size, &info);
    size = (int)best;
    work = ASY_NEWN(t, size, double);
    i_work = ASY_NEWN(t, i_size, int);
    ASY_TRY(asy_arena_status(t));
    (void)pthread_mutex_lock(&lock);
    lib.dgelsd(&im, &in, &one, columns, &im, y, &ldb, s, &cut, &found, work, &size, i_work, &info);
    (void)pthread_mutex_unlock(&lock);
    if (info != 0) ASY_FAIL(ASY_EFINITE, "the singular values of a %d×%d matrix did not converge", im, in);
    memcpy(x, y, (size_t)n * sizeof *x);
    if (rank) *rank = found;
    return ASY_OK;
}

asy_status asy_least_squares(int64_t m, int64_t n, const double *a, const double *b, double cut, double *x,
                             int64_t *rank)
{
    asy_arena *t;
    asy_status s;

    ASY_TRY(ready(m, n));
    ASY_TRY(all_finite("least_squares", m * n, a));
    ASY_TRY(all_finite("least_squares", m, b));
    if (!(cut >= 0 && cut < 1))
        ASY_FAIL(ASY_EINVAL, "`cut` is a share of the largest singular value, from 0 up to 1, not %g", cut);
    if (n == 0) return ASY_OK;
    if (m == 0) ASY_FAIL(ASY_ESHAPE, "least squares need at least one equation");
    t = asy_arena_new(0);
    s = least_squares_in(t, m, n, a, b, cut, x, rank);
    asy_arena_free(t);
    ASY_TRY(s);
    return ASY_OK;
}
