// SPDX-License-Identifier: GPL-3.0-or-later
/* Elementary functions with one definition of every bit: only + - * / sqrt fma floor and bit casts, each
 * fused step written as fma. The same results with any compiler and instruction set, as long as contraction
 * is off. What feeds training, attacks or a compared file uses these and never libm's.
 *
 * Branch-free but for asy_sincos*, so a loop over them becomes vector code; asy_sincos*_near are the
 * branch-free forms for |x| up to their limit. Errors measured by tests/unit/base_poly.c: f32 below 2 ulp,
 * f64 below 4 ulp. Specials as in C11 annex F; NaN passes through, its payload is not kept. Subnormals are
 * kept.
 *
 * The coefficients are least-squares fits at Chebyshev nodes in 60 digits, weighted for relative error,
 * rounded one by one from the lowest power, each time refitting the rest. */
#ifndef ASY_BASE_POLY_H
#define ASY_BASE_POLY_H
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* ---- bit casts ---- */
static inline uint32_t asy_f32_bits(float x) { uint32_t u; memcpy(&u, &x, sizeof u); return u; }
static inline float    asy_f32_from(uint32_t u) { float x; memcpy(&x, &u, sizeof x); return x; }
static inline uint64_t asy_f64_bits(double x) { uint64_t u; memcpy(&u, &x, sizeof u); return u; }
static inline double   asy_f64_from(uint64_t u) { double x; memcpy(&x, &u, sizeof x); return x; }
static inline float asy_absf(float x) { return asy_f32_from(asy_f32_bits(x) & 0x7FFFFFFFu); }
static inline double asy_abs_f64(double x) { return asy_f64_from(asy_f64_bits(x) & 0x7FFFFFFFFFFFFFFFu); }
/* |x| with the sign of s */
static inline float asy_signf(float x, float s)
{
    return asy_f32_from((asy_f32_bits(x) & 0x7FFFFFFFu) | (asy_f32_bits(s) & 0x80000000u));
}
static inline double asy_sign_f64(double x, double s)
{
    return asy_f64_from((asy_f64_bits(x) & 0x7FFFFFFFFFFFFFFFu) | (asy_f64_bits(s) & 0x8000000000000000u));
}

/* c ? a : b as a mask: both sides are always computed, so that compilers need no branch */
static inline float asy_pickf(bool c, float a, float b)
{
    uint32_t m = 0u - (uint32_t)c;
    return asy_f32_from((asy_f32_bits(a) & m) | (asy_f32_bits(b) & ~m));
}
static inline double asy_pick_f64(bool c, double a, double b)
{
    uint64_t m = 0u - (uint64_t)c;
    return asy_f64_from((asy_f64_bits(a) & m) | (asy_f64_bits(b) & ~m));
}

/* Adding one of these rounds to an integer, which then stands in the low bits of the sum. */
#define ASY_ROUND_F32 12582912.0f         /* 1.5 · 2^23 */
#define ASY_ROUND_F64 6755399441055744.0  /* 1.5 · 2^52 */

/* ================================ f32 ================================ */

/* x = k ln 2 + r, |r| ≤ ln 2 / 2; e^r − 1 = r + r² q(r). Gives e^r − 1 and k, as an integer (two's
 * complement) and a float. */
static inline float asy__exp_coref(float x, uint32_t *n, float *k)
{
    float t = fmaf(x, 0x1.715476p+0f, ASY_ROUND_F32);
    *n = asy_f32_bits(t) - asy_f32_bits(ASY_ROUND_F32);
    *k = t - ASY_ROUND_F32;
    float r = fmaf(*k, -0x1.62e4p-1f, x);
    r = fmaf(*k, -0x1.7f7d1cp-20f, r);
    float q = fmaf(0x1.6d56f2p-10f, r, 0x1.124414p-7f);
    q = fmaf(q, r, 0x1.5554ep-5f);
    q = fmaf(q, r, 0x1.555482p-3f);
    q = fmaf(q, r, 0.5f);
    return fmaf(r * r, q, r);
}

static inline float asy_expf(float x)
{
    uint32_t n;
    float k, c = asy_pickf(x > 89.0f, 89.0f, x);
    c = asy_pickf(c < -104.0f, -104.0f, c);
    float p = 1.0f + asy__exp_coref(c, &n, &k);
    /* 2^n in two factors: only the last product may round or overflow */
    uint32_t h = ((n + 256u) >> 1) - 128u;
    return p * asy_f32_from((h + 127u) << 23) * asy_f32_from((n - h + 127u) << 23);
}

