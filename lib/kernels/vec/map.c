// SPDX-License-Identifier: GPL-3.0-or-later
/* Element-wise kernels. */
#include <string.h>
#include "../../base/poly.h"
#include "../kernel.h"

static int64_t count(const asy_tensor *t) { return asy_shape_count(&t->s); }

ASY_INLINE void map1(const asy_tensor in[], asy_tensor out[], float (*f)(float))
{
    const float *x = in[0].data;
    float *y = out[0].data;
    for (int64_t i = 0, n = count(&out[0]); i < n; i++) y[i] = f(x[i]);
}

ASY_INLINE void along(int64_t n, const float *a, const float *b, float *y, float (*f)(float, float))
{
    for (int64_t i = 0; i < n; i++) y[i] = f(a[i], b[i]);
}

enum { PERIOD = 512 };

/* y[i] = f(a[i], b[i mod nb]). A short b is first repeated, so that the loop over it is long. */
ASY_INLINE void around(int64_t na, int64_t nb, const float *a, const float *b, float *y,
                       float (*f)(float, float))
{
    float repeated[PERIOD];
    if (nb == 1) {
        for (int64_t i = 0; i < na; i++) y[i] = f(a[i], *b);
        return;
    }
    if (nb <= PERIOD / 2 && na > nb) {
        int64_t n = asy__min(na, PERIOD / nb * nb);
        for (int64_t i = 0; i < n; i += nb) memcpy(repeated + i, b, (size_t)nb * sizeof *b);
        b = repeated;
        nb = n;
    }
    for (int64_t i = 0; i < na; i += nb) along(asy__min(nb, na - i), a + i, b, y + i, f);
}

ASY_INLINE void map2(const asy_node *node, const asy_tensor in[], asy_tensor out[], float (*f)(float, float))
{
    const asy_second s = asy_second_of(node, in);
    const float *a = in[0].data, *b = in[1].data;
    float *y = out[0].data;
    if (s.na == s.nb && s.stride == s.nb) {
        along(s.rows * s.na, a, b, y, f);
    } else if (s.stride == 0) {
        around(s.rows * s.na, s.nb, a, b, y, f);
    } else {
        for (int64_t r = 0; r < s.rows; r++)
            around(s.na, s.nb, a + r * s.na, b + r * s.stride, y + r * s.na, f);
    }
}

static inline float f_add(float a, float b) { return a + b; }
static inline float f_sub(float a, float b) { return a - b; }
static inline float f_mul(float a, float b) { return a * b; }
static inline float f_div(float a, float b) { return a / b; }
static inline float f_greater(float a, float b) { return a > b ? 1.0f : 0.0f; }
static inline float f_less(float a, float b) { return a < b ? 1.0f : 0.0f; }
static inline float f_equal(float a, float b) { return a == b ? 1.0f : 0.0f; }
static inline float f_maximum(float a, float b) { return (b > a) | ((b != b) & (a == a)) ? b : a; }
static inline float f_minimum(float a, float b) { return (b < a) | ((b != b) & (a == a)) ? b : a; }
static inline float f_div_safe(float a, float b)
{
    float y = a / b;
    return b == 0 ? 0 : y;
}
static inline float f_mul_safe(float a, float b)
{
    float y = a * b;
    return b == 0 ? 0 : y;
}
static inline float f_round(float x)
{
    float f = floorf(x), d = x - f;
    return (d > 0.5f) | ((d == 0.5f) & (floorf(f * 0.5f) * 2.0f != f)) ? f + 1.0f : f;
}
static inline float f_relu_grad(float dy, float y) { return y > 0 ? dy : 0; }
static inline float f_neg(float x) { return -x; }
static inline float f_relu(float x) { return x < 0 ? 0 : x; }
static inline float f_sqrt(float x) { return sqrtf(x); }
static inline float f_sign(float x) { return x > 0 ? 1.0f : x < 0 ? -1.0f : x == 0 ? 0.0f : x; }

void ASY_V(asy__add)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    map2(node, in, out, f_add);
}

void ASY_V(asy__sub)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    map2(node, in, out, f_sub);
}

