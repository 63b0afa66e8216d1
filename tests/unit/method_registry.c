// SPDX-License-Identifier: GPL-3.0-or-later
/* The registry as built, and the rules of nested methods on real ones. */
#include "assay.h"
#include "method/doc.h"
#include "spec/spec.h"
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *asy_suite_method_registry(void);

static asy_arena *arena;
static asy_diag *diag;

static void setup(void)
{
    arena = asy_arena_new(0);
    diag = asy_diag_new(arena);
    ck_assert_ptr_nonnull(diag);
}

static void teardown(void)
{
    asy_arena_free(arena);
}

START_TEST(registry_is_sound)
{
    ck_assert_msg(asy_registry_check() == ASY_OK, "%s", asy_error_text());
}
END_TEST

START_TEST(sorted_and_found)
{
    for (const asy_kind *const *k = asy_kinds; *k; k++) {
        int n;
        const asy_method *const *all = (*k)->methods(&n);
        ck_assert(!k[1] || strcmp((*k)->name, k[1]->name) < 0);
        ck_assert_ptr_eq(asy_kind_find((*k)->name), *k);
        ck_assert_ptr_eq(asy_kind_find((*k)->plural), *k);
        ck_assert_ptr_null(all[n]);
        for (int i = 0; i < n; i++) {
            const asy_kind *kind;
            ck_assert(i == 0 || strcmp(all[i - 1]->name, all[i]->name) < 0);
            ck_assert_ptr_eq(asy_method_find(all[i]->name, (*k)->spots[0], &kind, NULL), all[i]);
            ck_assert_ptr_eq(kind, *k);
        }
    }
    ck_assert_ptr_null(asy_kind_find("kind-of-nothing"));
    ck_assert_ptr_null(asy_method_find("sgd", &asy_spot_loss, NULL, NULL));
}
END_TEST

START_TEST(suites_are_there)
{
    for (const asy_kind *const *k = asy_kinds; *k; k++) {
        if (!(*k)->suite) continue;
        char *path = asy_sprintf(arena, "tests/conform/%s.c", (*k)->suite);
        ck_assert_ptr_nonnull(path);
        ck_assert_msg(asy_io_exists(path), "%s", path);
    }
}
END_TEST

/* Every known answer belongs to a method that is there, has a source, and is there under one name. */
START_TEST(known_answers_are_sourced)
{
    int n = 0;
    for (const asy_known_table *t = asy_known_tables; t->kind; t++) {
        const asy_kind *k = asy_kind_find(t->kind);
        ck_assert_ptr_nonnull(k);
        ck_assert_msg(asy_method_find(t->method, k->spots[0], NULL, NULL) != NULL, "%s", t->method);
        for (const asy_known *a = t->answers; a->name; a++, n++) {
            ck_assert_msg(a->source && *a->source && a->found && a->tolerance >= 0 && isfinite(a->expected),
                          "%s: %s", t->method, a->name);
            for (const asy_known *b = t->answers; b != a; b++) ck_assert_str_ne(a->name, b->name);
        }
    }
    ck_assert_int_gt(n, 0);
}
END_TEST

/* Parameters: every row at its default, at both limits, just outside, of a wrong type. */
static int complaints(const asy_kind *k, const asy_param *p, const char *value)
{
    asy_binder b = { .arena = arena, .diag = asy_diag_new(arena) };
    asy_param table[] = { *p, ASY_PARAM_END };
    asy_tree v = { .kind = ASY_TREE_SCALAR, .key = p->key, .text = value },
             map = { .kind = ASY_TREE_MAP, .child = &v };
    asy_members out;
    table[0].off = 0;
    table[0].formula = NULL;
    (void)asy_bind_block(&b, k->name, value ? &map : NULL, table, &out);
    return asy_diag_errors(b.diag);
}

static void limit(const asy_kind *k, const asy_param *p, double at, double outside, bool open)
{
    char text[64];
    (void)snprintf(text, sizeof text, p->type == ASY_P_I64 ? "%.0f" : "%.17g", at);
    ck_assert_msg(complaints(k, p, text) == (open ? 1 : 0), "%s: %s at its limit %s", k->name, p->key, text);
    (void)snprintf(text, sizeof text, p->type == ASY_P_I64 ? "%.0f" : "%.17g", outside);
    ck_assert_msg(complaints(k, p, text) == 1, "%s: %s beyond its limit %s", k->name, p->key, text);
}