/* e^x − 1 */
static inline float asy_expm1f(float x)
{
    uint32_t n;
    float k, c = asy_pickf(x > 89.0f, 89.0f, x);
    c = asy_pickf(c < -18.0f, -18.0f, c);
    float p = asy__exp_coref(c, &n, &k);
    float half = asy_f32_from((n + 126u) << 23);   /* 2^(n − 1), since 2^128 is not a float */
    float y = 2.0f * fmaf(p, half, half - 0.5f);
    return asy_pickf(asy_absf(x) < 0x1p-25f, x, y);
}

static inline float asy_logf(float x)
{
    float tiny = x * 0x1p23f;
    bool sub = x < 0x1p-126f;
    /* x = 2^e m, m in [√½, √2): 0x3F3504F3 is √½ */
    uint32_t u = asy_f32_bits(asy_pickf(sub, tiny, x)) + (0x3F800000u - 0x3F3504F3u);
    float e = asy_f32_from(0x4B000000u | (u >> 23)) - asy_pickf(sub, 0x1p23f + 150.0f, 0x1p23f + 127.0f);
    float f = asy_f32_from((u & 0x007FFFFFu) + 0x3F3504F3u) - 1.0f;
    float p = fmaf(0x1.16babcp-4f, f, -0x1.e04a3ap-4f);
    p = fmaf(p, f, 0x1.e6f4eep-4f);
    p = fmaf(p, f, -0x1.fbc1e6p-4f);
    p = fmaf(p, f, 0x1.232fe8p-3f);
    p = fmaf(p, f, -0x1.555f16p-3f);
    p = fmaf(p, f, 0x1.99a546p-3f);
    p = fmaf(p, f, -0.25f);
    p = fmaf(p, f, 0x1.555546p-2f);
    float z = f * f;
    float y = fmaf(f * z, p, e * 0x1.7f7d1cp-20f);   /* ln(1 + f) = f − f²/2 + f³ p(f) */
    y = fmaf(-0.5f, z, y) + f;
    y = fmaf(e, 0x1.62e4p-1f, y);
    y = asy_pickf(x < INFINITY, y, x);
    y = asy_pickf(x < 0.0f, NAN, y);
    return asy_pickf(x == 0.0f, -INFINITY, y);
}

/* ln(1 + x): ln w + (x − (w − 1))/w for the rounded w = 1 + x */
static inline float asy_log1pf(float x)
{
    float w = 1.0f + x;
    float y = asy_logf(w) + (x - (w - 1.0f)) / w;
    y = asy_pickf((asy_absf(x) < 0x1p-25f) | !(x < INFINITY), x, y);
    return asy_pickf(x == -1.0f, -INFINITY, y);
}

/* t/(t + 2), t = e^2|x| − 1, with the roundings of t + 2 and of the quotient put right. */
static inline float asy_tanhf(float x)
{
    float a = asy_absf(x);
    float t = asy_expm1f(2.0f * asy_pickf(a > 10.0f, 10.0f, a));
    float big = asy_pickf(t > 2.0f, t, 2.0f), small = asy_pickf(t > 2.0f, 2.0f, t);
    float d = big + small, lost = small - (d - big);
    float inv = 1.0f / d, y = t * inv;
    return asy_signf(fmaf(fmaf(-y, d, t) - y * lost, inv, y), x);
}

/* |x| < 1: x + x p(x²); else 1 − exp(p(|x| − 1)), p near ln erfc. */
static inline float asy_erff(float x)
{
    float a = asy_absf(x), z = x * x;
    float p = fmaf(0x1.4c2f4cp-14f, z, -0x1.a5099ep-11f);
    p = fmaf(p, z, 0x1.542deep-8f);
    p = fmaf(p, z, -0x1.b7fe8ep-6f);
    p = fmaf(p, z, 0x1.ce2d5p-4f);
    p = fmaf(p, z, -0x1.81274p-2f);
    p = fmaf(p, z, 0x1.06eba8p-3f);
    float near = fmaf(a, p, a);
    float t = asy_pickf(a > 4.0f, 4.0f, a) - 1.0f;
    float q = fmaf(-0x1.a1dfecp-18f, t, 0x1.b24354p-13f);
    q = fmaf(q, t, -0x1.e3819cp-10f);
    q = fmaf(q, t, 0x1.43d0bcp-7f);
    q = fmaf(q, t, -0x1.53d204p-5f);
    q = fmaf(q, t, -0x1.afae48p-1f);
    q = fmaf(q, t, -0x1.51c9ap+1f);
    q = fmaf(q, t, -0x1.d97fcp+0f);
    float far = 1.0f - asy_expf(q);
    return asy_signf(asy_pickf(a < 1.0f, near, far), x);
}

