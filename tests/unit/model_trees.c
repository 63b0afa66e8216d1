// SPDX-License-Identifier: GPL-3.0-or-later
/* Trees against brute force: every node of small trees by trying every cut of every feature with exact fractions. */
#include <check.h>
#include <math.h>
#include <string.h>
#include "../../lib/model/archs/_cart.h"

enum { MOST = 40, DIM = 3, CLASSES = 3 };
typedef struct {
    int n;
    float x[MOST * DIM];
    int32_t y[MOST];
    uint32_t copies[MOST];
} table;

/* A cut of the rows `in`: Σ l²/L + Σ r²/R as a fraction, or the entropy of the two sides, negative. */
typedef struct { int feature; float below, above; int64_t top, bottom; double bits; } choice;

static void count(const table *t, const bool in[], int feature, float most, int64_t side[2][CLASSES])
{
    memset(side, 0, 2 * CLASSES * sizeof side[0][0]);
    for (int i = 0; i < t->n; i++)
        if (in[i]) side[t->x[i * DIM + feature] > most][t->y[i]] += t->copies[i];
}

static bool measure(const int64_t side[2][CLASSES], int64_t least, choice *c)
{
    int64_t n[2] = { 0 }, squares[2] = { 0 };
    c->bits = 0;
    for (int s = 0; s < 2; s++) {
        for (int k = 0; k < CLASSES; k++) n[s] += side[s][k], squares[s] += side[s][k] * side[s][k];
        for (int k = 0; k < CLASSES; k++)
            if (side[s][k] > 0) c->bits += (double)side[s][k] * log((double)side[s][k] / (double)n[s]);
    }
    c->top = squares[0] * n[1] + squares[1] * n[0];
    c->bottom = n[0] * n[1];
    return n[0] >= least && n[1] >= least && c->bottom > 0;
}

/* The next value above `v` that a row in hand has; INFINITY: none. */
static float above(const table *t, const bool in[], int feature, float v)
{
    float next = INFINITY;
    for (int i = 0; i < t->n; i++)
        if (in[i] && t->x[i * DIM + feature] > v && t->x[i * DIM + feature] < next) next = t->x[i * DIM + feature];
    return next;
}

static bool best_cut(const table *t, const bool in[], int64_t least, bool entropy, choice *best)
{
    bool found = false;
    for (int f = 0; f < DIM; f++)
        for (float v = above(t, in, f, -INFINITY), next; (next = above(t, in, f, v)) < INFINITY; v = next) {
            choice c = { f, v, next, 0, 0, 0 };
            int64_t side[2][CLASSES];
            count(t, in, f, v, side);
            if (!measure((const int64_t(*)[CLASSES])side, least, &c)) continue;
            bool better = !found || (entropy ? c.bits > best->bits + 1e-9
                                             : c.top * best->bottom > best->top * c.bottom);
            if (better) *best = c;
            found = true;
        }
    return found;
}

/* Walks the grown tree beside its own splitting; returns the node behind this one's. */
static int64_t compare(const table *t, const bool in[], int64_t least, bool entropy, const asy__grown *g,
                       int64_t node, int64_t *leaf)
{
    int64_t side[2][CLASSES];
    int kinds = 0;
    choice best;
    count(t, in, 0, INFINITY, side);
    for (int k = 0; k < CLASSES; k++) kinds += side[0][k] > 0;
    if (kinds < 2 || !best_cut(t, in, least, entropy, &best)) {
        ck_assert_int_eq(g->feature[node], -1);
        for (int k = 0; k < CLASSES; k++) ck_assert_int_eq(g->count[*leaf * CLASSES + k], side[0][k]);
        (*leaf)++;
        return node + 1;
    }
    ck_assert_int_eq(g->feature[node], best.feature);
    ck_assert_float_eq(g->threshold[node], 0.5f * (best.below + best.above));
    bool part[2][MOST];
    for (int i = 0; i < t->n; i++) {
        part[0][i] = in[i] && t->x[i * DIM + best.feature] <= best.below;
        part[1][i] = in[i] && !part[0][i];
    }
    int64_t next = compare(t, part[0], least, entropy, g, node + 1, leaf);
    ck_assert_int_eq(g->right[node], next);
    return compare(t, part[1], least, entropy, g, next, leaf);
}

/* Few values (halves, so that middles are exact) have many ties; many values are searched by sorting. */
static void draw(table *t, asy_rng r, int values)
{
    t->n = 2 + (int)asy_rng_below(&r, 0, 0, MOST - 1);
    for (int i = 0; i < t->n; i++) {
        uint64_t id = (uint64_t)i + 1;
        for (uint64_t d = 0; d < DIM; d++)
            t->x[i * DIM + (int)d] = 0.5f * (float)asy_rng_below(&r, id, d, (uint64_t)values) - 1;
        t->y[i] = (int32_t)asy_rng_below(&r, id, 8, CLASSES);
        t->copies[i] = 0;
    }
    for (int i = 0; i < t->n; i++) t->copies[asy_rng_below(&r, (uint64_t)i, 9, (uint64_t)t->n)]++;
}

static void grow(asy_arena *a, table *t, const asy__cart_par *p, const uint32_t *copies, asy__grown *g)
{
    asy_arch_io io = { .in = ASY_SHAPE(DIM), .classes = CLASSES };
    asy_arch_fit in = { .arena = a, .io = &io, .n = t->n, .x = t->x, .y = t->y };
    asy__table coded;
    ck_assert_msg(asy__table_new(&coded, a, &in, p->criterion) == ASY_OK, "%s", asy_error_text());
    ck_assert_int_eq(asy__cart_grow(g, a, &coded, p, copies, asy_rng_seed(1), NULL), ASY_OK);
}