static void rows_hold(const asy_kind *k, const asy_param *table)
{
    for (const asy_param *p = table; p && p->key; p++) {
        if (p->type == ASY_P_METHOD) continue;
        ck_assert_int_eq(complaints(k, p, NULL), (p->flags & ASY_REQUIRED) && !p->def ? 1 : 0);
        if (p->type == ASY_P_ENUM || p->type == ASY_P_BOOL || p->type == ASY_P_F64 || p->type == ASY_P_I64)
            ck_assert_int_eq(complaints(k, p, "no such thing"), 1);
        if ((p->type != ASY_P_F64 && p->type != ASY_P_I64) || p->lo == p->hi) continue;
        bool whole = p->type == ASY_P_I64;
        if (isfinite(p->lo))
            limit(k, p, p->lo, whole ? p->lo - 1 : nextafter(p->lo, -INFINITY),
                  (p->flags & ASY_LO_OPEN) != 0);
        if (isfinite(p->hi))
            limit(k, p, p->hi, whole ? p->hi + fmax(1, p->hi * 1e-9) : nextafter(p->hi, INFINITY),
                  (p->flags & ASY_HI_OPEN) != 0);
    }
}

START_TEST(every_parameter)
{
    for (const asy_kind *const *k = asy_kinds; *k; k++) {
        int n;
        const asy_method *const *all = (*k)->methods(&n);
        for (int i = 0; i < n; i++) rows_hold(*k, all[i]->params);
        rows_hold(*k, (*k)->shared);
        for (const asy_spot *const *s = (*k)->spots; *s; s++) rows_hold(*k, (*s)->keys);
    }
}
END_TEST

static const asy_bound *bind(const char *yaml, const asy_spot *spot)
{
    asy_binder b = { .arena = arena, .diag = diag };
    const asy_bound *out = NULL;
    asy_tree *t = asy_yaml_text(arena, diag, "t.yaml", yaml, strlen(yaml));
    ck_assert_ptr_nonnull(t);
    ck_assert_ptr_nonnull(asy_bind_method(&b, "evaluate.x", t, spot, &out));
    return out;
}

static void expect_help(const char *text)
{
    asy_buf out;
    asy_buf_init(&out, 1 << 20);
    asy_diag_render(diag, &out, false);
    ck_assert_msg(strstr(asy_buf_text(&out), text) != NULL, "%s", asy_buf_text(&out));
    asy_buf_free(&out);
}

static double number(const asy_bound *b, const char *key)
{
    for (const asy_rtree *r = b->resolved->child; r; r = r->next)
        if (strcmp(r->key, key) == 0) return r->num;
    ck_abort_msg("no `%s`", key);
    return 0;
}

START_TEST(threat_model_of_an_attack)
{
    const asy_bound *b =
        bind("{method: pgd, eps: 8/255, norm: l2, n: 100, queries: 1e3}", &asy_spot_evaluate);
    ck_assert_int_eq(asy_diag_errors(diag), 0);
    const asy_threat *t = b->shared;
    const asy_evaluate_keys *at = b->at;
    ck_assert(t->eps == 8.0 / 255.0 && t->norm == ASY_NORM_L2 && t->goal == ASY_GOAL_UNTARGETED &&
              t->target == -1 && t->queries == 1000 && t->eot == 0); /* eot: auto */
    ck_assert(at->n == 100 && at->draws == 20 && strcmp(at->on, "test") == 0);
    b = bind("{method: pgd, eps: 0.1}", &asy_spot_evaluate);
    ck_assert(((const asy_evaluate_keys *)b->at)->n == 0);
}
END_TEST

START_TEST(eps_is_required)
{
    (void)bind("pgd", &asy_spot_evaluate);
    ck_assert_int_eq(asy_diag_errors(diag), 1);
    expect_help("error[E0201]: `pgd` needs `eps`");
}
END_TEST

START_TEST(goal_and_target_exclude)
{
    (void)bind("{method: pgd, eps: 0.1, goal: least-likely, target: 3}", &asy_spot_evaluate);
    ck_assert_int_eq(asy_diag_errors(diag), 1);
    expect_help("error[E0207]: `target` and `goal` exclude each other");
}
END_TEST

