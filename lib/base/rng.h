// SPDX-License-Identifier: GPL-3.0-or-later
/* Named counter-based random streams: Philox4x32-10 (Salmon et al. 2011), keyed as DESIGN §7.
 *
 * A stream is the ASCII path SEED/part/part…; its key is the first 8 bytes of the path's SHA-256, little-endian
 * (word 0 = bytes 0-3, word 1 = bytes 4-7). A draw is a function of (stream, entity, element):
 * counter = { element/4 low, element/4 high, entity low, entity high }, and element mod 4 picks the word.
 * asy_rng is a value: draw twice, get the same numbers. */
#ifndef ASY_BASE_RNG_H
#define ASY_BASE_RNG_H
#include "status.h"

enum { ASY_RNG_PATH = 240 };
/* Streams that keep the values of another seed: the first part of a path, by name. */
typedef struct {
    uint64_t seed;
    int n;
    const char *const *stream;
} asy_rng_fixed;
typedef struct {
    uint32_t key[2];
    char path[ASY_RNG_PATH];
    const asy_rng_fixed *fixed; /* of a root whose first part is yet to come; NULL: none */
} asy_rng;

asy_rng  asy_rng_seed (uint64_t seed);                                   /* path "SEED" in decimal */
/* The same with some streams fixed: asy_rng_part(r, NAME) is then that of fixed->seed. `fixed` must outlive it. */
asy_rng  asy_rng_seed_fixed(uint64_t seed, const asy_rng_fixed *fixed);
/* path + "/part". Where that would not fit, the path is first replaced by '#' + its SHA-256 in hex, and then the part
 * too if it must be. */
asy_rng  asy_rng_part (asy_rng, const char *part);
asy_rng  asy_rng_split(asy_rng, const char *label, uint64_t i);          /* path + "/label/i" */
void     asy_philox   (const uint32_t key[2], const uint32_t ctr[4], uint32_t out[4]);  /* the bare block function */
uint32_t asy_rng_word (const asy_rng *, uint64_t entity, uint64_t element);
uint64_t asy_rng_word64(const asy_rng *, uint64_t entity, uint64_t element);  /* words 2·element, 2·element+1 */
/* f32 draws for one entity, elements first … first+n−1. u = ((w >> 8) + ½)·2⁻²⁴, formed in f64 and rounded once to f32;
 * value = fmaf(hi − lo, u, lo). Normals by Box–Muller in f32 from word pairs (0,1), (2,3): sqrt(−2 log u₁)·(cos, sin)(2π u₂)
 * with base/poly.h; value = fmaf(sd, z, mean). */
void     asy_rng_uniform(const asy_rng *, uint64_t entity, uint64_t first, size_t n, float lo, float hi, float *out);
void     asy_rng_normal (const asy_rng *, uint64_t entity, uint64_t first, size_t n, float mean, float sd, float *out);
double   asy_rng_uniform64(const asy_rng *, uint64_t entity, uint64_t element);  /* 53 bits of a 64-bit word: ((w >> 11) + ½)·2⁻⁵³ */
uint64_t asy_rng_below(const asy_rng *, uint64_t entity, uint64_t element, uint64_t n);  /* 0 … n−1: high 64 bits of word64 × n */
/* A permutation of 0 … n−1: sorted by (word64 of entity id[i], index); id NULL: i itself. `scratch` holds n pairs of u64. */
void     asy_rng_permute(const asy_rng *, size_t n, const uint64_t *id, uint64_t (*scratch)[2], uint32_t *out);
#endif
