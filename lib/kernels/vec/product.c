// SPDX-License-Identifier: GPL-3.0-or-later
/* The micro-kernel: TALL rows × WIDE·16 columns of sums that stay in registers over all blocks. */
#include "lanes.h"

#if defined __AVX512F__ && defined __clang__
enum { TALL = 13, WIDE = 2 }; /* clang loads two factors ahead: with 14 rows sums go to memory */
#elif defined __AVX512F__
enum { TALL = 14, WIDE = 2 };
#elif defined __AVX2__ && defined __FMA__
enum { TALL = 6, WIDE = 1 };
#else
enum { TALL = 4, WIDE = 1 };
#endif
/* Rows of c so far apart that no hardware follows them are asked for before the sums begin. */
enum { FAR = 1024 };

/* One tile of the product: its first row and column are those of a, b, c. `edge`: the last 16 columns are
 * some only. */
typedef struct {
    const asy__product *p;
    const float *a, *b, *bias;
    float *c;
    int64_t times, a_three, c_three; /* from one group of three rows to the next */
    lanes_mask last;
} tile;

/* Adds one block's terms. Three rows share a base address, so that few registers hold them all. */
ASY_INLINE void add_block(lanes acc[TALL][WIDE], const tile *t, const float *a, const float *b,
                          const int rows, const int wide, const bool edge)
{
    const int64_t a_m = t->p->a_m, a_k = t->p->a_k, b_k = t->p->b_k;
    const float *base[(TALL + 2) / 3];
    ASY_UNROLLED
    for (int g = 0; g < (rows + 2) / 3; g++) base[g] = a + g * t->a_three;
    for (int64_t k = t->p->depth; k > 0; k--) {
        lanes y[WIDE];
        ASY_UNROLLED
        for (int v = 0; v < wide; v++) {
            y[v] = edge && v == wide - 1 ? lanes_load_some(b + 16 * v, t->last) : lanes_load(b + 16 * v);
        }
        ASY_UNROLLED
        for (int i = 0; i < rows; i++) {
            lanes x = lanes_set(base[i / 3][i % 3 * a_m]);
            ASY_UNROLLED
            for (int v = 0; v < wide; v++) acc[i][v] = lanes_fma(x, y[v], acc[i][v]);
        }
        ASY_UNROLLED
        for (int g = 0; g < (rows + 2) / 3; g++) base[g] += a_k;
        b += b_k;
    }
}

ASY_INLINE lanes get(const float *p, const tile *t, const bool some)
{
    return some ? lanes_load_some(p, t->last) : lanes_load(p);
}

ASY_INLINE float *row_of(const tile *t, float *c, const int i)
{
    return c + i / 3 * t->c_three + i % 3 * t->p->c_m;
}

