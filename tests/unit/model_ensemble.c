// SPDX-License-Identifier: GPL-3.0-or-later
/* Ensembles of nets: what the members are, what the whole says, and that training them together is training each
 * alone. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "../support/training.h"
#include "graph/check.h"
#include "train/step.h"

enum { K = ASY_TRAINING_CLASSES, N = ASY_TRAINING_TRAIN };
static asy_training t;

static void begin(void) { asy_training_begin(&t); }
static void end(void)   { asy_training_end(&t); }

static asy_model *model(const asy_pair pairs[], const asy_bound *loss)
{
    const asy_bound *b;
    asy_model *m;
    asy_rng init = asy_rng_part(asy_rng_seed(3), "init");
    ck_assert_msg(asy_bind_text(t.arena, &asy_spot_model, "mlp", pairs, &b) == ASY_OK, "%s", asy_error_text());
    ck_assert_msg(asy_model_new(&m, t.arena, b, t.data, loss) == ASY_OK, "%s", asy_error_text());
    asy_model_init(m, &init);
    return m;
}

static const asy_pair single[] = { { "hidden", "[6]" }, { NULL, NULL } };
static const asy_pair one[] = { { "hidden", "[6]" }, { "ensemble", "1" }, { NULL, NULL } };
static const asy_pair three[] = { { "hidden", "[6]" }, { "ensemble", "3" }, { NULL, NULL } };

static void rows(float *x, int32_t *y)
{
    asy_view_load(asy_dataset_part(t.data, "train"), N, 0, NULL, x, y, NULL);
}

static void scores(const asy_model *m, float *z)
{
    float x[2 * N];
    int32_t y[N];
    rows(x, y);
    ck_assert_msg(asy_world_scores(t.arena, m, N, x, z) == ASY_OK, "%s", asy_error_text());
}

START_TEST(one_member_is_the_model)
{
    asy_model *a = model(single, NULL), *b = model(one, NULL);
    float z[2][N * K];
    ck_assert_int_eq(a->n, b->n);
    ck_assert_mem_eq(a->w, b->w, (size_t)a->n * sizeof *a->w);
    ck_assert_str_eq(b->slot[0].name, "fc1.weight");
    scores(a, z[0]);
    scores(b, z[1]);
    ck_assert_mem_eq(z[0], z[1], sizeof z[0]);
}
END_TEST

/* Copies member i's weights into a model of its own, or back. */
static void exchange(asy_model *all, int i, asy_model *alone, bool back)
{
    for (int k = 0; k < alone->n_slots; k++) {
        char name[80];
        (void)snprintf(name, sizeof name, "member%d/%s", i + 1, alone->slot[k].name);
        float *mine = alone->w + alone->slot[k].first, *theirs = asy_world_slot(all, name);
        ck_assert_ptr_nonnull(theirs);
        memcpy(back ? theirs : mine, back ? mine : theirs, (size_t)alone->slot[k].n * sizeof *mine);
    }
    alone->version++;
}

START_TEST(members_begin_apart)
{
    asy_model *m = model(three, NULL);
    ck_assert_int_eq(m->n_slots, 12);
    ck_assert_str_eq(m->slot[0].name, "member1/fc1.weight");
    ck_assert_str_eq(m->slot[11].name, "member3/fc2.bias");
    ck_assert(memcmp(asy_world_slot(m, "member1/fc1.weight"), asy_world_slot(m, "member2/fc1.weight"), 12) != 0);
    ck_assert(memcmp(asy_world_slot(m, "member2/fc1.weight"), asy_world_slot(m, "member3/fc1.weight"), 12) != 0);
}
END_TEST

/* log (p₁ + p₂ + p₃)/3, from each member's own scores in double. */
START_TEST(probabilities_are_averaged)
{
    asy_model *m = model(three, NULL), *alone = model(single, NULL);
    float z[N * K], own[3][N * K];
    scores(m, z);
    for (int i = 0; i < 3; i++) {
        exchange(m, i, alone, false);
        scores(alone, own[i]);
    }
    for (int r = 0; r < N; r++)
        for (int k = 0; k < K; k++) {
            double p = 0;
            for (int i = 0; i < 3; i++) {
                double sum = 0;
                for (int j = 0; j < K; j++) sum += exp((double)own[i][r * K + j]);
                p += exp((double)own[i][r * K + k]) / sum / 3;
            }
            ck_assert_double_eq_tol((double)z[r * K + k], log(p), 1e-6);
        }
}
END_TEST

