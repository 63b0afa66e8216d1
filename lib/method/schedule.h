// SPDX-License-Identifier: GPL-3.0-or-later
/* Schedules: the learning rate of each step. */
#ifndef ASY_METHOD_SCHEDULE_H
#define ASY_METHOD_SCHEDULE_H
#include "method.h"
typedef struct {
    asy_method m;
    /* step 0 … steps − 1 */
    double (*rate)(const void *params, double lr, int64_t step, int64_t steps, int64_t steps_per_epoch);
} asy_schedule;
extern const asy_spot asy_spot_schedule;
extern const asy_kind asy_kind_schedule;
#endif
