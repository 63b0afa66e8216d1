// SPDX-License-Identifier: GPL-3.0-or-later
/* Models without a graph: same bits for any threads and company, files and hostile files, and what attacks see. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../known/lib/model/_world.h"
#include "../support/memory_sink.h"
#include "attack/scorer.h"
#include "model/fitted.h"

enum { N = 300, D = 40, K = 3 };
static asy_arena *a;
static char folder[64], path[96];
static asy_memory_sink sink;
static float x[N * D];
static int32_t y[N];

static void begin(void)
{
    asy_rng r = asy_rng_seed(1);
    a = asy_arena_new(0);
    (void)snprintf(folder, sizeof folder, "/tmp/assay-fitted-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/model.safetensors", folder);
    asy_memory_sink_init(&sink, folder);
    for (int i = 0; i < N; i++) {
        asy_rng_uniform(&r, (uint64_t)i, 0, D, 0, 1, x + i * D);
        y[i] = (int32_t)(x[i * D] + x[i * D + 7] > 1) + (asy_rng_below(&r, (uint64_t)i, 999, 5) == 0);
    }
}

static void end(void)
{
    asy_memory_sink_free(&sink);
    ck_assert_int_eq(asy_io_remove_tree(folder), ASY_OK);
    asy_arena_free(a);
}

static const struct { const char *arch, *set[4][2]; } models[] = {
    { "tree", { { NULL } } },
    { "tree", { { "criterion", "entropy" }, { "max_features", "sqrt" }, { "max_leaf_nodes", "20" } } },
    { "forest", { { "trees", "9" }, { "max_features", "log2" } } },
    { "knn", { { "k", "7" }, { "weights", "distance" } } },
    { "knn", { { "k", "3" }, { "metric", "linf" } } },
    { "tree", { { "max_features", "2" }, { "ensemble", "3" } } },
};
enum { MODELS = sizeof models / sizeof *models };

static asy_model *fit(int i, int threads)
{
    asy_pool *pool;
    asy_model *m;
    ck_assert_int_eq(asy_pool_new(&pool, threads), ASY_OK);
    ck_assert_msg(asy_world_fit(&m, a, pool, models[i].arch, (const char *const(*)[2])models[i].set,
                                ASY_SHAPE(D), K, N, x, y) == ASY_OK,
                  "%s", asy_error_text());
    asy_pool_free(pool);
    return m;
}

static void must_equal(const asy_state *s, const asy_state *t)
{
    ck_assert_int_eq(s->n, t->n);
    for (int i = 0; i < s->n; i++) {
        ck_assert_str_eq(s->t[i].name, t->t[i].name);
        ck_assert(asy_shape_equal(&s->t[i].t.s, &t->t[i].t.s));
        ck_assert_mem_eq(s->t[i].t.data, t->t[i].t.data, asy_tensor_bytes(&s->t[i].t));
    }
}

START_TEST(threads_change_nothing)
{
    asy_model *one = fit(_i, 1), *three = fit(_i, 3);
    must_equal(&one->state, &three->state);
}
END_TEST

/* All rows at once by three threads; one by one; in another order. */
START_TEST(a_row_is_a_row)
{
    asy_model *m = fit(_i, 2);
    float all[N * K], one[K];
    asy_pool *pool;
    ck_assert_int_eq(asy_pool_new(&pool, 3), ASY_OK);
    ck_assert_int_eq(asy_model_predict(m, pool, N, x, all), ASY_OK);
    asy_pool_free(pool);
    for (int i = N - 1; i >= 0; i -= 7) {
        double sum = 0;
        ck_assert_int_eq(asy_model_predict(m, NULL, 1, x + i * D, one), ASY_OK);
        ck_assert_mem_eq(one, all + i * K, sizeof one);
        for (int k = 0; k < K; k++) sum += exp((double)one[k]);
        ck_assert_double_eq_tol(sum, 1, 1e-6);
    }
}
END_TEST

