// SPDX-License-Identifier: GPL-3.0-or-later
/* Ten rows x = .05 … .95 of a threshold at ½, two with the wrong label: accuracy is the share of rows farther
 * than eps from the threshold. */
#include "../../../attacks/_linear.h"
#include <math.h>

static asy_status curve(asy_known_env *e, const char *metric, double x, double *v)
{
    const char *const pairs[][2] = { { "attack", "{method: pgd, steps: 5}" },
                                     { "eps", "[0.5, 0, 0.1, 0.2]" },
                                     { NULL, NULL } };
    asy_toy *t;
    ASY_TRY(asy_line_ten(e, &t));
    ASY_TRY(asy_toy_evaluate(t, "security-curve", pairs));
    *v = asy_toy_result(t, metric, x);
    return ASY_OK;
}
static asy_status at_0 (asy_known_env *e, double *v) { return curve(e, "accuracy", 0, v); }
static asy_status at_10(asy_known_env *e, double *v) { return curve(e, "accuracy", 0.1, v); }
static asy_status at_20(asy_known_env *e, double *v) { return curve(e, "accuracy", 0.2, v); }
static asy_status at_50(asy_known_env *e, double *v) { return curve(e, "accuracy", 0.5, v); }
static asy_status clean(asy_known_env *e, double *v) { return curve(e, "clean_accuracy", NAN, v); }
static asy_status falls(asy_known_env *e, double *v) { return curve(e, "w0605", NAN, v); }

const asy_known asy_known_evaluation_security_curve[] = {
    { "accuracy at 0", 0.8, 0, "closed form: 8 of 10 labels are right", at_0 },
    { "accuracy at .1", 0.6, 0, "closed form: rows .45 and .55 fall", at_10 },
    { "accuracy at .2", 0.4, 0, "closed form: rows .35 and .65 fall", at_20 },
    { "accuracy at .5", 0, 0, "closed form: all fall; what was wrong stays wrong", at_50 },
    { "clean accuracy", 0.8, 0, "closed form: 8 of 10 labels are right", clean },
    { "flag of a curve that does not fall", 0, 0, "closed form: it falls", falls },
    { .name = NULL }
};