/* sin and cos of sign(x)·(q π/2 + r), |r| ≤ π/4 (a little more does no harm) */
static inline void asy__sincos_coref(float x, float r, uint32_t q, float *s, float *c)
{
    float z = r * r;
    float a = fmaf(-0x1.99537ap-13f, z, 0x1.110778p-7f);
    a = fmaf(a, z, -0x1.555546p-3f);
    a = fmaf(r * z, a, r);
    float b = fmaf(0x1.99e9b6p-16f, z, -0x1.6c0c2cp-10f);
    b = fmaf(b, z, 0x1.55554ap-5f);
    b = fmaf(z * z, b, fmaf(-0.5f, z, 1.0f));
    float sine = asy_pickf(q & 1u, b, a), cosine = asy_pickf(q & 1u, a, b);
    uint32_t minus = asy_f32_bits(x) & 0x80000000u;
    *s = asy_f32_from(asy_f32_bits(sine) ^ minus ^ ((q & 2u) << 30));
    *c = asy_f32_from(asy_f32_bits(cosine) ^ (((q + 1u) & 2u) << 30));
}

/* |x| ≤ 8192 (or NaN) */
static inline void asy_sincosf_near(float x, float *s, float *c)
{
    float a = asy_absf(x), t = fmaf(a, 0x1.45f306p-1f, ASY_ROUND_F32), k = t - ASY_ROUND_F32;
    float r = fmaf(k, -0x1.921fb6p+0f, a);   /* π/2 in three parts */
    r = fmaf(k, 0x1.777a5cp-25f, r);
    r = fmaf(k, 0x1.ee59dap-50f, r);
    asy__sincos_coref(x, r, asy_f32_bits(t), s, c);
}

/* For |x| that the near forms do not take (poly.c): x = q π/2 + r mod 2π for x > 0, exact to the last place
 * of r; r is NaN for an infinity or NaN. */
uint32_t asy__reduce_far(double x, double *r);

static inline void asy_sincosf(float x, float *s, float *c)
{
    if (asy_absf(x) <= 8192.0f) {
        asy_sincosf_near(x, s, c);
    } else {
        double r;
        uint32_t q = asy__reduce_far((double)asy_absf(x), &r);
        asy__sincos_coref(x, (float)r, q, s, c);
    }
}

static inline float asy_sigmoidf(float x)
{
    float e = asy_expf(-asy_absf(x));
    float d = 1.0f + e, lost = e - (d - 1.0f);
    float top = asy_pickf(x < 0.0f, e, 1.0f), inv = 1.0f / d, y = top * inv;
    return fmaf(fmaf(-y, d, top) - y * lost, inv, y);
}

/* ln(1 + e^x) */
static inline float asy_softplusf(float x)
{
    float y = asy_log1pf(asy_expf(-asy_absf(x)));
    return asy_pickf(x < 0.0f, 0.0f, x) + y;
}

/* ================================ f64 ================================ */

static inline double asy__exp_core(double x, double tail, uint64_t *n)
{
    double t = fma(x, 0x1.71547652b82fep+0, ASY_ROUND_F64);
    *n = asy_f64_bits(t) - asy_f64_bits(ASY_ROUND_F64);
    double k = t - ASY_ROUND_F64;
    double r = fma(k, -0x1.62e42fefa4p-1, x);
    r = fma(k, 0x1.8432a1b0e2634p-43, r) + tail;
    double q = fma(0x1.af717e34249b3p-26, r, 0x1.28a4f94b264aap-22);
    q = fma(q, r, 0x1.71ddecf49f9a2p-19);
    q = fma(q, r, 0x1.a019a5d83a528p-16);
    q = fma(q, r, 0x1.a01a01b4be162p-13);
    q = fma(q, r, 0x1.6c16c17e6b324p-10);
    q = fma(q, r, 0x1.111111110e939p-7);
    q = fma(q, r, 0x1.5555555552ce7p-5);
    q = fma(q, r, 0x1.555555555555cp-3);
    q = fma(q, r, 0.5);
    return fma(r * r, q, r);
}

