// SPDX-License-Identifier: GPL-3.0-or-later
/* Depthwise convolution, one input channel a group and m = O/C outputs of each: 16 channels side by side.
 * Frames hold for each pixel what the lanes need, in whole registers: forward every channel m times, backward
 * the m gradients of all channels, one after the other. */
#include <string.h>
#include "conv.h"
#include "lanes.h"

#if defined __AVX512F__
enum { PIXELS = 8, TAP_ROWS = 3, TAP_COLS = 3 };
#elif defined __AVX2__ && defined __FMA__
enum { PIXELS = 6, TAP_ROWS = 2, TAP_COLS = 3 };
#else
enum { PIXELS = 4, TAP_ROWS = 1, TAP_COLS = 3 };
#endif
enum { LANES = 16 };

static int64_t round_up(int64_t n) { return (n + LANES - 1) / LANES * LANES; }
static int64_t multiple(const asy_conv_attr *a) { return a->o / a->c; }

/* y[i·copies + j] = x[i] */
static void repeat(int64_t n, int64_t copies, const float *x, float *y)
{
    for (int64_t i = 0; i < n; i++) {
        for (int64_t j = 0; j < copies; j++) *y++ = x[i];
    }
}

/* A correlation by lanes: outputs of `lanes` channels, each tap with `terms` registers a block of them. */
typedef struct {
    asy__correlation c;
    bool backward;
    int64_t lanes, terms, cell; /* cell: floats of a framed pixel */
} by_lanes;

static by_lanes lanes_of(const asy_conv_attr *a, bool backward)
{
    by_lanes l = { .c = backward ? ASY_V(asy__conv_backward)(a) : ASY_V(asy__conv_forward)(a),
                   .backward = backward,
                   .lanes = backward ? a->c : a->o,
                   .terms = backward ? multiple(a) : 1 };
    l.cell = l.terms * round_up(l.lanes);
    return l;
}

/* The image as it is can serve as its frame. */
static bool is_bare(const by_lanes *l)
{
    const asy__framed *f = &l->c.frame;
    return f->before[0] == 0 && f->before[1] == 0 && f->step[0] == 1 && f->step[1] == 1 && f->width == f->w &&
        l->cell == f->cell;
}

/* One pixel's channels to its place. */
static void put_pixel(const by_lanes *l, const float *x, float *to)
{
    const int64_t source = l->c.frame.cell;
    if (!l->backward) {
        if (l->lanes == source) memcpy(to, x, (size_t)source * sizeof *x);
        else repeat(source, l->lanes / source, x, to);
    } else if (l->terms == 1) {
        memcpy(to, x, (size_t)source * sizeof *x);
    } else {
        ASY_V(asy__flip)(l->lanes, l->terms, x, l->terms, to, round_up(l->lanes));
    }
}

/* Rows first ≤ p < first + n of the framed image. */
static void frame(const by_lanes *l, const float *x, int64_t first, int64_t n, float *out)
{
    const asy__framed *f = &l->c.frame;
    const int64_t width = f->width * l->cell;
    memset(out, 0, (size_t)(n * width) * sizeof *out);
    for (int64_t p = first; p < first + n; p++, out += width) {
        int64_t q = p - f->before[0];
        if (q < 0 || q % f->step[0] || q / f->step[0] >= f->h) continue;
        const float *row = x + q / f->step[0] * f->w * f->cell;
        for (int64_t i = 0; i < f->w; i++)
            put_pixel(l, row + i * f->cell, out + (f->before[1] + i * f->step[1]) * l->cell);
    }
}

/* One block of lanes at some pixels of an output row; x: their first pixel's first tap. */
typedef struct {
    const by_lanes *l;
    const float *x, *w, *bias;
    float *y;
    lanes_mask last;
} spot;

