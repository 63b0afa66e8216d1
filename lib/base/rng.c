// SPDX-License-Identifier: GPL-3.0-or-later
#include "rng.h"
#include "hash.h"
#include "poly.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The block function: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. */

void asy_philox(const uint32_t key[2], const uint32_t ctr[4], uint32_t out[4])
{
    uint32_t k0 = key[0], k1 = key[1], c0 = ctr[0], c1 = ctr[1], c2 = ctr[2], c3 = ctr[3];
    for (int round = 0; round < 10; round++) {
        uint64_t a = (uint64_t)c0 * 0xD2511F53u, b = (uint64_t)c2 * 0xCD9E8D57u;
        c0 = (uint32_t)(b >> 32) ^ c1 ^ k0;
        c2 = (uint32_t)(a >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)b;
        c3 = (uint32_t)a;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

static void block(const asy_rng *r, uint64_t entity, uint64_t index, uint32_t out[4])
{
    uint32_t ctr[4] = { (uint32_t)index, (uint32_t)(index >> 32), (uint32_t)entity,
                        (uint32_t)(entity >> 32) };
    asy_philox(r->key, ctr, out);
}

/* ---- streams ---- */

static void set_key(asy_rng *r)
{
    asy_digest d = asy_sha256(r->path, strlen(r->path));
    for (int i = 0; i < 2; i++) {
        const uint8_t *b = d.b + 4 * i;
        r->key[i] = (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
    }
}

enum { SHORTENED = 1 + 64 };

static void shorten(const char *text, char out[SHORTENED + 1])
{
    asy_digest d = asy_sha256(text, strlen(text));
    out[0] = '#';
    asy_hex(&d, 64, out + 1);
}

asy_rng asy_rng_seed(uint64_t seed)
{
    asy_rng r = { 0 };
    snprintf(r.path, sizeof r.path, "%" PRIu64, seed);
    set_key(&r);
    return r;
}

asy_rng asy_rng_seed_fixed(uint64_t seed, const asy_rng_fixed *fixed)
{
    asy_rng r = asy_rng_seed(seed);
    r.fixed = fixed;
    return r;
}

/* The root of the stream: another seed's where it is fixed. */
static asy_rng root_of(asy_rng r, const char *part)
{
    const asy_rng_fixed *f = r.fixed;
    r.fixed = NULL;
    for (int i = 0; f != NULL && i < f->n; i++)
        if (strcmp(f->stream[i], part) == 0) return asy_rng_seed(f->seed);
    return r;
}

asy_rng asy_rng_part(asy_rng r, const char *part)
{
    if (r.fixed != NULL) r = root_of(r, part);
    char head[SHORTENED + 1], tail[SHORTENED + 1];
    size_t n = strlen(part);
    if (strlen(r.path) + 1 + n >= sizeof r.path) {
        shorten(r.path, head);
        memcpy(r.path, head, sizeof head);
        if (SHORTENED + 1 + n >= sizeof r.path) {
            shorten(part, tail);
            part = tail;
            n = SHORTENED;
        }
    }
    size_t at = strlen(r.path);
    r.path[at] = '/';
    memcpy(r.path + at + 1, part, n);
    memset(r.path + at + 1 + n, 0, sizeof r.path - (at + 1 + n));
    set_key(&r);
    return r;
}

asy_rng asy_rng_split(asy_rng r, const char *label, uint64_t i)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, i);
    return asy_rng_part(asy_rng_part(r, label), text);
}

/* ---- draws ---- */

uint32_t asy_rng_word(const asy_rng *r, uint64_t entity, uint64_t element)
{
    uint32_t w[4];
    block(r, entity, element / 4, w);
    return w[element % 4];
}

uint64_t asy_rng_word64(const asy_rng *r, uint64_t entity, uint64_t element)
{
    uint32_t w[4];
    block(r, entity, element / 2, w);
    size_t at = 2 * (element % 2);
    return (uint64_t)w[at] | (uint64_t)w[at + 1] << 32;
}

static float unit(uint32_t w)
{
    return (float)(((double)(w >> 8) + 0.5) * 0x1p-24);
}

static void four_uniforms(const uint32_t w[4], float lo, float width, float out[4])
{
    for (int i = 0; i < 4; i++) out[i] = fmaf(width, unit(w[i]), lo);
}

static void four_normals(const uint32_t w[4], float mean, float sd, float out[4])
{
    for (int i = 0; i < 4; i += 2) {
        float s, c, radius = sqrtf(-2.0f * asy_logf(unit(w[i])));
        asy_sincosf_near(0x1.921fb6p+2f * unit(w[i + 1]), &s, &c);
        out[i] = fmaf(sd, radius * c, mean);
        out[i + 1] = fmaf(sd, radius * s, mean);
    }
}

typedef void (*four)(const uint32_t w[4], float a, float b, float out[4]);

static void fill(const asy_rng *r, uint64_t entity, uint64_t first, size_t n, float a, float b, float *out,
                 four make)
{
    uint64_t index = first / 4;
    size_t skip = (size_t)(first % 4);
    for (size_t done = 0; done < n; index++, skip = 0) {
        uint32_t w[4];
        float v[4];
        block(r, entity, index, w);
        make(w, a, b, v);
        for (size_t i = skip; i < 4 && done < n; i++) out[done++] = v[i];
    }
}

void asy_rng_uniform(const asy_rng *r, uint64_t entity, uint64_t first, size_t n, float lo, float hi,
                     float *out)
{
    fill(r, entity, first, n, lo, hi - lo, out, four_uniforms);
}

void asy_rng_normal(const asy_rng *r, uint64_t entity, uint64_t first, size_t n, float mean, float sd,
                    float *out)
{
    fill(r, entity, first, n, mean, sd, out, four_normals);
}

double asy_rng_uniform64(const asy_rng *r, uint64_t entity, uint64_t element)
{
    return ((double)(asy_rng_word64(r, entity, element) >> 11) + 0.5) * 0x1p-53;
}

/* The high 64 bits of a × b. */
static uint64_t high_product(uint64_t a, uint64_t b)
{
    uint64_t al = a & 0xFFFFFFFFu, ah = a >> 32, bl = b & 0xFFFFFFFFu, bh = b >> 32;
    uint64_t mid = ah * bl + (al * bl >> 32);
    uint64_t low = al * bh + (mid & 0xFFFFFFFFu);
    return ah * bh + (mid >> 32) + (low >> 32);
}

uint64_t asy_rng_below(const asy_rng *r, uint64_t entity, uint64_t element, uint64_t n)
{
    return high_product(asy_rng_word64(r, entity, element), n);
}

static int by_word_then_index(const void *x, const void *y)
{
    const uint64_t *a = x, *b = y;
    if (a[0] != b[0]) return a[0] < b[0] ? -1 : 1;
    return a[1] < b[1] ? -1 : a[1] > b[1];
}

void asy_rng_permute(const asy_rng *r, size_t n, const uint64_t *id, uint64_t (*scratch)[2], uint32_t *out)
{
    for (size_t i = 0; i < n; i++) {
        scratch[i][0] = asy_rng_word64(r, id ? id[i] : i, 0);
        scratch[i][1] = i;
    }
    qsort(scratch, n, sizeof *scratch, by_word_then_index);
    for (size_t i = 0; i < n; i++) out[i] = (uint32_t)scratch[i][1];
}
