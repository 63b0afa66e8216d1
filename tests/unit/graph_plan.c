// SPDX-License-Identifier: GPL-3.0-or-later
/* Sections, chunks, memory. Random graphs are run twice: sharing memory, and with every value kept; all bits
 * must agree. */
#include "graph/impl.h"
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static asy_arena *arena;
static asy_graph *g;

static void setup(void)
{
    arena = asy_arena_new(0);
    g = asy_graph_new(arena, ASY_F32);
}

static void teardown(void)
{
    (void)asy_arena_fail_at(0);
    asy_arena_free(arena);
}

static asy_val row(const char *name, int64_t n)
{
    return asy_input(g, name, ASY_ROW, ASY_F32, ASY_SHAPE(n));
}

static asy_plan *plan(int n, const asy_val outs[], int64_t rows)
{
    asy_plan *p = NULL;
    ck_assert_msg(asy_plan_new(&p, g, n, outs, rows, NULL) == ASY_OK, "%s", asy_error_text());
    return p;
}

/* The section of the step that makes a value, −1 if no step does. */
static int section_of(const asy_plan *p, asy_val v)
{
    for (int i = 0; i < p->n_step; i++)
        for (int k = 0; k < p->step[i].n_out; k++)
            if (p->step[i].out[k].val.id == p->value_of[v.id].id) return p->step[i].section;
    return -1;
}

START_TEST(sections_alternate)
{
    asy_val x = row("x", 4), h = asy_tanh(g, x), sum = asy_batch_sum(g, h),
            mean = asy_div(g, sum, asy_rows(g));
    asy_val d = asy_sub(g, h, mean), all = asy_batch_all(g, d), sq = asy_mul(g, all, all),
            back = asy_batch_rows(g, sq), y = asy_neg(g, back);
    asy_plan *p = plan(1, &y, 16);
    ck_assert_int_eq(section_of(p, h), 1);
    ck_assert_int_eq(section_of(p, sum), 1);    /* the partials; the tree ends the section */
    ck_assert_int_eq(section_of(p, mean), 2);
    ck_assert_int_eq(section_of(p, d), 3);
    ck_assert_int_eq(section_of(p, all), -1);   /* a view */
    ck_assert_int_eq(section_of(p, sq), 4);
    ck_assert_int_eq(section_of(p, y), 5);
    ck_assert_int_eq(asy_plan_chunk(p, 0), 0);
    ck_assert_int_eq(asy_plan_chunk(p, 1), 16);
    ck_assert_int_eq(asy_plan_chunk(p, 99), 0);
    asy_plan_free(p);
}
END_TEST

START_TEST(a_broadcast_is_made_where_it_is_used)
{
    asy_val w = asy_input(g, "w", ASY_BATCH, ASY_F32, ASY_SHAPE(3)), b = asy_broadcast(g, w), x = row("x", 3);
    asy_val h = asy_select(g, x, b, x), mean = asy_batch_sum(g, h),
            y = asy_select(g, asy_sub(g, x, mean), b, x);
    asy_plan *p = plan(1, &y, 4);
    int made = 0;
    for (int i = 0; i < p->n_step; i++) made += strcmp(p->step[i].node->op->name, "broadcast") == 0;
    ck_assert_int_eq(made, 2);
    for (int i = 0; i < p->n_buffer; i++)
        if (p->buffer[i].val.id == p->value_of[b.id].id) ck_assert_int_eq(p->buffer[i].place, ASY__SCRATCH);
    asy_plan_free(p);
}
END_TEST

START_TEST(dead_code_is_not_planned)
{
    asy_val x = row("x", 4), y = asy_neg(g, x);
    (void)asy_exp(g, y);
    (void)asy_input(g, "unused", ASY_ROW, ASY_F32, ASY_SHAPE(2));
    asy_plan *p = plan(1, &y, 4);
    ck_assert_int_eq(p->n_step, 1);
    ck_assert_int_eq(p->n_input, 1);
    asy_plan_free(p);
}
END_TEST