/* e^(x + tail), |tail| far below 1 */
static inline double asy__exp_tail(double x, double tail)
{
    uint64_t n;
    double c = asy_pick_f64(x > 710.0, 710.0, x);
    c = asy_pick_f64(c < -746.0, -746.0, c);
    double p = 1.0 + asy__exp_core(c, tail, &n);
    uint64_t h = ((n + 2048u) >> 1) - 1024u;
    return p * asy_f64_from((h + 1023u) << 52) * asy_f64_from((n - h + 1023u) << 52);
}

static inline double asy_exp_f64(double x) { return asy__exp_tail(x, 0.0); }

static inline double asy_expm1_f64(double x)
{
    uint64_t n;
    double c = asy_pick_f64(x > 710.0, 710.0, x);
    c = asy_pick_f64(c < -38.0, -38.0, c);
    double p = asy__exp_core(c, 0.0, &n);
    double half = asy_f64_from((n + 1022u) << 52);
    double y = 2.0 * fma(p, half, half - 0.5);
    return asy_pick_f64(asy_abs_f64(x) < 0x1p-54, x, y);
}

/* x = 2^e m, m in [√½, √2), for finite x > 0: gives m − 1 and e */
static inline double asy__log_split(double x, double *e)
{
    double tiny = x * 0x1p52;
    bool sub = x < 0x1p-1022;
    uint64_t u = asy_f64_bits(asy_pick_f64(sub, tiny, x)) + (0x3FF0000000000000u - 0x3FE6A09E667F3BCDu);
    *e = asy_f64_from(0x4330000000000000u | (u >> 52)) - asy_pick_f64(sub, 0x1p52 + 1075.0, 0x1p52 + 1023.0);
    return asy_f64_from((u & 0x000FFFFFFFFFFFFFu) + 0x3FE6A09E667F3BCDu) - 1.0;
}

static inline double asy__log_specials(double x, double y)
{
    y = asy_pick_f64(x < INFINITY, y, x);
    y = asy_pick_f64(x < 0.0, NAN, y);
    return asy_pick_f64(x == 0.0, -INFINITY, y);
}

/* s = f/(2 + f): ln(1 + f) = 2 artanh s = f − f²/2 + s (f²/2 + R), R = s² p(s²) */
static inline double asy_log_f64(double x)
{
    double e, f = asy__log_split(x, &e);
    double s = f / (2.0 + f), z = s * s, h = 0.5 * f * f;
    double p = fma(0x1.2f12917efcb2cp-3, z, 0x1.39a066f2c55c8p-3);
    p = fma(p, z, 0x1.74664c6cfbe6fp-3);
    p = fma(p, z, 0x1.c71c51c48abdfp-3);
    p = fma(p, z, 0x1.249249424c049p-2);
    p = fma(p, z, 0x1.999999997f684p-2);
    p = fma(p, z, 0x1.5555555555594p-1);
    double y = fma(s, fma(z, p, h), e * -0x1.8432a1b0e2634p-43);
    y = (y - h) + f;
    return asy__log_specials(x, fma(e, 0x1.62e42fefa4p-1, y));
}

static inline double asy_log1p_f64(double x)
{
    double w = 1.0 + x;
    double y = asy_log_f64(w) + (x - (w - 1.0)) / w;
    y = asy_pick_f64((asy_abs_f64(x) < 0x1p-54) | !(x < INFINITY), x, y);
    return asy_pick_f64(x == -1.0, -INFINITY, y);
}

static inline double asy_tanh_f64(double x)
{
    double a = asy_abs_f64(x);
    double t = asy_expm1_f64(2.0 * asy_pick_f64(a > 20.0, 20.0, a));
    double big = asy_pick_f64(t > 2.0, t, 2.0), small = asy_pick_f64(t > 2.0, 2.0, t);
    double d = big + small, lost = small - (d - big);
    double inv = 1.0 / d, y = t * inv;
    return asy_sign_f64(fma(fma(-y, d, t) - y * lost, inv, y), x);
}

