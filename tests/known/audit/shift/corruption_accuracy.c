// SPDX-License-Identifier: GPL-3.0-or-later
/* Images of one grey, .35 (class 0) and .85 (class 1), and the rule mean > ½: brightness by .1 leaves all
 * right, by .2 moves the dark ones over. */
#include "assay.h"
#include "attack/toy.h"

enum { ROWS = 6, SIDE = 4, D = SIDE * SIDE };

typedef const char *pair[2];
static const pair two[] = { { "kinds", "[brightness, stripe]" }, { "severities", "[1, 2]" }, { NULL, NULL } };
static const pair published[] = { { "kinds", "brightness" }, { "published", "true" }, { NULL, NULL } };

static asy_status measure(asy_known_env *e, const pair pairs[], const char *metric, double x, double *found)
{
    float *pixel = ASY_NEWN(e->arena, ROWS * D, float), *w;
    int32_t *y = ASY_NEWN(e->arena, ROWS, int32_t);
    asy_toy *t;
    ASY_TRY(asy_arena_status(e->arena));
    for (int i = 0; i < ROWS * D; i++) pixel[i] = i / D % 3 == 0 ? 0.85f : 0.35f;
    for (int i = 0; i < ROWS; i++) y[i] = i % 3 == 0;
    ASY_TRY(asy_toy_new(&t, e->arena, &(asy_toy_spec){ ASY_TOY_LINEAR, D, 2, 0, 1, ROWS, pixel, y }));
    w = asy_toy_weight(t, "w");
    for (int i = 0; i < D; i++) w[D + i] = 1;
    asy_toy_weight(t, "b")[1] = -0.5f * D;
    t->column[0].data.s = ASY_SHAPE(ROWS, 1, SIDE, SIDE);
    ASY_TRY(asy_toy_evaluate(t, "corruption-accuracy", pairs));
    *found = asy_toy_result(t, metric, x);
    return ASY_OK;
}
static asy_status clean(asy_known_env *e, double *v) { return measure(e, two, "clean_accuracy", NAN, v); }
static asy_status little(asy_known_env *e, double *v) { return measure(e, two, "brightness", 1, v); }
static asy_status more(asy_known_env *e, double *v) { return measure(e, two, "brightness", 2, v); }
static asy_status mean(asy_known_env *e, double *v) { return measure(e, two, "accuracy", NAN, v); }
static asy_status error(asy_known_env *e, double *v)
{
    return measure(e, two, "relative_corruption_error", NAN, v);
}
static asy_status theirs(asy_known_env *e, double *v) { return measure(e, published, "brightness", 5, v); }

const asy_known asy_known_evaluation_corruption_accuracy[] = {
    { "clean", 1, 0, "closed form", clean },
    { "brightness .1", 1, 0, "closed form: .45 and .95", little },
    { "brightness .2", 1.0 / 3, 1e-12, "closed form: .55 is above 1/2; 2 of 6 rows are right", more },
    { "mean of brightness and of no stripe at all", 5.0 / 6, 1e-12,
      "closed form: (1 + 1/3 + 1 + 1)/4; a stripe of 1/12 or 1/6 of 4 columns has none", mean },
    { "brightness as published, .5: all are bright", 1.0 / 3, 1e-12, "closed form: 2 of 6 rows", theirs },
    { "mean error above the clean one", 1.0 / 6, 1e-12, "closed form", error },
    { .name = NULL }
};
