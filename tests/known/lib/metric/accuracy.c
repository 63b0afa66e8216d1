// SPDX-License-Identifier: GPL-3.0-or-later
#include "../../attacks/_linear.h"
#include <math.h>

static asy_status measure(asy_known_env *e, const char *metric, double *v)
{
    asy_toy *t;
    ASY_TRY(asy_line_ten(e, &t));
    ASY_TRY(asy_toy_evaluate(t, "accuracy", NULL));
    *v = asy_toy_result(t, metric, NAN);
    return ASY_OK;
}
static asy_status accuracy(asy_known_env *e, double *v) { return measure(e, "accuracy", v); }
static asy_status loss(asy_known_env *e, double *v) { return measure(e, "loss", v); }

const asy_known asy_known_evaluation_accuracy[] = {
    { "ten rows, two with the wrong label", 0.8, 0, "closed form", accuracy },
    { "mean cross-entropy", 1.05903563, 1e-6,
      "closed form: mean of log(1 + exp(-10 m)), m the distance on the right side", loss },
    { .name = NULL }
};