static inline double asy__erf_near(double a)
{
    double z = a * a;
    double p = fma(0x1.296e609a1cbd9p-34, z, -0x1.4675d488fef9fp-30);
    p = fma(p, z, 0x1.fc77ba102e001p-27);
    p = fma(p, z, -0x1.5f9810fc0cc3fp-23);
    p = fma(p, z, 0x1.b9ee92f3c52p-20);
    p = fma(p, z, -0x1.f4d3335ad34d6p-17);
    p = fma(p, z, 0x1.f9a335368c5f6p-14);
    p = fma(p, z, -0x1.c02db49afb8cbp-11);
    p = fma(p, z, 0x1.565bcd1298e84p-8);
    p = fma(p, z, -0x1.b82ce312abefep-6);
    p = fma(p, z, 0x1.ce2f21a04362dp-4);
    p = fma(p, z, -0x1.812746b0379fdp-2);
    p = fma(p, z, 0x1.06eba8214db69p-3);
    return fma(a, p, a);
}

static inline double asy__erf_far(double a)
{
    double t = asy_pick_f64(a > 6.0, 6.0, a) - 1.0;
    double q = fma(-0x1.b01f84f884079p-43, t, 0x1.9ec2564f7d19ap-38);
    q = fma(q, t, -0x1.73d56f0d2418bp-34);
    q = fma(q, t, 0x1.9df14c18d795bp-31);
    q = fma(q, t, -0x1.3f761b7eaf9fp-28);
    q = fma(q, t, 0x1.655f6f1f38629p-26);
    q = fma(q, t, -0x1.1cd80428d721ap-24);
    q = fma(q, t, 0x1.091e9ad900334p-23);
    q = fma(q, t, 0x1.cd45b4cca317bp-24);
    q = fma(q, t, -0x1.0f86bdca178a5p-19);
    q = fma(q, t, 0x1.4175964c8901cp-17);
    q = fma(q, t, -0x1.c75fdd7e54bp-16);
    q = fma(q, t, 0x1.b8c00bbf48333p-16);
    q = fma(q, t, 0x1.f1b4b41e68d82p-13);
    q = fma(q, t, -0x1.033f699ec2c3bp-9);
    q = fma(q, t, 0x1.48c9d40dd767p-7);
    q = fma(q, t, -0x1.5477f09cbcda6p-5);
    q = fma(q, t, -0x1.afabc11a28dbbp-1);
    q = fma(q, t, -0x1.51c9b0006c24p+1);
    q = fma(q, t, -0x1.d97fbf27aa2a1p+0);
    return 1.0 - asy_exp_f64(q);
}

static inline double asy_erf_f64(double x)
{
    double a = asy_abs_f64(x), near = asy__erf_near(a), far = asy__erf_far(a);
    return asy_sign_f64(asy_pick_f64(a < 1.0, near, far), x);
}

static inline void asy__sincos_core(double x, double r, uint64_t q, double *s, double *c)
{
    double z = r * r;
    double a = fma(0x1.5d8d54ec31587p-33, z, -0x1.ae5e521e9f335p-26);
    a = fma(a, z, 0x1.71de355cf9382p-19);
    a = fma(a, z, -0x1.a01a019bf0d5ep-13);
    a = fma(a, z, 0x1.111111110f75ap-7);
    a = fma(a, z, -0x1.5555555555548p-3);
    a = fma(r * z, a, r);
    double b = fma(-0x1.8fa789c94389ap-37, z, 0x1.1ee9ddf168bb8p-29);
    b = fma(b, z, -0x1.27e4f7f4c2e79p-22);
    b = fma(b, z, 0x1.a01a019c932fcp-16);
    b = fma(b, z, -0x1.6c16c16c15032p-10);
    b = fma(b, z, 0x1.555555555554bp-5);
    b = fma(z * z, b, fma(-0.5, z, 1.0));
    double sine = asy_pick_f64(q & 1u, b, a), cosine = asy_pick_f64(q & 1u, a, b);
    uint64_t minus = asy_f64_bits(x) & 0x8000000000000000u;
    *s = asy_f64_from(asy_f64_bits(sine) ^ minus ^ ((q & 2u) << 62));
    *c = asy_f64_from(asy_f64_bits(cosine) ^ (((q + 1u) & 2u) << 62));
}