START_TEST(what_is_saved_loads_again)
{
    asy_model *m = fit(_i, 2), *other;
    float z[2][N * K];
    ck_assert_msg(asy_model_save(m, &sink.sink, "model.safetensors", m->w, "0123456789abcdef") == ASY_OK, "%s",
                  asy_error_text());
    ck_assert_int_eq(asy_world_model(&other, a, models[_i].arch, (const char *const(*)[2])models[_i].set,
                                     ASY_SHAPE(D), K),
                     ASY_OK);
    ck_assert_int_eq(asy_model_predict(other, NULL, 1, x, z[1]), ASY_EINVAL);
    ck_assert_msg(asy_model_load(other, path, asy_diag_new(a), a) == ASY_OK, "%s", asy_error_text());
    ck_assert_int_eq(asy_model_predict(m, NULL, N, x, z[0]), ASY_OK);
    ck_assert_int_eq(asy_model_predict(other, NULL, N, x, z[1]), ASY_OK);
    ck_assert_mem_eq(z[0], z[1], sizeof z[0]);
}
END_TEST

/* ---- hostile states */

static asy_tensor *tensor(asy_state *s, const char *name)
{
    for (int i = 0; i < s->n; i++)
        if (strcmp(s->t[i].name, name) == 0) return &s->t[i].t;
    ck_abort_msg("no tensor %s", name);
    return NULL;
}

/* Sets element i of a tensor, or one of its axes (as[0] = 'x'), and wants a refusal that says `why`. */
typedef struct { int model; const char *name; char what; int64_t at; double to; const char *why; } damage;
static const damage damages[] = {
    { 0, "feature", 'v', 0, D, "asks for feature 40 of 40" },
    { 0, "feature", 'v', 0, -2, "asks for feature -2" },
    { 0, "feature", 'v', 0, -1, "are no tree" },
    { 0, "right", 'v', 0, 0, "are no tree" },
    { 0, "right", 'v', 0, 1, "are no tree" },
    { 0, "right", 'v', 0, 1e9, "are no tree" },
    { 0, "right", 'v', 0, -5, "are no tree" },
    { 0, "threshold", 'v', 0, NAN, "a threshold that is not finite" },
    { 0, "count", 'v', 0, -1, "leaf 0 counts -1 rows" },
    { 0, "count", 'z', 0, 0, "leaf 0 has no rows" },
    { 0, "count", 'x', 1, 2, "not those of trees with 3 classes" },
    { 0, "count", 'x', 0, 1, "leaves with counts of 1" },
    { 0, "first", 'v', 0, 1, "does not lead from 0" },
    { 0, "first", 'v', 1, 3, "does not lead from 0" },
    { 0, "threshold", 'x', 0, 2, "not those of trees" },
    { 0, "right", 't', 0, 0, "there is no tensor `right` of type i32" },
    { 0, "right", 'n', 0, 0, "there is no tensor `right`" },
    { 2, "first", 'v', 4, 0, "does not grow" },
    { 2, "first", 'v', 4, 1e9, "does not grow" },
    { 2, "first", 'v', 4, -7, "does not grow" },
    { 3, "y", 'v', 5, 3, "row 5 has label 3" },
    { 3, "y", 'v', 5, -1, "row 5 has label -1" },
    { 3, "x", 'v', D, INFINITY, "row 1 holds a value that is not finite" },
    { 3, "x", 'x', 1, D - 1, "rows of 40 values" },
    { 3, "y", 'x', 0, N - 1, "rows of 40 values" },
    { 3, "y", 'n', 0, 0, "must have the tensors" },
    { 5, "member2/right", 'v', 0, 0, "are no tree" },
    { 5, "member3/first", 'n', 0, 0, "is none of a member's" },
};

static void hurt(asy_state *s, const damage *d)
{
    asy_tensor *t = tensor(s, d->name);
    if (d->what == 'x') t->s.d[d->at] = (int64_t)d->to;
    if (d->what == 't') t->type = ASY_F32;
    if (d->what == 'z') memset(t->data, 0, K * sizeof(int32_t));
    if (d->what == 'v' && t->type == ASY_F32) ((float *)t->data)[d->at] = (float)d->to;
    if (d->what == 'v' && t->type == ASY_I32) ((int32_t *)t->data)[d->at] = (int32_t)d->to;
    for (int i = 0; d->what == 'n' && i < s->n; i++)
        if (&s->t[i].t == t) s->t[i].name = "other";
}

