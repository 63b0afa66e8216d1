// SPDX-License-Identifier: GPL-3.0-or-later
/* Canny's edges instead of the image. */
#include "../_blur.h"

static const float LOW = 0.1f, HIGH = 0.2f;
static const double SIGMA = 1;

enum { NOTHING, WEAK, EDGE };
typedef struct {
    int64_t h, w;
    float *grey, *dr, *dc, *size;       /* the filtered image, Sobel's derivatives, their length */
    uint8_t *kind;
    int64_t *stack;
} edges;

static void slopes(edges *e)
{
    for (int64_t i = 1; i + 1 < e->h; i++)
        for (int64_t j = 1; j + 1 < e->w; j++) {
            const float *p = e->grey + i * e->w + j, *up = p - e->w, *down = p + e->w;
            int64_t at = i * e->w + j;
            e->dr[at] = (down[-1] + 2 * down[0] + down[1]) - (up[-1] + 2 * up[0] + up[1]);
            e->dc[at] = (up[1] + 2 * p[1] + down[1]) - (up[-1] + 2 * p[-1] + down[-1]);
            e->size[at] = sqrtf(e->dr[at] * e->dr[at] + e->dc[at] * e->dc[at]);
        }
}

/* Whether the slope is not below its neighbours', interpolated, up and down the slope. */
static bool is_ridge(const edges *e, int64_t at)
{
    float r = e->dr[at], c = e->dc[at], ar = asy_absf(r), ac = asy_absf(c);
    int64_t row = r > 0 ? e->w : -e->w, column = c > 0 ? 1 : -1, main = ar > ac ? row : column;
    float t = ar > ac ? ac / ar : ar / ac;
    const float *m = e->size + at;
    return (1 - t) * m[main] + t * m[row + column] <= *m && (1 - t) * m[-main] + t * m[-row - column] <= *m;
}

/* Ridges above LOW that hang together with one above HIGH. */
static void follow(edges *e)
{
    int64_t n = 0;
    for (int64_t i = 1; i + 1 < e->h; i++)
        for (int64_t j = 1; j + 1 < e->w; j++) {
            int64_t at = i * e->w + j;
            if (!(e->size[at] >= LOW) || !is_ridge(e, at)) continue;
            e->kind[at] = e->size[at] >= HIGH ? EDGE : WEAK;
            if (e->kind[at] == EDGE) e->stack[n++] = at;
        }
    while (n > 0) {
        int64_t at = e->stack[--n];
        for (int64_t k = 0; k < 9; k++) {
            int64_t next = at + (k / 3 - 1) * e->w + k % 3 - 1;
            if (e->kind[next] != WEAK) continue;
            e->kind[next] = EDGE;
            e->stack[n++] = next;
        }
    }
}

static void apply(const asy_corruption_in *in, const float *x, float *out)
{
    int64_t n = in->h * in->w;
    edges e = { in->h,
                in->w,
                ASY_NEWN(in->tmp, n, float),
                ASY_NEWN(in->tmp, n, float),
                ASY_NEWN(in->tmp, n, float),
                ASY_NEWN(in->tmp, n, float),
                ASY_NEWN(in->tmp, n, uint8_t),
                ASY_NEWN(in->tmp, n, int64_t) };
    float share = (float)in->severity / ASY_SEVERITIES;
    if (e.stack == NULL) return;
    for (int64_t i = 0; i < in->c * n; i++) e.grey[i % n] += x[i] / (float)in->c;
    asy__blur(in->tmp, 1, in->h, in->w, SIGMA, e.grey);
    slopes(&e);
    follow(&e);
    for (int64_t i = 0; i < in->c * n; i++)
        out[i] = (1 - share) * x[i] + share * (e.kind[i % n] == EDGE ? 1.0f : 0.0f);
}

const asy_corruption asy_corruption_canny_edges = {
    .m = { .name = "canny-edges",
           .summary = "the image fades into its edges",
           .revision = 1,
           .cite = "Mu, Gilmer 2019, arXiv:1906.02337; Canny 1986, IEEE PAMI 8(6)",
           .doc = "Canny's edge map (sigma 1, thresholds 0.1 and 0.2, Sobel) replaces severity/5 of the "
                  "image. Severity 5 is the paper's: the edges alone.",
           .example = "corrupt: {shift: {method: canny-edges, severity: 5}}" },
    .published = 5,
    .apply = apply,
};
