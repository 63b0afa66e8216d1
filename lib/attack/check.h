// SPDX-License-Identifier: GPL-3.0-or-later
/* Conformance of attacks: what holds for every attack of the registry, whatever it does. Knows nothing of the
 * test runner. */
#ifndef ASY_ATTACK_CHECK_H
#define ASY_ATTACK_CHECK_H
#include "../graph/plan.h"
#include "../method/attack.h"

/* With its default parameters, with each of its switches turned, and with each norm that it offers, on toy
 * models:
 * - points stay in ball and box and are finite, also for a radius as wide as the range, for a model without
 * gradients, a saturated one and one with NaN scores; eps 0 returns the input; a row that was wrong when
 * clean is returned bit for bit, unattacked;
 * - the same bytes again, for chunks of 1, 7 and all rows, for 1, 2 and 3 threads, for rows in another order;
 * in training too;
 * - a larger eps never helps a linear model; the budget of queries holds; access that it needs and does not
 * get is refused. Fails with a text that names attack, norm and property. */
asy_status asy_attack_check(const asy_attack *, const asy_backend *) ASY_CHECKED;
#endif