START_TEST(chunks_follow_the_live_bytes)
{
    /* The sum reads 4 n bytes a row and writes 4. */
    static const struct { int64_t n, rows, chunk;
    } CASES[] = {
        {1000, 128, 32}, {12287, 128, 32}, {12288, 128, 16}, {40000, 128, 8},
        {90000, 128, 4}, {190000, 128, 2}, {393215, 128, 1}, {400000, 128, 8},
        {10, 3, 4},      {10, 1, 1},       {10, 17, 32},     {400000, 1, 1},
    };
    asy_val y = asy_sum(g, row("x", CASES[_i].n));
    asy_plan *p = plan(1, &y, CASES[_i].rows);
    ck_assert_int_eq(asy_plan_chunk(p, 1), CASES[_i].chunk);
    asy_plan_free(p);
}
END_TEST

START_TEST(elementwise_chains_run_in_place)
{
    asy_val y = asy_neg(g, row("x", 1024));
    for (int i = 0; i < 20; i++) y = asy_tanh(g, asy_affine(g, y, 1.5, 0.25));
    y = asy_sum(g, y);
    asy_plan *p = plan(1, &y, 32);
    ck_assert_uint_le(p->section[1].scratch, 32 * 1024 * sizeof(float));
    asy_plan_free(p);
}
END_TEST

START_TEST(what_is_still_wanted_is_not_overwritten)
{
    asy_val x = row("x", 8), a = asy_neg(g, x), b = asy_exp(g, a), c = asy_mul(g, asy_tanh(g, b), a),
            y[] = {asy_add(g, c, b), a};
    asy_plan *p = plan(2, y, 4);
    const float v[8] = {1, -1, 0.5f, 2, -2, 0, 3, 0.25f};
    asy_exec *e;
    ck_assert_int_eq(asy_exec_new(&e, p, NULL), ASY_OK);
    ck_assert_int_eq(asy_exec_run(e, 1, 1, &(asy_bind){x, v, 0}), ASY_OK);
    for (int i = 0; i < 8; i++) ck_assert_float_eq(((float *)asy_exec_out(e, 1).data)[i], -v[i]);
    asy_exec_free(e);
    asy_plan_free(p);
}
END_TEST

START_TEST(intervals_never_overlap)
{
    asy_rng r = asy_rng_seed((uint64_t)_i);
    int n = 1 + (int)asy_rng_below(&r, 0, 0, 80);
    asy__interval v[80];
    size_t bytes, busiest = 0, all = 0;
    for (int i = 0; i < n; i++) {
        int first = (int)asy_rng_below(&r, 1, (uint64_t)i, 40);
        v[i] = (asy__interval){64 * asy_rng_below(&r, 2, (uint64_t)i, 30), 0, first,
                               first + (int)asy_rng_below(&r, 3, (uint64_t)i, 12)};
        all += v[i].bytes;
    }
    ck_assert_int_eq(asy__fit(arena, n, v, &bytes), ASY_OK);
    for (int t = 0; t < 52; t++) {
        size_t live = 0;
        for (int i = 0; i < n; i++)
            if (v[i].first <= t && t <= v[i].last) live += v[i].bytes;
        busiest = live > busiest ? live : busiest;
    }
    ck_assert_uint_ge(bytes, busiest);
    ck_assert_uint_le(bytes, all);
    for (int i = 0; i < n; i++)
        for (int k = 0; k < i; k++) {
            bool together = v[i].first <= v[k].last && v[k].first <= v[i].last;
            bool apart = v[i].offset + v[i].bytes <= v[k].offset || v[k].offset + v[k].bytes <= v[i].offset;
            ck_assert(!together || apart || v[i].bytes == 0 || v[k].bytes == 0);
        }
}
END_TEST

/* ---- random graphs: row values [6], batch values [6], batch values [B,6] */
enum { MOST = 60, WIDTH = 6, N_IN = 4 };
typedef struct { asy_val v[MOST]; int n; } values;

static asy_val pick(const values *s, const asy_rng *r, uint64_t i)
{
    return s->v[asy_rng_below(r, 0, i, (uint64_t)s->n)];
}

