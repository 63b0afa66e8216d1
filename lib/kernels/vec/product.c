// SPDX-License-Identifier: GPL-3.0-or-later
/* The micro-kernel: TALL rows × WIDE·16 columns of sums that stay in registers over all blocks. */
#include "lanes.h"

#if defined __AVX512F__
enum { TALL = 14, WIDE = 2 };
#elif defined __AVX2__ && defined __FMA__
enum { TALL = 6, WIDE = 1 };
#else
enum { TALL = 4, WIDE = 1 };
#endif

/* One tile of the product: its first row and column are those of a, b, c. `edge`: the last 16 columns are some only. */
typedef struct {
    const asy__product *p;
    const float *a, *b, *bias;
    float *c;
    lanes_mask last;
} tile;

/* Adds one block's terms. Rows of a lie at `a_m`: three to a base address, so that few registers hold them all. */
ASY_INLINE void add_block(lanes acc[TALL][WIDE], const tile *t, const float *a, const float *b, const int rows, const int wide,
                          const bool edge)
{
    const int64_t a_m = t->p->a_m, a_k = t->p->a_k, b_k = t->p->b_k;
    const float *base[(TALL + 2) / 3];
#pragma GCC unroll 5
    for (int g = 0; g < (rows + 2) / 3; g++) base[g] = a + 3 * g * a_m;
    for (int64_t k = t->p->depth; k > 0; k--) {
        lanes y[WIDE];
#pragma GCC unroll 2
        for (int v = 0; v < wide; v++) {
            y[v] = edge && v == wide - 1 ? lanes_load_some(b + 16 * v, t->last) : lanes_load(b + 16 * v);
        }
#pragma GCC unroll 14
        for (int i = 0; i < rows; i++) {
            lanes x = lanes_set(base[i / 3][i % 3 * a_m]);
#pragma GCC unroll 2
            for (int v = 0; v < wide; v++) acc[i][v] = lanes_fma(x, y[v], acc[i][v]);
        }
#pragma GCC unroll 5
        for (int g = 0; g < (rows + 2) / 3; g++) base[g] += a_k;
        b += b_k;
    }
}

ASY_INLINE lanes get(const float *p, const tile *t, const bool some)
{
    return some ? lanes_load_some(p, t->last) : lanes_load(p);
}

ASY_INLINE void do_tile(const tile *t, const int rows, const int wide, const bool edge)
{
    const asy__product *p = t->p;
    for (int64_t time = 0; time < p->times; time++) {
        lanes acc[TALL][WIDE];
        float *c = t->c + time * p->c_time;
#pragma GCC unroll 14
        for (int i = 0; i < rows; i++) {
#pragma GCC unroll 2
            for (int v = 0; v < wide; v++) {
                acc[i][v] = p->go_on ? get(c + i * p->c_m + 16 * v, t, edge && v == wide - 1) : lanes_set(0);
            }
        }
        for (int64_t s = 0; s < p->blocks; s++) {
            add_block(acc, t, t->a + time * p->a_time + s * p->a_block, t->b + s * p->b_block, rows, wide, edge);
        }
#pragma GCC unroll 2
        for (int v = 0; v < wide; v++) {
            const bool some = edge && v == wide - 1;
            lanes bias = lanes_set(0);
            if (t->bias) bias = get(t->bias + 16 * v, t, some);
#pragma GCC unroll 14
            for (int i = 0; i < rows; i++) {
                lanes y = t->bias ? lanes_add(acc[i][v], bias) : acc[i][v];
                float *to = c + i * p->c_m + 16 * v;
                if (some) lanes_store_some(to, t->last, y);
                else lanes_store(to, y);
            }
        }
    }
}

/* The number of rows as a constant, so that the sums are registers. */
ASY_INLINE void do_rows(const tile *t, int64_t rows, const int wide, const bool edge)
{
    switch (rows) {
    case 1: do_tile(t, 1, wide, edge); break;
    case 2: do_tile(t, 2, wide, edge); break;
    case 3: do_tile(t, 3, wide, edge); break;
    case 4: do_tile(t, 4, wide, edge); break;
#if defined __AVX2__
    case 5: do_tile(t, 5, wide, edge); break;
    case 6: do_tile(t, 6, wide, edge); break;
#endif
#if defined __AVX512F__
    case 7: do_tile(t, 7, wide, edge); break;
    case 8: do_tile(t, 8, wide, edge); break;
    case 9: do_tile(t, 9, wide, edge); break;
    case 10: do_tile(t, 10, wide, edge); break;
    case 11: do_tile(t, 11, wide, edge); break;
    case 12: do_tile(t, 12, wide, edge); break;
    case 13: do_tile(t, 13, wide, edge); break;
    case 14: do_tile(t, 14, wide, edge); break;
#endif
    default: break;
    }
}

static void narrow(const tile *t, int64_t rows) { do_rows(t, rows, 1, false); }
static void narrow_edge(const tile *t, int64_t rows) { do_rows(t, rows, 1, true); }
#if defined __AVX512F__
static void wide(const tile *t, int64_t rows) { do_rows(t, rows, 2, false); }
static void wide_edge(const tile *t, int64_t rows) { do_rows(t, rows, 2, true); }
#else
static void wide(const tile *t, int64_t rows) { (void)t, (void)rows; }
static void wide_edge(const tile *t, int64_t rows) { (void)t, (void)rows; }
#endif

void ASY_V(asy__multiply)(const asy__product *p)
{
    int64_t parts = (p->m + TALL - 1) / TALL;
    for (int64_t j = 0; j < p->n; j += 16 * WIDE) {
        int64_t n = asy__min(p->n - j, 16 * WIDE);
        tile t = {.p = p, .b = p->b + j, .bias = p->bias ? p->bias + j : NULL, .last = lanes_first((int)(n - (n - 1) / 16 * 16))};
        for (int64_t part = 0, i = 0; part < parts; part++) {
            int64_t rows = p->m / parts + (part < p->m % parts);
            t.a = p->a + i * p->a_m;
            t.c = p->c + i * p->c_m + j;
            if (n > 16) (n % 16 ? wide_edge : wide)(&t, rows);
            else (n % 16 ? narrow_edge : narrow)(&t, rows);
            i += rows;
        }
    }
}