void ASY_V(asy__mul)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    map2(node, in, out, f_mul);
}

void ASY_V(asy__div)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    map2(node, in, out, f_div);
}

void ASY_V(asy__greater)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    map2(node, in, out, f_greater);
}

void ASY_V(asy__relu_grad)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node, (void)kw;
    along(count(&out[0]), in[0].data, in[1].data, out[0].data, f_relu_grad);
}

void ASY_V(asy__neg)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node, (void)kw;
    map1(in, out, f_neg);
}

void ASY_V(asy__relu)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node, (void)kw;
    map1(in, out, f_relu);
}

void ASY_V(asy__exp)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node, (void)kw;
    map1(in, out, asy_expf);
}

void ASY_V(asy__log)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node, (void)kw;
    map1(in, out, asy_logf);
}

void ASY_V(asy__tanh)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node, (void)kw;
    map1(in, out, asy_tanhf);
}

void ASY_V(asy__sqrt)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node, (void)kw;
    map1(in, out, f_sqrt);
}

void ASY_V(asy__abs)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node, (void)kw;
    map1(in, out, asy_absf);
}

void ASY_V(asy__sign)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node, (void)kw;
    map1(in, out, f_sign);
}

void ASY_V(asy__less)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    map2(node, in, out, f_less);
}

void ASY_V(asy__equal)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    map2(node, in, out, f_equal);
}

void ASY_V(asy__maximum)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    map2(node, in, out, f_maximum);
}

void ASY_V(asy__minimum)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    map2(node, in, out, f_minimum);
}

void ASY_V(asy__div_safe)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    map2(node, in, out, f_div_safe);
}

void ASY_V(asy__mul_safe)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    map2(node, in, out, f_mul_safe);
}

void ASY_V(asy__erf)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node, (void)kw;
    map1(in, out, asy_erff);
}

void ASY_V(asy__sigmoid)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node, (void)kw;
    map1(in, out, asy_sigmoidf);
}

void ASY_V(asy__softplus)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node, (void)kw;
    map1(in, out, asy_softplusf);
}

void ASY_V(asy__floor)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node, (void)kw;
    map1(in, out, floorf);
}

void ASY_V(asy__round)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node, (void)kw;
    map1(in, out, f_round);
}

void ASY_V(asy__power)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    const float p = (float)((const asy_power_attr *)node->attr)->p, *x = in[0].data;
    float *y = out[0].data;
    for (int64_t i = 0, n = count(&out[0]); i < n; i++) y[i] = asy_powf(x[i], p);
}

void ASY_V(asy__affine)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    const asy_affine_attr *a = node->attr;
    const float scale = (float)a->scale, shift = (float)a->shift, *x = in[0].data;
    float *y = out[0].data;
    for (int64_t i = 0, n = count(&out[0]); i < n; i++) y[i] = fmaf(x[i], scale, shift);
}

void ASY_V(asy__clamp)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    const asy_clamp_attr *a = node->attr;
    const float lo = (float)a->lo, hi = (float)a->hi, *x = in[0].data;
    float *y = out[0].data;
    for (int64_t i = 0, n = count(&out[0]); i < n; i++) y[i] = x[i] < lo ? lo : x[i] > hi ? hi : x[i];
}

void ASY_V(asy__clamp_grad)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)kw;
    const asy_clamp_attr *a = node->attr;
    const float lo = (float)a->lo, hi = (float)a->hi, *dy = in[0].data, *x = in[1].data;
    float *dx = out[0].data;
    for (int64_t i = 0, n = count(&out[0]); i < n; i++) {
        float inside = x[i] >= lo ? dy[i] : 0;
        dx[i] = x[i] <= hi ? inside : 0;
    }
}

void ASY_V(asy__select)(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *kw)
{
    (void)node, (void)kw;
    const float *mask = in[0].data, *a = in[1].data, *b = in[2].data;
    float *y = out[0].data;
    for (int64_t i = 0, n = count(&out[0]); i < n; i++) {
        float u = a[i], v = b[i];
        y[i] = mask[i] != 0 ? u : v;
    }
}