START_TEST(nothing_in_a_state_is_believed)
{
    const damage *d = &damages[_i];
    asy_model *m = fit(d->model, 1);
    const void *const *before = m->fitted;
    asy_state s = { m->state.n, ASY_NEWN(a, m->state.n, asy_named) };
    for (int i = 0; i < s.n; i++) {
        s.t[i] = m->state.t[i];
        s.t[i].t.data = asy_alloc(a, 1, asy_tensor_bytes(&s.t[i].t));
        memcpy(s.t[i].t.data, m->state.t[i].t.data, asy_tensor_bytes(&s.t[i].t));
    }
    ck_assert_int_eq(asy__model_open(m, a, &s), ASY_OK);
    before = m->fitted;
    hurt(&s, d);
    ck_assert_int_eq(asy__model_open(m, a, &s), ASY_EMODEL);
    ck_assert_msg(strstr(asy_error_text(), d->why) != NULL, "%s", asy_error_text());
    ck_assert_ptr_eq(m->fitted, before);
}
END_TEST

/* From a file the same is E0510, and the model stays without one. */
START_TEST(a_hostile_file_is_refused)
{
    asy_model *m = fit(0, 1), *other;
    asy_diag *d = asy_diag_new(a);
    asy_buf text;
    ((int32_t *)tensor(&m->state, "right")->data)[0] = 0;
    ck_assert_int_eq(asy_model_save(m, &sink.sink, "model.safetensors", m->w, NULL), ASY_OK);
    ck_assert_int_eq(asy_world_model(&other, a, "tree", NULL, ASY_SHAPE(D), K), ASY_OK);
    ck_assert_int_eq(asy_model_load(other, path, d, a), ASY_EMODEL);
    ck_assert_int_eq(asy_diag_status(d), ASY_EMODEL);
    ck_assert_ptr_null(other->fitted);
    asy_buf_init(&text, 1 << 16);
    asy_diag_render(d, &text, false);
    ck_assert_ptr_nonnull(strstr(asy_buf_text(&text), "error[E0510]"));
    asy_buf_free(&text);
}
END_TEST

START_TEST(rows_that_are_not_finite_are_refused)
{
    static const char *const many[][2] = { { "k", "400" }, { NULL, NULL } };
    asy_model *m;
    x[5] = NAN;
    ck_assert_int_eq(asy_world_fit(&m, a, NULL, "tree", NULL, ASY_SHAPE(D), K, N, x, y), ASY_EDATA);
    x[5] = 0;
    y[7] = K;
    ck_assert_int_eq(asy_world_fit(&m, a, NULL, "knn", NULL, ASY_SHAPE(D), K, N, x, y), ASY_EDATA);
    y[7] = 0;
    ck_assert_int_eq(asy_world_fit(&m, a, NULL, "knn", many, ASY_SHAPE(D), K, N, x, y), ASY_EDATA);
}
END_TEST

/* (x − mean) / std inside the model: as if the rows had been given that way. */
START_TEST(inputs_are_normalised)
{
    enum { C = 2, AREA = 20 };
    static float z[2][N * K], moved[N * D];
    asy_dataset_view *v = ASY_NEW(a, asy_dataset_view);
    const asy_bound *b;
    asy_model *m[2];
    asy_world_data(v, a, ASY_SHAPE(C, 4, 5), K, N, x, y);
    v->channels = C;
    v->mean[0] = 0.5, v->mean[1] = 0.25, v->std[0] = 2, v->std[1] = 0.125;
    ck_assert_int_eq(asy_bind_text(a, &asy_spot_model, "knn", NULL, &b), ASY_OK);
    ck_assert_int_eq(asy_model_new(&m[0], a, b, v, NULL), ASY_OK);
    ck_assert_int_eq(asy_model_fit(m[0], a, &v->views[0].view, asy_rng_seed(7), NULL, NULL), ASY_OK);
    for (int i = 0; i < N * D; i++)
        moved[i] = i / AREA % C == 0 ? (x[i] - 0.5f) / 2 : (x[i] - 0.25f) / 0.125f;
    ck_assert_int_eq(asy_world_fit(&m[1], a, NULL, "knn", NULL, ASY_SHAPE(D), K, N, moved, y), ASY_OK);
    ck_assert_int_eq(asy_model_predict(m[0], NULL, N, x, z[0]), ASY_OK);
    ck_assert_int_eq(asy_model_predict(m[1], NULL, N, moved, z[1]), ASY_OK);
    ck_assert_mem_eq(z[0], z[1], sizeof z[0]);
}
END_TEST