/* Three pixels share a base address, so that few registers hold them all. */
ASY_INLINE void do_pixels(const spot *s, const int pixels, const bool some)
{
    const asy__correlation *c = &s->l->c;
    const int64_t pixel = c->step[1] * s->l->cell, term = round_up(s->l->lanes);
    const float *w = s->w;
    lanes acc[PIXELS];
    ASY_UNROLLED
    for (int i = 0; i < pixels; i++) acc[i] = lanes_set(0);
    for (int64_t kh = 0; kh < c->kh; kh++) {
        for (int64_t kw = 0; kw < c->kw; kw++) {
            const float *x = s->x + (kh * c->dilation[0] * c->frame.width + kw * c->dilation[1]) * s->l->cell;
            for (int64_t j = 0; j < s->l->terms; j++, x += term, w += LANES) {
                lanes f = lanes_load(w);
                const float *base[(PIXELS + 2) / 3];
                ASY_UNROLLED
                for (int g = 0; g < (pixels + 2) / 3; g++) base[g] = x + 3 * g * pixel;
                ASY_UNROLLED
                for (int i = 0; i < pixels; i++)
                    acc[i] = lanes_fma(lanes_load(base[i / 3] + i % 3 * pixel), f, acc[i]);
            }
        }
    }
    lanes bias = lanes_set(0);
    if (s->bias) bias = some ? lanes_load_some(s->bias, s->last) : lanes_load(s->bias);
    ASY_UNROLLED
    for (int i = 0; i < pixels; i++) {
        lanes y = s->bias ? lanes_add(acc[i], bias) : acc[i];
        if (some) lanes_store_some(s->y + i * s->l->lanes, s->last, y);
        else lanes_store(s->y + i * s->l->lanes, y);
    }
}

ASY_INLINE void do_spot(const spot *s, int64_t pixels, const bool some)
{
    switch (pixels) {
    case 1: do_pixels(s, 1, some); break;
    case 2: do_pixels(s, 2, some); break;
    case 3: do_pixels(s, 3, some); break;
    case 4: do_pixels(s, 4, some); break;
#if defined __AVX2__
    case 5: do_pixels(s, 5, some); break;
    case 6: do_pixels(s, 6, some); break;
#endif
#if defined __AVX512F__
    case 7: do_pixels(s, 7, some); break;
    case 8: do_pixels(s, 8, some); break;
#endif
    default: break;
    }
}

static void whole_spot(const spot *s, int64_t pixels) { do_spot(s, pixels, false); }
static void edge_spot(const spot *s, int64_t pixels) { do_spot(s, pixels, true); }

/* An output row of all channels; x: its first framed row. */
static void do_row(const by_lanes *l, const float *x, const float *w, const float *bias, float *y)
{
    const int64_t ow = l->c.ow, parts = (ow + PIXELS - 1) / PIXELS;
    for (int64_t b = 0; b < l->lanes; b += LANES, w += l->c.kh * l->c.kw * l->terms * LANES) {
        int64_t n = asy__min(l->lanes - b, LANES);
        spot s = { .l = l, .w = w, .bias = bias ? bias + b : NULL, .last = lanes_first((int)n) };
        for (int64_t part = 0, i = 0; part < parts; part++) {
            int64_t pixels = ow / parts + (part < ow % parts);
            s.x = x + i * l->c.step[1] * l->cell + b;
            s.y = y + i * l->lanes + b;
            (n < LANES ? edge_spot : whole_spot)(&s, pixels);
            i += pixels;
        }
    }
}

/* Blocks of 16 channels, [kh][kw][term][16]; backward the window is turned round. */
size_t ASY_V(asy__depthwise_packed)(const asy_conv_attr *a, bool backward)
{
    const by_lanes l = lanes_of(a, backward);
    return (size_t)(l.cell * a->kh * a->kw) * sizeof(float);
}

void ASY_V(asy__depthwise_pack)(const asy_conv_attr *a, bool backward, const float *w, float *packed)
{
    const by_lanes l = lanes_of(a, backward);
    const int64_t taps = a->kh * a->kw;
    memset(packed, 0, ASY_V(asy__depthwise_packed)(a, backward));
    for (int64_t o = 0; o < a->o; o++) {
        int64_t lane = o / l.terms, term = o % l.terms;
        float *to = packed + lane / LANES * taps * l.terms * LANES + term * LANES + lane % LANES;
        for (int64_t t = 0; t < taps; t++)
            to[t * l.terms * LANES] = w[o * taps + (backward ? taps - 1 - t : t)];
    }
}

size_t ASY_V(asy__depthwise_scratch)(const asy_conv_attr *a, bool backward)
{
    const by_lanes l = lanes_of(a, backward);
    if (is_bare(&l)) return 0;
    const int64_t row = l.c.frame.width * l.cell;
    return (size_t)(asy__strip_frame(&l.c, ASY_V(asy__strip)(&l.c, row)) * row) * sizeof(float);
}