START_TEST(every_node_is_the_best_cut)
{
    static const int values[] = { 2, 5, 400 };
    for (int seed = 0; seed < 120; seed++) {
        asy_arena *a = asy_arena_new(0);
        asy__cart_par p = { _i, 0, 2, 1 + seed % 3, 0, 0 };
        asy__grown g;
        table t;
        bool all[MOST];
        int64_t leaf = 0;
        draw(&t, asy_rng_split(asy_rng_seed(4), "table", (uint64_t)seed), values[seed % 3]);
        if (seed % 2) for (int i = 0; i < t.n; i++) t.copies[i] = 1;
        for (int i = 0; i < t.n; i++) all[i] = t.copies[i] > 0;
        grow(a, &t, &p, seed % 2 ? NULL : t.copies, &g);
        ck_assert_int_eq(compare(&t, all, p.min_samples_leaf, _i == ASY__ENTROPY, &g, 0, &leaf), g.nodes);
        ck_assert_int_eq(leaf, g.leaves);
        asy_arena_free(a);
    }
}
END_TEST

START_TEST(limits_hold)
{
    table t;
    draw(&t, asy_rng_split(asy_rng_seed(4), "limits", 0), 400);
    for (int depth = 1; depth < 6; depth++) {
        asy_arena *a = asy_arena_new(0);
        asy__grown g;
        grow(a, &t, &(asy__cart_par){ ASY__GINI, depth, 2, 1, 0, 0 }, NULL, &g);
        ck_assert_int_le(g.depth, depth);
        grow(a, &t, &(asy__cart_par){ ASY__GINI, 0, 2, 1, 0, depth + 1 }, NULL, &g);
        ck_assert_int_eq(g.leaves, depth + 1);
        ck_assert_int_eq(g.nodes, 2 * depth + 1);
        grow(a, &t, &(asy__cart_par){ ASY__GINI, 0, 10, 1, 0, 0 }, NULL, &g);
        for (int64_t i = 0, leaf = 0; i < g.nodes; i++) {
            int64_t n = 0, kinds = 0;
            if (g.feature[i] >= 0) continue;
            for (int k = 0; k < CLASSES; k++) n += g.count[leaf * CLASSES + k], kinds += g.count[leaf * CLASSES + k] > 0;
            ck_assert(kinds == 1 || n < 10);
            leaf++;
        }
        asy_arena_free(a);
    }
}
END_TEST

/* Nothing lies between two neighbouring floats: the cut is at the lower one. */
START_TEST(neighbouring_floats_are_parted)
{
    static const float pair[][2] = { { 1.0f, 1.0f + 0x1p-23f }, { -0x1p-149f, 0.0f }, { -0.0f, 0x1p-149f },
                                     { -3.4e38f, 3.4e38f } };
    for (size_t i = 0; i < sizeof pair / sizeof *pair; i++) {
        asy_arena *a = asy_arena_new(0);
        asy__grown g;
        table t = { .n = 2, .x = { pair[i][0], 0, 0, pair[i][1], 0, 0 }, .y = { 0, 1 } };
        grow(a, &t, &(asy__cart_par){ ASY__GINI, 0, 2, 1, 0, 0 }, NULL, &g);
        ck_assert_int_eq(g.nodes, 3);
        ck_assert(pair[i][0] <= g.threshold[0] && !(pair[i][1] <= g.threshold[0]));
        asy_arena_free(a);
    }
}
END_TEST

/* −0 and 0 are one value: nothing to cut. */
START_TEST(zeros_are_equal)
{
    asy_arena *a = asy_arena_new(0);
    asy__grown g;
    table t = { .n = 2, .x = { -0.0f, 0, 0, 0.0f, 0, 0 }, .y = { 0, 1 } };
    grow(a, &t, &(asy__cart_par){ ASY__GINI, 0, 2, 1, 0, 0 }, NULL, &g);
    ck_assert_int_eq(g.nodes, 1);
    asy_arena_free(a);
}
END_TEST

START_TEST(fractions_compare_exactly)
{
    asy_rng r = asy_rng_seed(6);
    for (uint64_t i = 0; i < 20000; i++) {
        uint64_t a = asy_rng_below(&r, i, 0, 60), b = 1 + asy_rng_below(&r, i, 1, 40),
                 c = asy_rng_below(&r, i, 2, 60), d = 1 + asy_rng_below(&r, i, 3, 40);
        int want = a * d < c * b ? -1 : a * d > c * b;
        ck_assert_int_eq(asy__fraction_compare(a, b, c, d), want);
    }
    /* differences that no double sees */
    uint64_t big = (uint64_t)1 << 62;
    ck_assert_int_eq(asy__fraction_compare(big, big - 1, big - 1, big - 2), -1);
    ck_assert_int_eq(asy__fraction_compare(big - 1, big - 2, big, big - 1), 1);
    ck_assert_int_eq(asy__fraction_compare(big, 2, big / 2, 1), 0);
}
END_TEST

Suite *asy_suite_model_trees(void);
Suite *asy_suite_model_trees(void)
{
    Suite *s = suite_create("model_trees");
    TCase *c = tcase_create("cart");
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, every_node_is_the_best_cut, ASY__GINI, ASY__ENTROPY + 1);
    tcase_add_test(c, limits_hold);
    tcase_add_test(c, neighbouring_floats_are_parted);
    tcase_add_test(c, zeros_are_equal);
    tcase_add_test(c, fractions_compare_exactly);
    suite_add_tcase(s, c);
    return s;
}
