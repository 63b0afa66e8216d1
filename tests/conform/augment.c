// SPDX-License-Identifier: GPL-3.0-or-later
/* What every augmentation of the registry must keep. */
#include "assay.h"
#include <check.h>
#include <string.h>

enum { N = 24, MOST = 3 * 10 * 14, LO = -1, HI = 2 };

static asy_arena *arena;

static void begin(void) { arena = asy_arena_new(0); }
static void end(void)   { asy_arena_free(arena); }

static int n_methods(void)
{
    int n;
    (void)asy_kind_augment.methods(&n);
    return n;
}

static const asy_augment *method(int i)
{
    int n;
    return (const asy_augment *)asy_kind_augment.methods(&n)[i];
}

static asy_augments *list(int i, asy_shape sample)
{
    const asy_bound **b = ASY_NEWN(arena, 1, const asy_bound *);
    asy_augments *s = NULL;
    ck_assert_int_eq(asy_bind_text(arena, &asy_spot_augment, method(i)->m.name, NULL, b), ASY_OK);
    ck_assert_msg(asy_augments_new(&s, arena, &(asy_bounds){ 1, b }, sample, LO, HI) == ASY_OK, "%s",
                  asy_error_text());
    return s;
}

static asy_shape shapes(int k)
{
    return k == 0   ? ASY_SHAPE(1, 12, 12)
           : k == 1 ? ASY_SHAPE(3, 10, 14)
           : k == 2 ? ASY_SHAPE(1, 1, 1)
                    : ASY_SHAPE(7);
}

static void sample(uint64_t id, int64_t n, float *x)
{
    asy_rng r = asy_rng_seed(40);
    asy_rng_uniform(&r, id, 0, (size_t)n, LO, HI, x);
}

/* A lot of N samples with ids from `first` in the given order, through everything that the list holds. */
typedef struct {
    uint64_t id[N];
    float out[N * MOST], share[N];
    int32_t y[N], y2[N];
} lot;

static void run(asy_augments *s, bool backwards, int64_t epoch, int view, asy_pool *pool, lot *l)
{
    float *raw = ASY_NEWN(arena, N * MOST, float), x[MOST];
    uint64_t (*rank)[2] = asy_alloc(arena, N, sizeof *rank);
    asy_rng seed = asy_rng_seed(9);
    asy_augments_turn(s, &seed, epoch, view);
    for (int i = 0; i < N; i++) {
        l->id[i] = 500 + (uint64_t)(backwards ? N - 1 - i : i);
        l->y[i] = (int32_t)l->id[i];
        l->y2[i] = l->y[i];
        l->share[i] = 1;
        sample(l->id[i], s->width, x);
        asy_augments_apply(s, l->id[i], x, raw + i * s->width);
    }
    memcpy(l->out, raw, (size_t)(N * s->width) * sizeof *raw);
    if (s->mix != NULL)
        ck_assert_int_eq(asy_augments_mix(s, pool, N, l->id, raw, l->y, l->out, l->y2, l->share, rank),
                         ASY_OK);
}

START_TEST(range_is_kept)
{
    lot *l = ASY_NEW(arena, lot);
    for (int k = 0; k < (method(_i)->images ? 3 : 4); k++) {
        asy_augments *s = list(_i, shapes(k));
        bool table =
            shapes(k).n == 1 && strcmp(method(_i)->m.name, "gaussian-noise") == 0; /* never clipped */
        run(s, false, 1, 0, NULL, l);
        for (int64_t i = 0; i < N * s->width; i++)
            ck_assert_msg(table || (l->out[i] >= LO && l->out[i] <= HI), "%s gives %g", method(_i)->m.name,
                          (double)l->out[i]);
        for (int i = 0; i < N; i++) {
            ck_assert(l->share[i] >= 0 && l->share[i] <= 1);
            ck_assert(s->mix == NULL || l->y2[i] != l->y[i]);
        }
    }
}
END_TEST

/* The order of the lot and the number of threads do not show; neither do the rows beside one, where nothing
 * mixes. */