START_TEST(keys_of_every_adversary_are_named)
{
    (void)bind("{method: pgd, eps: 0.1, step_sise: 1}", &asy_spot_adversary);
    expect_help("   = help: did you mean `step_size`?\n");
    expect_help("; every adversary takes access, eot, eps, goal, mix, norm, queries, statistics, target\n");
}
END_TEST

/* A nested attack takes the threat model of the block around it; the curve's list `eps` stands for the
 * attack's number. */
START_TEST(nested_threat_model)
{
    const asy_bound
        *b = bind("{method: security-curve, attack: {method: pgd, steps: 5}, norm: l2, eps: [0.1, 0.2]}",
                  &asy_spot_evaluate),
        *attack = NULL;
    ck_assert_int_eq(asy_diag_errors(diag), 0);
    for (const asy_rtree *r = b->resolved->child; r; r = r->next)
        if (strcmp(r->key, "attack") == 0) attack = r->method;
    ck_assert_ptr_nonnull(attack);
    const asy_threat *t = attack->shared;
    ck_assert(t && t->norm == ASY_NORM_L2 && isnan(t->eps));
    ck_assert(isnan(number(attack, "step_size")));
    asy_threat at = *t;
    at.eps = 0.2;
    const asy_bound *derived;
    ck_assert_int_eq(asy_bound_derive(arena, attack, &at, &derived), ASY_OK);
    for (const asy_param *p = attack->m->params; p->key; p++) {
        const char *v = (const char *)derived->params + p->off;
        if (strcmp(p->key, "step_size") == 0)
            ck_assert(*(const double *)(const void *)v == p->derive(derived->params, &at));
        if (strcmp(p->key, "steps") == 0) ck_assert_int_eq(*(const int64_t *)(const void *)v, 5);
    }
}
END_TEST

START_TEST(nested_key_belongs_outside)
{
    (void)bind("{method: security-curve, attack: {method: pgd, norm: l2}, eps: [0.1]}", &asy_spot_evaluate);
    ck_assert_int_eq(asy_diag_errors(diag), 1);
    expect_help("   = help: this key belongs under `evaluate.x`\n");
}
END_TEST

START_TEST(preset_has_other_defaults)
{
    const asy_bound *b = bind("{method: bim, eps: 0.1}", &asy_spot_evaluate);
    ck_assert_int_eq(asy_diag_errors(diag), 0);
    ck_assert_str_eq(b->name, "bim");
    ck_assert_str_eq(b->m->name, "pgd");
    for (const asy_rtree *r = b->resolved->child; r; r = r->next)
        if (strcmp(r->key, "random_start") == 0) ck_assert(!r->b);
}
END_TEST

START_TEST(table_in_words)
{
    asy_param p = { .key = "a", .type = ASY_P_F64, .lo = 0, .hi = 1, .flags = ASY_HI_OPEN, .def = "0.5" };
    ck_assert_str_eq(asy_param_type(&p), "number");
    ck_assert_str_eq(asy_param_allowed(arena, &p), "0 … < 1");
    ck_assert_str_eq(asy_param_default(&p, NULL), "0.5");
    ck_assert_str_eq(asy_param_default(&p, &(asy_preset){ .name = "x", .set = { { "a", "0.1" } } }), "0.1");
    p = (asy_param){ .key = "a", .type = ASY_P_I64, .lo = 1, .hi = INFINITY, .flags = ASY_REQUIRED };
    ck_assert_str_eq(asy_param_allowed(arena, &p), "≥ 1");
    ck_assert_str_eq(asy_param_default(&p, NULL), "required");
}
END_TEST

Suite *asy_suite_method_registry(void)
{
    Suite *s = suite_create("method_registry");
    TCase *t = tcase_create("registry");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, registry_is_sound);
    tcase_add_test(t, sorted_and_found);
    tcase_add_test(t, suites_are_there);
    tcase_add_test(t, known_answers_are_sourced);
    tcase_add_test(t, every_parameter);
    tcase_add_test(t, threat_model_of_an_attack);
    tcase_add_test(t, eps_is_required);
    tcase_add_test(t, goal_and_target_exclude);
    tcase_add_test(t, keys_of_every_adversary_are_named);
    tcase_add_test(t, nested_threat_model);
    tcase_add_test(t, nested_key_belongs_outside);
    tcase_add_test(t, preset_has_other_defaults);
    tcase_add_test(t, table_in_words);
    suite_add_tcase(s, t);
    return s;
}