/* What attacks differentiate. */
START_TEST(the_whole_is_differentiable)
{
    enum { ROWS = 3 };
    asy_model *m = model((const asy_pair[]){ { "hidden", "[6]" }, { "activation", "tanh" }, { "ensemble", "3" },
                                             { NULL, NULL } },
                         NULL);
    asy_graph *g = asy_graph_new(t.arena, ASY_F64);
    asy_scope *sc = asy_scope_new(t.arena, g, ASY_EVAL);
    asy_val x = asy_input(g, "x", ASY_ROW, ASY_F64, ASY_SHAPE(2)),
            y = asy_input(g, "y", ASY_ROW, ASY_I32, ASY_SCALAR);
    double at[2 * ROWS] = { 0.1, 0.7, 0.9, -0.3, 0.4, 0.4 };
    int32_t label[ROWS] = { 0, 2, 1 };
    asy_bind bind[16] = { { x, at, 0 }, { y, label, 0 } };
    asy_check_result r;
    int n = 2;
    asy_val loss = asy_batch_sum(g, asy_xent(g, asy_model_emit(m, sc, x), y));
    ck_assert_int_eq(asy_val_type(g, asy_scope_tapped(sc, "features")).shape.d[0], 18);
    ck_assert_uint_ne(asy_scope_tapped(sc, "member2/logits").id, asy_scope_tapped(sc, "logits").id);
    for (int i = 0; i < asy_scope_count(sc); i++) {
        double *w = ASY_NEWN(t.arena, m->slot[i].n, double);
        for (int64_t k = 0; k < m->slot[i].n; k++) w[k] = (double)m->w[m->slot[i].first + k];
        bind[n++] = (asy_bind){ asy_scope_at(sc, i)->val, w, 0 };
    }
    ck_assert_msg(asy_check_grad(g, loss, ROWS, n, bind, 0, asy_rng_seed(1), &r) == ASY_OK, "%s", asy_error_text());
    ck_assert_int_eq(r.skipped, 0);
    ck_assert_double_le(r.first, 1e-7);
    ck_assert_double_le(r.second, 1e-6);
}
END_TEST

static double train(asy_model *m, const char *optimizer, const char *loss, int64_t steps)
{
    asy__step_in in = { .batch = 30 };
    asy__step *s;
    asy__step_out out;
    asy_rng seed = asy_rng_seed(9);
    uint32_t index[30];
    ck_assert_int_eq(asy_bind_text(t.arena, &asy_spot_optimizer, optimizer, NULL, &in.optimizer), ASY_OK);
    ck_assert_int_eq(asy_bind_text(t.arena, &asy_spot_loss, loss, NULL, &in.loss), ASY_OK);
    ck_assert_int_eq(asy_bind_text(t.arena, &asy_spot_estimator, "plain", NULL, &in.estimator), ASY_OK);
    ck_assert_msg(asy__step_new(&s, t.arena, m, &in) == ASY_OK, "%s", asy_error_text());
    for (int64_t i = 0; i < steps; i++) {
        for (uint32_t k = 0; k < 30; k++) index[k] = (uint32_t)((i * 30 + k * 7) % N);
        ck_assert_msg(asy__step_run(s, asy_dataset_part(t.data, "train"), 30, index, 0.1, 1,
                                    asy__step_streams(&seed, i), &out) == ASY_OK,
                      "%s", asy_error_text());
    }
    asy__step_free(s);
    return out.loss;
}

static const struct { const char *optimizer, *loss; } together[] = {
    { "sgd", "cross-entropy" }, { "adam", "cross-entropy" }, { "sgd", "margin" }, { "lamb", "mse" },
};

/* The same bits as three models that are trained one by one; the loss is the mean of theirs. */
START_TEST(training_together_is_training_alone)
{
    asy_model *m = model(three, NULL), *alone[3];
    double loss = 0;
    for (int i = 0; i < 3; i++) {
        alone[i] = model(single, NULL);
        exchange(m, i, alone[i], false);
        loss += train(alone[i], together[_i].optimizer, together[_i].loss, 8) / 3;
    }
    ck_assert_double_eq_tol(train(m, together[_i].optimizer, together[_i].loss, 8), loss, 1e-6);
    asy_model *copy = model(single, NULL);
    for (int i = 0; i < 3; i++) {
        exchange(m, i, copy, false);
        ck_assert_mem_eq(copy->w, alone[i]->w, (size_t)copy->n * sizeof *copy->w);
    }
}
END_TEST