ASY_INLINE void do_tile(const tile *t, const int rows, const int wide, const bool edge)
{
    const asy__product *p = t->p;
    for (int64_t time = 0; time < t->times; time++) {
        lanes acc[TALL][WIDE];
        float *c = t->c + time * p->c_time;
        ASY_UNROLLED
        for (int i = 0; i < rows; i++) {
            ASY_UNROLLED
            for (int v = 0; v < wide; v++) {
                acc[i][v] = p->go_on ? get(row_of(t, c, i) + 16 * v, t, edge && v == wide - 1) : lanes_set(0);
            }
        }
        if (!p->go_on && p->c_m >= FAR) {
            ASY_UNROLLED
            for (int i = 0; i < rows; i++) {
                __builtin_prefetch(row_of(t, c, i), 1);
                if (wide > 1) __builtin_prefetch(row_of(t, c, i) + 16, 1);
            }
        }
        for (int64_t s = 0; s < p->blocks; s++) {
            add_block(acc, t, t->a + time * p->a_time + s * p->a_block, t->b + s * p->b_block, rows, wide,
                      edge);
        }
        ASY_UNROLLED
        for (int v = 0; v < wide; v++) {
            const bool some = edge && v == wide - 1;
            lanes bias = lanes_set(0);
            if (t->bias) bias = get(t->bias + 16 * v, t, some);
            ASY_UNROLLED
            for (int i = 0; i < rows; i++) {
                lanes y = t->bias ? lanes_add(acc[i][v], bias) : acc[i][v];
                float *to = row_of(t, c, i) + 16 * v;
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
#if !defined __clang__
    case 14: do_tile(t, 14, wide, edge); break;
#endif
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

#if defined __AVX512F__
/* Three blocks of three terms: b stays in registers and rows follow each other; the processor overlaps their
 * chains. */
ASY_INLINE void do_nine(const tile *t, const int wide, const bool edge)
{
    const asy__product *p = t->p;
    lanes b[9][WIDE], bias[WIDE];
    ASY_UNROLLED
    for (int v = 0; v < wide; v++) {
        const bool some = edge && v == wide - 1;
        bias[v] = t->bias ? get(t->bias + 16 * v, t, some) : lanes_set(0);
        ASY_UNROLLED
        for (int i = 0; i < 9; i++)
            b[i][v] = get(t->b + i / 3 * p->b_block + i % 3 * p->b_k + 16 * v, t, some);
    }
    for (int64_t time = 0; time < p->times; time++) {
        const float *a = t->a + time * p->a_time;
        float *c = t->c + time * p->c_time;
        for (int64_t m = 0; m < p->m; m++, a += p->a_m, c += p->c_m) {
            const float *block[3] = { a, a + p->a_block, a + 2 * p->a_block };
            lanes acc[WIDE];
            ASY_UNROLLED
            for (int v = 0; v < wide; v++) acc[v] = lanes_set(0);
            ASY_UNROLLED
            for (int i = 0; i < 9; i++) {
                lanes x = lanes_set(block[i / 3][i % 3 * p->a_k]);
                ASY_UNROLLED
                for (int v = 0; v < wide; v++) acc[v] = lanes_fma(x, b[i][v], acc[v]);
            }
            ASY_UNROLLED
            for (int v = 0; v < wide; v++) {
                lanes y = t->bias ? lanes_add(acc[v], bias[v]) : acc[v];
                if (edge && v == wide - 1) lanes_store_some(c + 16 * v, t->last, y);
                else lanes_store(c + 16 * v, y);
            }
        }
    }
}

static bool nine(const asy__product *p, const tile *t, int64_t n)
{
    if (p->blocks != 3 || p->depth != 3 || p->go_on) return false;
    if (n > 16) (n % 16 ? do_nine(t, 2, true) : do_nine(t, 2, false));
    else (n % 16 ? do_nine(t, 1, true) : do_nine(t, 1, false));
    return true;
}
#else
static bool nine(const asy__product *p, const tile *t, int64_t n)
{
    (void)p, (void)t, (void)n;
    return false;
}
#endif

/* Three rows leave the adders idle: take those of all times as one tile. */
static bool merges(const asy__product *p) { return p->m == 3 && 3 * p->times <= TALL; }

void ASY_V(asy__multiply)(const asy__product *p)
{
    const bool merged = merges(p);
    const int64_t m = merged ? 3 * p->times : p->m, parts = (m + TALL - 1) / TALL;
    for (int64_t j = 0; j < p->n; j += 16 * WIDE) {
        int64_t n = asy__min(p->n - j, 16 * WIDE);
        tile t = { .p = p,
                   .a = p->a,
                   .b = p->b + j,
                   .bias = p->bias ? p->bias + j : NULL,
                   .c = p->c + j,
                   .times = merged ? 1 : p->times,
                   .a_three = merged ? p->a_time : 3 * p->a_m,
                   .c_three = merged ? p->c_time : 3 * p->c_m,
                   .last = lanes_first((int)(n - (n - 1) / 16 * 16)) };
        if (nine(p, &t, n)) continue;
        for (int64_t part = 0, i = 0; part < parts; part++) {
            int64_t rows = m / parts + (part < m % parts);
            t.a = p->a + i * p->a_m;
            t.c = p->c + i * p->c_m + j;
            if (n > 16) (n % 16 ? wide_edge : wide)(&t, rows);
            else (n % 16 ? narrow_edge : narrow)(&t, rows);
            i += rows;
        }
    }
}