void ASY_V(asy__depthwise)(const asy_conv_attr *a, bool backward, const float *x, const float *packed,
                           const float *bias, float *y, float *scratch)
{
    const by_lanes l = lanes_of(a, backward);
    const int64_t row = l.c.frame.width * l.cell, step = l.c.step[0] * row;
    const bool bare = is_bare(&l);
    const int64_t strip = bare ? l.c.oh : ASY_V(asy__strip)(&l.c, row);
    for (int64_t top = 0; top < l.c.oh; top += strip) {
        int64_t n = asy__min(l.c.oh - top, strip);
        const float *image = bare ? x + top * step : scratch;
        if (!bare) frame(&l, x, top * l.c.step[0], asy__strip_frame(&l.c, n), scratch);
        for (int64_t i = 0; i < n; i++)
            do_row(&l, image + i * step, packed, bias, y + (top + i) * l.c.ow * l.lanes);
    }
}

/* ---- the gradient of the weight. Some taps of one block of 16 outputs; each runs over all pixels. */
typedef struct {
    int64_t oh, ow;
    const float *dy;
    int64_t dy_pixel;
    const float *x;
    int64_t x_row, x_pixel, tap_row, tap_col; /* floats from one output, or one tap, to the next */
    float *sum;
    int64_t sum_row, sum_col;
    lanes_mask last;
} chains;

ASY_INLINE void do_taps(const chains *p, const int rows, const int cols, const bool some)
{
    lanes acc[TAP_ROWS][TAP_COLS];
    ASY_UNROLLED
    for (int i = 0; i < rows; i++) {
        ASY_UNROLLED
        for (int j = 0; j < cols; j++) acc[i][j] = lanes_load(p->sum + i * p->sum_row + j * p->sum_col);
    }
    const float *dy = p->dy;
    for (int64_t oh = 0; oh < p->oh; oh++) {
        const float *x[TAP_ROWS];
        ASY_UNROLLED
        for (int i = 0; i < rows; i++) x[i] = p->x + oh * p->x_row + i * p->tap_row;
        for (int64_t ow = 0; ow < p->ow; ow++, dy += p->dy_pixel) {
            lanes f = some ? lanes_load_some(dy, p->last) : lanes_load(dy);
            ASY_UNROLLED
            for (int i = 0; i < rows; i++) {
                ASY_UNROLLED
                for (int j = 0; j < cols; j++)
                    acc[i][j] = lanes_fma(f, lanes_load(x[i] + j * p->tap_col), acc[i][j]);
                x[i] += p->x_pixel;
            }
        }
    }
    ASY_UNROLLED
    for (int i = 0; i < rows; i++) {
        ASY_UNROLLED
        for (int j = 0; j < cols; j++) lanes_store(p->sum + i * p->sum_row + j * p->sum_col, acc[i][j]);
    }
}

ASY_INLINE void do_chains(const chains *p, int64_t rows, int64_t cols, const bool some)
{
    switch (rows * 4 + cols) {
    case 5: do_taps(p, 1, 1, some); break;
    case 6: do_taps(p, 1, 2, some); break;
    case 7: do_taps(p, 1, 3, some); break;
#if defined __AVX2__
    case 9: do_taps(p, 2, 1, some); break;
    case 10: do_taps(p, 2, 2, some); break;
    case 11: do_taps(p, 2, 3, some); break;
#endif
#if defined __AVX512F__
    case 13: do_taps(p, 3, 1, some); break;
    case 14: do_taps(p, 3, 2, some); break;
    case 15: do_taps(p, 3, 3, some); break;
#endif
    default: break;
    }
}

static void whole_chains(const chains *p, int64_t rows, int64_t cols) { do_chains(p, rows, cols, false); }
static void edge_chains(const chains *p, int64_t rows, int64_t cols) { do_chains(p, rows, cols, true); }

/* All kh × kw taps of n outputs, whose sums lie [kh][kw][n rounded up]; p: of the first one. */
static void add_taps(chains p, int64_t kh, int64_t kw, int64_t n)
{
    const int64_t down = (kh + TAP_ROWS - 1) / TAP_ROWS, across = (kw + TAP_COLS - 1) / TAP_COLS;
    for (int64_t b = 0; b < n; b += LANES) {
        p.last = lanes_first((int)asy__min(n - b, LANES));
        for (int64_t s = 0, i = 0; s < down; s++) {
            int64_t rows = kh / down + (s < kh % down);
            for (int64_t t = 0, j = 0; t < across; t++) {
                int64_t cols = kw / across + (t < kw % across);
                chains q = p;
                q.dy += b;
                q.x += b + i * p.tap_row + j * p.tap_col;
                q.sum += b + i * p.sum_row + j * p.sum_col;
                (n - b < LANES ? edge_chains : whole_chains)(&q, rows, cols);
                j += cols;
            }
            i += rows;
        }
    }
}

