// SPDX-License-Identifier: GPL-3.0-or-later
/* Schedules of the learning rate. */
#include "../schedule.h"
#include "_spots.h"

const asy_spot asy_spot_schedule = {
    .path = "train.optimizer.schedule", .noun = "schedule", .word = "method",
};

static const asy_spot *const spots[] = { &asy_spot_schedule, NULL };
ASY__METHODS_OF(schedule);

const asy_kind asy_kind_schedule = {
    .name = "schedule", .plural = "schedules", .summary = "the learning rate of each step",
    .spots = spots, .section = "setup", .methods = asy_methods_of_schedule,
};