/* Three bagged trees: the logarithm of the mean of their probabilities; they are not the same. */
START_TEST(members_are_averaged)
{
    asy_model *m = fit(5, 2), one = *m;
    float all[N * K], own[3][N * K];
    int differ = 0;
    for (int i = 0; i < N * D; i++) x[i] = 1 - x[i];    /* rows that the trees have not seen */
    ck_assert_int_eq(m->members, 3);
    ck_assert_int_eq(asy_model_predict(m, NULL, N, x, all), ASY_OK);
    one.members = 1;
    for (int i = 0; i < 3; i++) {
        one.fitted = m->fitted + i;
        ck_assert_int_eq(asy_model_predict(&one, NULL, N, x, own[i]), ASY_OK);
    }
    for (int k = 0; k < N * K; k++) {
        double p = 0;
        for (int i = 0; i < 3; i++) p += exp((double)own[i][k]) / 3;
        ck_assert_double_eq_tol(exp((double)all[k]), p, 1e-6);
        differ += own[0][k] != own[1][k] || own[1][k] != own[2][k];
    }
    ck_assert_int_gt(differ, 0);
}
END_TEST

START_TEST(a_stop_is_obeyed)
{
    asy_model *m;
    asy_dataset_view *v = ASY_NEW(a, asy_dataset_view);
    const asy_bound *b;
    sink.stop_at = 3;
    asy_world_data(v, a, ASY_SHAPE(D), K, N, x, y);
    ck_assert_int_eq(asy_bind_text(a, &asy_spot_model, "forest", NULL, &b), ASY_OK);
    ck_assert_int_eq(asy_model_new(&m, a, b, v, NULL), ASY_OK);
    ck_assert_int_eq(asy_model_fit(m, a, &v->views[0].view, asy_rng_seed(7), NULL, &sink.sink), ASY_ESTOP);
    ck_assert_ptr_null(m->fitted);
}
END_TEST

/* The n-th allocation fails: a status, and nothing is half done. */
START_TEST(memory_that_fails_is_reported)
{
    long n = 1;
    for (asy_status s = ASY_ENOMEM; s != ASY_OK; n++) {
        asy_arena *own = asy_arena_new(0);
        asy_model *m;
        (void)asy_arena_fail_at(n);
        s = asy_world_fit(&m, own, NULL, models[_i].arch, (const char *const(*)[2])models[_i].set, ASY_SHAPE(D), K,
                          60, x, y);
        (void)asy_arena_fail_at(0);
        ck_assert_msg(s == ASY_OK || s == ASY_ENOMEM || s == ASY_EINVAL, "%s", asy_error_text());
        asy_arena_free(own);
        ck_assert_int_lt(n, 5000);
    }
}
END_TEST

/* ---- what attacks see */

static asy_status (*asks)(asy_oracle *, asy_attack_job *);
static asy_status run(asy_oracle *o, const void *params, asy_attack_job *j)
{
    (void)params;
    return asks(o, j);
}
static const asy_attack probing = {
    .m = { .name = "probing", .summary = "a test", .revision = 1 }, .norms = ASY_LINF, .run = run,
};

static asy_val moved(asy_graph *g, const asy_val var[], asy_val in) { return asy_add(g, in, var[0]); }
static float by;        /* how far the probe moves every value */