/* |x| ≤ 2^20 (or NaN) */
static inline void asy_sincos_near_f64(double x, double *s, double *c)
{
    double a = asy_abs_f64(x), t = fma(a, 0x1.45f306dc9c883p-1, ASY_ROUND_F64), k = t - ASY_ROUND_F64;
    double r = fma(k, -0x1.921fb54442d18p+0, a);
    r = fma(k, -0x1.1a62633145c07p-54, r);
    r = fma(k, 0x1.f1976b7ed8fbcp-110, r);
    asy__sincos_core(x, r, asy_f64_bits(t), s, c);
}

static inline void asy_sincos_f64(double x, double *s, double *c)
{
    if (asy_abs_f64(x) <= 0x1p20) {
        asy_sincos_near_f64(x, s, c);
    } else {
        double r;
        uint32_t q = asy__reduce_far(asy_abs_f64(x), &r);
        asy__sincos_core(x, r, q, s, c);
    }
}

static inline double asy_sigmoid_f64(double x)
{
    double e = asy_exp_f64(-asy_abs_f64(x));
    double d = 1.0 + e, lost = e - (d - 1.0);
    double top = asy_pick_f64(x < 0.0, e, 1.0), inv = 1.0 / d, y = top * inv;
    return fma(fma(-y, d, top) - y * lost, inv, y);
}

static inline double asy_softplus_f64(double x)
{
    double y = asy_log1p_f64(asy_exp_f64(-asy_abs_f64(x)));
    return asy_pick_f64(x < 0.0, 0.0, x) + y;
}

/* ln x for x ≥ 0 as hi + lo, about 68 bits: the series of asy_log_f64, its first terms in pairs. */
static inline double asy__log_pair(double x, double *lo)
{
    double e, f = asy__log_split(x, &e);
    double d = 2.0 + f, dl = f - (d - 2.0);
    double s = f / d, sl = fma(-s, dl, fma(-s, d, f)) / d;
    double z = s * s, zl = fma(2.0 * s, sl, fma(s, s, -z));
    double t = fma(0x1.ea09b6c3c19dap-4, z, 0x1.de564ddafd26ap-4);
    t = fma(t, z, 0x1.111fc0f856f8dp-3);
    t = fma(t, z, 0x1.3b1369df691f4p-3);
    t = fma(t, z, 0x1.745d18139ac3ep-3);
    t = fma(t, z, 0x1.c71c71c5cb1b2p-3);
    t = fma(t, z, 0x1.2492492492d44p-2);
    t = fma(t, z, 0x1.9999999999997p-2);
    double two3 = 0x1.5555555555555p-1, c = fma(z, t, two3), cl = fma(z, t, two3 - c) + 0x1.5555555555555p-55;
    double p = z * c, pl = fma(z, cl, fma(zl, c, fma(z, c, -p)));
    double g = 2.0 + p, gl = ((2.0 - g) + p) + pl;
    double y = s * g, yl = fma(s, gl, fma(sl, g, fma(s, g, -y)));
    double a = e * 0x1.62e42fefa4p-1, hi = a + y;   /* exact: ln 2's first part has 41 bits */
    double l = ((a - hi) + y) + fma(e, -0x1.8432a1b0e2634p-43, yl);
    *lo = asy_pick_f64((x > 0.0) & (x < INFINITY), l, 0.0);
    return asy__log_specials(x, hi);
}

/* x^y from r = |x|^y */
static inline double asy__pow_specials(double x, double y, double r)
{
    double half = 0.5 * y;
    bool whole = floor(y) == y, odd = whole & (floor(half) != half);
    r = asy_pick_f64((asy_abs_f64(x) == 1.0) & (y == y), 1.0, r);
    r = asy_pick_f64(odd, asy_sign_f64(r, x), r);
    r = asy_pick_f64((x < 0.0) & (x > -INFINITY) & !whole, NAN, r);
    return asy_pick_f64((y == 0.0) | (x == 1.0), 1.0, r);
}

static inline double asy_pow_f64(double x, double y)
{
    double lo, hi = asy__log_pair(asy_abs_f64(x), &lo);
    double p = y * hi, tail = fma(y, lo, fma(y, hi, -p));
    return asy__pow_specials(x, y, asy__exp_tail(p, asy_pick_f64(asy_abs_f64(p) < 800.0, tail, 0.0)));
}

static inline float asy_powf(float x, float y)
{
    double r = asy_exp_f64((double)y * asy_log_f64((double)asy_absf(x)));
    return (float)asy__pow_specials((double)x, (double)y, r);
}
#endif
