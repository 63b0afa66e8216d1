// SPDX-License-Identifier: GPL-3.0-or-later
/* Digits drawn with a pen: each class is a few strokes in the unit square; a row moves, turns, slants,
 * stretches and bends them by its own draws, picks a pen, and adds noise. 28×28 bytes, as MNIST, without a
 * file. */
#include "assay.h"

#include <math.h>
#include <string.h>

typedef struct {
    int64_t n, n_test, seed;
    double noise, slant;
} par;

static const asy_param params[] = {
    ASY_PARAM_I64(n, "10000", 1, 1e6, "rows of part train"),
    ASY_PARAM_I64(n_test, "2000", 1, 1e6, "rows of part test"),
    ASY_PARAM_F64(noise, "0.15", 0, 1, "standard deviation of the pixel noise, of 1"),
    ASY_PARAM_F64(slant, "1", 0, 3, "how far rows turn, slant, move and stretch; 0: not at all"),
    ASY_PARAM_I64(seed, "0", 0, 9.2e18, "seed of the set itself, apart from the study's seeds"),
    ASY_PARAM_END
};

enum { SIDE = 28, MAX_POINTS = 14, MAX_STROKES = 3 };
typedef struct {
    int n;
    float p[MAX_POINTS][2];
} stroke; /* x to the right, y down, both in [0, 1] */

/* clang-format off */
static const stroke digits[10][MAX_STROKES] = {
    { { 13, { {.5f,.1f}, {.32f,.16f}, {.22f,.32f}, {.2f,.5f}, {.22f,.68f}, {.32f,.84f}, {.5f,.9f},
         {.68f,.84f}, {.78f,.68f}, {.8f,.5f}, {.78f,.32f}, {.68f,.16f}, {.5f,.1f} } } },
    { { 3, { {.35f,.25f}, {.52f,.1f}, {.52f,.9f} } } },
    { { 8, { {.24f,.3f}, {.3f,.16f}, {.5f,.1f}, {.7f,.17f}, {.75f,.33f}, {.62f,.55f}, {.22f,.9f},
         {.8f,.9f} } } },
    { { 12, { {.25f,.18f}, {.45f,.1f}, {.68f,.16f}, {.72f,.3f}, {.62f,.44f}, {.45f,.48f}, {.64f,.52f},
         {.76f,.66f}, {.7f,.83f}, {.5f,.9f}, {.32f,.87f}, {.22f,.78f} } } },
    { { 3, { {.58f,.1f}, {.2f,.62f}, {.82f,.62f} } }, { 2, { {.62f,.36f}, {.62f,.9f} } } },
    { { 10, { {.74f,.1f}, {.32f,.1f}, {.27f,.46f}, {.48f,.4f}, {.68f,.46f}, {.77f,.62f}, {.72f,.8f},
         {.52f,.9f}, {.33f,.87f}, {.22f,.77f} } } },
    { { 12, { {.68f,.12f}, {.46f,.24f}, {.29f,.46f}, {.24f,.66f}, {.32f,.84f}, {.5f,.9f}, {.69f,.84f},
         {.77f,.68f}, {.7f,.54f}, {.52f,.48f}, {.34f,.55f}, {.25f,.68f} } } },
    { { 3, { {.2f,.1f}, {.8f,.1f}, {.42f,.9f} } } },
    { { 9, { {.5f,.48f}, {.31f,.39f}, {.27f,.24f}, {.37f,.13f}, {.5f,.1f}, {.63f,.13f}, {.73f,.24f},
         {.69f,.39f}, {.5f,.48f} } },
      { 9, { {.5f,.48f}, {.28f,.58f}, {.22f,.73f}, {.32f,.86f}, {.5f,.9f}, {.68f,.86f}, {.78f,.73f},
         {.72f,.58f}, {.5f,.48f} } } },
    { { 12, { {.75f,.32f}, {.66f,.46f}, {.48f,.52f}, {.3f,.46f}, {.23f,.32f}, {.31f,.16f}, {.5f,.1f},
         {.68f,.16f}, {.76f,.34f}, {.71f,.54f}, {.54f,.76f}, {.32f,.88f} } } },
};
/* clang-format on */

/* A row's own pen and map: (x, y) → center + A·(x − ½, y − ½) + bend, in pixels. */
typedef struct {
    float a[2][2], at[2], bend[2], pen, ink;
} hand;

static hand draw_hand(const asy_rng *rng, uint64_t id, float slant)
{
    float u[12], s, c;
    asy_rng_uniform(rng, id, 0, 12, -1, 1, u);
    asy_sincosf(0.3f * slant * u[0], &s, &c);
    float width = 19.0f * (1.0f + 0.2f * slant * u[1]), height = 21.0f * (1.0f + 0.15f * slant * u[2]),
          shear = 0.3f * slant * u[3];
    hand h = { .at = { 13.5f + 2.0f * slant * u[4], 13.5f + 2.0f * slant * u[5] },
               .bend = { 3.0f * slant * u[6], 3.0f * slant * u[7] } };
    h.a[0][0] = c * width;
    h.a[0][1] = (shear * c - s) * height;
    h.a[1][0] = s * width;
    h.a[1][1] = (shear * s + c) * height;
    h.pen = 1.3f + 0.5f * u[8];
    h.ink = 0.85f + 0.15f * u[9];
    return h;
}