static asy_val step(asy_val a, asy_val b, uint64_t kind)
{
    bool row_a = asy_val_type(g, a).cls == ASY_ROW, row_b = asy_val_type(g, b).cls == ASY_ROW;
    bool wide_a = asy_val_type(g, a).shape.n == 2, wide_b = asy_val_type(g, b).shape.n == 2;
    if (wide_a) return kind < 3 ? asy_batch_rows(g, a) : asy_tanh(g, a);
    if (wide_b) return kind < 3 ? asy_batch_rows(g, b) : asy_affine(g, b, 0.5, 0.1);
    switch (kind) {
    case 0: return asy_add(g, a, b);
    case 1: return asy_mul(g, a, b);
    case 2: return asy_sub(g, a, b);
    case 3: return asy_tanh(g, a);
    case 4: return row_a ? asy_tanh(g, asy_batch_sum(g, a)) : asy_broadcast(g, a);
    case 5: return row_a ? asy_tanh(g, asy_batch_all(g, a)) : asy_neg(g, a);
    case 6:
        return asy_reshape(g, asy_affine(g, asy_reshape(g, a, ASY_SHAPE(2, 3)), 0.7, -0.2), ASY_SHAPE(WIDTH));
    case 7: return asy_detach(g, a);
    case 8: return row_a && row_b ? asy_select(g, asy_greater(g, a, b), a, b) : asy_relu(g, b);
    default: return row_a && row_b ? asy_sum_lead(g, asy_linear_w(g, a, b), 1) : asy_abs(g, a);
    }
}

static void random_graph(const asy_rng *r, values *s)
{
    s->n = 0;
    for (int i = 0; i < N_IN; i++)
        s->v[s->n++] = asy_input(g, "in", i % 2 ? ASY_BATCH : ASY_ROW, ASY_F32, ASY_SHAPE(WIDTH));
    s->v[s->n++] = asy_fill(g, ASY_ROW, ASY_SHAPE(WIDTH), 0.3);
    while (s->n < MOST) {
        uint64_t i = 4 * (uint64_t)s->n;
        asy_val v = step(pick(s, r, i), pick(s, r, i + 1), asy_rng_below(r, 0, i + 2, 10));
        s->v[s->n++] = v;
    }
    ck_assert_msg(asy_graph_status(g) == ASY_OK, "%s", asy_error_text());
}

static bool same_tensor(const asy_tensor *a, const asy_tensor *b)
{
    return asy_shape_equal(&a->s, &b->s) && memcmp(a->data, b->data, asy_tensor_bytes(a)) == 0;
}

static void compare_runs(const values *s, int n, const asy_val outs[], const int at[], const asy_bind in[],
                         asy_pool *pool)
{
    static const int64_t ROWS[] = {19, 1, 0, 8, 23};
    asy_plan *some = plan(n, outs, 23), *all = plan(s->n, s->v, 32);
    asy_exec *a, *b;
    ck_assert_int_eq(asy_exec_new(&a, some, pool), ASY_OK);
    ck_assert_int_eq(asy_exec_new(&b, all, NULL), ASY_OK);
    for (int k = 0; k < 5; k++) {
        ck_assert_int_eq(asy_exec_run(a, ROWS[k], N_IN, in), ASY_OK);
        ck_assert_int_eq(asy_exec_run(b, ROWS[k], N_IN, in), ASY_OK);
        for (int i = 0; i < n; i++) {
            asy_tensor x = asy_exec_out(a, i), y = asy_exec_out(b, at[i]);
            ck_assert_msg(same_tensor(&x, &y), "result %d (%%%u), %d rows", i, outs[i].id, (int)ROWS[k]);
        }
    }
    asy_exec_free(a);
    asy_exec_free(b);
    asy_plan_free(some);
    asy_plan_free(all);
}

START_TEST(sharing_memory_changes_no_bit)
{
    asy_rng r = asy_rng_seed(1000 + (uint64_t)_i);
    values s;
    asy_val outs[3];
    asy_bind in[N_IN];
    asy_pool *pool;
    int at[3];
    random_graph(&r, &s);
    for (int i = 0; i < 3; i++) {
        at[i] = s.n - 1 - (int)asy_rng_below(&r, 5, (uint64_t)i, 20);
        outs[i] = s.v[at[i]];
    }
    for (int i = 0; i < N_IN; i++) {
        float *x = ASY_NEWN(arena, 23 * WIDTH, float);
        asy_rng_uniform(&r, 10 + (uint64_t)i, 0, 23 * WIDTH, -1, 1, x);
        in[i] = (asy_bind){s.v[i], x, 1};
    }
    ck_assert_int_eq(asy_pool_new(&pool, 3), ASY_OK);
    compare_runs(&s, 3, outs, at, in, pool);
    asy_pool_free(pool);
}
END_TEST