START_TEST(lot_does_not_show)
{
    lot *one = ASY_NEW(arena, lot), *other = ASY_NEW(arena, lot);
    asy_pool *pool;
    ck_assert_int_eq(asy_pool_new(&pool, 3), ASY_OK);
    for (int k = 0; k < (method(_i)->images ? 3 : 4); k++) {
        asy_augments *s = list(_i, shapes(k));
        float x[MOST], out[MOST];
        run(s, false, 2, 0, NULL, one);
        run(s, true, 2, 0, pool, other);
        for (int i = 0; i < N; i++) {
            ck_assert_mem_eq(one->out + i * s->width, other->out + (N - 1 - i) * s->width,
                             (size_t)s->width * sizeof(float));
            ck_assert_int_eq(one->y2[i], other->y2[N - 1 - i]);
            ck_assert(memcmp(&one->share[i], &other->share[N - 1 - i], sizeof(float)) == 0);
            if (s->mix != NULL) continue;
            sample(one->id[i], s->width, x);
            asy_augments_apply(s, one->id[i], x, out);
            ck_assert_mem_eq(out, one->out + i * s->width, (size_t)s->width * sizeof(float));
        }
    }
    asy_pool_free(pool);
}
END_TEST

/* It does something; another epoch or view does something else. */
START_TEST(epochs_and_views_differ)
{
    lot *one = ASY_NEW(arena, lot), *other = ASY_NEW(arena, lot);
    asy_augments *s = list(_i, shapes(1));
    size_t bytes = (size_t)(N * s->width) * sizeof(float);
    float *x = ASY_NEWN(arena, N * MOST, float);
    run(s, false, 0, 0, NULL, one);
    for (int i = 0; i < N; i++) sample(one->id[i], s->width, x + i * s->width);
    ck_assert_mem_ne(x, one->out, bytes);
    run(s, false, 1, 0, NULL, other);
    ck_assert_mem_ne(one->out, other->out, bytes);
    run(s, false, 0, 1, NULL, other);
    ck_assert_mem_ne(one->out, other->out, bytes);
    run(s, false, 0, 0, NULL, other);
    ck_assert_mem_eq(one->out, other->out, bytes);
}
END_TEST

START_TEST(tables_are_refused_by_what_moves_pixels)
{
    const asy_bound *b[1];
    asy_augments *s;
    asy_status st;
    ck_assert_int_eq(asy_bind_text(arena, &asy_spot_augment, method(_i)->m.name, NULL, &b[0]), ASY_OK);
    st = asy_augments_new(&s, arena, &(asy_bounds){ 1, b }, ASY_SHAPE(7), 0, 1);
    ck_assert_int_eq(st, method(_i)->images ? ASY_EINVAL : ASY_OK);
    if (st != ASY_OK) ck_assert_ptr_nonnull(strstr(asy_error_text(), method(_i)->m.name));
    ck_assert_int_eq(method(_i)->apply != NULL, method(_i)->mix == NULL);
}
END_TEST

/* Another augmentation before it changes no draws: shift, then shift behind a flip that never flips. */
START_TEST(neighbours_shift_no_draws)
{
    static const char *const never[][2] = { { "p", "0" }, { NULL, NULL } };
    const asy_bound *b[2];
    asy_augments *one, *two;
    asy_rng seed = asy_rng_seed(1);
    float x[144], y[144], out[144], again[144];
    ck_assert_int_eq(asy_bind_text(arena, &asy_spot_augment, "flip", never, &b[0]), ASY_OK);
    ck_assert_int_eq(asy_bind_text(arena, &asy_spot_augment, "shift", NULL, &b[1]), ASY_OK);
    ck_assert_int_eq(asy_augments_new(&one, arena, &(asy_bounds){ 1, b + 1 }, shapes(0), 0, 1), ASY_OK);
    ck_assert_int_eq(asy_augments_new(&two, arena, &(asy_bounds){ 2, b }, shapes(0), 0, 1), ASY_OK);
    asy_augments_turn(one, &seed, 4, 0);
    asy_augments_turn(two, &seed, 4, 0);
    for (uint64_t id = 0; id < 20; id++) {
        sample(id, 144, x);
        sample(id, 144, y);
        asy_augments_apply(one, id, x, out);
        asy_augments_apply(two, id, y, again);
        ck_assert_mem_eq(out, again, sizeof out);
    }
}
END_TEST

Suite *asy_suite_augment(void);
Suite *asy_suite_augment(void)
{
    Suite *s = suite_create("augment");
    TCase *c = tcase_create("conformance");
    tcase_add_checked_fixture(c, begin, end);
    tcase_add_loop_test(c, range_is_kept, 0, n_methods());
    tcase_add_loop_test(c, lot_does_not_show, 0, n_methods());
    tcase_add_loop_test(c, epochs_and_views_differ, 0, n_methods());
    tcase_add_loop_test(c, tables_are_refused_by_what_moves_pixels, 0, n_methods());
    tcase_add_test(c, neighbours_shift_no_draws);
    suite_add_tcase(s, c);
    return s;
}