static void place(const hand *h, const float p[2], float out[2])
{
    float x = p[0] - 0.5f, y = p[1] - 0.5f;
    out[0] = h->at[0] + h->a[0][0] * x + h->a[0][1] * y + h->bend[0] * (y * y - 0.08f) * 2.0f;
    out[1] = h->at[1] + h->a[1][0] * x + h->a[1][1] * y + h->bend[1] * (x * x - 0.08f) * 2.0f;
}

/* Coverage of the pixel at distance d from the stroke's middle: full inside the pen, one pixel of soft edge.
 */
static void ink_segment(const hand *h, const float a[2], const float b[2], float img[SIDE * SIDE])
{
    float dx = b[0] - a[0], dy = b[1] - a[1], len2 = dx * dx + dy * dy + 1e-6f;
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++) {
            float px = (float)j - a[0], py = (float)i - a[1];
            float t = (px * dx + py * dy) / len2;
            t = t < 0 ? 0 : t > 1 ? 1 : t;
            float ex = px - t * dx, ey = py - t * dy;
            float v = h->pen + 0.5f - sqrtf(ex * ex + ey * ey);
            v = (v < 0 ? 0 : v > 1 ? 1 : v) * h->ink;
            if (v > img[i * SIDE + j]) img[i * SIDE + j] = v;
        }
}

static void draw_digit(const par *p, const asy_rng *shape, const asy_rng *grain, int64_t row,
                       uint8_t out[SIDE * SIDE])
{
    float img[SIDE * SIDE] = { 0 }, noise[SIDE * SIDE];
    hand h = draw_hand(shape, (uint64_t)row, (float)p->slant);
    const stroke *s = digits[row % 10];
    for (int k = 0; k < MAX_STROKES; k++)
        for (int i = 0; i + 1 < s[k].n; i++) {
            float a[2], b[2];
            place(&h, s[k].p[i], a);
            place(&h, s[k].p[i + 1], b);
            ink_segment(&h, a, b, img);
        }
    asy_rng_normal(grain, (uint64_t)row, 0, SIDE * SIDE, 0, (float)p->noise, noise);
    for (int i = 0; i < SIDE * SIDE; i++) {
        float v = img[i] + noise[i];
        out[i] = (uint8_t)floorf((v < 0 ? 0 : v > 1 ? 1 : v) * 255.0f + 0.5f);
    }
}

static asy_status generate(const void *vp, const asy_data_in *in, asy_data *d)
{
    const par *p = vp;
    int64_t n = p->n + p->n_test;
    asy_rng seed = asy_rng_part(asy_rng_seed((uint64_t)p->seed), "synth-digits");
    asy_rng shape = asy_rng_part(seed, "shape"), grain = asy_rng_part(seed, "grain");
    d->cols = ASY_NEWN(in->arena, 2, asy_column);
    asy_tensor x = asy_tensor_new(in->arena, ASY_U8, ASY_SHAPE(n, 1, SIDE, SIDE)),
               y = asy_tensor_new(in->arena, ASY_I32, ASY_SHAPE(n));
    if (d->cols == NULL || x.data == NULL || y.data == NULL) return asy_arena_status(in->arena);
    for (int64_t i = 0; i < n; i++) {
        draw_digit(p, &shape, &grain, i, (uint8_t *)x.data + i * SIDE * SIDE);
        ((int32_t *)y.data)[i] = (int32_t)(i % 10);
    }
    d->cols[0] = (asy_column){ .name = "input", .role = ASY_ROLE_INPUT, .data = x };
    d->cols[1] = (asy_column){ .name = "label", .role = ASY_ROLE_LABEL, .data = y };
    d->n_cols = 2;
    d->n = n;
    d->n_parts = 2;
    d->parts[0] = (asy_part){ "train", 0, p->n };
    d->parts[1] = (asy_part){ "test", p->n, p->n_test };
    d->top = 255;
    d->classes = 10;
    d->sha = asy_sha256(x.data, asy_tensor_bytes(&x));
    return ASY_OK;
}

const asy_dataset asy_dataset_synth_digits = {
    .m = { .name = "synth-digits",
           .summary = "drawn digits, 28x28, 10 classes, no file needed",
           .revision = 1,
           .cite = "none: made for Assay",
           .doc = "Row i shows digit i mod 10. Every row has its own affine map, bend, pen and noise.",
           .example = "data: {dataset: {method: synth-digits, n: 5000}}",
           ASY_PARAMS(params) },
    .generate = generate,
};
