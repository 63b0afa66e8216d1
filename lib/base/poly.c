// SPDX-License-Identifier: GPL-3.0-or-later
/* Reduction of large angles by as many digits of 2/π as they need (Payne and Hanek 1983). */
#include "poly.h"

/* Words of 2/π that meet the 53 bits of x: 2 bits before the point, 137 good ones, 53 spoilt by the cut. */
enum { WINDOW = 6 };

/* Binary digits of 2/π after the point, 32 a word. */
static const uint32_t TWO_OVER_PI[] = {
    0xA2F9836E, 0x4E441529, 0xFC2757D1, 0xF534DDC0, 0xDB629599, 0x3C439041, 0xFE5163AB, 0xDEBBC561,
    0xB7246E3A, 0x424DD2E0, 0x06492EEA, 0x09D1921C, 0xFE1DEB1C, 0xB129A73E, 0xE88235F5, 0x2EBB4484,
    0xE99C7026, 0xB45F7E41, 0x3991D639, 0x835339F4, 0x9C845F8B, 0xBDF9283B, 0x1FF897FF, 0xDE05980F,
    0xEF2F118B, 0x5A0A6D1F, 0x6D367ECF, 0x27CB09B7, 0x4F463F66, 0x9E5FEA2D, 0x7527BAC7, 0xEBE5F17B,
    0x3D0739F7, 0x8A5292EA, 0x6BFB5FB1, 0x1F8D5D08, 0x56033046, 0xFC7B6BAB, 0xF0CFBC20, 0x9AF4361D,
};

/* 32 digits of 2/π from digit `first` on (0 = the first after the point); zeros before it. */
static uint32_t digits(int first)
{
    if (first <= -32) return 0;
    if (first < 0) return TWO_OVER_PI[0] >> -first;
    int i = first / 32, shift = first % 32;
    uint64_t two = (uint64_t)TWO_OVER_PI[i] << 32 | TWO_OVER_PI[i + 1];
    return (uint32_t)(two << shift >> 32);
}

/* p = m × (the window from digit `first` on), mod 2^192; p[0] is the lowest word. */
static void window_times(uint32_t p[WINDOW], uint64_t m, int first)
{
    uint64_t low = m & 0xFFFFFFFFu, high = m >> 32, carry = 0, before = 0;
    for (int i = 0; i < WINDOW; i++) {
        uint64_t w = digits(first + 32 * (WINDOW - 1 - i));
        uint64_t a = w * low, b = before * high;
        uint64_t sum = (a & 0xFFFFFFFFu) + (b & 0xFFFFFFFFu) + carry;
        p[i] = (uint32_t)sum;
        carry = (sum >> 32) + (a >> 32) + (b >> 32);
        before = w;
    }
}

uint32_t asy__reduce_far(double x, double *r)
{
    uint64_t bits = asy_f64_bits(x);
    int exponent = (int)(bits >> 52 & 0x7FF);
    if (exponent == 0x7FF) { *r = NAN; return 0; }
    uint64_t m = (bits & 0x000FFFFFFFFFFFFFu) | 0x0010000000000000u;
    /* x = m 2^k; digit j of 2/π then weighs m 2^(k − 1 − j): those of 4 m and more are whole turns. */
    int k = exponent - 1075;
    uint32_t p[WINDOW];
    window_times(p, m, k - 2);
    uint32_t q = p[WINDOW - 1] >> 30;
    bool up = p[WINDOW - 1] >> 29 & 1u;   /* round to the nearest quarter turn; the rest becomes negative */
    q += up;
    uint64_t carry = up ? 1 : 0;
    for (int i = 0; i < WINDOW; i++) {
        uint64_t w = (uint64_t)(up ? ~p[i] : p[i]) + carry;
        p[i] = (uint32_t)w;
        carry = w >> 32;
    }
    p[WINDOW - 1] &= 0x3FFFFFFFu;
    /* From the lowest word up each sum is small beside the next, so that the last rounding alone counts. */
    double f = 0.0;
    for (int i = 0; i < WINDOW; i++)
        f = fma((double)p[i], asy_f64_from((uint64_t)(1023 - 190 + 32 * i) << 52), f);
    *r = (up ? -f : f) * 0x1.921fb54442d18p+0;
    return q & 3u;
}