/* x′ = x + v, its scores, the loss on them, and x′ itself; a gradient is refused. */
static asy_status by_program(asy_oracle *o, asy_attack_job *j)
{
    const asy_var v = { "v", ASY_SHAPE(D) };
    asy_tensor delta = asy_tensor_like(j->scratch, &j->clean), out[3], scores;
    float *z = ASY_NEWN(j->scratch, j->rows * K, float);
    asy_program *p;
    ck_assert_int_eq(asy_oracle_compile(&p, o, 1, &v, moved, asy_objectives[0], ASY_OUT_GRAD_VARS), ASY_EUNSUP);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "`tree` has none"));
    asy_error_clear();
    for (int64_t i = 0; i < j->rows * D; i++) ((float *)delta.data)[i] = by;
    ASY_TRY(asy_oracle_compile(&p, o, 1, &v, moved, asy_objectives[0],
                               ASY_OUT_LOSS | ASY_OUT_LOGITS | ASY_OUT_X));
    ASY_TRY(asy_program_run(p, j->rows, &j->clean, &delta, out));
    scores = (asy_tensor){ z, ASY_SHAPE(j->rows, K), ASY_F32 };
    ASY_TRY(asy_oracle_scores(o, &out[2], &scores));
    ck_assert_mem_eq(z, out[1].data, (size_t)(j->rows * K) * sizeof(float));
    for (int64_t i = 0; i < j->rows; i++) {
        double sum = 0;
        for (int k = 0; k < K; k++) sum += exp((double)z[i * K + k]);
        ck_assert_float_eq_tol(((float *)out[0].data)[i], (float)(log(sum) - (double)z[i * K + j->label[i]]),
                               1e-4f);
        ck_assert_float_eq(((float *)out[2].data)[i * D], ((float *)j->clean.data)[i * D] + by);
    }
    asy_job_keep(j, &out[0], &out[2]);
    return ASY_OK;
}

static asy_status measure(asy_model *m, asy_attack_result *r)
{
    asy_dataset_view *v = ASY_NEW(a, asy_dataset_view);
    static const asy_evaluate_keys keys = { .on = "test" };
    asy_threat t = { .norm = ASY_NORM_LINF, .eps = 0.5, .target = -1, .eot = 1 };
    asy_bound b = { .kind = &asy_kind_attack, .m = &probing.m, .name = "probing", .shared = &t };
    asy_world_data(v, a, ASY_SHAPE(D), K, N, x, y);
    asy_eval_ctx c = { .arena = a, .model = m, .view = &v->views[0].view, .keys = &keys,
                       .seed = asy_rng_seed(3), .sink = &sink.sink };
    m->lo = -9, m->hi = 9;
    return asy_attack_measure(&c, &b, &t, r);
}

START_TEST(attacks_get_labels_and_scores)
{
    asy_model *m = fit(0, 1);
    asy_attack_result r;
    float z[K];
    asks = by_program;
    by = 0.25f;
    ck_assert_msg(measure(m, &r) == ASY_OK, "%s", asy_error_text());
    ck_assert_int_eq(r.attacked, N);        /* a full tree knows its rows */
    ck_assert_double_eq(r.gradients, 0);
    ck_assert_double_eq(r.queries, 2);
    ck_assert_int_gt(r.successes, 0);
    for (int64_t i = 0; i < N; i++) {
        ck_assert_int_eq(asy_model_predict(m, NULL, 1, r.adv + i * D, z), ASY_OK);
        ck_assert_int_eq(asy_argmax(K, z), r.pred_adv[i]);
    }
}
END_TEST

START_TEST(a_graph_is_refused)
{
    asy_model *m = fit(0, 1);
    asy_graph *g = asy_graph_new(a, ASY_F32);
    asy_scope *sc = asy_scope_new(a, g, ASY_EVAL);
    asy_model_emit(m, sc, asy_input(g, "x", ASY_ROW, ASY_F32, m->io.in));
    ck_assert_int_ne(asy_graph_status(g), ASY_OK);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "`tree` has no graph"));
}
END_TEST

Suite *asy_suite_model_fitted(void);
Suite *asy_suite_model_fitted(void)
{
    Suite *s = suite_create("model_fitted");
    TCase *c = tcase_create("fitted");
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, begin, end);
    tcase_add_loop_test(c, threads_change_nothing, 0, MODELS);
    tcase_add_loop_test(c, a_row_is_a_row, 0, MODELS);
    tcase_add_loop_test(c, what_is_saved_loads_again, 0, MODELS);
    tcase_add_loop_test(c, nothing_in_a_state_is_believed, 0, sizeof damages / sizeof *damages);
    tcase_add_test(c, a_hostile_file_is_refused);
    tcase_add_test(c, rows_that_are_not_finite_are_refused);
    tcase_add_test(c, inputs_are_normalised);
    tcase_add_test(c, members_are_averaged);
    tcase_add_test(c, a_stop_is_obeyed);
    tcase_add_loop_test(c, memory_that_fails_is_reported, 0, MODELS);
    tcase_add_test(c, attacks_get_labels_and_scores);
    tcase_add_test(c, a_graph_is_refused);
    suite_add_tcase(s, c);
    return s;
}
