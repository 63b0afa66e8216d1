// SPDX-License-Identifier: GPL-3.0-or-later
/* Augmentations. */
#include "../augment.h"
#include "_spots.h"

const asy_spot asy_spot_augment = { .path = "data.augment", .noun = "augmentations", .word = "method" };

static const asy_spot *const spots[] = { &asy_spot_augment, NULL };
ASY__METHODS_OF(augment);

static void facts(const asy_method *m, const char *name, asy_buf *out)
{
    (void)name;
    const asy_augment *a = (const asy_augment *)m;
    asy_buf_printf(out, "For %s%s.", a->images ? "images" : "images and tables",
                   a->mix != NULL ? "; mixes two samples of a lot, after all others" : "");
}

const asy_kind asy_kind_augment = {
    .name = "augment", .plural = "augmentations",
    .summary = "a random change of training samples, another one each epoch",
    .spots = spots, .suite = "augment", .section = "setup", .methods = asy_methods_of_augment, .facts = facts,
};
