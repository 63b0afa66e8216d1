// SPDX-License-Identifier: GPL-3.0-or-later
/* The input gradient of a convolution with few input channels: lanes are pixels of a row.
 *
 * Row p of the framed dy, turned to [o][pixel], meets KH output rows at once: output row p − j takes it with
 * window row j. So a ring of KH sums per channel follows p downwards, and each sum sees its terms in the
 * order (kh, kw, o). */
#include <string.h>
#include "conv.h"
#include "lanes.h"

enum { COLUMNS = 32 }; /* pixels per step: two registers of lanes */

static int64_t pitch_of(const asy_conv_attr *a)
{
    return (a->w + COLUMNS - 1) / COLUMNS * COLUMNS + (a->kw - 1 + 15) / 16 * 16;
}

void ASY_V(asy__pixels_pack)(const asy_conv_attr *a, const float *w, float *packed)
{
    for (int64_t c = 0; c < a->c; c++) {
        for (int64_t t = 0; t < a->kw; t++) {
            for (int64_t o = 0; o < a->o; o++) {
                for (int64_t j = 0; j < a->kh; j++) {
                    *packed++ = w[((o * a->c + c) * a->kh + a->kh - 1 - j) * a->kw + a->kw - 1 - t];
                }
            }
        }
    }
}

/* A plane [o][pitch], one of zeros, and the ring [c][kh][pitch]. */
size_t ASY_V(asy__pixels_scratch)(const asy_conv_attr *a)
{
    return (size_t)((2 * a->o + a->c * a->kh) * pitch_of(a)) * sizeof(float);
}

/* One dy row's terms for one channel: sum[j][i] += Σ_(kw, o) w[kw][o][j] · plane[o][i + kw] for `wide`·16
 * pixels. */
ASY_INLINE void step(const asy_conv_attr *a, const float *plane, int64_t pitch, const float *w,
                     float *const sum[], const int window, const int wide)
{
    lanes acc[ASY__PIXEL_WINDOW][2];
    ASY_UNROLLED
    for (int j = 0; j < window; j++) {
        ASY_UNROLLED
        for (int v = 0; v < wide; v++) acc[j][v] = lanes_load(sum[j] + 16 * v);
    }
    for (int64_t t = 0; t < a->kw; t++) {
        const float *x = plane + t;
        for (int64_t o = 0; o < a->o; o++, x += pitch, w += window) {
            lanes y[2];
            ASY_UNROLLED
            for (int v = 0; v < wide; v++) y[v] = lanes_keep(lanes_load(x + 16 * v));
            ASY_UNROLLED
            for (int j = 0; j < window; j++) {
                lanes f = lanes_set(w[j]);
                ASY_UNROLLED
                for (int v = 0; v < wide; v++) acc[j][v] = lanes_fma(f, y[v], acc[j][v]);
            }
        }
    }
    ASY_UNROLLED
    for (int j = 0; j < window; j++) {
        ASY_UNROLLED
        for (int v = 0; v < wide; v++) lanes_store(sum[j] + 16 * v, acc[j][v]);
    }
}

ASY_INLINE void step_all(const asy_conv_attr *a, const float *plane, const float *w, float *const row[],
                         const int window)
{
    const int64_t pitch = pitch_of(a);
    for (int64_t i = 0; i < a->w; i += COLUMNS) {
        float *sum[ASY__PIXEL_WINDOW];
        for (int j = 0; j < window; j++) sum[j] = row[j] + i;
        if (a->w - i > 16) step(a, plane + i, pitch, w, sum, window, 2);
        else step(a, plane + i, pitch, w, sum, window, 1);
    }
}

static void add_row(const asy_conv_attr *a, const float *plane, const float *w, float *const row[])
{
    switch (a->kh) {
    case 1: step_all(a, plane, w, row, 1); break;
    case 2: step_all(a, plane, w, row, 2); break;
    case 3: step_all(a, plane, w, row, 3); break;
    case 4: step_all(a, plane, w, row, 4); break;
    case 5: step_all(a, plane, w, row, 5); break;
    case 6: step_all(a, plane, w, row, 6); break;
    case 7: step_all(a, plane, w, row, 7); break;
    default: break;
    }
}

/* Row p of the framed image as [c][pitch], or the plane of zeros. */
static const float *plane_of(const asy__framed *f, const float *dy, int64_t p, int64_t pitch, float *plane,
                             const float *zeros)
{
    int64_t q = p - f->before[0];
    if (q < 0 || q % f->step[0] || q / f->step[0] >= f->h) return zeros;
    const float *row = dy + q / f->step[0] * f->w * f->c;
    float *to = plane + f->before[1];
    if (f->step[1] == 1) {
        ASY_V(asy__flip)(f->w, f->c, row, f->c, to, pitch);
        return plane;
    }
    for (int64_t i = 0; i < f->w; i++) {
        for (int64_t o = 0; o < f->c; o++) to[o * pitch + i * f->step[1]] = row[i * f->c + o];
    }
    return plane;
}

void ASY_V(asy__pixels)(const asy_conv_attr *a, const asy__framed *f, const float *dy, const float *packed,
                        float *dx, float *scratch)
{
    const int64_t pitch = pitch_of(a), kh = a->kh;
    float *plane = scratch, *zeros = plane + a->o * pitch, *ring = zeros + a->o * pitch;
    memset(scratch, 0, ASY_V(asy__pixels_scratch)(a));
    for (int64_t p = 0; p < a->h + kh - 1; p++) {
        const float *now = plane_of(f, dy, p, pitch, plane, zeros);
        for (int64_t c = 0; c < a->c; c++) {
            float *row[ASY__PIXEL_WINDOW];
            for (int64_t j = 0; j < kh; j++) row[j] = ring + (c * kh + (p - j + kh) % kh) * pitch;
            memset(row[0], 0, (size_t)pitch * sizeof *ring);
            add_row(a, now, packed + c * a->kw * a->o * kh, row);
            float *to = dx + ((p - kh + 1) * a->w) * a->c + c;
            for (int64_t i = 0; p >= kh - 1 && i < a->w; i++) to[i * a->c] = row[kh - 1][i];
        }
    }
}