START_TEST(bytes_shrink_with_sharing)
{
    asy_val x = row("x", 64), w[8], h = x;
    for (int i = 0; i < 8; i++) {
        w[i] = asy_input(g, "w", ASY_BATCH, ASY_F32, ASY_SHAPE(64, 64));
        h = asy_linear(g, h, w[i], (asy_val){0});
    }
    asy_val y = asy_sum(g, h);
    asy_plan *p = plan(1, &y, 32);
    ck_assert_uint_le(p->section[1].scratch, 3 * 32 * 64 * sizeof(float));
    ck_assert_uint_lt(asy_plan_bytes(p, 1), asy_plan_bytes(p, 2));
    ck_assert_double_eq(asy_plan_flops(p, 10) - asy_plan_flops(p, 0), 10 * (8 * 2 * 64 * 64 + 1));
    asy_plan_free(p);
}
END_TEST

START_TEST(refusals)
{
    asy_val x = row("x", 2);
    asy_plan *p;
    ck_assert_int_eq(asy_plan_new(&p, g, 0, NULL, 4, NULL), ASY_EINVAL);
    ck_assert_int_eq(asy_plan_new(&p, g, 1, &x, 0, NULL), ASY_EINVAL);
    ck_assert_int_eq(asy_plan_new(&p, g, 1, &x, (int64_t)1 << 40, NULL), ASY_EINVAL);
    ck_assert_int_eq(asy_plan_new(&p, g, 1, &(asy_val){0}, 4, NULL), ASY_EINVAL);
    ck_assert_int_eq(asy_plan_new(&p, g, 1, &(asy_val){99}, 4, NULL), ASY_EINVAL);
    asy_val big = asy_neg(g, asy_input(g, "big", ASY_ROW, ASY_F32, ASY_SHAPE((int64_t)1 << 41)));
    ck_assert_int_eq(asy_graph_status(g), ASY_OK);
    ck_assert_int_eq(asy_plan_new(&p, g, 1, &big, INT32_MAX, NULL), ASY_ENOMEM);
    (void)asy_graph_fail(g, "broken");
    ck_assert_int_eq(asy_plan_new(&p, g, 1, &x, 4, NULL), ASY_ESHAPE);
    ck_assert_ptr_null(p);
    asy_plan_free(NULL);
}
END_TEST

START_TEST(the_dump_names_what_there_is)
{
    asy_val x = row("x", 3), w = asy_input(g, "w", ASY_BATCH, ASY_F32, ASY_SHAPE(2, 3));
    asy_val y = asy_batch_sum(g, asy_val_name(g, asy_linear(g, x, w, (asy_val){0}), "layer/1"));
    asy_plan *p = plan(1, &y, 8);
    asy_buf b;
    asy_buf_init(&b, 1 << 16);
    asy_plan_dump(p, &b);
    ck_assert_int_eq(asy_buf_status(&b), ASY_OK);
    ck_assert_ptr_nonnull(strstr(asy_buf_text(&b), "section 1: rows, chunk 8"));
    ck_assert_ptr_nonnull(strstr(asy_buf_text(&b), "linear 'layer/1'"));
    ck_assert_ptr_nonnull(strstr(asy_buf_text(&b), "'w' batch f32[2,3]"));
    asy_buf_free(&b);
    asy_plan_free(p);
}
END_TEST

/* Reads what asy_plan_dot writes: statements of identifiers, strings and arrows; every end of an arrow must be a
 * node that was declared. Returns the number of arrows, −1 if it is no such text. */
