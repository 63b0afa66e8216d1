// SPDX-License-Identifier: GPL-3.0-or-later
/* Sixteen floats side by side: one register of AVX-512, two of AVX2, an array elsewhere. */
#ifndef ASY_KERNELS_LANES_H
#define ASY_KERNELS_LANES_H
#include "../kernel.h"

#if defined __AVX512F__
#include <immintrin.h>
typedef __m512 lanes;
typedef __mmask16 lanes_mask;
ASY_INLINE lanes lanes_set(float x) { return _mm512_set1_ps(x); }
ASY_INLINE lanes lanes_load(const float *p) { return _mm512_loadu_ps(p); }
ASY_INLINE void lanes_store(float *p, lanes x) { _mm512_storeu_ps(p, x); }
ASY_INLINE lanes lanes_fma(lanes a, lanes b, lanes c) { return _mm512_fmadd_ps(a, b, c); }
ASY_INLINE lanes lanes_add(lanes a, lanes b) { return _mm512_add_ps(a, b); }
ASY_INLINE lanes lanes_div(lanes a, lanes b) { return _mm512_div_ps(a, b); }
ASY_INLINE lanes_mask lanes_first(int n) { return (lanes_mask)((1u << n) - 1u); }
ASY_INLINE lanes lanes_load_some(const float *p, lanes_mask m) { return _mm512_maskz_loadu_ps(m, p); }
ASY_INLINE void lanes_store_some(float *p, lanes_mask m, lanes x) { _mm512_mask_storeu_ps(p, m, x); }

#elif defined __AVX2__ && defined __FMA__
#include <immintrin.h>
typedef struct {
    __m256 lo, hi;
} lanes;
typedef struct {
    __m256i lo, hi;
} lanes_mask;
ASY_INLINE lanes lanes_set(float x) { return (lanes){ _mm256_set1_ps(x), _mm256_set1_ps(x) }; }
ASY_INLINE lanes lanes_load(const float *p) { return (lanes){ _mm256_loadu_ps(p), _mm256_loadu_ps(p + 8) }; }
ASY_INLINE void lanes_store(float *p, lanes x)
{
    _mm256_storeu_ps(p, x.lo);
    _mm256_storeu_ps(p + 8, x.hi);
}
ASY_INLINE lanes lanes_fma(lanes a, lanes b, lanes c)
{
    return (lanes){ _mm256_fmadd_ps(a.lo, b.lo, c.lo), _mm256_fmadd_ps(a.hi, b.hi, c.hi) };
}
ASY_INLINE lanes lanes_add(lanes a, lanes b)
{
    return (lanes){ _mm256_add_ps(a.lo, b.lo), _mm256_add_ps(a.hi, b.hi) };
}
ASY_INLINE lanes lanes_div(lanes a, lanes b)
{
    return (lanes){ _mm256_div_ps(a.lo, b.lo), _mm256_div_ps(a.hi, b.hi) };
}
ASY_INLINE lanes_mask lanes_first(int n)
{
    __m256i i = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return (lanes_mask){ _mm256_cmpgt_epi32(_mm256_set1_epi32(n), i),
                         _mm256_cmpgt_epi32(_mm256_set1_epi32(n - 8), i) };
}
ASY_INLINE lanes lanes_load_some(const float *p, lanes_mask m)
{
    return (lanes){ _mm256_maskload_ps(p, m.lo), _mm256_maskload_ps(p + 8, m.hi) };
}
ASY_INLINE void lanes_store_some(float *p, lanes_mask m, lanes x)
{
    _mm256_maskstore_ps(p, m.lo, x.lo);
    _mm256_maskstore_ps(p + 8, m.hi, x.hi);
}

#else
#include <math.h>
typedef struct {
    float x[16];
} lanes;
typedef int lanes_mask;
ASY_INLINE lanes lanes_set(float x)
{
    lanes y;
    for (int i = 0; i < 16; i++) y.x[i] = x;
    return y;
}
ASY_INLINE lanes lanes_load(const float *p)
{
    lanes y;
    for (int i = 0; i < 16; i++) y.x[i] = p[i];
    return y;
}
ASY_INLINE void lanes_store(float *p, lanes x)
{
    for (int i = 0; i < 16; i++) p[i] = x.x[i];
}
ASY_INLINE lanes lanes_fma(lanes a, lanes b, lanes c)
{
    for (int i = 0; i < 16; i++) c.x[i] = fmaf(a.x[i], b.x[i], c.x[i]);
    return c;
}
ASY_INLINE lanes lanes_add(lanes a, lanes b)
{
    for (int i = 0; i < 16; i++) a.x[i] += b.x[i];
    return a;
}
ASY_INLINE lanes lanes_div(lanes a, lanes b)
{
    for (int i = 0; i < 16; i++) a.x[i] /= b.x[i];
    return a;
}
ASY_INLINE lanes_mask lanes_first(int n) { return n; }
ASY_INLINE lanes lanes_load_some(const float *p, lanes_mask m)
{
    lanes y;
    for (int i = 0; i < 16; i++) y.x[i] = i < m ? p[i] : 0;
    return y;
}
ASY_INLINE void lanes_store_some(float *p, lanes_mask m, lanes x)
{
    for (int i = 0; i < m && i < 16; i++) p[i] = x.x[i];
}
#endif

/* A value that stays in its register, where there are 32 of them: gcc otherwise reads it again for each use.
 */
ASY_INLINE lanes lanes_keep(lanes x)
{
#if defined __AVX512F__
    __asm__("" : "+v"(x));
#endif
    return x;
}

#if defined __AVX2__
/* y[j·y_row + i] = x[i·x_row + j] for i, j < 8. */
ASY_INLINE void lanes_flip8(const float *x, int64_t x_row, float *y, int64_t y_row)
{
    __m256 r[8], s[8];
    /* Rows i and i + 4 side by side, columns 0-3 and 4-7 apart: what is left is four 4 × 4 blocks. */
    ASY_UNROLLED
    for (int i = 0; i < 4; i++) {
        const float *a = x + i * x_row, *b = x + (i + 4) * x_row;
        r[i] = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(a)), _mm_loadu_ps(b), 1);
        r[i + 4] = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(a + 4)), _mm_loadu_ps(b + 4), 1);
    }
    ASY_UNROLLED
    for (int i = 0; i < 8; i += 2) {
        s[i] = _mm256_unpacklo_ps(r[i], r[i + 1]);
        s[i + 1] = _mm256_unpackhi_ps(r[i], r[i + 1]);
    }
    ASY_UNROLLED
    for (int i = 0; i < 8; i += 4, y += 4 * y_row) {
        _mm256_storeu_ps(y, _mm256_shuffle_ps(s[i], s[i + 2], 0x44));
        _mm256_storeu_ps(y + y_row, _mm256_shuffle_ps(s[i], s[i + 2], 0xEE));
        _mm256_storeu_ps(y + 2 * y_row, _mm256_shuffle_ps(s[i + 1], s[i + 3], 0x44));
        _mm256_storeu_ps(y + 3 * y_row, _mm256_shuffle_ps(s[i + 1], s[i + 3], 0xEE));
    }
}
#else
ASY_INLINE void lanes_flip8(const float *x, int64_t x_row, float *y, int64_t y_row)
{
    for (int j = 0; j < 8; j++) {
        for (int i = 0; i < 8; i++) y[j * y_row + i] = x[i * x_row + j];
    }
}
#endif
#endif
