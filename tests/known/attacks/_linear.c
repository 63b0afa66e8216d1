// SPDX-License-Identifier: GPL-3.0-or-later
#include "_linear.h"
#include <math.h>
#include <string.h>

asy_status asy_line_attack(asy_known_env *e, const asy_line *l, const char *attack,
                           const char *const pairs[][2], double *f, double *norm)
{
    asy_toy *t;
    asy_attack_result r;
    int32_t y = 0;
    ASY_TRY(asy_toy_new(&t, e->arena, &(asy_toy_spec){ ASY_TOY_LINEAR, l->d, 2, l->lo, l->hi, 1, l->x, &y }));
    float *w = asy_toy_weight(t, "w"), *b = asy_toy_weight(t, "b");
    for (int64_t i = 0; i < l->d; i++) {
        w[i] = 0.5f * l->w[i];
        w[l->d + i] = -0.5f * l->w[i];
    }
    b[0] = (float)(0.5 * l->b);
    b[1] = -b[0];
    t->ctx.pool = e->pool;
    ASY_TRY(asy_toy_attack(t, attack, pairs, &r));
    if (r.violations || r.attacked != 1) ASY_FAIL(ASY_EBUG, "the row was not attacked, or left its ball");
    *f = l->b;
    for (int64_t i = 0; i < l->d; i++) *f += (double)l->w[i] * (double)r.adv[i];
    if (norm) *norm = r.distance[0];
    return ASY_OK;
}

enum { N = 40, D = 20, K = 5 };

static asy_status wide_toy(asy_known_env *e, float scale, asy_toy **t)
{
    asy_rng r = asy_rng_part(asy_rng_seed(7), "rows");
    float *x = ASY_NEWN(e->arena, N * D, float);
    int32_t *y = ASY_NEWN(e->arena, N, int32_t);
    asy_attack_result clean;
    ASY_TRY(asy_arena_status(e->arena));
    for (uint64_t i = 0; i < N; i++) asy_rng_uniform(&r, i, 0, D, 0.0f, 1.0f, x + i * D);
    for (int pass = 0; pass < 2; pass++) {          /* the second time with the model's own labels */
        ASY_TRY(asy_toy_new(t, e->arena, &(asy_toy_spec){ ASY_TOY_LINEAR, D, K, 0, 1, N, x, y }));
        asy_rng draw = asy_rng_part(r, "weights");
        asy_rng_normal(&draw, 0, 0, K * D, 0.0f, scale, asy_toy_weight(*t, "w"));
        (*t)->ctx.pool = e->pool;
        if (pass == 1) break;
        ASY_TRY(
            asy_toy_attack(*t, "fgsm", (const char *const[][2]){ { "eps", "0" }, { NULL, NULL } }, &clean));
        memcpy(y, clean.pred_clean, N * sizeof *y);
    }
    return ASY_OK;
}

asy_status asy_line_difference(asy_known_env *e, const char *a, const char *const pa[][2], const char *b,
                               const char *const pb[][2], float scale, double *differing)
{
    asy_toy *ta, *tb;
    asy_attack_result ra, rb;
    ASY_TRY(wide_toy(e, 1.0f, &ta));
    ASY_TRY(wide_toy(e, scale, &tb));
    ASY_TRY(asy_toy_attack(ta, a, pa, &ra));
    ASY_TRY(asy_toy_attack(tb, b, pb, &rb));
    if (ra.attacked != N || rb.attacked != N) ASY_FAIL(ASY_EBUG, "not every row was attacked");
    *differing = 0;
    for (int i = 0; i < N * D; i++) *differing += memcmp(&ra.adv[i], &rb.adv[i], sizeof(float)) != 0;
    if (memcmp(ra.adv, ra.x, N * D * sizeof(float)) == 0) ASY_FAIL(ASY_EBUG, "nothing moved");
    return ASY_OK;
}

asy_status asy_line_ten(asy_known_env *e, asy_toy **t)
{
    float *x = ASY_NEWN(e->arena, 10, float);
    int32_t *y = ASY_NEWN(e->arena, 10, int32_t);
    ASY_TRY(asy_arena_status(e->arena));
    for (int i = 0; i < 10; i++) {
        x[i] = (float)(0.05 + 0.1 * i);
        y[i] = i > 0 && i < 9 ? x[i] > 0.5f : x[i] < 0.5f;
    }
    ASY_TRY(asy_toy_new(t, e->arena, &(asy_toy_spec){ ASY_TOY_LINEAR, 1, 2, 0, 1, 10, x, y }));
    asy_toy_weight(*t, "w")[1] = 10.0f;
    asy_toy_weight(*t, "b")[1] = -5.0f;
    (*t)->ctx.pool = e->pool;
    return ASY_OK;
}

asy_status asy_line_three(asy_known_env *e, asy_toy **t)
{
    static const float x[] = { .60f, .50f, .72f, .45f, .85f, .60f, .45f, .60f, .40f, .75f,
                               .30f, .58f, .45f, .42f, .35f, .30f, .52f, .48f, .50f, .62f };
    static const float weight[] = { 4, 0, -2, 3, -2, -3 }, bias[] = { -2, -0.5f, 2.5f };
    static const int32_t y[] = { 0, 0, 0, 1, 1, 1, 2, 2, 0, 1 };
    ASY_TRY(asy_toy_new(t, e->arena, &(asy_toy_spec){ ASY_TOY_LINEAR, 2, 3, 0, 1, 10, x, y }));
    memcpy(asy_toy_weight(*t, "w"), weight, sizeof weight);
    memcpy(asy_toy_weight(*t, "b"), bias, sizeof bias);
    (*t)->ctx.pool = e->pool;
    return ASY_OK;
}

asy_status asy_line_reached(asy_known_env *e, const char *attack, const char *const pairs[][2], double *n)
{
    asy_toy *t;
    asy_attack_result r;
    ASY_TRY(asy_line_three(e, &t));
    ASY_TRY(asy_toy_attack(t, attack, pairs, &r));
    *n = (double)r.reached;
    return ASY_OK;
}