static int read_dot(const char *s)
{
    char known[64][16];
    int n = 0, depth = 0, arrows = 0;
    if (strncmp(s, "digraph plan {\n", 15) != 0) return -1;
    for (const char *line = s; *line; line += strcspn(line, "\n") + 1) {
        char a[16], b[16];
        bool quoted = false;
        for (const char *c = line; *c && *c != '\n'; c++) {
            if (quoted && *c == '\\') c++;
            else if (*c == '"') quoted = !quoted;
            else if (!quoted && *c == '{') depth++;
            else if (!quoted && *c == '}') depth--;
        }
        if (quoted || depth < 0) return -1;
        if (sscanf(line, " %15[a-z0-9] -> %15[a-z0-9];", a, b) == 2) {
            bool from = false, to = false;
            for (int i = 0; i < n; i++) {
                from = from || strcmp(known[i], a) == 0;
                to = to || strcmp(known[i], b) == 0;
            }
            if (!from || !to) return -1;
            arrows++;
        } else if (sscanf(line, " %15[a-z0-9] [%15[a-z]", a, b) == 2 && n < 64) {
            memcpy(known[n++], a, sizeof a);
        }
    }
    return depth == 0 ? arrows : -1;
}

START_TEST(the_drawing_is_well_formed)
{
    asy_val x = row("a \"quoted\" \\ name\nin {two} lines", 3);
    asy_val w = asy_input(g, "w", ASY_BATCH, ASY_F32, ASY_SHAPE(2, 3)), h = asy_linear(g, x, w, (asy_val){0});
    asy_val y[] = {asy_batch_sum(g, asy_tanh(g, asy_reshape(g, asy_greater(g, h, asy_fill(g, ASY_ROW, ASY_SHAPE(2), 0.5)),
                                                            ASY_SHAPE(1, 2)))), x};
    asy_plan *p = plan(2, y, 8);
    asy_buf b;
    asy_buf_init(&b, 1 << 16);
    asy_plan_dot(p, &b);
    ck_assert_int_eq(asy_buf_status(&b), ASY_OK);
    /* into linear 2, greater 2, tanh 1, batch_sum 1, results 2 */
    ck_assert_int_eq(read_dot(asy_buf_text(&b)), 8);
    ck_assert_ptr_nonnull(strstr(asy_buf_text(&b), "a \\\"quoted\\\" \\\\ namein {two} lines"));
    asy_buf_free(&b);
    asy_plan_free(p);
}
END_TEST

START_TEST(each_allocation_may_fail)
{
    asy_val x = row("x", 4), mean = asy_batch_sum(g, x), y = asy_exp(g, asy_sub(g, x, mean));
    for (long i = 1;; i++) {
        asy_plan *p;
        asy_exec *e = NULL;
        (void)asy_arena_fail_at(i);
        asy_status s = asy_plan_new(&p, g, 1, &y, 9, NULL);
        if (s == ASY_OK) s = asy_exec_new(&e, p, NULL);
        asy_exec_free(e);
        asy_plan_free(p);
        if (s == ASY_OK) break;
        ck_assert_int_eq(s, ASY_ENOMEM);
        ck_assert_int_lt(i, 500);
    }
}
END_TEST

Suite *asy_suite_graph_plan(void);
Suite *asy_suite_graph_plan(void)
{
    Suite *s = suite_create("graph_plan");
    TCase *t = tcase_create("plan");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, sections_alternate);
    tcase_add_test(t, a_broadcast_is_made_where_it_is_used);
    tcase_add_test(t, dead_code_is_not_planned);
    tcase_add_loop_test(t, chunks_follow_the_live_bytes, 0, 12);
    tcase_add_test(t, elementwise_chains_run_in_place);
    tcase_add_test(t, what_is_still_wanted_is_not_overwritten);
    tcase_add_loop_test(t, intervals_never_overlap, 0, 40);
    tcase_add_loop_test(t, sharing_memory_changes_no_bit, 0, 60);
    tcase_add_test(t, bytes_shrink_with_sharing);
    tcase_add_test(t, refusals);
    tcase_add_test(t, the_dump_names_what_there_is);
    tcase_add_test(t, the_drawing_is_well_formed);
    tcase_add_test(t, each_allocation_may_fail);
    suite_add_tcase(s, t);
    return s;
}