static void group(const asy_conv_attr *a, const asy_kwork *kw, const float *dy, const float *x, float *dw)
{
    const by_lanes l = lanes_of(a, false);
    const int64_t taps = a->kh * a->kw, row = l.c.frame.width * l.cell;
    float *sums = kw->scratch, *framed = sums + taps * l.cell;
    const bool bare = is_bare(&l);
    memset(sums, 0, (size_t)(taps * l.cell) * sizeof *sums);
    for (int64_t o = 0; !kw->first && o < a->o; o++) {
        for (int64_t t = 0; t < taps; t++) sums[t * l.cell + o] = dw[o * taps + t];
    }
    for (int64_t r = 0; r < kw->rows; r++, dy += a->oh * a->ow * a->o, x += a->h * a->w * a->c) {
        if (!bare) frame(&l, x, 0, a->h + 2 * a->pad[0], framed);
        chains p = { .oh = a->oh,
                     .ow = a->ow,
                     .dy = dy,
                     .dy_pixel = a->o,
                     .x = bare ? x : framed,
                     .x_row = a->stride[0] * row,
                     .x_pixel = a->stride[1] * l.cell,
                     .tap_row = a->dilation[0] * row,
                     .tap_col = a->dilation[1] * l.cell,
                     .sum = sums,
                     .sum_row = a->kw * l.cell,
                     .sum_col = l.cell };
        add_taps(p, a->kh, a->kw, a->o);
    }
    for (int64_t o = 0; o < a->o; o++) {
        for (int64_t t = 0; t < taps; t++) dw[o * taps + t] = sums[t * l.cell + o];
    }
}

/* What tap (kh, kw) sees of channels c0 ≤ c < c1, each `copies` times: [oh·ow][cell]. */
static void seen(const asy_conv_attr *a, const asy_conv_tile *t, const float *x, int64_t cell, float *out)
{
    memset(out, 0, (size_t)(a->oh * a->ow * cell) * sizeof *out);
    for (int64_t i = 0; i < a->oh; i++) {
        int64_t ih = i * a->stride[0] + t->kh * a->dilation[0] - a->pad[0];
        for (int64_t j = 0; j < a->ow; j++, out += cell) {
            int64_t iw = j * a->stride[1] + t->kw * a->dilation[1] - a->pad[1];
            if (ih >= 0 && ih < a->h && iw >= 0 && iw < a->w)
                repeat(t->c1 - t->c0, multiple(a), x + (ih * a->w + iw) * a->c + t->c0, out);
        }
    }
}

static void tile(const asy_conv_attr *a, const asy_kwork *kw, const float *dy, const float *x, float *dw)
{
    const asy_conv_tile t = asy_conv_tile_of(a, kw->tile);
    const int64_t m = multiple(a), n = (t.c1 - t.c0) * m, cell = round_up(n), taps = a->kh * a->kw;
    float *sums = kw->scratch, *image = sums + cell;
    memset(sums, 0, (size_t)cell * sizeof *sums);
    for (int64_t r = 0; r < kw->rows; r++, dy += a->oh * a->ow * a->o, x += a->h * a->w * a->c) {
        seen(a, &t, x, cell, image);
        chains p = { .oh = 1,
                     .ow = a->oh * a->ow,
                     .dy = dy + t.c0 * m,
                     .dy_pixel = a->o,
                     .x = image,
                     .x_pixel = cell,
                     .sum = sums };
        add_taps(p, 1, 1, n);
    }
    for (int64_t o = 0; o < n; o++) dw[(t.c0 * m + o) * taps + t.kh * a->kw + t.kw] = sums[o];
}

size_t ASY_V(asy__depthwise_w_scratch)(const asy_conv_attr *a)
{
    const by_lanes l = lanes_of(a, false);
    if (a->chain) return (size_t)((1 + a->oh * a->ow) * round_up(ASY_TILE_C * multiple(a))) * sizeof(float);
    int64_t image = is_bare(&l) ? 0 : (a->h + 2 * a->pad[0]) * l.c.frame.width;
    return (size_t)((a->kh * a->kw + image) * l.cell) * sizeof(float);
}

void ASY_V(asy__depthwise_w)(const asy_conv_attr *a, const asy_kwork *kw, const float *dy, const float *x,
                             float *dw)
{
    (a->chain ? tile : group)(a, kw, dy, x, dw);
}