/* Random values and running statistics belong to members. */
START_TEST(members_have_their_own_noise)
{
    asy_model *m = model((const asy_pair[]){ { "hidden", "[8]" }, { "norm", "batch" }, { "dropout", "0.5" },
                                             { "ensemble", "2" }, { NULL, NULL } },
                         NULL);
    const char *const same[] = { "fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias" };
    for (int i = 0; i < 4; i++) {           /* equal beginnings: only noise can part them */
        char from[40], to[40];
        (void)snprintf(from, sizeof from, "member1/%s", same[i]);
        (void)snprintf(to, sizeof to, "member2/%s", same[i]);
        for (int k = 0; k < m->n_slots; k++)
            if (strcmp(m->slot[k].name, to) == 0)
                memcpy(m->w + m->slot[k].first, asy_world_slot(m, from), (size_t)m->slot[k].n * sizeof(float));
    }
    train(m, "sgd", "cross-entropy", 3);
    ck_assert(memcmp(asy_world_slot(m, "member1/fc2.weight"), asy_world_slot(m, "member2/fc2.weight"),
                     8 * sizeof(float)) != 0);
}
END_TEST

/* Two classes with bce: each member has one output. */
START_TEST(members_may_have_one_output)
{
    const asy_bound *bce;
    asy_model *m;
    float x[6] = { 0.1f, 0.2f, 0.8f, 0.4f, 0.5f, 0.9f }, z[6];
    ck_assert_int_eq(asy_bind_text(t.arena, &asy_spot_loss, "bce", NULL, &bce), ASY_OK);
    t.data->data.classes = 2;
    m = model(three, bce);
    ck_assert_int_eq(asy_world_count(m), 3 * (2 * 6 + 6 + 6 + 1));
    ck_assert_int_eq(asy_world_scores(t.arena, m, 3, x, z), ASY_OK);
    for (int i = 0; i < 3; i++)
        ck_assert_double_eq_tol(exp((double)z[2 * i]) + exp((double)z[2 * i + 1]), 1, 1e-6);
}
END_TEST

START_TEST(layers_are_frozen_in_every_member)
{
    static const char *const layer[] = { "fc1" }, *const whole[] = { "member2/fc2.bias" };
    asy_model *m = model(three, NULL);
    int frozen = 0;
    ck_assert_int_eq(asy_model_freeze(m, (asy_strs){ 1, layer }, asy_diag_new(t.arena)), ASY_OK);
    ck_assert_int_eq(asy_model_freeze(m, (asy_strs){ 1, whole }, asy_diag_new(t.arena)), ASY_OK);
    for (int i = 0; i < m->n_slots; i++) frozen += m->slot[i].frozen;
    ck_assert_int_eq(frozen, 7);
}
END_TEST

START_TEST(what_is_saved_loads_again)
{
    asy_memory_sink sink;
    asy_model *m = model(three, NULL), *other = model(three, NULL), *five;
    char path[160];
    asy_memory_sink_init(&sink, t.folder);
    (void)snprintf(path, sizeof path, "%s/model.safetensors", t.folder);
    train(m, "sgd", "cross-entropy", 2);
    ck_assert_int_eq(asy_model_save(m, &sink.sink, "model.safetensors", m->w, NULL), ASY_OK);
    ck_assert_msg(asy_model_load(other, path, asy_diag_new(t.arena), t.arena) == ASY_OK, "%s", asy_error_text());
    ck_assert_mem_eq(m->w, other->w, (size_t)m->n * sizeof *m->w);
    five = model((const asy_pair[]){ { "hidden", "[6]" }, { "ensemble", "5" }, { NULL, NULL } }, NULL);
    ck_assert_int_eq(asy_model_load(five, path, asy_diag_new(t.arena), t.arena), ASY_EMODEL);
    asy_memory_sink_free(&sink);
}
END_TEST

Suite *asy_suite_model_ensemble(void);
Suite *asy_suite_model_ensemble(void)
{
    Suite *s = suite_create("model_ensemble");
    TCase *c = tcase_create("members");
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, begin, end);
    tcase_add_test(c, one_member_is_the_model);
    tcase_add_test(c, members_begin_apart);
    tcase_add_test(c, probabilities_are_averaged);
    tcase_add_test(c, the_whole_is_differentiable);
    tcase_add_loop_test(c, training_together_is_training_alone, 0, sizeof together / sizeof *together);
    tcase_add_test(c, members_have_their_own_noise);
    tcase_add_test(c, members_may_have_one_output);
    tcase_add_test(c, layers_are_frozen_in_every_member);
    tcase_add_test(c, what_is_saved_loads_again);
    suite_add_tcase(s, c);
    return s;
}
